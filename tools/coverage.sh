#!/bin/sh
# `make coverage`: which lines the unit tests reach, by layer. `sh tools/coverage.sh TEST…` runs these test
# files alone. It needs rustup's component llvm-tools.
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh
tools=$(dirname "$(find "$(rustc --print sysroot)" -name llvm-profdata -type f | head -n 1)")
[ -x "$tools/llvm-cov" ] || {
    echo "coverage: llvm-tools is missing (rustup component add llvm-tools)" >&2
    exit 1
}
set -- ${*:-$(cd tests && ls ./*.rs | sed 's,^\./,,; s,\.rs$,,') fuzz}
words=
for name in "$@"; do words="$words --test $name"; done

export CARGO_TARGET_DIR=target/coverage RUSTFLAGS="-C instrument-coverage"
rm -rf target/coverage/raw
export LLVM_PROFILE_FILE="$PWD/target/coverage/raw/%p-%m.profraw"
mkdir -p target/coverage
# shellcheck disable=SC2086
cargo test --no-run --lib --bins $words --message-format json >target/coverage.json
# shellcheck disable=SC2086
cargo test --quiet --no-fail-fast --lib --bins $words >target/coverage.log 2>&1 ||
    echo "coverage: some tests have failed, see target/coverage.log" >&2
"$tools/llvm-profdata" merge --sparse target/coverage/raw/*.profraw -o target/coverage/all.profdata
node tools/coverage.mjs target/coverage.json "$tools/llvm-cov" target/coverage/all.profdata
