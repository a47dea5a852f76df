# How a run of the text ends: with a fault of its own, with what is not understood here, or with a wish for
# something from outside (a conversation, a line that is typed, time), after which it is run again.
function bad(w) {
  print(lang ": " shown ", line " N[ln] ": " w " is not understood here; what sends mail is (see man " lang ")") > "/dev/stderr"
  over(1)
}
function over(s) {
  if (! gone) {
    gone = 1
    stop = 1
    code = s
  }
}
function say(t) {
  if (! mute && ! gone) {
    printf "%s", t
  }
}
function want(k, t) {
  if (gone) {
    return
  }
  print(k) > (d "/want")
  printf("%s", t) >> (d "/want")
  close(d "/want")
  over(0)
}
function ask(k, t) {
  if (cn < CN) {
    return CAME[++cn]
  }
  want(k, t)
  return ""
}
function raise(c, m) {
  if (exc == "" && ! gone) {
    exc = c
    exm = m
    exl = ln
    stop = 1
  }
  return "N"
}
function isa(c, w) {
  sub(/^.*[.]/, "", w)
  sub(/^.*[.]/, "", c)
  return (w == c || w ~ /^(Exception|BaseException)$/ || w ~ /^(OSError|IOError|error)$/ && c !~ /^(NameError|KeyError|TypeError|ValueError|IndexError)$/ || w == "SMTPException" && c ~ /^SMTP/ || w == "SMTPResponseException" && c ~ /^SMTP(Auth|Data|Sender|Connect|Helo)/ || w == "ConnectionError" && c ~ /^Connection/)
}
