no() { echo "$name: only the base64 one-liners of SMTP AUTH are here (base64 does the same: printf '\\0user\\0password' | base64); what a script would send, swaks sends: swaks --server HOST --from ADDRESS --to ADDRESS" >&2; exit 1; }
name=${0##*/} code= m64= in=
while [ $# -gt 0 ]; do case $1 in
 -e|-E|-c|-le|-ne|-pe|-lne|-nle) code=$2; n=$1; shift;; -i*) in=$1;; -pi*) in=-${1#-p};; -[np]) ;; -e*|-c*) code=${1#-?};; -M*) ;; -m) [ "$2" = base64 ] && m64=1; shift;;
 -v|--version|-V) case $name in perl) printf '\nThis is perl 5, version 36, subversion 0 (v5.36.0) built for x86_64-linux-gnu-thread-multi\n(Its base64 one-liners are what is here.)\n';; *) echo 'Python 3.11.2';; esac; exit;;
 -*) case $1 in -d|-e) dec=$1;; esac;; *) break;; esac; shift; done
if [ -n "$m64" ]; then exec base64 $dec "$@"; fi
case $n$code in -*l*e'print $1 if /'*) code='print "$1\n"'${code#*1};; esac
case $code in
*encode_base64*) act=enc rest=${code#*encode_base64};;
*decode_base64*) act=dec rest=${code#*decode_base64};;
*b64encode*) act=enc rest=${code##*b64encode} py=1;;
*b64decode*) act=dec rest=${code##*b64decode} py=1;;
'print if '*|'print unless '*|'if ('*) re=${code#*/}; f=-P; case $code in *unless*) f=-vP;; esac; exec grep $f -- "${re%/*}" "$@";;
'print "$1\n" if /'*) re=${code#*/} re=${re%/*} d=$'\1'; cat -- "$@" | grep -noP -- "$re" | sort -t: -suk1,1n | cut -d: -f2- | sed -E "s$d$re$d\\1$d"; exit;;
s[/,\|\#{!]*) code=$(sed -E 's/\$([0-9])/\\\1/g; s/;$//; s:(\[[^]]*)\\d:\10-9:g; s:\\d:[0-9]:g; s:\\n/(.*)\\n/:$/\1/:' <<< "$code")
 case $code in *[*+]\?*|*'(?'*|*'\K'*|*'\n'*) no;; esac; exec sed -E $in "$code" "$@";;
*) if [ -z "$code" ] && [ $# = 0 ]; then case $name in perl) ;; *) [ -t 0 ] && { echo "($name is not here, but for base64 one-liners: $name -c 'import base64; print(base64.b64encode(b\"...\").decode())')"; exit 1; };; esac; fi
 no;;
esac
t=${rest#*(}
while :; do case $t in ' '*|b[\'\"]*|bytes\(*|u[\'\"]*) t=${t#?}; case $t in ytes\(*) t=${t#ytes(};; esac;; *) break;; esac; done
case $act$t in enc\$_*) cat -- "$@" | { while IFS= read -r l; do echo "$l" | base64; done; printf %s "$l" | base64; }; exit;; dec\$_*) cat -- "$@" | base64 -di; exit;; esac
q=${t:0:1}
case $q in \'|\") ;; *)
 if [ "$t" != "${t#\$ARGV\[0\]}" ] || [ "$t" != "${t#sys.argv\[1\]}" ]; then t="$1"; q=; elif [ "$t" != "${t#<STDIN>}" ] || [ "$t" != "${t#sys.stdin}" ] || [ "$t" != "${t#input}" ]; then t=$(cat); q=; else
 echo "$name: only the base64 one-liners of SMTP AUTH are here; try: printf '...' | base64" >&2; exit 1; fi;; esac
if [ -n "$q" ]; then t=${t:1}; t=${t%%"$q"*}; fi
if [ "$q" = \' ] && [ -z "$py" ]; then t=${t//\\/\\\\}; else t=${t//\\@/@}; t=$(sed -E 's/\\([1-7][0-7]{0,2})/\\0\1/g' <<< "$t"); fi
if [ $act = dec ]; then case $py:$name:$rest in 1:python3:*decode*|*:perl:*|*:python:*) printf %b "$t" | base64 -d;; *) echo "b'$(printf %b "$t" | base64 -d)'"; exit;; esac
 case $py$n$rest in 1*|-le*|*'"\n"'*) echo;; esac; exit; fi
case $py$rest in '',*|*'", ""'*|*'", '"''"*) one=-w0;; esac
if [ -n "$py" ]; then r=$(printf %b "$t" | base64 -w 0); case $rest in *decode*) echo "$r";; *) case $name in python3) echo "b'$r'";; *) echo "$r";; esac;; esac
else printf %b "$t" | base64 $one; case $n in -le*) echo;; esac; fi
