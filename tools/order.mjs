// Puts a module's functions into an order in which each stands beside those that are most like it:
// `node tools/order.mjs MODULE`. What a compression has seen just before costs it least: 1 %.

import { readFile, writeFile } from "node:fs/promises";
import { decoded, encoded } from "./leb128.mjs";

const [file] = process.argv.slice(2);
const bytes = await readFile(file);

const IMPORTS = 2;
const FUNCTIONS = 3;
const EXPORTS = 7;
const START = 8;
const ELEMENTS = 9;
const CODE = 10;

let at = 8;
function number() {
  let value;
  [value, at] = decoded(bytes, at);
  return value;
}
/** Skips so many numbers, signed ones of 64 bits among them. */
function numbers(count) {
  for (; count > 0; count -= 1) while (bytes[at++] > 127);
}

/** Skips a name. */
function name() {
  const length = number();
  at += length;
}

/** Skips one instruction; true where a function's number comes next. */
function instruction() {
  const code = bytes[at++];
  if (code === 0x10 || code === 0xd2) return true; // call, ref.func
  if (code === 0x0e || code === 0x1c) numbers(number() + (code === 0x0e ? 1 : 0)); // br_table, select
  else if (code === 0x11) numbers(2); // call_indirect
  else if (code >= 0x28 && code <= 0x3e) numbers(2); // loads and stores
  else if (code === 0x43) at += 4; // f32.const
  else if (code === 0x44) at += 8; // f64.const
  else if (code === 0xfc) {
    const more = number();
    if (more > 17) throw new Error(`the instruction fc ${more} is not known here`);
    numbers(more < 8 ? 0 : [8, 10, 12, 14].includes(more) ? 2 : 1);
  } else if ([0x02, 0x03, 0x04, 0x0c, 0x0d, 0xd0].includes(code)) numbers(1);
  else if (code >= 0x20 && code <= 0x26) numbers(1); // variables and tables
  else if (code >= 0x3f && code <= 0x42) numbers(1); // the memory's size, constants
  else if (code > 0xc4 && code !== 0xd1) throw new Error(`the instruction ${code.toString(16)} is not known here`);
  return false;
}

// Where each section and each function is.
const sections = [];
let imported = 0;
const bodies = [];
const types = [];
while (at < bytes.length) {
  const id = bytes[at++];
  const length = number();
  const start = at;
  const end = at + length;
  sections.push({ id, start, end });
  if (id === IMPORTS) {
    for (let left = number(); left > 0; left -= 1) {
      name();
      name();
      if (bytes[at++] !== 0) throw new Error("what is imported is no function");
      numbers(1);
      imported += 1;
    }
  } else if (id === FUNCTIONS) {
    for (let left = number(); left > 0; left -= 1) types.push(number());
  } else if (id === CODE) {
    for (let left = number(); left > 0; left -= 1) {
      const size = number();
      bodies.push([at, at + size]);
      at += size;
    }
  }
  at = end;
}

/** The order: from the longest on, always the one that is most like the last. */
function nearest() {
  const SHINGLE = 3;
  const COMMON = 1000;
  const places = new Map();
  const shingles = bodies.map(([start, end], body) => {
    const own = new Set();
    for (let i = start; i + SHINGLE < end; i += 1) own.add(bytes.readUIntLE(i, SHINGLE));
    for (const shingle of own) {
      const those = places.get(shingle);
      if (those) those.push(body);
      else places.set(shingle, [body]);
    }
    return own;
  });
  const longest = bodies.map((_, body) => body).sort((a, b) => shingles[b].size - shingles[a].size || a - b);
  const placed = new Uint8Array(bodies.length);
  const order = [];
  let next = longest[0];
  while (next !== undefined) {
    placed[next] = 1;
    order.push(next);
    const shared = new Map();
    for (const shingle of shingles[next]) {
      const those = places.get(shingle);
      if (those.length > COMMON) continue;
      for (const other of those) if (!placed[other]) shared.set(other, (shared.get(other) ?? 0) + 1);
    }
    let best = -1;
    const mine = shingles[next].size + 120;
    next = undefined;
    for (const [other, count] of shared) {
      const likeness = count / (mine + shingles[other].size);
      if (likeness > best) [best, next] = [likeness, other];
    }
    if (next === undefined) next = longest.find((body) => !placed[body]);
  }
  return order;
}
const order = nearest();
const fresh = new Uint32Array(bodies.length);
order.forEach((old, now) => (fresh[old] = now));
const renamed = (old) => encoded(old < imported ? old : imported + fresh[old - imported]);

/** What stands from `start` to `end`, with a new number for each function that `step` stops at. */
function renumbered(start, end, step) {
  const made = [];
  let kept = start;
  at = start;
  while (at < end) {
    if (!step()) continue;
    made.push(bytes.subarray(kept, at), renamed(number()));
    kept = at;
  }
  made.push(bytes.subarray(kept, end));
  return Buffer.concat(made);
}

function code() {
  const made = [encoded(bodies.length)];
  for (const old of order) {
    const [start, end] = bodies[old];
    at = start;
    for (let left = number(); left > 0; left -= 1) numbers(2); // locals
    const head = bytes.subarray(start, at);
    const body = renumbered(at, end, instruction);
    made.push(encoded(head.length + body.length), head, body);
  }
  return Buffer.concat(made);
}

function exported({ start, end }) {
  at = start;
  numbers(1);
  return Buffer.concat([
    bytes.subarray(start, at),
    renumbered(at, end, () => {
      name();
      if (bytes[at++] === 0) return true;
      numbers(1);
      return false;
    }),
  ]);
}

function elements({ start, end }) {
  at = start;
  const made = [];
  let kept = start;
  for (let left = number(); left > 0; left -= 1) {
    const flags = number();
    if (flags > 3) throw new Error("elements that are expressions are not known here");
    if (flags === 2) numbers(1);
    if (flags === 0 || flags === 2) while (bytes[at] !== 0x0b) instruction();
    if (flags === 0 || flags === 2) at += 1;
    if (flags > 0) at += 1;
    for (let count = number(); count > 0; count -= 1) {
      made.push(bytes.subarray(kept, at), renamed(number()));
      kept = at;
    }
  }
  made.push(bytes.subarray(kept, end));
  return Buffer.concat(made);
}

const made = [bytes.subarray(0, 8)];
for (const section of sections) {
  const { id, start, end } = section;
  let body = bytes.subarray(start, end);
  if (id === FUNCTIONS) body = Buffer.concat([encoded(types.length), ...order.map((old) => encoded(types[old]))]);
  else if (id === EXPORTS) body = exported(section);
  else if (id === START) body = renumbered(start, end, () => true);
  else if (id === ELEMENTS) body = elements(section);
  else if (id === CODE) body = code();
  made.push(Buffer.from([id]), encoded(body.length), body);
}
await writeFile(file, Buffer.concat(made));
