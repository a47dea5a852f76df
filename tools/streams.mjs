// Takes a module's code apart into streams, which compression makes 13 % smaller: `node tools/streams.mjs
// MODULE`. www/streams.js puts them together again, and says what is where.

import { readFile, writeFile } from "node:fs/promises";
import { CODES, counts, hinted, joined, LOCALS, more, NAME, place, plain, wider } from "../www/streams.js";
import { decoded, encoded } from "./leb128.mjs";

/** What has fewer bytes than these has no stream of its own. */
const FEW = 500;
const CODE = 10;
/** Instructions that www/streams.js knows: not those of vectors and of threads. */
const known = (code, first) => (code === 0xfc ? first < 18 : code < 0xc5 || (code > 0xcf && code < 0xd3));

/** The module's sections, and where they are. */
function* sections(bytes) {
  for (let at = 8; at < bytes.length; ) {
    const head = at;
    const id = bytes[at];
    const [length, start] = decoded(bytes, at + 1);
    at = start + length;
    yield { id, head, start, end: at };
  }
}

/** The instructions of each function: what it has of variables, and a code and its numbers for each. */
function* functions(bytes, { start }) {
  let [left, at] = decoded(bytes, start);
  const number = () => {
    const first = at;
    while (bytes[at++] > 127);
    return bytes.subarray(first, at);
  };
  for (; left > 0; left -= 1) {
    const end = decoded(number(), 0)[0] + at;
    const variables = [number()];
    for (let count = 2 * decoded(variables[0], 0)[0]; count > 0; count -= 1) variables.push(number());
    const instructions = [];
    while (at < end) {
      const code = bytes[at++];
      if (hinted(code)) number();
      const numbers = [bytes.subarray(at, (at += plain(code)))];
      let count = counts[code];
      const first = count ? decoded(bytes, at)[0] : 0;
      if (!known(code, first)) throw new Error(`the instruction ${code} ${first} is not known here`);
      if (count) count += more(code, first);
      for (; count > 0; count -= 1) numbers.push(number());
      instructions.push([code, Buffer.concat(numbers)]);
    }
    yield { variables: Buffer.concat(variables), instructions };
  }
}

/** The code as one section of streams. */
function apart(bytes, section) {
  const all = [...functions(bytes, section)];
  const parts = all.flatMap(({ variables, instructions }) => [
    [LOCALS, variables],
    ...instructions.flatMap(([code, numbers], i) => [
      [CODES, Buffer.from([code])],
      ...(numbers.length ? [[place(code, instructions[i + 1][0]), numbers]] : []),
    ]),
  ]);
  const sizes = new Map();
  for (const [key, part] of parts) sizes.set(key, (sizes.get(key) ?? 0) + part.length);
  const streams = new Map();
  for (const [key, part] of parts) {
    const own = sizes.get(key) < FEW ? wider(key) : key;
    if (!streams.has(own)) streams.set(own, []);
    streams.get(own).push(part);
  }
  const sorted = [...streams].sort(([a], [b]) => a - b).map(([key, those]) => [key, Buffer.concat(those)]);
  const hints = all.reduce((sum, { instructions }) => sum + instructions.filter(([code]) => hinted(code)).length, 0);
  const length = 11 + 3 * all.length + hints + parts.reduce((sum, [, part]) => sum + part.length, 0);
  const body = Buffer.concat([
    Buffer.from(NAME),
    encoded(all.length),
    encoded(length),
    encoded(sorted.length),
    ...sorted.map(([key, stream]) => Buffer.concat([encoded(key), encoded(stream.length)])),
    ...sorted.map(([, stream]) => stream),
  ]);
  return Buffer.concat([Buffer.from([0]), encoded(body.length), body]);
}

/** The functions as text that is the same for the same code, however its lengths are written. */
const same = (bytes) =>
  JSON.stringify(
    [...sections(bytes)].map((section) =>
      section.id === CODE
        ? [...functions(bytes, section)].map(({ variables, instructions }) => [variables, instructions])
        : bytes.toString("latin1", section.start, section.end),
    ),
  );

const [file] = process.argv.slice(2);
const bytes = await readFile(file);
const made = Buffer.concat([
  bytes.subarray(0, 8),
  ...[...sections(bytes)].map((section) =>
    section.id === CODE ? apart(bytes, section) : bytes.subarray(section.head, section.end),
  ),
]);
const again = Buffer.from(joined(made));
if (!WebAssembly.validate(again) || same(again) !== same(bytes)) {
  throw new Error(`${file} is not the same when it is put together again`);
}
await writeFile(file, made);
