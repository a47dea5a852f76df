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
