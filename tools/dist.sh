#!/bin/sh
# Writes the embeddable bundle: `sh tools/dist.sh [FOLDER [SITE]]`, dist/ of target/site/ unless they are
# named. Its files, side by side on any web server, are all that a page needs; with the rest it is a
# package for npm (`make pack`).
set -eu
cd "$(dirname "$0")/.."
out=${1-dist}
site=${2-target/site}
rm -rf "$out"
mkdir -p "$out"
for name in smtp-terminal.js \
    smtp-terminal-light.js smtp-terminal-light_bg.wasm \
    smtp-terminal-full.js smtp-terminal-full_bg.wasm smtp-code.js; do
    cp "$site/$name" "$out/"
done
# What lines mean, for pages that ask for it with the attribute `explain`; lessons by name
# (`lesson="first-mail"`); the interface in other languages; and, for editors, the schemas.
for name in explain lessons languages schema; do
    cp -R "$site/$name" "$out/"
done
cp LICENSE LICENSE-APACHE LICENSE-MIT "$out/"
node tools/interface.mjs "$out"
# All of it in one classic script, for pages that are opened from a disk.
node tools/single.mjs "$out" "$out/smtp-terminal.single.js"
node tools/package.mjs "$out"
version=$(sed -n 's/.*smtp-terminal-light\.js?v=\([0-9a-f]*\).*/\1/p' "$out/smtp-terminal.js" | head -n 1)
echo "what a page may ask for early, in its head (version and all):"
echo "  <link rel=\"modulepreload\" href=\"smtp-terminal-light.js?v=$version\">"
echo "  <link rel=\"preload\" as=\"fetch\" crossorigin href=\"smtp-terminal-light_bg.wasm?v=$version\">"
