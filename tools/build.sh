#!/bin/sh
# Builds the page and both bundles into target/site/.
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh
. tools/lean.sh

# What it was built from, and by what; tools/weigh.mjs asks for the kind.
site=target/site
stamp=target/site.stamp
by="$kind $(rustc --version)"
if [ "$(cat "$stamp" 2>/dev/null)" = "$by" ] && [ -f "$site/index.html" ] &&
    [ -z "$(find src www tools docs README.md index.html Cargo.toml Cargo.lock Trunk.toml package-lock.json -newer "$stamp" | head -n 1)" ]; then
    echo "build: $site is up to date"
    exit 0
fi
rm -f "$stamp"
mkdir -p target
# What is changed while this runs is newer than this.
echo "$by" >"$stamp.new"

if [ $kind != lean ]; then
    echo "build: $why, so this is built without the unstable switches;" >&2
    echo "build: it works as well, and is some 10 % larger" >&2
fi

sh tools/modules.sh shrink

# What the page is made of is named by its own lines for Trunk.
rm -rf target/stage
mkdir target/stage
sed -n 's/.*data-trunk rel="copy-[a-z]*" href="\([^"]*\)".*/\1/p' index.html |
    while read -r part; do cp -R "$part" target/stage/; done
sed '/data-trunk/d' index.html >target/stage/index.html
cp target/light/smtp-terminal.js target/stage/
cp target/light/small.wasm target/stage/smtp-terminal-light_bg.wasm
sh tools/stage.sh target/stage
rm -rf "$site"
mv target/stage "$site"

cp target/full/small.wasm "$site/smtp-terminal-full_bg.wasm"
esbuild --log-level=warning --charset=utf8 --bundle --minify www/smtp-terminal-full.css \
    --outfile=target/full/smtp-terminal-full.css
sh tools/glue.sh target/full smtp-terminal.js "$site/smtp-terminal-full.js" smtp-terminal-full.css
node tools/names.mjs "$site/smtp-terminal-full_bg.wasm" "$site/smtp-terminal-full.js"
node tools/order.mjs "$site/smtp-terminal-full_bg.wasm"
node tools/streams.mjs "$site/smtp-terminal-full_bg.wasm"
node tools/version.mjs "$site"
node tools/offline.mjs "$site"
mv "$stamp.new" "$stamp"
