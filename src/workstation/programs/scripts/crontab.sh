eval "$(/usr/lib/machine/fact)"
u=$me d=/var/spool/cron/crontabs
[ "$1" = -u ] && { u=$2; shift 2; [ $u = $me ] || [ $root = 1 ] || { echo 'must be privileged to use -u' >&2; exit 1; }; grep -q "^$u:" /etc/passwd || { echo "crontab:  user \`$u' unknown" >&2; exit 1; }; }
f=/var/lib/machine/cron/$u
case $1 in
-l) [ -e $f ] && cat $f || { echo "no crontab for $u" >&2; exit 1; };;
-r|-i) [ -e $f ] && rm -f $f || { echo "no crontab for $u" >&2; exit 1; };;
-e) t=/tmp/crontab.$u; if [ -e $f ]; then cat $f > $t; else echo "no crontab for $u - using an empty one"; printf '%s\n' '# m h  dom mon dow   command' > $t; fi
 /usr/bin/${EDITOR:-nano} $t && { cat $t > $f; echo 'crontab: installing new crontab'; }; rm -f $t;;
-|'') cat > $f;;
-*) echo "crontab: invalid option -- '${1#-}'" >&2; echo 'crontab: usage error: unrecognized option' >&2; exit 1;;
*) [ -r "$1" ] || { echo "$1: No such file or directory" >&2; exit 1; }; cat "$1" > $f;;
esac
