eval "$(/usr/lib/machine/fact)"
f=/etc/ufw/user.rules g=/etc/ufw/user6.rules c=/etc/ufw/ufw.conf
bad() { echo "ERROR: $1" >&2; exit 1; }
[ $root = 1 ] || bad 'You need to be root to run this script'
mkdir -p /etc/ufw; touch $f $g $c
on() { [ -s $c ]; }
say() { on && echo "Rule $1$2" || echo "Rules updated$2"; }
port() { local p=$1; case $p in Postfix) p=smtp;; Postfix\ S*) p=${p#* };; OpenSSH) p=ssh;; Dovecot\ Secure*) p=${p##* }s;; Dovecot*) p=${p#* };; [a-z]*) ;; *) return 1;; esac
 awk -v s="${p,,}" '{for(i=1;i<=NF;i++)if($i==s)r=r||s=="https"?$2+0:$2}END{print r;exit !r}' /etc/services; }
rows() { while IFS='|' read -r v d i t p x s m; do case $2 in all|$d) ;; *) continue;; esac
 k=$1 a=$p w=${d^^} m=${m:+ # $m}; [ -z "$t" ] && [ -z "$s" -o -z "$p" ] || k=
 case $h$d in plainin) w=;; numberedout) m=" (out)$m";; verbose*) case $p in [A-Z]*) a="$(port "$p") ($p$k)" k=;; esac;; esac
 a=$t${t:+ }$a${x:+/$x} a=${a:-Anywhere}$k s=${s:-Anywhere$1}
 [ $d = in ] && a=$a${i:+ on $i} || s=$s${i:+ on $i}
 printf '%-26s %-12s%-26s%s\n' "$a" "${v^^} $w" "$s" "$m"; done; }
text() { while IFS='|' read -r v d i t p x s m; do
 [ $d$i = in ] && d=; w=port q=$p; case $p in *\ *) q="'$p'";; esac; case $p in [A-Z]*) w=app;; esac
 r="$v${d:+ $d}${i:+ on $i}${s:+ from $s}"; [ -z "$i$t$s" ] && r="$r $q${x:+/$x}" || [ -z "$p$t" ] || r="$r to ${t:-any}${p:+ $w $q}${x:+ proto $x}"
 echo "$1$r${m:+ comment '$m'}"; done; }
put() { l=$(grep -nF "|$key|" $1 | head -n 1) n=${l%%:*} w=add; [ $at ] && w=insert
 case $del:$l: in 1*":$verb|$key|"*) sed -i ${n}d $1; say deleted "$2"; return;; 1*) echo "Could not delete non-existent rule$2"; return;;
 *":$verb|$key|$m:") echo "Skipping ${w}ing existing rule$2"; return;; ::) w=${w}ed n=${at:-999} k=$n;; *) w=updated k=$((n+1));; esac
 { head -n $((n-1)) $1; echo "$verb|$key|$m"; tail -n +$k $1; } > $1.new; mv $1.new $1; say $w "$2"; }
force= del= at=
[ "$1" = --force ] && { force=1; shift; }
case $1 in delete) del=1; shift;; insert) at=$2; shift 2; [ ${at:-999} -le $(cat $f $g | wc -l) ] || bad "Invalid position '$at'";; prepend) at=1; shift;; esac
verb=$1
case $verb in
enable) echo ENABLED=yes > $c; echo 'Firewall is active and enabled on system startup';;
disable) : > $c; echo 'Firewall stopped and disabled on system startup';;
reload) on && echo 'Firewall reloaded' || echo 'Firewall not enabled (skipping reload)';;
[1-9]*) n=$(wc -l < $f) k=; [ $1 -gt $n ] && { verb=$(($1-n)) f=$g k=' (v6)'; }
 l=$(sed -n ${verb}p $f); [ -n "$l" ] || bad "Could not find rule '$1'"
 [ $force ] || { echo Deleting:; text ' ' <<< $l; printf 'Proceed with operation (y|n)? '; read -r a; case $a in y*) ;; *) echo Aborted; exit;; esac; }
 sed -i ${verb}d $f; say deleted "$k";;
