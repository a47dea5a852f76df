# curl and wget: mail, which curl speaks; there is no web here.
name=${0##*/}
if [ $name = wget ]; then case $1 in --version|-V) printf '%s\n' 'GNU Wget 1.21.3 built on linux-gnu.'; exit;; esac
 for w; do case $w in -*) ;; *) u=$w;; esac; done
 [ -n "$u" ] || { printf '%s\n' 'wget: missing URL' 'Usage: wget [OPTION]... [URL]...' '' 'Try `wget --help'"'"' for more options.' >&2; exit 1; }
 h=${u#*://}; echo "wget: unable to resolve host address ‘${h%%/*}’ (there is no web here)" >&2; exit 4; fi
url= from= to=() file= user= v= tls= silent= auth=
while [ $# -gt 0 ]; do case $1 in
 --url) url=$2; shift;; --url=*) url=${1#*=};; --mail-from) from=$2; shift;; --mail-from=*) from=${1#*=};; --mail-rcpt) to+=("$2"); shift;; --mail-rcpt=*) to+=("${1#*=}");;
 -T|--upload-file) file=$2; shift;; --upload-file=*) file=${1#*=};; -u|--user) user=$2; shift;; --user=*) user=${1#*=};; -v|--verbose) v=1;; -s|--silent) silent=1 mute=1;; -sS|-Ss|-S|--show-error) silent=${silent:-$([ "$1" = -S ] || echo 1)} loud=1;;
 -X|--request) req=$2; shift;; --ssl|--ssl-reqd|--ftp-ssl) tls=$1;; -k|--insecure|--crlf|-f|--fail|-4|-6|-L|-i|-I|-g) ;; --login-options) auth=${2#AUTH=}; shift;; -sv|-vs) v=1 silent=1 mute=1;; -vk|-kv) v=1;; -sk|-ks) silent=1 mute=1;;
 -m|--max-time|--connect-timeout|-H|--header|-F|--form|-o|--output|--cacert|-d|--data|--mail-auth|--retry) shift;;
 -V|--version) echo 'curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1'; echo 'Release-Date: 2023-02-20'; echo 'Protocols: smtp smtps'; exit;;
 --*) echo "curl: option $1: is unknown" >&2; echo "curl: try 'curl --help' or 'curl --manual' for more information" >&2; exit 2;; -*) ;; *) url=$1;; esac; shift; done
[ -n "$url" ] || { echo "curl: try 'curl --help' or 'curl --manual' for more information" >&2; exit 2; }
case $url in smtp://*) port=25;; smtps://*) port=465;; telnet://*) u=${url#*://}; exec nc ${u%%:*} ${u##*:};; *://*) case $url in http*) h=${url#*://}; echo "curl: (6) Could not resolve host: ${h%%[/:]*} (there is no web here)" >&2; exit 6;; *) echo "curl: (1) Protocol \"${url%%:*}\" not supported or disabled in libcurl" >&2; exit 1;; esac;; *:25|*:587|mail.*|smtp.*) port=25 url=smtp://$url;; *) echo "curl: (6) Could not resolve host: ${url%%[/:]*} (there is no web here)" >&2; exit 6;; esac
scheme=${url%%:*} h=${url#*://} helo=; case $h in */*) helo=${h#*/} h=${h%%/*};; esac; case $h in *@*) user=${user:-${h%@*}} h=${h##*@};; esac; case $h in *:*) port=${h##*:} h=${h%:*};; esac
[ -n "$file" ] && [ "$file" != - ] && helo=${helo:-${file##*/}}
args=(--server "$h" --port "$port" --ehlo "${helo:-$(hostname)}" --suppress-data)
[ $scheme = smtps ] && args+=(-tlsc); case $tls in --ssl-reqd) args+=(-tls);; --ssl|--ftp-ssl) args+=(-tlso);; esac
[ -n "$user" ] && args+=(-a ${auth:-PLAIN} --auth-user "${user%%:*}" --auth-password "${user#*:}")
b() { local a=$1; a=${a#<}; echo ${a%>}; }
from=$(b "$from")
if [ -n "$file" ]; then
 if [ "$file" = - ]; then text=$(cat; echo x); else [ -r "$file" ] || { echo "curl: Can't open '$file'!" >&2; echo "curl: try 'curl --help' or 'curl --manual' for more information" >&2; exit 26; }; text=$(cat "$file"; echo x); fi; text=${text%x}
 for a in "${to[@]}"; do l=$l${l:+,}$(b "$a"); done
 [ -n "$l" ] || { args+=(--quit-after MAIL); l=nobody@localhost; }
 t=$(mktemp); printf %s "$text" > $t
 args+=(--from "$from" --to "$l" --data @$t)
else
 # One command: the one that was asked for, VRFY or HELP.
 req=${req:-${to:+VRFY $(b "$to")}} req=${req:-HELP}
 out=$(printf 'EHLO %s\r\n%s\r\nQUIT\r\n' "${helo:=$(hostname)}" "$req" | nc "$h" $port 2>&1)
 [ -n "$out" ] || out='Connection refused'
 r=$(sed '1,/^250 /d; /^...-/!q' <<< "$out") e=${r:0:3}
 case $out in 220*) if [ -n "$v" ]; then
  set -- $(getent hosts "$h"); ip=${1:-$h}
  { echo "*   Trying $ip:$port..."; echo "* Connected to $h ($ip) port $port (#0)"; sed "1s/\$/\n> EHLO $helo/; /^250 /q" <<< "$out"; echo "> $req"; echo "$r"
  case $e in [45]*) printf '%s\n' "* Command failed: $e" '> QUIT' "$(tail -n 1 <<< "$out")" '* Closing connection 0';; *) echo "* Connection #0 to host $h left intact";; esac; } | sed 's/^[0-9]/< &/' >&2; fi;; esac
 case $e in [45]*) [ -n "$mute" ] && [ -z "$loud" ] || echo "curl: (8) Command failed: $e" >&2; exit 8;; [23]*) echo "$r"; exit;; esac
 e=
