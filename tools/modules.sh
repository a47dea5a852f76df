#!/bin/sh
# Makes the modules of both builds, and their glue, in target/full/ and target/light/.
#   code    compiles them
#   glue    that, and wasm-bindgen's glue
#   shrink  all of that, and what wasm-opt makes of the modules, small.wasm
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh
. tools/lean.sh

cargo_build() { # full or light, arguments
    build=$1
    shift
    node tools/progress.mjs "build: the $build bundle" \
        cargo build --target wasm32-unknown-unknown --profile wasm --bin smtp-terminal "$@"
    # The next one has the same name.
    cp target/wasm32-unknown-unknown/wasm/smtp-terminal.wasm "target/$build/smtp-terminal.wasm"
}
code() {
    # The sources of the standard library are fetched only for the targets that are named.
    echo "build: fetching what Cargo.lock names"
    cargo fetch --quiet --locked
    cargo fetch --quiet --locked --target wasm32-unknown-unknown
    cargo_build full
    cargo_build light --no-default-features
}
glue() {
    code
    for build in full light; do
        wasm-bindgen --target web --no-typescript --out-dir target/$build --out-name smtp-terminal \
            target/$build/smtp-terminal.wasm
    done
}
# A minute or two on one core, so a module that has been through it does not go again.
pass() { # full or light
    module=target/$1/smtp-terminal_bg.wasm small=target/$1/small
    # Those of Trunk, which reads them there, after its -Oz.
    passes=$(sed -n 's/.*data-wasm-opt-params="\([^"]*\)".*/\1/p' index.html)
    of="$(cksum <"$module") $WASM_OPT_VERSION -Oz $passes"
    if [ "$of" = "$(cat "$small.of" 2>/dev/null)" ] && [ -f "$small.wasm" ]; then
        return
    fi
    rm -f "$small.of"
    # shellcheck disable=SC2086
    wasm-opt -Oz $passes "$module" -o "$small.wasm"
    echo "$of" >"$small.of"
}
shrink() {
    glue
    echo "build: wasm-opt makes the bundles smaller; that takes a minute or two"
    ticks &
    ticking=$!
    trap 'kill $ticking 2>/dev/null' EXIT
    pass full &
    full=$!
    pass light
    wait $full
}
# Says that something moves, as long as somebody waits for it; what it waits with keeps nobody's output open.
ticks() {
    passed=0
    while sleep 10 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
        passed=$((passed + 10))
        echo "build: wasm-opt: $passed s"
    done
}

mkdir -p target/full target/light
"$1"
