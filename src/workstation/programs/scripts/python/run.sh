# What scripts in Python, PHP and Perl do to send mail. The text is walked through again from its
# start for each thing that it waits for (a conversation, which swaks holds, a line that is typed,
# time), with what came of the things before.
lang=$1 file=$2 shown=$3; shift 3
d=$(mktemp -d) n=0 printed=0
trap 'rm -rf $d' EXIT
: > $d/came
cat -- "$file" > $d/code
env > $d/env
helo=$(hostname -f); case $helo in *.*) ;; *) helo='[127.0.1.1]';; esac
while [ $n -lt 100 ]; do
 n=$((n+1)); rm -f $d/want $d/data
 awk -v lang=$lang -v d=$d -v shown="$shown" -v me="${USER:-root}" -v helo="$helo" -v now="$(date -R)" -v args="${1+$(printf '%s\036' "$@")}" '