fi
[ -n "$file" ] && out=$(swaks "${args[@]}" 2>&1)
[ -n "$t" ] && rm -f $t
n=${#text}
e=$(grep '^<[-~]*\*\* *[45]' <<< "$out" | head -n 1); e=${e#*\*\* }; e=${e# } e=${e:0:3}
case $e in '') ;; *) s=$(grep -E -B1 '^<[-~]*\*\* ' <<< "$out" | head -n 1)
 case $s in *'MAIL FROM'*) s=MAIL;; *'RCPT TO'*) s=RCPT;; *) s=Command;; esac;; esac
if [ -z "$silent" ] && [ -n "$file" ]; then printf '%s\n' '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current' '                                 Dload  Upload   Total   Spent    Left  Speed' >&2
 [ -n "$v" ] || printf '100 %5d    0     0  100 %5d      0   %5d --:--:-- --:--:-- --:--:-- %5d\n' $n $n $n $n >&2; fi
if [ -n "$v" ]; then
 set -- $(getent hosts "$h"); ip=${1:-$h}
 sed -E "s/^ ~> /> /; s/^<~[ *]+/< /; s/^ -> /> /; s/^<[-*]{1,2} *[*]{0,1} */< /; s/^=== Trying .*/*   Trying $ip:$port.../; s/^=== Connected to .*/* Connected to $h ($ip) port $port (#0)/; s/^=== TLS started with cipher (.*)/* SSL connection using \1/; s/^> MAIL FROM:<.*>$/& SIZE=$n/; s/^> [0-9]+ lines sent/} [$n bytes data]\n* We are completely uploaded and fine/; /^===/d; /^\*\*\*/d" <<< "$out" | if [ "$out" = "${out#*Connected to}" ]; then cat; elif [ -z "$e" ]; then sed '/^> QUIT/,$d'; echo "* Connection #0 to host $h left intact"; else sed "s/^> QUIT/* $s failed: $e\n&/"; echo '* Closing connection 0'; fi >&2
fi
bad() { [ -n "$mute" ] && [ -z "$loud" ] || echo "curl: ($1) $2" >&2; exit $1; }
case $out in
*'Connection refused'*) bad 7 "Failed to connect to $h port $port after 1 ms: Couldn't connect to server";;
*'Error connecting'*|*'Name or service'*|*'nvalid host'*) bad 6 "Could not resolve host: $h";;
*'TLS startup failed'*|*'does not advertise STARTTLS'*|*'not advertise'*TLS*) bad 64 'STARTTLS not supported.';;
*'** 535'*|*'No authentication type succeeded'*|*'uthentication failed'*) bad 67 'Login denied';;
esac
[ -n "$e" ] && bad 55 "$s failed: $e"
exit 0
