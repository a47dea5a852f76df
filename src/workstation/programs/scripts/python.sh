# What scripts in Python, PHP and Perl do to send mail. The text is walked through again from its
# start for each thing that it waits for (a conversation, which swaks holds, a line that is typed,
# time), with what came of the things before.
lang=$1 file=$2 shown=$3; shift 3
d=$(mktemp -d) n=0 printed=0
trap 'rm -rf $d' EXIT
: > $d/came
cat -- "$file" > $d/code
env > $d/env
helo=$(hostname -f); case $helo in *.*) ;; *) helo='[127.0.1.1]';; esac
while [ $n -lt 100 ]; do
 n=$((n+1)); rm -f $d/want $d/data
 awk -v lang=$lang -v d=$d -v shown="$shown" -v me="${USER:-root}" -v helo="$helo" -v now="$(date -R)" -v args="$(printf '%s\036' "$@")" '
function bad(w){print lang ": " shown ", line " N[ln] ": " w " is not understood here; what sends mail is (see man " lang ")" > "/dev/stderr";over(1)}
function over(s){if(!gone){gone=1;stop=1;code=s}}
function say(t){if(!mute&&!gone)printf "%s",t}
function want(k,t){if(gone)return;print k > (d "/want");printf "%s",t >> (d "/want");close(d "/want");over(0)}
function ask(k,t){if(cn<CN)return CAME[++cn];want(k,t);return ""}
function raise(c,m){if(exc==""&&!gone){exc=c;exm=m;exl=ln;stop=1}return "N"}
function isa(c,w){sub(/^.*[.]/,"",w);sub(/^.*[.]/,"",c);return w==c||w~/^(Exception|BaseException)$/||w~/^(OSError|IOError|error)$/&&c!~/^(NameError|KeyError|TypeError|ValueError|IndexError)$/||w=="SMTPException"&&c~/^SMTP/||w=="SMTPResponseException"&&c~/^SMTP(Auth|Data|Sender|Connect|Helo)/||w=="ConnectionError"&&c~/^Connection/}
# Tokens: K kind, V text, of lines A to B with indent L and number N.
function put(k,v){K[++tn]=k;V[tn]=v}
function esc(t,b,  o,c,h){o="";while(match(t,/\\/)){o=o substr(t,1,RSTART-1);c=substr(t,RSTART+1,1);t=substr(t,RSTART+2)
 if(c=="n")o=o "\n";else if(c=="t")o=o "\t";else if(c=="r")o=o "\r";else if(c=="\n")c="";else if(c=="0"){o=o "\001";sub(/^00/,"",t)}else if(c=="x"){h=substr(t,1,2);t=substr(t,3);o=o sprintf("%c",index("0123456789abcdef",tolower(substr(h,1,1)))*16-16+index("0123456789abcdef",tolower(substr(h,2,1)))-1)}else if(c~/["\047\\@$]/)o=o c;else o=o "\\" c}return o t}
function scan(s,top,  m,q,r,p,i,depth,ind,num,e,body,first,col){num=1;first=1;depth=0;ind=0
 while(s!=""){
 if(first&&top){match(s,/^[ \t]*/);ind=lang=="python3"?RLENGTH:0;s=substr(s,RLENGTH+1);if(s~/^(#[^\n]*)?\n/){sub(/^[^\n]*\n/,"",s);num++;continue}first=0;ln_open(ind,num)}
 if(match(s,/^([ \t\r]+|#[^\n]*|\\\n|\/\/[^\n]*)/)&&!(s~/^\/\//&&lang!="php")&&!(s~/^#/&&!top)){if(substr(s,1,RLENGTH)=="\\\n")num++;s=substr(s,RLENGTH+1);continue}
 if(substr(s,1,1)=="\n"){num++;s=substr(s,2);if(depth==0&&top&&lang=="python3")first=ln_end();continue}
 if(substr(s,1,1)==";"&&depth==0&&top){s=substr(s,2);ln_end();if(lang!="python3")first=1;else{sub(/^[ \t]+/,"",s);if(s~/^(#[^\n]*)?\n/||s=="")first=s==""?0:skip_nl();else ln_open(ind,num)}if(first==2){sub(/^[^\n]*\n/,"",s);num++;first=1}continue}
 if(match(s,/^[rRbBuUfF]?[rRbBfF]?("""|\047\047\047|"|\047)/)){q=substr(s,1,RLENGTH);s=substr(s,RLENGTH+1);p=tolower(q);gsub(/["\047]/,"",p);q=substr(q,length(p)+1)
  i=1;m=s;body="";for(;;){e=index(m,q);if(!e){bad("a string without its end");return}r=substr(m,1,e-1);h=r;if(match(h,/\\+$/)&&RLENGTH%2){body=body r substr(q,1,1);m=substr(m,e+1);continue}body=body r;m=substr(m,e+length(q));break}
  s=m;num+=gsub(/\n/,"\n",body)
  if(p!~/r/&&!(lang!="python3"&&q=="\047"))body=esc(body);else if(lang!="python3")gsub(/\\\047/,"\047",body)
  put(p~/f/||lang!="python3"&&q=="\""?"f":p~/b/?"b":"s",body);continue}
 if(lang!="python3"&&match(s,/^\$[A-Za-z_][A-Za-z0-9_]*/)){put("w",substr(s,2,RLENGTH-1));s=substr(s,RLENGTH+1);continue}
 if(match(s,/^[A-Za-z_\200-\377][A-Za-z0-9_\200-\377]*(::[A-Za-z]+)*/)){m=substr(s,1,RLENGTH);gsub(/::/,"_",m);put("w",m);s=substr(s,RLENGTH+1);continue}
 if(match(s,/^[0-9][0-9_]*([.][0-9]+)?/)){put("n",substr(s,1,RLENGTH)+0);s=substr(s,RLENGTH+1);continue}
 match(s,/^(\*\*|==|!=|<=|>=|\+=|->|=>|:=|\/\/|.)/);m=substr(s,1,RLENGTH);s=substr(s,RLENGTH+1);if(m=="->"&&lang!="python3")m=".";put("p",m)
 if(m~/^[([{]$/)depth++;else if(m~/^[])}]$/){depth--;if(m=="}"&&depth==0&&top&&lang!="python3")first=ln_end()}
 else if(m==":"&&depth==0&&top&&V[A[nl]]~/^(if|elif|else|for|while|with|def|try|except|finally)$/&&s!~/^[ \t]*(#[^\n]*)?\n/&&s!~/^[ \t]*$/){ln_end();sub(/^[ \t]+/,"",s);ln_open(ind+.5,num)}
 }
 if(top)ln_end()}
function skip_nl(){return 2}
function ln_open(i,m){A[++nl]=tn+1;L[nl]=i;N[nl]=m;B[nl]=0}
function ln_end(){if(nl&&B[nl]==0){B[nl]=tn;if(tn<A[nl])nl--}return 1}
function after(i,j,  k){for(k=i+1;k<j&&L[k]>L[i];k++);return k}
# Values: a letter for the kind before the text.
function str(v,  k,t,i,n){k=substr(v,1,1);t=substr(v,2);if(k~/[sbn]/)return k=="b"?"b\047" slash(t) "\047":t;if(k=="N")return "None";if(k=="T")return "True";if(k=="F")return "False";if(k=="l")return rep(v);if(k=="e")return EM[t];if(k=="o"&&OC[t]=="msg")return mail(t);return "<" (k=="o"?OC[t] " object":t) ">"}
function slash(t){gsub(/\\/,"\\\\",t);gsub(/\n/,"\\n",t);gsub(/\r/,"\\r",t);return t}
function rep(v,  k,t,i,n,o){k=substr(v,1,1);t=substr(v,2);if(k=="s")return "\047" slash(t) "\047";if(k!="l")return str(v);o="";for(i=1;i<=LN[t];i++)o=o (i>1?", ":"") (LK[t,i]!=""?rep(LK[t,i]) ": ":"") rep(LV[t,i]);return (LB[t]==""?"[":LB[t]) o (LB[t]=="("?(LN[t]==1?",)":")"):LB[t]=="{"?"}":"]")}
function truth(v,  k){k=substr(v,1,1);return !(v=="N"||v=="F"||v=="s"||v=="b"||v=="n0"||k=="l"&&LN[substr(v,2)]==0)}
function list(b){LN[++on]=0;LB[on]=b;return "l" on}
function push(l,v){l=substr(l,2);LV[l,++LN[l]]=v}
function obj(c){OC[++on]=c;return "o" on}
function get(n,  f){if((fr,n) in VAR)return VAR[fr,n];if((0,n) in VAR)return VAR[0,n];if(n in FN)return "u" n;if(n=="None"||n=="null"||n=="undef")return "N";if(n=="True"||n=="true")return "T";if(n=="False"||n=="false")return "F";if(n=="__name__")return "s__main__";if(n~/^(print|str|int|len|repr|open|input|list|bytes|echo|printf|mail|var_dump|exit|quit|Exception|OSError|ConnectionRefusedError|TimeoutError|ConnectionError|KeyError|ValueError|die|range|Net_SMTP|PHP_EOL|error_get_last|shift|date|time|isinstance)$/)return n=="PHP_EOL"?"s\n":"c" n;if(lang!="python3")return "N";raise("NameError","name \047" n "\047 is not defined");return "N"}
function set(n,v){VAR[fr,n]=v}
function tok(x){return p<=q&&K[p]=="p"&&V[p]==x}
function eat(x){if(tok(x)){p++;return 1}return 0}
function need(x){if(!eat(x))bad(p<=q?"\047" V[p] "\047":"the end of the line")}
function word(x){if(p<=q&&K[p]=="w"&&V[p]==x){p++;return 1}return 0}
function expr(  v,s,e,c,x){if(stop)return "N";s=p;v=either();if(!stop&&p<=q&&K[p]=="w"&&V[p]=="if"){p++;c=either();if(!word("else"))bad("\047if\047");x=expr();return truth(c)?v:x}
 if(!stop&&tok("?")){p++;x=expr();need(":");c=expr();return truth(v)?x:c}return v}
function either(  v,r){v=both();while(!stop&&p<=q&&(word("or")||tok("|")&&V[p+1]=="|"&&(p+=2))){r=both();if(!truth(v))v=r}return v}
function both(  v,r){v=unary();while(!stop&&p<=q&&(word("and")||tok("&")&&V[p+1]=="&"&&(p+=2))){r=unary();if(truth(v))v=r}return v}
function unary(  v){if(word("not")||tok("!")&&p++)return truth(unary())?"F":"T";return compare()}
function compare(  v,o,r,n,i){v=sum();if(stop)return v;if(p<=q&&(K[p]=="p"&&V[p]~/^(==|!=|<|>|<=|>=)$/||K[p]=="w"&&V[p]~/^(in|is|not|eq|ne)$/)){o=V[p++];if(o=="not"&&word("in"))o="notin";if(o=="is"&&word("not"))o="!=";r=sum()
 if(o~/in$/){n=substr(r,1,1)=="l"?has(r,v):index(str(r),str(v));return (n>0)==(o=="in")?"T":"F"}
 if(o~/^(==|is|eq)$/)return v==r?"T":"F";if(o~/^(!=|ne)$/)return v!=r?"T":"F";v=substr(v,2);r=substr(r,2);return (o=="<"?v<r:o==">"?v>r:o=="<="?v<=r:v>=r)?"T":"F"}return v}
function has(l,v,  i){l=substr(l,2);for(i=1;i<=LN[l];i++)if((LB[l]=="{"?LK[l,i]:LV[l,i])==v)return 1;return 0}
function sum(  v,r,o,i,l){v=product();while(!stop&&(tok("+")||tok("-")||lang!="python3"&&tok("."))){o=V[p++];r=product()
 if(substr(v,1,1)=="n"&&substr(r,1,1)=="n"&&o!=".")v="n" (o=="+"?substr(v,2)+substr(r,2):substr(v,2)-substr(r,2));else if(substr(v,1,1)=="l"&&o=="+"){l=list("[");for(i=1;i<=LN[substr(v,2)];i++)push(l,LV[substr(v,2),i]);for(i=1;i<=LN[substr(r,2)];i++)push(l,LV[substr(r,2),i]);v=l}
 else if(o=="."||substr(v,1,1)==substr(r,1,1))v=substr(v,1,1)=="b"?v substr(r,2):"s" str(v) str(r);else return raise("TypeError",substr(v,1,1)=="s"?"can only concatenate str (not \"" kind(r) "\") to str":"unsupported operand type(s) for " o ": \047" kind(v) "\047 and \047" kind(r) "\047")}return v}
function kind(v){v=substr(v,1,1);return v=="n"?"int":v=="s"?"str":v=="b"?"bytes":v=="l"?"list":v=="N"?"NoneType":v=="o"?"object":"bool"}
function product(  v,r,o,t,n){v=post();while(!stop&&(tok("%")||tok("*"))){o=V[p++];r=post();if(o=="*"){if(substr(v,1,1)=="n")v="n" substr(v,2)*substr(r,2);else{t="";for(n=0;n<substr(r,2)&&n<1000;n++)t=t substr(v,2);v="s" t}}
 else v="s" fmt(str(v),r)}return v}
function fmt(t,r,  o,n,x){o="";n=0;while(match(t,/%[-0-9.]*[sdrf%]/)){o=o substr(t,1,RSTART-1);x=substr(t,RSTART+RLENGTH-1,1);if(x=="%")o=o "%";else{n++;x=substr(r,1,1)=="l"?LV[substr(r,2),n]:r;o=o sprintf(substr(t,RSTART,RLENGTH-1) "s",substr(t,RSTART+RLENGTH-1,1)=="r"?rep(x):str(x))}t=substr(t,RSTART+RLENGTH)}return o t}
function inner(t,r,  a,b,v,e,k){o2="";if(lang!="python3"){e="";while(match(t,/[$@][A-Za-z_][A-Za-z0-9_]*/)){v=substr(t,RSTART,RLENGTH);e=e substr(t,1,RSTART-1) (v~/^\$/?str(get(substr(v,2))):v);t=substr(t,RSTART+RLENGTH)}return "s" e t}
 e="";while(match(t,/[{}]/)){k=substr(t,RSTART,1);e=e substr(t,1,RSTART-1);t=substr(t,RSTART+1);if(substr(t,1,1)==k){e=e k;t=substr(t,2);continue}b=index(t,"}");if(k=="}"||!b){bad("an f-string");return "s"}a=substr(t,1,b-1);t=substr(t,b+1);k="";if(match(a,/![rs]$|![rs]:|:[^:\047"]*$/)){k=substr(a,RSTART);a=substr(a,1,RSTART-1)}v=sub_expr(a);e=e (k~/^!r/?rep(v):str(v))}return "s" e t}
function sub_expr(a,  op,oq,s,v){op=p;oq=q;s=tn+1;scan(a,0);p=s;q=tn;v=expr();p=op;q=oq;return v}
function post(  v,n,l,x,s){if(stop)return "N";if(p>q){bad("the end of the line");return "N"}
 if(K[p]~/[sbn]/){v=K[p] V[p];p++;while(p<=q&&K[p]~/[sbf]/){v=v (K[p]=="f"?substr(inner(V[p]),2):V[p]);p++}}
 else if(K[p]=="f"){p++;v=inner(V[p-1]);while(p<=q&&K[p]~/[sf]/){p++;v=v (K[p-1]=="f"?substr(inner(V[p-1]),2):V[p-1])}}
 else if(eat("-")){v=post();v="n" -substr(v,2)}
 else if(eat("(")){if(eat(")"))v=list("(");else{v=expr();if(tok(",")){l=list("(");push(l,v);while(eat(",")&&!tok(")"))push(l,expr());v=l}need(")")}}
 else if(eat("[")){v=list("[");while(!tok("]")&&!stop){x=expr();if(p<=q&&V[p]=="for"){bad("a list with \047for\047");return "N"}n=lang!="python3"&&eat("=>");push(v,n?expr():x);if(n){LB[substr(v,2)]="{";LK[substr(v,2),LN[substr(v,2)]]=x}if(!eat(","))break}need("]")}
 else if(eat("{")){v=list("{");while(!tok("}")&&!stop){x=expr();need(":");push(v,expr());LK[substr(v,2),LN[substr(v,2)]]=x;if(!eat(","))break}need("}")}
 else if(K[p]=="w"&&V[p]=="new"&&p++){v=post()}
 else if(K[p]=="w"){n=V[p++];if(n=="lambda"||n=="await"||n=="yield"){bad("\047" n "\047");return "N"}v=lang=="perl"&&n=="shift"?"s" A0():get(n)}
 else{bad("\047" V[p] "\047");return "N"}
 while(!stop&&p<=q){
 if(tok(".")&&(lang=="python3"||K[p+1]=="w")){p++;n=V[p++];if(tok("(")){args_of();if(!stop)v=method(v,n)}else if(lang=="perl"){an=0;KWN=0;v=method(v,n)}else v=attr(v,n)}
 else if(tok("(")){args_of();if(!stop)v=call(v)}
 else if(tok("[")){p++;x=expr();if(tok(":")){p++;if(!tok("]"))expr();bad("a slice");return "N"}need("]");v=item(v,x)}
 else break}
 return v}
function A0(  a){split(args,a,"\036");return a[++shifted]}
function args_of(  a,i,n,k,kn,l,x,m){p++;n=0;m=0;while(!tok(")")&&!stop){if(eat("*")||eat("**")){bad("\047*\047");return}
 if(K[p]=="w"&&K[p+1]=="p"&&(V[p+1]=="="||V[p+1]=="=>")){k=V[p];p+=2;x=expr();m++;kk[dp+1,m]=k;kv[dp+1,m]=x}else{if(lang=="perl"&&K[p+1]=="p"&&V[p+1]=="=>"){p+=2;expr()}else{dp++;x=expr();dp--;a[++n]=x}}if(!eat(","))break}need(")");an=n;for(i=1;i<=n;i++)AV[i]=a[i];KWN=m;for(i=1;i<=m;i++){KW[i]=kk[dp+1,i];KX[i]=kv[dp+1,i]}}
function arg(i,k,df,  j){if(i<=an)return AV[i];for(j=1;j<=KWN;j++)if(KW[j]==k)return KX[j];return df}
function item(v,x,  t,i,l){t=substr(v,2);if(substr(v,1,1)=="l"){if(LB[t]=="{"){for(i=1;i<=LN[t];i++)if(LK[t,i]==x)return LV[t,i];return raise("KeyError",rep(x))}i=substr(x,2)+0;if(i<0)i+=LN[t];if(i>=LN[t])return raise("IndexError","list index out of range");return LV[t,i+1]}
 if(v=="cos.environ"){l=env(substr(x,2));return l=="N"?raise("KeyError",rep(x)):l}if(v=="csys.argv"){split(args,X,"\036");i=substr(x,2)+0;if(i==0)return "s" shown;if(X[i]=="")return raise("IndexError","list index out of range");return "s" X[i]}
 if(OC[t]=="msg")return header(t,substr(x,2));if(substr(v,1,1)=="s"&&substr(x,1,1)=="n"){i=substr(x,2);return "s" substr(t,(i<0?length(t)+i:i)+1,1)}bad("this subscript");return "N"}
function env(n){return n in ENV?"s" ENV[n]:"N"}
function attr(v,n,  k,t){k=substr(v,1,1);t=substr(v,2);if(k=="c")return t n~/^(os|sys|ssl|email|smtplib|socket|time|datetime|getpass|base64|string)/?"c" t "." n:"c" n;if(k=="e")return n=="smtp_code"?"n" EC[t]:n=="smtp_error"?"b" EB[t]:n=="recipients"?list("{"):"s" EM[t];if(OC[t]=="msg"&&n=="preamble")return "N";if(k=="o"&&(t,n) in AT)return AT[t,n];bad("\047." n "\047");return "N"}
function call(v,  k,t,i,o,s,e,f,sv,sp,sq,sl){k=substr(v,1,1);t=substr(v,2);sub(/^.*[.]/,"",t)
 if(k=="u"){return user(t)}
 if(k!="c"){bad("this call");return "N"}
 if(t~/^(print|echo)$/){o="";s=arg(99,"sep","s ");e=arg(99,"end","s\n");for(i=1;i<=an;i++)o=o (i>1?substr(s,2):"") str(AV[i]);if(arg(99,"file","N")=="csys.stderr"){if(!mute)print o > "/dev/stderr"}else say(o (t=="print"?substr(e,2):""));return "N"}
 if(t=="str")return "s" str(arg(1,"","s"));if(t=="repr")return "s" rep(AV[1]);if(t=="int")return "n" (substr(AV[1],2)+0);if(t=="len")return "n" (substr(AV[1],1,1)=="l"?LN[substr(AV[1],2)]:length(substr(AV[1],2)));if(t=="list"||t=="bytes")return AV[1]
 if(t=="range"){o=list("[");for(i=an>1?substr(AV[1],2)+0:0;i<substr(AV[an>1?2:1],2)+0&&i<1000;i++)push(o,"n" i);return o}
 if(t~/^(SMTP|SMTP_SSL|LMTP)$/)return open_smtp(arg(1,"host","s"),arg(2,"port","n0"),t=="SMTP_SSL")
 if(t~/^(EmailMessage|Message)$/){o=obj("msg");MN[on]=t=="EmailMessage";return o}
 if(t=="MIMEText"){o=obj("msg");i=on;s=arg(3,"_charset","N");s=s=="N"?(arg(1,"_text","s")~/[\200-\377]/?"utf-8":"us-ascii"):substr(s,2);head(i,"Content-Type","text/" substr(arg(2,"_subtype","splain"),2) "; charset=\"" s "\"");head(i,"MIME-Version","1.0");head(i,"Content-Transfer-Encoding",s=="us-ascii"?"7bit":"base64");PL[i]=s=="us-ascii"?substr(arg(1,"_text","s"),2):b64(substr(arg(1,"_text","s"),2),76) "\n";return o}
 if(t~/^MIME(Multipart|Base|Application|Image)$/){o=obj("msg");i=on;head(i,"Content-Type",t=="MIMEMultipart"?"multipart/" substr(arg(1,"_subtype","smixed"),2):t=="MIMEBase"?substr(AV[1],2) "/" substr(AV[2],2):t=="MIMEImage"?"image/png":"application/octet-stream");head(i,"MIME-Version","1.0");PN[i]=t=="MIMEMultipart"?0:"";if(t~/App|Image/){head(i,"Content-Transfer-Encoding","base64");PL[i]=b64(substr(AV[1],2),76) "\n"}return o}
 if(t~/^(create_default_context|_create_unverified_context|SSLContext|Header)$/)return t=="Header"?AV[1]:obj("context")
 if(t=="formatdate"||t=="localtime")return "s" now;if(t=="make_msgid")return "s<" length(now) cn "." on "@" helo ">";if(t=="formataddr"){o=substr(AV[1],2);return "s" str(LV[o,1]) " <" str(LV[o,2]) ">"}
 if(t=="encode_base64"){i=substr(AV[1],2);PL[i]=b64(PL[i],76) "\n";head(i,"Content-Transfer-Encoding","base64");return "N"}
 if(t=="getenv"||v=="cos.environ.get"){o=env(substr(AV[1],2));return o=="N"&&an>1?AV[2]:o}
 if(t=="getpass"||t=="input"){say(t=="input"||an?str(arg(1,"prompt","s")):"Password: ");return "s" ask(t,"")}
 if(t=="sleep"){ask("sleep",str(AV[1]));return "N"}if(t=="getfqdn"||t=="gethostname")return "s" helo;if(t=="time")return "n" srand();if(t=="getuser")return "s" me
 if(t=="open"){if((substr(arg(2,"mode","sr"),2))!~/^r/){bad("writing a file");return "N"}o=obj("file");i=on;f=substr(AV[1],2);AT[i,"t"]="";if((getline s < f)<0)return raise("FileNotFoundError","[Errno 2] No such file or directory: " rep(AV[1]));do AT[i,"t"]=AT[i,"t"] s "\n";while((getline s < f)>0);close(f);return o}
 if(t~/^(exit|quit|die)$/){if(lang=="perl"&&an){print str(AV[1]) > "/dev/stderr";over(1)}over(an?substr(AV[1],2)+0:0);return "N"}
 if(t=="mail")return php_mail();if(t=="var_dump"){say(AV[1]=="T"?"bool(true)\n":AV[1]=="F"?"bool(false)\n":rep(AV[1]) "\n");return "N"}if(t=="date"||t=="error_get_last")return "s" now
 if(t=="basicConfig"||t=="print_exc"||t=="isinstance")return "N";if(t~/^b64(en|de)code$/&&t~/en/)return "b" b64(substr(AV[1],2),0)
 if(t~/Error$|Exception$/){EM[++on]=str(arg(1,"","s"));return "e" on}
 bad("\047" t "()\047");return "N"}
function user(t,  i,s,sl,sp,sq,f,o,n,a){if(++deep>20){bad("so many calls");return "N"}sl=ln;sp=p;sq=q;f=fr;i=FN[t];o=FD[t];
 for(n=1;n<=PC[t];n++)a[n]=arg(n,PA[t,n],PD[t,n]);fr=++frames;for(n=1;n<=PC[t];n++){if(a[n]==""){fr=f;deep--;return raise("TypeError",t "() missing 1 required positional argument: \047" PA[t,n] "\047")}VAR[fr,PA[t,n]]=a[n]}
 run(i+1,o);ln=exc!=""?ln:sl;s="N";if(returns){s=ret;returns=0;stop=gone||exc!=""}if(exc!=""&&!(exc in seen)){seen[exc]=1;trail=sl SUBSEP t}fr=f;p=sp;q=sq;deep--;return s}
# Messages.
function head(i,k,v){HK[i,++HN[i]]=k;HV[i,HN[i]]=v}
function header(i,k,  j){for(j=1;j<=HN[i];j++)if(tolower(HK[i,j])==tolower(k))return "s" HV[i,j];return "N"}
function word_of(v){return v~/[\200-\377]/?"=?utf-8?b?" b64(v,0) "?=":v}
function b64(t,w,  o,i,n,a,c){if(!("A" in ORD))for(i=1;i<256;i++)ORD[sprintf("%c",i)]=i;ORD["\001"]=0;c="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";o="";for(i=1;i<=length(t);i+=3){n=ORD[substr(t,i,1)]*65536+ORD[substr(t,i+1,1)]*256+ORD[substr(t,i+2,1)];o=o substr(c,int(n/262144)+1,1) substr(c,int(n/4096)%64+1,1) (i+1>length(t)?"=":substr(c,int(n/64)%64+1,1)) (i+2>length(t)?"=":substr(c,n%64+1,1));if(w&&(i+2)%57==0&&i+3<=length(t))o=o "\n"}return o}
function mail(i,  j,o,b){o="";if(PN[i]!="")b="===============" sprintf("%d",7000000000+i) "==";for(j=1;j<=HN[i];j++)o=o HK[i,j] ": " (HK[i,j]=="Content-Type"&&b!=""?HV[i,j] "; boundary=\"" b "\"":word_of(HV[i,j])) "\n";o=o "\n";if(b==""){return o PL[i]}for(j=1;j<=PN[i];j++)o=o "--" b "\n" mail(PT[i,j]) "\n";return o "--" b "--\n"}
function content(i,t,s){head(i,"Content-Type","text/" s "; charset=\"utf-8\"");head(i,"Content-Transfer-Encoding",t~/[\200-\377]/?"8bit":"7bit");if(header(i,"MIME-Version")=="N")head(i,"MIME-Version","1.0");PL[i]=t (t~/\n$/?"":"\n")}
function addresses(t,  l,a,n,i,x){l=list("[");n=split(t,a,",");for(i=1;i<=n;i++){x=a[i];sub(/^.*</,"",x);sub(/>.*$/,"",x);gsub(/[ \t\n]/,"",x);if(x!="")push(l,"s" x)}return l}
# Conversations: each is noted, held by swaks when it ends, and its steps have then gone as they went.
function open_smtp(h,port,s,  o,i,a){o=obj("smtp");i=on;h=substr(h,2);port=substr(port,2)+0;if(split(h,a,":")==2){h=a[1];port=a[2]+0}if(!port)port=s?465:25;SH[i]=h;SP[i]=port;SS[i]=s?"wrap":"off";SC[i]=0;if(h!="")begin(i);return o}
function begin(i){if(SC[i])return;SC[i]=++cv;AC[i]=1;if(cv>CV){mute=1}else{open=i;why(i,"connect")}}
function why(i,k,  c){c=SC[i];if(!c){if(SH[i]=="")raise("SMTPServerDisconnected","please run connect() first");else begin(i);c=SC[i]}if(c>CV||stop)return 0;if((c,k) in WHY){raise(WHY[c,k],WHT[c,k]);return 1}return 0}
function done(i,k,  t){if(!SC[i])return;t=SC[i];SC[i]=0;if(t>CV){flush_conv(i,k);return}if(DB)debug(TR[t])}
function debug(s,  a,n,i,t,r,x){n=split(s,a,"\n");for(i=1;i<=n;i++){t=a[i];if(t~/^ [-~]> (EHLO|STARTTLS|AUTH|MAIL|RCPT|DATA|QUIT|[A-Za-z0-9+\/=]+$)/){t=substr(t,5);if(match(t,/^[A-Z]+( |$)/))t=tolower(substr(t,1,RLENGTH)) substr(t,RLENGTH+1);x=x "send: \047" t "\\r\\n\047\n";r=""}else if(t~/^<[-~*]+ *[0-9]/){sub(/^<[-~*]+ */,"",t);x=x "reply: b\047" t "\\r\\n\047\n";r=r (r==""?"":"\\n") substr(t,5);if(substr(t,4,1)!="-"){x=x "reply: retcode (" substr(t,1,3) "); Msg: b\047" r "\047\n";r=""}}}printf "%s",x > "/dev/stderr"}
function flush_conv(i,k){sub(/\n$/,"",SD[i]);printf "%s",SD[i] > (d "/data");close(d "/data");mute=0;want("talk",SH[i] "\n" SP[i] "\n" SS[i] "\n" SU[i] "\n" SW[i] "\n" SF[i] "\n" ST[i] "\n" (SD[i]==""?(SF[i]!=""?"RCPT":SU[i]!=""?"AUTH":SS[i]=="on"?"TLS":SE[i]?"FIRST-EHLO":"CONNECT"):"") "\n")}
function send(i,f,t,m,  l,j,o,x,c){if(SD[i]!=""){done(i);begin(i)}SF[i]=f;o="";for(j=1;j<=LN[substr(t,2)];j++)o=o (j>1?",":"") bare(str(LV[substr(t,2),j]));ST[i]=o;SD[i]=m;c=SC[i]
 if(why(i,"MAIL")||why(i,"RCPT")||why(i,"DATA"))return "N";return list("{")}
function bare(x){if(match(x,/<[^>]*>/))x=substr(x,RSTART+1,RLENGTH-2);return x}
function php_mail(  o,i,h,t){o=obj("smtp");h=str(arg(4,"","s"));t="To: " str(AV[1]) "\nSubject: " word_of(str(AV[2])) "\n" (h==""?"":h "\n") "\n" str(arg(3,"","s")) "\n";gsub(/\r/,"",t);if(++cv>CV){printf "%s",t > (d "/data");close(d "/data");want("mail","");return "T"}return WHY[cv,"x"]==0?"T":"F"}
function tuple(c,m,  l){l=list("(");push(l,"n" c);push(l,"b" m);return l}
function method(v,n,  k,t,i,l,a,o,r,x){k=substr(v,1,1);t=substr(v,2)
 if(k=="c"){if(v=="cNet_SMTP"&&n=="new"){o=open_smtp(arg(1,"Host","slocalhost"),arg(99,"Port","n25"),0);SE[substr(o,2)]=1;return exc==""?o:perl_no()}if(t=="os.environ"&&n=="get"||t=="os"&&n=="getenv")return call("cgetenv");if(t=="sys"&&n=="exit")return call("cexit");if(t~/^sys/&&n~/^(write|flush)$/){if(n=="write")say(str(AV[1]));return "N"}if(t=="string"||t~/datetime/||t~/^os([.]path)?$/&&n!="getenv"){bad("\047" t "." n "()\047");return "N"}return call("c" n)}
 if(OC[t]=="smtp"&&k=="o"){c=SC[t]
  if(n=="connect"){if(an){SH[t]=substr(AV[1],2);if(split(SH[t],a,":")==2){SH[t]=a[1];SP[t]=a[2]+0}if(an>1||KWN)SP[t]=substr(arg(2,"port","n25"),2)}begin(t);return tuple(220,RE[SC[t],"banner"])}
  if(n~/^set_debuglevel$|^(Timeout|debug)$/){DB=truth(AV[1]);return "N"}
  if(n~/^(ehlo|helo|ehlo_or_helo_if_needed|hello)$/){SE[t]=1;if(why(t,"EHLO"))return "N";return tuple(250,RE[SC[t],"EHLO"])}
  if(n=="starttls"){SE[t]=1;SS[t]="on";if(why(t,"TLS"))return lang=="perl"?perl_no():"N";return tuple(220,"2.0.0 Ready to start TLS")}
  if(n=="login"||n=="auth"){SU[t]=str(AV[1]);SW[t]=str(AV[2]);SE[t]=1;if(why(t,"AUTH"))return lang=="perl"?perl_no():"N";return lang=="perl"?"T":tuple(235,RE[SC[t],"AUTH"])}
  if(n=="sendmail"){x=arg(2,"to_addrs","s");if(substr(x,1,1)!="l"){l=list("[");push(l,x);x=l}o=arg(3,"msg","s");o=substr(o,1,1)=="o"?raise("TypeError","expected string or bytes-like object"):substr(o,2);return send(t,bare(str(arg(1,"from_addr","s"))),x,o)}
  if(n=="send_message"){i=substr(arg(1,"msg","N"),2);x=arg(3,"to_addrs","N");if(x=="N"){o="";for(r=1;r<=HN[i];r++)if(tolower(HK[i,r])~/^(to|cc|bcc)$/)o=o (o==""?"":",") HV[i,r];x=addresses(o)}else if(substr(x,1,1)!="l"){l=list("[");push(l,x);x=l}o=arg(2,"from_addr","N");if(o=="N"){o=header(i,"Sender");if(o=="N")o=header(i,"From")}for(r=1;r<=HN[i];r++)if(tolower(HK[i,r])=="bcc"){for(;r<HN[i];r++){HK[i,r]=HK[i,r+1];HV[i,r]=HV[i,r+1]}HN[i]--}return send(t,bare(o=="N"?"":substr(o,2)),x,mail(i))}
  if(n~/^(mail|from|send)$/&&lang=="perl"){SF[t]=bare(str(AV[1]));return why(t,"MAIL")?perl_no():"T"}
  if(n~/^(to|recipient|cc|bcc)$/){for(i=1;i<=an;i++)if(substr(AV[i],1,1)!="l")ST[t]=ST[t] (ST[t]==""?"":",") bare(str(AV[i]));return why(t,"RCPT")?perl_no():"T"}
  if(n~/^data(send|end)?$/&&lang=="perl"){for(i=1;i<=an;i++)SD[t]=SD[t] str(AV[i]);return n=="dataend"||an&&n=="data"?(why(t,"DATA")?perl_no():"T"):"T"}
  if(n=="banner"||n=="message"||n=="code"||n=="domain")return "s" RE[SC[t],n=="banner"?"banner":"last"] "\n"
  if(n~/^(quit|close)$/){x=SC[t];done(t);return tuple(221,"2.0.0 Bye")}
  if(n=="noop"||n=="rset"||n=="verify"||n=="vrfy")return tuple(250,"2.0.0 Ok");if(n=="has_extn")return index(toupper(RE[SC[t],"EHLO"]),toupper(str(AV[1])))?"T":"F"
  bad("\047" n "()\047 of a connection");return "N"}
 if(k=="o"&&OC[t]=="msg"){
  if(n=="set_content"){content(t,substr(AV[1],2),substr(arg(2,"subtype","splain"),2));return "N"}
  if(n=="set_payload"){PL[t]=substr(AV[1],2);return "N"}
  if(n=="attach"){PT[t,++PN[t]]=substr(AV[1],2);return "N"}
  if(n=="add_alternative"){o=obj("msg");i=on;PT[t,1]=i;for(r=1;r<=HN[t];r++)if(HK[t,r]~/^Content-/){head(i,HK[t,r],HV[t,r]);if(HK[t,r]=="Content-Type")HV[t,r]="multipart/alternative";else{HK[t,r]="X-Dropped"}}for(r=x=0;r<HN[t];){r++;if(HK[t,r]!="X-Dropped"){x++;HK[t,x]=HK[t,r];HV[t,x]=HV[t,r]}}HN[t]=x;PL[i]=PL[t];o=obj("msg");content(on,substr(AV[1],2),substr(arg(2,"subtype","splain"),2));PT[t,2]=on;PN[t]=2;return "N"}
  if(n=="add_header"||n=="__setitem__"){o=str(AV[2]);for(i=1;i<=KWN;i++)o=o "; " KW[i] "=\"" str(KX[i]) "\"";head(t,str(AV[1]),o);return "N"}
  if(n=="replace_header"){for(i=1;i<=HN[t];i++)if(HK[t,i]==str(AV[1]))HV[t,i]=str(AV[2]);return "N"}
  if(n=="as_string"||n=="__str__")return "s" mail(t);if(n=="as_bytes")return "b" mail(t);if(n=="get")return header(t,str(AV[1]));if(n=="set_charset"||n=="set_type")return "N"
  bad("\047" n "()\047 of a message");return "N"}
 if(k=="o"&&OC[t]=="file"){if(n=="read")return "s" AT[t,"t"];if(n=="close")return "N"}
 if(k=="o"&&OC[t]=="context")return "N"
 if(k=="l"){if(n=="append"){push(v,AV[1]);return "N"}if(n=="items"){l=list("[");for(i=1;i<=LN[t];i++){x=list("(");push(x,LK[t,i]);push(x,LV[t,i]);push(l,x)}return l}if(n=="get"){for(i=1;i<=LN[t];i++)if(LK[t,i]==AV[1])return LV[t,i];return an>1?AV[2]:"N"}if(n=="keys"||n=="values"){l=list("[");for(i=1;i<=LN[t];i++)push(l,n=="keys"?LK[t,i]:LV[t,i]);return l}}
 if(k~/[sb]/){if(n=="encode")return "b" t;if(n=="decode")return "s" t;if(n=="strip"){gsub(/^[ \t\r\n]+|[ \t\r\n]+$/,"",t);return k t}if(n=="upper")return k toupper(t);if(n=="lower")return k tolower(t)
  if(n=="join"){o="";for(i=1;i<=LN[substr(AV[1],2)];i++)o=o (i>1?t:"") str(LV[substr(AV[1],2),i]);return "s" o}
  if(n=="split"){l=list("[");r=split(t,a,an?substr(AV[1],2):" ");for(i=1;i<=r;i++)push(l,"s" a[i]);return l}
  if(n=="replace"){o="";x=substr(AV[1],2);while(x!=""&&(i=index(t,x))){o=o substr(t,1,i-1) substr(AV[2],2);t=substr(t,i+length(x))}return k o t}
  if(n~/^(starts|ends)with$/){x=substr(AV[1],2);return (n~/^s/?substr(t,1,length(x)):substr(t,length(t)-length(x)+1))==x?"T":"F"}
  if(n=="format"){o="";x=0;while(match(t,/[{][A-Za-z0-9_]*[}]/)){a[0]=substr(t,RSTART+1,RLENGTH-2);o=o substr(t,1,RSTART-1) str(a[0]~/^[A-Za-z]/?arg(99,a[0],"s"):AV[a[0]==""?++x:a[0]+1]);t=substr(t,RSTART+RLENGTH)}return "s" o t}}
 if(exc==""&&!stop)bad("\047" n "()\047");return "N"}
function perl_no(){exc="";stop=gone;return "F"}
# Statements.
function find(x,a,b,  i,dd){dd=0;for(i=a;i<=b;i++)if(K[i]=="p"){if(V[i]~/^[([{]$/)dd++;else if(V[i]~/^[])}]$/)dd--;else if(dd==0&&V[i]==x)return i}return 0}
function value(a,b,  v,l){p=a;q=b;v=expr();if(!stop&&tok(",")){l=list("(");push(l,v);while(eat(",")&&p<=q)push(l,expr());v=l}if(!stop&&p<=q)bad("\047" V[p] "\047");return v}
function assign(a,b,v,  i,t,n,x,e){if(a==b&&K[a]=="w"){set(V[a],v);return}e=find(",",a,b);if(K[a]=="p"&&V[a]=="("&&V[b]==")"){a++;b--;e=find(",",a,b)}if(e){n=0;t=substr(v,2);while(a<=b){e=find(",",a,b);if(!e)e=b+1;assign(a,e-1,LV[t,++n]);a=e+1}return}
 if(V[b]=="]"&&K[b]=="p"){for(i=b-1;i>a&&!(K[i]=="p"&&V[i]=="[");i--);x=value(i+1,b-1);t=value(a,i-1);if(stop)return;if(OC[substr(t,2)]=="msg"){head(substr(t,2),str(x),str(v));return}if(substr(t,1,1)=="l"){t=substr(t,2);if(LB[t]=="{"){for(i=1;i<=LN[t]&&LK[t,i]!=x;i++);LK[t,i]=x;LV[t,i]=v;if(i>LN[t])LN[t]=i}else LV[t,substr(x,2)+1]=v;return}}
 else if(K[b]=="w"&&V[b-1]=="."){t=value(a,b-2);AT[substr(t,2),V[b]]=v;return}
 bad("this assignment")}
function line(i,e,j,  a,b,w,x,v,l,k,n,f,c,h,o,s){ln=i;a=A[i];b=B[i];w=K[a]=="w"?V[a]:""
 if(++steps>5000){bad("so long a run");return j}
 if(lang!="python3"&&w~/^(use|my|our|require)$/){if(w~/^(use|require)$/)return e;a++;if(K[a]=="p"&&V[a]=="("){a++;for(n=a;V[n]!=")";n++);K[a]=K[a];v="";if(V[n+1]=="="&&V[n+2]=="@")return e}w=""}
 if(w=="import"||w=="from"){p=a+1;q=b;n=V[p++];while(tok(".")){p++;n=n "." V[p++]}x=n;sub(/[.].*/,"",x);if(x!~/^(smtplib|ssl|email|os|sys|time|datetime|getpass|socket|string|base64|logging|traceback|random|json|re|mimetypes|pathlib|argparse|subprocess|typing)$/){raise("ModuleNotFoundError","No module named \047" x "\047");return e}
  if(w=="from"){p++;eat("(");while(p<=q&&!tok(")")){f=V[p++];if(word("as"))set(V[p++],"c" f);else set(f,"c" f);eat(",")}}
  else for(;;){if(word("as"))set(V[p++],"c" n);else set(x,"c" x);if(!eat(","))break;n=V[p++];while(tok(".")){p++;n=n "." V[p++]}x=n;sub(/[.].*/,"",x)}
  return e}
 if(w=="def"){n=V[a+1];FN[n]=i;FD[n]=e;PC[n]=0;p=a+3;q=b;while(p<=q&&!tok(")")){PA[n,++PC[n]]=V[p++];PD[n,PC[n]]="";if(eat(":"))expr();if(eat("="))PD[n,PC[n]]=expr();eat(",")}return e}
 if(w=="class"||w=="async"||w=="while"||w=="foreach"||w=="sub"||w=="unless"){bad("\047" w "\047");return j}
 if(w=="if"&&lang!="python3"){p=a+1;q=b;need("(");v=expr();need(")");need("{");for(n=p;n<=b&&V[n]!="}";n++);q=n-1;if(truth(v)){if(p<=q)simple(p,V[q]==";"?q-1:q)}else if(V[n+1]=="else")simple(n+3,V[b-1]==";"?b-2:b-1);return e}
 if(w=="if"){k=i;x=0;while(k<j&&!stop){ln=k;f=after(k,j);w=V[A[k]];if(w=="else")v="T";else v=x?"F":value(A[k]+1,B[k]-1);if(!x&&truth(v)&&!stop){x=1;run(k+1,f)}k=f;if(!(k<j&&L[k]==L[i]&&V[A[k]]~/^(elif|else)$/))break}while(k<j&&L[k]==L[i]&&V[A[k]]~/^(elif|else)$/)k=after(k,j);return k}
 if(w=="for"){n=a+1;while(n<=b&&V[n]!="in")n++;v=value(n+1,b-1);l=substr(v,2);for(k=1;k<=LN[l]&&!stop;k++){assign(a+1,n-1,LB[l]=="{"?LK[l,k]:LV[l,k]);run(i+1,e);if(breaks){n2=breaks;breaks=0;stop=gone;if(n2==1)break}}return e}
 if(w=="with"){o="";p=a+1;q=b-1;do{v=expr();o=o " " v;if(word("as")){set(V[p],v);p++}}while(eat(",")&&!stop);if(!stop)run(i+1,e);s=stop;n=split(o,WX," ");for(k=1;k<=n;k++)if(OC[substr(WX[k],2)]=="smtp"&&SC[substr(WX[k],2)]){stop=0;done(substr(WX[k],2));stop=stop||s}return e}
 if(w=="try"){run(i+1,e);k=e;h=0;while(k<j&&L[k]==L[i]&&V[A[k]]~/^(except|else|finally)$/){f=after(k,j);w=V[A[k]]
   if(w=="except"&&exc!=""&&!gone&&!h){x=A[k]+1;n="";c=0;if(x>=B[k])c=1;for(;x<B[k]&&V[x]!="as";x++)if(K[x]=="w"&&isa(exc,V[x]))c=1;if(c){h=1;EM[++on]=exm;EX[on]=exc;match(exm,/^\([0-9]+/);EC[on]=substr(exm,2,RLENGTH-1);EB[on]=exm;sub(/^\([0-9]+, b\047/,"",EB[on]);sub(/\047.*/,"",EB[on]);if(V[x]=="as")set(V[x+1],"e" on);exc="";stop=0;delete seen;run(k+1,f)}}
   else if(w=="else"&&exc==""&&!stop&&!h)run(k+1,f);else if(w=="finally"&&!gone){c=exc;n=exm;s=stop;x=exl;o=returns;exc="";stop=0;returns=0;run(k+1,f);if(exc==""){exc=c;exm=n;exl=x}stop=stop||s;returns=returns||o}
   k=f}return k}
 if(lang!="python3")return simple2(a,b,e)
 if(w=="return"){v=a<b?value(a+1,b):"N";if(!stop){ret=v;returns=1;stop=1}return e}
 if(w=="raise"){if(a<b){v=value(a+1,b);raise("Exception",str(v))}else raise("RuntimeError","No active exception to reraise");return e}
 if(w~/^(break|continue)$/){breaks=w=="break"?1:2;stop=1;return e}
 simple(a,b);return e}
function simple2(a,b,e,  n,i,x,z){if(K[a]=="w"&&V[a]~/^(print|echo|die)$/&&!(K[a+1]=="p"&&V[a+1]=="(")){n=V[a];i=0;p=a+1;q=b;do z[++i]=expr();while(eat(",")&&!stop);an=i;for(x=1;x<=i;x++)AV[x]=z[x];KWN=0;call("c" (n=="die"?"die":"echo"));return e}
 for(i=a;i<=b;i++)if(K[i]=="w"&&V[i]=="or"||K[i]=="p"&&V[i]=="|"){n=i;break}
 if(n&&lang=="perl"){simple(a,n-1);return e}simple(a,b);return e}
function simple(a,b,  x,v,w){w=K[a]=="w"?V[a]:"";if(a>b||w~/^(pass|global|nonlocal|del|assert)$/||K[a]=="s"&&a==b)return;if(lang!="python3"&&w~/^(print|echo)$/&&V[a+1]!="("){simple2(a,b,0);return}
 x=find("=",a,b);if(x&&x>a){v=find("=",x+1,b);if(v){simple(x+1,b);v=value(v+1,b)}else v=value(x+1,b);w=find(":",a,x-1);if(!stop)assign(a,w?w-1:x-1,v);return}
 x=find("+=",a,b);if(x){v=value(x+1,b);p=a;q=x-1;w=expr();if(!stop)assign(a,x-1,substr(w,1,1)=="n"?"n" (substr(w,2)+substr(v,2)):"s" str(w) str(v));return}
 value(a,b)}
function run(i,j){while(i<j&&!stop)i=line(i,after(i,j),j)}
function frame(n,w){printf "  File \"%s\", line %d, in %s\n",shown,N[n],w > "/dev/stderr";if(shown!~/^</){t=SRC[N[n]];sub(/^[ \t]+/,"",t);printf "    %s\n",t > "/dev/stderr"}}
BEGIN{RS="\036";while((getline s < (d "/came"))>0){k=substr(s,1,index(s,"\n")-1);s=substr(s,index(s,"\n")+1);if(k~/talk|mail/){CV++;if(k=="mail")WHY[CV,"x"]=s+0;else hear(CV,s)}else CAME[++CN]=s}
 while((getline s < (d "/env"))>0){k=index(s,"=");ENV[substr(s,1,k-1)]=substr(s,k+1)}
 s="";getline s < (d "/code");RS="\n";if(lang!="python3"){gsub(/<\?(php)?|\?>/," ",s);gsub(/->/,".",s)}split(s,SRC,"\n");fr=frames=0;ln=1
 scan(s "\n",1);if(!stop)run(1,nl+1)
 if(!gone)for(i in AC)if(SC[i]&&SC[i]>CV&&!gone){done(i+0)}
 if(!gone&&exc!=""){print "Traceback (most recent call last):" > "/dev/stderr";if(trail!=""){split(trail,X,SUBSEP);frame(X[1],"<module>");frame(exl,X[2])}else frame(exl,"<module>");print (exc~/^SMTP/?"smtplib.":exc=="gaierror"?"socket.":exc=="SSLError"?"ssl.":"") exc (exm==""?"":": " exm) > "/dev/stderr";code=1}
 exit code+0}
function hear(c,s,  a,n,i,m,t,cmd,r,told,b){n=split(s,a,"\n");TR[c]=s;cmd="banner";m=split("",b);bad_n=0
 for(i=1;i<=n;i++){t=a[i]
  if(t~/^\*\*\* Error connecting/){if(s~/refused/)fault(c,"connect","ConnectionRefusedError","[Errno 111] Connection refused");else if(s~/[Nn]ame|getaddrinfo|hostname/)fault(c,"connect","gaierror","[Errno -2] Name or service not known");else fault(c,"connect","TimeoutError","timed out")}
  else if(t~/^\*\*\* .*STARTTLS/&&t~/adver/)fault(c,"TLS","SMTPNotSupportedError","STARTTLS extension not supported by server.");else if(t~/^\*\*\* .*uthent/&&t~/advert/)fault(c,"AUTH","SMTPNotSupportedError","SMTP AUTH extension not supported by server.")
  else if(t~/^\*\*\* TLS startup failed/)fault(c,cmd=="banner"?"connect":"TLS","SSLError","[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)")
  else if(t~/^\*\*\* (Remote host|Timeout|No response)/&&cmd=="banner")fault(c,"connect","SMTPServerDisconnected","Connection unexpectedly closed: timed out")
  else if(t~/^ [-~]> /){t=substr(t,5);if(cmd!="text"||t=="."){cmd=t=="."?"dot":toupper(t);sub(/[ :].*/,"",cmd);rc=substr(t,index(t,":")+1);if(cmd=="EHLO"||cmd=="HELO")r=""}}
  else if(t~/^<[-~*]+ *[0-9][0-9][0-9]/){x=t;sub(/^<[-~*]+ */,"",x);k=substr(x,1,3);y=substr(x,5);r=(r!=""&&cmd==told?r "\n":"") y;told=cmd;if(cmd=="DATA"&&k==354)cmd="text"
   RE[c,cmd]=r;RE[c,"last"]=r;if(k>=400&&substr(x,4,1)!="-"){z="(" k ", b\047" slash(r) "\047"
    if(cmd=="banner")fault(c,"connect","SMTPConnectError",z ")");else if(cmd=="AUTH"||cmd!~/^(EHLO|HELO|STARTTLS|MAIL|RCPT|DATA|DOT|QUIT|dot|text)$/)fault(c,"AUTH","SMTPAuthenticationError",z ")");else if(cmd=="STARTTLS")fault(c,"TLS","SMTPResponseException",z ")")
    else if(cmd=="MAIL")fault(c,"MAIL","SMTPSenderRefused",z ", \047" bare(rc) "\047)");else if(cmd=="RCPT"){RR[c]=RR[c] (RR[c]==""?"":", ") "\047" bare(rc) "\047: " z ")"}else if(cmd~/^(DATA|dot)$/)fault(c,"DATA","SMTPDataError",z ")")}
   else if(cmd=="RCPT")OKS[c]=1}}
 if(RR[c]!=""&&!OKS[c])fault(c,"RCPT","SMTPRecipientsRefused","{" RR[c] "}")}
function fault(c,k,x,m){if(!((c,k) in WHY)){WHY[c,k]=x;WHT[c,k]=m}}
' < /dev/null > $d/out 2> $d/err; code=$?
 size=$(stat -c %s $d/out); [ $size -gt $printed ] && { tail -c +$((printed+1)) $d/out; printed=$size; }
 [ -e $d/want ] || break
 { read -r kind; case $kind in
 talk) for v in host port tls user pass from to stop; do IFS= read -r $v; done;; *) IFS= read -r what;; esac; } < $d/want
 case $kind in
 talk) a=(--server "${host:-localhost}" --port "$port" --ehlo "$helo" --from "${from:-<>}" --to "${to:-x@localhost}")
  case $tls in on) a+=(-tls);; wrap) a+=(-tlsc);; esac
  [ -n "$user" ] && a+=(-a CRAM-MD5,PLAIN,LOGIN --auth-user "$user" --auth-password "$pass")
  if [ -n "$stop" ]; then a+=(--quit-after $stop); else a+=(--data @$d/data); fi
  came=$(swaks "${a[@]}" 2>&1);;
 mail) /usr/sbin/sendmail -t -i < $d/data; came=$?;;
 input) IFS= read -r came;;
 getpass) IFS= read -rs came; echo;;
 sleep) sleep "$what"; came=;;
 esac
 printf '%s\n%s\036' $kind "$came" >> $d/came
done
cat $d/err >&2
exit $code
