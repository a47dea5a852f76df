# Values: a letter for the kind (s text, b bytes, n number, l list, o object, e exception, c class, N T F),
# then the text, or the number of the list or object.
function str(v, k, t, i, n) {
  k = substr(v, 1, 1)
  t = substr(v, 2)
  if (k ~ /[sbn]/) {
    return (k == "b" ? "b\047" slash(t) "\047" : t)
  }
  if (k == "N") {
    return "None"
  }
  if (k == "T") {
    return "True"
  }
  if (k == "F") {
    return "False"
  }
  if (k == "l") {
    return rep(v)
  }
  if (k == "e") {
    return EM[t]
  }
  if (k == "o" && OC[t] == "msg") {
    return mail(t)
  }
  return ("<" (k == "o" ? OC[t] " object" : t) ">")
}
function slash(t) {
  gsub(/\\/, "\\\\", t)
  gsub(/\n/, "\\n", t)
  gsub(/\r/, "\\r", t)
  return t
}
function rep(v, k, t, i, n, o) {
  k = substr(v, 1, 1)
  t = substr(v, 2)
  if (k == "s") {
    return ("\047" slash(t) "\047")
  }
  if (k != "l") {
    return str(v)
  }
  o = ""
  for (i = 1; i <= LN[t]; i++) {
    o = o (i > 1 ? ", " : "") (LK[t, i] != "" ? rep(LK[t, i]) ": " : "") rep(LV[t, i])
  }
  return (LB[t] == "" ? "[" : LB[t]) o (LB[t] == "(" ? (LN[t] == 1 ? ",)" : ")") : LB[t] == "{" ? "}" : "]")
}
function truth(v, k) {
  k = substr(v, 1, 1)
  return ! (v == "N" || v == "F" || v == "s" || v == "b" || v == "n0" || k == "l" && LN[substr(v, 2)] == 0)
}
function list(b) {
  LN[++on] = 0
  LB[on] = b
  return ("l" on)
}
function push(l, v) {
  l = substr(l, 2)
  LV[l, ++LN[l]] = v
}
function obj(c) {
  OC[++on] = c
  return ("o" on)
}
function get(n, f) {
  if ((fr, n) in VAR) {
    return VAR[fr, n]
  }
  if ((0, n) in VAR) {
    return VAR[0, n]
  }
  if (n in FN) {
    return ("u" n)
  }
  if (n == "None" || n == "null" || n == "undef") {
    return "N"
  }
  if (n == "True" || n == "true") {
    return "T"
  }
  if (n == "False" || n == "false") {
    return "F"
  }
  if (n == "__name__") {
    return "s__main__"
  }
  if (n ~ /^(print|str|int|len|repr|open|input|list|bytes|echo|printf|mail|var_dump|exit|quit|Exception|OSError|ConnectionRefusedError|TimeoutError|ConnectionError|KeyError|ValueError|die|range|Net_SMTP|PHP_EOL|error_get_last|shift|date|time|isinstance)$/) {
    return (n == "PHP_EOL" ? "s\n" : "c" n)
  }
  if (lang != "python3") {
    return "N"
  }
  raise("NameError", "name \047" n "\047 is not defined")
  return "N"
}
function set(n, v) {
  VAR[fr, n] = v
}
