#!/bin/sh
# `make trunk`: the page and the light bundle by Trunk, as those build it who use Trunk; what comes out must be
# what tools/build.sh makes, but for the page's own text, which Trunk writes in its own way.
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh
. tools/lean.sh

mkdir -p target
node tools/progress.mjs "trunk: the page and the light bundle" \
    trunk --log "${TRUNK_LOG:-warn}" build --release --offline --dist target/trunk
# What the site has beside it: the full bundle, and what is made of the whole.
for file in $(cd target/trunk && find . -type f ! -name index.html); do
    cmp "target/trunk/$file" "target/site/$file" || differ=1
done
[ -z "${differ-}" ] || { echo "trunk: that is not what make site makes" >&2; exit 1; }
echo "trunk: as make site"
