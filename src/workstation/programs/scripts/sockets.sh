eval "$(/usr/lib/machine/fact)"
[ $mail = 1 ] || exit 0
echo "tcp|0.0.0.0|22|sshd|560|3"
fd=13
for s in $open; do
 case $s in *:*) p=tcp6;; *) p=tcp;; esac
 echo "$p|$s|master|$master|$fd"; fd=$((fd+1))
done
for s in $beside; do n=${s%|*} s=${s#*|} fd=$((fd+1)); case $n in
 dovecot) printf '%s\n' "tcp|0.0.0.0|$s|$n|604|$fd" "tcp6|::|$s|$n|604|$((fd+1))"; fd=$((fd+1));;
 postgrey) echo "tcp|127.0.0.1|$s|postgrey --inet|612|$fd";; *) echo "tcp|127.0.0.1|$s|$n|618|3";; esac; done
echo "tcp6|::|22|sshd|560|4"
