# Expressions: p is the token that comes next, q the last one of the expression.
function tok(x) {
  return (p <= q && K[p] == "p" && V[p] == x)
}
function eat(x) {
  if (tok(x)) {
    p++
    return 1
  }
  return 0
}
function need(x) {
  if (! eat(x)) {
    bad(p <= q ? "\047" V[p] "\047" : "the end of the line")
  }
}
function word(x) {
  if (p <= q && K[p] == "w" && V[p] == x) {
    p++
    return 1
  }
  return 0
}
function expr(v, s, e, c, x) {
  if (stop) {
    return "N"
  }
  s = p
  v = either()
  if (! stop && p <= q && K[p] == "w" && V[p] == "if") {
    p++
    c = either()
    if (! word("else")) {
      bad("\047if\047")
    }
    x = expr()
    return (truth(c) ? v : x)
  }
  if (! stop && tok("?")) {
    p++
    x = expr()
    need(":")
    c = expr()
    return (truth(v) ? x : c)
  }
  return v
}
function either(v, r) {
  v = both()
  while (! stop && p <= q && (word("or") || tok("|") && V[p + 1] == "|" && (p += 2))) {
    r = both()
    if (! truth(v)) {
      v = r
    }
  }
  return v
}
function both(v, r) {
  v = unary()
  while (! stop && p <= q && (word("and") || tok("&") && V[p + 1] == "&" && (p += 2))) {
    r = unary()
    if (truth(v)) {
      v = r
    }
  }
  return v
}
function unary(v) {
  if (word("not") || tok("!") && p++) {
    return (truth(unary()) ? "F" : "T")
  }
  return compare()
}
function compare(v, o, r, n, i) {
  v = sum()
  if (stop) {
    return v
  }
  if (p <= q && (K[p] == "p" && V[p] ~ /^(==|!=|<|>|<=|>=)$/ || K[p] == "w" && V[p] ~ /^(in|is|not|eq|ne)$/)) {
    o = V[p++]
    if (o == "not" && word("in")) {
      o = "notin"
    }
    if (o == "is" && word("not")) {
      o = "!="
    }
    r = sum()
    if (o ~ /in$/) {
      n = substr(r, 1, 1) == "l" ? has(r, v) : index(str(r), str(v))
      return (n > 0) == (o == "in") ? "T" : "F"
    }
    if (o ~ /^(==|is|eq)$/) {
      return (v == r ? "T" : "F")
    }
    if (o ~ /^(!=|ne)$/) {
      return (v != r ? "T" : "F")
    }
    v = substr(v, 2)
    r = substr(r, 2)
    return (o == "<" ? v < r : o == ">" ? v > r : o == "<=" ? v <= r : v >= r) ? "T" : "F"
  }
  return v
}
function has(l, v, i) {
  l = substr(l, 2)
  for (i = 1; i <= LN[l]; i++) {
    if ((LB[l] == "{" ? LK[l, i] : LV[l, i]) == v) {
      return 1
    }
  }
  return 0
}
function sum(v, r, o, i, l) {
  v = product()
  while (! stop && (tok("+") || tok("-") || lang != "python3" && tok("."))) {
    o = V[p++]
    r = product()
    if (substr(v, 1, 1) == "n" && substr(r, 1, 1) == "n" && o != ".") {
      v = "n" (o == "+" ? substr(v, 2) + substr(r, 2) : substr(v, 2) - substr(r, 2))
    } else if (substr(v, 1, 1) == "l" && o == "+") {
      l = list("[")
      for (i = 1; i <= LN[substr(v, 2)]; i++) {
        push(l, LV[substr(v, 2), i])
      }
      for (i = 1; i <= LN[substr(r, 2)]; i++) {
        push(l, LV[substr(r, 2), i])
      }
      v = l
    } else if (o == "." || substr(v, 1, 1) == substr(r, 1, 1)) {
      v = substr(v, 1, 1) == "b" ? v substr(r, 2) : "s" str(v) str(r)
    } else {
      return raise("TypeError", substr(v, 1, 1) == "s" ? "can only concatenate str (not \"" kind(r) "\") to str" : "unsupported operand type(s) for " o ": \047" kind(v) "\047 and \047" kind(r) "\047")
    }
  }
  return v
}
function kind(v) {
  v = substr(v, 1, 1)
  return (v == "n" ? "int" : v == "s" ? "str" : v == "b" ? "bytes" : v == "l" ? "list" : v == "N" ? "NoneType" : v == "o" ? "object" : "bool")
}
function product(v, r, o, t, n) {
  v = post()
  while (! stop && (tok("%") || tok("*"))) {
    o = V[p++]
    r = post()
    if (o == "*") {
      if (substr(v, 1, 1) == "n") {
        v = "n" (substr(v, 2) * substr(r, 2))
      } else {
        t = ""
        for (n = 0; n < substr(r, 2) && n < 1000; n++) {
          t = t substr(v, 2)
        }
        v = "s" t
      }
    } else {
      v = "s" fmt(str(v), r)
    }
  }
  return v
}
function fmt(t, r, o, n, x) {
  o = ""
  n = 0
  while (match(t, /%[-0-9.]*[sdrf%]/)) {
    o = o substr(t, 1, RSTART - 1)
    x = substr(t, RSTART + RLENGTH - 1, 1)
    if (x == "%") {
      o = o "%"
    } else {
      n++
      x = substr(r, 1, 1) == "l" ? LV[substr(r, 2), n] : r
      o = o sprintf(substr(t, RSTART, RLENGTH - 1) "s", substr(t, RSTART + RLENGTH - 1, 1) == "r" ? rep(x) : str(x))
    }
    t = substr(t, RSTART + RLENGTH)
  }
  return (o t)
}
function inner(t, r, a, b, v, e, k) {
  o2 = ""
  if (lang != "python3") {
    e = ""
    while (match(t, /[$@][A-Za-z_][A-Za-z0-9_]*/)) {
      v = substr(t, RSTART, RLENGTH)
      e = e substr(t, 1, RSTART - 1) (v ~ /^\$/ ? str(get(substr(v, 2))) : v)
      t = substr(t, RSTART + RLENGTH)
    }
    return ("s" e t)
  }
  e = ""
  while (match(t, /[{}]/)) {
    k = substr(t, RSTART, 1)
    e = e substr(t, 1, RSTART - 1)
    t = substr(t, RSTART + 1)
    if (substr(t, 1, 1) == k) {
      e = e k
      t = substr(t, 2)
      continue
    }
    b = index(t, "}")
    if (k == "}" || ! b) {
      bad("an f-string")
      return "s"
    }
    a = substr(t, 1, b - 1)
    t = substr(t, b + 1)
    k = ""
    if (match(a, /![rs]$|![rs]:|:[^:\047"]*$/)) {
      k = substr(a, RSTART)
      a = substr(a, 1, RSTART - 1)
    }
    v = sub_expr(a)
    e = e (k ~ /^!r/ ? rep(v) : str(v))
  }
  return ("s" e t)
}
function sub_expr(a, op, oq, s, v) {
  op = p
  oq = q
  s = tn + 1
  scan(a, 0)
  p = s
  q = tn
  v = expr()
  p = op
  q = oq
  return v
}
function post(v, n, l, x, s) {
  if (stop) {
    return "N"
  }
  if (p > q) {
    bad("the end of the line")
    return "N"
  }
  if (K[p] ~ /[sbn]/) {
    v = K[p] V[p]
    p++
    while (p <= q && K[p] ~ /[sbf]/) {
      v = v (K[p] == "f" ? substr(inner(V[p]), 2) : V[p])
      p++
    }
  } else if (K[p] == "f") {
    p++
    v = inner(V[p - 1])
    while (p <= q && K[p] ~ /[sf]/) {
      p++
      v = v (K[p - 1] == "f" ? substr(inner(V[p - 1]), 2) : V[p - 1])
    }
  } else if (eat("-")) {
    v = post()
    v = "n" (-substr(v, 2))
  } else if (eat("(")) {
    if (eat(")")) {
      v = list("(")
    } else {
      v = expr()
      if (tok(",")) {
        l = list("(")
        push(l, v)
        while (eat(",") && ! tok(")")) {
          push(l, expr())
        }
        v = l
      }
      need(")")
    }
  } else if (eat("[")) {
    v = list("[")
    while (! tok("]") && ! stop) {
      x = expr()
      if (p <= q && V[p] == "for") {
        bad("a list with \047for\047")
        return "N"
      }
      n = lang != "python3" && eat("=>")
      push(v, n ? expr() : x)
      if (n) {
        LB[substr(v, 2)] = "{"
        LK[substr(v, 2), LN[substr(v, 2)]] = x
      }
      if (! eat(",")) {
        break
      }
    }
    need("]")
  } else if (eat("{")) {
    v = list("{")
    while (! tok("}") && ! stop) {
      x = expr()
      need(":")
      push(v, expr())
      LK[substr(v, 2), LN[substr(v, 2)]] = x
      if (! eat(",")) {
        break
      }
    }
    need("}")
  } else if (K[p] == "w" && V[p] == "new" && p++) {
    v = post()
  } else if (K[p] == "w") {
    n = V[p++]
    if (n == "lambda" || n == "await" || n == "yield") {
      bad("\047" n "\047")
      return "N"
    }
    v = lang == "perl" && n == "shift" ? "s" A0() : get(n)
  } else {
    bad("\047" V[p] "\047")
    return "N"
  }
  while (! stop && p <= q) {
    if (tok(".") && (lang == "python3" || K[p + 1] == "w")) {
      p++
      n = V[p++]
      if (tok("(")) {
        args_of()
        if (! stop) {
          v = method(v, n)
        }
      } else if (lang == "perl") {
        an = 0
        KWN = 0
        v = method(v, n)
      } else {
        v = attr(v, n)
      }
    } else if (tok("(")) {
      args_of()
      if (! stop) {
        v = call(v)
      }
    } else if (tok("[")) {
      p++
      x = tok(":") ? "n0" : expr()
      if (eat(":")) {
        n = tok("]") ? "n1000000" : expr()
        need("]")
        v = slice(v, substr(x, 2) + 0, substr(n, 2) + 0)
      } else {
        need("]")
        v = item(v, x)
      }
    } else {
      break
    }
  }
  return v
}
