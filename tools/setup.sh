#!/bin/sh
# Makes this machine ready: `tools/setup.sh build` for `make serve` and `make dist`, `tools/setup.sh packages`
# for the tests in a browser and the benchmark, `tools/setup.sh test` for `make test`, `tools/setup.sh trunk` for
# `make trunk`. What is there is skipped.
set -eu
cd "$(dirname "$0")/.."

want=${1:-build}

say() { printf 'setup: %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

. tools/environment.sh

has cargo || fail "cargo is missing. Install Rust with rustup (https://rustup.rs), then run this again."
rustc --version >/dev/null || fail "rustc does not run; see above. 'rustup default stable' may be what is missing."
oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
printf '%s\n%s\n' "$oldest" "$(compiler)" | sort -t . -k 1,1n -k 2,2n -c 2>/dev/null ||
    fail "rustc $(compiler) is too old. Install Rust $oldest or newer ('rustup update stable'), then run this again."
has npm || fail "npm is missing. Install Node.js $NODE_VERSION or newer with npm, then run this again."
printf '%s\n%s\n' "$NODE_VERSION" "$(node -p process.versions.node)" | sort -t . -k 1,1n -k 2,2n -c 2>/dev/null ||
    fail "Node.js $(node -p process.versions.node) is too old. Install Node.js $NODE_VERSION or newer, then run this again."

cache=$SMTP_TERMINAL_TOOLS
mkdir -p "$cache/bin"

# The target for the browser.
library=$(rustc --print sysroot)/lib/rustlib
if ! [ -d "$library/wasm32-unknown-unknown" ]; then
    has rustup || fail "the Rust target wasm32-unknown-unknown is missing. Install it, or use rustup."
    say "adding the Rust target wasm32-unknown-unknown"
    rustup target add wasm32-unknown-unknown || fail "rustup could not add it; see above."
fi
# The standard library's source: the measured compiler builds the bundle with one made for size.
if measured && has rustup && ! [ -d "$library/src/rust/library" ]; then
    say "adding the Rust component rust-src"
    rustup component add rust-src || say "rustup could not add it: the bundle will be larger."
fi
if [ "$want" = test ]; then
    for component in clippy fmt; do
        cargo "$component" --version >/dev/null 2>&1 && continue
        has rustup || fail "cargo $component is missing. Install it, or use rustup."
        say "adding the Rust component for cargo $component"
        rustup component add "$(echo "$component" | sed 's/^fmt$/rustfmt/')" ||
            fail "rustup could not add it; see above."
    done
fi

# Node packages: wasm-opt, esbuild and what makes the documentation; and what the tests and the benchmark
# use, which is more.
has_packages() { cmp -s package-lock.json "node_modules/.$1"; }
packages() { # which, options of npm
    has_packages "$1" && return
    say "installing the node packages of package-lock.json ($1)"
    npm ci --silent --no-audit --no-fund ${2-} || fail "npm could not install them; 'npm ci' says why."
    cp package-lock.json "node_modules/.$1"
}
if [ "$want" = packages ] || [ "$want" = test ]; then
    packages all
elif ! has_packages all; then
    packages build --omit=dev
fi
case "$(wasm-opt --version 2>/dev/null)" in
*"version $WASM_OPT_VERSION"*) ;;
*) fail "wasm-opt is not version $WASM_OPT_VERSION. Remove node_modules and run this again." ;;
esac

