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
esbuild --log-level=warning --charset=utf8 --bundle --format=esm --minify --loader:.css=text \
    "$folder/glue-entry.js" --outfile="$out.min"
rm "$folder/glue-entry.js"
# What the module would export, the function returns: esbuild's own way to do that weighs 200 bytes.
{
    printf 'export default WebAssembly=>{'
    sed '/^export{.*};$/!s/export{\([^{}]*\)};$/\nexport{\1};/' "$out.min" |
        sed '/^export{.*};$/{ s/^export{/return{/; s/\([A-Za-z_$][A-Za-z0-9_$]*\) as \([A-Za-z]*\)/\2:\1/g; s/};$/}}/; }'
} >"$out"
rm "$out.min"
