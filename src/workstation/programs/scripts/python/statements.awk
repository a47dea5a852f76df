# Statements: a line and the block under it.
function find(x, a, b, i, dd) {
  dd = 0
  for (i = a; i <= b; i++) {
    if (K[i] == "p") {
      if (V[i] ~ /^[([{]$/) {
        dd++
      } else if (V[i] ~ /^[])}]$/) {
        dd--
      } else if (dd == 0 && V[i] == x) {
        return i
      }
    }
  }
  return 0
}
function value(a, b, v, l) {
  p = a
  q = b
  v = expr()
  if (! stop && tok(",")) {
    l = list("(")
    push(l, v)
    while (eat(",") && p <= q) {
      push(l, expr())
    }
    v = l
  }
  if (! stop && p <= q) {
    bad("\047" V[p] "\047")
  }
  return v
}
function assign(a, b, v, i, t, n, x, e) {
  if (a == b && K[a] == "w") {
    set(V[a], v)
    return
  }
  e = find(",", a, b)
  if (K[a] == "p" && V[a] == "(" && V[b] == ")") {
    a++
    b--
    e = find(",", a, b)
  }
  if (e) {
    n = 0
    t = substr(v, 2)
    while (a <= b) {
      e = find(",", a, b)
      if (! e) {
        e = b + 1
      }
      assign(a, e - 1, LV[t, ++n])
      a = e + 1
    }
    return
  }
  if (V[b] == "]" && K[b] == "p") {
    for (i = b - 1; i > a && ! (K[i] == "p" && V[i] == "["); i--) {
    }
    x = value(i + 1, b - 1)
    t = value(a, i - 1)
    if (stop) {
      return
    }
    if (OC[substr(t, 2)] == "msg") {
      head(substr(t, 2), str(x), str(v))
      return
    }
    if (substr(t, 1, 1) == "l") {
      t = substr(t, 2)
      if (LB[t] == "{") {
        for (i = 1; i <= LN[t] && LK[t, i] != x; i++) {
        }
        LK[t, i] = x
        LV[t, i] = v
        if (i > LN[t]) {
          LN[t] = i
        }
      } else {
        LV[t, substr(x, 2) + 1] = v
      }
      return
    }
  } else if (K[b] == "w" && V[b - 1] == ".") {
    t = value(a, b - 2)
    AT[substr(t, 2), V[b]] = v
    return
  }
  bad("this assignment")
}
function line(i, e, j, a, b, w, x, v, l, k, n, f, c, h, o, s) {
  ln = i
  a = A[i]
  b = B[i]
  w = K[a] == "w" ? V[a] : ""
  if (++steps > 5000) {
    bad("so long a run")
    return j
  }
  if (lang != "python3" && w ~ /^(use|my|our|require)$/) {
    if (w ~ /^(use|require)$/) {
      return e
    }
    a++
    if (K[a] == "p" && V[a] == "(") {
      a++
      for (n = a; V[n] != ")"; n++) {
      }
      K[a] = K[a]
      v = ""
      if (V[n + 1] == "=" && V[n + 2] == "@") {
        return e
      }
    }
    w = ""
  }
  if (w == "import" || w == "from") {
    p = a + 1
    q = b
    n = V[p++]
    while (tok(".")) {
      p++
      n = n "." V[p++]
    }
    x = n
    sub(/[.].*/, "", x)
    if (x !~ /^(smtplib|ssl|email|os|sys|time|datetime|getpass|socket|string|base64|logging|traceback|random|json|re|mimetypes|pathlib|argparse|subprocess|typing)$/) {
      raise("ModuleNotFoundError", "No module named \047" x "\047")
      return e
    }
    if (w == "from") {
      p++
      eat("(")
      while (p <= q && ! tok(")")) {
        f = V[p++]
        if (word("as")) {
          set(V[p++], "c" f)
        } else {
          set(f, "c" f)
        }
        eat(",")
      }
    } else {
      for (;;) {
        if (word("as")) {
          set(V[p++], "c" n)
        } else {
          set(x, "c" x)
        }
        if (! eat(",")) {
          break
        }
        n = V[p++]
        while (tok(".")) {
          p++
          n = n "." V[p++]
        }
        x = n
        sub(/[.].*/, "", x)
      }
    }
    return e
  }
  if (w == "def") {
    n = V[a + 1]
    FN[n] = i
    FD[n] = e
    PC[n] = 0
    p = a + 3
    q = b
    while (p <= q && ! tok(")")) {
      PA[n, ++PC[n]] = V[p++]
      PD[n, PC[n]] = ""
      if (eat(":")) {
        expr()
      }
      if (eat("=")) {
        PD[n, PC[n]] = expr()
      }
      eat(",")
    }
    return e
  }
  if (w == "class" || w == "async" || w == "while" || w == "foreach" || w == "sub" || w == "unless") {
    bad("\047" w "\047")
    return j
  }
  if (w == "if" && lang != "python3") {
    p = a + 1
    q = b
    need("(")
    v = truth(expr())
    need(")")
    need("{")
    n = p
    k = 1
    while (n <= b && k) {
      if (V[n] == "{") {
        k++
      } else if (V[n] == "}") {
        k--
      }
      n++
    }
    if (stop) {
      return e
    }
    if (v) {
      block(p, n - 2)
    } else if (V[n] == "else") {
      block(n + 2, b - 1)
    }
    return e
  }
  if (w == "if") {
    k = i
    x = 0
    while (k < j && ! stop) {
      ln = k
      f = after(k, j)
      w = V[A[k]]
      if (w == "else") {
        v = "T"
      } else {
        v = x ? "F" : value(A[k] + 1, B[k] - 1)
      }
      if (! x && truth(v) && ! stop) {
        x = 1
        run(k + 1, f)
      }
      k = f
      if (! (k < j && L[k] == L[i] && V[A[k]] ~ /^(elif|else)$/)) {
        break
      }
    }
    while (k < j && L[k] == L[i] && V[A[k]] ~ /^(elif|else)$/) {
      k = after(k, j)
    }
    return k
  }
  if (w == "for") {
    n = a + 1
    while (n <= b && V[n] != "in") {
      n++
    }
    v = value(n + 1, b - 1)
    l = substr(v, 2)
    for (k = 1; k <= LN[l] && ! stop; k++) {
      assign(a + 1, n - 1, LB[l] == "{" ? LK[l, k] : LV[l, k])
      run(i + 1, e)
      if (breaks) {
        n2 = breaks
        breaks = 0
        stop = gone
        if (n2 == 1) {
          break
        }
      }
    }
    return e
  }
  if (w == "with") {
    o = ""
    p = a + 1
    q = b - 1
    do {
      v = expr()
      o = o " " v
      if (word("as")) {
        set(V[p], v)
        p++
      }
    } while (eat(",") && ! stop)
    if (! stop) {
      run(i + 1, e)
    }
    s = stop
    n = split(o, WX, " ")
    for (k = 1; k <= n; k++) {
      if (OC[substr(WX[k], 2)] == "smtp" && SC[substr(WX[k], 2)]) {
        stop = 0
        done(substr(WX[k], 2))
        stop = stop || s
      }
    }
    return e
  }
  if (w == "try") {
    run(i + 1, e)
    k = e
    h = 0
    while (k < j && L[k] == L[i] && V[A[k]] ~ /^(except|else|finally)$/) {
      f = after(k, j)
      w = V[A[k]]
      if (w == "except" && exc != "" && ! gone && ! h) {
        x = A[k] + 1
        n = ""
        c = 0
        if (x >= B[k]) {
          c = 1
        }
        for (; x < B[k] && V[x] != "as"; x++) {
          if (K[x] == "w" && isa(exc, V[x])) {
            c = 1
          }
        }
        if (c) {
          h = 1
          EM[++on] = exm
          EX[on] = exc
          match(exm, /^\([0-9]+/)
          EC[on] = substr(exm, 2, RLENGTH - 1)
          EB[on] = exm
          sub(/^\([0-9]+, b\047/, "", EB[on])
          sub(/\047.*/, "", EB[on])
          if (V[x] == "as") {
            set(V[x + 1], "e" on)
          }
          exc = ""
          stop = 0
          delete seen
          run(k + 1, f)
        }
      } else if (w == "else" && exc == "" && ! stop && ! h) {
        run(k + 1, f)
      } else if (w == "finally" && ! gone) {
        c = exc
        n = exm
        s = stop
        x = exl
        o = returns
        exc = ""
        stop = 0
        returns = 0
        run(k + 1, f)
        if (exc == "") {
          exc = c
          exm = n
          exl = x
        }
        stop = stop || s
        returns = returns || o
      }
      k = f
    }
    return k
  }
  if (lang != "python3") {
    return simple2(a, b, e)
  }
  if (w == "return") {
    v = a < b ? value(a + 1, b) : "N"
    if (! stop) {
      ret = v
      returns = 1
      stop = 1
    }
    return e
  }
  if (w == "raise") {
    if (a < b) {
      v = value(a + 1, b)
      raise("Exception", str(v))
    } else {
      raise("RuntimeError", "No active exception to reraise")
    }
    return e
  }
  if (w ~ /^(break|continue)$/) {
    breaks = w == "break" ? 1 : 2
    stop = 1
    return e
  }
  simple(a, b)
  return e
}
function block(a, b, n) {
  while (a <= b && ! stop) {
    n = find(";", a, b)
    if (! n) {
      n = b + 1
    }
    if (n > a) {
      simple2(a, n - 1, 0)
    }
    a = n + 1
  }
}
function simple2(a, b, e, n, i, x, z) {
  if (K[a] == "w" && V[a] ~ /^(print|echo|die)$/ && ! (K[a + 1] == "p" && V[a + 1] == "(")) {
    n = V[a]
    i = 0
    p = a + 1
    q = b
    do {
      z[++i] = expr()
    } while (eat(",") && ! stop)
    an = i
    for (x = 1; x <= i; x++) {
      AV[x] = z[x]
    }
    KWN = 0
    call("c" (n == "die" ? "die" : "echo"))
    return e
  }
  for (i = a; i <= b; i++) {
    if (K[i] == "w" && V[i] == "or" || K[i] == "p" && V[i] == "|") {
      n = i
      break
    }
  }
  if (n && lang == "perl") {
    simple(a, n - 1)
    return e
  }
  simple(a, b)
  return e
}
function simple(a, b, x, v, w) {
  w = K[a] == "w" ? V[a] : ""
  if (a > b || w ~ /^(pass|global|nonlocal|del|assert)$/ || K[a] == "s" && a == b) {
    return
  }
  if (lang != "python3" && w ~ /^(print|echo)$/ && V[a + 1] != "(") {
    simple2(a, b, 0)
    return
  }
  x = find("=", a, b)
  if (x && x > a) {
    v = find("=", x + 1, b)
    if (v) {
      simple(x + 1, b)
      v = value(v + 1, b)
    } else {
      v = value(x + 1, b)
    }
    w = find(":", a, x - 1)
    if (! stop) {
      assign(a, w ? w - 1 : x - 1, v)
    }
    return
  }
  x = find("+=", a, b)
  if (x) {
    v = value(x + 1, b)
    p = a
    q = x - 1
    w = expr()
    if (! stop) {
      assign(a, x - 1, substr(w, 1, 1) == "n" ? "n" (substr(w, 2) + substr(v, 2)) : "s" str(w) str(v))
    }
    return
  }
  value(a, b)
}
function run(i, j) {
  while (i < j && ! stop) {
    i = line(i, after(i, j), j)
  }
}
function frame(n, w) {
  printf("  File \"%s\", line %d, in %s\n", shown, N[n], w) > "/dev/stderr"
  if (shown !~ /^</) {
    t = SRC[N[n]]
    sub(/^[ \t]+/, "", t)
    printf("    %s\n", t) > "/dev/stderr"
  }
}
function hear(c, s, a, n, i, m, t, cmd, r, told, b) {
  n = split(s, a, "\n")
  TR[c] = s
  cmd = "banner"
  m = split("", b, FS)
  bad_n = 0
  for (i = 1; i <= n; i++) {
    t = a[i]
    if (t ~ /^\*\*\* Error connecting/) {
      if (s ~ /refused/) {
        fault(c, "connect", "ConnectionRefusedError", "[Errno 111] Connection refused")
      } else if (s ~ /[Nn]ame|getaddrinfo|hostname/) {
        fault(c, "connect", "gaierror", "[Errno -2] Name or service not known")
      } else {
        fault(c, "connect", "TimeoutError", "timed out")
      }
    } else if (t ~ /^\*\*\* .*STARTTLS/ && t ~ /adver/) {
      fault(c, "TLS", "SMTPNotSupportedError", "STARTTLS extension not supported by server.")
    } else if (t ~ /^\*\*\* .*uthent/ && t ~ /advert/) {
      fault(c, "AUTH", "SMTPNotSupportedError", "SMTP AUTH extension not supported by server.")
    } else if (t ~ /^\*\*\* TLS startup failed/) {
      fault(c, cmd == "banner" ? "connect" : "TLS", "SSLError", "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)")
    } else if (t ~ /^\*\*\* (Remote host|Timeout|No response)/ && cmd == "banner") {
      fault(c, "connect", "SMTPServerDisconnected", "Connection unexpectedly closed: timed out")
    } else if (t ~ /^ [-~]> /) {
      t = substr(t, 5)
      if (cmd != "text" || t == ".") {
        cmd = t == "." ? "dot" : toupper(t)
        sub(/[ :].*/, "", cmd)
        rc = substr(t, index(t, ":") + 1)
        if (cmd == "EHLO" || cmd == "HELO") {
          r = ""
        }
      }
    } else if (t ~ /^<[-~*]+ *[0-9][0-9][0-9]/) {
      x = t
      sub(/^<[-~*]+ */, "", x)
      k = substr(x, 1, 3)
      y = substr(x, 5)
      r = (r != "" && cmd == told ? r "\n" : "") y
      told = cmd
      if (cmd == "DATA" && k == 354) {
        cmd = "text"
      }
      RE[c, cmd] = r
      RE[c, "last"] = r
      if (k >= 400 && substr(x, 4, 1) != "-") {
        z = "(" k ", b\047" slash(r) "\047"
        if (cmd == "banner") {
          fault(c, "connect", "SMTPConnectError", z ")")
        } else if (cmd == "AUTH" || cmd !~ /^(EHLO|HELO|STARTTLS|MAIL|RCPT|DATA|DOT|QUIT|dot|text)$/) {
          fault(c, "AUTH", "SMTPAuthenticationError", z ")")
        } else if (cmd == "STARTTLS") {
          fault(c, "TLS", "SMTPResponseException", z ")")
        } else if (cmd == "MAIL") {
          fault(c, "MAIL", "SMTPSenderRefused", z ", \047" bare(rc) "\047)")
        } else if (cmd == "RCPT") {
          RR[c] = RR[c] (RR[c] == "" ? "" : ", ") "\047" bare(rc) "\047: " z ")"
        } else if (cmd ~ /^(DATA|dot)$/) {
          fault(c, "DATA", "SMTPDataError", z ")")
        }
      } else if (cmd == "RCPT") {
        OKS[c] = 1
      }
    }
  }
  if (RR[c] != "" && ! OKS[c]) {
    fault(c, "RCPT", "SMTPRecipientsRefused", "{" RR[c] "}")
  }
}
function fault(c, k, x, m) {
  if (! ((c, k) in WHY)) {
    WHY[c, k] = x
    WHT[c, k] = m
  }
}
