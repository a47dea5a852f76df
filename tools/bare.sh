#!/bin/sh
# `make bare`: what was committed, on a machine that has never seen the project: a fresh clone, and
# nothing in HOME, CARGO_HOME and npm's cache. There the page is built and `make unit` passes.
#
# Of this machine it uses what is on the path, rustup's toolchains and the built tools; with TOOLS=1
# these are built there too.
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh

say() { printf 'bare: %s\n' "$*"; }
fail() {
    printf 'bare: %s\n' "$*" >&2
    exit 1
}
here=$PWD
commit=$(git rev-parse --verify HEAD) ||
    fail "this is not a clone with git, and what is committed is what is tried."
begun=$(date +%s)
after() { echo "after $(($(date +%s) - begun)) s"; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/smtp-terminal-bare.XXXXXX")
folder=$(cd "$folder" && pwd -P)
trap 'say "NOT passed; what is left of it is in $folder" >&2' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
mkdir "$folder/home"
say "commit $commit, in $folder"
(
    # shellcheck disable=SC2046
    unset $(git rev-parse --local-env-vars)
    # A shallow clone or a HEAD without a branch will do: the commit alone is asked for.
    git clone --quiet --no-checkout "$here" "$folder/clone" 2>"$folder/clone.log" || {
        cat "$folder/clone.log" >&2
        exit 1
    }
    git -C "$folder/clone" checkout --quiet --detach "$commit"
)

(
    cd "$folder/clone"
    # A newcomer has not set anything of these, nor is `make` called by another one.
    unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME CARGO_TARGET_DIR \
        MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
    PATH=$(printf '%s' "$PATH" | tr : '\n' |
        grep -vxF -e "$here/node_modules/.bin" -e "$SMTP_TERMINAL_TOOLS/bin" | paste -s -d : -)
    export RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}"
    if [ -n "${TOOLS-}" ]; then
        export SMTP_TERMINAL_TOOLS="$folder/tools" SMTP_TERMINAL_OWN_TOOLS=1
    fi
    export HOME="$folder/home" CARGO_HOME="$folder/cargo" npm_config_cache="$folder/npm"
    # Much of the page's build is work for one core, and nothing of it is in the way of the tests.
    { make site && say "the page stands $(after)"; } >"$folder/site.log" 2>&1 </dev/null &
    site=$!
    say "the page is built meanwhile; then its lines are shown"
    make unit || {
        pkill -P $site
        exit 1
    }
    say "the unit tests have passed $(after)"
    wait $site || {
        cat "$folder/site.log" >&2
        fail "the page could not be built"
    }
    cat "$folder/site.log"
)
say "passed $(after)"

# The bundle depends on what is committed and not on the folder, so it is this folder's too.
mkdir -p target
if [ -z "$(git status --porcelain)" ]; then
    rm -rf target/site target/site.stamp
    cp -R "$folder/clone/target/site" target/site
    cp "$folder/clone/target/site.stamp" target/site.stamp
    # Newer than all that it was built from.
    touch target/site.stamp
fi
echo "$commit $(rustc --version)" >target/bare
trap - EXIT
rm -rf "$folder"
