#!/bin/sh
# Builds the page and the bundle into dist/.
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh
exec trunk --log "${TRUNK_LOG:-warn}" build --release --offline "$@"
