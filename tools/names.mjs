// Shortens the names by which a module and its glue know each other: `node tools/names.mjs MODULE GLUE`.
// wasm-bindgen makes them long and puts a hash into each, which no compression can make small.

import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { decoded, encoded } from "./leb128.mjs";

const [moduleFile, glueFile] = process.argv.slice(2);
const bytes = await readFile(moduleFile);
let glue = await readFile(glueFile, "utf8");

const IMPORTS = 2;
const EXPORTS = 7;
/** What the element's script calls by its name, and what is short already. */
const KEPT = new Set(["memory", "__wbindgen_start"]);

let at = 8;
function number() {
  let value;
  [value, at] = decoded(bytes, at);
  return value;
}
function name() {
  const length = number();
  at += length;
  return bytes.toString("utf8", at - length, at);
}
const text = (value) => Buffer.concat([encoded(Buffer.byteLength(value)), Buffer.from(value)]);

/** Renames in the glue what stands there as often as `times` says, or at least once. */
function rename(old, fresh, times) {
  const parts = glue.split(new RegExp(`(?<![\\w$])${old.replace(/[.$/]/g, "\\$&")}(?![\\w$])`));
  if (parts.length < 2 || (times && parts.length !== times + 1)) {
    throw new Error(`${old} stands ${parts.length - 1} times in ${glueFile}`);
  }
  glue = parts.join(fresh);
}

const modules = new Map();
let count = 0;
const short = () => {
  let made = "";
  for (let n = ++count; n; n = Math.floor(n / 26)) made = String.fromCharCode(97 + (n % 26)) + made;
  return `_${made}`;
};

function imports(end) {
  const made = [encoded(number())];
  while (at < end) {
    const from = name();
    if (!modules.has(from)) {
      modules.set(from, `_${modules.size}`);
      rename(`"${from}"`, modules.get(from));
    }
    const old = name();
    const fresh = short();
    rename(old, fresh, 1);
    const start = at;
    const kind = bytes[at++];
    if (kind !== 0) throw new Error(`${old} is no function`);
    number();
    made.push(text(modules.get(from)), text(fresh), bytes.subarray(start, at));
  }
  return Buffer.concat(made);
}

function exported(end) {
  const made = [encoded(number())];
  while (at < end) {
    const old = name();
    const start = at++;
    number();
    const used = glue.includes(`.${old}`);
    const fresh = KEPT.has(old) || !used ? old : short();
    if (fresh !== old) rename(old, fresh);
    made.push(text(fresh), bytes.subarray(start, at));
  }
  return Buffer.concat(made);
}

const sections = [bytes.subarray(0, 8)];
while (at < bytes.length) {
  const id = bytes[at++];
  const length = number();
  const end = at + length;
  const body = id === IMPORTS ? imports(end) : id === EXPORTS ? exported(end) : bytes.subarray(at, end);
  sections.push(Buffer.from([id]), encoded(body.length), body);
  at = end;
}
// Short names of two builds may fit by chance. So both bear a version, which the element's script compares.
const version = createHash("sha256").update(glue).update(Buffer.concat(sections)).digest("hex").slice(0, 8);
const section = Buffer.concat([text("version"), Buffer.from(version)]);
sections.push(Buffer.from([0]), encoded(section.length), section);
const end = /(\nreturn\{[^{}]*)\}\}\s*$/;
if (!end.test(glue)) throw new Error(`${glueFile} does not end as it should`);
await writeFile(moduleFile, Buffer.concat(sections));
await writeFile(glueFile, glue.replace(end, `$1,version:"${version}"}}\n`));
