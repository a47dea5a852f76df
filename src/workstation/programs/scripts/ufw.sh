eval "$(/usr/lib/machine/fact)"
f=/etc/ufw/user.rules
if [ $root = 0 ]; then echo 'ERROR: You need to be root to run this script' >&2; exit 1; fi
[ -d /etc/ufw ] || mkdir /etc/ufw
[ -e $f ] || : > $f
on() { grep -q '^on$' $f; }
rows() { local a=$1 b=$2 c=$3 d=$4; while read -r verb p; do [ $verb = on ] && continue; from=Anywhere
 case $p in from*|to*|proto*) set -- $p; p=Anywhere; while [ $# -gt 0 ]; do case $1 in from) from=$2 f6=; [ $2 = any ] && from=Anywhere; shift;; port) p=$2; shift;; proto) pr=/$2; shift;; esac; shift; done; [ $p = Anywhere ] || p=$p$pr; pr=;; esac
 case $from in Anywhere) printf '%-26s %-11s %s\n' "$p$a" "${verb^^}$b" "$from$c";; *) [ -n "$d" ] || printf '%-26s %-11s %s\n' "$p" "${verb^^}$b" "$from";; esac; done < $f; }
both() { rows '' "$1" '' ''; rows ' (v6)' "$1" ' (v6)' 6; }
port() { case $1 in Postfix) echo 25/tcp;; 'Postfix SMTPS') echo 465/tcp;; 'Postfix Submission') echo 587/tcp;; OpenSSH|ssh) echo 22/tcp;;
 smtp) echo 25/tcp;; smtps|submissions) echo 465/tcp;; submission) echo 587/tcp;; imap|'Dovecot IMAP') echo 143/tcp;; imaps|'Dovecot Secure IMAP') echo 993/tcp;; pop3|'Dovecot POP3') echo 110/tcp;; pop3s|'Dovecot Secure POP3') echo 995/tcp;; http) echo 80/tcp;; https) echo 443/tcp;; *[0-9]*) echo "$1";; *) return 1;; esac; }
force=
[ "$1" = --force ] && { force=1; shift; }
case $1 in
enable) on || echo on >> $f; echo 'Firewall is active and enabled on system startup';;
disable) sed -i '/^on$/d' $f; echo 'Firewall stopped and disabled on system startup';;
reload) on && echo 'Firewall reloaded' || echo 'Firewall not enabled (skipping reload)';;
allow|deny|reject|limit|delete|insert)
 verb=$1; shift
 del=; [ $verb = delete ] && { del=1; verb=$1; shift; }
 case $1 in in|out) shift;; esac
 case $del$verb in 1[1-9]|1[1-9][0-9]) n=$(grep -c ' ' $f); [ $n -gt 0 ] && l=$(grep ' ' $f | sed -n "$(((verb-1)%n+1))p"); [ -n "$l" ] || { echo "ERROR: Could not find rule '$verb'" >&2; exit 1; }
  [ -n "$force" ] || { printf 'Deleting:\n %s\nProceed with operation (y|n)? ' "$l"; read -r a; case $a in y*) ;; *) echo Aborted; exit;; esac; }
  grep -vxF "$l" $f > $f.new; mv $f.new $f; echo 'Rule deleted'; exit;; esac
 case $1 in from|to|proto) p="$*";; *) p=$(port "$1") && p=$1 || { echo "ERROR: Could not find a profile matching '$1'" >&2; exit 1; };; esac
 if [ -n "$del" ]; then
  if grep -qxF "$verb $p" $f; then grep -vxF "$verb $p" $f > $f.new; mv $f.new $f; echo 'Rule deleted'; echo 'Rule deleted (v6)'; else echo 'Could not delete non-existent rule'; echo 'Could not delete non-existent rule (v6)'; fi
 elif grep -qxF "$verb $p" $f; then echo 'Skipping adding existing rule'; echo 'Skipping adding existing rule (v6)'
 else echo "$verb $p" >> $f; on && w='Rule added' || w='Rules updated'; echo "$w"; echo "$w (v6)"; fi;;
default) echo "Default $3 policy changed to '$2'"; echo '(be sure to update your rules accordingly)';;
status) if on; then
  echo 'Status: active'
  [ "$2" = verbose ] && printf '%s\n' 'Logging: on (low)' 'Default: deny (incoming), allow (outgoing), disabled (routed)' 'New profiles: skip'
  if grep -q ' ' $f; then echo
  [ "$2" = numbered ] && pad='     '
  printf "$pad%-26s %-11s %s\n" To Action From -- ------ ----
  case $2 in numbered) both ' IN' | awk '{printf "[%2d] %s\n",NR,$0}';; *) both;; esac
  echo; fi
 else echo 'Status: inactive'; fi;;
app) case $2 in list) echo 'Available applications:'; [ -e /etc/dovecot/dovecot.conf ] && printf '  Dovecot %s\n' IMAP POP3 'Secure IMAP' 'Secure POP3'; printf '%s\n' '  OpenSSH' '  Postfix' '  Postfix SMTPS' '  Postfix Submission';;
 info) p=$(port "$3") || { echo "ERROR: Could not find profile '$3'" >&2; exit 1; }; printf '%s\n' "Profile: $3" 'Title: Mail server (SMTP)' '' 'Port:' "  $p";; esac;;
logging) case $2 in on|off|low|medium|high|full) echo "Logging ${2/[lmhf][oeiu]*/enabled}" | sed 's/ on$/ enabled/; s/ off$/ disabled/';; *) echo 'ERROR: Invalid syntax' >&2; exit 1;; esac;;
reset) : > $f; echo 'Resetting all rules to installed defaults.';;
show) grep ' ' $f;;
version|--version) echo 'ufw 0.36.2'; echo 'Copyright 2008-2023 Canonical Ltd.';;
'') echo 'ERROR: not enough args' >&2; exit 1;;
*) echo 'ERROR: Invalid syntax' >&2; exit 1;;
esac
