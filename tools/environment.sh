# What every script here needs: the tools on the path, and no path of this machine in the bundle.
# shellcheck shell=sh
SMTP_TERMINAL_TOOLS=${SMTP_TERMINAL_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/smtp-terminal/tools}
PATH="$SMTP_TERMINAL_TOOLS/bin:$PWD/node_modules/.bin:$PATH"
CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src= --remap-path-prefix=$PWD= --remap-path-prefix=$(rustc --print sysroot)/lib/rustlib/src/rust="
export SMTP_TERMINAL_TOOLS PATH CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS
