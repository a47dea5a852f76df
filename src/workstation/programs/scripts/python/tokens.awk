# The text cut into tokens: K has kinds and V texts of tokens; a line is those from A to B, with indent L and
# number N.
function put(k, v) {
  K[++tn] = k
  V[tn] = v
}
function esc(t, b, o, c, h) {
  o = ""
  while (match(t, /\\/)) {
    o = o substr(t, 1, RSTART - 1)
    c = substr(t, RSTART + 1, 1)
    t = substr(t, RSTART + 2)
    if (c == "n") {
      o = o "\n"
    } else if (c == "t") {
      o = o "\t"
    } else if (c == "r") {
      o = o "\r"
    } else if (c == "\n") {
      c = ""
    } else if (c == "0") {
      o = o "\001"
      sub(/^00/, "", t)
    } else if (c == "x") {
      h = substr(t, 1, 2)
      t = substr(t, 3)
      o = o sprintf("%c", index("0123456789abcdef", tolower(substr(h, 1, 1))) * 16 - 16 + index("0123456789abcdef", tolower(substr(h, 2, 1))) - 1)
    } else if (c ~ /["\047\\@$]/) {
      o = o c
    } else {
      o = o "\\" c
    }
  }
  return (o t)
}
function scan(s, top, m, q, r, p, i, depth, ind, num, e, body, first, col) {
  num = 1
  first = 1
  depth = 0
  ind = 0
  while (s != "") {
    if (first && top) {
      match(s, /^[ \t]*/)
      ind = lang == "python3" ? RLENGTH : 0
      s = substr(s, RLENGTH + 1)
      if (s ~ /^(#[^\n]*)?\n/) {
        sub(/^[^\n]*\n/, "", s)
        num++
        continue
      }
      first = 0
      ln_open(ind, num)
    }
    if (match(s, /^([ \t\r]+|#[^\n]*|\\\n|\/\/[^\n]*)/) && ! (s ~ /^\/\// && lang != "php") && ! (s ~ /^#/ && ! top)) {
      if (substr(s, 1, RLENGTH) == "\\\n") {
        num++
      }
      s = substr(s, RLENGTH + 1)
      continue
    }
    if (substr(s, 1, 1) == "\n") {
      num++
      s = substr(s, 2)
      if (depth == 0 && top && lang == "python3") {
        first = ln_end()
      }
      continue
    }
    if (substr(s, 1, 1) == ";" && depth == 0 && top) {
      s = substr(s, 2)
      ln_end()
      if (lang != "python3") {
        first = 1
      } else {
        sub(/^[ \t]+/, "", s)
        if (s ~ /^(#[^\n]*)?\n/ || s == "") {
          first = s == "" ? 0 : skip_nl()
        } else {
          ln_open(ind, num)
        }
      }
      if (first == 2) {
        sub(/^[^\n]*\n/, "", s)
        num++
        first = 1
      }
      continue
    }
    if (match(s, /^[rRbBuUfF]?[rRbBfF]?("""|\047\047\047|"|\047)/)) {
      q = substr(s, 1, RLENGTH)
      s = substr(s, RLENGTH + 1)
      p = tolower(q)
      gsub(/["\047]/, "", p)
      q = substr(q, length(p) + 1)
      i = 1
      m = s
      body = ""
      for (;;) {
        e = index(m, q)
        if (! e) {
          bad("a string without its end")
          return
        }
        r = substr(m, 1, e - 1)
        h = r
        if (match(h, /\\+$/) && RLENGTH % 2) {
          body = body r substr(q, 1, 1)
          m = substr(m, e + 1)
          continue
        }
        body = body r
        m = substr(m, e + length(q))
        break
      }
      s = m
      num += gsub(/\n/, "\n", body)
      if (p !~ /r/ && ! (lang != "python3" && q == "\047")) {
        body = esc(body)
      } else if (lang != "python3") {
        gsub(/\\\047/, "\047", body)
      }
      put(p ~ /f/ || lang != "python3" && q == "\"" ? "f" : p ~ /b/ ? "b" : "s", body)
      continue
    }
    if (lang != "python3" && match(s, /^\$[A-Za-z_][A-Za-z0-9_]*/)) {
      put("w", substr(s, 2, RLENGTH - 1))
      s = substr(s, RLENGTH + 1)
      continue
    }
    if (match(s, /^[A-Za-z_\200-\377][A-Za-z0-9_\200-\377]*(::[A-Za-z]+)*/)) {
      m = substr(s, 1, RLENGTH)
      gsub(/::/, "_", m)
      put("w", m)
      s = substr(s, RLENGTH + 1)
      continue
    }
    if (match(s, /^[0-9][0-9_]*([.][0-9]+)?/)) {
      put("n", substr(s, 1, RLENGTH) + 0)
      s = substr(s, RLENGTH + 1)
      continue
    }
    match(s, /^(\*\*|==|!=|<=|>=|\+=|->|=>|:=|\/\/|.)/)
    m = substr(s, 1, RLENGTH)
    s = substr(s, RLENGTH + 1)
    if (m == "->" && lang != "python3") {
      m = "."
    }
    put("p", m)
    if (m ~ /^[([{]$/) {
      depth++
    } else if (m ~ /^[])}]$/) {
      depth--
      if (m == "}" && depth == 0 && top && lang != "python3" && s !~ /^[ \t\n]*else/) {
        first = ln_end()
      }
    } else if (m == ":" && depth == 0 && top && V[A[nl]] ~ /^(if|elif|else|for|while|with|def|try|except|finally)$/ && s !~ /^[ \t]*(#[^\n]*)?\n/ && s !~ /^[ \t]*$/) {
      ln_end()
      sub(/^[ \t]+/, "", s)
      ln_open(ind + .5, num)
    }
  }
  if (top) {
    ln_end()
  }
}
function skip_nl() {
  return 2
}
function ln_open(i, m) {
  A[++nl] = tn + 1
  L[nl] = i
  N[nl] = m
  B[nl] = 0
}
function ln_end() {
  if (nl && B[nl] == 0) {
    B[nl] = tn
    if (tn < A[nl]) {
      nl--
    }
  }
  return 1
}
function after(i, j, k) {
  for (k = i + 1; k < j && L[k] > L[i]; k++) {
  }
  return k
}
