# The versions of everything that the set-up installs: the one place that names them.
# shellcheck shell=sh disable=SC2034
RUST_VERSION=1.95.0 # the bundle is measured with it; others work, see tools/environment.sh
TRUNK_VERSION=0.21.14
WASM_BINDGEN_VERSION=0.2.130 # the same as in Cargo.lock
WASM_OPT_VERSION=132         # npm's binaryen
NODE_VERSION=20.19.0        # or newer: what the tools of package.json want
