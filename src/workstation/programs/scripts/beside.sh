name=${0##*/} e=/etc/dovecot
bad() { echo "$name: $1" >&2; exit ${2:-1}; }
need() { [ -e $e/dovecot.conf ] || { printf '%s\n' "bash: $name: command not found" '(apt install dovecot-imapd puts Dovecot here.)' >&2; exit 127; }; }
put() { [ -e "$1" ] || { mkdir -p "${1%/*}"; cat > "$1"; }; }
account() { grep -q "^$1:" /etc/passwd || adduser --system --group --quiet --no-create-home --home "$2" --shell /usr/sbin/nologin $1 > /dev/null; }
init() { cp /etc/init.d/postfix /etc/init.d/$1; sed -i s/postfix/$1/g /etc/init.d/$1; }
unit() { init $1; mkdir -p /etc/systemd/system/multi-user.target.wants; ln -sf /lib/systemd/system/$1.service /etc/systemd/system/multi-user.target.wants/$1.service; }
defaults='auth_debug=no
auth_mechanisms=plain
auth_username_format=%Lu
auth_verbose=no
base_dir=/run/dovecot
disable_plaintext_auth=yes
first_valid_uid=500
listen=*, ::
log_path=syslog
mail_debug=no
mail_location=
mail_plugins=
mail_uid=
mail_gid=
postmaster_address=postmaster@%{if;%d;ne;;%d;%{hostname}}
ssl=yes
ssl_cert=
ssl_cipher_list=ALL:!kRSA:!SRP:!kDHd:!DSS:!aNULL:!eNULL:!EXPORT:!DES:!3DES:!MD5:!PSK:!RC4:!ADH:!LOW@STRENGTH
ssl_min_protocol=TLSv1.2
ssl_prefer_server_ciphers=no
verbose_ssl=no'
words=' access add address admin after allowed alt always anonymous api args attachment attribute attributes auth auto autocreate autoexpunge autosubscribe avail base before bg broken buffer ca cache capability carbon cert change char chars check chroot cipher ciphers client clients cmd command commands comment commit concurrency config connect connection connections conns copy core count crl crlf crypto curve date db debug default delay delete deleted delimiter deliver delivery deny detail detection device dh dict dir director dirs dirty disable disabled disconnect domain dotlock doveadm driver drop dsync duplicates elements empty enable environment excl exec executable expire explicit extra facility fail failure fast features fetch field fields file filename filesystem filter first flag flush format from fs fsync full gid greeting group groups gssapi haproxy hardlinks hash hashed hdr header headers helper hibernate hidden home host hostname http id idle ignore imap imapc import inbox include index info instance internal internalfail interval ip ips key keytab keyword kick kicks kill krb5 last lazy lda length libexec limit line list listen literal lmtp location lock locks log login logout lookups mail mailbox maildir mails master max mbox md5 mdbox mech mechanisms memory metadata method min minus mmap mode moves msecs msgs name negative networks never new nfs no nonce notify old on only options order original output override parallel parameters pass password passwords path ping plaintext plugin plugins policy pop3 pop3c port postmaster preallocate prefer prefetch prefix priv privileged process proctitle protocol protocols proxy quick quota rawlog rcpt read realm realms reason received recipient recipients reconnects reject rejection relay remote replication replicator replies report request require result retain retry reuse rotate sasl save scan self send sendmail separator server servers service session shared shutdown size sizes skip socket sockets sort source space special ssl stat state stats storage subject submission subscriptions success suites sync syncs syslog temp tempfail time timeout timestamp to translation truncate trusted ttl type uid uidl updates url urlauth use user userip username valid verbose verify version very vsize vsz winbind with workarounds worker write writer writes xuidl '
settings() {
 local at='' line k v p
 no() { echo "doveconf: Fatal: Error in configuration file $f${2- line $n: $1}" >&2; exit 1; }
 name() { local w; case $at in plugin*|dict*) return;; esac
  for w in ${1//_/ }; do case $words in *" $w "*) ;; *) p=; while [ -n "$at" ]; do case $at in protocol*|local*|remote*) ;; *) v=${at%%$'\001'*}; p="$p${v%% *} { ";; esac; at=${at#*$'\001'}; done; no "Unknown setting: $p$1";; esac; done; }
 read_conf() { local f=$1 d=0 n=0 o=; while IFS= read -r line; do n=$((n+1)); line=${line#"${line%%[![:space:]]*}"}; line=${line%%[[:space:]]#*}; k=${line%%[[:space:]=\{]*} v=${line#"$k"}; v=${v#"${v%%[![:space:]]*}"}; v=${v%"${v##*[![:space:]]}"}; case $line in
  ''|\#*) ;; '!include '*|'!include_try '*) p=; for v in $v; do case $v in /*) ;; *) v=${f%/*}/$v;; esac; for v in $v; do [ -e "$v" ] && { p=1; read_conf "$v"; }; done; done; case $p$line in '!include '*) no 'No matches';; esac;;
  =*) no "Missing key name ('=' at the beginning of line)";;
  '}'*) [ $d = 0 ] && no "Unexpected '}'"; d=$((d-1)) o=${o#* }; at=${at%$'\001'}; case $at in *$'\001'*) at=${at%$'\001'*}$'\001';; *) at=;; esac;;
  *) case $v in =*) v=${v#=}; v=${v#"${v%%[![:space:]]*}"}; name $k
    case $defaults in *"
$k=yes
"*|*"
$k=no
"*) case $k:$v in ssl:yes|ssl:no|ssl:required|*:yes|*:no) ;; ssl:*) no "Invalid value: $v";; *) no "Invalid boolean value: $v (use yes or no)";; esac;; esac
    case $strict$k:$v in 1ssl_cert:\</etc/dovecot/private/*|1ssl_key:\</etc/dovecot/private/*) ;; 1ssl_cert:\<*|1ssl_key:\<*) [ -e "${v#<}" ] || no "$k: Can't open file ${v#<}: No such file or directory";; esac
    printf '%s%s=%s\n' "$at" "$k" "$v";;
   \{|*[[:space:]]\{) line=${line%\{*}; at=$at${line%"${line##*[![:space:]]}"}$'\001'; d=$((d+1)) o="$n $o"; case $k in service|passdb|userdb|namespace|mailbox|unix_listener|fifo_listener|inet_listener|protocol|local|local_name|remote|plugin|dict) ;; *) words=; name $k;; esac;;
   \{*|*[[:space:]]\{*) no "Garbage after '{'";; *) no "Expecting '{'";; esac;; esac; done < "$f"
  [ $d = 0 ] || no "" ": Missing '}' (section started at $f:${o%% *})"; }
 read_conf ${conf:-$e/dovecot.conf}
}
value() { local v; v=$(settings 2> /dev/null | sed -n "s/^$1=//p" | tail -n 1); [ -n "$v" ] || v=$(sed -n "s/^$1=//p" <<< "$defaults"); echo "$v"; }
shown() { LC_ALL=C sort -s -t= -k1,1 | awk -v d="$defaults" -v all="$1" 'function close_to(n){while(depth>n)printf "%*s}\n",--depth*2,""}
BEGIN{n=split(d,a,"\n");for(i=1;i<=n;i++){k=a[i];sub(/=.*/,"",k);D[k]=substr(a[i],length(k)+2)}}
{k=$0;sub(/=.*/,"",k);v=substr($0,length(k)+2);if(k in V);else K[++c]=k;V[k]=v}
END{for(i=1;i<=c;i++){k=K[i];if(!all&&(k in D)&&D[k]==V[k])continue;n=split(k,p,"\001")-1;for(j=1;j<=n&&j<=depth&&p[j]==P[j];j++);close_to(j-1);for(;j<=n;j++){P[j]=p[j];printf "%*s%s {\n",depth++*2,"",p[j]}
v=V[k];if(p[n+1]~/^ssl_(key|dh)$/)v="# hidden, use -P to show it";printf "%*s%s = %s\n",depth*2,"",p[n+1],v}close_to(0)}'; }
rows() { local s p t; s=$(settings) || return; p=$(doveconf -h protocols) t=$(value ssl); awk -F'\001' -v p="$p" -v ssl=$t 'BEGIN{I["imap"]=143;I["imaps"]=993;I["pop3"]=110;I["pop3s"]=995}function end(){if(d)print t " " d (a?" " a:"");d=a=""}
{k=$NF;sub(/=.*/,"",k);v=substr($NF,length(k)+2);l=substr($2,15);s=substr($1,9)}
NF==3&&s~/^(lmtp|auth)$/{if($2~/^unix/){l=s " unix:" (l~/^\//?"":"/run/dovecot/") l;S[l];M[l,k]=v}if($2~/^inet/&&k=="port")print s " inet:127.0.0.1:" v}
$1=="passdb"||$1=="userdb"{if(t!=$1||k=="driver"&&d||k=="args"&&a)end();t=$1;if(k=="driver")d=v;if(k=="args")a=v}
s~/^(imap|pop3)-login$/&&k=="port"{I[l]=v}
function m(k,d){return " " (M[l,k]?M[l,k]:d)}
END{end();for(l in I){k=substr(l,1,4);if(p~k&&I[l]&&(l==k||ssl!="no"))print k " inet:127.0.0.1:" I[l],k,l==k?"plain":"ssl"}
for(l in S)print l m("mode",l~/^a/?"0600":"0666") m("user","root") m("group","root")}' <<< "$s"; echo "mechanisms $(value auth_mechanisms)"; echo "mail $(value mail_location)"; echo "ssl $t"; echo "plaintext $(value disable_plaintext_auth)"; echo "format $(value auth_username_format)"; }
# master's word, where log_path has it; syslog leaves `Info` out.
say() { local l=$(value log_path); case $l in syslog) l=$1:\ ; /usr/lib/machine/fact note dovecot <<< "${3:-master}: ${l#Info: }$2";; *) echo "$(date '+%b %d %T') ${3:-master}: $1: $2" >> "$l";; esac; }
told() { ! is_up || [ -e /run/dovecot/told ] || /usr/lib/machine/tell dovecot; }
user_is() { local u=${1%@*}; [ -n "$2" ] && printf %s "$2" | /usr/lib/machine/fact check "$u"; }
is_up() { [ "$(systemctl is-active dovecot)" = active ]; }
gone() { is_up || { echo "$1/run/dovecot/$2) failed: No such file or directory" >&2; exit ${3:-75}; }; }
case $name in
tell) case $1 in
 dovecot) case $2 in stop) [ -e /run/dovecot/told ] || exit; rm /run/dovecot/told; say Warning 'Killed with signal 15 (by pid=1 uid=0 code=kill)'; exit;; esac
  r=$(strict=1 rows 2>&1) || { /usr/lib/machine/fact note dovecot <<< "[$$]: $r"; exit 89; }
  mkdir -p /run/dovecot
  while read -r k p _; do case $p in unix:*) p=${p#unix:}; [ -d "${p%/*}" ] || { say Error "bind($p) failed: No such file or directory"; say Fatal 'Failed to start listeners'; exit 89; };; esac; done <<< "$r"
  p=$(doveconf -h protocols); p=${p# }; p=${p:+for ${p// /, }}; p=${p:-without any protocols}
  if [ "$2" = reload ]; then say Warning 'SIGHUP received - reloading configuration'; else say Info "Dovecot v2.3.19.1 (9b53102964) starting up $p (core dumps disabled)"; fi
  for m in $(sed -n 's/^mechanisms //p' <<< "$r"); do case $m in plain|login|xoauth2|oauthbearer|anonymous|external|otp) p=;; cram-md5|digest-md5|scram-sha-*) p="${m^^} mechanism can't be supported with given passdbs"; grep -q -E '^passdb (passwd-f|st|sql|l)' <<< "$r" && p=;; *) p="Unknown authentication mechanism '${m^^}'";; esac
   [ -z "$p" ] || { say Fatal "$p" auth; say Error 'service(auth): command startup failed, throttling for 2.000 secs'; r=$(sed 's/^mechanisms .*/mechanisms/' <<< "$r"); break; }; done
  > /run/dovecot/told;;
 opendkim) r=$(awk '/^#/||!NF{next}FNR==NR{v[tolower($1)]=$2;next}
END{s=v["socket"];sub(/^local:/,"unix:",s);d=v["domain"];b=v["selector"];f=v["keyfile"];t=v["signingtable"];k=v["keytable"];sub(/^(re)?file:/,"",t);sub(/^(re)?file:/,"",k)
if(k!=""&&(getline l<t)>0){split(l,a);while((getline l<k)>0){split(l,c);if(c[1]==a[2]){split(c[2],e,":");d=e[1];b=e[2];f=e[3]}}}
if(index(v["mode"]?v["mode"]:"sv","s")==0||b=="")d=b="";print "dkim " s " " d " " b;if(d!="")print f}' /etc/opendkim.conf); f=${r#*
}; [ "$f" = "$r" ] || [ -r "$f" ] || exit; r=${r%%
*};;
 postgrey) . /etc/default/postgrey; p=10023 w=300; for o in $POSTGREY_OPTS; do case $o in --inet=*) p=${o##*[=:]};; --delay=*) w=${o#*=};; esac; done; r="greylist inet:127.0.0.1:$p - $w";;
 saslauthd) . /etc/default/saslauthd; r=${OPTIONS##*-m}; r=${r# }; r=${r%% *}/mux; r="auth unix:${r/#\/var\/run/\/run} 777 root sasl";;
 *) exit 0;; esac; echo "$r" | /usr/lib/machine/fact beside $1;;
