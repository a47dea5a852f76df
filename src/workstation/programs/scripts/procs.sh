eval "$(/usr/lib/machine/fact)"
b=$booted
printf '%s\n' "1|0|root|$b|Ss|?|/sbin/init" "301|1|root|$b|Ss|?|/lib/systemd/systemd-journald" "512|1|root|$b|Ss|?|/usr/sbin/cron -f" \
 "518|1|root|$b|Ssl|?|/usr/sbin/rsyslogd -n -iNONE"
if [ $mail = 1 ]; then
 echo "560|1|root|$b|Ss|?|sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"
 while read -r p u s a; do [ -e /etc/init.d/$s ] && [ ! -e /run/systemd/inactive-$s ] && [ ! -e /run/systemd/failed-$s ] && echo "$p|1|$u|$b|Ss|?|$a"; done <<X
604 root dovecot /usr/sbin/dovecot -F
612 postgrey postgrey postgrey --pidfile=/run/postgrey/postgrey.pid --daemonize --inet=10023
618 opendkim opendkim /usr/sbin/opendkim
X
 if [ $up = 1 ]; then
  pid() { local p=$(grep -o "postfix/$1\[[0-9]*" /var/log/mail.log 2>/dev/null | tail -n 1); p=${p#*[}; echo ${p:-$((master+$2))}; }
  printf '%s\n' "$master|1|root|$b|Ss|?|/usr/lib/postfix/sbin/master -w" "$(pid pickup 1)|$master|postfix|$b|S|?|pickup -l -t unix -u -c" "$(pid qmgr 2)|$master|postfix|$b|S|?|qmgr -l -t unix -u"
 fi
fi
/usr/lib/machine/fact ps | while read -r p pp u t s args; do
 case $args in */machine/*) hid="$hid $p";; esac
 case "$hid $$ $PPID " in *" $pp "*|*" $p "*) [ $p = $PPID ] || continue;; esac
 case $args in awk\ -F\|*) ;; *) echo "$p|$pp|$u|$t|$s|pts/0|$args";; esac; done
