name=${0##*/}
try() { printf '%s\n' "$name: $1" "Try '$name --help' for more information." >&2; exit ${2:-1}; }
there() { r=0; for f; do [ "$f" = - ] || [ -r "$f" ] || [[ $f = /dev/fd/* ]] || { echo "$name: $f: No such file or directory" >&2; r=1; }; done; }
order() { local o=$1 m=$2; shift 2; l=$(getopt -n $name -o $o -l $m -- "$@" 2>&1) || { l=${l#*: }; try "${l%%
*}"; }; }
case $name in
seq) s='
' f= w=
 while :; do case $1 in -s) s=$2; shift; shift; continue;; -f) f=$2; shift; shift; continue;; -s*) s=${1#-s};; -f*) f=${1#-f};; --sep*=*) s=${1#*=};; --form*=*) f=${1#*=};; -w|--eq*) w=1;; --) shift; break;; -[0-9.]*|[!-]*|-|'') break;; --*) try "unrecognized option '$1'";; *) try "invalid option -- '${1:1:1}'";; esac; shift; done
 [ $# -gt 0 ] || try 'missing operand'; [ $# -lt 4 ] || try "extra operand ‘$4’"
 for x; do [[ $x =~ ^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$ ]] || try "invalid floating point argument: ‘$x’"; done
 case $# in 1) set -- 1 1 $1;; 2) set -- $1 1 $2;; esac
 [[ $2 =~ [1-9] ]] || try "invalid Zero increment value: ‘$2’"
 [[ $f$1$2$3 =~ ^[-0-9]{3,15}$ ]] && { [ $w ] && { w=${#1}; [ ${#3} -gt $w ] && w=${#3}; }; exec /usr/lib/machine/count $1 $2 $3 ${w:-0} "$s"; }
 S=$s F=$f exec awk -v a=$1 -v b=$2 -v c=$3 -v w=$w 'function g(x){return index(x,".")?length(x)-index(x,"."):0}BEGIN{d=g(a);if(g(b)>d)d=g(b);f=ENVIRON["F"];if(f==""){f="%." d "f";if(w){x=length(sprintf(f,a));y=length(sprintf(f,c));f="%0" (x>y?x:y) "." d "f"}}for(i=0;;i++){x=a+b*i;if(i&&x==z)break;z=x;if(b>0?x>c+1e-10:x<c-1e-10)break;if(i==200000){print "";print "(seq: it ends here, after " i " lines.)">"/dev/stderr";exit}if(i)printf "%s",ENVIRON["S"];printf f,x}if(i)print ""}';;
nl) order b:d:f:h:i:l:n:ps:v:w: body-numbering:,line-increment:,number-format:,number-separator:,starting-line-number:,number-width: "$@"; eval set -- "$l"
 b=t i=1 n=rn s='	' v=1 w=6 r=0; while [ "$1" != -- ]; do x=$2 y=
  case $1 in -p) set -- -p "$@";; esac
  case $1 in -b|--b*) b=$2; case $b in a|t|n|p*) ;; *) try "invalid body numbering style: ‘$b’";; esac;; -n|--number-f*) n=$2;; -s|--number-s*) s=$2;; -i|--line*) i=$2 y='line number increment';; -v|--start*) v=$2 y='starting line number';; -w|--number-w*) w=$2 y='line number field width';; esac
  case $y$x in "$y"*[!0-9-]*) [ -z "$y" ] || { echo "nl: invalid $y: ‘$x’" >&2; exit 1; };; esac; shift 2; done; shift
 there "$@"
 cat "$@" 2> /dev/null | awk -v b="$b" -v i=$i -v n=$n -v s="$s" -v v=$v -v w=$w '{if(b=="a"||b!="n"&&$0!=""){printf(n=="ln"?"%-*d%s":n=="rz"?"%0*d%s":"%*d%s"),w,v,s;v+=i}else printf "%*s",w+length(s),"";print}'; exit $r;;
install) order cdDm:o:g:vbS:t:Tpsu directory,mode:,owner:,group:,target-directory:,verbose "$@"; eval set -- "$l"; m=755 o= g= t= v= d= D= r=0
 while [ "$1" != -- ]; do case $1 in -m|--mo*) m=$2; shift;; -o|--o*) o=$2; shift;; -g|--gr*) g=$2; shift;; -t|--ta*) t=$2; shift;; -S) shift;; -d|--di*) d=1;; -D) D=1;; -v|--ve*) v=1;; esac; shift; done
 shift; [ $# -gt 0 ] || try 'missing file operand'
 own() { local m; m=$("$@" 2>&1) || { echo "install:${m#*:}" >&2; return 1; }; }
 as() { own chmod $m "$1" && { [ -z "$o$g" ] || own chown "$o${g:+:$g}" "$1"; }; }
 if [ $d ]; then for w; do [ -d "$w" ] || [ -z "$v" ] || echo "install: creating directory '$w'"; own mkdir -p "$w" && as "$w" || r=1; done
 else [ "$t" ] || { [ $# -gt 1 ] || try "missing destination file operand after '$1'"; t=${!#}; set -- "${@:1:$#-1}"; [ $# = 1 ] || [ -d "$t" ] || { echo "install: target '$t': No such file or directory" >&2; exit 1; }; }
  for f; do w=$t; [ ! -d "$w" ] || w=${w%/}/${f##*/}; [ -e "$f" ] || { echo "install: cannot stat '$f': No such file or directory" >&2; r=1; continue; }; [ ! -d "$f" ] || { echo "install: omitting directory '$f'" >&2; r=1; continue; }
   [ "$f" -ef "$w" ] && { echo "install: '$f' and '$w' are the same file" >&2; r=1; continue; }
   [ -z "$D" ] || mkdir -p "$(dirname "$w")"; rm -f "$w"; own cp "$f" "$w" && as "$w" || { r=1; continue; }; [ -z "$v" ] || echo "'$f' -> '$w'"; done; fi; exit $r;;
dd) i=/dev/stdin o=/dev/stdout b=512 c= s=; for w; do v=${w#*=}; case $w in if=*) i=$v;; of=*) o=$v;; bs=*) b=$v;; count=*) c=$v;; status=*) s=$v;; conv=*|iflag=*|oflag=*|seek=*|skip=*) ;; *) echo "dd: unrecognized operand '$w'" >&2; echo "Try 'dd --help' for more information." >&2; exit 1;; esac; done
 case $b in *[kK]|*KiB) b=$((${b%%[kK]*} * 1024));; *kB) b=$((${b%kB} * 1000));; *M|*MiB) b=$((${b%%M*} * 1048576));; *MB) b=$((${b%MB} * 1000000));; *[gG]*) b=$((${b%%[gG]*} * 1073741824));; esac
 case $i in /dev/stdin|/dev/zero|/dev/*random) ;; *) [ -r "$i" ] || { echo "dd: failed to open '$i': No such file or directory" >&2; exit 1; };; esac
 t=$(mktemp); if [ "$c" ]; then if [ $i = /dev/stdin ]; then head -c $((b * c)); else head -c $((b * c)) "$i"; fi > "$t"; else cat < "$i" > "$t"; fi; n=$(stat -c %s "$t"); cat "$t" > "$o" || { rm "$t"; exit 1; }; rm "$t"
 [ "$s" = none ] || { r="$((n / b))+$((n % b > 0))"; printf '%s records in\n%s records out\n' $r $r >&2; awk -v n=$n 'function h(v,b,u,f,  i){while(v>=b){v/=b;i++}return sprintf(v<10&&i?"%.1f":v<f&&i?"%.1f":"%.0f",v) " " (i?substr(u,i,1) (b==1024?"iB":"B"):"B")} BEGIN{printf "%d byte%s%s copied, 0.01 s, %s/s\n",n,n==1?"":"s",n<1000?"":" (" h(n,1000,"kMGT",10) (n<1024?"":", " h(n,1024,"KMGT",10)) ")",h(n*100,1000,"kMGT",100)}' >&2; };;
debconf-set-selections) cat "$@" >/dev/null;;
maildirmake.dovecot|maildirmake) d=${1:-Maildir}; [ -d "$d" ] && { echo "$name: $d: File exists" >&2; exit 1; }; mkdir -p "$d/cur" "$d/new" "$d/tmp" && chmod 700 "$d" "$d"/*;;
editor|sensible-editor) exec ${EDITOR:-nano} "$@";;
visudo) [ "$(id -u)" = 0 ] || { echo 'visudo: /etc/sudoers: Permission denied' >&2; exit 1; }; exec ${EDITOR:-nano} /etc/sudoers;;
vipw) exec ${EDITOR:-nano} /etc/passwd;;
fuser) for w; do case $w in */tcp) p=$(/usr/lib/machine/sockets | grep "|${w%/tcp}|" | cut -d '|' -f 5 | head -n 1); [ -n "$p" ] && { printf '%s:' $w >&2; printf '%14s\n' $p; } || r=1;; esac; done; exit ${r:-0};;
kill) s=TERM; for w; do case $w in -s|-l) ;; -*) s=${w#-} s=${s#SIG};; *) case $(/usr/lib/machine/procs | grep "^$w|") in
 *postfix/sbin/master*) case $s in HUP|1) postfix reload;; 0) ;; *) postfix stop;; esac >/dev/null 2>&1;; *) kill -$s $w 2>/dev/null || { echo "kill: ($w): No such process" >&2; r=1; };; esac;; esac; done; exit ${r:-0};;