lay) case $1 in
 dovecot-*)
  put $e/dovecot.conf <<< '# What is read first; conf.d has the rest.
!include_try /usr/share/dovecot/protocols.d/*.protocol
#listen = *, ::
!include conf.d/*.conf
!include_try local.conf'
  put $e/conf.d/10-auth.conf <<< '#disable_plaintext_auth = yes
#auth_username_format = %Lu
auth_mechanisms = plain
!include auth-system.conf.ext
#!include auth-sql.conf.ext
#!include auth-passwdfile.conf.ext'
  put $e/conf.d/auth-system.conf.ext <<< 'passdb {
  driver = pam
}
userdb {
  driver = passwd
}'
  put $e/conf.d/10-mail.conf <<< 'mail_location = mbox:~/mail:INBOX=/var/mail/%u
namespace inbox {
  inbox = yes
  location =
  prefix =
}
#mail_uid =
#mail_gid =
mail_privileged_group = mail'
  put $e/conf.d/10-master.conf <<< 'service imap-login {
  inet_listener imap {
    #port = 143
  }
  inet_listener imaps {
    #port = 993
    #ssl = yes
  }
}
service pop3-login {
  inet_listener pop3 {
    #port = 110
  }
  inet_listener pop3s {
    #port = 995
    #ssl = yes
  }
}
service lmtp {
  unix_listener lmtp {
    #mode = 0666
  }
}
service auth {
  unix_listener auth-userdb {
    #mode = 0666
    #user =
    #group =
  }
  # Postfix smtp-auth
  #unix_listener /var/spool/postfix/private/auth {
  #  mode = 0666
  #}
}'
  put $e/conf.d/10-ssl.conf <<< 'ssl = yes
ssl_cert = </etc/dovecot/private/dovecot.pem
ssl_key = </etc/dovecot/private/dovecot.key
ssl_client_ca_dir = /etc/ssl/certs
ssl_dh = </usr/share/dovecot/dh.pem
#ssl_min_protocol = TLSv1.2'
  put $e/conf.d/10-logging.conf <<< '#log_path = syslog
#auth_verbose = no
#auth_debug = no
#mail_debug = no
#verbose_ssl = no'
  put $e/conf.d/15-mailboxes.conf <<< 'namespace inbox {
  mailbox Drafts {
    special_use = \Drafts
  }
  mailbox Junk {
    special_use = \Junk
  }
  mailbox Trash {
    special_use = \Trash
  }
  mailbox Sent {
    special_use = \Sent
  }
}'
  p=${1#dovecot-}; case $p in imapd|pop3d|lmtpd|managesieved) p=${p%d}; p=${p/managesieve/sieve}; put /usr/share/dovecot/protocols.d/${1#dovecot-}.protocol <<< "protocols = \$protocols $p";; esac
  account dovecot /usr/lib/dovecot; account dovenull /nonexistent; unit dovecot;;
 opendkim) account opendkim /run/opendkim; put /etc/opendkim.conf <<< 'Syslog			yes
SyslogSuccess		yes
Canonicalization	relaxed/simple
OversignHeaders		From
UserID			opendkim
UMask			007
Socket			local:/run/opendkim/opendkim.sock
PidFile			/run/opendkim/opendkim.pid
TrustAnchorFile		/usr/share/dns/root.key'
  put /etc/default/opendkim <<< 'RUNDIR=/run/opendkim
SOCKET=local:$RUNDIR/opendkim.sock'; mkdir -p /etc/dkimkeys; chown opendkim: /etc/dkimkeys; chmod 700 /etc/dkimkeys; unit opendkim;;
 postgrey) account postgrey /var/lib/postgrey; put /etc/default/postgrey <<< 'POSTGREY_OPTS="--inet=10023"'
  mkdir -p /etc/postgrey; for f in clients recipients; do put /etc/postgrey/whitelist_$f < /dev/null; done; unit postgrey; /usr/lib/machine/tell postgrey;;
 *-spf-python) account policyd-spf /nonexistent; put /etc/postfix-policyd-spf-python/policyd-spf.conf <<< 'debugLevel = 1
TestOnly = 1
HELO_reject = Fail
Mail_From_reject = Fail
PermError_reject = False
TempError_Defer = False
skip_addresses = 127.0.0.0/8,::ffff:127.0.0.0/104,::1'; echo spf unix:private/policyd-spf | /usr/lib/machine/fact beside policyd-spf;;
 sasl2-bin) put /etc/default/saslauthd <<< 'START=no
DESC="SASL Authentication Daemon"
NAME="saslauthd"
MECHANISMS="pam"
MECH_OPTIONS=""
THREADS=5
OPTIONS="-c -m /var/run/saslauthd"'; init saslauthd; mkdir -p /run/saslauthd; chown root:sasl /run/saslauthd; chmod 710 /run/saslauthd;;
 esac; put /var/lib/dpkg/info/$1.list < /dev/null;;
dovecot) case $1 in --version) echo '2.3.19.1 (9b53102964)';; -n|-a|-c) need; exec doveconf "$@";; --hostdomain) hostname -f;; --help) r=0;; ''|-F|-p) exec systemctl start dovecot;; -*) echo "dovecot: invalid option -- '${1#-}'" >&2; r=89;; *) exec doveadm "$@";; esac
 [ -n "$r" ] && printf '%s\n' 'Usage: dovecot [-F] [-c <config file>] [-p] [-n] [-a] [--help] [--version]' '       [--build-options] [--hostdomain] [reload] [stop]' >&2; exit $r;;
doveconf)
 need; o=$'\001' n=() all= one= h=
 while [ $# -gt 0 ]; do case $1 in -n) one=n;; -d) one=d;; -h) h=1;; -x) one=x;; -c) conf=$2; shift;; -m) shift;;
  -f) case $2 in service=*|protocol=*|local=*|l*name=*|remote=*) shift;; '') bad "option requires an argument -- 'f'" 89;; *) bad "Fatal: Unknown filter argument: $2" 89;; esac;;
  -[aPNSHkpes]) ;; -[nadhxPS]?*) set -- "$1" "${1:0:2}" "-${1:2}" "${@:2}";; -*) bad "invalid option -- '${1:1:1}'" 89;; *) n+=("${1/\// }");; esac; shift; done
 f=${conf:-$e/dovecot.conf}
 head() { echo "# 2.3.19.1 (9b53102964): $f"; echo '# Pigeonhole version 0.5.19 (4eae2f79)'; }
 [ -r "$f" ] || { [ ${#n[@]} = 0 ] && head; bad "Fatal: open($f) failed: No such file or directory" 89; }
 s=$(settings) || exit 89
 s=$(grep -v '^protocols=[$]' <<< "$s")
 p=$(cat /usr/share/dovecot/protocols.d/*.protocol 2> /dev/null | sed 's/.* //' | sort | tr '\n' ' ')
 [ -n "$p" ] && [ -z "$conf" ] && ! grep -q ^protocols= <<< "$s" && s="$s
protocols= ${p% }"
 [ "$one" = d ] && s=
 [ "$one" = n ] || all=1
 if [ ${#n[@]} -gt 0 ]; then for w in "${n[@]}"; do if v=$(grep "^$w=" <<< "$defaults
$s" | tail -n 1) && [ -n "$v" ]; then [ "$one" = n ] && grep -qFx "$v" <<< "$defaults" && continue; v=${v#*=}; case $one:$v in x:\<*) v=$(cat "${v#<}")$'\n';; esac; [ -n "$h" ] && echo "$v" || echo "$w = $v"; else grep "^$w[ $o]" <<< "$s" | shown 1; fi; done; exit 0; fi
 head; echo "# OS: Linux $(uname -r) x86_64 Debian 12.11 "; echo "# Hostname: $(hostname -f)"
 [ -n "$all" ] && echo '# NOTE: Send doveconf -n output instead when asking for help.'
 { [ -n "$all" ] && echo "$defaults"; sed 's/^\(protocols=\)\( .*\)/\1"\2"/' <<< "$s"; } | grep . | shown $all;;
doveadm)
 while case $1 in -D|-v|-Dv) true;; -f|-o) shift;; -c) shift;; -?*) [ $1 = -h ] || bad "invalid option -- '${1:1:1}'" 89;; *) false;; esac; do shift; done
 need; c=$1; shift; u=$USER box=() opts=
 usage() { printf 'usage: doveadm [-Dv] [-f <formatter>] %s\n' "${1:+$1 }<command> [<args>]" >&2; exit 64; }
 case $c in help) [ $# = 0 ] || exec man doveadm;; mailbox|auth|log|service) case $1 in ''|-*) usage $c;; esac; c="$c $1"; shift;; esac
 while [ $# -gt 0 ]; do case $c:$1 in pw:*|config:*) break;; user:-u) opts=u;; user:-f|*:-e) field=$2; shift;; *:-u) u=$2; shift;; *:-x|*:-a|*:-S) shift;; *:-*) opts="$opts $1";; *) box+=("$1");; esac; shift; done
 field() { /usr/lib/machine/fact person "$u" < /dev/null | sed -n "s/^$1	//p"; }
 place() { l=$(field mail); case $l in maildir:*) d=${l#maildir:}; d=${d%%:*}; echo "${d/#\~/$(field home)}";; *) echo /var/mail/$u;; esac; }
 case $c in
 'auth test'|'auth login') u=${box[0]} p=${box[1]}; [ -n "$u" ] || { echo "doveadm $c [-a <auth socket path>] [-x <auth info>] [-M <master user>] <user> [<password>]" >&2; exit 64; }
  [ ${#box[@]} -gt 1 ] || { read -rsp 'Password: ' p; echo; }
  gone "Error: auth-client: conn unix:/run/dovecot/auth-client: connect(" auth-client 77
  if told; printf %s "$p" | /usr/lib/machine/fact auth "$u"; then r=succeeded s=0; else r=failed s=77; fi
  echo "passdb: $u auth $r"; echo 'extra fields:'; echo "  user=$u"; exit $s;;
 'auth lookup') r=0; told; for w in "${box[@]}"; do /usr/lib/machine/fact person "$w" < /dev/null > /dev/null && printf 'passdb: %s\n  user      : %s\n\n' "$w" "$w" || { echo "passdb lookup: user $w doesn't exist" >&2; r=67; }; done; exit $r;;
 config) [ $# = 0 ] && set -- -a; exec doveconf "$@";;
 pw) s=CRYPT p= t= l='SHA1 SSHA512 SCRAM-SHA-256 BLF-CRYPT PLAIN HMAC-MD5 OTP SHA512 SHA DES-CRYPT CRYPT SSHA MD5-CRYPT PLAIN-MD4 PLAIN-MD5 SCRAM-SHA-1 SHA512-CRYPT CLEAR CLEARTEXT ARGON2I ARGON2ID SSHA256 MD5 PBKDF2 SHA256 CRAM-MD5 PLAIN-TRUNC SHA256-CRYPT SMD5 DIGEST-MD5 LDAP-MD5 '
  while [ $# -gt 0 ]; do case $1 in -s) s=$2; shift;; -p) p=$2; shift;; -t) [ $# -gt 1 ] || { echo "pw: option requires an argument -- 't'" >&2; exit 64; }; t=$2 s=${2#?} s=${s%%\}*}; shift;; -u) shift;; -r) echo "($name: rounds are as they are here.)" >&2; shift;; -l) echo "$l"; exit;; esac; shift; done
  [ -n "$p" ] || { read -rsp 'Enter new password: ' p; echo; [ -n "$t" ] || { read -rsp 'Retype new password: ' q; echo; [ "$p" = "$q" ] || { echo "Fatal: Passwords don't match!" >&2; exit 75; }; }; }
  s=${s^^}; [ $s = PLAIN-MD5 ] && h=$(printf %s "$p" | md5sum | cut -c1-32) || h=$(printf %s "$p" | /usr/lib/machine/fact pw "$s" "${t#*\}}") || case "$l" in *"${s%%.*} "*) echo "($name: $s is not computed here; SHA512-CRYPT is: doveadm pw -s SHA512-CRYPT)" >&2; exit 1;; *) echo "Fatal: Unknown scheme: $s" >&2; exit 75;; esac
  [ -z "$t" ] || { [ "$h" = "${t#*\}}" ] && { echo "$t (verified)"; exit; }; echo 'Fatal: reverse password verification check failed: Password mismatch' >&2; exit 75; }
  echo "{$s}$h"; case $h in '$2'*) echo "($name: this hash is made up, and only this machine knows it again.)" >&2;; esac;;
 user) [ ${#box[@]} -gt 0 ] || { echo 'doveadm user [-a <userdb socket path>] [-x <auth info>] [-f field] [-e <value>] [-u] <user mask> [<user mask> [...]]' >&2; exit 64; }
  is_up || printf 'field\tvalue\n'; gone "doveadm(${box[0]})<$$><>: Error: auth-master: userdb lookup(${box[0]}): connect(" auth-userdb
  r=0; [ -n "$opts$field" ] || case ${box[0]} in *[*?]*) ;; *) printf 'field\tvalue\n';; esac
  told; for w in "${box[@]}"; do case $w in *[*?]*) rows | sed -n 's/^userdb \([^ ]*\).* /\1 /p;s/^userdb passwd$/&/p' | while read -r k f; do case $k in userdb) getent passwd | awk -F: -v m=$(value first_valid_uid) '$3>=m{print $1}';; passwd-file) cut -d: -f1 $f;; esac; done | while read -r n; do case $n in $w) echo $n;; esac; done; continue;; esac
   l=$(/usr/lib/machine/fact person "$w" < /dev/null) || { echo; echo "userdb lookup: user $w doesn't exist" >&2; r=67; continue; }
   getent passwd "$w" > /dev/null && s=$w || s=
   case $opts in u) echo "userdb: $w"; echo "  user      : $w"; [ -z "$s" ] || echo "  system_groups_user: $s"; sed '/^mail/d;s/	/          : /;s/^\(.\{10\}\) *:/  \1:/' <<< "$l"; echo;; *) [ -z "$s" ] || l="$l
system_groups_user	$s"; if [ -n "$field" ]; then sed -n "s/^$field	//p" <<< "$l"; else echo "$l"; fi;; esac; done; exit $r;;
 who) gone 'Fatal: net_connect_unix(' anvil; echo 'username # proto (pids) (ips)                         ';;
 'log find') echo 'Looking for log files from /var/log'; l=$(value log_path); [ $l = syslog ] && l=/var/log/mail.log; for w in Debug Info Warning Error Fatal; do echo "$w: $l"; done;;
 'mailbox list'|'mailbox status') told; [ -n "$(field uid)" ] || { echo "doveadm($u): Error: User doesn't exist" >&2; exit 67; }; d=$(place)
  [ "$c" = 'mailbox list' ] && { [ -d "$d" ] && ls -A "$d" | sed -n 's/^\.//p'; echo INBOX; exit 0; }
  if [ -d "$d" ]; then n=$(ls $d/new | grep -c .) m=$(ls $d/new $d/cur | grep -cv '^$\|:$'); else m=$(grep -c '^From ' $d 2> /dev/null) n=$m; m=${m:-0}; fi
  o=INBOX; for w in ${box[0]/all/messages unseen}; do case $w in messages) o="$o messages=$m";; unseen|recent) o="$o $w=${n:-0}";; *) echo "Fatal: Unknown status field: $w" >&2; exit 64;; esac; done; echo "$o";;
 'service status'|reload|stop) is_up || { echo "Fatal: Dovecot is not running (read from /run/dovecot/master.pid)" >&2; exit 75; }; case $c in service*) echo 'name: auth';; *) systemctl $c dovecot;; esac;;
 'log errors') grep -E 'dovecot.*(Error|Warning|Fatal)' /var/log/mail.log | grep -v ' Killed with '; exit 0;;
 quota|acl) echo "Fatal: Unknown command '$c', but plugin $c exists. Try to set mail_plugins=$c" >&2; exit 75;;
 fetch|search|expunge|move|sync|backup|import|save|index|force-resync|copy|flags|purge|'mailbox '*) bad "$c: not here; IMAP shows mail (telnet localhost 143), and mailboxes are files";;
 auth*|log*) usage ${c%% *};;
 *) usage;;
 esac;;
opendkim-genkey)
 d=localhost s=default b=2048 dir= v= h=sha256 r= f= a= n= bad=
 usage() { echo "$name: usage: $name [options]" >&2; exit $1; }
 while [ $# -gt 0 ]; do k=$1; case $1 in --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue;; --) break;; --*) k=-${1:2:1}; case $1 in --dir*) k=-D;; --he*) k=-H;; --subd*|--nosubd*) k=-S;; --vers*) k=-V;; esac;; -[bdDhns]?*) set -- "${1:0:2}" "${1:2}" "${@:2}"; continue;; -[rtvaSV]?*) set -- "${1:0:2}" "-${1:2}" "${@:2}"; continue;; esac
  case $k in -[bdDhns]) [ $# -gt 1 ] || { echo "Option ${k#-} requires an argument" >&2; usage 1; };; esac
  case $k in -d) d=$2; shift;; -s) s=$2; shift;; -b) b=$2; case $b in ''|-|?*[!0-9]*|[!-0-9]) echo "Value \"$b\" invalid for option b (number expected)" >&2; bad=1;; esac; shift;; -D) dir=$2; shift;; -h) h=$2; shift;; -n) n="n=\\\"$2\\\"; "; shift;; -r) r='s=email; ';; -t) f=y${f#y};; -v) v=1;; -a) a=1;; -S) f=${f%:s}; f=${f%s}${f:+:}s;; -H) usage 0;; -V) echo "$name v2.11.0"; exit;; -?*) echo "Unknown option: ${1#-}" >&2; bad=1;; esac; shift; done
 [ -z "$bad" ] || usage 1
 case $f in ys) f=y:s;; s:s) f=s;; esac
 [ -n "$dir" ] && { cd "$dir" 2> /dev/null || bad "$dir: chdir(): No such file or directory at /usr/sbin/opendkim-genkey line 127." 2; }
 say() { [ -z "$v" ] || echo "$name: $1" >&2; }
 say 'generating private key'; [ $b -ge 1024 ] || echo "$name: WARNING: RFC6376 advises minimum 1024-bit keys" >&2
 umask 077; openssl genrsa $b > /dev/null 2>&1 || { echo "$name: openssl exited with status %d" >&2; printf 1; exit 1; }
 openssl genrsa -out $s.private $b 2> /dev/null || bad "$s.private: open(): Permission denied" 13
 say "private key written to $s.private"; say 'extracting public key'
 p=p=$(openssl rsa -in $s.private -pubout 2> /dev/null | grep -v '^---' | tr -d '\n')
 { printf '%s._domainkey%s\tIN\tTXT\t( "v=DKIM1; %sh=%s; k=rsa; %s%s"\n' $s "${a:+.$d.}" "$n" $h "${f:+t=$f; }" "$r"; n=${#p}; for ((i=0;i<n;i+=250)); do printf '\t  "%s"' "${p:i:250}"; [ $((i+250)) -lt $n ] && echo; done; echo " )  ; ----- DKIM key $s for $d"; } > $s.txt
 say "DNS TXT record written to $s.txt";;
opendkim-testkey)
 d= s= k= v= x=/etc/opendkim.conf; while [ $# -gt 0 ]; do case $1 in -d) d=$2; shift;; -s) s=$2; shift;; -k) k=$2; shift;; -x) x=$2; shift; [ -r "$x" ] || bad "$x: configuration error at line 0" 78;; -v*) v=$v${1#-};; -*) echo "$name: invalid option -- '${1:1:1}'" >&2; d= s=; break;; *) d= s=; break;; esac; shift; done
 [ -n "$d" ] && [ -n "$s" ] || { printf '%s\n' "$name: usage: $name [options]" '	-d domain  	domain name' '	-k keypath 	path to private key' '	-s selector	selector name' '	-v         	increase verbose output' '	-x conffile	configuration file' >&2; exit 78; }
 say() { [ ${#v} -lt $1 ] || echo "$name: $2" >&2; }
 [ -e $x ] && say 1 "using default configfile $x"
 [ -n "$k" ] && { [ -e "$k" ] || bad "$k: stat(): No such file or directory" 71; [ -r "$k" ] || bad "$k: open(): Permission denied" 71; say 1 "key loaded from $k"; }
 q=$s._domainkey.$d; say 3 "checking key '$q'"
 t=$(dig +short txt $q | tr -d '" \n'); [ -n "$t" ] || bad "'$q' record not found" 69
 say 3 'key not secure'; t=${t##*p=}; t=${t%%;*}
 [ -z "$k" ] || [ "$t" = "$(openssl rsa -in "$k" -pubout 2> /dev/null | grep -v '^---' | tr -d '\n')" ] || bad 'keys do not match' 65
 say 3 'key OK';;
opendkim) case $1 in -V) echo 'opendkim: OpenDKIM Filter v2.11.0';; -n) ;; *) exec systemctl start opendkim;; esac;;
saslpasswd2|sasldblistusers2)
 f=/etc/sasldb2 c= pipe= r=$(hostname -f) u=
 usage() { printf '%s\n' '' 'This product includes software developed by Computing Services' 'at Carnegie Mellon University (http://www.cmu.edu/computing/).' ''; }
 case $name in *list*) bad=[acdnpu] l='[[-f] sasldb]';; *) bad=@ l='[-c [-p] [-n]] [-d] [-a appname] [-f sasldb] [-u DOM] userid';; esac
 while [ $# -gt 0 ]; do case $1 in -$bad) set -- -z;;& -f) f=$2; shift;; -u) r=$2; shift;; -a) shift;; -c) c=1;; -p) pipe=1;; -d) c=d;; -n) ;; -v) usage >&2; printf '%s\n' 'Built against SASL API version 2.1.28' 'LibSasl version 2.1.28 by "Cyrus SASL"' >&2; exit;; -[cpdn]?*) set -- "${1:0:2}" "-${1:2}" "${@:2}"; continue;; -*) [ $1 = -h ] || echo "$name: invalid option -- '${1:1:1}'" >&2; u=; break;; *) u=$1; [ $# = 1 ] || { u=; break; };; esac; shift; done
 case $name:$#:$u in *list*:0:*) [ ! -e $f ] && { echo 'listusers failed' >&2; exit; }; cut -d: -f1 $f | sed 's/$/: userPassword/'; exit;; *:[1-9]*|*:0:) usage >&2; echo "$name: usage: $name [-v] $l" >&2; exit 1;; esac
 case $u in *@*) ;; *) u=$u@$r;; esac
 [ "$c" = d ] || if [ -n "$pipe" ]; then IFS= read -r p; else read -rsp 'Password: ' p; echo; read -rsp 'Again (for verification): ' q; echo; [ "$p" = "$q" ] || bad "passwords don't match; aborting"; fi
 [ "$c$p" = d ] || [ -n "$p" ] || bad 'invalid parameter supplied' 7
 l=$(grep -v "^$u:" $f 2> /dev/null); { [ -n "$l" ] && echo "$l"; [ "$c" = d ] || echo "$u:$p"; } 2> /dev/null > $f || bad 'generic failure'; chmod 640 $f; chown root:sasl $f;;
saslauthd) case $1 in -v) printf '%s\n' 'saslauthd 2.1.28' 'authentication mechanisms: sasldb getpwent kerberos5 pam rimap shadow ldap' '' >&2;; -a) exec systemctl start saslauthd;; *) echo 'usage: saslauthd [options] (here: systemctl start saslauthd)' >&2;; esac;;
testsaslauthd)
 u= p= d=; while [ $# -gt 0 ]; do case $1 in -u) u=$2;; -p) p=$2;; -[rsfR]) ;; *) echo "$name: invalid option -- '${1:1:1}'" >&2; u=; break;; esac; shift 2 2> /dev/null || break; done
 [ -n "$u" ] && [ -n "$p" ] || { printf '%s\n' "$name: usage: $name -u username -p password" '              [-r realm] [-s servicename]' '              [-f socket path] [-R repeatnum]' >&2; exit 1; }
 [ "$(systemctl is-active saslauthd)" = active ] || { echo 'connect() : No such file or directory' >&2; printf '0: '; exit 255; }
 if user_is "$u" "$p"; then echo '0: OK "Success."'; else echo '0: NO "authentication failed"'; exit 255; fi;;
esac
