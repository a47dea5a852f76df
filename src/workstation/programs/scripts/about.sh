eval "$(/usr/lib/machine/fact)"
name=${0##*/}
host=$(cat /etc/hostname)
full() { case $host in *.*) echo $host;; *) local f=$(awk -v h="$host" '{sub(/#.*/,"")} {for(i=2;i<=NF;i++)if($i==h){print $2;exit}}' /etc/hosts); echo ${f:-$fqdn};; esac; }
bad() { echo "$name: $1" >&2; [ -n "$2" ] && echo "Try '$name --help' for more information." >&2; exit 1; }
account() { grep "^$1:" /etc/passwd; }
groups_of() { local a=$(account "$1"); [ -n "$a" ] || return 1; local g=$(echo "$a" | cut -d: -f4)
 { grep "^[^:]*:[^:]*:$g:" /etc/group; awk -F: -v u="$1" -v g=$g '$3!=g{n=split($4,m,",");for(i=1;i<=n;i++)if(m[i]==u)print}' /etc/group; } | cut -d: -f1,3; }
case $name in
hostname|domainname|dnsdomainname)
 [ $name = dnsdomainname ] && set -- -d
 case $1 in
 '') echo $host;;
 -f|--fqdn|--long) full;;
 -s|--short) echo ${host%%.*};;
 -d|--domain) f=$(full); case $f in *.*) echo ${f#*.};; *) echo;; esac;;
 -I|--all-ip-addresses) echo "$addresses ";;
 -i|--ip-address) f=$(awk -v h="$host" '{for(i=2;i<=NF;i++)if($i==h){print $1;exit}}' /etc/hosts); echo ${f:-${addresses%% *}};;
 -A|--all-fqdns) echo "$fqdn ";;
 -F) set -- "$(cat "$2")";&
 [!-]*) [ $root = 1 ] || { echo 'hostname: you must be root to change the host name' >&2; exit 1; }
  echo "$1" > /etc/hostname;;
 *) echo "hostname: invalid option -- '${1#-}'" >&2; exit 4;;
 esac;;
hostnamectl) case $1 in
 ''|status) printf '%s\n' " Static hostname: $host" '       Icon name: computer-vm' '         Chassis: vm 🖴' '      Machine ID: 5a8d3f0c4be34d1b9f3a6c1d2e7f8a90' '         Boot ID: 0b1f6c2d3e4a5968778695a4b3c2d1e0' '  Virtualization: kvm' 'Operating System: Debian GNU/Linux 12 (bookworm)' '          Kernel: Linux 6.1.0-28-amd64' '    Architecture: x86-64';;
 hostname) if [ -n "$2" ]; then set -- set-hostname "$2"; else echo $host; exit; fi;&
 set-hostname) [ $root = 1 ] || { echo 'Could not set static hostname: Interactive authentication required.' >&2; exit 1; }; echo "$2" > /etc/hostname;;
 *) echo "Unknown command verb $1." >&2; exit 1;; esac;;
uname) o=${*:--s} out=
 case $o in --version) echo 'uname (GNU coreutils) 9.1'; exit;; --*|*[!-asnrvmpio\ ]*) case $o in --all) o=-a;; --nodename) o=-n;; --kernel-release) o=-r;; --machine) o=-m;; --*) echo "uname: unrecognized option '$o'" >&2; echo "Try 'uname --help' for more information." >&2; exit 1;; *) l=${o//[-asnrvmpio ]/}; echo "uname: invalid option -- '${l:0:1}'" >&2; echo "Try 'uname --help' for more information." >&2; exit 1;; esac;; esac
 has() { case $o in *a*|*$1*) [ -n "$2" ] && out="$out $2";; esac; }
 has s Linux; has n $host; has r 6.1.0-28-amd64; has v '#1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 (2024-11-22)'; has m x86_64
 case $o in *a*) ;; *p*|*i*) out="$out unknown";; esac; has o GNU/Linux
 echo "${out# }";;
arch) echo x86_64;;
nproc) echo 1;;
free) case $* in *h*) printf '%s\n' '               total        used        free      shared  buff/cache   available' 'Mem:           961Mi       210Mi       512Mi       0.0Ki       238Mi       751Mi' 'Swap:             0B          0B          0B';;
 *m*) printf '%s\n' '               total        used        free      shared  buff/cache   available' 'Mem:             961         210         512           0         238         751' 'Swap:              0           0           0';;
 *) printf '%s\n' '               total        used        free      shared  buff/cache   available' 'Mem:          984676      215412      524588         412      244676      769264' 'Swap:              0           0           0';; esac;;
