# What tutorials install beside Postfix: Dovecot's programs, Cyrus SASL's, OpenDKIM's. What apt
# puts into place for them is here too (`lay PACKAGE`).
name=${0##*/} e=/etc/dovecot
bad() { echo "$name: $1" >&2; exit ${2:-1}; }
need() { [ -e $e/dovecot.conf ] || { printf '%s\n' "bash: $name: command not found" '(apt install dovecot-imapd puts Dovecot here.)' >&2; exit 127; }; }
put() { [ -e "$1" ] || { mkdir -p "${1%/*}"; cat > "$1"; }; }
account() { grep -q "^$1:" /etc/passwd || adduser --system --group --quiet --no-create-home --home "$2" --shell /usr/sbin/nologin $1 > /dev/null; }
unit() { mkdir -p /etc/systemd/system/multi-user.target.wants; ln -sf /lib/systemd/system/$1.service /etc/systemd/system/multi-user.target.wants/$1.service; }
defaults='auth_debug=no
auth_mechanisms=plain
auth_username_format=%Lu
auth_verbose=no
base_dir=/var/run/dovecot
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
# All settings, a line each: the blocks that it is in, its name, =, its value.
settings() {
 local f n at='' line k
 read_conf() { local f=$1 d=0 n=0; while IFS= read -r line; do n=$((n+1)); line=${line#"${line%%[![:space:]]*}"}; case $line in
  ''|\#*) ;; '!include'*) for k in ${line#* }; do case $k in /*) ;; *) k=${f%/*}/$k;; esac; for k in $k; do [ -e "$k" ] && read_conf "$k"; done; done;;
  *'{'*) line=${line%%\{*}; at="$at${line%%[[:space:]]}"$'\001'; d=$((d+1)); case $line in *[![:space:]]*) ;; esac;;
  '}'*) [ $d = 0 ] && { echo "doveconf: Fatal: Error in configuration file $f line $n: Unexpected '}'" >&2; exit 1; }; d=$((d-1)); at=${at%$'\001'}; case $at in *$'\001'*) at=${at%$'\001'*}$'\001';; *) at=;; esac;;
  *=*) k=${line%%=*}; k=${k%%[[:space:]]*}; line=${line#*=}; line=${line#"${line%%[![:space:]]*}"}; printf '%s%s=%s\n' "$at" "$k" "${line%%[[:space:]]}";; esac; done < "$f"
  [ $d = 0 ] || { echo "doveconf: Fatal: Error in configuration file $f line $n: Missing '}'" >&2; exit 1; }; }
 read_conf $e/dovecot.conf
}
value() { local v; v=$(settings 2> /dev/null | sed -n "s/^$1=//p" | tail -n 1); [ -n "$v" ] || v=$(sed -n "s/^$1=//p" <<< "$defaults"); echo "$v"; }
shown() { LC_ALL=C sort -s -t= -k1,1 | awk -v d="$defaults" -v all="$1" 'function close_to(n){while(depth>n)printf "%*s}\n",--depth*2,""}
BEGIN{n=split(d,a,"\n");for(i=1;i<=n;i++){k=a[i];sub(/=.*/,"",k);D[k]=substr(a[i],length(k)+2)}}
{k=$0;sub(/=.*/,"",k);v=substr($0,length(k)+2);if(k in V);else K[++c]=k;V[k]=v}
END{for(i=1;i<=c;i++){k=K[i];if(!all&&(k in D)&&D[k]==V[k])continue;n=split(k,p,"\001")-1;for(j=1;j<=n&&j<=depth&&p[j]==P[j];j++);close_to(j-1);for(;j<=n;j++){P[j]=p[j];printf "%*s%s {\n",depth++*2,"",p[j]}
v=V[k];if(p[n+1]~/^ssl_(key|dh)$/)v="# hidden, use -P to show it";printf "%*s%s = %s\n",depth*2,"",p[n+1],v}close_to(0)}'; }
user_is() { local u=${1%@*}; [ -n "$2" ] && printf %s "$2" | /usr/lib/machine/fact check "$u"; }
bytes() { printf "$(sed 's/ .*//;s/../\\x&/g')" | base64 -w 0; }
case $name in
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
 sasl2-bin) put /etc/default/saslauthd <<< 'START=no
