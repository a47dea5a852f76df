# Messages: what a message object is written as.
function head(i, k, v) {
  HK[i, ++HN[i]] = k
  HV[i, HN[i]] = v
}
function header(i, k, j) {
  for (j = 1; j <= HN[i]; j++) {
    if (tolower(HK[i, j]) == tolower(k)) {
      return ("s" HV[i, j])
    }
  }
  return "N"
}
function word_of(v) {
  return (v ~ /[\200-\377]/ ? "=?utf-8?b?" b64(v, 0) "?=" : v)
}
function b64(t, w, o, i, n, a, c) {
  if (! ("A" in ORD)) {
    for (i = 1; i < 256; i++) {
      ORD[sprintf("%c", i)] = i
    }
  }
  ORD["\001"] = 0
  c = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  o = ""
  for (i = 1; i <= length(t); i += 3) {
    n = ORD[substr(t, i, 1)] * 65536 + ORD[substr(t, i + 1, 1)] * 256 + ORD[substr(t, i + 2, 1)]
    o = o substr(c, int(n / 262144) + 1, 1) substr(c, int(n / 4096) % 64 + 1, 1) (i + 1 > length(t) ? "=" : substr(c, int(n / 64) % 64 + 1, 1)) (i + 2 > length(t) ? "=" : substr(c, n % 64 + 1, 1))
    if (w && (i + 2) % 57 == 0 && i + 3 <= length(t)) {
      o = o "\n"
    }
  }
  return o
}
function mail(i, j, o, b) {
  o = ""
  if (PN[i] != "") {
    b = "===============" sprintf("%d", 7000000000 + i) "=="
  }
  for (j = 1; j <= HN[i]; j++) {
    o = o HK[i, j] ": " (HK[i, j] == "Content-Type" && b != "" ? HV[i, j] "; boundary=\"" b "\"" : word_of(HV[i, j])) "\n"
  }
  o = o "\n"
  if (b == "") {
    return (o PL[i])
  }
  for (j = 1; j <= PN[i]; j++) {
    o = o "--" b "\n" mail(PT[i, j]) "\n"
  }
  return (o "--" b "--\n")
}
function content(i, t, s) {
  head(i, "Content-Type", "text/" s "; charset=\"utf-8\"")
  head(i, "Content-Transfer-Encoding", t ~ /[\200-\377]/ ? "8bit" : "7bit")
  if (header(i, "MIME-Version") == "N") {
    head(i, "MIME-Version", "1.0")
  }
  PL[i] = t (t ~ /\n$/ ? "" : "\n")
}
function addresses(t, l, a, n, i, x) {
  l = list("[")
  n = split(t, a, ",")
  for (i = 1; i <= n; i++) {
    x = a[i]
    sub(/^.*</, "", x)
    sub(/>.*$/, "", x)
    gsub(/[ \t\n]/, "", x)
    if (x != "") {
      push(l, "s" x)
    }
  }
  return l
}
