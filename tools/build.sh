#!/bin/sh
# Builds the page and both bundles into target/site/: the full build, and beside it what Trunk makes
# of the page and the light build of the same crate.
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh

# The standard library is built too, for size, and with panics that trap without a text: 10 % of
# the bundle. That is not stable in Rust yet, so it is asked only of the compiler it was tried with.
switches="-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none -Cllvm-args=-inline-threshold=0 -Cllvm-args=-inline-instr-cost=3"
sysroot=$(rustc --print sysroot)
if ! measured; then
    kind=plain
    why="rustc $(compiler) is not $RUST_VERSION, with which the bundle is measured"
elif ! [ -d "$sysroot/lib/rustlib/src/rust/library" ]; then
    kind=plain
    why="the source of the standard library is missing (rustup component add rust-src)"
else
    kind=lean
fi

# What it was built from, and by what; tools/weigh.mjs asks for the kind.
site=target/site
stamp=target/site.stamp
by="$kind $(rustc --version)"
if [ "$(cat "$stamp" 2>/dev/null)" = "$by" ] && [ -f "$site/index.html" ] &&
    [ -z "$(find src www tools docs README.md index.html Cargo.toml Cargo.lock Trunk.toml package-lock.json -newer "$stamp" | head -n 1)" ]; then
    echo "build: $site is up to date"
    exit 0
fi
rm -f "$stamp"
mkdir -p target/full
# What is changed while this runs is newer than this.
echo "$by" >"$stamp.new"

# No path of this machine gets into the bundle. One flag a line, since a path may have spaces.
flags="--remap-path-prefix=$cargo_home/registry/src=
--remap-path-prefix=$PWD=
--remap-path-prefix=$sysroot/lib/rustlib/src/rust="
if [ $kind = lean ]; then
    export RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort
    export CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
    flags="$flags
$(echo "$switches" | tr ' ' '\n')"
else
    echo "build: $why, so this is built without the unstable switches;" >&2
    echo "build: it works as well, and is some 10 % larger" >&2
fi
CARGO_ENCODED_RUSTFLAGS=$(printf '%s' "$flags" | tr '\n' '\037')
export CARGO_ENCODED_RUSTFLAGS

# Trunk asks for nothing over the network, so all sources have to be here; those of the standard
# library are fetched only for the targets that are named.
echo "build: fetching what Cargo.lock names"
cargo fetch --quiet --locked
cargo fetch --quiet --locked --target wasm32-unknown-unknown

node tools/progress.mjs "build: the full bundle" \
    cargo build --target wasm32-unknown-unknown --profile wasm --bin smtp-terminal
wasm-bindgen --target web --no-typescript --out-dir target/full --out-name smtp-terminal-full \
    target/wasm32-unknown-unknown/wasm/smtp-terminal.wasm
# wasm-opt works on one core, so it goes on while Trunk has the other. These are the same passes as
# Trunk's, from the one place that names them.
passes=$(sed -n 's/.*data-wasm-opt-params="\([^"]*\)".*/\1/p' index.html)
# shellcheck disable=SC2086
wasm-opt $passes target/full/smtp-terminal-full_bg.wasm -o target/full/small.wasm &
small=$!
node tools/progress.mjs "build: the page and the light bundle" \
    trunk --log "${TRUNK_LOG:-warn}" build --release --offline "$@"
# The light bundle is done first; wasm-opt says nothing by itself.
kill -0 $small 2>/dev/null && echo "build: wasm-opt makes the full bundle smaller; that takes a minute or two"
wait $small

mv target/full/small.wasm "$site/smtp-terminal-full_bg.wasm"
esbuild --log-level=warning --charset=utf8 --bundle --minify www/smtp-terminal-full.css \
    --outfile=target/full/smtp-terminal-full.css
sh tools/glue.sh target/full smtp-terminal-full.js "$site/smtp-terminal-full.js" smtp-terminal-full.css
node tools/names.mjs "$site/smtp-terminal-full_bg.wasm" "$site/smtp-terminal-full.js"
node tools/order.mjs "$site/smtp-terminal-full_bg.wasm"
node tools/streams.mjs "$site/smtp-terminal-full_bg.wasm"
node tools/version.mjs "$site"
node tools/offline.mjs "$site"
mv "$stamp.new" "$stamp"
