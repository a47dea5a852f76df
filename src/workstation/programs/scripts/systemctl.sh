eval "$(/usr/lib/machine/fact)"
run=/run/systemd
want=/etc/systemd/system
units() {
 [ $mail = 1 ] && printf '%s|%s|%s|%s\n' postfix 'Postfix Mail Transport Agent' exited 'man:postfix(1)' \
  postfix@- 'Postfix Mail Transport Agent (instance -)' running 'man:postfix(1)'
 [ -e /etc/dovecot/dovecot.conf ] && echo 'dovecot|Dovecot IMAP/POP3 email server|running|man:dovecot(1)'
 [ -e /var/lib/dpkg/info/opendkim.list ] && echo 'opendkim|OpenDKIM Milter|running|man:opendkim(8)'
 [ -e /etc/default/postgrey ] && echo 'postgrey|LSB: Start/stop the postgrey daemon|running|man:systemd-sysv-generator(8)'
 [ -e /etc/default/saslauthd ] && echo 'saslauthd|SASL Authentication Daemon|running|man:saslauthd(8)'
 printf '%s|%s|%s|%s\n' cron 'Regular background program processing daemon' running 'man:cron(8)' \
  dbus 'D-Bus System Message Bus' running 'man:dbus-daemon(1)' \
  networking 'Raise network interfaces' exited 'man:interfaces(5)' \
  rsyslog 'System Logging Service' running 'man:rsyslogd(8)' \
  ssh 'OpenBSD Secure Shell server' running 'man:sshd(8)' \
  systemd-journald 'Journal Service' running 'man:systemd-journald.service(8)'
}
elsewhere() { case $1 in postfix*) postfix 2>&1 | sed 1d >&2;; esac; }
find_unit() {
 u=${1%.service} n=${1%.service}
 [ $u = sshd ] && u=ssh
 [ $u = postfix@ ] && u=postfix@-
 IFS='|' read -r _ desc sub docs < <(units | grep "^$u|")
 [ -n "$desc" ] || return 1
 file=/lib/systemd/system/${u/@-/@}.service
 [ -L $want/multi-user.target.wants/$u.service ] && on=enabled || on=disabled
 case $u in systemd-journald|dbus) on=static;; networking) on=enabled;; postfix@-) on=enabled-runtime;; esac
 [ -L $want/$u.service ] && on=masked
 state=active
 [ $u = saslauthd ] && { [ -e $run/active-$u ] || touch $run/inactive-$u; grep -q '^START=.*yes' /etc/default/saslauthd* || touch $run/inactive-$u; }
 [ -e $run/inactive-$u ] && state=inactive
 [ $u$up = postfix@-0 ] && state=inactive
 [ $state = inactive ] && [ -e $run/failed-$u ] && state=failed
 return 0
}
wake() { rm -f $run/inactive-$1 $run/failed-$1; touch $run/active-$1; }
halt() { rm -f $run/active-$1; touch $run/inactive-$1; }
start_postfix() {
 wake postfix; wake postfix@-
 if [ $up = 0 ] && ! postfix start >/dev/null 2>&1; then touch $run/failed-postfix@-; fi
}
stop_postfix() { halt postfix; halt postfix@-; [ $up = 1 ] && postfix stop >/dev/null 2>&1; up=0; }
act() {
 verb=$1
 case $verb in try-restart|condrestart) [ $state = active ] || return 0; verb=restart;;
 *reload-or-restart|force-reload) verb=reload; [ $state = active ] || verb=start;; esac
 if [ $on = masked ] && [ $verb != stop ]; then
  echo "Failed to $1 $u.service: Unit $u.service is masked." >&2; return 1
 fi
 case $verb:$u in
 start:postfix*) [ $state = active ] && [ $up = 1 ] || start_postfix;;
 stop:postfix*) stop_postfix;;
 restart:postfix*) stop_postfix; start_postfix;;
 reload:postfix*)
  if [ $state != active ] || [ $up = 0 ]; then echo "$u.service is not active, cannot reload." >&2; return 1; fi
  postfix reload >/dev/null 2>&1;;
 start:*|restart:*|reload:dovecot) [ $verb = reload ] && [ $state != active ] && { echo "$u.service is not active, cannot reload." >&2; return 1; }
  [ $verb:$u = restart:dovecot ] && /usr/lib/machine/tell $u stop
  [ $verb$state = startactive ] && [ -e /run/$u/told ] && return
  /usr/lib/machine/tell $u $verb && wake $u || { [ $verb = reload ] || { halt $u; touch $run/failed-$u; /usr/lib/machine/fact beside $u < /dev/null; }; echo "Job for $u.service failed because the control process exited with error code." >&2; echo "See \"systemctl status $u.service\" and \"journalctl -xeu $u.service\" for details." >&2; return 1; };;
 stop:*) [ $u = dovecot ] && /usr/lib/machine/tell $u stop
  halt $u; /usr/lib/machine/fact beside $u < /dev/null;;
 reload:*) if [ $state != active ]; then echo "$u.service is not active, cannot reload." >&2; return 1; fi
  case $u in ssh|dbus|rsyslog) ;; *) echo "Failed to reload $u.service: Job type reload is not applicable for unit $u.service." >&2; return 3;; esac;;
 esac
 return 0
}
ago() {
 local s=$((now-$1))
 if [ $s -lt 60 ]; then echo "${s}s ago"
 elif [ $s -lt 3600 ]; then echo "$((s/60))min $((s%60))s ago" | sed 's/^\([5-9]\|..\)min .*s/\1min/'
 elif [ $s -lt 86400 ]; then echo "$((s/3600))h $((s%3600/60))min ago"
 else echo "$((s/86400)) days ago"; fi
}
since() { date -d @$1 '+%a %Y-%m-%d %H:%M:%S UTC'; }
status() {
 at=$booted mark=●
 [ -e $run/active-$u ] && at=$(stat -c %Y $run/active-$u)
 how="active ($sub)"
 if [ $state != active ]; then
  mark=○ how='inactive (dead)' at=$now
  [ -e $run/inactive-$u ] && at=$(stat -c %Y $run/inactive-$u)
  [ $state = failed ] && mark=× how='failed (Result: exit-code)'
 fi
 echo "$mark $u.service - $desc"
 echo "     Loaded: loaded ($file; $on; preset: enabled)"
 echo "     Active: $how since $(since $at); $(ago $at)"
 echo "       Docs: $docs"
 local log
 case $u:$state in
 postfix:active)
  echo "    Process: 1190 ExecStart=/bin/true (code=exited, status=0/SUCCESS)"
  echo "   Main PID: 1190 (code=exited, status=0/SUCCESS)"
  echo "        CPU: 1ms"
  echo
  t=$(date -d @$at '+%b %e %T')
  echo "$t ${fqdn%%.*} systemd[1]: Starting postfix.service - $desc..."
  echo "$t ${fqdn%%.*} systemd[1]: Finished postfix.service - $desc.";;
 *:active) if [ $sub = running ]; then
   p=$(ps -e -o pid=,args= | grep -F "${u%@*}" | grep -vE 'systemctl|grep' | head -n 1); [ $u = postfix@- ] && p=" $master /usr/lib/postfix/sbin/master -w"
   set -- $p
   [ -n "$1" ] && { b=${2##*/}; echo "   Main PID: $1 (${b%:})"
   echo "     CGroup: /system.slice/$u.service"
   echo "             └─$p" | sed 's/└─ */└─/'; }
  fi
  [ $u = postfix@- ] && { echo; tail -n 10 /var/log/mail.log 2>/dev/null; };;
 dovecot:*) echo; grep ' dovecot' /var/log/syslog | tail -n 10;;
 *:inactive|*:failed) [ ${u%@-} = postfix ] && { echo; tail -n 5 /var/log/mail.log 2>/dev/null; };;
 esac
 [ $state = active ] || return 3
}
opts= words=()
for w; do case $w in
 -[pt]|--state|--type|--property) opts="$opts $w" eats=1;; -[Hno]|--lines) opts="$opts $w" eats=1;;
 --all|--now|--no-*|--state=*|--type=*|--property=*|--full|--force|--quiet|--failed|--version|--value|--user|--system|--global|--lines=*|--output=*|--reverse|--plain|--legend=*|--signal=*|--runtime|--root=*|--show-types|--wait) opts="$opts $w";;
 --help) exec man systemctl;; --*) echo "systemctl: unrecognized option '${w%%=*}'" >&2; exit 1;;
 -*) case ${w//[-alqfprtnoHM]/} in ''|[0-9]*) ;; *) w=${w//[-alqfprt]/}; echo "systemctl: invalid option -- '${w:0:1}'" >&2; exit 1;; esac; opts="$opts $w";;
 *) if [ -n "$eats" ]; then opts="$opts=$w" eats=; else words+=("$w"); fi;;
