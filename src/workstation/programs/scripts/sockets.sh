# What listens: protocol|address|port|program|number|descriptor
eval "$(/usr/lib/machine/fact)"
[ $mail = 1 ] || exit 0
echo "tcp|0.0.0.0|22|sshd|560|3"
if [ $up = 1 ]; then
 case $(postconf -h inet_interfaces 2>/dev/null) in
 loopback-only|localhost|127.0.0.1) a4=127.0.0.1 a6=::1;;
 *) a4=0.0.0.0 a6=::;; esac
 p=$(postconf -h inet_protocols 2>/dev/null) fd=13
 for port in $open; do
  case $p in ipv6) ;; *) echo "tcp|$a4|$port|master|$master|$fd"; fd=$((fd+1));; esac
  case $p in *ipv6*|*all*) echo "tcp6|$a6|$port|master|$master|$fd"; fd=$((fd+1));; esac
 done
fi
echo "tcp6|::|22|sshd|560|4"
