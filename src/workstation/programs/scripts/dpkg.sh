eval "$(/usr/lib/machine/fact)"
can() { local v=1:2.3.19.1+dfsg1-2.1+deb12u1 p
 printf '%s\t%s\t%s\n' sasl2-bin 2.1.28+dfsg-10 'Cyrus SASL - administration programs for SASL users database' \
  opendkim 2.11.0~beta2-8+deb12u1 'DomainKeys Identified Mail (DKIM) signing and verifying milter' opendkim-tools 2.11.0~beta2-8+deb12u1 'utilities for administering the OpenDKIM milter'
 printf '%s\t%s\t%s\n' postgrey 1.37-2 'greylisting implementation for Postfix' postfix-policyd-spf-python 3.0.4-2 'Postfix policy server for SPF checking'
 for p in core imapd pop3d lmtpd sieve managesieved mysql; do printf '%s\t%s\t%s\n' dovecot-$p $v "secure POP3/IMAP server - ${p/core/core files}"; done; }
list() {
 can | while IFS='	' read -r n l; do [ -e /var/lib/dpkg/info/$n.list ] && printf '%s\t%s\n' $n "$l"; done
 [ $mail = 1 ] && printf '%s\t%s\t%s\n' postfix 3.7.11-0+deb12u1 'High-performance mail transport agent' \
  postfix-pcre 3.7.11-0+deb12u1 'PCRE map support for Postfix' \
  libsasl2-2 2.1.28+dfsg-10 'Cyrus SASL - authentication abstraction library' \
  libsasl2-modules 2.1.28+dfsg-10 'Cyrus SASL - pluggable authentication modules' \
  ssl-cert 1.1.2 'simple debconf wrapper for OpenSSL'
 printf '%s\t%s\t%s\n' adduser 3.134 'add and remove users and groups' \
  apt 2.6.1 'commandline package manager' bash 5.2.15-2+b7 'GNU Bourne Again SHell' \
  bind9-dnsutils 1:9.18.33-1~deb12u2 'Clients provided with BIND 9' bsd-mailx 8.1.2-0.20220412cvs-1 'simple mail user agent' \
  ca-certificates 20230311 'Common CA certificates' coreutils 9.1-1 'GNU core utilities' \
  cron 3.0pl1-162 'process scheduling daemon' curl 7.88.1-10+deb12u12 'command line tool for transferring data with URL syntax' \
  debconf-utils 1.5.82 'debconf utilities' dnsutils 1:9.18.33-1~deb12u2 'Transitional package for bind9-dnsutils' \
  lsof 4.95.0-1 'utility to list open files' mailutils 1:3.15-4 'GNU mailutils utilities for handling mail' \
  msmtp 1.8.23-1 'light SMTP client with support for server profiles' msmtp-mta 1.8.23-1 'light SMTP client with support for server profiles - the regular MTA' mutt 2.2.12-0.1~deb12u1 'text-based mailreader supporting MIME, GPG, PGP and threading' \
  sendemail 1.56-5.1 'lightweight, command line SMTP email client' ssmtp 2.64-11 'extremely simple MTA to get mail off the system to a mail hub' \
  nano 7.2-1+deb12u1 'small, friendly text editor inspired by Pico' net-tools 2.10-0.1 'NET-3 networking toolkit' \
  netcat-openbsd 1.219-1 'TCP/IP swiss army knife' openssh-server 1:9.2p1-2+deb12u6 'secure shell (SSH) server, for secure access from remote machines' \
  openssl 3.0.16-1~deb12u1 'Secure Sockets Layer toolkit - cryptographic utility' procps 2:4.0.2-3 '/proc file system utilities' \
  rsyslog 8.2302.0-1 'reliable system and kernel logging daemon' s-nail 14.9.24-2 'feature-rich BSD mail(1)' \
  certbot 2.1.0-4 "automatically configure HTTPS using Let's Encrypt" python3-certbot-nginx 2.1.0-2 'Nginx plugin for Certbot' python3-certbot-apache 2.1.0-2 'Apache plugin for Certbot' nmap 7.93+dfsg1-1 'The Network Mapper' ncat 7.93+dfsg1-1 'NMAP netcat reimplementation' pflogsumm 1.1.5-7 'Postfix log entry summarizer' traceroute 1:2.1.2-1 'Traces the route taken by packets over an IPv4/IPv6 network' \
  sudo 1.9.13p3-1+deb12u1 'Provide limited super user privileges to specific users' swaks 20201014.0-3 'SMTP command-line test tool' \
  telnet 0.17+2.4-2+deb12u1 'transitional dummy package for inetutils-telnet default switch' ufw 0.36.2-1 'program for managing a Netfilter firewall' \
  vim 2:9.0.1378-2 'Vi IMproved - enhanced vi editor'
}
me=${0##*/}
case $me:$1 in
*:--can) can | cut -f 1,2; exit;;
*:--all) list; can; exit;;
dpkg-query:-W) case $2 in
 '') list | cut -f 1,2;;
 -f*) f=${2#-f}; f=${f:-$3}; echo "${f//\$\{Version\}/$(list | grep "^${!#}	" | cut -f 2)}" | sed 's/\\n$//';;
 *) list | grep "^$2	" | cut -f 1,2 | grep . || { echo "dpkg-query: no packages found matching $2" >&2; exit 1; };;
 esac;;
*:-l|*:--list)
 shift
 printf '%s\n' 'Desired=Unknown/Install/Remove/Purge/Hold' '| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend' '|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)' '||/ Name             Version                       Architecture Description' '+++-================-=============================-============-================================='
 r=0
 [ $# = 0 ] && set -- '*'
 for p; do n=0
  while IFS='	' read -r name v d; do case $name in $p) n=1; printf 'ii  %-16s %-29s %-12s %s\n' $name "$v" amd64 "$d";; esac; done < <(list | sort)
  [ $n = 1 ] || { echo "dpkg-query: no packages found matching $p" >&2; r=1; }
 done; exit $r;;
*:-s|*:--status) v=$(list | grep "^$2	" | cut -f 2)
 [ -n "$v" ] || { echo "dpkg-query: package '$2' is not installed and no information is available" >&2; echo 'Use dpkg --info (= dpkg-deb --info) to examine archive files.' >&2; exit 1; }
 printf 'Package: %s\nStatus: install ok installed\nVersion: %s\n' $2 "$v";;
*:-S|*:--search) case $2 in
 *postfix*|*sendmail*|*mailq*|*newaliases*|*postconf*|*postmap*) echo "postfix: $2";; *) echo "dpkg-query: no path found matching pattern $2" >&2; exit 1;; esac;;
*:-L|*:--listfiles) [ "$2" = postfix ] && ls -d /etc/postfix /etc/postfix/* /usr/sbin/post* /usr/sbin/sendmail /usr/bin/mailq /usr/bin/newaliases || { echo "dpkg-query: package '$2' is not installed" >&2; exit 1; };;
dpkg:--get-selections) list | cut -f 1 | sort | sed 's/$/\t\t\t\t\tinstall/';;
dpkg:--version) echo "Debian 'dpkg' package management program version 1.21.22 (amd64).";;
dpkg:--print-architecture) echo amd64;;
dpkg:--configure) ;;
*) echo "$me: error: need an action option" >&2; exit 2;;
esac