allow|deny|reject|limit) d=in i= t= p= x= s= m= w=
 case $2 in in|out) d=$2; shift;; esac
 case $2 in on) i=$3; shift 2;; esac
 case $2 in from|to|proto) ;; '') bad 'Invalid syntax';; *) p=$2; shift;; esac
 while shift; [ $# -gt 0 ]; do case $1 in from) w=1; [ $2 = any ] || s=$2;; to) w=; [ $2 = any ] || t=$2;; port|app) [ $w ] && s="${s:-any} $2" || p=$2;; proto) x=$2;; comment) m=$2;; *) bad "Need 'to' or 'from' clause";; esac; shift; done
 case $p in [0-9a-z]*/*) x=${p#*/} p=${p%/*};; esac
 case $x in ''|tcp|udp) ;; *) bad 'Bad port';; esac
 case $p in ''|[0-9]*) ;; *) q=$(port "$p") || bad "Could not find a profile matching '$p'"; case $p/$q in [a-z]*/*/*) x=${q#*/} p=${q%/*};; [a-z]*) p=$q;; esac;; esac
 case $p,$x in *,*,) bad "Must specify 'tcp' or 'udp' with multiple ports";; *,*,*) p=$(tr , '\n' <<< $p | sort -n | paste -sd,);; esac
 key="$d|$i|$t|$p|$x|$s"
 case $s$t in *:*) ;; *) put $f;; esac
 case $s$t in *.*) ;; *) put $g ' (v6)';; esac;;
default) echo "Default ${3:-incoming} policy changed to '$2'"; echo '(be sure to update your rules accordingly)';;
status) on || { echo 'Status: inactive'; exit; }
 echo 'Status: active'; h=${2:-plain}
 [ $h = verbose ] && printf '%s\n' 'Logging: on (low)' 'Default: deny (incoming), allow (outgoing), disabled (routed)' 'New profiles: skip'
 [ -s $f -o -s $g ] || exit
 both() { rows '' $1 < $f; rows ' (v6)' $1 < $g; }
 echo; [ $h = numbered ] && k='     '
 printf "$k%-26s %-11s %s\n" To Action From -- ------ ----
 case $h in numbered) both all | awk '{printf "[%2d] %s\n",NR,$0}';; *) both in; grep -q '|out' $f $g && { echo; both out; };; esac
 echo;;
app) case $2 in list) echo 'Available applications:'; [ -e /etc/dovecot/dovecot.conf ] && printf '  Dovecot %s\n' IMAP POP3 'Secure IMAP' 'Secure POP3'; printf '  %s\n' OpenSSH Postfix 'Postfix SMTPS' 'Postfix Submission';;
 info) p=$(port "$3") || bad "Could not find profile '$3'"; k=${3#Postfix}; k=${k# }; t="Mail server (${k:-SMTP})" d='Postfix is a high-performance mail transport agent'
 case $3 in O*) t='Secure shell server, an rshd replacement' d='OpenSSH is a free implementation of the Secure Shell protocol.';; D*) t="Secure mail server (${3##* })" d='Dovecot is a mail server whose major goals are security and extreme reliability.'; case $3 in *Se*) t=${t%)}S\);; esac;; esac; printf '%s\n' "Profile: $3" "Title: $t" "Description: $d" '' Port: "  $p";; *) bad 'Invalid syntax';; esac;;
logging) case $2 in off) echo 'Logging disabled';; on|low|medium|high|full) echo 'Logging enabled';; *) bad 'Invalid syntax';; esac;;
reset) : > $f; : > $g; : > $c; echo 'Resetting all rules to installed defaults.';;
show) echo "Added user rules (see 'ufw status' for running firewall):"; { cat $f; grep -vxFf $f $g; } | text 'ufw ';;
version|--version) echo 'ufw 0.36.2'; echo 'Copyright 2008-2023 Canonical Ltd.';;
'') bad 'not enough args';;
*) bad 'Invalid syntax';;
esac
