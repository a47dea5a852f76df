#!/bin/sh
# Trunk's last step: gives the files of the bundle the names under which pages load them.
#   smtp-terminal.js             the element; a page loads this and nothing else
#   smtp-terminal.css            its style sheet
#   smtp-terminal-light.js       wasm-bindgen's glue
#   smtp-terminal-light_bg.wasm  the simulator
set -eu
cd "$TRUNK_STAGING_DIR"
mv smtp-terminal.js smtp-terminal-light.js
mv smtp-terminal_bg.wasm smtp-terminal-light_bg.wasm
cp "$TRUNK_SOURCE_DIR/www/element.js" smtp-terminal.js
