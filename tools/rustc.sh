#!/bin/sh
# Cargo's RUSTC_WRAPPER for the lean bundle: `rustc.sh RUSTC ARGUMENT…` compiles for
# tools/wasm32-pairs.json where cargo, or Trunk, which knows no other, says wasm32-unknown-unknown.
# That target differs in one thing: a function gives a pair (a slice, an `Option<u32>`) back as two
# values, and not through memory that its caller has to make room for: 4.7 % of the bundle.
set -eu
pairs=$(dirname "$0")/wasm32-pairs.json
compiler=$1
shift
for argument; do
    shift
    case $argument in
    wasm32-unknown-unknown) argument=$pairs ;;
    --target=wasm32-unknown-unknown) argument=--target=$pairs ;;
    esac
    set -- "$@" "$argument"
done
exec "$compiler" "$@"
