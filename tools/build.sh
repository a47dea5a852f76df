#!/bin/sh
# Builds the page and the bundle into dist/.
set -eu
cd "$(dirname "$0")/.."
cache=${SMTP_TERMINAL_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/smtp-terminal/tools}
PATH="$cache/bin:$PWD/node_modules/.bin:$PATH"
exec trunk --log "${TRUNK_LOG:-warn}" build --release --offline "$@"
