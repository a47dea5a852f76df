#!/bin/sh
# Makes this machine ready: `tools/setup.sh build` for `make serve` and `make dist`,
# `tools/setup.sh test` for `make test` as well. What is there is skipped.
set -eu
cd "$(dirname "$0")/.."
. tools/versions.sh

want=${1:-build}

say() { printf 'setup: %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

has cargo || fail "cargo is missing. Install Rust with rustup (https://rustup.rs), then run this again."
has npm || fail "npm is missing. Install Node.js $NODE_MAJOR or newer with npm, then run this again."
node_major=$(node -p 'process.versions.node.split(".")[0]')
[ "$node_major" -ge "$NODE_MAJOR" ] ||
    fail "Node.js $node_major is too old. Install Node.js $NODE_MAJOR or newer, then run this again."

. tools/environment.sh
cache=$SMTP_TERMINAL_TOOLS
mkdir -p "$cache/bin"

# The target for the browser.
if has rustup; then
    if ! rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown; then
        say "adding the Rust target wasm32-unknown-unknown"
        rustup target add wasm32-unknown-unknown
    fi
    # The standard library's source: the bundles are built with one that is made for size.
    if ! [ -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library" ]; then
        say "adding the Rust component rust-src"
        rustup component add rust-src
    fi
elif ! [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ]; then
    fail "the Rust target wasm32-unknown-unknown is missing. Install it, or use rustup."
fi

# Node packages: wasm-opt, and for the tests playwright-core and axe-core.
if ! cmp -s package-lock.json node_modules/.installed 2>/dev/null; then
    say "installing the node packages of package-lock.json"
    npm ci --silent --no-audit --no-fund
    cp package-lock.json node_modules/.installed
fi
case "$(wasm-opt --version 2>/dev/null)" in
*"version $WASM_OPT_VERSION"*) ;;
*) fail "wasm-opt is not version $WASM_OPT_VERSION. Remove node_modules and run this again." ;;
esac

# Tools made from source: a few minutes, once for all clones on this machine.
tool() { # name, version, package, further options of cargo install
    name=$1 version=$2 package=$3
    shift 3
    if "$name" --version 2>/dev/null | grep -q " $version\( \|$\)"; then
        return
    fi
    say "building $package $version (some minutes, once) into $cache"
    cargo install "$package" --version "$version" --root "$cache" --quiet "$@" ||
        fail "could not build $package $version; see above."
}
# A tool that runs for a second need not be built for speed.
export CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
tool trunk "$TRUNK_VERSION" trunk --locked
# Its lock file names releases that not every mirror has.
tool wasm-bindgen "$WASM_BINDGEN_VERSION" wasm-bindgen-cli

[ "$want" = test ] || exit 0

# What the tests talk to: the real Postfix, a browser, real clients.
missing=
for pair in mail:bsd-mailx nc:netcat-openbsd dig:bind9-dnsutils host:bind9-host postfix:postfix saslpasswd2:sasl2-bin telnet:telnet swaks:swaks curl:curl python3:python3; do
    PATH="$PATH:/usr/sbin" has "${pair%%:*}" || missing="$missing ${pair#*:}"
done
has chromium || has google-chrome || has chromium-browser || missing="$missing chromium"
if has dpkg && ! dpkg -s libsasl2-modules >/dev/null 2>&1; then
    missing="$missing libsasl2-modules"
fi
if has dpkg && ! dpkg -s postfix-pcre >/dev/null 2>&1; then
    missing="$missing postfix-pcre"
fi
if [ -n "$missing" ]; then
    if ! has apt-get; then
        say "this machine has no apt-get. For all tests to run, install the equivalents of:$missing"
        exit 0
    fi
    say "installing with apt-get:$missing"
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    if [ -n "$sudo" ] && ! has sudo; then
        fail "run as root: apt-get install -y --no-install-recommends$missing"
    fi
    $sudo apt-get update -qq
    # The tests start a Postfix of their own; the package need not start one.
    if has debconf-set-selections; then
        echo "postfix postfix/main_mailer_type select No configuration" | $sudo debconf-set-selections
    fi
    # Ubuntu has the browser under another name.
    if ! apt-cache policy chromium | grep -q 'Candidate: [0-9]'; then
        missing=$(printf '%s' "$missing" | sed 's/ chromium$/ chromium-browser/; s/ chromium / chromium-browser /')
    fi
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
        fail "apt-get could not install:$missing"
fi
