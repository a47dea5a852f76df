case $1 in --version|-V) echo 'GNU Wget 1.21.3 built on linux-gnu.'; exit;; esac
for w; do case $w in -*) ;; *) u=$w;; esac; done
[ -n "$u" ] || { printf '%s\n' 'wget: missing URL' 'Usage: wget [OPTION]... [URL]...' '' 'Try `wget --help'"'"' for more options.' >&2; exit 1; }
h=${u#*://}; echo "wget: unable to resolve host address ‘${h%%/*}’ (there is no web here)" >&2; exit 4
