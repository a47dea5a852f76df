# The commands of this project; `make help` lists them.

.DEFAULT_GOAL := help
.PHONY: help serve dist pack crate test bare setup packages site lint unit conformance oracle bench clients browser weigh record supply trunk reproducible fuzz coverage fmt clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: site ## set up, build the page and serve it on a free local port
	@. ./tools/environment.sh && exec node tools/serve.mjs target/site

dist: site ## write the embeddable bundle into dist/
	@sh tools/dist.sh

pack: dist ## the same as a package for npm, in target/package/
	@sh tools/pack.sh

crate: ## the crate as cargo would publish it, built from what is in it
	@# Built in the common folder, it is taken for what `cargo build` is to make there.
	@CARGO_TARGET_DIR=target/crate cargo package --locked

test: ## all that CI checks, after `setup` (apt, as root or by sudo)
	@sh tools/test.sh

bare: ## build what is committed as on a machine that has never seen it; TOOLS=1 builds the tools too
	@TOOLS='$(TOOLS)' sh tools/test.sh bare

setup: ## what `make test` needs; asks apt for packages (root or sudo)
	@sh tools/setup.sh test

packages:
	@sh tools/setup.sh packages

site:
	@sh tools/setup.sh build
	@sh tools/build.sh

lint: ## formatting and clippy, for the host and for the browser
	@sh tools/test.sh lint

unit: ## tests that need nothing but Rust
	@sh tools/test.sh unit

# ALL=1 SESSIONS=5000 CONFIG='strict dns' SEED=7 RECORD=1 BUILD=folder ONLY=generators INPUTS=50000 LANGUAGE=lists
conformance: ## the real Postfix against ours (options: CONTRIBUTING.md)
	@ALL='$(ALL)' INPUTS='$(INPUTS)' INPUT='$(INPUT)' LANGUAGE='$(LANGUAGE)' SESSIONS='$(SESSIONS)' CONFIG='$(CONFIG)' SEED='$(SEED)' SESSION='$(SESSION)' BUILD='$(BUILD)' RECORD='$(RECORD)' ONLY='$(ONLY)' sh tools/test.sh conformance

oracle: ## start the real Postfix with CONFIG=… and wait, to talk to it
	@ONLY=oracle CONFIG='$(CONFIG)' BUILD='$(BUILD)' sh tools/test.sh conformance

clients: ## swaks, curl, smtplib and a real telnet against `serve`
	@sh tools/test.sh clients

trunk: site ## the page by Trunk, as those build it who use it, against ours (minutes, where Trunk has to be built)
	@sh tools/setup.sh trunk
	@sh tools/trunk.sh

browser: packages site ## the built page in a real browser
	@sh tools/test.sh browser

bench: packages site ## the page beside one with xterm.js (RUNS=9 LINES=100000 ONLY=ready,rows,memory); sessions and megabytes a second
	@. ./tools/environment.sh && node benches/browser/bench.mjs
	@cargo bench --quiet --bench engine --bench curves

weigh: site ## what a page loads, in brotli bytes, against the budget
	@sh tools/test.sh weigh

supply: ## licences, duplicates, withdrawn versions, npm's packages
	@sh tools/test.sh supply

reproducible: ## the release's files, built twice under two paths, byte by byte
	@sh tools/reproducible.sh

fuzz: ## random input for every reader of foreign text; SECONDS=60 TARGET=session SEED=7
	@SECONDS_EACH='$(SECONDS)' TARGET='$(TARGET)' SEED='$(SEED)' sh tools/test.sh fuzz

coverage: ## lines that the unit tests reach, by layer
	@sh tools/coverage.sh

record: ## write what the real Postfix says into tests/transcripts/
	@sh tools/test.sh record

fmt: ## format the code
	@cargo fmt

clean: ## remove what was built
	rm -rf target dist node_modules
