#!/bin/sh
# Makes wasm-bindgen's glue into a script whose default export makes an instance: as often as it is
# called, and of what it is given for `WebAssembly`. What the element does not call is left out.
#   sh tools/glue.sh FOLDER GLUE OUT [SHEET]
set -eu
folder=$1 glue=$2 out=$3 sheet=${4-}
{
    echo "export { initSync, Terminal } from './$glue'"
    # What only the full build needs of JavaScript: its sheet, and what keeps a terminal.
    [ -z "$sheet" ] || echo "export { default as css } from './$sheet'; export { Keep } from '$PWD/www/keep.js'"
} >"$folder/glue-entry.js"
esbuild --log-level=warning --log-override:empty-import-meta=silent --charset=utf8 --bundle --format=iife --global-name=glue --minify \
    --loader:.css=text --banner:js="export default WebAssembly=>{" --footer:js="return glue}" \
    "$folder/glue-entry.js" --outfile="$out.min"
rm "$folder/glue-entry.js"
mv "$out.min" "$out"