uptime) m=$(((now-booted)/60)); if [ $m -lt 60 ]; then u="$m min"; else u="$(printf '%2d:%02d' $((m/60%24)) $((m%60)))"; [ $m -ge 1440 ] && u="$((m/1440)) days, $u"; fi
 case $1 in -p) echo "up $m minutes";; -s) date -d @$booted '+%F %T';; *) echo " $(date +%T) up $u,  1 user,  load average: 0.00, 0.00, 0.00";; esac;;
who) case $1 in am) set -- -m;; esac; [ "$1" = -b ] && echo "         system boot  $(date -d @$booted '+%F %R')" || printf '%-8s %-12s %s\n' $me pts/0 "$(date -d @$booted '+%F %R')";;
w) echo " $(date +%T) up $(((now-booted)/60)) min,  1 user,  load average: 0.00, 0.00, 0.00"; echo 'USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT'; printf '%-8s pts/0    -                %s    0.00s  0.01s  0.00s w\n' $me $(date -d @$booted +%R);;
users) echo $me;;
last|lastlog) printf '%-8s pts/0                         %s   still logged in\n\n' $me "$(date -d @$booted '+%a %b %e %R')"; echo "wtmp begins $(date -d @$booted '+%a %b %e %T %Y')";;
logname) echo ${SUDO_USER:-$me};;
tty) [ -t 0 ] && echo /dev/pts/0 || { echo 'not a tty'; exit 1; };;
id)
 what= n=
 while case $1 in -*) true;; *) false;; esac; do case $1 in -u|--user) what=u;; -g|--group) what=g;; -G|--groups) what=G;; -n|--name) n=1;; -un|-nu) what=u n=1;; -gn|-ng) what=g n=1;; -Gn|-nG) what=G n=1;; -r|-z) ;; *) bad "invalid option -- '${1#-}'" 1;; esac; shift; done
 u=${1:-$me}; a=$(account "$u"); [ -n "$a" ] || bad "‘$u’: no such user"
 IFS=: read -r _ _ uid gid _ <<< "$a"
 gn=$(grep "^[^:]*:[^:]*:$gid:" /etc/group | cut -d: -f1)
 case $what$n in u) echo $uid;; u1) echo $u;; g) echo $gid;; g1) echo $gn;;
 G) echo $(groups_of $u | cut -d: -f2);; G1) echo $(groups_of $u | cut -d: -f1);;
 *) echo "uid=$uid($u) gid=$gid($gn) groups=$(groups_of $u | awk -F: '{printf "%s%s(%s)",(NR>1?",":""),$2,$1}')";; esac;;
groups) if [ $# = 0 ]; then echo $(groups_of $me | cut -d: -f1); else for u; do [ -n "$(account "$u")" ] || { echo "groups: ‘$u’: no such user" >&2; r=1; continue; }; echo "$u : $(echo $(groups_of $u | cut -d: -f1))"; done; exit ${r:-0}; fi;;
getent) db=$1; shift
 case $db in ahosts|ahostsv4) db=hosts ah=1;; passwd|group|services|hosts|aliases|shadow) ;; '') echo 'getent: wrong number of arguments' >&2; u=1;; *) echo "Unknown database: $db" >&2; u=1;; esac
 [ -n "$u" ] && { echo "Try \`getent --help' or \`getent --usage' for more information." >&2; exit 1; }
 if [ $# = 0 ]; then [ $db = hosts ] && grep -v '^#' /etc/hosts || cat /etc/$db; exit; fi
 for k; do case $db in
 passwd|group|shadow) case $k in *[!0-9]*) grep "^$k:" /etc/$db || exit 2;; *) grep "^[^:]*:[^:]*:$k:" /etc/$db || exit 2;; esac;;
 hosts) l=$(awk -v k="$k" '{for(i=1;i<=NF;i++)if($i==k){a=$1;$1="";printf "%-15s%s\n",a,$0;exit}}' /etc/hosts)
  [ -n "$l" ] || { a=$(dig +short "$k" A 2>/dev/null | grep '^[0-9.]*$' | head -n 1); [ -n "$a" ] && l=$(printf '%-15s %s' $a $k); }
  [ -n "$l" ] || exit 2; [ -n "$ah" ] && { l=${l%% *}; printf '%-15s %s\n' $l "STREAM $k" $l DGRAM $l RAW; } || echo "$l";;
 services) awk -v k="$k" '{for(i=1;i<=NF;i++)if($i==k||$2==k||index($2,k "/")==1){a=$1;p=$2;$1=$2="";printf "%-21s %s%s\n",a,p,substr($0,2);f=1;exit}} END{exit f?0:2}' /etc/services || u=2;;
 aliases) grep "^$k:" /etc/aliases || u=2;;
 esac; done; exit ${u:-0};;
