// Puts a version into the names by which the element's script asks for the other files, so that no
// cache mixes an old one with a new one: `node tools/version.mjs FOLDER`. It is a hash of them all.

import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

const folder = process.argv[2];
const script = `${folder}/smtp-terminal.js`;
const names = /"\.\/(smtp-terminal-[\w-]+\.(?:js|wasm))(?:\?v=\w+)?"/g;
const text = await readFile(script, "utf8");
const hash = createHash("sha256");
for (const [, name] of text.matchAll(names)) hash.update(await readFile(`${folder}/${name}`));
const version = hash.digest("hex").slice(0, 8);
await writeFile(script, text.replace(names, `"./$1?v=${version}"`));
