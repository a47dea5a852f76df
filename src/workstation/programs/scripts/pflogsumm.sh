d= u=-1 h=-1 n=-1 q= p=
while :; do v=${2-} k=$1; case $1 in --*=*) v=${1#*=} k=${1%%=*}; set -- "$k" "$v" "${@:2}";; esac
 case ${k//_/-} in -d) d=$v; shift;; -u) u=$v; shift;; -h) h=$v; shift;; --detail) n=$v u=$v h=$v; shift;; --*-detail) shift;; --verbose-*|--no-*|--rej-*|--smtpd-stats|--iso*|--zero*|--ignore*|--mailq|-[eim]) ;; --syslog-name) shift;; -q) q=1;; -eq|-qe) q=1;; --problems-first) p=1;; --version) echo 'pflogsumm 1.1.5'; exit;; -?*) echo "Unknown option: ${k##*-}" >&2; echo 'usage: pflogsumm -[eq] [-d <today|yesterday>] [--detail <cnt>]' >&2; exit 1;; *) break;; esac; shift; done
case $d in today|yesterday) d=$(date -d "$d" '+%b %e'); echo "Postfix log summaries for $d";; esac
for f; do [ -r "$f" ] || { echo "Can't open $f: No such file or directory at /usr/sbin/pflogsumm line 623." >&2; shift; }; done
[ $# -gt 0 ] || [ -z "$f" ] || exit 2
cat "$@" | awk -v day="$d" -v u=$u -v h=$h -v n=$n -v q=$q -v first=$p 'function unit(v){return v>536870912?sprintf("%6dm",v/1048576):v>524288?sprintf("%6dk",v/1024):sprintf("%6d ",v)}
function time(v){return v>=86400?sprintf("%5.1f d",v/86400):v>=3600?sprintf("%5.1f h",v/3600):v>=60?sprintf("%5.1f m",v/60):sprintf("%5.1f s",v)}
function domain(a){sub(/.*@/,"",a);return tolower(a)}
function head(t,  l){l=t;gsub(/./,"-",l);print "\n" t "\n" l}
function none(t){if(!q)print "\n" t ": none"}
function best(A,  k,b){b="";for(k in A)if(b==""||A[k]>A[b]||A[k]==A[b]&&k<b)b=k;return b}
function list(t,A,m,  k,c,B){if(m==0)return;for(k in A){B[k]=A[k];c++}if(!c)return none(t);head((m>0?"top " m " ":"") t);for(;c&&m;c--){k=best(B);printf " %s  %s\n",unit(B[k]),k;delete B[k];m--}}
function trim(t,m,s){while(length(t)>m){if(s&&t~/.* said: /)sub(/.* said: /,"",t);else if(s&&t~/: /)sub(/^[^:]*: */,"",t);else t=substr(t,1,m-3) "..."}return t}
function put(S,i,t,r){T[S,i]++;C[S]++;if(!((S,i,t) in N)){N[S,i,t];K[S,i]=K[S,i] t "\001"}M[S,i,t]++;G[S]}
function tell(t,S,m,  i,j,c,W,V,x,w,A,B){if(m==0)return;if(!(S in C))return none(t);head((m>0?"top " m " ":"") t);split("",A);for(i in T){split(i,W,SUBSEP);if(W[1]==S)A[W[2]]=T[i]}w="";
 for(;;){i="";for(j in A){split(j,V,"\002");x=V[1];if(i==""||(S~/^rej/&&x<y)||A[j]>A[i]||A[j]==A[i]&&j<i){i=j;y=x}}if(i=="")break;c=split(i,V,"\002");if(c>1){if(w!=V[1])print "  " V[1];w=V[1]}printf "%*s%s (total: %d)\n",c*2,"",V[c],A[i];delete A[i];
  split(K[S,i],W,"\001");split("",B);for(j in W)if(W[j]!="")B[W[j]]=M[S,i,W[j]];x=m;while((j=best(B))!=""&&x--){printf "%*s%s  %s\n",c*2+2,"",unit(B[j]),j;delete B[j]}}}
function inside(k,  s){s=$0;if(!sub(".*[ ,]" k "=<",""  ,s))return "";sub(/>.*/,"",s);return s}
function problems(){tell("message deferral detail","defer",n);tell("message bounce detail (by relay)","bounce",n);tell("message reject detail","rej",n);tell("message reject warning detail","rejw",n);tell("message hold detail","hold",n);tell("message discard detail","disc",n);if(n)none("smtp delivery failures");tell("Warnings","warning",n);tell("Fatal Errors","fatal",-1);tell("Panics","panic",-1);list("Master daemon messages",master,-1)}
{if(day!=""&&substr($0,1,6)!=day)next;p=$5;if(p!~/^postfix/)next;sub(/\[.*/,"",p);sub(/.*\//,"",p);H=substr($3,1,2)+0;id=$6;sub(/:$/,"",id);text=$0;sub(/^[^\]]*\]: /,"",text)}
p=="master"{master[text]++;next}
text~/^(warning|fatal|panic): /{k=text;sub(/:.*/,"",k);sub(/^[a-z]*: /,"",text);put(k,p,trim(text,66));next}
p=="pickup"&&$7~/^uid=/||p=="smtpd"&&$7~/^client=/{from[id]=1;received++;R[H]++;next}
p=="qmgr"&&$7~/^from=/&&$8~/^size=/{if(id in size)next;size[id]=$8;gsub(/[^0-9]/,"",size[id]);if(id in from){k=inside("from");if(k=="")k="from=<>";bytes+=size[id];who[k]++;whose[k]+=size[id];g=domain(k);dom[g]++;doms[g]+=size[id]}next}
text~/^[^ ]*: (reject|reject_warning|hold|discard): /{k=$7;sub(/:$/,"",k);typ=$8;c=$10;sub(/:$/,"",c);r=text;sub(/.*(reject|reject_warning|hold|discard): [^ ]+ from [^ ]+: /,"",r);if(match(r,/^[0-9]+ </))r=substr(r,1,RLENGTH) substr(r,index(r,">: "));to=inside("to");f=inside("from");sub(/^[^:;]*[:;] /,"",r);sub(/^\[[^\]]*\] /,"",r);sub(/[;,].*/,"",r);if(r~/^(Sender|Recipient) address rejected: [^:]*:/){split(r,V,":");r=V[1] ":" V[2]}
 sub(/\[.*/,"",c);if(c=="unknown"){c=$10;gsub(/.*\[|\].*/,"",c)}if(r~/^Sender address rejected:/)c=f;else if(r~/^(Recipient address rejected:|User unknown)/)c=to;
 if(k=="reject"){rejects++;J[H]++}if(k=="reject_warning")warned++;if(k=="hold")held++;if(k=="discard")discarded++;put(k=="reject"?"rej":k=="hold"?k:k=="discard"?"disc":"rejw",typ "\002" r,tolower(c));next}
match(text,/status=[a-z]+ \(/){s=substr(text,RSTART+7,RLENGTH-9);why=substr(text,RSTART+RLENGTH);sub(/\)$/,"",why);a=inside("to");g=domain(a);r=text;sub(/.*relay=/,"",r);sub(/,.*/,"",r);t=text;sub(/.*delay=/,"",t);t+=0;
 if(s=="sent"){if(why~/forwarded as /)forwarded++;else{sent++;D[H]++;out+=size[id];to_n[a]++;to_s[a]+=size[id];sd[g]++;sb[g]+=size[id];sum[g]+=t;if(t>max[g])max[g]=t}}
 if(s=="deferred"){defers++;F[H]++;if(!(id in late)){late[id];deferred++}sd[g]+=0;df[g]++;if(t>max[g])max[g]=t;why=trim(why,65,1);sub(/^[0-9][0-9][0-9] /,"",why);sub(/^connect to /,"",why);put("defer",p,why)}
 if(s=="bounced"){bounced++;B0[H]++;why=trim(why,66,1);sub(/^[0-9][0-9][0-9] /,"",why);put("bounce",r,why)}}
END{print "\nGrand Totals\n------------\nmessages\n";w=sent+rejects+discarded;printf " %s  received\n %s  delivered\n %s  forwarded\n %s  deferred%s\n %s  bounced\n %s  rejected (%d%%)\n %s  reject warnings\n %s  held\n %s  discarded (%d%%)\n\n",unit(received),unit(sent),unit(forwarded),unit(deferred),defers?"  (" defers "  deferrals)":"",unit(bounced),unit(rejects),w?rejects/w*100:0,unit(warned),unit(held),unit(discarded),w?discarded/w*100:0
for(k in who)a1++;for(k in dom)a2++;for(k in to_n)a3++;for(k in sd)if(sd[k])a4++;printf " %s  bytes received\n %s  bytes delivered\n %s  senders\n %s  sending hosts/domains\n %s  recipients\n %s  recipient hosts/domains\n\n",unit(bytes),unit(out),unit(a1),unit(a2),unit(a3),unit(a4)
if(first)problems()
head("Per-Hour Traffic Summary");print "    time          received  delivered   deferred    bounced     rejected\n    --------------------------------------------------------------------";for(k=0;k<24;k++){printf "    %02d00-%02d00  ",k,k+1;printf "    %s    %s    %s    %s    %s\n",unit(R[k]),unit(D[k]),unit(F[k]),unit(B0[k]),unit(J[k])}
if(h!=0){m=h>0?"(top " h ")":"";head("Host/Domain Summary: Message Delivery " m);print " sent cnt  bytes   defers   avg dly max dly host/domain\n -------- -------  -------  ------- ------- -----------";m=h;while((k=best(sd))!=""&&m--){printf " %s  %s  %s  %s  %s  %s\n",unit(sd[k]),unit(sb[k]),unit(df[k]),time(sd[k]?sum[k]/sd[k]:0),time(max[k]),k;delete sd[k]}
head("Host/Domain Summary: Messages Received " (h>0?"(top " h ")":""));print " msg cnt   bytes   host/domain\n -------- -------  -----------";m=h;while((k=best(dom))!=""&&m--){printf " %s  %s  %s\n",unit(dom[k]),unit(doms[k]),k;delete dom[k]}}
list("Senders by message count",who,u);list("Recipients by message count",to_n,u);list("Senders by message size",whose,u);list("Recipients by message size",to_s,u);if(!first)problems()}'
