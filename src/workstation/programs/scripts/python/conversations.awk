# Conversations: each is noted, held by swaks when it ends, and its steps have then gone as they went.
function open_smtp(h, port, s, o, i, a) {
  o = obj("smtp")
  i = on
  h = substr(h, 2)
  port = substr(port, 2) + 0
  if (split(h, a, ":") == 2) {
    h = a[1]
    port = a[2] + 0
  }
  if (! port) {
    port = s ? 465 : 25
  }
  SH[i] = h
  SP[i] = port
  SS[i] = s ? "wrap" : "off"
  SC[i] = 0
  if (h != "") {
    begin(i)
  }
  return o
}
function begin(i) {
  if (SC[i]) {
    return
  }
  SC[i] = ++cv
  AC[i] = 1
  if (cv > CV) {
    mute = 1
  } else {
    open = i
    why(i, "connect")
  }
}
function why(i, k, c) {
  c = SC[i]
  if (! c) {
    if (SH[i] == "") {
      raise("SMTPServerDisconnected", "please run connect() first")
    } else {
      begin(i)
    }
    c = SC[i]
  }
  if (c > CV || stop) {
    return 0
  }
  if ((c, k) in WHY) {
    raise(WHY[c, k], WHT[c, k])
    return 1
  }
  return 0
}
function done(i, k, t) {
  if (! SC[i]) {
    return
  }
  t = SC[i]
  SC[i] = 0
  if (t > CV) {
    flush_conv(i, k)
    return
  }
  if (DB) {
    debug(TR[t], SD[i])
  }
}
function debug(s, m, a, n, i, t, r, x, d) {
  n = split(s, a, "\n")
  for (i = 1; i <= n; i++) {
    t = a[i]
    if (t ~ /^ [-~]> (EHLO|STARTTLS|AUTH|MAIL|RCPT|DATA|QUIT|[A-Za-z0-9+\/=]+$)/) {
      t = substr(t, 5)
      if (match(t, /^[A-Z]+( |$)/)) {
        t = tolower(substr(t, 1, RLENGTH)) substr(t, RLENGTH + 1)
      }
      x = x "send: \047" t "\\r\\n\047\n"
      r = ""
    } else if (x != "" && t ~ /^<[-~*]+ *[0-9]/) {
      sub(/^<[-~*]+ */, "", t)
      x = x "reply: b\047" t "\\r\\n\047\n"
      r = r (r == "" ? "" : "\\n") substr(t, 5)
      if (substr(t, 4, 1) != "-") {
        x = x "reply: retcode (" substr(t, 1, 3) "); Msg: b\047" r "\047\n"
        if (t ~ /^354/ || d == ".") {
          x = x "data: (" substr(t, 1, 3) ", b\047" r "\047)\n"
          d = ""
          if (t ~ /^354/) {
            gsub(/\n/, "\r\n", m)
            x = x "send: b\047" slash(m) "\\r\\n.\\r\\n\047\n"
            d = "."
          }
        }
        r = ""
      }
    }
  }
  printf("%s", x) > "/dev/stderr"
}
function flush_conv(i, k) {
  sub(/\n$/, "", SD[i])
  printf("%s", SD[i]) > (d "/data")
  close(d "/data")
  mute = 0
  want("talk", SH[i] "\n" SP[i] "\n" SS[i] "\n" SU[i] "\n" SW[i] "\n" SF[i] "\n" ST[i] "\n" (SD[i] == "" ? (SF[i] != "" ? "RCPT" : SU[i] != "" ? "AUTH" : SS[i] == "on" ? "TLS" : SE[i] ? "FIRST-EHLO" : "CONNECT") : "") "\n")
}
function send(i, f, t, m, l, j, o, x, c) {
  if (SD[i] != "") {
    done(i)
    begin(i)
  }
  SF[i] = f
  o = ""
  for (j = 1; j <= LN[substr(t, 2)]; j++) {
    o = o (j > 1 ? "," : "") bare(str(LV[substr(t, 2), j]))
  }
  ST[i] = o
  SD[i] = m
  c = SC[i]
  if (why(i, "MAIL") || why(i, "RCPT") || why(i, "DATA")) {
    return "N"
  }
  return list("{")
}
function bare(x) {
  if (match(x, /<[^>]*>/)) {
    x = substr(x, RSTART + 1, RLENGTH - 2)
  }
  return x
}
function php_mail(o, i, h, t) {
  o = obj("smtp")
  h = str(arg(4, "", "s"))
  t = "To: " str(AV[1]) "\nSubject: " word_of(str(AV[2])) "\n" (h == "" ? "" : h "\n") "\n" str(arg(3, "", "s")) "\n"
  gsub(/\r/, "", t)
  if (++cv > CV) {
    printf("%s", t) > (d "/data")
    close(d "/data")
    want("mail", "")
    return "T"
  }
  return (WHY[cv, "x"] == 0 ? "T" : "F")
}
function tuple(c, m, l) {
  l = list("(")
  push(l, "n" c)
  push(l, "b" m)
  return l
}
function method(v, n, k, t, i, l, a, o, r, x) {
  k = substr(v, 1, 1)
  t = substr(v, 2)
  if (k == "c") {
    if (v == "cNet_SMTP" && n == "new") {
      o = open_smtp(arg(1, "Host", "slocalhost"), arg(99, "Port", "n25"), 0)
      SE[substr(o, 2)] = 1
      return (exc == "" ? o : perl_no())
    }
    if (t == "os.environ" && n == "get" || t == "os" && n == "getenv") {
      return call("cgetenv")
    }
    if (t == "sys" && n == "exit") {
      return call("cexit")
    }
    if (t ~ /^sys/ && n ~ /^(write|flush)$/) {
      if (n == "write") {
        say(str(AV[1]))
      }
      return "N"
    }
    if (t == "string" || t ~ /datetime/ || t ~ /^os([.]path)?$/ && n != "getenv") {
      bad("\047" t "." n "()\047")
      return "N"
    }
    return call("c" n)
  }
  if (OC[t] == "smtp" && k == "o") {
    c = SC[t]
    if (n == "connect") {
      if (an) {
        SH[t] = substr(AV[1], 2)
        if (split(SH[t], a, ":") == 2) {
          SH[t] = a[1]
          SP[t] = a[2] + 0
        }
        if (an > 1 || KWN) {
          SP[t] = substr(arg(2, "port", "n25"), 2)
        }
      }
      begin(t)
      return tuple(220, RE[SC[t], "banner"])
    }
    if (n ~ /^set_debuglevel$|^(Timeout|debug)$/) {
      DB = truth(AV[1])
      return "N"
    }
    if (n ~ /^(ehlo|helo|ehlo_or_helo_if_needed|hello)$/) {
      SE[t] = 1
      if (why(t, "EHLO")) {
        return "N"
      }
      return tuple(250, RE[SC[t], "EHLO"])
    }
    if (n == "starttls") {
      SE[t] = 1
      SS[t] = "on"
      if (why(t, "TLS")) {
        return (lang == "perl" ? perl_no() : "N")
      }
      return tuple(220, "2.0.0 Ready to start TLS")
    }
    if (n == "login" || n == "auth") {
      SU[t] = str(AV[1])
      SW[t] = str(AV[2])
      SE[t] = 1
      if (why(t, "AUTH")) {
        return (lang == "perl" ? perl_no() : "N")
      }
      return (lang == "perl" ? "T" : tuple(235, RE[SC[t], "AUTH"]))
    }
    if (n == "sendmail") {
      x = arg(2, "to_addrs", "s")
      if (substr(x, 1, 1) != "l") {
        l = list("[")
        push(l, x)
        x = l
      }
      o = arg(3, "msg", "s")
      o = substr(o, 1, 1) == "o" ? raise("TypeError", "expected string or bytes-like object") : substr(o, 2)
      return send(t, bare(str(arg(1, "from_addr", "s"))), x, o)
    }
    if (n == "send_message") {
      i = substr(arg(1, "msg", "N"), 2)
      x = arg(3, "to_addrs", "N")
      if (x == "N") {
        o = ""
        for (r = 1; r <= HN[i]; r++) {
          if (tolower(HK[i, r]) ~ /^(to|cc|bcc)$/) {
            o = o (o == "" ? "" : ",") HV[i, r]
          }
        }
        x = addresses(o)
      } else if (substr(x, 1, 1) != "l") {
        l = list("[")
        push(l, x)
        x = l
      }
      o = arg(2, "from_addr", "N")
      if (o == "N") {
        o = header(i, "Sender")
        if (o == "N") {
          o = header(i, "From")
        }
      }
      for (r = 1; r <= HN[i]; r++) {
        if (tolower(HK[i, r]) == "bcc") {
          for (; r < HN[i]; r++) {
            HK[i, r] = HK[i, r + 1]
            HV[i, r] = HV[i, r + 1]
          }
          HN[i]--
        }
      }
      return send(t, bare(o == "N" ? "" : substr(o, 2)), x, mail(i))
    }
    if (n ~ /^(mail|from|send)$/ && lang == "perl") {
      SF[t] = bare(str(AV[1]))
      return (why(t, "MAIL") ? perl_no() : "T")
    }
    if (n ~ /^(to|recipient|cc|bcc)$/) {
      for (i = 1; i <= an; i++) {
        if (substr(AV[i], 1, 1) != "l") {
          ST[t] = ST[t] (ST[t] == "" ? "" : ",") bare(str(AV[i]))
        }
      }
      return (why(t, "RCPT") ? perl_no() : "T")
    }
    if (n ~ /^data(send|end)?$/ && lang == "perl") {
      for (i = 1; i <= an; i++) {
        SD[t] = SD[t] str(AV[i])
      }
      return (n == "dataend" || an && n == "data" ? (why(t, "DATA") ? perl_no() : "T") : "T")
    }
    if (n == "banner" || n == "message" || n == "code" || n == "domain") {
      return ("s" RE[SC[t], n == "banner" ? "banner" : "last"] "\n")
    }
    if (n ~ /^(quit|close)$/) {
      x = SC[t]
      done(t)
      return tuple(221, "2.0.0 Bye")
    }
    if (n == "noop" || n == "rset" || n == "verify" || n == "vrfy") {
      return tuple(250, "2.0.0 Ok")
    }
    if (n == "has_extn") {
      return (index(toupper(RE[SC[t], "EHLO"]), toupper(str(AV[1]))) ? "T" : "F")
    }
    bad("\047" n "()\047 of a connection")
    return "N"
  }
  if (k == "o" && OC[t] == "msg") {
    if (n == "set_content") {
      content(t, substr(AV[1], 2), substr(arg(2, "subtype", "splain"), 2))
      return "N"
    }
    if (n == "set_payload") {
      PL[t] = substr(AV[1], 2)
      return "N"
    }
    if (n == "attach") {
      PT[t, ++PN[t]] = substr(AV[1], 2)
      return "N"
    }
    if (n == "add_alternative") {
      o = obj("msg")
      i = on
      PT[t, 1] = i
      for (r = 1; r <= HN[t]; r++) {
        if (HK[t, r] ~ /^Content-/) {
          head(i, HK[t, r], HV[t, r])
          if (HK[t, r] == "Content-Type") {
            HV[t, r] = "multipart/alternative"
          } else {
            HK[t, r] = "X-Dropped"
          }
        }
      }
      for (r = x = 0; r < HN[t]; ) {
        r++
        if (HK[t, r] != "X-Dropped") {
          x++
          HK[t, x] = HK[t, r]
          HV[t, x] = HV[t, r]
        }
      }
      HN[t] = x
      PL[i] = PL[t]
      o = obj("msg")
      content(on, substr(AV[1], 2), substr(arg(2, "subtype", "splain"), 2))
      PT[t, 2] = on
      PN[t] = 2
      return "N"
    }
    if (n == "add_header" || n == "__setitem__") {
      o = str(AV[2])
      for (i = 1; i <= KWN; i++) {
        o = o "; " KW[i] "=\"" str(KX[i]) "\""
      }
      head(t, str(AV[1]), o)
      return "N"
    }
    if (n == "replace_header") {
      for (i = 1; i <= HN[t]; i++) {
        if (HK[t, i] == str(AV[1])) {
          HV[t, i] = str(AV[2])
        }
      }
      return "N"
    }
    if (n == "as_string" || n == "__str__") {
      return ("s" mail(t))
    }
    if (n == "as_bytes") {
      return ("b" mail(t))
    }
    if (n == "get") {
      return header(t, str(AV[1]))
    }
    if (n == "set_charset" || n == "set_type") {
      return "N"
    }
    bad("\047" n "()\047 of a message")
    return "N"
  }
  if (k == "o" && OC[t] == "file") {
    if (n == "read") {
      return ("s" AT[t, "t"])
    }
    if (n == "close") {
      return "N"
    }
  }
  if (k == "o" && OC[t] == "context") {
    return "N"
  }
  if (k == "l") {
    if (n == "append") {
      push(v, AV[1])
      return "N"
    }
    if (n == "items") {
      l = list("[")
      for (i = 1; i <= LN[t]; i++) {
        x = list("(")
        push(x, LK[t, i])
        push(x, LV[t, i])
        push(l, x)
      }
      return l
    }
    if (n == "get") {
      for (i = 1; i <= LN[t]; i++) {
        if (LK[t, i] == AV[1]) {
          return LV[t, i]
        }
      }
      return (an > 1 ? AV[2] : "N")
    }
    if (n == "keys" || n == "values") {
      l = list("[")
      for (i = 1; i <= LN[t]; i++) {
        push(l, n == "keys" ? LK[t, i] : LV[t, i])
      }
      return l
    }
  }
  if (k ~ /[sb]/) {
    if (n == "encode") {
      return ("b" t)
    }
    if (n == "decode") {
      return ("s" t)
    }
    if (n == "strip") {
      gsub(/^[ \t\r\n]+|[ \t\r\n]+$/, "", t)
      return (k t)
    }
    if (n == "upper") {
      return (k toupper(t))
    }
    if (n == "lower") {
      return (k tolower(t))
    }
    if (n == "join") {
      o = ""
      for (i = 1; i <= LN[substr(AV[1], 2)]; i++) {
        o = o (i > 1 ? t : "") str(LV[substr(AV[1], 2), i])
      }
      return ("s" o)
    }
    if (n == "split") {
      l = list("[")
      r = split(t, a, an ? substr(AV[1], 2) : " ")
      for (i = 1; i <= r; i++) {
        push(l, "s" a[i])
      }
      return l
    }
    if (n == "replace") {
      o = ""
      x = substr(AV[1], 2)
      while (x != "" && (i = index(t, x))) {
        o = o substr(t, 1, i - 1) substr(AV[2], 2)
        t = substr(t, i + length(x))
      }
      return (k o t)
    }
    if (n ~ /^(starts|ends)with$/) {
      x = substr(AV[1], 2)
      return (n ~ /^s/ ? substr(t, 1, length(x)) : substr(t, length(t) - length(x) + 1)) == x ? "T" : "F"
    }
    if (n == "format") {
      o = ""
      x = 0
      while (match(t, /[{][A-Za-z0-9_]*[}]/)) {
        a[0] = substr(t, RSTART + 1, RLENGTH - 2)
        o = o substr(t, 1, RSTART - 1) str(a[0] ~ /^[A-Za-z]/ ? arg(99, a[0], "s") : AV[a[0] == "" ? ++x : a[0] + 1])
        t = substr(t, RSTART + RLENGTH)
      }
      return ("s" o t)
    }
  }
  if (exc == "" && ! stop) {
    bad("\047" n "()\047")
  }
  return "N"
}
function perl_no() {
  exc = ""
  stop = gone
  return "F"
}
