u=$1 f=/var/lib/machine/cron/$u
fits() { # field value least
 local p a b s
 for p in ${1//,/ }; do
  s=1; case $p in */*) s=${p#*/} p=${p%/*};; esac
  case $p in '*') a=$3 b=99;; *-*) a=${p%-*} b=${p#*-};; *) a=$p b=$p; [ $s -gt 1 ] && b=99;; esac
  [ $2 -ge $a ] && [ $2 -le $b ] && [ $((($2-a)%s)) = 0 ] && return
 done
 return 1
}
while [ -e $f ]; do
 now=$(date +%s); sleep $((60-now%60))
 read -r M H d m w < <(date '+%-M %-H %-d %-m %w')
 to=$u
 while read -r a b c e g cmd; do
  case $a in ''|'#'*) continue;; MAILTO=*) to=${a#*=} to=${to//\"/}; continue;; *=*) continue;;
  @hourly) set -f; cmd="$b $c $e $g $cmd" a=0 b='*' c='*' e='*' g='*';; @daily|@midnight) cmd="$b $c $e $g $cmd" a=0 b=0 c='*' e='*' g='*';; @*) continue;; esac
  set -f
  fits "$a" $M 0 && fits "$b" $H 0 && fits "$e" $m 1 || continue
  case "$c:$g" in '*:'*|*':*') fits "$c" $d 1 && { fits "$g" $w 0 || [ $w = 0 ] && fits "$g" 7 0; } || continue;; *) fits "$c" $d 1 || fits "$g" $w 0 || continue;; esac
  set +f
  out=$(cd ~; env -i HOME=$HOME LOGNAME=$u SHELL=/bin/sh PATH=/usr/bin:/bin sh -c "$cmd" 2>&1 </dev/null)
  [ -n "$out" ] && [ -n "$to" ] && printf '%s\n' "From: root (Cron Daemon)" "To: $to" "Subject: Cron <$u@$(hostname)> $cmd" 'MIME-Version: 1.0' 'Content-Type: text/plain; charset=UTF-8' 'Content-Transfer-Encoding: 8bit' 'X-Cron-Env: <SHELL=/bin/sh>' "X-Cron-Env: <HOME=$HOME>" 'X-Cron-Env: <PATH=/usr/bin:/bin>' "X-Cron-Env: <LOGNAME=$u>" '' "$out" | /usr/sbin/sendmail $to
 done < $f
done
