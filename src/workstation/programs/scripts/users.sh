eval "$(/usr/lib/machine/fact)"
name=${0##*/}
is_user() { grep -q "^$1:" /etc/passwd; }
is_group() { grep -q "^$1:" /etc/group; }
gid_of() { grep "^$1:" /etc/group | cut -d: -f3; }
group_of() { grep "^[^:]*:[^:]*:$1:" /etc/group | cut -d: -f1; }
field() { grep "^$1:" /etc/passwd | cut -d: -f$2; }
next() { awk -F: '$3>=1000&&$3<60000&&$3>m{m=$3} END{print m?m+1:1000}' /etc/passwd /etc/group; }
edit() { awk "${@:2}" "$1" > "$1.new" && cat "$1.new" > "$1" && rm -f "$1.new"; }
into() { edit /etc/group -F: -v OFS=: -v u="$1" -v g="$2" '$1==g{n=split($4,m,",");for(i=1;i<=n;i++)if(m[i]==u)f=1;if(!f)$4=$4 ($4==""?"":",") u} {print}'; }
outof() { edit /etc/group -F: -v OFS=: -v u="$1" -v g="$2" 'g==""||$1==g{n=split($4,m,",");s="";for(i=1;i<=n;i++)if(m[i]!=u)s=s (s==""?"":",") m[i];$4=s} {print}'; }
is_in() { grep "^$2:" /etc/group | cut -d: -f4 | tr , '\n' | grep -qx "$1"; }
drop() { edit $1 -F: -v n="$2" '$1!=n'; }
change() { edit /etc/passwd -F: -v OFS=: -v u="$1" -v k=$2 -v v="$3" '$1==u{$k=v} {print}'; }
told() { /usr/lib/machine/fact accounts; }
secret() { printf %s "$2" | /usr/lib/machine/fact password "$1"
 h='*'; [ -n "$2" ] && h="\$y\$j9T\$$(printf '%s' "$1$2" | base64 | tr -d '=\n' | cut -c1-22)"
 drop /etc/shadow "$1"; echo "$1:$h:20781:0:99999:7:::" >> /etc/shadow; }
ask() { local a b; IFS= read -r -s -p 'New password: ' a; [ -t 0 ] && echo; IFS= read -r -s -p 'Retype new password: ' b; [ -t 0 ] && echo
 if [ -z "$a" ]; then echo 'No password has been supplied.' >&2; return 1; fi
 if [ "$a" != "$b" ]; then echo 'Sorry, passwords do not match.' >&2; return 1; fi
 secret "$1" "$a"; }
home() { mkdir -p "$2"; cp -r /etc/skel/. "$2" 2>/dev/null; chmod 700 "$2"; chown -R "$1:$3" "$2"; }
lock() { [ $root = 1 ] && return; echo "$name: Permission denied." >&2; echo "$name: cannot lock /etc/${1:-passwd}; try again later." >&2; exit ${2:-1}; }
new() { # name number group home shell comment
 echo "$1:x:$2:$3:$6:$4:$5" >> /etc/passwd; echo "$1:!:20781:0:99999:7:::" >> /etc/shadow; told; }
only() { [ $root = 1 ] || { echo "$name: Only root may $1 a user or group $2 the system." >&2; exit 1; }; }
[ $name = addgroup ] && { name=adduser; set -- --group "$@"; prog=addgroup; }
[ $name = delgroup ] && { name=deluser; set -- --group "$@"; prog=delgroup; }
case $name in
adduser)
 only add to
 words=() gecos=, nopw= shell=/bin/bash dir= uid= ingroup= sys= grp= nohome= quiet=
 while [ $# -gt 0 ]; do case $1 in
  --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue;;
  --gecos|--comment) gecos=$2; shift;; --shell) shell=$2; shift;; --home) dir=$2; shift;; --uid) uid=$2; shift;; --gid|--ingroup) ingroup=$2; shift;;
  --disabled-password|--disabled-login) nopw=1;; --system) sys=1 nopw=1;; --group) grp=1;; --no-create-home) nohome=1;; --quiet|-q) quiet=1;;
  --add-extra-groups|--allow-bad-names|--force-badname|--allow-all-names) ;; --*) echo "Unknown option: ${1#--}" >&2; exit 1;; *) words+=("$1");;
 esac; shift; done
 set -- "${words[@]}"
 say() { [ -n "$quiet" ] || echo "$@"; }
 if [ $# = 0 ] || [ $# -gt 2 ]; then echo "adduser: Only one or two names allowed." >&2; exit 1; fi
 if [ -n "$grp" ] && [ -z "$sys" ]; then
  if is_group "$1"; then echo "${prog:-adduser}: The group \`$1' already exists." >&2; exit 1; fi
  g=$(next); say "Adding group \`$1' (GID $g) ..."; echo "$1:x:$g:" >> /etc/group; say Done.; exit
 fi
 if [ $# = 2 ]; then
  is_user "$1" || { echo "adduser: The user \`$1' does not exist." >&2; exit 1; }
  is_group "$2" || { echo "adduser: The group \`$2' does not exist." >&2; exit 1; }
  if is_in "$1" "$2"; then echo "adduser: The user \`$1' is already a member of \`$2'." >&2; exit; fi
  say "Adding user \`$1' to group \`$2' ..."; into "$1" "$2"; say Done.; exit
 fi
 u=$1
 if is_user "$u"; then echo "adduser: The user \`$u' already exists." >&2; exit 1; fi
 case $u in *[!a-z0-9_-]*|[!a-z_]*) cat >&2 <<X
adduser: Please enter a username matching the regular expression
            configured via the NAME_REGEX configuration variable.  Use the
            \`--allow-bad-names' option to relax this check or reconfigure
            NAME_REGEX in configuration.
X
 exit 1;; esac
 n=${uid:-$(next)} d=${dir:-/home/$u}
 if [ -n "$sys" ]; then
  n=${uid:-$(awk -F: '$3>99&&$3<900&&$3>m{m=$3} END{print m?m+1:110}' /etc/passwd)}
  say "Adding system user \`$u' (UID $n) ..."
  if [ -n "$grp" ]; then say "Adding new group \`$u' (GID $n) ..."; echo "$u:x:$n:" >> /etc/group; g=$n; gn=$u; else gn=${ingroup:-nogroup}; g=$(gid_of $gn); fi
  say "Adding new user \`$u' (UID $n) with group \`$gn' ..."
  d=${dir:-/nonexistent}; [ "$shell" = /bin/bash ] && shell=/usr/sbin/nologin
  new "$u" $n $g "$d" $shell ""
  if [ -z "$nohome$quiet" ]; then [ "$d" = /nonexistent ] && echo "Not creating \`/nonexistent'." || { echo "Creating home directory \`$d' ..."; home "$u" "$d" $gn; }; fi
  exit
 fi
 say "Adding user \`$u' ..."
 if [ -n "$ingroup" ]; then gn=$ingroup g=$(gid_of "$gn"); case $gn in *[!0-9]*) ;; *) g=$gn gn=$(group_of $g);; esac
 else say "Adding new group \`$u' ($n) ..."; echo "$u:x:$n:" >> /etc/group; g=$n gn=$u; fi
 say "Adding new user \`$u' ($n) with group \`$gn ($g)' ..."
 x=${gecos:-,,,}; [ "$x" = , ] && x=,,,
 new "$u" $n $g "$d" $shell "$x"
 if [ -z "$nohome" ]; then if [ -d "$d" ]; then say "The home directory \`$d' already exists.  Not copying from \`/etc/skel'."; else say "Creating home directory \`$d' ..."; say "Copying files from \`/etc/skel' ..."; home "$u" "$d" $gn; fi; fi
 if [ -z "$nopw" ]; then
  until ask "$u"; do echo 'passwd: Authentication token manipulation error' >&2; echo 'passwd: password unchanged' >&2
   IFS= read -r -p 'Try again? [y/N] ' a || break; case $a in [yY]*) ;; *) f=1; break;; esac; done
  [ -z "$f" ] && echo 'passwd: password updated successfully' >&2
 fi
 if [ "$gecos" = , ]; then
  echo "Changing the user information for $u"; echo 'Enter the new value, or press ENTER for the default'
  IFS= read -r -p '	Full Name []: ' a; for q in 'Room Number' 'Work Phone' 'Home Phone' Other; do IFS= read -r -p "	$q []: " x; done
  [ -n "$a" ] && change "$u" 5 "$a,,,"
  IFS= read -r -p 'Is the information correct? [Y/n] ' x
 fi
 say "Adding new user \`$u' to supplemental / extra groups \`users' ..."; say "Adding user \`$u' to group \`users' ..."; into "$u" users;;
deluser)
 only remove from
 all= bak= grp=
 for w; do case $w in --remove-home) all=1;; --remove-all-files) all=1;; --group) grp=1; shift;; --system|--quiet|-q|--backup*|--force) ;; --*) echo "Unknown option: ${w#--}" >&2; exit 1;; *) words+=("$w");; esac; done
 set -- "${words[@]}"
 if [ -n "$grp" ] && [ $# = 1 ]; then is_group "$1" || { echo "${prog:-deluser}: The group \`$1' does not exist." >&2; exit 3; }; echo "Removing group \`$1' ..."; drop /etc/group "$1"; echo Done.; exit; fi
 [ $# = 0 ] && { echo 'deluser: Only one or two names allowed.' >&2; exit 1; }
 is_user "$1" || { echo "deluser: The user \`$1' does not exist." >&2; exit 2; }
 if [ $# = 2 ]; then is_group "$2" || { echo "deluser: The group \`$2' does not exist." >&2; exit 3; }
  is_in "$1" "$2" || { echo "deluser: The user \`$1' is not a member of group \`$2'." >&2; exit 6; }
  echo "Removing user \`$1' from group \`$2' ..."; outof "$1" "$2"; echo Done.; exit; fi
 d=$(field "$1" 6)
 if [ -n "$all" ]; then echo 'Looking for files to backup/remove ...'; echo 'Removing files ...'; rm -rf "$d" "/var/mail/$1"; fi
 echo 'Removing crontab ...'; rm -f /var/spool/cron/crontabs/"$1"
 echo "Removing user \`$1' ..."
 drop /etc/passwd "$1"; drop /etc/shadow "$1"; outof "$1" ""; drop /etc/group "$1"; told; echo Done.;;
useradd)
 o=$(getopt -n useradd -o b:c:d:De:f:g:G:k:K:lmMNop:rs:u:U -l create-home,home-dir:,shell:,comment:,gid:,groups:,uid:,system,no-create-home,user-group,no-user-group,password:,base-dir: -- "$@") || { exit 2; }
 eval "set -- $o"
 m= d= s=/bin/sh c= g= G= u= r= b=/home
 while [ "$1" != -- ]; do case $1 in -m|--create-home) m=1;; -M|--no-create-home) m=;; -d|--home-dir) d=$2; shift;; -s|--shell) s=$2; shift;; -c|--comment) c=$2; shift;; -g|--gid) g=$2; shift;; -G|--groups) G=$2; shift;; -u|--uid) u=$2; shift;; -r|--system) r=1;; -b|--base-dir) b=$2; shift;; -[efkKp]|--password) shift;; esac; shift; done; shift
 [ $# = 1 ] || { echo 'Usage: useradd [options] LOGIN' >&2; exit 2; }
 n=$1
 case $n in *[!a-zA-Z0-9_.-]*|[!a-z_]*) echo "useradd: invalid user name '$n': use --badname to ignore" >&2; exit 3;; esac
 is_user "$n" && { echo "useradd: user '$n' already exists" >&2; exit 9; }
 lock
 [ -z "$g" ] && is_group "$n" && { echo "useradd: group $n exists - if you want to add this user to that group, use -g." >&2; exit 9; }
 for x in $g ${G//,/ }; do case $x in *[!0-9]*) is_group $x || { echo "useradd: group '$x' does not exist" >&2; exit 6; };; esac; done
 if [ -n "$u" ] && grep -q "^[^:]*:[^:]*:$u:" /etc/passwd; then echo "useradd: UID $u is not unique" >&2; exit 4; fi
 u=${u:-$(if [ -n "$r" ]; then awk -F: '$3<999&&$3>500&&(m==""||$3<m){m=$3} END{print m?m-1:997}' /etc/passwd; else next; fi)}
 if [ -z "$g" ]; then echo "$n:x:$u:" >> /etc/group; gi=$u g=$n; else case $g in *[!0-9]*) gi=$(gid_of $g);; *) gi=$g g=$(group_of $g);; esac; fi
 d=${d:-$b/$n}
 new "$n" $u $gi "$d" "$s" "$c"
 for x in ${G//,/ }; do into "$n" $x; done
 if [ -n "$m" ]; then if [ -d "$d" ]; then echo "useradd: warning: the home directory $d already exists." >&2; echo "useradd: Not copying any file from skel directory into it." >&2; else home "$n" "$d" "${g:-$gi}"; fi; fi
 exit 0;;
usermod)
 o=$(getopt -n usermod -o aG:g:s:d:c:l:LUmu:p:e: -l append,groups:,gid:,shell:,home:,comment:,login:,lock,unlock,move-home,uid: -- "$@") || exit 2
 eval "set -- $o"
 a= G= ; acts=()
 while [ "$1" != -- ]; do case $1 in -a|--append) a=1;; -G|--groups) G=$2; G_given=1; shift;; -L|-U|-m|--lock|--unlock|--move-home) acts+=("$1" x);; *) acts+=("$1" "$2"); shift;; esac; shift; done; shift
 [ $# = 1 ] || { echo 'Usage: usermod [options] LOGIN' >&2; exit 2; }
 n=$1; set -- "${acts[@]}"
 is_user "$n" || { echo "usermod: user '$n' does not exist" >&2; exit 6; }
 lock
 for x in ${G//,/ }; do is_group $x || { echo "usermod: group '$x' does not exist" >&2; exit 6; }; done
 if [ -n "$G_given" ]; then [ -n "$a" ] || outof "$n" ""; for x in ${G//,/ }; do into "$n" $x; done; fi
 while [ $# -gt 0 ]; do case $1 in
  -s|--shell) change "$n" 7 "$2";; -c|--comment) change "$n" 5 "$2";; -u|--uid) change "$n" 3 "$2";;
  -d|--home) [[ $* = *-m\ * ]] && mv "$(field "$n" 6)" "$2"; change "$n" 6 "$2";;
  -g|--gid) g=$(gid_of "$2"); change "$n" 4 ${g:-$2};;
  -L|--lock) edit /etc/shadow -F: -v OFS=: -v u="$n" '$1==u&&$2!~/^!/{$2="!" $2} {print}';; -U|--unlock) edit /etc/shadow -F: -v OFS=: -v u="$n" '$1==u{sub(/^!/,"",$2)} {print}';;
  -l|--login) change "$n" 1 "$2"; edit /etc/shadow -F: -v OFS=: -v u="$n" -v v="$2" '$1==u{$1=v} {print}';;
 esac; shift 2; done
 told;;
userdel)
 r=; for w; do case $w in -r|--remove|-rf|-fr) r=1;; -*) ;; *) n=$w;; esac; done
 [ -n "$n" ] || { echo 'Usage: userdel [options] LOGIN' >&2; exit 2; }
 is_user "$n" || { echo "userdel: user '$n' does not exist" >&2; exit 6; }
 lock
 if [ -n "$r" ]; then [ -e /var/mail/$n ] && rm -f /var/mail/$n || echo "userdel: $n mail spool (/var/mail/$n) not found" >&2
  d=$(field $n 6); [ -d "$d" ] && rm -rf "$d" || echo "userdel: $n home directory ($d) not found" >&2; fi
 drop /etc/passwd $n; drop /etc/shadow $n; outof $n ""; drop /etc/group $n; told;;
groupadd) g=; while case $1 in -*) true;; *) false;; esac; do [ "$1" = -g ] && { g=$2; shift; }; shift; done
 is_group "$1" && { echo "groupadd: group '$1' already exists" >&2; exit 9; }; lock group 10; echo "$1:x:${g:-$(next)}:" >> /etc/group;;
groupdel) is_group "$1" || { echo "groupdel: group '$1' does not exist" >&2; exit 6; }; lock group 10; drop /etc/group "$1";;
gpasswd) u=$2 g=$3
 [ $root = 1 ] || { echo 'gpasswd: Permission denied.' >&2; exit 1; }
 is_group "$g" || { echo "gpasswd: group '$g' does not exist in /etc/group" >&2; exit 3; }
 is_user "$u" || { echo "gpasswd: user '$u' does not exist" >&2; exit 3; }
 case $1 in -a) echo "Adding user $u to group $g"; into $u $g;; -d) is_in $u $g || { echo "gpasswd: user '$u' is not a member of '$g'" >&2; exit 3; }; echo "Removing user $u from group $g"; outof $u $g;; esac;;
passwd)
 how= n=; for w; do case $w in -*) how=$w;; *) n=$w;; esac; done
 n=${n:-$me}
 is_user "$n" || { echo "passwd: user '$n' does not exist" >&2; exit 1; }
 if [ $n != $me ] && [ $root = 0 ]; then echo "passwd: You may not view or modify password information for $n." >&2; exit 1; fi
 case $how in
 -S|--status) s=$(grep "^$n:" /etc/shadow | cut -d: -f2); case $s in '!'*|'*') s=L;; '') s=NP;; *) s=P;; esac; echo "$n $s 2026-11-24 0 99999 7 -1";;
 -l|--lock|-u|--unlock|-d|--delete|-e|--expire) case $how in -l|--lock) edit /etc/shadow -F: -v OFS=: -v u="$n" '$1==u&&$2!~/^!/{$2="!" $2} {print}';; -u|--unlock) edit /etc/shadow -F: -v OFS=: -v u="$n" '$1==u{sub(/^!/,"",$2)} {print}';; -d|--delete) secret "$n" "";; esac; echo "passwd: password changed.";;
 -*) echo "passwd: invalid option -- '${how#-}'" >&2; exit 2;;
 *) if [ $root = 0 ]; then echo "Changing password for $n."; IFS= read -r -s -p 'Current password: ' x; [ -t 0 ] && echo; fi
  if ask "$n"; then echo 'passwd: password updated successfully' >&2; else echo 'passwd: Authentication token manipulation error' >&2; echo 'passwd: password unchanged' >&2; exit 10; fi;;
 esac;;
chpasswd)
 [ $root = 1 ] || { echo 'chpasswd: Permission denied.' >&2; echo 'chpasswd: cannot lock /etc/passwd; try again later.' >&2; exit 1; }
 k=0; while IFS= read -r l; do k=$((k+1)); case $l in *:*) ;; *) echo "chpasswd: line $k: missing new password" >&2; r=1; continue;; esac
  n=${l%%:*}; if is_user "$n"; then secret "$n" "${l#*:}"; else printf '%s\n' "chpasswd: (user $n) pam_chauthtok() failed, error:" 'Authentication token manipulation error' "chpasswd: (line $k, user $n) password not changed" >&2; r=1; fi; done
 exit ${r:-0};;
chsh) s=; u=$me; while [ $# -gt 0 ]; do case $1 in -s) s=$2; shift;; *) u=$1;; esac; shift; done; is_user "$u" || { echo "chsh: user '$u' does not exist" >&2; exit 1; }; [ -n "$s" ] && change "$u" 7 "$s";;
chfn) ;;
vipw|vigr|visudo|newusers|setfacl|getfacl) echo "$name: here, edit the file itself, or use adduser, usermod and chmod" >&2; exit 1;;
esac
