// Puts the whole bundle into one classic script, for pages that are opened from a disk, where a browser
// loads no modules and fetches no files: `node tools/single.mjs FOLDER OUT`.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { build } from "esbuild";

const [folder, outfile] = process.argv.slice(2);
const script = resolve(folder, "smtp-terminal.js");
// The modules become texts in the script, under addresses that can be fetched everywhere.
const found = [];
const text = (await readFile(script, "utf8"))
  .replace(/new URL\("\.\/([\w-]+\.wasm)\?v=\w+",import\.meta\.url\)/g, (_, name) => `module${found.push(name)}`)
  .replace(/import\("\.\/([\w-]+\.js)\?v=\w+"\)/g, 'import("./$1")')
  // What else lies beside it cannot be read from a disk.
  .replaceAll("import.meta.url", "document.baseURI");
if (found.length !== 2) throw new Error(`${script} names ${found.length} modules`);
const imports = found.map((name, i) => `import module${i + 1} from "./${name}";\n`).join("");

await build({
  stdin: { contents: imports + text, resolveDir: folder, sourcefile: "single.js" },
  bundle: true,
  format: "iife",
  minify: true,
  charset: "utf8",
  logLevel: "warning",
  loader: { ".wasm": "dataurl" },
  outfile,
});