chattr|lsattr) ;;
tree) a=; d=; for w; do case $w in -a) a=1;; -*) ;; *) d=$w;; esac; done; d=${d:-.}; [ -d "$d" ] || { echo "$d  [error opening dir]"; echo; echo '0 directories, 0 files'; exit 2; }
 n=0 m=0; walk() { local f k=0 all; all=$(ls ${a:+-A} "$1"); [ -n "$all" ] || return; local c=$(wc -l <<< "$all"); while IFS= read -r f; do k=$((k+1)); local b='├── ' x="$2│   "; [ $k = $c ] && b='└── ' x="$2    "; if [ -L "$1/$f" ]; then echo "$2$b$f -> $(readlink "$1/$f")"; m=$((m+1)); elif [ -d "$1/$f" ]; then echo "$2$b$f"; n=$((n+1)); walk "$1/$f" "$x"; else echo "$2$b$f"; m=$((m+1)); fi; done <<< "$all"; }
 echo "$d"; walk "$d" ""; [ $((n+m)) = 0 ] || n=$((n+1)); echo; [ $n = 1 ] && w=directory || w=directories; [ $m = 1 ] && v=file || v=files; echo "$n $w, $m $v";;
dpkg-statoverride) f=/var/lib/dpkg/statoverride u= k='need an action option' r=2
 no() { echo "$name: error: $1" >&2; exit 2; }
 has() { grep " $1$" $f > /dev/null 2>&1; }
 while case $1 in --update) u=1;; --force*) r=0;; --quiet) ;; --add) k='--add needs four arguments';; --remove) k='--remove needs a single argument';; --list) k=;; *) false;; esac; do shift; done
 case $#$k in 0|1) r=1; while read -r w; do case ${w##* } in ${1:-*}) r=0; echo "$w";; esac; done 2> /dev/null < $f; exit $r;;
 4--a*) has "$4" && no "an override for '$4' already exists; aborting"; echo "$*" >> $f; [ -z "$u" ] || if [ -e "$4" ]; then chown "$1:$2" "$4" && chmod "$3" "$4"; else echo "$name: warning: --update given but $4 does not exist" >&2; fi;;
 1--r*) has "$1" && sed -i "\\| $1\$|d" $f || { echo "$name: warning: no override present" >&2; exit $r; };;
 *) no "$k

