// Tells the site's service worker which files there are: `node tools/offline.mjs SITE`. What the element's
// script asks for by a version is kept under that address.

import { createHash } from "node:crypto";
import { readFile, readdir, stat, writeFile } from "node:fs/promises";

const [site] = process.argv.slice(2);
const script = await readFile(`${site}/smtp-terminal.js`, "utf8");
const versioned = new Map([...script.matchAll(/"\.\/((smtp-terminal-[\w-]+\.(?:js|wasm))\?v=\w+)"/g)].map(([, address, name]) => [name, address]));
const hash = createHash("sha256");
const files = [];
for (const name of (await readdir(site, { recursive: true })).sort()) {
  if (name === "worker.js" || name.startsWith("schema") || !(await stat(`${site}/${name}`)).isFile()) continue;
  hash.update(name).update(await readFile(`${site}/${name}`));
  files.push(versioned.get(name) ?? name);
}
const worker = await readFile(new URL("../www/worker.js", import.meta.url), "utf8");
const filled = worker
  .replace("const FILES = [];", `const FILES = ${JSON.stringify(files)};`)
  .replace('const VERSION = "";', `const VERSION = "${hash.digest("hex").slice(0, 8)}";`);
await writeFile(`${site}/worker.js`, filled);
