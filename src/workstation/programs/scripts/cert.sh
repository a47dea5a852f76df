name=${0##*/} l=/etc/letsencrypt
case $name in make-ssl-cert) c=/etc/ssl/certs/ssl-cert-snakeoil.pem k=/etc/ssl/private/ssl-cert-snakeoil.key
 [ "$1" = generate-default-snakeoil ] || { echo "Usage: $0 template output-certificate [--force-overwrite]" >&2; exit 1; }
 [ -w /etc/ssl/private ] || { echo 'Could not create certificate. Openssl output was:' >&2; exit 1; }
 case $* in *--force*|*-f*) openssl req -x509 -nodes -newkey rsa:2048 -days 3650 -subj "/CN=$(hostname -f)" -addext "subjectAltName=DNS:$(hostname -f)" -keyout $k -out $c 2> /dev/null; chgrp ssl-cert $k; chmod 640 $k;; esac; exit;; esac
d= verb=run dry= r=$'\n- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -'
while [ $# -gt 0 ]; do case $1 in -d|--domain|--domains|--cert-name) d="$d,$2"; shift;; --domain*=*|--cert-name=*) d="$d,${1#*=}";; -a|-i|--authenticator|-m|--email|-w|--webroot-path|--preferred-challenges|--key-type|--rsa-key-size|--*-hook) shift;; --dry-run) dry=1;; --version) echo 'certbot 2.1.0'; exit;; -*) ;; *) verb=$1;; esac; shift; done
[ "$(id -u)" = 0 ] || { printf '%s\n' 'The following error was encountered:' "[Errno 13] Permission denied: '/var/log/letsencrypt/.certbot.lock'" 'Either run as root, or set --config-dir, --work-dir, and --logs-dir to writeable paths.' >&2; exit 1; }
echo 'Saving debug log to /var/log/letsencrypt/letsencrypt.log' >&2
case $verb in
certonly|run) IFS=', ' read -ra d <<< "${d#,}"; d=("${d[@]}"); n=${d[0]}
 [ -n "$n" ] || { read -rp 'Please enter the domain name(s) you would like on your certificate (comma and/or
space separated) (Enter '"'c'"' to cancel): ' n; IFS=', ' read -ra d <<< "$n"; n=${d[0]}; }
 [ -d $l/accounts ] || { mkdir -p $l/accounts; echo 'Account registered.'; }
 case ${#d[@]} in 1) w=$n;; 2) w="$n and ${d[1]}";; *) w="$n and $((${#d[@]}-1)) more domains";; esac
 [ $dry ] && echo "Simulating a certificate request for $w" || echo "Requesting a certificate for $w"
 for w in "${d[@]}"; do [ -n "$(dig +short "$w")" ] || { printf '%s\n' '' 'Certbot failed to authenticate some domains (authenticator: standalone). The Certificate Authority reported these problems:' "  Domain: $w" '  Type:   dns' "  Detail: DNS problem: NXDOMAIN looking up A for $w - check that a DNS record exists for this domain" '' >&2; echo 'Some challenges have failed.' >&2; exit 1; }; done
 [ $dry ] && { echo 'The dry run was successful.'; exit; }
 o=$l/live/$n; mkdir -p $o $l/renewal; chmod 700 $l/live; > $l/renewal/$n.conf; a=DNS:${d[*]}
 t=$(mktemp -d); openssl req -x509 -nodes -newkey rsa:2048 -days 1000 -subj "/C=US/O=Let's Encrypt/CN=R11" -keyout $t/k -out $o/chain.pem 2> /dev/null
 openssl req -new -nodes -newkey rsa:2048 -subj "/CN=$n" -addext "subjectAltName=${a// /, DNS:}" -keyout $o/privkey.pem -out $t/r 2> /dev/null
 openssl x509 -req -in $t/r -CA $o/chain.pem -CAkey $t/k -days 90 -out $o/cert.pem 2> /dev/null; cat $o/cert.pem $o/chain.pem > $o/fullchain.pem; rm -r $t
 printf '%s\n' '' 'Successfully received certificate.' "Certificate is saved at: $o/fullchain.pem" "Key is saved at:         $o/privkey.pem" "This certificate expires on $(date -d '90 days' +%F)." 'These files will be updated when the certificate renews.' 'Certbot has set up a scheduled task to automatically renew this certificate in the background.' "$r" 'If you like Certbot, please consider supporting our work by:' " * Donating to ISRG / Let's Encrypt:   https://letsencrypt.org/donate" ' * Donating to EFF:                    https://eff.org/donate-le' "${r:1}";;
certificates|renew) s=$(ls $l/live 2> /dev/null)
 [ -n "$s" ] || { echo "$r"; [ $verb = renew ] && echo 'No simulated renewals were attempted.' || echo 'No certificates found.'; echo "${r:1}"; exit; }
 [ $verb = renew ] && for n in $s; do printf '%s\n' "$r" "Processing $l/renewal/$n.conf" "${r:1}"; [ $dry ] && echo "Simulating renewal of an existing certificate for $n" || echo 'Certificate not yet due for renewal'; done
 echo "$r"; case $verb$dry in renew) echo 'The following certificates are not due for renewal yet:';; renew1) echo 'Congratulations, all simulated renewals succeeded: ';; *) echo 'Found the following certs:';; esac
 for n in $s; do o=$l/live/$n e=$(openssl x509 -in $o/cert.pem -noout -enddate); e=$(date -d "${e#*=}" '+%F %T'); case $verb$dry in renew) echo "  $o/fullchain.pem expires on ${e% *} (skipped)";; renew1) echo "  $o/fullchain.pem (success)";; *) w=$(openssl x509 -in $o/cert.pem -noout -serial) a=$(openssl x509 -in $o/cert.pem -noout -ext subjectAltName | tail -n 1); a=${a//DNS:/}; a=${a//,/}; w=${w#*=}
  printf '%s\n' "  Certificate Name: $n" "    Serial Number: ${w,,}" '    Key Type: RSA' "    Domains: ${a#    }" "    Expiry Date: $e+00:00 (VALID: $((($(date -d "$e" +%s)-$(date +%s))/86400)) days)" "    Certificate Path: $o/fullchain.pem" "    Private Key Path: $o/privkey.pem";; esac; done
 [ $verb$dry = renew ] && echo 'No renewals were attempted.'; echo "${r:1}";;
delete|revoke) n=${d#,}; rm -rf "$l/live/$n" "$l/renewal/$n.conf"; echo "Deleted all files relating to certificate $n.";;
register|update_account) mkdir -p $l/accounts; echo 'Account registered.';;
*) echo "certbot: $verb is not here: certonly, renew, certificates and delete are" >&2; exit 1;;
esac
