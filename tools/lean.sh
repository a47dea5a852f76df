# How the code of both bundles is compiled: which switches, and why not, in `kind` and `why`, and the
# flags that cargo reads. After tools/environment.sh.
# shellcheck shell=sh

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

# No path of this machine gets into the bundle. One flag a line, since a path may have spaces.
flags="--remap-path-prefix=$cargo_home/registry/src=
--remap-path-prefix=$PWD=
--remap-path-prefix=$sysroot/lib/rustlib/src/rust="
if [ $kind = lean ]; then
    export RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort
    export CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
    flags="$flags
$(echo "$switches" | tr ' ' '\n')"
fi
CARGO_ENCODED_RUSTFLAGS=$(printf '%s' "$flags" | tr '\n' '\037')
export CARGO_ENCODED_RUSTFLAGS
