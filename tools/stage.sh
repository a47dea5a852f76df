#!/bin/sh
# The last step of the page and the light bundle, in a folder that has the page's files, the module and
# wasm-bindgen's glue: gives the files of the bundle the names under which pages load them, and takes out
# what only people read. Trunk calls it, too, for those who build the page by it.
#   smtp-terminal.js             the element, its style sheet inside; a page loads this and nothing else
#   smtp-terminal-light.js       wasm-bindgen's glue
#   smtp-terminal-light_bg.wasm  the simulator
set -eu
source=${TRUNK_SOURCE_DIR:-$PWD}
cd "${TRUNK_STAGING_DIR:-$1}"
www=$source/www tools=$source/tools
[ -z "${TRUNK_STAGING_DIR-}" ] || mv smtp-terminal_bg.wasm smtp-terminal-light_bg.wasm
sh "$tools/glue.sh" . smtp-terminal.js smtp-terminal-light.js
rm smtp-terminal.js
node "$tools/names.mjs" smtp-terminal-light_bg.wasm smtp-terminal-light.js
node "$tools/order.mjs" smtp-terminal-light_bg.wasm
node "$tools/streams.mjs" smtp-terminal-light_bg.wasm
# The sheet is made small by itself first: inside of a script it is text.
mkdir element
cp "$www/"*.js element/
esbuild --log-level=warning --charset=utf8 --minify "$www/smtp-terminal.css" --outfile=element/smtp-terminal.css
esbuild --log-level=warning --charset=utf8 --bundle --format=esm --minify --loader:.css=text \
    "--external:./smtp-terminal-*" element/element.js --outfile=smtp-terminal.js
rm -r element
node "$tools/course.mjs" lessons lessons/index.json
# Documentation and the gallery.
node "$tools/pages.mjs" .
