eval "$(/usr/lib/machine/fact)"
me=${0##*/}
[ $me = apt ] && [ ! -t 1 ] && printf '\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n' >&2
words=() assume=
for w; do case $w in -t|-o|-c) skip=1;; -*) assume="$assume $w";; *) [ -n "$skip" ] || words+=("$w"); skip=;; esac; done
set -- "${words[@]}"
exec 3>&1; case $assume in *-qq*) exec > /dev/null;; esac
verb=$1; shift
have() { dpkg-query -W "$1" >/dev/null 2>&1; }
can() { [ $mail = 1 ] && dpkg-query --can | grep "^$1	"; }
without() { case $1 in
 *spam*|spamc|clamav*|amavis*|rspamd) w='header_checks and restrictions keep mail out here';; *policyd*) w='a scenario places policy services beside Postfix';; fail2ban) w='smtpd limits who knocks too often';;
 *mysql*|mariadb*|postfix-*|*sql|*ldap*|slapd) w='tables are files here: postmap hash:FILE';; fetchmail|getmail*|roundcube*|squirrelmail*|courier*|cyrus*) w='no mail is fetched here: mail reads a mailbox';; apache2*|nginx*|php*|python3-*|*-dev|build-essential|git|bind9*|redis*|docker*|snapd|phpmyadmin|firewalld|ntp*|chrony|unzip|zip|wget|gnupg*|tree|jq|htop|lsb-release|software-properties-common|apt-transport-https|procmail|exim4*|sendmail*|opendmarc|opensmtpd|perl|*-perl|maildrop|unbound|mc|stunnel*) w='a mail tutorial can do without';; *) return 1;; esac; echo "($me: $1 is not here: $w.)" >&2; }
lock() {
 [ $root = 1 ] && return
 case $1 in lists) l=/var/lib/apt/lists/lock;; *) l=/var/lib/dpkg/lock-frontend;; esac
 echo "E: Could not open lock file $l - open (13: Permission denied)" >&2
 if [ "$1" = lists ]; then echo "E: Unable to lock directory /var/lib/apt/lists/" >&2
 else echo "E: Unable to acquire the dpkg frontend lock ($l), are you root?" >&2; fi
 exit 100
}
[ -t 1 ] && done=' Done'
top() { printf "%s...$done\n" 'Reading package lists' 'Building dependency tree' 'Reading state information'; }
case $me in dnf|yum)
 case $verb in
 install|reinstall) [ $root = 1 ] || { echo 'Error: This command has to be run with superuser privileges (under the root user on most systems).' >&2; exit 1; }
  r=0
  for p; do case $p in mailx) p=bsd-mailx;; wget) p=curl;; cyrus-sasl*) p=libsasl2-modules;; bind-utils) p=dnsutils;; dovecot|dovecot-devel) p=dovecot-core;; nc|nmap-ncat) p=netcat-openbsd;; esac
   if have $p; then echo "Package $p is already installed."; elif can $p > /dev/null; then /usr/lib/machine/lay $p; case $p in dovecot-core) for p in imapd pop3d lmtpd; do /usr/lib/machine/lay dovecot-$p; done; p=dovecot;; esac; echo "Installed: $p"; else without $p || { echo "No match for argument: $p"; r=1; }; fi; done
  [ $r = 0 ] && { echo 'Dependencies resolved.'; echo 'Nothing to do.'; echo 'Complete!'; } || echo 'Error: Unable to find a match' >&2
  exit $r;;
 update|upgrade|makecache|check-update) echo 'Dependencies resolved.'; echo 'Nothing to do.'; echo 'Complete!';;
 *) echo "(This is a Debian machine: apt list --installed shows what is on it.)";;
 esac; exit;;
esac
h=/var/lib/dpkg/held
[ $me = apt-mark ] && case $verb in showhold) sort -u $h 2> /dev/null; exit;; *) lock; mkdir -p ${h%/*}; touch $h; for p; do case $verb in hold) echo "$p set on hold."; echo $p >> $h;; unhold) echo "Canceled hold on $p."; sed -i "/^$p\$/d" $h;; *) echo "$p set to ${verb/auto/automatically} installed.";; esac; done; exit;; esac
case $verb in
update) lock lists
 printf '%s\n' 'Hit:1 http://deb.debian.org/debian bookworm InRelease' 'Hit:2 http://deb.debian.org/debian-security bookworm-security InRelease' "Reading package lists...$done"
 [ $me = apt ] && printf '%s\n' "Building dependency tree...$done" "Reading state information...$done" 'All packages are up to date.'
 exit 0;;
upgrade|full-upgrade|dist-upgrade|autoremove|safe-upgrade) lock; top; [ $verb = autoremove ] || echo "Calculating upgrade...$done"
 echo '0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.';;
install|reinstall) lock; top; r=0 n=
 for p; do p=${p%%=*}; p=${p%+}
  [ $p = dovecot-common ] && p=dovecot-core && echo "Note, selecting 'dovecot-core' instead of 'dovecot-common'"
  have $p || can $p > /dev/null && n="$n $p" || without $p || { echo "E: Unable to locate package $p" >&2; r=100; [ $p != postfix ] || postfix 2>&1 | sed 1d >&2; }; done
 [ $r = 0 ] || exit $r
 lay=
 for p in $n; do if have $p; then v=$(dpkg-query -W "$p"); echo "$p is already the newest version (${v#*	})."; else lay="$lay $p"; case $p in dovecot-core|opendkim*|sasl*|post*) ;; *) have dovecot-core || case $lay in *-core*) ;; *) lay=" dovecot-core$lay";; esac;; esac; fi; done
 set -- $lay
 [ $# = 0 ] || printf '%s\n ' 'The following NEW packages will be installed:' "$lay" | sed '$d'
 echo "0 upgraded, $# newly installed, 0 to remove and 0 not upgraded."
 for p; do v=$(can $p); /usr/lib/machine/lay $p; echo "Setting up $p (${v#*	}) ..." >&3; done
 case $lay in *dovecot*) systemctl restart dovecot;; esac;;
remove|purge|--purge) lock; top; r=0 n=
 for p; do if have $p; then n="$n $p"; else echo "Package '$p' is not installed, so not removed"; fi; done
 if [ -n "$n" ]; then echo "($me: packages stay here:$n. To see a machine without mail, try systemctl stop postfix.)"; fi
 echo '0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.';;
clean|autoclean) lock;;
list) echo 'Listing...'
 dpkg-query -W | while read -r p v; do case " $* " in '  '|*" $p "*) echo "$p/stable,now $v amd64 [installed]";; esac; done;;
search) [ $me = apt-cache ] && { dpkg-query --all | awk -F'	' -v w="$1" 'index(tolower($1 $3),tolower(w)){print $1 " - " $3}' | sort; exit; }
 dpkg-query -W | while read -r p v; do case $p in *$1*) echo "$p/stable,now $v amd64 [installed]"; echo "  ($p)"; echo;; esac; done;;
show|policy) for p; do if have $p; then v=$(dpkg-query -W "$p"); v=${v#*	}
  if [ $verb = show ]; then printf 'Package: %s\nVersion: %s\n' $p "$v"; else printf '%s:\n  Installed: %s\n  Candidate: %s\n' $p "$v" "$v"; fi
  else [ $verb = policy ] || { echo "N: Unable to locate package $p" >&2; echo 'E: No packages found' >&2; exit 100; }; fi; done;;
'') echo 'apt 2.6.1 (amd64)';;
*) echo "E: Invalid operation $verb" >&2; exit 100;;
esac
