#!/bin/sh
# `make reproducible`: builds the files of a release twice from what is committed, in clean clones of which the
# second lies under another, longer path, and compares their bytes.
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh
here=$PWD
commit=$(git rev-parse --verify HEAD)
folder=$(mktemp -d "${TMPDIR:-/tmp}/smtp-terminal-twice.XXXXXX")
trap 'rm -rf "$folder"' EXIT

build() {
    git clone --quiet --no-checkout "$here" "$1"
    git -C "$1" checkout --quiet --detach "$commit"
    # Packages are the same by their checksums, so they need not be fetched twice.
    ln -s "$here/node_modules" "$1/node_modules"
    (
        cd "$1"
        unset MAKEFLAGS MFLAGS MAKELEVEL CARGO_TARGET_DIR
        sh tools/build.sh
        sh tools/dist.sh
        cd dist
        find . -type f -exec sha256sum {} + | LC_ALL=C sort -k 2
    ) >"$folder/log" 2>&1 || {
        cat "$folder/log" >&2
        exit 1
    }
    sed -n '/^[0-9a-f]\{64\}  /p' "$folder/log" >"$2"
    rm -rf "$1"
}

echo "reproducible: commit $commit, once"
build "$folder/one" "$folder/first"
mkdir -p "$folder/another and longer/place"
echo "reproducible: and under another path"
build "$folder/another and longer/place/clone" "$folder/second"
if cmp -s "$folder/first" "$folder/second"; then
    cat "$folder/first"
    echo "reproducible: $(wc -l <"$folder/first") files are the same to the byte"
else
    diff "$folder/first" "$folder/second" || true
    echo "reproducible: they differ" >&2
    exit 1
fi
