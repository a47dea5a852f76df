// A page of a bundler's making, from the package as npm would install it: each finds the files that the element loads, ships them, and the
// build works where it is put.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { POLICY, serve } from "../../tools/serve.mjs";
import { SITE, launch, open, screenEnds } from "./browser.mjs";
import { install } from "./packed.mjs";

const FILES = ["smtp-terminal.js", "smtp-terminal-light.js", "smtp-terminal-light_bg.wasm", "smtp-terminal-full.js", "smtp-terminal-full_bg.wasm"];
const HTML = (script) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bundled</title><link rel="icon" href="data:,">
<script type="module" src="${script}"></script></head><body><smtp-terminal></smtp-terminal></body></html>`;

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** A project that has installed the package, and a page that imports it. */
async function project() {
  const folder = await mkdtemp(join(tmpdir(), "smtp-terminal-"));
  await install(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(folder, "main.js"), 'import "smtp-terminal";\n');
  return folder;
}

/** Opens what was built under a strict policy, in both builds and after a crash. */
async function works(folder, policy = POLICY) {
  const site = await serve(folder, { headers: { "content-security-policy": policy } });
  const page = await open(browser, site.url);
  const run = (text) => page.locator("smtp-terminal").evaluate((t, text) => void t.run(text), text);
  await run("hostname");
  await screenEnds(page, "hostname\npenguinpower\nsafeer@penguinpower:~$ ");
  await page.locator("smtp-terminal").evaluate((t) => t.toggleAttribute("full", true));
  await run("seq 2");
  await screenEnds(page, "seq 2\n1\n2\nsafeer@penguinpower:~$ ");
  assert.deepEqual(page.problems, []);
  // A lesson is found by its name, and so are the words of the interface and what lines mean.
  await page.locator("smtp-terminal").evaluate(async (t) => {
    t.lang = "de";
    t.explain = "";
    t.lesson = "first-mail";
    await t.ready;
  });
  await page.getByText("Deine erste Mail von Hand").first().waitFor();
  await page.locator("smtp-terminal").evaluate(async (t) => {
    t.lesson = t.explain = null;
    await t.ready;
  });
  assert.deepEqual(page.problems, []);
  await page.locator("smtp-terminal").evaluate((t) => setTimeout(() => t.crash()));
  await page.locator("smtp-terminal .notice button").click();
  await run("seq 1");
  await screenEnds(page, "seq 1\n1\nsafeer@penguinpower:~$ ");
  await page.context().close();
  await site.close();
  await rm(folder, { recursive: true });
}

/** A bundler, or the reason why it is not asked. */
async function bundler(t, name) {
  try {
    return await import(name);
  } catch (error) {
    if (process.env.CI) throw error;
    t.skip(`SKIPPED: ${name} does not start here: ${error.message}`);
  }
}

test("vite build", async (t) => {
  const vite = await bundler(t, "vite");
  if (!vite) return;
  const root = await project();
  await writeFile(join(root, "index.html"), HTML("/main.js"));
  await vite.build({ root, logLevel: "error", configFile: false, base: "./", build: { outDir: "out", minify: false } });
  const built = await readdir(join(root, "out", "assets"));
  assert.equal(built.filter((name) => name.endsWith(".wasm")).length, 2, built.join(" "));
  await cp(join(root, "out"), `${root}-out`, { recursive: true });
  await rm(root, { recursive: true });
  await works(`${root}-out`);
});

test("webpack", async (t) => {
  const webpack = (await bundler(t, "webpack"))?.default;
  if (!webpack) return;
  const context = await project();
  const stats = await new Promise((resolve, reject) => {
    // Its own loader of chunks asks for a policy, under Trusted Types.
    const output = { path: `${context}-out`, filename: "main.js", publicPath: "auto", trustedTypes: "bundle" };
    webpack({ context, mode: "development", devtool: false, entry: "./main.js", output }, (error, stats) => (error ? reject(error) : resolve(stats)));
  });
  assert.equal(stats.hasErrors() || stats.hasWarnings(), false, stats.toString());
  await writeFile(join(`${context}-out`, "index.html"), HTML("main.js"));
  await rm(context, { recursive: true });
  await works(`${context}-out`, POLICY.replace("trusted-types ", "trusted-types bundle "));
});

test("esbuild, which leaves the files where they are", async () => {
  const { build } = await import("esbuild");
  const folder = await project();
  const own = join(folder, "node_modules", "smtp-terminal");
  const { warnings } = await build({ absWorkingDir: folder, entryPoints: ["main.js"], bundle: true, format: "esm", splitting: true, outdir: `${folder}-out`, logLevel: "silent" });
  assert.deepEqual(warnings, []);
  // It copies no files that a script names, so they are put beside what it makes.
  for (const name of [...FILES.filter((name) => name.endsWith(".wasm")), "lessons", "languages", "explain"]) {
    await cp(join(own, name), join(`${folder}-out`, name), { recursive: true });
  }
  await writeFile(join(`${folder}-out`, "index.html"), HTML("main.js"));
  await rm(folder, { recursive: true });
  await works(`${folder}-out`);
});

test("no bundler: a script of the page, and one that an import map finds", async () => {
  for (const head of [
    '<script type="module" src="node_modules/smtp-terminal/smtp-terminal.js"></script>',
    '<script type="importmap">{"imports":{"smtp-terminal":"./node_modules/smtp-terminal/smtp-terminal.js"}}</script><script type="module">import "smtp-terminal"</script>',
  ]) {
    const folder = await project();
    await writeFile(join(folder, "index.html"), HTML("main.js").replace(/<script.*<\/script>/, head));
    await works(folder, POLICY.replace("script-src", "script-src 'unsafe-inline'"));
  }
});

test("a server that renders pages may import it", async () => {
  const folder = await project();
  const { stderr } = await promisify(execFile)(process.execPath, ["main.js"], { cwd: folder });
  assert.equal(stderr, "");
  await rm(folder, { recursive: true });
});

test("the script names its files so that bundlers can read it, with one version", async () => {
  const script = await readFile(join(SITE, "smtp-terminal.js"), "utf8");
  const versions = FILES.slice(1).map((name) => script.match(`"\\./${name}\\?v=(\\w+)"`)?.[1] ?? name);
  assert.deepEqual(new Set(versions), new Set([versions[0]]));
});
