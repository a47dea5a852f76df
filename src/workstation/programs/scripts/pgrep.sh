prog=${0##*/} full= list= exact= user= sig=TERM count=
while [ $# -gt 0 ]; do case $1 in
 -f) full=1;; -l|-a|-fl|-af|-fa) list=1; case $1 in *f*) full=1;; esac; case $1 in *a*) list=2;; esac;; -x) exact=1;; -u|-U) user=$2; shift;; -c) count=1;;
 -s) [ $prog = pidof ] || { sig=$2; shift; };; -[0-9]*|-[A-Z]*) sig=${1#-};; -*) ;; *) break;; esac; shift; done
[ $# = 0 ] && { case $prog in pidof) exit 1;; killall) echo 'Usage: killall [OPTION]... [--] NAME...' >&2;; *) echo "$prog: no matching criteria specified" >&2; echo "Try \`$prog --help' for more information." >&2;; esac; exit 2; }
[ $prog = pidof ] && exact=1; [ $prog = killall ] && exact=1
found=
for name; do
 got=
 while IFS='|' read -r p pp u t s tty args; do
  c=${args%% *}; c=${c%:}; c=${c##*/}; c=${c#-}
  [ -n "$user" ] && [ "$user" != $u ] && continue
  case $args in *"/$prog"*|"$prog "*) continue;; esac
  t=$c; [ -n "$full" ] && t=$args
  if [ -n "$exact" ]; then [ "$t" = "${name##*/}" ] || continue; else [[ $t =~ $name ]] || continue; fi
  got=1
  case $prog in
  pgrep) [ -n "$count" ] && { n=$((n+1)); continue; }; case $list in 1) echo "$p $c";; 2) echo "$p $args";; *) echo $p;; esac;;
  pidof) found="$p $found";;
  *) if [ $c = master ]; then eval "$(/usr/lib/machine/fact)"; case $sig in HUP|1) a=reload;; *) a=stop;; esac; [ $root = 1 ] && postfix $a >/dev/null 2>&1 || { echo "$prog: killing pid $p failed: Operation not permitted" >&2; }
   else kill -s $sig $p 2>/dev/null || echo "$prog: killing pid $p failed: Operation not permitted" >&2; fi;;
  esac
 done < <(/usr/lib/machine/procs)
 if [ -z "$got" ]; then [ $prog = killall ] && echo "$name: no process found" >&2; r=1; fi
done
[ -n "$count" ] && echo ${n:-0}
[ $prog = pidof ] && [ -n "$found" ] && echo ${found% }
exit ${r:-0}
