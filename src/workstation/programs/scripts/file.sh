b= L= i=
while case $1 in -?*) true;; *) false;; esac; do case $1 in -b|--brief) b=1;; -L) L=1;; --mime-t*) i=1;; -i|--mime) i=2;; --mime-e*) i=3;; -bi|-ib) b=1 i=2;; --version) echo file-5.44; exit;; esac; shift; done
[ $# = 0 ] && { echo 'Usage: file [-bcCdEhikLlNnprsSvzZ0] [--apple] [--extension] [--mime-encoding]' >&2; exit 1; }
w=0; for f; do [ ${#f} -gt $w ] && w=${#f}; done
for f; do
 e=
 if [ -L "$f" ] && [ -z "$L" ]; then t=$(readlink "$f"); [ -e "$f" ] && t="symbolic link to $t" || t="broken symbolic link to $t"
 elif [ -d "$f" ]; then t=directory; k=$(stat -c %A "$f"); case $k in *t) t="sticky, directory";; d*s*) t="setgid, directory";; esac
 elif [ ! -e "$f" ]; then t="cannot open \`$f' (No such file or directory)"
 elif [ -c "$f" ]; then t='character special (1/3)'
 elif [ ! -r "$f" ]; then t='regular file, no read permission'
 elif [ ! -s "$f" ]; then t=empty
 else
  IFS= read -r l < "$f"
  crlf=; case $l in *$'\r') crlf=', with CRLF line terminators';; esac
  if grep -q $'[\x01-\x06\x0e-\x1a]' "$f"; then k=data
  elif grep -q '[^ -~[:space:]]' "$f"; then k='Unicode text, UTF-8 text'; else k='ASCII text'; fi
  case $l in
  $'\x7fELF'*) t='ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked, interpreter /lib64/ld-linux-x86-64.so.2, for GNU/Linux 3.2.0, stripped' crlf=;;
  '#!'*/bash*) t="Bourne-Again shell script, $k executable";;
  '#!'*/sh*) t="POSIX shell script, $k executable";;
  '#!'*python*) t="Python script, $k executable";;
  '#!'*perl*) t="Perl script text executable";;
  '-----BEGIN CERTIFICATE-----'*) t='PEM certificate';;
  '-----BEGIN '*'PRIVATE KEY-----'*) t="OpenSSH private key"; case $l in *OPENSSH*) ;; *RSA*) t='PEM RSA private key';; *) t=$k;; esac;;
  'Return-Path:'*|'Received:'*|'From: '*|'Delivered-To:'*) t="SMTP mail, $k";;
  'From '*) t="mbox, $k"; t=$k;;
  *) t=$k; case $f in *.db) t='Berkeley DB (Hash, version 9, native byte-order)' crlf=;; esac;;
  esac
  t=$t$crlf
  long=$(awk 'length($0)>m{m=length($0)} END{print m}' "$f"); case $t in *text*) [ ${long:-0} -gt 300 ] && t="$t, with very long lines ($long)"; [ "$(wc -l < "$f")" = 0 ] && t="$t, with no line terminators";; esac
 fi
 c=us-ascii m=text/plain; case $t in *UTF-8*) c=utf-8;; *text*|PEM*) ;; *) c=binary;; esac
 case $i$t in *directory) m=inode/directory;; ?symb*|?brok*) m=inode/symlink;; ?empty) m=inode/x-empty;; *shell*) m=text/x-shellscript;; ?Python*) m=text/x-script.python;; ?Perl*) m=text/x-perl;; ?SMTP*) m=message/rfc822;; ?ELF*) m=application/x-pie-executable;; ?data*|?Berk*|?char*) m=application/octet-stream;; esac
 case $i$t in ?cannot*) ;; 1*) t=$m;; 2*) t="$m; charset=$c";; 3*) t=$c;; esac
 [ -n "$b" ] && echo "$t" || printf "%-$((w+1))s %s\n" "$f:" "$t"
done
