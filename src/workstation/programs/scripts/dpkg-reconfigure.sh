eval "$(/usr/lib/machine/fact)"
for p; do :; done
if [ $root = 0 ]; then echo "/usr/sbin/dpkg-reconfigure must be run as root" >&2; exit 1; fi
case $p in
postfix) [ $mail = 1 ] || { echo "/usr/sbin/dpkg-reconfigure: postfix is not installed" >&2; exit 1; }
 echo '(The dialogue is not here. What it asks is in these parameters; set them with postconf -e:'
 postconf myhostname mydestination relayhost mynetworks mailbox_size_limit recipient_delimiter inet_interfaces inet_protocols | sed 's/^/  /'
 echo "The name of this system's mail is in /etc/mailname: $(cat /etc/mailname). Then: systemctl restart postfix.)";;
tzdata) echo; echo "Current default time zone: 'Etc/UTC'"; echo "Local time is now:      $(date)."; echo "Universal Time is now:  $(date)."; echo;;
locales) echo 'Generating locales (this might take a while)...'; echo '  en_US.UTF-8... done'; echo 'Generation complete.';;
*) dpkg-query -W "$p" >/dev/null 2>&1 || { echo "/usr/sbin/dpkg-reconfigure: $p is not installed" >&2; exit 1; };;
esac
