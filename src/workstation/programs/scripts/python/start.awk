# What has come from outside before, then the text itself.
BEGIN {
  RS = "\036"
  while ((getline s < (d "/came")) > 0) {
    k = substr(s, 1, index(s, "\n") - 1)
    s = substr(s, index(s, "\n") + 1)
    if (k ~ /talk|mail/) {
      CV++
      if (k == "mail") {
        WHY[CV, "x"] = s + 0
      } else {
        hear(CV, s)
      }
    } else {
      CAME[++CN] = s
    }
  }
  while ((getline s < (d "/env")) > 0) {
    k = index(s, "=")
    ENV[substr(s, 1, k - 1)] = substr(s, k + 1)
  }
  s = ""
  getline s < (d "/code")
  RS = "\n"
  if (lang != "python3") {
    gsub(/<\?(php)?|\?>/, " ", s)
    gsub(/->/, ".", s)
  }
  split(s, SRC, "\n")
  fr = frames = 0
  ln = 1
  scan(s "\n", 1)
  if (! stop) {
    run(1, nl + 1)
  }
  if (! gone) {
    for (i in AC) {
      if (SC[i] && SC[i] > CV && ! gone) {
        done(i + 0)
      }
    }
  }
  if (! gone && exc != "") {
    print("Traceback (most recent call last):") > "/dev/stderr"
    if (trail != "") {
      split(trail, X, SUBSEP)
      frame(X[1], "<module>")
      frame(exl, X[2])
    } else {
      frame(exl, "<module>")
    }
    print(exc ~ /^SMTP/ ? "smtplib." : exc == "gaierror" ? "socket." : exc == "SSLError" ? "ssl." : "") exc (exm == "" ? "" : ": " exm) > "/dev/stderr"
    code = 1
  }
  exit (code + 0)
}



























# Statements.






# Messages.















# Conversations: each is noted, held by swaks when it ends, and its steps have then gone as they went.







# Tokens: K kind, V text, of lines A to B with indent L and number N.













# Values: a letter for the kind before the text.