lsb_release) case $* in *a*) printf '%s\n' 'Distributor ID:	Debian' 'Description:	Debian GNU/Linux 12 (bookworm)' 'Release:	12' 'Codename:	bookworm'; echo 'No LSB modules are available.' >&2;;
 *c*s*|*s*c*) echo bookworm;; *c*) echo 'Codename:	bookworm';; *r*) echo 'Release:	12';; *d*) echo 'Description:	Debian GNU/Linux 12 (bookworm)';; *i*) echo 'Distributor ID:	Debian';; *) echo 'No LSB modules are available.' >&2;; esac;;
sysctl) case $* in *-p*|*-w*|*=*) [ $root = 1 ] || { echo "sysctl: permission denied on key '${1%%=*}'" >&2; exit 1; }; for w; do case $w in *=*) echo "${w%%=*} = ${w#*=}";; esac; done;; *hostname*) echo "kernel.hostname = $host";; *) for w; do case $w in -*) ;; *) echo "sysctl: cannot stat /proc/sys/${w//.//}: No such file or directory" >&2; r=255;; esac; done; exit ${r:-0};; esac;;
dmesg) [ $root = 1 ] || { echo 'dmesg: read kernel buffer failed: Operation not permitted' >&2; exit 1; }; echo '[    0.000000] Linux version 6.1.0-28-amd64 (debian-kernel@lists.debian.org)';;
df) h='Filesystem     1K-blocks    Used Available Use% Mounted on' r='/dev/sda1       20466256 2154320  17246940  12% /'
 case $* in *h*) h='Filesystem      Size  Used Avail Use% Mounted on' r='/dev/sda1        20G  2.1G   17G  12% /';; *i*) h='Filesystem      Inodes IUsed   IFree IUse% Mounted on' r='/dev/sda1      1310720 58211 1252509    5% /';; *T*) h='Filesystem     Type 1K-blocks    Used Available Use% Mounted on' r='/dev/sda1      ext4  20466256 2154320  17246940  12% /';; esac
 for w; do case $w in -*) ;; *) [ -e "$w" ] || { echo "df: $w: No such file or directory" >&2; b=1; };; esac; done
 [ -n "$b" ] && exit 1; echo "$h"; echo "$r";;
which) a= r=0; [ "$1" = -a ] && shift
 for w; do type -P -- "$w" || r=1; done; [ $# = 0 ] && r=1; exit $r;;
whereis) for w; do case $w in -*) ;; *) p=$(type -P -- "$w"); [ "$w" = postfix ] && p="$p /usr/lib/postfix /etc/postfix"; [ -n "$p" ] && echo "$w: $p" || echo "$w:";; esac; done;;
printenv) if [ $# = 0 ]; then env | grep -v '^_='; else for w; do v=$(env | grep "^$w=") && echo "${v#*=}" || r=1; done; exit ${r:-0}; fi;;
timedatectl) case $1 in set-*) [ $root = 1 ] || { echo 'Failed to set time zone: Interactive authentication required.' >&2; exit 1; }; echo '(The clock here stays at UTC.)' >&2;; *) printf '%s\n' "               Local time: $(date '+%a %F %T') UTC" "           Universal time: $(date '+%a %F %T') UTC" "                 RTC time: $(date '+%a %F %T')" '                Time zone: Etc/UTC (UTC, +0000)' 'System clock synchronized: yes' '              NTP service: active' '          RTC in local TZ: no';; esac;;
iptables|ip6tables|nft) [ $root = 1 ] || { echo "$name v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)" >&2; exit 4; }
 case $name:$* in nft:*list*) ;; *-L*|*list*) c='INPUT FORWARD OUTPUT'; case $* in *nat*) c='PREROUTING INPUT OUTPUT POSTROUTING';; esac; s=; for c in $c; do printf "$s%s\n%s\n" "Chain $c (policy ACCEPT)" 'target     prot opt source               destination         '; s='\n'; done;; *) echo "($name: packets are let through here as the scenario says; nothing was changed.)";; esac;;
locale) printf '%s\n' LANG=C.UTF-8 LANGUAGE= 'LC_CTYPE="C.UTF-8"' LC_ALL=;;
esac
