name=${0##*/} r=0 z=$'\037\213\010'
packed() { [ "$(head -c 3 "$1")" = "$z" ]; }
plain() { if packed "$1"; then tail -c +4 "$1"; else cat "$1"; fi; }
case $name in
zcat) [ "$1" = -f ] && shift; t=; [ $# = 0 ] && { t=$(mktemp); cat > $t; set -- $t; }; for f; do [ -e "$f" ] || f=$f.gz; [ -r "$f" ] || { echo "gzip: $f: No such file or directory" >&2; r=1; continue; }; plain "$f"; done; [ -z "$t" ] || rm $t;;
gzip|gunzip) d= c= k= v=; [ $name = gunzip ] && d=1; o=$(getopt -n gzip -o cdfhklnNqrtvV123456789 -l stdout,decompress,keep,force,verbose,best,fast -- "$@") || { echo "Try \`gzip --help' for more information." >&2; exit 1; }; eval set -- "$o"
 while [ "$1" != -- ]; do case $1 in -c|--stdout) c=1;; -d|--dec*) d=1;; -k|--keep) k=1;; -v|--verb*) v=1;; esac; shift; done; shift
 [ $# = 0 ] && { [ $d ] || printf %s "$z"; if [ $d ]; then tail -c +4; else cat; fi; exit; }
 for f; do [ $d ] && [ ! -e "$f" ] && f=$f.gz; [ -e "$f" ] || { echo "gzip: $f: No such file or directory" >&2; r=1; continue; }; [ -d "$f" ] && { echo "gzip: $f is a directory -- ignored" >&2; r=2; continue; }
  if [ $d ]; then packed "$f" || { echo "gzip: $f: unknown suffix -- ignored" >&2; r=2; continue; }; [ $c ] && { plain "$f"; continue; }; n=${f%.gz}; plain "$f" > "$n" || exit 1
  else case $f in *.gz) echo "gzip: $f already has .gz suffix -- unchanged" >&2; r=2; continue;; esac; [ $c ] && { printf %s "$z"; cat "$f"; continue; }; n=$f.gz; { printf %s "$z"; cat "$f"; } > "$n" || exit 1; fi
  chmod $(stat -c %a "$f") "$n"; [ $v ] && printf '%s:\t 55.0%% -- %s %s\n' "$f" "$([ $k ] && echo created || echo replaced with)" "$n" >&2; [ $k ] || rm "$f"; done;;
tar) no() { echo "tar: $1" >&2; r=2; }
 a= f= v= g= x=() w=(); case $1 in -*|'') ;; *) set -- "-$1" "${@:2}";; esac
 while [ $# -gt 0 ]; do case $1 in -C|--directory) C=$2; shift;; --directory=*) C=${1#*=};; --exclude) x+=(-path "*$2" -prune -o); shift;; --exclude=*) x+=(-path "*${1#*=}" -prune -o);; --file=*) f=${1#*=};; --create) a=c;; --list) a=t;; --extract) a=x;; --gzip) g=1;; --version) echo 'tar (GNU tar) 1.34'; exit;; --*) ;;
  -?*) l=${1#-}; while [ "$l" ]; do case $l in c*|x*|t*) a=${l:0:1};; z*|j*|J*) g=1;; v*) v=$v.;; f?*) case $l in *[vzC]) ;; esac; f=${l#f} l=f;; f) f=$2; shift;; C) C=$2; shift;; p*|P*|k*|h*|a*) ;; *) echo "tar: invalid option -- '${l:0:1}'" >&2; echo "Try 'tar --help' or 'tar --usage' for more information." >&2; exit 64;; esac; l=${l#?}; done;; *) w+=("$1");; esac; shift; done
 [ $a ] || { echo 'tar: You must specify one of the '"'-Acdtrux', '--delete' or '--test-label' options" >&2; echo "Try 'tar --help' or 'tar --usage' for more information." >&2; exit 2; }
 t=$(mktemp); trap 'rm -f $t' EXIT
 if [ $a = c ]; then [ ${#w[@]} -gt 0 ] || { echo 'tar: Cowardly refusing to create an empty archive' >&2; echo "Try 'tar --help' or 'tar --usage' for more information." >&2; exit 2; }
  [ $g ] && printf %s "$z" > $t; here=$PWD; case $f in ''|-) f=/dev/stdout;; /*) ;; *) f=$here/$f;; esac; cd "${C:-.}" || exit 2
  for p in "${w[@]}"; do [ -e "$p" ] || { no "$p: Cannot stat: No such file or directory"; continue; }; case $p in /*) [ "$told" ] || echo "tar: Removing leading \`/' from member names" >&2; told=1;; esac
   while IFS= read -r n; do [ "$n" -ef "$f" ] && continue; s=0; [ -d "$n" ] && n=${n%/}/; [ -f "$n" ] && [ ! -L "$n" ] && s=$(stat -c %s "$n"); [ -r "$n" ] || { no "$n: Cannot open: Permission denied"; continue; }; [ $v ] && echo "$n"; echo "$(stat -c "%A|%a|%U|%G|$s|%Y" "${n%/}")|$(readlink "${n%/}")|${n#/}" >> $t; [ $s = 0 ] || cat "$n" >> $t; done < <(find "$p" "${x[@]}" -print); done
  cat $t > "$f" || exit 2
 else case $f in ''|-) cat > $t;; *) [ -r "$f" ] || { no "$f: Cannot open: No such file or directory"; echo 'tar: Error is not recoverable: exiting now' >&2; exit 2; }; cat "$f" > $t;; esac; plain $t > $t.p; mv $t.p $t
  cd "${C:-.}" || exit 2; i=1 e=$(stat -c %s $t)
  while [ $i -le $e ]; do h=$(tail -c +$i $t | head -n 1); i=$((i+$(printf '%s\n' "$h" | wc -c))); IFS='|' read -r A m u o s T L n <<< "$h"; case $s in ''|*[!0-9]*) no 'This does not look like a tar archive'; break;; esac
   k=$i i=$((i+s)); [ ${#w[@]} = 0 ] || { y=; for p in "${w[@]}"; do case $n in "$p"|"${p%/}"/*) y=1;; esac; done; [ $y ] || continue; }
   case $a$v in t.*) q=$u/$o; printf '%s %s %*s %s %s%s\n' "$A" $q $((18-${#q})) $s "$(date -d @$T '+%F %H:%M')" "$n" "${L:+ -> $L}";; t*|x.*) echo "$n";; esac
   [ $a = x ] || continue
   case $n in */) mkdir -p "$n";; *) case $n in */*) mkdir -p "${n%/*}";; esac; if [ "$L" ]; then ln -sf "$L" "$n"; continue; fi; tail -c +$k $t | head -c $s > "$n";; esac; chmod $m "$n"; [ $EUID = 0 ] && chown $u:$o "$n" 2> /dev/null; done; fi
 [ $r = 0 ] || echo 'tar: Exiting with failure status due to previous errors' >&2;;
esac
exit $r
