// Makes a package for npm of the bundle in a folder: `node tools/package.mjs FOLDER`.
//   package.json, README.md  what npm, bundlers and compilers ask for
//   node.js                  what a server gets that renders pages: there are no elements
//   *.HASH.*                 the same scripts and modules by names that never change their meaning, for
//                            servers that let browsers keep them for good; not in the package
//   SHA256SUMS, sizes.json   of every file; printed too

import { createHash } from "node:crypto";
import { copyFile, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2];
const cargo = await readFile(new URL("../Cargo.toml", import.meta.url), "utf8");
const said = (name) => cargo.match(new RegExp(`^${name} = "(.*)"`, "m"))[1];
const face = JSON.parse(await readFile(new URL("../www/interface.json", import.meta.url), "utf8"));
const FRAMEWORKS = ["react", "vue", "svelte"];

const types = Object.fromEntries(FRAMEWORKS.map((name) => [`./${name}`, { types: `./${name}.d.ts` }]));
const manifest = {
  name: said("name"),
  version: said("version"),
  description: face.description,
  license: said("license"),
  repository: { type: "git", url: `git+${said("repository")}.git` },
  keywords: ["smtp", "postfix", "mail", "terminal", "simulator", "tutorial", "custom-element", "web-component"],
  type: "module",
  main: "./smtp-terminal.js",
  types: "./smtp-terminal.d.ts",
  customElements: "./custom-elements.json",
  exports: {
    ".": { types: "./smtp-terminal.d.ts", node: "./node.js", default: "./smtp-terminal.js" },
    ...types,
    "./*": "./*",
  },
  // To import it is to define the element.
  sideEffects: true,
  files: [
    ...["smtp-terminal", "smtp-terminal-light", "smtp-terminal-full", "smtp-terminal.single", "smtp-code", "node"].map((name) => `${name}.js`),
    "*_bg.wasm", "!*.????????_bg.wasm", "*.d.ts", "custom-elements.json", "smtp-terminal.html-data.json", "explain", "lessons", "languages", "schema", "LICENSE*",
  ],
};
await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await copyFile(new URL("../docs/EMBEDDING.md", import.meta.url), join(folder, "README.md"));
await writeFile(join(folder, "node.js"), "// A server that renders pages has no elements; the browser defines this one.\n");

/** Writes a file again, under a name that says what is in it. */
async function kept(name, change = (text) => text) {
  const bytes = await readFile(join(folder, name));
  const fresh = name.endsWith(".js") ? Buffer.from(change(bytes.toString())) : bytes;
  const hash = createHash("sha256").update(fresh).digest("hex").slice(0, 8);
  const own = name.replace(/(_bg)?\.(js|wasm)$/, `.${hash}$1.$2`);
  await writeFile(join(folder, own), fresh);
  return own;
}
const own = new Map();
for (const build of ["light", "full"]) {
  for (const name of [`smtp-terminal-${build}.js`, `smtp-terminal-${build}_bg.wasm`]) own.set(name, await kept(name));
}
await kept("smtp-terminal.js", (text) => text.replace(/"\.\/(smtp-terminal-[\w-]+\.(?:js|wasm))\?v=\w+"/g, (_, name) => `"./${own.get(name)}"`));

const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
const names = (await readdir(folder, { recursive: true })).sort();
const sizes = {};
let sums = "";
for (const name of names) {
  if (!(await stat(join(folder, name))).isFile()) continue;
  const bytes = await readFile(join(folder, name));
  const hash = (kind, form) => createHash(kind).update(bytes).digest(form);
  sums += `${hash("sha256", "hex")}  ${name}\n`;
  // The same bytes under another name need no second look.
  const isTwin = /\.[0-9a-f]{8}(_bg)?\.wasm$/.test(name);
  if (isTwin) continue;
  sizes[name] = { bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli(bytes), integrity: `sha384-${hash("sha384", "base64")}` };
}
await writeFile(join(folder, "SHA256SUMS"), sums);
await writeFile(join(folder, "sizes.json"), `${JSON.stringify(sizes, null, 2)}\n`);

const column = (value) => String(value).padStart(9);
console.log(`${folder}/ holds the bundle:\n${["bytes", "gzip", "brotli"].map(column).join("")}  file, SHA-256 in SHA256SUMS`);
for (const [name, { bytes, gzip, brotli }] of Object.entries(sizes)) {
  if (!/^(explain|lessons|languages|schema|LICENSE)/.test(name)) console.log(`${column(bytes)}${column(gzip)}${column(brotli)}  ${name}`);
}
