eval "$(/usr/lib/machine/fact)"
bad() { echo "$1" >&2; exit 1; }
follow=0 n= unit= reverse=0 since= until= grep= quiet=0 mode=short prio=
while [ $# -gt 0 ]; do
 v= k=$1
 case $#:$1 in 1:-[uptSUog]) echo "journalctl: option requires an argument -- '${1#-}'" >&2; exit 1;; 1:--unit|1:--since|1:--until|1:--grep|1:--output|1:--priority) echo "journalctl: option '$1' requires an argument" >&2; exit 1;; esac
 case $1 in
 --*=*) v=${1#*=} k=${1%%=*};;
 -[unptSUog]) v=$2; [ $# -gt 1 ] && case $1:$2 in -n:-*) v=10;; -n:*[!0-9]*) [ $2 = all ] && { v=all; shift; } || v=10;; *) shift;; esac;;
 --unit|--lines|--since|--until|--grep|--identifier|--output|--priority) v=$2; shift;;
 -[unptSUog]?*) v=${1#-?} k=${1%"${1#-?}"};;
 -[a-z][a-zA-Z]*) rest=${1#-?}; set -- "${1%"$rest"}" "-$rest" "${@:2}"; continue;;
 esac
 case $k in
 -u|--unit) unit=$v;;
 -f|--follow) follow=1;;
 -n|--lines) n=${v:-10};;
 -e|--pager-end) n=${n:-1000};;
 -r|--reverse) reverse=1;;
 -t|--identifier) id=$v;;
 -S|--since) since=$v;;
 -U|--until) until=$v;;
 -g|--grep) grep=$v;;
 -o|--output) mode=$v; case $v in short*|verbose|export|json*|cat|with-unit) ;; *) bad "Unknown output format '$v'.";; esac;;
 -q|--quiet) quiet=1;;
 -k|--dmesg) unit=kernel;;
 -p|--priority) prio=$v; case $v in [0-7]|emerg|alert|crit|err|warning|notice|info|debug|*..*) ;; *) bad "Unknown log level $v";; esac;;
 --disk-usage) echo 'Archived and active journals take up 8.0M in the file system.'; exit;;
 --version) echo 'systemd 252 (252.38-1~deb12u1)'; exit;;
 --vacuum-*) echo 'Vacuuming done, freed 0B of archived journals from /var/log/journal.' >&2; exit;;
 --rotate|--flush|--sync) exit;;
 --list-boots) echo "IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY"; echo " 0 5a8d3f0c4be34d1b9f3a6c1d2e7f8a90 $(date -d @$booted '+%a %F %T UTC') $(date '+%a %F %T UTC')"; exit;;
 -x|-a|-b|-l|-m|--catalog|--all|--boot|--full|--no-pager|--no-hostname|--utc|--system|--merge|--no-full|--no-tail|0) ;;
 _COMM=*) comm=${1#*=};;
 SYSLOG_I*=*) id=${1#*=};;
 _*=*|SYSLOG_*) unit=${1#*=};;
 --*) bad "journalctl: unrecognized option '$1'";;
 -*) bad "journalctl: invalid option -- '${1:1:1}'";;
 /*) unit=${1##*/};;
 *) bad "Failed to add match '$1': Invalid argument";;
 esac
 shift
done
log=/var/log/syslog
if [ $quiet = 0 ] && [ ! -r $log ] && [ -e $log ]; then
 printf '%s\n' 'Hint: You are currently not seeing messages from other users and the system.' "      Users in groups 'adm', 'systemd-journal' can see all messages." '      Pass -q to turn off this notice.' >&2
fi
case ${unit%.service} in
''|mail) what=.;;
postfix*|system-postfix*) what=' postfix';;
dovecot*|opendkim*|policyd*|milter*) what=" ${unit%.service}";;
*) what='^$';;
esac
[ -n "$id" ] && what=" $id[:[]"
[ -n "$comm" ] && what="[ /]$comm\["
when() { case $1 in
   *ago|-*) r=${1#-} r=${r% ago}; case ${r##*[0-9 ]} in m*) m=60;; h*) m=3600;; d*) m=86400;; w*) m=604800;; *) m=1;; esac; echo $((now-${r%%[!0-9]*}*m));;
   today) date -d "$(date +%F) 00:00:00" +%s;; yesterday) echo $(($(date -d "$(date +%F) 00:00:00" +%s)-86400));;
   now) echo $now;;
   ??:??*) date -d "$(date +%F) $1" +%s;;
   ????-??-??) date -d "$1 00:00:00" +%s;;
   *) date -d "$1" +%s 2> /dev/null;; esac; }
from=0 to=99999999999
[ -z "$since" ] || from=$(when "$since") || bad "Failed to parse timestamp: $since"
[ -z "$until" ] || to=$(when "$until") || bad "Failed to parse timestamp: $until"
lines() {
 [ -r $log ] || return
 if [ -n "$since$until" ]; then
  f=$(date -d @$from '+%m%d%T'); u=$(date -d @$((to>4000000000?4000000000:to)) '+%m%d%T'); [ -n "$until" ] || u=9
  awk -v f="$f" -v u="$u" '{m=sprintf("%02d%02d%s",(index("JanFebMarAprMayJunJulAugSepOctNovDec",$1)+2)/3,$2,$3)} m>=f && m<=u' $log
 else cat $log; fi | grep -e "$what" | { if [ -n "$prio" ]; then case $prio in *err|3|2|1|0|*crit|*alert|*emerg) grep -E ' (fatal|panic|error): ';; 4|*warning) grep -E ' (warning|fatal|panic|error): ';; *) cat;; esac; else cat; fi; } | { if [ -n "$grep" ]; then grep -i -E -e "$grep"; else cat; fi; } | { case $mode in cat) sed 's/^.\{15\} [^ ]* [^ ]*: //';; short-iso) y=$(date +%Y); awk -v y=$y '{m=sprintf("%02d-%02d",(index("JanFebMarAprMayJunJulAugSepOctNovDec",$1)+2)/3,$2);print y "-" m "T" $3 "+0000" substr($0,16)}';; *) cat;; esac; }
}
if [ $follow = 1 ] && [ -r $log ]; then exec tail -n ${n:-10} -f $log; fi
text=$(lines | { if [ -n "$n" ] && [ "$n" != all ]; then tail -n $n; else cat; fi; } | { if [ $reverse = 1 ]; then tac; else cat; fi; })
if [ -z "$text" ]; then [ $mode = cat ] || echo '-- No entries --'; else printf '%s\n' "$text"; fi