Use --help for help about overriding file stat information.";; esac;;
update-ca-certificates) printf '%s\n' 'Updating certificates in /etc/ssl/certs...' '0 added, 0 removed; done.' 'Running hooks in /etc/ca-certificates/update.d...' done.;;
dos2unix|unix2dos) for f; do [ -w "$f" ] || { echo "$name: $f: No such file or directory" >&2; continue; }
 case $name in d*) sed -i 's/\r$//' "$f"; echo "dos2unix: converting file $f to Unix format..." >&2;; *) sed -i 's/\r*$/\r/' "$f"; echo "unix2dos: converting file $f to DOS format..." >&2;; esac; done;;
column) s=; t=; while case $1 in -*) true;; *) false;; esac; do case $1 in -s) s=$2; shift;; -s*) s=${1#-s};; *t*) t=1;; esac; shift; done; there "$@"
 if [ -n "$t" ]; then cat -- "$@" 2> /dev/null | awk -F"${s:- }" 'NF{m++;for(i=1;i<=NF;i++){c[m,i]=$i;if(length($i)>w[i])w[i]=length($i)}if(NF>x)x=NF} END{for(r=1;r<=m;r++){l="";for(i=1;i<=x;i++)l=l (i<x?sprintf("%-" (w[i]+2) "s",c[r,i]):c[r,i]);print l}}'; else cat -- "$@" 2> /dev/null; fi; exit $r;;
add-apt-repository) echo "($name: nothing is installed from elsewhere here)";;
debconf-show) [ "$1" = postfix ] && printf '%s\n' "* postfix/main_mailer_type: Internet Site" "* postfix/mailname: $(cat /etc/mailname)" "  postfix/destinations: $(postconf -h mydestination)" "  postfix/mynetworks: $(postconf -h mynetworks)";;
nohup) [ $# = 0 ] && { echo 'nohup: missing operand' >&2; echo "Try 'nohup --help' for more information." >&2; exit 125; }; exec "$@";;
nice|ionice|setsid|stdbuf|unbuffer|chronic|linux64) while case $1 in -*) true;; *) false;; esac; do case $1 in -n|-o|-e|-c) shift;; esac; shift; done; [ $# = 0 ] && { [ $name = nice ] && echo 0; exit; }; exec "$@";;
zgrep|zless) case $name in zgrep) exec grep "$@";; *) exec less "$@";; esac;;
invoke-rc.d) systemctl $2 $1;;
update-rc.d) case $2 in enable|defaults) systemctl enable $1 2>/dev/null;; disable|remove) systemctl disable $1 2>/dev/null;; esac;;
sync|update-locale|mandb|ldconfig|updatedb|stty|setterm|wall|mesg|tput|postfix-tlspol) ;;
logger) t=$(id -un) p=user.notice f= e= i=; while :; do case $1 in -t|--tag) t=$2; shift;; -t?*) t=${1#-t};; --tag=*) t=${1#*=};; -p|--priority) p=$2; shift;; -p?*) p=${1#-p};; --priority=*) p=${1#*=};; -f|--file) f=$2; shift;; -s|--stderr) e=1;; -i|--id) i="[$$]";; -n|-P|-u|-S) shift;; --) shift; break;; -?*) ;; *) break;; esac; shift; done
 case $p in *.*) ;; *) p=user.$p;; esac; case $p in auth.*|authpriv.*|cron.*|daemon.*|kern.*|local[0-7].*|lpr.*|mail.*|news.*|syslog.*|user.*|ftp.*|security.*) ;; *) echo "logger: unknown facility name: ${p%%.*}" >&2; exit 1;; esac
 [ -z "$f" ] || [ -r "$f" ] || { echo "logger: file $f: No such file or directory" >&2; exit 1; }
 { if [ $# -gt 0 ]; then echo "$*"; elif [ -n "$f" ]; then cat "$f"; else cat; fi; } | while IFS= read -r w || [ -n "$w" ]; do
 [ -z "$e" ] || echo "$t$i: $w" >&2; d="$(date '+%b %e %T') $(hostname -s) $t$i: $w"; for l in syslog $(case $p in mail.*) echo mail.log;; esac); do echo "$d" | /usr/lib/machine/fact log /var/log/$l; done; done;;
fold) w=80 s=; while case $1 in -*) true;; *) false;; esac; do case $1 in *s*) s=1;; esac; case $1 in -*w) w=$2; shift;; -*w[0-9]*) w=${1#*w};; -[0-9]*) w=${1#-};; esac; shift; done; there "$@"
 cat "$@" 2> /dev/null | awk -v w="$w" -v s="$s" '{n=length($0);for(i=1;n-i>=w;i+=length(c)){c=substr($0,i,w);if(s&&match(c,/.* /))c=substr(c,1,RLENGTH);print c}print substr($0,i)}'; exit $r;;
strings) n=4 r=0; while :; do case $1 in -n) n=$2; shift;; -[0-9]*) n=${1#-};; -a|--all) ;; --bytes=*) n=${1#*=};; *) break;; esac; shift; done
 for f in "${@:--}"; do [ -d "$f" ] && { echo "strings: Warning: '$f' is a directory" >&2; r=1; continue; }; [ "$f" = - ] || [ -r "$f" ] || { echo "strings: '$f': No such file" >&2; r=1; continue; }; cat "$f" | tr -c '[:print:]\t' '\n' | awk -v n=$n 'length($0)>=n'; done; exit $r;;
expand|unexpand) t=8 a= r=0; while :; do case $1 in -t) t=$2 a=1; shift;; -t*) t=${1#-t} a=1;; -i|--initial) i=1;; -a|--all) a=1;; --first-only) a=;; --tabs=*) t=${1#*=} a=1;; *) break;; esac; shift; done
 for f in "${@:--}"; do [ "$f" = - ] || { [ -d "$f" ] && w='Is a directory'; [ -e "$f" ] || w='No such file or directory'; [ "$w" ] && { echo "$name: $f: $w" >&2; w= r=1; continue; }; }
 awk -v t=$t -v a="$a" -v v="$i" -v e=$name '{n=split($0,p,/[ \t]/);b="";c=q=0;s=1;for(i=1;i<=n;i++){if(p[i]!=""){printf "%s%s",b,p[i];b="";s=0}k=length(p[i]);c+=k;q+=k+1;if(i==n)break;x=substr($0,q,1);k=x=="\t"?t-c%t:1;if(e=="expand"){if(x=="\t"&&(s||!v)){printf "%*s",k,"";c+=k}else{printf "%s",x;c++}}else if(s||a){c+=k;b=b x;if(c%t==0){x=substr($0,q+1,1);printf "%s",b==" "&&x!=" "&&x!="\t"?" ":"\t";b=""}}else{printf "%s%s",b,x;b="";c++}}print b}' "$f"; done; exit $r;;
split) l=1000 b= d= a=2 v=; while :; do case $1 in -l) l=$2; shift;; -b) b=$2; shift;; -a) a=$2; shift;; -l*) l=${1#-l};; -b*) b=${1#-b};; -d|--num*) d=1;; --lines=*) l=${1#*=};; --bytes=*) b=${1#*=};; --verbose) v=1;; -[0-9]*) l=${1#-};; *) break;; esac; shift; done
 f=${1:--} p=${2:-x}; [ "$f" = - ] || [ -r "$f" ] || { echo "split: cannot open '$f' for reading: No such file or directory" >&2; exit 1; }; [ -d "$f" ] && { echo "split: $f: Is a directory" >&2; exit 1; }
 next() { local k=$n s= m=26; [ $d ] && m=10; for ((j=0;j<a;j++)); do if [ $d ]; then s=$((k%m))$s; else s=$(printf "\\$(printf %o $((97+k%m)))")$s; fi; k=$((k/m)); done; n=$((n+1)); w=$p$s; [ $v ] && echo "creating file '$w'"; [ $n -lt 700 ]; }
 n=0 t=$(mktemp); cat "$f" > $t; case $b in *K|*k) b=$((${b%?}*1024));; *M) b=$((${b%M}*1048576));; esac; z=$(stat -c %s $t) i=0; if [ $b ]; then while [ $i -lt $z ] && next; do tail -c +$((i+1)) $t | head -c $b > "$w"; i=$((i+b)); done; else z=$(grep -c '' $t); while [ $i -lt $z ] && next; do tail -n +$((i+1)) $t | head -n $l > "$w"; i=$((i+l)); done; fi; rm $t;;
