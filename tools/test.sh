#!/bin/sh
# `make test`: everything that CI checks, in order; with the name of a part, that part alone.
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh

begun=$(date +%s)
part() { printf '\n== %s (at %s s)\n' "$1" "$(($(date +%s) - begun))"; }

lint() {
    part "formatting"
    cargo fmt --check
    part "clippy: the library and the command, all targets"
    cargo clippy --quiet --all-targets -- -D warnings
    cargo clippy --quiet --lib --no-default-features -- -D warnings
    part "clippy: the browser, light and full"
    cargo clippy --quiet --target wasm32-unknown-unknown --no-default-features -- -D warnings
    cargo clippy --quiet --target wasm32-unknown-unknown -- -D warnings
    part "documentation"
    RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps --lib
}

unit() {
    part "unit tests, doctests and everything that needs only Rust"
    cargo test --quiet --lib --bins
    cargo test --quiet --doc
    cargo test --quiet --test seed --test random_lines --test delivery --test transcripts --test sessions --test layers --test house --test command
}

# With SESSIONS, CONFIG, SEED, SESSION, BUILD or RECORD set, as `make conformance` has them.
conformance() {
    part "conformance: the real Postfix, the same main.cf, the same sessions"
    set --
    [ -z "${SESSIONS-}" ] || set -- "$@" --sessions "$SESSIONS"
    [ -z "${SEED-}" ] || set -- "$@" --seed "$SEED"
    [ -z "${SESSION-}" ] || set -- "$@" --session "$SESSION"
    [ -z "${BUILD-}" ] || set -- "$@" --build "$BUILD"
    [ -z "${RECORD-}" ] || set -- "$@" --record
    [ -z "${ONLY-}" ] || set -- "$@" --only "$ONLY"
    for name in ${CONFIG-}; do
        set -- "$@" --config "$name"
    done
    cargo test --quiet --test postfix -- "$@"
}

clients() {
    part "real clients"
    cargo test --test clients -- --nocapture
}

record() {
    ONLY=transcripts RECORD=yes conformance
}

site() {
    part "the page"
    sh tools/build.sh
}

weigh() {
    part "the budget"
    node tools/weigh.mjs target/site
}

browser() {
    part "in a browser"
    node --test --test-reporter=spec "tests/browser/"*.test.mjs
}

if [ $# -gt 0 ]; then
    "$1"
    exit
fi
sh tools/setup.sh test
lint
unit
conformance
clients
site
weigh
browser
part "all passed"
