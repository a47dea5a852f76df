name=${0##*/} self=$0
declare -A c=() o=()
acct=default conf= to=() opts=()
say() { printf '%s\n' "$name: $*" >&2; }
send() {
 local a=(--server "$1" --port "$2" --ehlo "$helo" --from "$3" --to "$4" --data @"$t.d")
 [ -n "$proto" ] && a+=(--protocol "$proto"); case $5 in on) a+=(-tls);; wrap) a+=(-tlsc);; try) a+=(-tlso);; esac
 [ -n "$6" ] && a+=(-a "PLAIN,LOGIN,CRAM-MD5" --auth-user "$6" --auth-password "$7")
 printf %s "$(cat $t)" > $t.d
 out=$(swaks "${a[@]}" 2>&1)
 why=$(sed -nE 's/^<[-~]?\*+ *([45])/\1/p' <<< "$out" | head -n 1)
 bad=$(grep -E -B1 '^<[-~]?\*+ *[45]' <<< "$out" | head -n 1) bad=${bad#*<} bad=${bad%>*}
 id=$(sed -n 's/^<[-~]  \(250 .*queued.*\)/\1/p' <<< "$out")
}
talk() { grep -E '^(<[-~*]| [-~]>)' <<< "$out" | sed -E "s/^ [-~]> ?/$1/; s/^<[-~*]+ +/$2/"; }
head_of() { sed '/^$/,$d' "$t" | sed -n "s/^$1: *//Ip"; }
addresses() { grep -oE '[^ ,<>"]+@[^ ,<>"]+|^[a-z0-9._-]+$' <<< "$1"; }
list() { local IFS=,; echo "$*"; }
t=$(mktemp); trap 'rm -f $t $t.?' EXIT
helo=localhost
case $name in
msmtp)
 while [ $# -gt 0 ]; do case $1 in
  --version) echo 'msmtp version 1.8.23'; exit;; -a|--account|-C|--file|-f|--from) k=${1##*-} v=$2; shift;; -a?*|-C?*|-f?*) k=${1:1:1} v=${1:2};; --*=*) k=${1%%=*} k=${k#--} v=${1#*=};;
  -t|--read-recipients|-v|-d|-P|-S|-i|-oi|--) k=${1#-} k=${k#-} v=1;; --serverinfo|--pretend|--debug|--tls|--auth) k=${1#--} v=on;;
  -*) echo "$self: unrecognized option '$1'" >&2; exit 64;; *) to+=("$1"); shift; continue;; esac
 case $k in a|account) acct=$v;; C|file) conf=$v;; f|from) o[from]=$v;; t|read-recipients) reads=1;; v|d|debug) shows=1;; P|pretend) shows=1 pretends=1;; S|serverinfo) info=1;; *) o[${k//-/_}]=$v;; esac
 shift; done
 if [ -z "${o[host]}" ]; then
  rc=$conf; [ -n "$rc" ] || for rc in ~/.msmtprc ~/.config/msmtp/config /etc/msmtprc; do [ -e $rc ] && break; done
  [ -r "$rc" ] || { [ -n "$conf" ] && { say "$conf: No such file or directory"; exit 74; }; say "account $acct not found: no configuration file available"; exit 78; }
  cur=' ' n=0
  while read -r k v; do n=$((n+1)); v=${v#\"} v=${v%\"}; case $k in ''|\#*) ;; defaults) cur=' ';;
   account) cur=${v%%[ :]*} seen="$seen $cur " from=${v#*:}; [ "$from" = "$v" ] && from=; for b in ' ' ${from//,/ }; do for k in "${!c[@]}"; do [ "${k%%,*}" = "$b" ] && c[$cur,${k#*,}]=${c[$k]}; done; done;;
   host|port|from|auth|user|password|passwordeval|tls|tls_*|logfile|domain|timeout|protocol|aliases|syslog|auto_from|maildomain|set_*|add_*|from_full_name|keepbcc|remove_bcc_headers|undisclosed_recipients|source_ip|proxy_*|dsn_*|eval|allow_*|logfile_time_format) c[$cur,$k]=${v/#\~/$HOME};;
   *) say "$rc: line $n: unknown command $k"; exit 78;; esac; done < "$rc"
  case $seen in *" $acct "*) ;; *) say "account $acct not found in $rc"; exit 78;; esac
  told=" (account $acct from $rc)"
 fi
 get() { echo "${o[$1]-${c[$acct,$1]-$2}}"; }
 tls=$(get tls off) tty=$(get tls_starttls on); [ $tls = on ] && [ $tty = off ] && tls=wrap
 port=25; [ $tls = on ] && port=587; [ $tls = wrap ] && port=465
 port=$(get port $port) h=$(get host) from=$(get from "$USER@$(hostname)") helo=$(get domain localhost)
 user=$(get user) auth=$(get auth off); [ "$auth" = off ] && user=; pass=$(get password); e=$(get passwordeval); [ -n "$e" ] && pass=$(eval "$e")
 [ -n "$shows" ] && { [ -n "$told" ] && printf '%s\n' "loaded user configuration file $rc" "using account $acct from $rc"; printf '%s\n' "host = $h" "port = $port" "auth = ${auth/off/none}" "user = ${user:-(not set)}" "tls = ${tls/wrap/on}" "tls_starttls = $tty" "from = $from" "logfile = $(get logfile '(not set)')" "reading recipients from the command line${reads:+ and the mail}"; }
 [ -n "$pretends" ] && exit
 if [ -n "$info" ]; then
  out=$(swaks --server "$h" --port $port --quit-after FIRST-EHLO 2>&1); case $out in *refused*) say "cannot connect to $h, port $port: Connection refused"; exit 75;; esac
  set -- $(getent hosts "$h"); printf '%s\n' "SMTP server at $h ($h [${1:-$h}]), port $port:" "    $(sed -n 's/^<-  220 //p' <<< "$out")" Capabilities:
  sed -nE 's/^<-  250.(SIZE|PIPELINING|ETRN|DSN|STARTTLS|AUTH)(.*)/    \1\2:/p' <<< "$out"; exit; fi
 cat > $t
 [ -n "$reads" ] && to+=($(addresses "$(head_of To; head_of Cc; head_of Bcc)"))
 [ ${#to[@]} -gt 0 ] || { say 'no recipients found'; exit 64; }
 { [ -n "$(head_of From)" ] || echo "From: $from"; [ -n "$(head_of Date)" ] || echo "Date: $(date -R)"; [ -n "$(head_of Message-ID)" ] || echo "Message-ID: <$(md5sum < $t | cut -c1-32).$from>"; sed '1,/^$/{/^Bcc:/Id}' $t; } > $t.m; mv $t.m $t
 send "$h" "$port" "$from" "$(list "${to[@]}")" $tls "$user" "$pass"
 [ -n "$shows" ] && talk '--> ' '<-- '
 log=$(get logfile) s=EX_OK n=0
 fail() { n=$1 s=$2; shift 2; printf "msmtp: %s\n" "$@" >&2; say "could not send mail$told"; }
 case $out in
 *'Connection refused'*) told=; fail 75 EX_TEMPFAIL "cannot connect to $h, port $port: Connection refused";;
 *'Error connecting'*|*'nvalid host'*|*'or service not known'*) told=; fail 68 EX_NOHOST "cannot locate host $h: Name or service not known";;
 *'not advertise'*TLS*) fail 69 EX_UNAVAILABLE 'the server does not support TLS via the STARTTLS command';;
 *'not advertise'*|*'did not advertise'*) fail 69 EX_UNAVAILABLE 'the server does not support authentication';;
 *'* 535'*|*'No authentication type succeeded'*) fail 77 EX_NOPERM "authentication failed (method ${auth/on/PLAIN})" "server message: $(sed -nE 's/^<[-~]?\*+ *(535.*)/\1/p' <<< "$out" | head -n 1)";;
 *) case $why in '') ;; *) case $bad in 'MAIL FROM'*|*MAIL*) fail 65 EX_DATAERR "envelope from address $from not accepted by the server" "server message: $why";; *RCPT*|*'> RCPT TO:<'*) fail 65 EX_DATAERR "recipient address ${bad##*<} not accepted by the server" "server message: $why";; *) fail 65 EX_DATAERR 'the server did not accept the mail' "server message: $why";; esac;; esac;; esac
 [ -n "$log" ] && printf '%s host=%s tls=%s auth=%s %sfrom=%s recipients=%s mailsize=%s smtpstatus=%s smtpmsg=%s exitcode=%s\n' "$(date '+%b %d %T')" "$h" "${tls/wrap/on}" "${auth:-off}" "${user:+user=$user }" "$from" "$(list "${to[@]}")" "$(wc -c < $t)" "${why:-$id}" "'${why:-$id}'" $s | sed -E "s/smtpstatus=(...)[^']*smtpmsg/smtpstatus=\1 smtpmsg/" >> "$log"
 exit $n;;
