all= fmt=plain cols= pids= users= names= head=1 sort=
while [ $# -gt 0 ]; do
 w=$1
 case $w in
 --no-headers|--no-heading|h) head=0;;
 --sort*|--forest|f|--cols|--width|-w*|w*) [ "$w" = --sort ] && shift;;
 -p|--pid|p) pids=$2; shift;; -p*) pids=${w#-p};;
 -C) names=$2; shift;; -u|-U) users=$2; shift;;
 -o|o|--format) cols=$cols,$2; shift;; -eo|-Ao|axo|-axo) all=1 cols=$2; shift;;
 -o*) cols=$cols,${w#-o};;
 --version|-V) echo 'ps from procps-ng 4.0.2'; exit;;
 -*) o=${w#-}; case $o in *[eA]*) all=1;; esac; case $o in *x*) all=1;; esac
  case $o in *f*) fmt=full;; *[ul]*) fmt=user;; esac
  case $o in *[!eAafluxTjHLw]*) echo "error: unsupported option (BSD syntax)" >&2; exit 1;; esac;;
 [0-9]*) pids=$w;;
 *) case $w in *[!auxefwlj]*) echo 'error: garbage option' >&2; exit 1;; esac
  case $w in *[ax]*) all=1;; esac; case $w in *u*) fmt=user;; *) [ $fmt = plain ] && fmt=bsd;; esac;;
 esac; shift
done
[ -n "$cols" ] && fmt=cols
eval "$(/usr/lib/machine/fact)"
/usr/lib/machine/procs | awk -F'|' -v me="$me" -v all="$all" -v fmt=$fmt -v cols="$cols" -v pids="$pids" -v users="$users" -v names="$names" -v head=$head -v now=$now -v day="$(date +%b%d)" '
function has(list,v,  i,n,a){n=split(list,a,/[, ]+/);for(i=1;i<=n;i++)if(a[i]==v)return 1;return 0}
function comm(s,  a){split(s,a," ");sub(/:$/,"",a[1]);sub(/.*\//,"",a[1]);sub(/^-/,"",a[1]);return substr(a[1],1,15)}
function clock(t){t=t%86400;return sprintf("%02d:%02d",t/3600,t%3600/60)}
function value(c){
 if(c=="pid")return $1;if(c=="ppid")return $2;if(c=="user"||c=="euser"||c=="uname")return $3
 if(c=="comm"||c=="ucmd"||c=="cmd="||c=="fname")return comm($7);if(c=="args"||c=="cmd"||c=="command")return $7
 if(c=="stat"||c=="state"||c=="s")return $5;if(c=="tty"||c=="tt")return $6;if(c=="etime")return sprintf("%02d:%02d",(now-$4)/60,(now-$4)%60)
 if(c=="pcpu"||c=="%cpu"||c=="pmem"||c=="%mem")return "0.0";if(c=="rss")return 5120;if(c=="vsz")return 40960;if(c=="time"||c=="cputime")return "00:00:00";if(c=="uid")return $3;if(c=="group")return $3
 return "-"}
BEGIN{n=split(cols,C,/,/);k=0;for(i=1;i<=n;i++){if(C[i]!=""){k++;t=C[i];if(t~/=/){h=t;sub(/^[^=]*=/,"",h);sub(/=.*/,"",t);H[k]=h;if(h=="")quiet=1}else{H[k]=toupper(t);if(t=="args"||t=="cmd")H[k]=(t=="cmd"?"CMD":"COMMAND");if(t=="comm")H[k]="COMMAND";if(t=="pcpu")H[k]="%CPU";if(t=="pmem")H[k]="%MEM"}N[k]=t
 w=length(H[k]);if(t=="pid"||t=="ppid")w=w>7?w:7;if(t=="user")w=w>8?w:8;if(t=="comm")w=w>15?w:15;W[k]=w}}
 if(head&&!quiet){if(fmt=="user")print "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND"
 else if(fmt=="full")print "UID          PID    PPID  C STIME TTY          TIME CMD"
 else if(fmt=="bsd")print "    PID TTY      STAT   TIME COMMAND"
 else if(fmt=="plain")print "    PID TTY          TIME CMD"
 else{s="";for(i=1;i<=k;i++)s=s (i>1?" ":"") (i==k?H[i]:(N[i]~/pid/?sprintf("%" W[i] "s",H[i]):sprintf("%-" W[i] "s",H[i])));print s}}}
{ok=all||($3==me&&$6!="?")
 for(i=8;i<=NF;i++)$7=$7 "|" $i;if(pids!="")ok=has(pids,$1);if(names!="")ok=has(names,comm($7));if(users!="")ok=has(users,$3)
 if(!ok)next;found=1
 if(fmt=="user")printf "%-8s %7s  0.0  0.5  40960  5120 %-8s %-4s %s   0:00 %s\n",$3,$1,$6,$5,clock($4),$7
 else if(fmt=="full")printf "%-8s %7s %7s  0 %s %-8s 00:00:00 %s\n",$3,$1,$2,clock($4),$6,$7
 else if(fmt=="bsd")printf "%7s %-8s %-4s   0:00 %s\n",$1,$6,$5,$7
 else if(fmt=="plain")printf "%7s %-8s 00:00:00 %s\n",$1,$6,comm($7)
 else{s="";for(i=1;i<=k;i++){v=value(N[i]);s=s (i>1?" ":"") (i==k?v:(N[i]~/pid/?sprintf("%" W[i] "s",v):sprintf("%-" W[i] "s",v)))}print s}}
END{exit !found}'
