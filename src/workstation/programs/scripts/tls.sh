# postfix tls, and posttls-finger: what openssl says, in their words.
case ${0##*/} in
postfix-tls) n=$(postconf -h myhostname) m=$1 p='Run the command:
  # postfix reload
if you want the new settings to take effect immediately.'
 say() { while IFS= read -r w; do [ ! -t 2 ] || echo "postfix/postfix-tls-script: $w" >&2; logger -p mail.info -t "postfix/postfix-tls-script[$$]" "$w"; done <<< "$1"; }
 no() { say "fatal: $1"; exit 1; }
 on() { ! postconf -n | grep -q "^$1_tls_" || { say "*** Non-default SMTP $2 TLS settings detected, no changes made."; exit; }; postconf -e 'tls_random_source = dev:/dev/urandom' "$1_tls_security_level = may" "$1_tls_loglevel = 1" "$3"; }
 has() { grep -qs 'PRIVATE KEY' "$1" || no "no private key found in file: $1"; }
 put() { has "$2"; postconf -e "smtpd_tls_cert_file = $1" "smtpd_tls_key_file = $2"; }
 cd /etc/postfix; l=$(postconf -xh smtpd_tls_key_file) o=$l; while :; do case $2 in -k) o=$3;; -h) n=$3;; *) break;; esac; shift 2; done; shift; a=${*:-$n}; a=(-subj "/CN=${a%% *}" -addext "subjectAltName=DNS:${a// /,DNS:}")
 key() { s=$(date +%Y%m%d-%H%M%S) k=$PWD/key-$s.pem c=$PWD/cert-$s.pem; [ $m = new-server-cert ] && cp "$l" $k || openssl genrsa -out $k 2048 2> /dev/null; chmod 600 $k; openssl req -new -x509 -key $k -days 36525 "${a[@]}" -out $c; }
 csr() { echo "To generate a CSR run:
  # postfix tls output-server-csr -k $k [<hostname> ...]
Save the signed certificate chain in $c$1.
To generate TLSA records run:
  # postfix tls output-server-tlsa [-h <hostname>] $2"; }
 case $m in
 enable-client) on smtp client 'smtp_tls_session_cache_database = btree:/var/lib/postfix/smtp_scache'; say "Enabled opportunistic TLS in the Postfix SMTP client.
$p";;
 enable-server) on smtpd server 'smtpd_tls_received_header = yes'; key; put $c $k; say "Enabled opportunistic TLS in the Postfix SMTP server
New TLS private key and certificate deployed.
$p
$(csr)
(If you have DANE TLSA RRs, update them as soon as possible to match
the newly deployed keys).";;
 new-server-*) key; say "New private key and self-signed certificate created. To deploy run:
  # postfix tls deploy-server-cert $c $k
$(csr ', and deploy as above' $k)
(deploy after updating the DNS and waiting for stale RRs to expire).";;
 deploy-server-cert) [ $# = 2 ] || no "usage: postfix tls $m certfile keyfile"; put "$(realpath -m "$1")" "$(realpath -m "$2")"; say "New TLS private key and certificate deployed.
$p";;
 output-server-csr) openssl req -new -key "$o" "${a[@]}";;
 output-server-tlsa) for k in ${*:-$l}; do k=$(realpath -m "$k"); echo "; $k"; has "$k"; w=$(openssl pkey -in "$k" -pubout -outform der | sha256sum); echo "_25._tcp.$n. IN TLSA 3 1 1 ${w%% *}"; done;;
 *) say "error: unknown tls command: '$m'"; exit 1;;
 esac;;
*) l=dane F= L=match q= t=-tls p=25
 say() { echo "posttls-finger: $*"; }
 while :; do case $1 in -c) q=1;; -L) L=$2; shift;; -l) l=$2; shift;; -F) F="-CAfile $2"; shift;; -P) F="-CApath $2"; shift;; -[tThadgpso]) shift;; -*) ;; *) break;; esac; shift; done
 x=$1 h=$1; [ "$x" ] || { echo 'usage: posttls-finger [options] destination [match ...]' >&2; exit 1; }; shift; case $h in *]:*|[!\[]*:*) p=${h##*:} h=${h%:*};; esac; n=${h#[}; n=${n%]} i=$n
 case $n in *[!0-9.]*) case $h in \[*) h=$n;; *) h=$(dig +short mx $n | sort -n | head -n 1); h=${h#* } h=${h%.}; h=${h:-$n};; esac
  i=$(dig +short $h | tail -n 1); [ "$i" ] || { say "Destination address lookup failed: Host or domain name not found. Name service error for name=$h type=AAAA: Host not found"; exit; };; *) h=$n;; esac
 w="$h[$i]:$p"; case $l in none) t=;; esac
 o=$(swaks -s $i -p $p --ehlo "$(postconf -h myhostname)" $t -q EHLO 2>&1)
 case $o in *connect:*) say "Failed to establish session to $x via $h: connect to $w: ${o##*connect: }"; exit;; esac
 [ $q ] || say Connected to $w
 while IFS= read -r r; do case $r in
 *'TLS started'*) z=$(openssl s_client -connect $i:$p -starttls smtp $F < /dev/null 2>&1); f() { sed -n "s/^ *$1//p" <<< "$z" | tail -n 1; }
  v=$(f 'Verify return code: '); case $F$v in 0*) v=20;; esac; y=Untrusted
  case $l$v in [me]*) case $v in 0*) y=Trusted;; esac;; *[a-z]0\ *) for m in ${@:-$n}; do case $(openssl x509 -noout -ext subjectAltName <<< "$z"), in *"DNS:$m,"*) y=Verified; say "$w: matched peername: $m"; break;; esac; done; [ $y = Verified ] || say "server certificate verification failed for $w: num=62:hostname mismatch";;
  *) a=$(f i:); a="untrusted issuer /${a// = /=}"; case $v in 18*) a='self-signed certificate';; esac; say "certificate verification failed for $w: ${a//, //}";; esac
  case $L in *match*|*verb*) say "$w: subject_CN=$(f 'subject=.*CN = '), issuer_CN=$(f 'issuer=.*CN = '), fingerprint=$(openssl x509 -noout -fingerprint -sha256 <<< "$z" | cut -d= -f2), pkey_fingerprint=$(openssl x509 -noout -pubkey <<< "$z" | openssl pkey -pubin -outform der | sha256sum | tr a-f A-F | sed 's/ .*//;s/../&:/g;s/:$//')";; esac
  a=$(f 'New, ') b=$(f 'Server Temp Key: '); say "$y TLS connection established to $w: ${a%%,*} with cipher ${a##* } (256/256 bits) key-exchange ${b%%,*} server-signature $(f 'Peer signature type: ') ($(f 'Server public key is ' | cut -d' ' -f1) bits) server-digest $(f 'Peer signing digest: ')";;
 ' '[-~]\>*) [ $q ] || say "> ${r#*> }";;
 '<'[-~]*) [ $q ] || say "< ${r#*  }";; esac; done <<< "$o";;
esac
