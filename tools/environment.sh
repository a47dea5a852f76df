# What every script here needs: the tools on the path, and the compiler that the bundle is measured
# with, where this machine has it.
# shellcheck shell=sh
. tools/versions.sh

cargo_home=${CARGO_HOME:-$HOME/.cargo}
SMTP_TERMINAL_TOOLS=${SMTP_TERMINAL_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/smtp-terminal/tools}
# The last of these is where rustup puts cargo, in case its line in the profile is not in force yet.
PATH="$SMTP_TERMINAL_TOOLS/bin:$PWD/node_modules/.bin:$PATH:$cargo_home/bin"
# The scripts look for what was built where they expect it, whatever this user's settings say.
CARGO_TARGET_DIR=$PWD/target
export SMTP_TERMINAL_TOOLS PATH CARGO_TARGET_DIR

compiler() { rustc --version 2>/dev/null | awk '{ print $2 }'; }

# There is no rust-toolchain.toml: with one, rustup fetches a whole compiler before anything else
# happens, or fails where it may not. Another compiler serves as well, only the bundle is 10 % larger.
if [ -z "${RUSTUP_TOOLCHAIN-}" ] && command -v rustup >/dev/null 2>&1 &&
    [ "$(compiler)" != "$RUST_VERSION" ] &&
    rustup toolchain list 2>/dev/null | grep -q "^$RUST_VERSION-"; then
    export RUSTUP_TOOLCHAIN="$RUST_VERSION"
fi
# Whether it is that compiler.
measured() { [ "$(compiler)" = "$RUST_VERSION" ]; }