# Tools made from source: some minutes, once for all clones on this machine.
building='' ahead=''
leave() {
    [ -z "$building" ] || rm -rf "$building"
    [ -z "$ahead" ] || pkill -P "$ahead" 2>/dev/null || kill "$ahead" 2>/dev/null || true
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

is() { # command, version
    case " $("$1" --version 2>/dev/null </dev/null) " in
    *" $2 "*) ;;
    *) return 1 ;;
    esac
}
# Whether some folder of the path has the right version, though another may hide it.
linked() { # name, version
    found=1
    IFS=:
    for folder in $PATH; do
        if [ "$folder" != "$cache/bin" ] && [ -x "$folder/$1" ] && is "$folder/$1" "$2"; then
            ln -sf "$folder/$1" "$cache/bin/$1"
            found=0
            break
        fi
    done
    unset IFS
    return $found
}
# `make bare TOOLS=1` wants them built.
own() { [ -n "${SMTP_TERMINAL_OWN_TOOLS-}" ]; }
# What is built after all can begin while tools are: most of it has work for one core alone.
begin() {
    [ "$want" = build ] && [ -z "$ahead" ] || return 0
    mkdir -p target
    say "the bundles are begun meanwhile"
    sh tools/modules.sh code >target/ahead.log 2>&1 </dev/null &
    ahead=$!
}
tool() { # name, version, package
    name=$1 version=$2 package=$3
    if own; then
        ! is "$cache/bin/$name" "$version" || return 0
    else
        ! is "$name" "$version" || return 0
        ! linked "$name" "$version" || return 0
        # As its makers published it; where that cannot be had, it is built.
        if has cargo-binstall; then
            say "asking cargo-binstall for $package $version"
            if cargo binstall --no-confirm --force --disable-strategies quick-install,compile \
                --root "$cache" "$package@$version" >"$cache/binstall.log" 2>&1 </dev/null &&
                is "$cache/bin/$name" "$version"; then
                return 0
            fi
            say "it cannot be had: $(grep -i error "$cache/binstall.log" | tail -n 1)"
        fi
    fi
    if [ -z "$building" ]; then
        say "what comes now is built once for all clones on this machine, in some minutes"
        building=$(mktemp -d "$cache/build.XXXXXX")
    fi
    begin
    # One that runs for a second is not worth optimizing.
    install() {
        env CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0 \
            CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_STRIP=true \
            CARGO_PROFILE_RELEASE_PANIC=abort CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$building" \
            nice node tools/progress.mjs "setup: building $package $version" \
            cargo install "$package" --version "$version" --root "$cache" --force --no-default-features --bin "$name" "$@"
    }
    # A lock file may name releases that a mirror does not have; whatever else it was stands above.
    install --locked || {
        status=$?
        # Who has stopped it wants no other one.
        [ "$status" -le 128 ] || fail "building $package $version was stopped (signal $((status - 128)))."
        say "that failed, for the reason above; trying once more with newer crates than its lock file names"
        install
    } || fail "could not build $package $version; see above."
}
# Features are left out: downloads over TLS and a look for newer releases; what is left works offline.
tool wasm-bindgen "$WASM_BINDGEN_VERSION" wasm-bindgen-cli
[ "$want" != trunk ] || tool trunk "$TRUNK_VERSION" trunk
if [ -n "$ahead" ]; then
    say "waiting for the bundles"
    # Where it went wrong, the build does it again, and says why.
    wait "$ahead" || true
    ahead=
fi

[ "$want" = test ] || exit 0

# What the tests talk to: the real Postfix, a browser, real clients.
missing=
for pair in mail:bsd-mailx nc:netcat-openbsd dig:bind9-dnsutils host:bind9-host postfix:postfix saslpasswd2:sasl2-bin dovecot:dovecot-core telnet:telnet swaks:swaks curl:curl file:file hexdump:bsdextrautils openssl:openssl xxd:xxd python3:python3 s-nail:s-nail tshark:tshark WebKitWebDriver:webkit2gtk-driver Xvfb:xvfb; do
    PATH="$PATH:/usr/sbin" has "${pair%%:*}" || missing="$missing ${pair#*:}"
done
has chromium || has google-chrome || has chromium-browser || missing="$missing chromium"
has firefox-esr || has firefox || missing="$missing firefox-esr"
if has dpkg; then
    # swaks asks the domain name system, speaks TLS and connects by these, which it only recommends.
    for package in libio-socket-inet6-perl libnet-dns-perl libnet-ssleay-perl libsasl2-modules postfix-pcre; do
        dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
    done
fi
[ -n "$missing" ] || exit 0

# Without them the tests that need them are left out, which CI must not do.
without() {
    [ -z "${CI-}" ] || fail "$*"
    say "$*"
    say "until then the tests that need them are left out."
    exit 0
}
has apt-get || without "this machine has no apt-get. For all tests to run, install the equivalents of:$missing"
sudo=
if [ "$(id -u)" != 0 ]; then
    has sudo || without "there is no sudo here. For all tests to run, root has to: apt-get install -y --no-install-recommends$missing"
    sudo=sudo
    # With nobody there to type a password, sudo must not ask for one.
    if ! [ -t 0 ] && ! sudo -n true 2>/dev/null; then
        without "sudo wants a password. For all tests to run: sudo apt-get install -y --no-install-recommends$missing"
    fi
fi
say "installing with apt-get:$missing"
$sudo apt-get update -qq || without "apt-get update failed; see above. For all tests to run, install:$missing"
# The tests start a Postfix of their own; the package need not start one.
if has debconf-set-selections; then
    echo "postfix postfix/main_mailer_type select No configuration" | $sudo debconf-set-selections
fi
# Ubuntu has the browsers under other names.
if ! apt-cache policy chromium | grep -q 'Candidate: [0-9]'; then
    missing=$(printf '%s' "$missing" | sed 's/ chromium$/ chromium-browser/; s/ chromium / chromium-browser /')
fi
if ! apt-cache policy firefox-esr | grep -q 'Candidate: [0-9]'; then
    missing=$(printf '%s' "$missing" | sed 's/ firefox-esr$/ firefox/; s/ firefox-esr / firefox /')
fi
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
    without "apt-get could not install:$missing"
