#!/bin/sh
# `make test`: everything that CI checks, in order; with the name of a part, that part alone.
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh

begun=$(date +%s)
last=
times=
# Names what comes now, and notes how long the one before it took.
part() {
    now=$(date +%s)
    [ -z "$last" ] || times="$times
$(printf '%5s s  %s' $((now - since)) "$last")"
    last=$1 since=$now
    printf '\n== %s (at %s s)\n' "$1" $((now - begun))
}

# Each release of Rust has lints and a format of its own; those of this one decide.
strict() {
    if measured; then
        "$@"
    else
        "$@" || echo "which does not count: rustc $(compiler) is not $RUST_VERSION"
    fi
}

lint() {
    part "formatting"
    strict cargo fmt --check
    part "clippy: the library and the command, all targets"
    strict cargo clippy --quiet --all-targets -- -D warnings
    strict cargo clippy --quiet --lib --no-default-features -- -D warnings
    part "clippy: the browser, light and full"
    strict cargo clippy --quiet --target wasm32-unknown-unknown --no-default-features -- -D warnings
    strict cargo clippy --quiet --target wasm32-unknown-unknown -- -D warnings
    part "documentation"
    strict env RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps --lib
}

# All of tests/ but what needs the real Postfix and other real programs.
unit() {
    part "unit tests, doctests and everything that needs only Rust"
    set --
    for file in tests/*.rs tests/*/main.rs; do
        case $file in
        tests/postfix/* | tests/clients/*) continue ;;
        */main.rs) file=${file%/main.rs} ;;
        esac
        set -- "$@" --test "$(basename "$file" .rs)"
    done
    node tools/progress.mjs "unit: compiling" cargo test --no-run --lib --bins "$@"
    cargo test --quiet --lib --bins "$@"
    cargo test --quiet --doc
    part "unit tests of the light build"
    cargo test --quiet --lib --no-default-features
}
# With SESSIONS, CONFIG, SEED, SESSION, BUILD, RECORD, INPUTS, INPUT or LANGUAGE set, as
# `make conformance` has them.
conformance() {
    part "conformance: the real Postfix, the same main.cf, the same sessions"
    set --
    # So many with each main.cf, and at each port of each host, take hours.
    [ -z "${ALL-}" ] || SESSIONS="${SESSIONS:-2000}"
    [ -z "${SESSIONS-}" ] || set -- "$@" --sessions "$SESSIONS"
    [ -z "${SEED-}" ] || set -- "$@" --seed "$SEED"
    [ -z "${SESSION-}" ] || set -- "$@" --session "$SESSION"
    [ -z "${BUILD-}" ] || set -- "$@" --build "$BUILD"
    [ -z "${RECORD-}" ] || set -- "$@" --record
    [ -z "${INPUTS-}" ] || set -- "$@" --inputs "$INPUTS"
    [ -z "${INPUT-}" ] || set -- "$@" --input "$INPUT"
    [ -z "${ONLY-}" ] || set -- "$@" --only "$ONLY"
    for name in ${LANGUAGE-}; do
        set -- "$@" --language "$name"
    done
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

supply() {
    part "what it is made of"
    node tools/supply.mjs
}

# For a time, each target with seeds of its own; `unit` does a fixed number from the corpus.
fuzz() {
    part "random input"
    FUZZ_SECONDS="${SECONDS_EACH:-60}" FUZZ_TARGET="${TARGET-}" FUZZ_SEED="${SEED-}" \
        cargo test --release --test fuzz -- --nocapture --test-threads 1
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
    node --test --test-concurrency=2 --test-force-exit --test-timeout=600000 --test-reporter=spec "tests/browser/"*.test.mjs
    part "in another browser, where they may differ"
    set --
    for name in element guest heard interface lesson rows sides; do
        set -- "$@" "tests/browser/$name.test.mjs"
    done
    BROWSER=firefox node --test --test-concurrency=2 --test-force-exit --test-timeout=600000 --test-reporter=spec "$@"
}

bare() {
    part "on a bare machine"
    sh tools/bare.sh
}

if [ $# -gt 0 ]; then
    "$1"
    exit
fi
part "set-up"
sh tools/setup.sh test
lint
supply
# What is committed is built as by a newcomer, once for each commit. Where nothing else is here, its
# unit tests are these, and so is its page.
tried="$(git rev-parse HEAD 2>/dev/null) $(rustc --version)"
if [ "$(cat target/bare 2>/dev/null)" = "$tried" ]; then
    part "on a bare machine: this commit has passed already"
    unit
else
    bare
    [ -z "$(git status --porcelain)" ] || unit
fi
# The same sessions every time; `make conformance` looks elsewhere each time.
SEED="${SEED-2026}" conformance
clients
site
weigh
browser
part "all passed"
echo "$times"
