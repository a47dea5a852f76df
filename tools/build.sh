#!/bin/sh
# Builds the page and both bundles into target/site/: Trunk makes the page with the light build,
# then the full build of the same crate is put beside it.
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh

site=target/site
stamp=target/site.stamp
if [ -f "$stamp" ] && [ -f "$site/index.html" ] &&
    [ -z "$(find src www tools index.html Cargo.toml Cargo.lock Trunk.toml package-lock.json -newer "$stamp" -print -quit)" ]; then
    echo "build: $site is up to date"
    exit 0
fi
rm -f "$stamp"
mkdir -p target
# What is changed while this runs is newer than this.
touch "$stamp.new"

# The standard library is built too, for size, and with panics that trap without a text: 7 % of
# the bundle. That is not stable in Rust yet, so it is asked for only where this compiler has it.
lean="-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none -Cllvm-args=-inline-threshold=0 -Cllvm-args=-inline-instr-cost=3"
# shellcheck disable=SC2086
if [ -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library" ] &&
    RUSTC_BOOTSTRAP=1 rustc $lean --print cfg >/dev/null 2>&1; then
    export RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort
    export CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS $lean"
else
    echo "build: without the source of the standard library (rustup component add rust-src), or with" >&2
    echo "build: a compiler that cannot build it for size; the bundle will be 7 % larger" >&2
fi

# Trunk asks for nothing over the network, so all sources have to be here, the library's own too.
cargo fetch --quiet --locked

echo "build: the page and the light bundle"
trunk --log "${TRUNK_LOG:-warn}" build --release --offline "$@"

echo "build: the full bundle"
cargo build --quiet --target wasm32-unknown-unknown --profile wasm --bin smtp-terminal
mkdir -p target/full
wasm-bindgen --target web --no-typescript --out-dir target/full --out-name smtp-terminal-full \
    target/wasm32-unknown-unknown/wasm/smtp-terminal.wasm
# The same passes as Trunk's, from the one place that names them.
passes=$(sed -n 's/.*data-wasm-opt-params="\([^"]*\)".*/\1/p' index.html)
# shellcheck disable=SC2086
wasm-opt $passes target/full/smtp-terminal-full_bg.wasm -o "$site/smtp-terminal-full_bg.wasm"
echo "export { default, Terminal, crash } from './target/full/smtp-terminal-full.js'" |
    esbuild --log-level=warning --charset=utf8 --bundle --format=esm --minify \
        --outfile="$site/smtp-terminal-full.js"
mv "$stamp.new" "$stamp"
