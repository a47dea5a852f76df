name=${0##*/}
far() { ip=$(getent hosts "$1" | awk '{print $1;exit}'); case $1 in *[!0-9.]*) ;; *) ip=$1;; esac; ms=$(ping -c 1 "$1" 2> /dev/null | sed -n 's/.*time=\([0-9.]*\) ms.*/\1/p'); }
case $name in
ncat) a=; while :; do case $1 in --crlf) a="$a -C";; --recv-only|--send-only|--no-shutdown) ;; -*) a="$a $1"; case $1 in -[wpsi]) a="$a $2"; shift;; esac;; *) break;; esac; shift; done; exec nc $a "$@";;
tr*) while case $1 in -[mqwp]) shift;; -*) ;; *) false;; esac; do shift; done
 far "$1"; [ -n "$ip" ] || { printf '%s: Name or service not known\n' "$1" >&2; [ $name = tracepath ] || echo 'Cannot handle "host" cmdline arg `'"$1' on position 1 (argc 1)" >&2; exit 2; }
 if [ $name = tracepath ]; then printf '%s\n' ' 1?: [LOCALHOST]                      pmtu 1500' "$(printf ' 1:  %-53s%sms reached' "$1" "$ms")" '     Resume: pmtu 1500 hops 1 back 1 '; else echo "traceroute to $1 ($ip), 30 hops max, 60 byte packets"; echo " 1  $1 ($ip)  $ms ms  $ms ms  $ms ms"; fi;;
nmap) ports= all='22 25 53 80 110 143 443 465 587 993 995' s= v= down= t=()
 while [ $# -gt 0 ]; do case $1 in -p) ports=$2; shift;; -p?*) ports=${1#-p};; --script) s=$2; shift;; --script=*) s=${1#*=};; -sV|-A|-sC) v=1;; -V|--version) echo 'Nmap version 7.93 ( https://nmap.org )'; exit;; --script-args|-oN|-oX|-oG|-oA|--top-ports|-e|-iL) shift;; -*) ;; *) t+=("$1");; esac; shift; done
 echo "Starting Nmap 7.93 ( https://nmap.org ) at $(date '+%F %H:%M') UTC"
 up=0; for h in "${t[@]}"; do far "$h"; [ -n "$ip" ] || { echo "Failed to resolve \"$h\"." >&2; continue; }
  if [ -z "$ms" ]; then down=1; continue; fi; up=$((up+1)); [ "$h" = "$ip" ] && n=$ip || n="$h ($ip)"
  echo "Nmap scan report for $n"; awk -v m=$ms 'BEGIN{x=m/1000;printf "Host is up (%"(x<1e-4?".6f":".2g")"s latency).\n",x}'
  l= o=0 k=1000 rows=; case $ports in ''|-|*1-65535) l=$all; [ -z "$ports" ] || k=65535;; *) for p in ${ports//,/ }; do case $p in *-*) l="$l $(seq -s ' ' ${p%-*} ${p#*-})";; smtp) l="$l 25";; submission) l="$l 587";; *) l="$l $p";; esac; done;; esac
  for p in $l; do case $p in 20) w=ftp-data;; 21) w=ftp;; 22) w=ssh;; 23) w=telnet;; 24) w=priv-mail;; 25) w=smtp;; 53) w=domain;; 80) w=http;; 110) w=pop3;; 143) w=imap;; 443) w=https;; 465) w=smtps;; 587) w=submission;; 993) w=imaps;; 995) w=pop3s;; 2525) w=ms-v-worlds;; *) w=unknown;; esac
   if nc -z -w 2 "$ip" $p 2> /dev/null; then x=open o=$((o+1)); else x=closed; case $ports in ''|-|*1-65535) continue;; esac; fi
   b= y=; if [ $x = open ] && [ $p != 22 ] && [ -n "$v$s" ]; then b=$(printf 'EHLO nmap.scanme.org\r\nQUIT\r\n' | nc -q 1 -w 3 "$ip" $p); case $b in 220*Postfix*|220*ESMTP*) y='Postfix smtpd';; *Dovecot*) y='Dovecot imapd';; esac; fi; [ $p$x = 22open ] && y='OpenSSH 9.2p1 Debian 2+deb12u6 (protocol 2.0)'
   rows="$rows$p/tcp|$x|$w|${v:+$y}
"
   case $s$v:$b in *smtp-commands*:220*|*default*:220*|1:220*) rows="$rows#|_smtp-commands: $(sed -n 's/\r//;s/^250[- ]//p' <<< "$b" | paste -sd, | sed 's/,/, /g')
";; esac
   case $s:$b in *open-relay*:220*) y=$(printf 'HELO x\r\nMAIL FROM:<antispam@nmap.scanme.org>\r\nRCPT TO:<relaytest@nmap.scanme.org>\r\nQUIT\r\n' | nc -q 1 -w 3 "$ip" $p | grep -c '^250 2.1.5'); [ $y = 0 ] && y="doesn't seem to be an open relay, all tests failed" || y='is an open relay (14/16 tests)'; rows="$rows#|_smtp-open-relay: Server $y
";; esac; done
  if [ -z "$rows" ]; then printf 'All %s scanned ports on %s are in ignored states.\n' $k "$n"; fi; case $ports in ''|-|*1-65535) echo "Not shown: $((k-o)) closed tcp ports ($([ "$(id -u)" = 0 ] && echo reset || echo conn-refused))";; esac; [ -n "$ports" ] && [ "$l" != "$all" ] && echo
  [ -z "$rows" ] || { echo "PORT|STATE|SERVICE${v:+|VERSION}"; printf %s "$rows"; } | awk -F'|' '/^#/{a[NR]=substr($0,2);next}{a[NR]="";for(i=1;i<=NF;i++){c[NR,i]=$i;if(length($i)>w[i])w[i]=length($i)}m=NF}END{for(r=1;r<=NR;r++){t=a[r];if(t=="")for(i=1;i<=m;i++)t=t (i<m?sprintf("%-" w[i] "s ",c[r,i]):c[r,i]);sub(/ +$/,"",t);print t}}'
  [ $v ] && { b=$(sed -n 's/^220[- ]\([^ ]*\).*/\1/p' <<< "$b" | head -n 1); [ -z "$b" ] || echo "Service Info: Host:  $b"; printf '\nService detection performed. Please report any incorrect results at https://nmap.org/submit/ .\n'; } || echo; done
 [ ${#t[@]} -gt 0 ] && [ $down ] && echo 'Note: Host seems down. If it is really up, but blocking our ping probes, try -Pn'
 [ ${#t[@]} -gt 0 ] || { echo 'WARNING: No targets were specified, so 0 hosts scanned.' >&2; }
 n=$((up+${down:-0})); [ $n = 1 ] && w='address' || w='addresses'; [ $up = 1 ] && x=host || x=hosts; echo "Nmap done: $n IP $w ($up $x up) scanned in 0.16 seconds";;
esac
