eval "$(/usr/lib/machine/fact)"
me=${0##*/} ext= not= num=0 proc=0 udp=0 tcp=0 listen=0 want= head=1 any=0 paths=
while [ $# -gt 0 ]; do case $1 in
 --numeric) num=1;; --listening) listen=1;; --tcp) tcp=1;; --udp) udp=1;; --program|--programs|--processes) proc=1;; --all) any=1;; --extend) ext=1;; --no-header) head=0;;
 -V|--version) [ $me = ss ] && echo 'ss utility, iproute2-6.1.0' || echo 'net-tools 2.10'; exit;;
 -i|-i:*|-i[tT4]*|-[nP]*i*) if [ $me = lsof ]; then w=${1#-*i}; [ -n "$w" ] || { case $2 in -*|'') ;; *) w=$2; shift;; esac; }; case $w in *:*) w=${w#*:};; *) w=;; esac; want=$want\ $w; case $1 in *n*|*P*) num=1;; esac; else any=1; fi;;
 -s*) [ $me = lsof ] || { echo 'Total: 120'; echo 'TCP:   4 (estab 0, closed 0, orphaned 0, timewait 0)'; exit; };;
 -r|-rn|-nr) if [ $me = netstat ]; then exec route -n; fi;;
 -*) case $1 in *n*|*P*) num=1;; esac; case $1 in *p*) proc=1;; esac; case $1 in *u*) udp=1;; esac; case $1 in *t*) tcp=1;; esac; case $1 in *l*) listen=1;; esac; case $1 in *a*) any=1;; esac; case $1 in *H*) head=0;; esac; case $1 in *e*) ext=1;; esac; case $1 in *4*) not=tcp6;; *6*) not=tcp;; esac;;
 *) [ $me = lsof ] && paths="$paths $1" || want="$want ${1#*:}"; case $1 in sport|=|dport|state|listening|'('|')') want=${want% *};; esac; case $1 in listening) listen=1;; esac;;
 esac; shift; done
svc() { [ $num = 1 ] && { echo $1; return; }; case $1 in 22) echo ssh;; 25) echo smtp;; 465) [ $me = lsof ] && echo urd || echo submissions;; 587) echo submission;; 143) echo imap2;; 993) echo imaps;; 110) echo pop3;; 995) echo pop3s;; *) echo $1;; esac; }
rows() { /usr/lib/machine/sockets | while IFS='|' read -r pr a po prog pid fd; do [ $pr = "$not" ] && continue
 [ -n "${want// /}" ] && case " $want " in *" $po "*|*" $(num=0; svc $po) "*) ;; *) continue;; esac
 echo "$pr|$a|$po|$prog|$pid|$fd"; done; }
case $me in
lsof)
 if [ -z "$want" ]; then [ -n "$paths" ] || echo '(lsof -i is what is here.)'; exit 1; fi
 [ $root = 1 ] || exit 1
 r=1
 while IFS='|' read -r pr a po prog pid fd; do
  [ $r = 1 ] && printf '%-7s %5s %-5s %4s   %-4s %6s %8s %4s %s\n' COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME
  r=0 t=IPv4; case $pr in *6) t=IPv6;; esac; n=$a; case $a in 0.0.0.0|::) n='*';; ::1) n='[::1]';; 127.0.0.1) [ $num = 1 ] || n=localhost;; esac
  printf '%-7s %5s %-5s %3su  %-4s %6s %8s %4s %s\n' ${prog%% *} $pid root $fd $t $((20000+pid+fd)) 0t0 TCP "$n:$(svc $po) (LISTEN)"
 done < <(rows)
 exit $r;;
ss)
 [ $listen = 1 ] || [ $any = 1 ] || { [ $head = 1 ] && echo 'State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess'; exit; }
 net='s/^//'; [ $udp = $tcp ] && net='s/^/tcp   /'
 [ $udp = 1 ] && [ $tcp = 0 ] && { echo 'State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess'; exit; }
 { [ $head = 1 ] && echo 'State|Recv-Q|Send-Q|Local Address|Port|Peer Address|PortProcess'
 rows | sort -t '|' -k1,1 -k3,3n | while IFS='|' read -r pr a po prog pid fd; do
  q=100; case $prog in sshd) q=128;; opendkim|postgrey*) q=4096;; esac
  p=; [ $proc = 1 ] && [ $root = 1 ] && p="users:((\"$prog\",pid=$pid,fd=$fd))"
  o=0.0.0.0; case $pr in *6) a="[$a]" o='[::]';; esac
  echo "LISTEN|0|$q|$a|$(svc $po)|$o|*    $p"
 done; } | awk -F'|' -v OFS= '{for(i=1;i<=6;i++){c[NR,i]=$i;if(length($i)>w[i])w[i]=length($i)}c[NR,7]=$7} END{for(r=1;r<=NR;r++){printf "%-" w[1] "s %-" w[2] "s %-" w[3] "s %" w[4] "s:%-" w[5] "s %" w[6] "s:%s\n",c[r,1],c[r,2],c[r,3],c[r,4],c[r,5],c[r,6],c[r,7]}}' | sed "$net;1s/^tcp   S/Netid S/";;
*)
 if [ $proc = 1 ] && [ $root = 0 ]; then printf '%s\n' '(Not all processes could be identified, non-owned process info' ' will not be shown, you would have to be root to see it all.)' >&2; fi
 t='(w/o servers)'; [ $listen = 1 ] && t='(only servers)'; [ $any = 1 ] && t='(servers and established)'
 echo "Active Internet connections $t"
 h='Proto Recv-Q Send-Q Local Address           Foreign Address         State      '
 [ -n "$ext" ] && h="$h User       Inode     "; [ $proc = 1 ] && h="$h PID/Program name    "
 echo "$h"
 [ $listen = 1 ] || [ $any = 1 ] || exit 0
 [ $udp = 1 ] && [ $tcp = 0 ] && exit 0
 rows | sort -t '|' -k1,1 -s | while IFS='|' read -r pr a po prog pid fd; do
  l="$a:$(svc $po)" o='0.0.0.0:*'; case $pr in *6) o=':::*';; esac
  p=; [ $proc = 1 ] && { p=-; [ $root = 1 ] && p=$pid/$prog; }
  printf '%-5s %6s %6s %-23s %-23s %-11s' $pr 0 0 $l $o LISTEN
  [ -n "$ext" ] && { u=root; [ $num = 1 ] && u=0; printf ' %-10s %-10s' $u $((20000+pid+fd)); }
  [ $proc = 1 ] && printf ' %-20s' $p
  echo
 done;;
esac