DESC="SASL Authentication Daemon"
NAME="saslauthd"
MECHANISMS="pam"
MECH_OPTIONS=""
THREADS=5
OPTIONS="-c -m /var/run/saslauthd"'; mkdir -p /run/saslauthd; chown root:sasl /run/saslauthd; chmod 710 /run/saslauthd;;
 esac; put /var/lib/dpkg/info/$1.list < /dev/null;;
dovecot) case $1 in --version|-V) echo '2.3.19.1 (9b53102964)';; -n|-a) need; exec doveconf $1;; stop|reload) exec doveadm $1;; '') exec systemctl start dovecot;; -*) bad "invalid option -- '${1#-}'" 89;; esac;;
doveconf)
 need; h= n=() all=
 for w; do case $w in -a) all=1;; -n|-P|-N|-S|-d) [ $w = -d ] && all=2;; -h) h=1;; -c|-f|-m) ;; --version) exec dovecot --version;; -*) echo "doveconf: invalid option -- '${w#-}'" >&2; exit 89;; *) n+=("$w");; esac; done
 s=$(settings) || exit 89
 s=$(grep -v '^protocols=[$]' <<< "$s")
 if [ ${#n[@]} -gt 0 ]; then for w in "${n[@]}"; do if grep -q "^$w=" <<< "$s
$defaults"; then v=$(value $w); [ -n "$h" ] && echo "$v" || echo "$w = $v"; else printf '%s\n' "$s" | grep "^$w[ $(printf '\001')]" | shown 1 | grep . || { echo "doveconf: Fatal: Unknown setting: $w" >&2; exit 89; }; fi; done; exit; fi
 echo "# 2.3.19.1 (9b53102964): $e/dovecot.conf"; echo "# OS: Linux $(uname -r) x86_64 Debian 12.11 "; echo "# Hostname: $(hostname -f)"
 [ "$all" = 2 ] && s=
 p=$(cat /usr/share/dovecot/protocols.d/*.protocol 2> /dev/null | sed 's/.* //' | sort | tr '\n' ' ')
 { [ -n "$all" ] && echo "$defaults"; [ -n "$p" ] && ! grep -q ^protocols= <<< "$s" && echo "protocols=\" ${p% }\""; echo "$s"; } | grep . | shown $all;;
doveadm)
 while case $1 in -D|-v|-Dv) true;; -f|-o) shift;; *) false;; esac; do shift; done
 need; c=$1; shift; u=$USER box=() opts=
 case $c in mailbox|auth|log|service) c="$c $1"; shift;; esac
 while [ $# -gt 0 ]; do case $c:$1 in pw:*) break;; *:-u) u=$2; shift;; *:-x|*:-a|*:-S) shift;; *:-*) opts="$opts $1";; *) box+=("$1");; esac; shift; done
 home=$(getent passwd "${u%@*}" | cut -d: -f6)
 place() { l=$(value mail_location); case $l in maildir:*) d=${l#maildir:}; d=${d%%:*}; d=${d/#\~/$home}; d=${d//%u/$u}; echo "${d//%n/${u%@*}}";; *) echo /var/mail/$u;; esac; }
 case $c in
 'auth test'|'auth login') u=${box[0]} p=${box[1]}; [ ${#box[@]} -gt 1 ] || { read -rsp 'Password: ' p; echo; }
  if user_is "$u" "$p"; then r=succeeded s=0; else r=failed s=77; fi
  echo "passdb: $u auth $r"; [ $s = 0 ] && { echo 'extra fields:'; echo "  user=$u"; }; exit $s;;
 pw) s=SHA512-CRYPT p= ; while [ $# -gt 0 ]; do case $1 in -s) s=$2; shift;; -p) p=$2; shift;; -u|-r) shift;; -l) echo 'SHA PLAIN MD5-CRYPT CLEAR CLEARTEXT SHA256 PLAIN-MD5'; exit;; esac; shift; done
  [ -n "$p" ] || { read -rsp 'Enter new password: ' p; echo; read -rsp 'Retype new password: ' q; echo; [ "$p" = "$q" ] || { echo "Fatal: Passwords don't match!" >&2; exit 75; }; }
  case ${s^^} in PLAIN|CLEAR|CLEARTEXT) h=$p;; SHA|SHA1) h=$(printf %s "$p" | sha1sum | bytes);; SHA256) h=$(printf %s "$p" | sha256sum | bytes);; PLAIN-MD5) h=$(printf %s "$p" | md5sum | cut -c1-32);; MD5-CRYPT) h=$(openssl passwd -1 "$p");; *CRYPT|SHA512|SSHA*|ARGON*|BLF*|CRAM*|PBK*|SCRAM*) bad "${s^^} is not computed here; PLAIN, SHA, SHA256 and MD5-CRYPT are";; *) echo "Fatal: Unknown scheme: ${s^^}" >&2; exit 89;; esac
  echo "{${s^^}}$h";;
 user) r=0; for w in "${box[@]}"; do l=$(getent passwd "${w%@*}") || { echo "userdb lookup: user $w doesn't exist" >&2; r=67; continue; }; IFS=: read -r n _ i g _ h _ <<< "$l"; m=$(value mail_location); printf '%s\t%s\n' field value uid $i gid $g home $h mail "${m//%u/$n}" system_groups_user $n; done; exit $r;;
 who) echo 'username                # proto (pids) (ips)';;
 'log find') echo 'Looking for log files from /var/log'; l=$(value log_path); [ $l = syslog ] && l=/var/log/mail.log; for w in Debug Info Warning Error Fatal; do echo "$w: $l"; done;;
 'mailbox list') [ -n "$home" ] || { echo "doveadm($u): Fatal: User doesn't exist" >&2; exit 67; }; echo INBOX; d=$(place); [ -d "$d" ] && ls -A "$d" | sed -n 's/^\.//p'; exit 0;;
 'mailbox status') [ -n "$home" ] || { echo "doveadm($u): Fatal: User doesn't exist" >&2; exit 67; }; d=$(place); if [ -d "$d" ]; then n=$(ls $d/new | grep -c .) m=$(ls $d/new $d/cur | grep -cv '^$\|:$'); else m=$(grep -c '^From ' $d 2> /dev/null) n=$m; m=${m:-0}; fi
  o=INBOX; for w in ${box[0]/all/messages unseen}; do case $w in messages) o="$o messages=$m";; unseen|recent) o="$o $w=${n:-0}";; esac; done; echo "$o";;
 'service status'|reload|stop) [ "$(systemctl is-active dovecot)" = active ] || { echo "Fatal: Dovecot is not running (read from /run/dovecot/master.pid)" >&2; exit 75; }; case $c in service*) echo 'name: auth';; *) systemctl $c dovecot;; esac;;
 'log errors') grep -E 'dovecot.*(Error|Warning|Fatal)' /var/log/mail.log; exit 0;;
 '') echo 'usage: doveadm [-Dv] [-f <formatter>] <command> [<args>]' >&2; exit 64;;
 fetch|search|expunge|move|quota*|sync|backup|import|save|index|force-resync|kick|acl|copy|flags|purge|'mailbox '*) bad "$c: no mail is served here; mailboxes are files (ls, cat, mail -f)";;
 *) echo "doveadm: unknown command '$c'" >&2; exit 64;;
 esac;;
opendkim-genkey)
 d=localhost s=default b=2048 dir= v= h=sha256 r= t= a=
 while [ $# -gt 0 ]; do case $1 in --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue;; -d|--domain) d=$2; shift;; -s|--selector) s=$2; shift;; -b|--bits) b=$2; shift;; -D|--directory) dir=$2; shift;; -h|--hash-algorithms) h=${2#rsa-}; shift;; -n|--note) shift;; -r|--restrict) r='s=email; ';; -t|--testmode) t='t=y; ';; -v|--verbose) v=1;; -a|--append-domain) a=.$d;; -S|--subdomains|--no*|+*) ;; *) echo "Unknown option: ${1#-}" >&2; bad 'usage: opendkim-genkey [options]';; esac; shift; done
 [ -n "$dir" ] && { cd "$dir" 2> /dev/null || bad "$dir: chdir(): No such file or directory at /usr/sbin/opendkim-genkey line 127." 2; }
 say() { [ -z "$v" ] || echo "$name: $1" >&2; }
 say 'generating private key'; umask 077; openssl genrsa -out $s.private $b 2> /dev/null || bad "$s.private: open(): Permission denied" 13
 say "private key written to $s.private"; say 'extracting public key'
 p=p=$(openssl rsa -in $s.private -pubout 2> /dev/null | grep -v '^---' | tr -d '\n')
 { printf '%s._domainkey%s\tIN\tTXT\t( "v=DKIM1; h=%s; k=rsa; %s%s"\n' $s "${a:+$a.}" $h "$r" "$t"; n=${#p}; for ((i=0;i<n;i+=250)); do printf '\t  "%s"' "${p:i:250}"; [ $((i+250)) -lt $n ] && echo; done; echo " )  ; ----- DKIM key $s for $d"; } > $s.txt
 say "DNS TXT record written to $s.txt";;
opendkim-testkey)
 d= s= k= v=; while [ $# -gt 0 ]; do case $1 in -d) d=$2; shift;; -s) s=$2; shift;; -k) k=$2; shift;; -x) shift;; -v*) v=$v${1#-};; esac; shift; done
 [ -n "$d" ] && [ -n "$s" ] || { printf '%s\n' "$name: usage: $name [options]" '	-d domain  	domain name' '	-k keypath 	path to private key' '	-s selector	selector name' '	-v         	increase verbose output' '	-x conffile	configuration file' >&2; exit 64; }
 say() { [ ${#v} -lt $1 ] || echo "$name: $2" >&2; }
 [ -e /etc/opendkim.conf ] && say 1 'using default configfile /etc/opendkim.conf'
 [ -n "$k" ] && { [ -r "$k" ] || bad "$k: open(): No such file or directory" 74; say 1 "key loaded from $k"; }
 q=$s._domainkey.$d; say 3 "checking key '$q'"
 t=$(dig +short txt $q | tr -d '" \n'); [ -n "$t" ] || bad "'$q' record not found" 69
 say 3 'key not secure'; t=${t##*p=}; t=${t%%;*}
 [ -z "$k" ] || [ "$t" = "$(openssl rsa -in "$k" -pubout 2> /dev/null | grep -v '^---' | tr -d '\n')" ] || bad 'keys do not match' 65
 say 3 'key OK';;
saslpasswd2|sasldblistusers2)
 f=/etc/sasldb2 c= pipe= r=$(hostname -f) u=
 while [ $# -gt 0 ]; do case $1 in -f) f=$2; shift;; -u) r=$2; shift;; -a) shift;; -c) c=1;; -p) pipe=1;; -d) c=d;; -cp|-pc) c=1 pipe=1;; -n) ;; -*) echo "$name: usage: $name [-v] [-c [-p] [-n]] [-d] [-a appname] [-f sasldb] [-u DOM] userid" >&2; exit 64;; *) u=$1;; esac; shift; done
 [ -r $f ] && case $name in *list*) cut -d: -f1 $f | sed 's/$/: userPassword/'; exit;; esac
 case $name in *list*) echo 'listusers failed' >&2; exit 1;; esac
 [ -n "$u" ] || { echo "$name: usage: $name [-v] [-c [-p] [-n]] [-d] [-a appname] [-f sasldb] [-u DOM] userid" >&2; exit 64; }
 case $u in *@*) ;; *) u=$u@$r;; esac
 [ "$c" = d ] || if [ -n "$pipe" ]; then p=$(cat); else read -rsp 'Password: ' p; echo; read -rsp 'Again (for verification): ' q; echo; [ "$p" = "$q" ] || bad 'passwords do not match; aborting'; fi
 l=$(grep -v "^$u:" $f 2> /dev/null); { [ -n "$l" ] && echo "$l"; [ "$c" = d ] || echo "$u:$p"; } > $f || exit 1; chmod 640 $f; chown root:sasl $f;;
testsaslauthd)
 u= p=; while [ $# -gt 0 ]; do case $1 in -u) u=$2;; -p) p=$2;; esac; shift 2; done
 [ "$(systemctl is-active saslauthd)" = active ] || { printf '0: '; echo 'connect() : No such file or directory' >&2; exit 255; }
 if user_is "$u" "$p"; then echo '0: OK "Success."'; else echo '0: NO "authentication failed"'; exit 255; fi;;
esac
