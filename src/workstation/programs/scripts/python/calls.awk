# What is called: arguments, items and attributes, functions of the language, of its library and of the text.
function A0(a) {
  split(args, a, "\036")
  return a[++shifted]
}
function args_of(a, i, n, k, kn, l, x, m) {
  p++
  n = 0
  m = 0
  while (! tok(")") && ! stop) {
    if (eat("*") || eat("**")) {
      bad("\047*\047")
      return
    }
    if (K[p] == "w" && K[p + 1] == "p" && (V[p + 1] == "=" || V[p + 1] == "=>")) {
      k = V[p]
      p += 2
      x = expr()
      m++
      kk[dp + 1, m] = k
      kv[dp + 1, m] = x
    } else if (lang == "perl" && K[p + 1] == "p" && V[p + 1] == "=>") {
      p += 2
      expr()
    } else {
      dp++
      x = expr()
      dp--
      a[++n] = x
    }
    if (! eat(",")) {
      break
    }
  }
  need(")")
  an = n
  for (i = 1; i <= n; i++) {
    AV[i] = a[i]
  }
  KWN = m
  for (i = 1; i <= m; i++) {
    KW[i] = kk[dp + 1, i]
    KX[i] = kv[dp + 1, i]
  }
}
function arg(i, k, df, j) {
  if (i <= an) {
    return AV[i]
  }
  for (j = 1; j <= KWN; j++) {
    if (KW[j] == k) {
      return KX[j]
    }
  }
  return df
}
function item(v, x, t, i, l) {
  t = substr(v, 2)
  if (substr(v, 1, 1) == "l") {
    if (LB[t] == "{") {
      for (i = 1; i <= LN[t]; i++) {
        if (LK[t, i] == x) {
          return LV[t, i]
        }
      }
      return raise("KeyError", rep(x))
    }
    i = substr(x, 2) + 0
    if (i < 0) {
      i += LN[t]
    }
    if (i >= LN[t]) {
      return raise("IndexError", "list index out of range")
    }
    return LV[t, i + 1]
  }
  if (v == "cos.environ") {
    l = env(substr(x, 2))
    return (l == "N" ? raise("KeyError", rep(x)) : l)
  }
  if (v == "csys.argv") {
    split(args, X, "\036")
    i = substr(x, 2) + 0
    if (i == 0) {
      return ("s" shown)
    }
    if (X[i] == "") {
      return raise("IndexError", "list index out of range")
    }
    return ("s" X[i])
  }
  if (OC[t] == "msg") {
    return header(t, substr(x, 2))
  }
  if (substr(v, 1, 1) == "s" && substr(x, 1, 1) == "n") {
    i = substr(x, 2)
    return ("s" substr(t, (i < 0 ? length(t) + i : i) + 1, 1))
  }
  bad("this subscript")
  return "N"
}
function slice(v, a, b, t, k, i, l, n) {
  t = substr(v, 2)
  k = substr(v, 1, 1)
  if (v == "csys.argv") {
    n = split(args, X, "\036") - 1
    l = list("[")
    for (i = a; i < b && i <= n; i++) {
      push(l, "s" (i ? X[i] : shown))
    }
    return l
  }
  n = k == "l" ? LN[t] : length(t)
  if (a < 0) {
    a += n
  }
  if (b < 0) {
    b += n
  }
  if (k != "l") {
    return (k substr(t, a + 1, b - a))
  }
  l = list("[")
  for (i = a; i < b && i < n; i++) {
    push(l, LV[t, i + 1])
  }
  return l
}
function env(n) {
  return (n in ENV ? "s" ENV[n] : "N")
}
function attr(v, n, k, t) {
  k = substr(v, 1, 1)
  t = substr(v, 2)
  if (k == "c") {
    return (t n) ~ /^(os|sys|ssl|email|smtplib|socket|time|datetime|getpass|base64|string)/ ? "c" t "." n : "c" n
  }
  if (k == "e") {
    return (n == "smtp_code" ? "n" EC[t] : n == "smtp_error" ? "b" EB[t] : n == "recipients" ? list("{") : "s" EM[t])
  }
  if (OC[t] == "msg" && n == "preamble") {
    return "N"
  }
  if (k == "o" && (t, n) in AT) {
    return AT[t, n]
  }
  bad("\047." n "\047")
  return "N"
}
function call(v, k, t, i, o, s, e, f, sv, sp, sq, sl) {
  k = substr(v, 1, 1)
  t = substr(v, 2)
  sub(/^.*[.]/, "", t)
  if (k == "u") {
    return user(t)
  }
  if (k != "c") {
    bad("this call")
    return "N"
  }
  if (t ~ /^(print|echo)$/) {
    o = ""
    s = arg(99, "sep", "s ")
    e = arg(99, "end", "s\n")
    for (i = 1; i <= an; i++) {
      o = o (i > 1 ? substr(s, 2) : "") str(AV[i])
    }
    if (arg(99, "file", "N") == "csys.stderr") {
      if (! mute) {
        print(o) > "/dev/stderr"
      }
    } else {
      say(o (t == "print" ? substr(e, 2) : ""))
    }
    return "N"
  }
  if (t == "str") {
    return ("s" str(arg(1, "", "s")))
  }
  if (t == "repr") {
    return ("s" rep(AV[1]))
  }
  if (t == "int") {
    return ("n" (substr(AV[1], 2) + 0))
  }
  if (t == "len") {
    return ("n" (substr(AV[1], 1, 1) == "l" ? LN[substr(AV[1], 2)] : length(substr(AV[1], 2))))
  }
  if (t == "list" || t == "bytes") {
    return AV[1]
  }
  if (t == "range") {
    o = list("[")
    for (i = an > 1 ? substr(AV[1], 2) + 0 : 0; i < substr(AV[an > 1 ? 2 : 1], 2) + 0 && i < 1000; i++) {
      push(o, "n" i)
    }
    return o
  }
  if (t ~ /^(SMTP|SMTP_SSL|LMTP)$/) {
    return open_smtp(arg(1, "host", "s"), arg(2, "port", "n0"), t == "SMTP_SSL")
  }
  if (t ~ /^(EmailMessage|Message)$/) {
    o = obj("msg")
    MN[on] = t == "EmailMessage"
    return o
  }
  if (t == "MIMEText") {
    o = obj("msg")
    i = on
    s = arg(3, "_charset", "N")
    s = s == "N" ? (arg(1, "_text", "s") ~ /[\200-\377]/ ? "utf-8" : "us-ascii") : substr(s, 2)
    head(i, "Content-Type", "text/" substr(arg(2, "_subtype", "splain"), 2) "; charset=\"" s "\"")
    head(i, "MIME-Version", "1.0")
    head(i, "Content-Transfer-Encoding", s == "us-ascii" ? "7bit" : "base64")
    PL[i] = s == "us-ascii" ? substr(arg(1, "_text", "s"), 2) : b64(substr(arg(1, "_text", "s"), 2), 76) "\n"
    return o
  }
  if (t ~ /^MIME(Multipart|Base|Application|Image)$/) {
    o = obj("msg")
    i = on
    head(i, "Content-Type", t == "MIMEMultipart" ? "multipart/" substr(arg(1, "_subtype", "smixed"), 2) : t == "MIMEBase" ? substr(AV[1], 2) "/" substr(AV[2], 2) : t == "MIMEImage" ? "image/png" : "application/octet-stream")
    head(i, "MIME-Version", "1.0")
    PN[i] = t == "MIMEMultipart" ? 0 : ""
    if (t ~ /App|Image/) {
      head(i, "Content-Transfer-Encoding", "base64")
      PL[i] = b64(substr(AV[1], 2), 76) "\n"
    }
    return o
  }
  if (t ~ /^(create_default_context|_create_unverified_context|SSLContext|Header)$/) {
    return (t == "Header" ? AV[1] : obj("context"))
  }
  if (t == "formatdate" || t == "localtime") {
    return ("s" now)
  }
  if (t == "make_msgid") {
    return ("s<" length(now) cn "." on "@" helo ">")
  }
  if (t == "formataddr") {
    o = substr(AV[1], 2)
    return ("s" str(LV[o, 1]) " <" str(LV[o, 2]) ">")
  }
  if (t == "encode_base64") {
    i = substr(AV[1], 2)
    PL[i] = b64(PL[i], 76) "\n"
    head(i, "Content-Transfer-Encoding", "base64")
    return "N"
  }
  if (t == "getenv" || v == "cos.environ.get") {
    o = env(substr(AV[1], 2))
    return (o == "N" && an > 1 ? AV[2] : o)
  }
  if (t == "getpass" || t == "input") {
    say(t == "input" || an ? str(arg(1, "prompt", "s")) : "Password: ")
    return ("s" ask(t, ""))
  }
  if (t == "sleep") {
    ask("sleep", str(AV[1]))
    return "N"
  }
  if (t == "getfqdn" || t == "gethostname") {
    return ("s" helo)
  }
  if (t == "time") {
    return ("n" srand())
  }
  if (t == "getuser") {
    return ("s" me)
  }
  if (t == "open") {
    if ((substr(arg(2, "mode", "sr"), 2)) !~ /^r/) {
      bad("writing a file")
      return "N"
    }
    o = obj("file")
    i = on
    f = substr(AV[1], 2)
    AT[i, "t"] = ""
    if ((getline s < f) < 0) {
      return raise("FileNotFoundError", "[Errno 2] No such file or directory: " rep(AV[1]))
    }
    do {
      AT[i, "t"] = AT[i, "t"] s "\n"
    } while ((getline s < f) > 0)
    close(f)
    return o
  }
  if (t ~ /^(exit|quit|die)$/) {
    if (lang == "perl" && an) {
      print(str(AV[1])) > "/dev/stderr"
      over(1)
    }
    over(an ? substr(AV[1], 2) + 0 : 0)
    return "N"
  }
  if (t == "mail") {
    return php_mail()
  }
  if (t == "var_dump") {
    say(AV[1] == "T" ? "bool(true)\n" : AV[1] == "F" ? "bool(false)\n" : rep(AV[1]) "\n")
    return "N"
  }
  if (t == "date" || t == "error_get_last") {
    return ("s" now)
  }
  if (t == "basicConfig" || t == "print_exc" || t == "isinstance") {
    return "N"
  }
  if (t ~ /^b64(en|de)code$/ && t ~ /en/) {
    return ("b" b64(substr(AV[1], 2), 0))
  }
  if (t ~ /Error$|Exception$/) {
    EM[++on] = str(arg(1, "", "s"))
    return ("e" on)
  }
  bad("\047" t "()\047")
  return "N"
}
function user(t, i, s, sl, sp, sq, f, o, n, a) {
  if (++deep > 20) {
    bad("so many calls")
    return "N"
  }
  sl = ln
  sp = p
  sq = q
  f = fr
  i = FN[t]
  o = FD[t]
  for (n = 1; n <= PC[t]; n++) {
    a[n] = arg(n, PA[t, n], PD[t, n])
  }
  fr = ++frames
  for (n = 1; n <= PC[t]; n++) {
    if (a[n] == "") {
      fr = f
      deep--
      return raise("TypeError", t "() missing 1 required positional argument: \047" PA[t, n] "\047")
    }
    VAR[fr, PA[t, n]] = a[n]
  }
  run(i + 1, o)
  ln = exc != "" ? ln : sl
  s = "N"
  if (returns) {
    s = ret
    returns = 0
    stop = gone || exc != ""
  }
  if (exc != "" && ! (exc in seen)) {
    seen[exc] = 1
    trail = sl SUBSEP t
  }
  fr = f
  p = sp
  q = sq
  deep--
  return s
}
