// The budget: what a page with a plain <smtp-terminal> loads, in brotli bytes.

import { readFile } from "node:fs/promises";
import { brotliCompressSync, constants } from "node:zlib";

const BUDGET = 130_000;
// npm's @xterm/xterm, lib/xterm.js alone, compressed in the same way.
const XTERM = 99_300;
const FILES = [
  "smtp-terminal.js",
  "smtp-terminal.css",
  "smtp-terminal-light.js",
  "smtp-terminal-light_bg.wasm",
];

const folder = process.argv[2] ?? "target/site";
let total = 0;
for (const name of FILES) {
  const bytes = await readFile(`${folder}/${name}`);
  const size = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;
  total += size;
  console.log(`${String(size).padStart(8)}  ${name}`);
}
console.log(`${String(total).padStart(8)}  brotli bytes in all, of ${BUDGET} (xterm.js alone: ${XTERM})`);
if (total > BUDGET) {
  console.error(`the light build is ${total - BUDGET} bytes over its budget`);
  process.exit(1);
}
