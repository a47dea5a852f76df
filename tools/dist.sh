#!/bin/sh
# Writes the embeddable bundle into dist/: these files, side by side on any web server, are all
# that a page needs; the schema is for those who write scenarios.
set -eu
cd "$(dirname "$0")/.."
rm -rf dist
mkdir dist
for name in smtp-terminal.js \
    smtp-terminal-light.js smtp-terminal-light_bg.wasm \
    smtp-terminal-full.js smtp-terminal-full_bg.wasm; do
    cp "target/site/$name" dist/
done
# Transcripts and steps of a page's own.
cp target/site/smtp-code.js target/site/smtp-lesson.js dist/
# What lines mean, for pages that ask for it with the attribute `explain`.
cp -R target/site/explain dist/
# Lessons by name (`lesson="first-mail"`), and the interface in other languages.
cp -R target/site/lessons target/site/languages dist/
# For editors; no page asks for it.
cp -R target/site/schema dist/
node tools/interface.mjs dist
# All of it in one classic script, for pages that are opened from a disk.
node tools/single.mjs dist dist/smtp-terminal.single.js
echo "dist/ holds the bundle:"
find dist -type f -exec wc -c {} + | sed 's,dist/,,'
version=$(sed -n 's/.*smtp-terminal-light\.js?v=\([0-9a-f]*\).*/\1/p' dist/smtp-terminal.js | head -n 1)
echo "what a page may ask for early, in its head (version and all):"
echo "  <link rel=\"modulepreload\" href=\"smtp-terminal-light.js?v=$version\">"
echo "  <link rel=\"preload\" as=\"fetch\" crossorigin href=\"smtp-terminal-light_bg.wasm?v=$version\">"
