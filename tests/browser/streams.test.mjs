// The modules as they are sent, and as www/streams.js puts them together: whole ones, and any damage.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { decoded } from "../../tools/leb128.mjs";
import { joined, NAME } from "../../www/streams.js";
import { SITE } from "./browser.mjs";

const SEED = Number(process.env.SEED ?? 2026);
const sent = async (build) => new Uint8Array(await readFile(`${SITE}/smtp-terminal-${build}_bg.wasm`));

for (const build of ["light", "full"]) {
  test(`the ${build} build is sent in streams and is a module again`, async () => {
    const bytes = await sent(build);
    assert.ok(Buffer.from(bytes).includes(NAME), "it is not in streams");
    assert.equal(WebAssembly.validate(bytes), false, "what is sent is a module already");
    const module = new WebAssembly.Module(joined(bytes));
    assert.ok(WebAssembly.Module.exports(module).some(({ name }) => name === "memory"));
    assert.deepEqual(WebAssembly.Module.customSections(module, NAME.slice(1)), []);
  });
}

test("a module that is not in streams stays as it is", async () => {
  const plain = joined(await sent("light"));
  assert.equal(joined(plain), plain);
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  assert.equal(joined(empty), empty);
});

/** What browsers would say of it: that it is no module, or one. */
function accepted(bytes) {
  try {
    return WebAssembly.validate(joined(bytes));
  } catch (fault) {
    assert.ok(fault instanceof RangeError, String(fault));
    return false;
  }
}

test("a module that is cut anywhere is refused", async () => {
  const bytes = await sent("light");
  const FUNCTIONS = 3;
  const empty = new Set();
  for (let at = 8; at < bytes.length && bytes[at] !== FUNCTIONS; ) {
    empty.add(at);
    const [length, start] = decoded(bytes, at + 1);
    at = start + length;
    if (bytes[at] === FUNCTIONS) empty.add(at);
  }
  for (let cut = 0; cut < bytes.length; cut += cut < 3000 ? 13 : 4999) {
    // Without anything behind its first eight bytes, or behind a section before its functions, it is a
    // module in which nothing is.
    assert.equal(accepted(bytes.subarray(0, cut)), empty.has(cut), `cut at ${cut}`);
  }
});

test("damage ends in an error or in a module, soon and without more", async (t) => {
  t.diagnostic(`SEED=${SEED}`);
  let state = SEED;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const bytes = await sent("light");
  const at = Buffer.from(bytes).indexOf(NAME);
  let refused = 0;
  for (let turn = 0; turn < 150; turn++) {
    const spoilt = bytes.slice();
    // Every other time where the streams say how long they are.
    for (let left = 1 + random(3); left > 0; left--) spoilt[turn % 2 ? at + random(300) : random(bytes.length)] = random(256);
    if (!accepted(spoilt)) refused++;
  }
  t.diagnostic(`${refused} of 150 refused`);
  assert.ok(refused > 50);
});
