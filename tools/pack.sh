#!/bin/sh
# Packs dist/ as npm would publish it: `sh tools/pack.sh [FOLDER [OUT]]`, and says what came of it.
set -eu
cd "$(dirname "$0")/.."
folder=$(cd "${1-dist}" && pwd)
out=${2-target/package}
mkdir -p "$out"
name=$(npm pack --silent --ignore-scripts --pack-destination "$out" "$folder")
(cd "$out" && sha256sum "$name" | tee "$name.sha256")
echo "$(wc -c <"$out/$name") bytes, $(tar -tzf "$out/$name" | wc -l) files: $out/$name"
