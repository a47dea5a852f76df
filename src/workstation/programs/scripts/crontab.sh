eval "$(/usr/lib/machine/fact)"
u=$me d=/var/spool/cron/crontabs
[ "$1" = -u ] && { u=$2; shift 2; [ $u = $me ] || [ $root = 1 ] || { echo 'must be privileged to use -u' >&2; exit 1; }; grep -q "^$u:" /etc/passwd || { echo "crontab:  user \`$u' unknown" >&2; exit 1; }; }
f=/var/lib/machine/cron/$u
set_table() { local n=1; [ -e $f ] && n=; cat "$@" > $f; [ -n "$n" ] && { /usr/lib/machine/cron $u </dev/null >/dev/null 2>&1 & }; }
case $1 in
-l) [ -e $f ] && cat $f || { echo "no crontab for $u" >&2; exit 1; };;
-r|-i) [ -e $f ] && rm -f $f || { echo "no crontab for $u" >&2; exit 1; };;
-e) t=/tmp/crontab.$u; if [ -e $f ]; then cat $f > $t; else echo "no crontab for $u - using an empty one"; printf '%s\n' '# m h  dom mon dow   command' > $t; fi
 /usr/bin/${EDITOR:-nano} $t && { set_table $t; echo 'crontab: installing new crontab'; }; rm -f $t;;
-|'') set_table;;
-*) echo "crontab: invalid option -- '${1#-}'" >&2; echo 'crontab: usage error: unrecognized option' >&2; exit 1;;
*) [ -r "$1" ] || { echo "$1: No such file or directory" >&2; exit 1; }; set_table "$1";;
esac
