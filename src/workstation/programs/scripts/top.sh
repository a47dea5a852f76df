eval "$(/usr/lib/machine/fact)"
n=0
while IFS='|' read -r p pp u t s tty args; do
 c=${args%% *}; c=${c%:}; c=${c##*/}; n=$((n+1))
 l="$l$(printf '%7s %-8s  20   0   40960   5120   4096 S   0.0   0.5   0:00.01 %s' $p $u ${c#-})
"
done < <(/usr/lib/machine/procs)
echo "top - $(date +%T) up $(((now-booted)/60)) min,  1 user,  load average: 0.00, 0.00, 0.00"
printf 'Tasks: %3d total,   1 running, %3d sleeping,   0 stopped,   0 zombie\n' $n $((n-1))
echo '%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st '
echo 'MiB Mem :    961.6 total,    512.3 free,    210.4 used,    238.9 buff/cache     '
echo 'MiB Swap:      0.0 total,      0.0 free,      0.0 used.    751.2 avail Mem '
echo
echo '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND'
printf %s "$l"
case " $* " in *' -b'*|*b*) ;; *) [ -t 1 ] && echo '(This is how it stands now; top -b -n1 prints the same.)';; esac
