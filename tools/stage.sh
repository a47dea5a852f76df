#!/bin/sh
# Trunk's last step: gives the files of the bundle the names under which pages load them, and
# takes out what only people read.
#   smtp-terminal.js             the element; a page loads this and nothing else
#   smtp-terminal.css            its style sheet
#   smtp-terminal-full.css       what the full build adds to it
#   smtp-terminal-light.js       wasm-bindgen's glue
#   smtp-terminal-light_bg.wasm  the simulator
set -eu
cd "$TRUNK_STAGING_DIR"
minify() { # from, to
    esbuild --log-level=warning --charset=utf8 --minify "$1" --outfile="$2.min"
    mv "$2.min" "$2"
}
# What the element's script does not call is left out.
glue() { # from, to
    echo "export { default, Terminal, crash } from './$1'" |
        esbuild --log-level=warning --charset=utf8 --bundle --format=esm --minify --outfile="$2.min"
    mv "$2.min" "$2"
}
mv smtp-terminal_bg.wasm smtp-terminal-light_bg.wasm
glue smtp-terminal.js smtp-terminal-light.js
minify "$TRUNK_SOURCE_DIR/www/element.js" smtp-terminal.js
minify smtp-terminal.css smtp-terminal.css
minify smtp-terminal-full.css smtp-terminal-full.css