ssmtp)
 conf=/etc/ssmtp/ssmtp.conf
 while [ $# -gt 0 ]; do case $1 in -C) conf=$2; shift;; -C*) conf=${1#-C};; -f|-r) f=$2; shift;; -f*|-r*) f=${1:2};; -F) shift;; -t) reads=1;; -v) shows=1;; -au*) u=${1#-au};; -ap*) w=${1#-ap};; -*) ;; *) to+=("$1");; esac; shift; done
 while IFS== read -r k v; do v=${v# } v=${v%% *}; case ${k,,} in mailhub*) hub=$v;; hostname*) me=$v;; usetls*) tls=$v;; usestarttls*) stls=$v;; authuser*) u=${u:-$v};; authpass*) w=${w:-$v};; rewritedomain*) dom=$v;; esac; done < <(cat "$conf" 2> /dev/null)
 hub=${hub:-mailhub}; me=${me:-$(hostname)}; port=25; case $hub in *:*) port=${hub##*:} hub=${hub%:*};; esac
 cat > $t; [ -n "$reads" ] && to+=($(addresses "$(head_of To; head_of Cc; head_of Bcc)"))
 [ ${#to[@]} -gt 0 ] || { say 'No recipients supplied - mail will not be sent'; exit; }
 f=${f:-$USER@${dom:-$me}} helo=$me; case ${stls,,}${tls,,} in yes*) m=on;; *yes) m=wrap;; esac
 { echo "Received: by $me (sSMTP sendmail emulation); $(date -R)"; [ -n "$(head_of From)" ] || echo "From: \"$USER\" <$f>"; [ -n "$(head_of Date)" ] || echo "Date: $(date -R)"; cat $t; } > $t.m; mv $t.m $t
 for k in "${!to[@]}"; do case ${to[k]} in *@*) ;; *) to[k]=${to[k]}@${dom:-$me};; esac; done
 [ -z "$u$m" ] && proto=SMTP
 send "$hub" "$port" "$f" "$(list "${to[@]}")" "$m" "$u" "$w"
 [ -n "$shows" ] && talk '[->] ' '[<-] '
 case $out in *'rror connecting'*) say "Cannot open $hub:$port"; exit 1;; *'not advertise'*|*'o authentication type succeeded'*|*'* 535'*) say "Authorization failed${why:+ ($why)}"; exit 1;; esac
 [ -z "$why" ] || { say "$bad> ($why)"; exit 1; };;