esac; done
what=" $opts " what=${what//--property=/-p=} props=
while case $what in *' -p='*) true;; *) false;; esac; do what=${what#* -p=} props="$props,${what%% *}"; what=" ${what#* }"; done
set -- "${words[@]}"
case $opts in
*--version*) echo 'systemd 252 (252.38-1~deb12u1)'; exit;;
*--failed*) set -- list-units;;
*=help*|*' -t=help'*) printf '%s\n' 'Available unit types:' service mount swap socket target device automount timer path slice scope; exit;;
esac
verb=${1:-list-units}
shift
case $#:$verb in 0:*start|0:stop|0:reload|0:force-reload|0:is-[aef]*|0:*able|0:*mask|0:kill|0:edit|0:cat|0:preset) echo "Too few arguments." >&2; exit 1;; esac
case $verb in
start|stop|restart|reload|try-restart|condrestart|*reload-or-restart|force-reload|enable|disable|mask|unmask|reenable)
 r=0
 for n; do
  if ! find_unit "$n"; then
   case $verb in enable|disable|mask|unmask|reenable) echo "Failed to $verb unit: Unit file ${n%.service}.service does not exist." >&2; r=1;;
   *) echo "Failed to $verb ${n%.service}.service: Unit ${n%.service}.service not found." >&2; r=5;; esac
   elsewhere $n
   continue
  fi
  if [ $root = 0 ]; then
   case $verb in enable|disable|mask|unmask|reenable) echo "Failed to $verb unit: Access denied" >&2;;
   *) echo "Failed to $verb $u.service: Interactive authentication required." >&2
    echo "See system logs and 'systemctl status $u.service' for details." >&2;; esac
   r=1; continue
  fi
  l=$want/multi-user.target.wants/$u.service
  case $verb in
  enable|disable|reenable)
   [ $u = postfix ] && printf '%s\n' "Synchronizing state of postfix.service with SysV service script with /lib/systemd/systemd-sysv-install." "Executing: /lib/systemd/systemd-sysv-install $verb postfix" >&2
   if [ $verb = disable ]; then [ -L $l ] && { rm $l; echo "Removed \"$l\"." >&2; }
   else [ -L $l ] || { mkdir -p ${l%/*}; ln -s $file $l; echo "Created symlink $l → $file." >&2; }; fi
   case $opts in *--now*) [ $verb = disable ] && act stop || act start;; esac;;
  mask) ln -sf /dev/null $want/$u.service; echo "Created symlink $want/$u.service → /dev/null." >&2
   case $opts in *--now*) act stop;; esac;;
  unmask) [ -L $want/$u.service ] && { rm $want/$u.service; echo "Removed \"$want/$u.service\"." >&2; };;
  *) act $verb || r=$?;;
  esac
 done
 exit $r;;
status)
 if [ $# = 0 ]; then
  echo "● ${fqdn%%.*}"; echo '    State: running'; echo '    Units: 60 loaded (incl. loaded aliases)'; echo '     Jobs: 0 queued'; echo '   Failed: 0 units'
  echo "    Since: $(since $booted); $(ago $booted)"; exit
 fi
 r=0 first=1
 for n; do
  if ! find_unit "$n"; then echo "Unit ${n%.service}.service could not be found." >&2; r=4; elsewhere $n; continue; fi
  [ $first = 1 ] || echo
  first=0
  status || r=$?
 done
 exit $r;;
is-active|is-failed)
 r=3; [ $verb = is-active ] || r=1
 for n; do state=inactive; find_unit "$n"; case $opts in *-q*) ;; *) echo $state;; esac
 case $verb:$state in is-active:active|is-failed:failed) r=0;; esac; done
 exit $r;;
is-enabled)
 r=1
 for n; do if find_unit "$n"; then case $opts in *-q*) ;; *) echo $on;; esac; case $on in enabled*|static) r=0;; esac
 else echo "Failed to get unit file state for ${n%.service}.service: No such file or directory" >&2; fi; done
 exit $r;;
daemon-reload|daemon-reexec|reset-failed) [ $root = 1 ] || { echo "Failed to reload daemon: Interactive authentication required." >&2; exit 1; };;
cat) for n; do find_unit "$n" || { echo "No files found for ${n%.service}.service." >&2; exit 1; }
 echo "# $file"; echo '[Unit]'; echo "Description=$desc"; echo "Documentation=$docs"; echo; echo '[Install]'; echo 'WantedBy=multi-user.target'; done;;
list-units|list-unit-files)
 kind=${opts##*-t=} type=${opts##*-type?} states=,${opts##*-state?}, k=0 l= pat=("${@:-*}")
 [ "$kind" = "$opts" ] && kind=; [ "$type" = "$opts" ] || kind=$type; [ "$states" = ",$opts," ] && states=
 case $opts in *--failed*) states=,failed,;; esac; kind=${kind%% *}; states=${states%% *},
 case ,$kind, in *,service,*|,,) ;; *,timer,*|*,socket,*|*,target,*|*,mount,*) units() { :; };; *) printf '%s\n' "Unknown unit type or load state '$kind'." 'Use -t help to see a list of allowed values.' >&2; exit 1;; esac
 while IFS='|' read -r name _; do
  find_unit $name; n=$name.service; [ $state = active ] || sub=dead
  for w in "${pat[@]}"; do case $n in $w|${w%.service}.service)
   if [ $verb = list-units ]; then
    case $states,$opts in *",$state,"*|*",$sub,"*|*,loaded,*) ;; ,,*-a*) ;; ,,*) [ $state = active ] || continue;; *) continue;; esac
    l="$l$(printf '  %-25s %-6s %-8s %-7s %s' $n loaded $state $sub "$desc")
"; else
    case $states in ,|*",$on,"*) ;; *) continue;; esac
    l="$l$(printf '%-25s %-15s %s' ${n/@-/@} $on enabled)
"; fi; k=$((k+1)); break;; esac; done
 done < <(units | sort)
 case $opts in *--no-legend*|*--legend=false*) printf %s "$l"; exit;; esac
 if [ $verb = list-units ]; then
  [ $k = 0 ] && printf '  UNIT LOAD ACTIVE SUB DESCRIPTION\n' || printf '  %-25s %-6s %-8s %-7s %s\n%s\n' UNIT LOAD ACTIVE SUB DESCRIPTION "$l"
  [ $k = 0 ] || printf '%s\n' 'LOAD   = Reflects whether the unit definition was properly loaded.' 'ACTIVE = The high-level unit activation state, i.e. generalization of SUB.' 'SUB    = The low-level unit activation state, values depend on unit type.'
  n="$k loaded units listed." m="
To show all installed unit files use 'systemctl list-unit-files'."; case $states$opts in *,inactive,*|*\ -a*|*--all*) n=$n$m;; ,\ *|,) n="$n Pass --all to see loaded but inactive units, too.$m";; esac; echo "$n"
 elif [ $k = 0 ]; then printf 'UNIT FILE STATE PRESET\n\n0 unit files listed.\n'; exit 1
 else printf '%-25s %-15s %s\n%s\n%s unit files listed.\n' 'UNIT FILE' STATE PRESET "$l" $k; fi;;
is-system-running) echo running;;
list-timers|list-sockets|list-jobs) [ $verb = list-jobs ] && echo 'No jobs running.' || echo "0 ${verb#list-} listed.";;
get-default) echo multi-user.target;;
show) for n; do load=loaded; find_unit "$n" || { load=not-found state=inactive desc=$u.service on=; }; [ $state = active ] || sub=dead
 printf '%s\n' Type=$([ $sub = exited ] && echo oneshot || echo simple) MainPID=0 Restart=no "Result=success" "NRestarts=0" "ExecMainStatus=0" "Id=$u.service" "Names=$u.service" "Description=$desc" LoadState=$load "ActiveState=$state" "SubState=$sub" "FragmentPath=$file" "UnitFileState=$on" "ActiveEnterTimestamp=$(since $booted)" | while IFS='=' read -r k v; do case $props, in ,|*,$k,*) case $opts in *--value*) echo "$v";; *) echo "$k=$v";; esac;; esac; done; done;;
edit) echo "(Units are not edited here: systemctl cat shows one.)" >&2; exit 1;;
poweroff|reboot|halt|suspend) echo "$0: this machine stays on." >&2; exit 1;;
*) echo "Unknown command verb $verb." >&2; exit 1;;
esac
