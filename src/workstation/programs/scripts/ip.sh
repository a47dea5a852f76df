eval "$(/usr/lib/machine/fact)"
me=${0##*/}
case " $* " in *' -4 '*) $me $(sed 's/ -4 / /' <<< " $* ") | sed '/inet6/{N;d};/link\//d'; exit;; esac
set -- $(for w; do case $w in -o|-br|-c|-color*|-4|-6|-brief|-s|-d) ;; *) echo "$w";; esac; done) "$([[ $* = *-br* ]] && echo brief)"
for a in $addresses; do case $a in *:*) six="$six $a";; *) four="$four $a"; gate=${gate:-${a%.*}.1};; esac; done
mac() { local a=${1//./ }; set -- $a; printf '52:54:%02x:%02x:%02x:%02x' ${1:-10} ${2:-0} ${3:-0} ${4:-2}; }
case " $four " in *" $gate "*) gate=${gate%.*}.254;; esac
m=$(mac $four)
case $me in
ifconfig)
 echo 'eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500'
 for a in $four; do echo "        inet $a  netmask 255.255.255.0  broadcast ${a%.*}.255"; done
 for a in $six; do echo "        inet6 $a  prefixlen 64  scopeid 0x0<global>"; done
 printf '%s\n' "        ether $m  txqueuelen 1000  (Ethernet)" '        RX packets 1024  bytes 131072 (128.0 KiB)' '        RX errors 0  dropped 0  overruns 0  frame 0' '        TX packets 1024  bytes 131072 (128.0 KiB)' '        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0' '' 'lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536' '        inet 127.0.0.1  netmask 255.0.0.0' '        inet6 ::1  prefixlen 128  scopeid 0x10<host>' '        loop  txqueuelen 1000  (Local Loopback)' '        RX packets 64  bytes 8192 (8.0 KiB)' '        RX errors 0  dropped 0  overruns 0  frame 0' '        TX packets 64  bytes 8192 (8.0 KiB)' '        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0' '';;
route) printf '%s\n' 'Kernel IP routing table' 'Destination     Gateway         Genmask         Flags Metric Ref    Use Iface'
 printf '%-15s %-15s %-15s %-5s %-6s %-6s %3s %s\n' 0.0.0.0 $gate 0.0.0.0 UG 0 0 0 eth0 ${gate%.*}.0 0.0.0.0 255.255.255.0 U 0 0 0 eth0;;
*) case $1 in
 a|ad|add|addr|address) case $* in *' add '*|*' del '*) [ $root = 1 ] && echo '(The addresses of a host are those of the scenario.)' || { echo 'RTNETLINK answers: Operation not permitted' >&2; exit 2; }; exit;; esac
  if [ "${!#}" = brief ]; then printf '%-16s %-14s %s\n' lo UNKNOWN '127.0.0.1/8 ::1/128 ' eth0 UP "$(for a in $four; do printf '%s/24 ' $a; done)"; exit; fi
  f='       valid_lft forever preferred_lft forever'
  case " $* " in *' eth0 '*) ;; *) printf '%s\n' '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000' '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00' '    inet 127.0.0.1/8 scope host lo' "$f" '    inet6 ::1/128 scope host noprefixroute ' "$f";; esac
  case " $* " in *' lo '*) ;; *) printf '%s\n' '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000' "    link/ether $m brd ff:ff:ff:ff:ff:ff"
  for a in $four; do echo "    inet $a/24 brd ${a%.*}.255 scope global eth0"; echo "$f"; done
  for a in $six; do echo "    inet6 $a/64 scope global "; echo "$f"; done;; esac;;
 r|ro|route) echo "default via $gate dev eth0 onlink "; for a in $four; do echo "${a%.*}.0/24 dev eth0 proto kernel scope link src $a "; done;;
 l|link) printf '%s\n' '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000' '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00' '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP mode DEFAULT group default qlen 1000' "    link/ether $m brd ff:ff:ff:ff:ff:ff";;
 n|neigh) echo "$gate dev eth0 lladdr 52:54:00:00:00:01 REACHABLE ";;
 -V|-Version) echo 'ip utility, iproute2-6.1.0, libbpf 1.1.0';;
 '') echo 'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }' >&2; exit 255;;
 *) echo "Object \"$1\" is unknown, try \"ip help\"." >&2; exit 1;;
 esac;;
esac