send[eE]mail)
 d() { printf '%s %s %s[%s]: %s\n' "$(date '+%b %d %T')" "$(hostname)" sendemail $$ "$*"; }
 while [ $# -gt 0 ]; do case $1 in -[tuma]|-cc|-bcc|-o) k=${1#-}; shift; while [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; do case $k in t|cc|bcc) to+=($(addresses "$1")); [ $k = bcc ] || eval "${k}s=\${${k}s:+\$${k}s, }\$1";; u) subj=${subj:+$subj }$1;; m) body=${body:+$body }$1 has=1;; a) opts+=(--attach @"$1");; o) case $1 in tls=no) tls=off;; tls=yes) tls=on;; message-file=*) body=$(cat "${1#*=}") has=1;; username=*) u=${1#*=};; password=*) w=${1#*=};; message-content-type=html) html=1;; esac;; esac; shift; done; continue;;
  -f) from=$2; shift;; -s) srv=$2; shift;; -xu) u=$2; shift;; -xp) w=$2; shift;; -v|-vv) shows=1;; -q) quiet=1;; --help|-h) d 'see man sendemail'; exit;; esac; shift; done
 [ -n "$from" ] || { d "ERROR => You must specify a 'from' field!  Try --help."; exit 1; }
 [ ${#to[@]} -gt 0 ] || { d 'ERROR => You must specify at least one recipient via -t, -cc, or -bcc'; exit 1; }
 [ -n "$has" ] || { printf '%s\n' "Reading message body from STDIN because the '-m' option was not used." 'If you are manually typing in a message:' '  - First line must be received within 60 seconds.' '  - End manual input with a CTRL-D on its own line.' ''; body=$(cat); d 'Message input complete.'; }
 srv=${srv:-localhost} port=25; case $srv in *:*) port=${srv##*:} srv=${srv%:*};; esac
 helo=$(hostname) f=$(addresses "$from" | head -n 1)
 printf '%s\n' "Message-ID: <$RANDOM.$RANDOM-sendEmail@$helo>" "From: $from" "To: $ts" ${ccs:+"Cc: $ccs"} "Subject: $subj" "Date: $(date -R)" 'X-Mailer: sendEmail-1.56' 'MIME-Version: 1.0' "Content-Type: text/${html:+html}${html:-plain}; charset=\"iso-8859-1\"" '' "$body" | sed 's/html1;/html;/' > $t
 send "$srv" "$port" "$f" "$(list "${to[@]}")" "${tls:-try}" "$u" "$w"
 case $out in *'not advertise'*AUTH*|*'not advertise'*uth*) d 'NOTICE => Authentication not supported by the remote SMTP server!'; send "$srv" "$port" "$f" "$(list "${to[@]}")" "${tls:-try}";; esac
 case $out in *'rror connecting'*) d "ERROR => Connection attempt to $srv:$port failed: IO::Socket::INET6: connect: Connection refused"; exit 1;; *'* 535'*) d "ERROR => ERROR => SMTP-AUTH: Authentication to $srv:$port failed."; exit 1;; esac
 [ -n "$shows" ] && talk 'INFO => Sending: 	' 'SUCCESS => Received: 	' | grep -E '	([0-9]{3}|EHLO|HELO|MAIL|RCPT|DATA|STARTTLS)' | while read -r l; do d "$l"; done
 [ -z "$why" ] || { d "ERROR => Received: 	$why"; exit 1; }
 [ -n "$quiet" ] || d "Email was sent successfully!${shows:+  From: <$f> To: <$(list "${to[@]}")> Subject: [$subj] Server: [$srv:$port]}";;