join) o= k=1 m=1 s= u=; while :; do case $1 in -1) k=$2; shift;; -2) m=$2; shift;; -j) k=$2 m=$2; shift;; -t) s=$2; shift;; -t?*) s=${1#-t};; -a) u=$u$2; shift;; -a?) u=$u${1#-a};; -v) u=$u$2 v=1; shift;; -v?) u=$u${1#-v} v=1;; -o) o=$2; shift;; -o*) o=${1#-o};; -i) ;; -e) e=$2; shift;; --) shift; break;; *) break;; esac; shift; done
 [ $# = 2 ] || try "missing operand${1:+ after ‘$1’}"; for f; do case $f in -|/dev/*) continue;; esac; [ -e "$f" ] || { echo "join: $f: No such file or directory" >&2; exit 1; }; done
 awk ${s:+-F "$s"} -v s="${s:- }" -v k=$k -v m=$m -v u="$u" -v v="$v" -v o="$o" -v e="$e" 'function rest(r,k,w,  i,n){n=split(r,p,F);for(i=1;i<=n;i++)if(i!=k)w=w s p[i];return w}
function out(a,b,  i,n,t,w,q){if(o==""){if(a!="")split(a,p,F);else split(b,p,F);print p[a!=""?k:m] (a!=""?rest(a,k):"") (b!=""?rest(b,m):"");return}n=split(o,q,/[ ,]+/);for(i=1;i<=n;i++){if(q[i]=="0"){split(a!=""?a:b,p,F);t=p[a!=""?k:m]}else{split(substr(q[i],1,1)==1?a:b,p,F);t=p[substr(q[i],3)]}w=w (i>1?s:"") (t==""?e:t)}print w}
BEGIN{F=s==" "?" ":s}q==1{A[++x]=$0;K[x]=$k;next}{B[++y]=$0;L[y]=$m}END{i=j=1;while(i<=x||j<=y){if(j>y||i<=x&&K[i]"">=""&&(K[i]"")<(L[j]"")){if(u~1)out(A[i],"");i++}else if(i>x||(L[j]"")<(K[i]"")){if(u~2)out("",B[j]);j++}else{c=K[i];h=j;while(i<=x&&K[i]""==c""){if(!v)for(j=h;j<=y&&L[j]""==c"";j++)out(A[i],B[j]);i++}while(j<=y&&L[j]""==c"")j++}}}' q=1 "$1" q=2 "$2";;
comm) o= n= d='	' t=; while :; do case $1 in -[123]*) o=$o$1;; --nocheck*) n=1;; --check*) ;; --output-d*=*) d=${1#*=};; --total) t=1;; -z) ;; --) shift; break;; -?*) case $1 in --*) try "unrecognized option '$1'";; esac; try "invalid option -- '${1:1:1}'";; *) break;; esac; shift; done
 case $# in 0) try 'missing operand';; 1) try "missing operand after ‘$1’";; 2) ;; *) try "extra operand ‘$3’";; esac; there "$@"; [ $r = 0 ] || exit 1
 awk -v o="$o" -v n="$n" -v d="$d" -v t="$t" 'function p(c,l,k,w){N[c]++;if(index(o,c))return;for(k=1;k<c;k++)if(!index(o,k))w=w d;print w l}
function late(f,u,v){if(n==""&&z&&!(f in S)&&u"">v""){S[f];e=1;print "comm: file " f " is not in sorted order">"/dev/stderr"}}
BEGIN{i=j=x=y=0}q==1{a[x++]=$0;next}{b[y++]=$0}
END{while(i<x||j<y){c=i>=x?2:j>=y||a[i]""<b[j]""?1:a[i]""==b[j]""?3:2;p(c,c==2?b[j]:a[i]);if(c<3)z=1;if(c!=2&&++i<x)late(1,a[i-1],a[i]);if(c!=1&&++j<y)late(2,b[j-1],b[j])}
if(t)print N[1]+0 d N[2]+0 d N[3]+0 d "total";if(e){print "comm: input is not in sorted order">"/dev/stderr";exit 1}}' q=1 "$1" q=2 "$2";;
flock) while case $1 in -w|--timeout|-E) shift;; -*) ;; *) false;; esac; do shift; done
 case $# in 0) try 'not enough arguments' 64;; 1) case $1 in *[!0-9]*) echo "flock: bad file descriptor: '$1'" >&2; exit 64;; esac; exit;; esac
 [ -e "$1" ] || > "$1" || exit 66; shift; [ "$1" = -c ] && { shift; exec bash -c "$@"; }; exec "$@";;
