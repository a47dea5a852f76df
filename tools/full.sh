#!/bin/sh
# Makes the module of the full build and its glue in target/full/; Trunk makes the light one.
#   code     compiles it
#   compile  that, and wasm-bindgen's glue
#   shrink   the module, by wasm-opt, into small.wasm
#   ahead    all of it, and the code of the light one: what can be done before Trunk is there
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh
. tools/lean.sh
module=target/full/smtp-terminal-full_bg.wasm

cargo_build() { # label, arguments
    label=$1
    shift
    node tools/progress.mjs "build: $label" \
        cargo build --target wasm32-unknown-unknown --profile wasm --bin smtp-terminal "$@"
}
code() {
    # Trunk asks for nothing over the network, so all sources have to be here; those of the standard
    # library are fetched only for the targets that are named.
    echo "build: fetching what Cargo.lock names"
    cargo fetch --quiet --locked
    cargo fetch --quiet --locked --target wasm32-unknown-unknown
    cargo_build "the full bundle"
}
compile() {
    code
    wasm-bindgen --target web --no-typescript --out-dir target/full --out-name smtp-terminal-full \
        target/wasm32-unknown-unknown/wasm/smtp-terminal.wasm
}
# A minute or two on one core, so a module that has been through it does not go again.
shrink() {
    # The same passes as Trunk's, from the one place that names them.
    passes=$(sed -n 's/.*data-wasm-opt-params="\([^"]*\)".*/\1/p' index.html)
    of="$(cksum <$module) $WASM_OPT_VERSION $passes"
    if [ "$of" = "$(cat target/full/small.of 2>/dev/null)" ] && [ -f target/full/small.wasm ]; then
        return
    fi
    rm -f target/full/small.of
    # shellcheck disable=SC2086
    wasm-opt $passes $module -o target/full/small.wasm
    echo "$of" >target/full/small.of
}
ahead() {
    compile
    shrink &
    cargo_build "the light bundle" --no-default-features
    wait $!
}

mkdir -p target/full
"$1"