mutt)
 while [ $# -gt 0 ]; do case $1 in -v) echo 'Mutt 2.2.12 (2023-09-09)'; exit;; -s) subj=$2; shift;; -c) cc="${cc:+$cc, }$2" to+=($(addresses "$2")); shift;; -b) to+=($(addresses "$2")); shift;; -i|-H) incl=$2; shift;; -F) conf=$2; shift;; -e) cmds="$cmds
$2"; shift;; -f|-m) read=$2; shift;; -a) shift; while [ $# -gt 0 ] && [ "$1" != -- ] && { [ -e "$1" ] || [ "${1#-}" = "$1" ]; }; do [ -r "$1" ] || { echo "$1: unable to attach file." >&2; exit 1; }; opts+=("$1"); shift; done; [ "$1" = -- ] || continue;; -x|-n|-p|-R|-y|-z|-Z|--) ;; -*) ;; *) ts=${ts:+$ts, }$1 to+=($(addresses "$1"));; esac; shift; done
 [ -t 0 ] && [ -z "$incl$subj" ] && { echo "(mutt's screen is not here: mail reads a mailbox, and mutt -s SUBJECT ADDRESS < FILE sends.)" >&2; exit 1; }
 [ ${#to[@]} -gt 0 ] || { echo 'No recipients specified.' >&2; exit 1; }
 while read -r k v; do v=${v#set } ; case $k in set) n=${v%%=*} n=${n%% } v=${v#*=} v=${v# } v=${v#[\"\']} v=${v%[\"\']}; c[$n]=$v;; esac; done < <(cat ${conf:-~/.muttrc} 2> /dev/null; echo "$cmds")
 from=${c[from]:-$USER@$(cat /etc/mailname 2> /dev/null || hostname)} helo=$(hostname)
 body=$(cat ${incl:--})
 { printf '%s\n' "Date: $(date -R)" "From: ${c[realname]:+${c[realname]} <}$from${c[realname]:+>}" "To: $ts" ${cc:+"Cc: $cc"} "Subject: $subj" "Message-ID: <$RANDOM$RANDOM@$helo>" 'MIME-Version: 1.0'
 if [ ${#opts[@]} = 0 ]; then printf '%s\n' 'Content-Type: text/plain; charset=us-ascii' 'Content-Disposition: inline' '' "$body"; else
  b=mutt$RANDOM; printf '%s\n' "Content-Type: multipart/mixed; boundary=\"$b\"" '' "--$b" 'Content-Type: text/plain; charset=us-ascii' '' "$body" ''
  for k in "${opts[@]}"; do printf '%s\n' "--$b" 'Content-Type: application/octet-stream' "Content-Disposition: attachment; filename=\"${k##*/}\"" 'Content-Transfer-Encoding: base64' ''; base64 "$k"; done; echo "--$b--"; fi; } > $t
 u=${c[smtp_url]}
 if [ -z "$u" ]; then [ -x /usr/sbin/sendmail ] && exec /usr/sbin/sendmail -oem -oi -f "$from" -- "${to[@]}" < $t; echo 'Error sending message, child exited 127 (Exec error.).' >&2; echo 'Could not send the message.' >&2; exit 1; fi
 case $u in smtps:*) tls=wrap port=465;; *) tls=try port=25; [ "${c[ssl_starttls]}" = no ] && tls=off;; esac
 u=${u#*://} u=${u%%/*}; case $u in *@*) user=${u%@*} pass=${c[smtp_pass]} u=${u##*@}; case $user in *:*) pass=${user#*:} user=${user%%:*};; esac;; esac
 case $u in *:*) port=${u##*:} u=${u%:*};; esac
 send "$u" "$port" "$from" "$(list "${to[@]}")" $tls "$user" "$pass"
 case $out in *'rror connecting'*) echo "Could not connect to $u (Connection refused)." >&2;; *'not advertise'*) echo 'SMTP server does not support authentication' >&2;; *'* 535'*) echo 'SASL authentication failed' >&2;; *) [ -n "$why" ] || exit 0; echo "SMTP session failed: $why" >&2;; esac
 echo 'Could not send the message.' >&2; exit 1;;
s-nail-smtp)
 loud=$1 u=$2 from=$3 to=($(addresses "${4//,/ }")); mv "$5" $t; shift 5; name=s-nail
 for k; do c[${k%%=*}]=${k#*=}; case ${k%%=*} in smtp|smtp-auth-user|smtp-auth-password|ssl-verify) say "Warning: variable superseded or obsoleted: ${k%%=*}"; old=${old:-${k%%=*}};; esac; done
 [ "$old" = smtp ] && say 'Obsoletion warning: please do not use *smtp*, instead assign a smtp:// URL to *mta*!'
 [ -n "${c[v15-compat]+x}" ] || { say 'Obsoletion warning: Use of old-style credentials, which will vanish in v15!'; say '  Please read the manual section "On URL syntax and credential lookup"'; }
 fail() { [ $# = 0 ] || say "$1"; { echo "From $USER $(date '+%a %b %e %T %Y')"; cat $t; echo; } > $t.m; echo "$HOME/dead.letter $(wc -l < $t.m)/$(wc -c < $t.m)" >&2; cat $t.m >> ~/dead.letter; say '... message not sent'; exit 4; }
 port=25; case $u in smtp://*) ;; smtps://*) tls=wrap port=465;; submission://*) tls=on port=587;; *://*) fail "*mta*: invalid or unsupported value: $u";; esac
 u=${u#*://} u=${u%%/*} user=${c[smtp-auth-user]:-${c[user]}} pass=${c[smtp-auth-password]:-${c[password]}}
 case $u in *@*) user=${u%@*} u=${u##*@}; case $user in *:*) pass=${user#*:} user=${user%%:*};; esac; user=${user//%40/@};; esac
 case $u in *:*) port=${u##*:} u=${u%:*};; esac
 [ -n "${c[smtp-use-starttls]+x}" ] && tls=${tls:-on}; [ "${c[smtp-auth]}" = none ] && user=
 helo=$(hostname) from=$(addresses "${from:-$USER@$helo}" | head -n 1); [ -z "$user$tls" ] && proto=SMTP
 [ -n "${c[v15-compat]+x}" ] && [ "${c[smtp-auth]}" != none ] && [ -z "$pass" ] && fail 'A password is necessary for smtp authentication'
 connected() { [ $loud = 0 ] || { set -- $(getent hosts "$u"); say "Resolving host $u:$port ... done
$name: Connecting to ${1:-$u}:$port ... connected."; }; }
 v=${c[tls-verify]:-${c[ssl-verify]:-strict}}; case $v in ignore|warn|ask|strict) ;; *) say "Invalid value of *tls-verify*: $v"; v=strict;; esac
 if [ -n "$tls" ] && [ $v != ignore ]; then
  k=${c[tls-ca-file]}; [ -z "$k" ] || [ -r "$k" ] || { say "Error loading $k"; fail ': error:80000002:system library::No such file or directory'; }
  p=$(openssl s_client -connect "$u:$port" $([ $tls = wrap ] || echo -starttls smtp) < /dev/null 2>&1) n=$(sed -n 's/^verify error:num=\([0-9]*\):/\1: /p' <<< "$p" | head -n 1)
  x() { openssl x509 -noout -$1 <<< "$p" | sed 's/^[a-zA-Z]*=//;s/ = /=/g;s/, /\//g'; }
  if [ -n "$n" ] && [ -z "$k" ]; then connected; say ' Certificate depth 0 ERROR'; say "  subject = /$(x subject)"; say "  notBefore = $(x startdate)"; say "  notAfter = $(x enddate)"; say "  issuer = /$(x issuer)"; say "  err $n"
   [ $v = warn ] || fail 'could not initiate TLS connection: error:0A000086:SSL routines::certificate verify failed'; fi
  case $p in *'BEGIN CERT'*) case "/$(x subject)/" in */CN=$u/*) ;; *) say "TLS certificate does not match: $u:$port"; [ $v = warn ] || fail; esac;; esac
 fi
 send "$u" $port "$from" "$(list "${to[@]}")" "$tls" "$user" "$pass"
 case $out in *'nvalid host'*|*'or service not known'*) [ $port = 25 ] && port=smtp; fail "Lookup of $u:$port failed: Name or service not known";; *'Connection refused'*) fail 'Could not connect(2): Connection refused';; esac
 [ -n "$n" ] && [ -z "$k" ] || connected
 [ $loud -gt 1 ] && talk 's-nail: >>> ' 's-nail: >>> SERVER: ' >&2
 case $out in *'TLS startup failed'*) fail 'could not initiate TLS connection: error:0A00010B:SSL routines::wrong version number';; *'not advertise'*TLS*) fail 'SMTP server: 502 5.5.1 Error: command not implemented';; *'not advertise'*) fail 'SMTP server: 503 5.5.1 Error: authentication not enabled';; esac
 [ -z "$why" ] || fail "SMTP server: $why"; exit 0;;
esac