fallocate) while case $1 in -l|--length) n=$2; shift;; -l*) n=${1#-l};; -*) ;; *) false;; esac; do shift; done; [ -n "$n" ] || { echo 'fallocate: no length argument specified' >&2; exit 1; }; exec truncate -s "${n%iB}" "$1";;
runuser) [ "$(id -u)" = 0 ] || { echo 'runuser: may not be used by non-root users' >&2; exit 1; }; case $1 in -u) u=$2; shift 2; [ "$1" = -- ] && shift; exec sudo -u "$u" "$@";; esac; exec su "$@";;
fail2ban-client) echo "$name: $1: nothing is banned here; who knocks too often is smtpd's affair (anvil, postconf smtpd_client_connection_rate_limit)"; exit 1;;
expr) set -f; [ $# -gt 0 ] || try 'missing operand' 2; v=0 e=" $* " e=${e// = / == }
 no() { echo "expr: $1" >&2; exit 2; }
 is() { [ -n "$1" ] && [ "$1" != 0 ]; }
 match() { case $2 in *'\('*) v=$(sed -n "s/^$2.*/\1/p" <<< "$1");; *) v=$(sed -n "s/^\($2\).*/\1/p" <<< "$1"); v=${#v};; esac; }
 case $#:$1:$2 in 3:*:':') match "$1" "$3";; 3:match:*) match "$2" "$3";; 2:length:*) v=${#2};; 4:substr:*) v=${2:$3-1:$4};; 3:index:*) x=${2%%["$3"]*}; [ "$x" = "$2" ] || v=$((${#x}+1));;
 3:*:'|') if is "$1"; then v=$1; elif is "$3"; then v=$3; fi;; 3:*:'&') is "$1" && is "$3" && v=$1;; 1:*) v=$1;;
 *) case $# in 3) case $2:$3 in [/%]:0) no 'division by zero';; esac;; esac
  if [[ $e =~ ^[-+*/%\(\)\<\>=!0-9\ ]+$ ]]; then v=$( (echo $((e))) 2> /dev/null); [ -n "$v" ] || no 'syntax error'; else case $#:$2 in 3:=) [ "$1" = "$3" ];; 3:!=) [ "$1" != "$3" ];; 3:\<) [[ $1 < $3 ]];; 3:\>) [[ $1 > $3 ]];; 3:\<=) ! [[ $1 > $3 ]];; 3:\>=) ! [[ $1 < $3 ]];; 3:[-+*/%]) no 'non-integer argument';; *) no 'syntax error';; esac && v=1; fi;; esac
 echo "$v"; is "$v";;
esac
