// The package in React, Vue and Svelte, used as it is: properties, events, and what their compilers
// know of them; and what the package says of itself.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { POLICY, serve } from "../../tools/serve.mjs";
import { launch, open, screenEnds } from "./browser.mjs";
import { install, packed } from "./packed.mjs";

const run = promisify(execFile);
const { resolve } = createRequire(import.meta.url);
const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));

const HTML = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Framework</title><link rel="icon" href="data:,">
<script type="module" src="main.js"></script></head><body><div id="app"></div></body></html>`;

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** A project with the package and what else is installed here. */
async function project(...others) {
  const folder = await mkdtemp(join(tmpdir(), "smtp-terminal-"));
  await install(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  for (const name of others) {
    await mkdir(dirname(join(folder, "node_modules", name)), { recursive: true });
    await symlink(join(modules, name), join(folder, "node_modules", name));
  }
  return folder;
}

/** Builds a page with esbuild, opens it, and sees that a property, a state and an event have come through.
 * `own` is the name of a policy that the framework makes, under Trusted Types. */
async function works(folder, entry, own = "", plugins = []) {
  const { build } = await import("esbuild");
  const outdir = join(folder, "out");
  await build({ absWorkingDir: folder, entryPoints: { main: entry }, bundle: true, format: "esm", outdir, logLevel: "error", plugins, jsx: "automatic", define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" } });
  await writeFile(join(outdir, "index.html"), HTML);
  const site = await serve([outdir, join(folder, "node_modules", "smtp-terminal")], { headers: { "content-security-policy": POLICY.replace("trusted-types ", `trusted-types ${own} `) } });
  const page = await open(browser, site.url);
  await page.locator("smtp-terminal").evaluate((t) => t.run("telnet smtp.safeer.in 25"));
  await screenEnds(page, "220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n");
  const text = await page.locator("smtp-terminal").evaluate((t) => t.transcript);
  assert.ok(text.startsWith("asha@penguinpower:~$ telnet"), text);
  assert.equal(await page.locator("smtp-terminal").evaluate((t) => t.rows), 9);
  await page.locator("#heard").filter({ hasText: "220" }).waitFor();
  assert.deepEqual(page.problems, []);
  await page.context().close();
  await site.close();
}

/** What the compiler says. */
async function compile(folder, name, text) {
  await writeFile(join(folder, name), text);
  const tsc = join(dirname(resolve("typescript/package.json")), "bin", "tsc");
  const options = ["--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom", "--module", "esnext", "--moduleResolution", "bundler", "--jsx", "react-jsx", name];
  return run(process.execPath, [tsc, ...options], { cwd: folder }).then(() => "", (error) => error.stdout);
}

test("React", async () => {
  const folder = await project("react", "react-dom", "scheduler", "@types/react", "csstype");
  await writeFile(
    join(folder, "main.jsx"),
    `import { useState } from "react";
import { createRoot } from "react-dom/client";
import "smtp-terminal";
function App() {
  const [code, heard] = useState("");
  return <><smtp-terminal rows={9} scenario={{ workstation: { user: "asha" } }} onsmtp-reply={({ detail }) => heard(detail.code)} /><p id="heard">{code}</p></>;
}
createRoot(document.querySelector("#app")).render(<App />);
`,
  );
  await works(folder, "main.jsx");
  const head = 'import "smtp-terminal";\nimport type {} from "smtp-terminal/react";\n';
  assert.equal(await compile(folder, "right.tsx", `${head}export const a = <smtp-terminal rows={9} readOnly className="x" onsmtp-reply={({ detail }) => detail.code + 1}>Wait</smtp-terminal>;`), "");
  const wrong = await compile(folder, "wrong.tsx", `${head}export const a = <smtp-terminal rows="9" onsmtp-reply={({ detail }) => detail.line} />;`);
  assert.equal(wrong.match(/error TS/g)?.length, 2, wrong);
  await rm(folder, { recursive: true });
});

test("Vue", async () => {
  const folder = await project("vue", "@vue");
  // As a compiled template has it.
  const { compile: template } = await import("@vue/compiler-dom");
  const { code } = template(
    '<smtp-terminal :rows="9" :scenario="{ workstation: { user: \'asha\' } }" @smtp-reply="heard" /><p id="heard">{{ code }}</p>',
    { mode: "module", isCustomElement: (tag) => tag === "smtp-terminal" },
  );
  await writeFile(join(folder, "template.js"), code);
  await writeFile(
    join(folder, "main.js"),
    `import { createApp } from "vue/dist/vue.runtime.esm-bundler.js";
import { render } from "./template.js";
import "smtp-terminal";
createApp({ data: () => ({ code: "" }), methods: { heard({ detail }) { this.code = detail.code; } }, render }).mount("#app");
`,
  );
  await works(folder, "main.js", "vue");
  const head = 'import "smtp-terminal";\nimport type {} from "smtp-terminal/vue";\nimport type { GlobalComponents } from "vue";\ntype Props = InstanceType<GlobalComponents["smtp-terminal"]>["$props"];\n';
  assert.equal(await compile(folder, "right.ts", `${head}export const a: Props = { rows: 9, onSmtpReply: ({ detail }) => detail.code + 1 };`), "");
  const wrong = await compile(folder, "wrong.ts", `${head}export const a: Props = { rows: "9" };`);
  assert.equal(wrong.match(/error TS/g)?.length, 1, wrong);
  await rm(folder, { recursive: true });
});

test("Svelte", async () => {
  const folder = await project("svelte", "esm-env", "clsx");
  await writeFile(
    join(folder, "App.svelte"),
    `<script>let code = $state("");</script>
<smtp-terminal rows={9} scenario={{ workstation: { user: "asha" } }} onsmtp-reply={({ detail }) => (code = detail.code)}></smtp-terminal><p id="heard">{code}</p>
`,
  );
  await writeFile(join(folder, "main.js"), 'import { mount } from "svelte";\nimport App from "./App.svelte";\nimport "smtp-terminal";\nmount(App, { target: document.querySelector("#app") });\n');
  const { compile: svelte } = await import("svelte/compiler");
  await works(folder, "main.js", "svelte-trusted-html", [
    {
      name: "svelte",
      setup: (build) =>
        build.onLoad({ filter: /\.svelte$/ }, async ({ path }) => ({ contents: svelte(await readFile(path, "utf8"), { filename: path, generate: "client" }).js.code })),
    },
  ]);
  const head = 'import "smtp-terminal";\nimport type {} from "smtp-terminal/svelte";\nimport type { SvelteHTMLElements } from "svelte/elements";\ntype Props = SvelteHTMLElements["smtp-terminal"];\n';
  assert.equal(await compile(folder, "right.ts", `${head}export const a: Props = { rows: 9, class: "x", "onsmtp-reply": ({ detail }) => detail.code + 1 };`), "");
  const wrong = await compile(folder, "wrong.ts", `${head}export const a: Props = { rows: "9" };`);
  assert.equal(wrong.match(/error TS/g)?.length, 1, wrong);
  await rm(folder, { recursive: true });
});

test("what the package says of itself is so", async () => {
  const folder = await project();
  const own = join(folder, "node_modules", "smtp-terminal");
  const { exports, types, customElements, version } = JSON.parse(await readFile(join(own, "package.json"), "utf8"));
  const named = [types, customElements, ...Object.values(exports).flatMap((entry) => (typeof entry === "string" ? [] : Object.values(entry)))];
  for (const name of named) await readFile(join(own, name));
  const cargo = await readFile(new URL("../../Cargo.toml", import.meta.url), "utf8");
  assert.match(cargo, new RegExp(`^version = "${version}"$`, "m"));
  const { folder: dist, printed } = await packed();
  const sums = (await readFile(join(dist, "SHA256SUMS"), "utf8")).trim().split("\n").map((line) => line.split("  "));
  for (const [sum, name] of sums) {
    assert.equal(createHash("sha256").update(await readFile(join(dist, name))).digest("hex"), sum, name);
  }
  const sizes = JSON.parse(await readFile(join(dist, "sizes.json"), "utf8"));
  assert.ok(printed.includes(String(sizes["smtp-terminal-light_bg.wasm"].brotli)));
  // Names with a hash are asked for by the script that has one.
  const [script] = sums.map(([, name]) => name).filter((name) => /^smtp-terminal\.[0-9a-f]{8}\.js$/.test(name));
  const text = await readFile(join(dist, script), "utf8");
  const asked = [...text.matchAll(/"\.\/(smtp-terminal-[\w.-]+)"/g)].map(([, name]) => name);
  assert.equal(asked.length, 4);
  for (const name of asked) assert.ok(sums.some(([, own]) => own === name), name);
  const site = await serve(dist, { headers: { "content-security-policy": POLICY.replace("trusted-types ", `trusted-types ${own} `) } });
  await writeFile(join(dist, "index.html"), HTML.replace("main.js", script).replace('<div id="app"></div>', "<smtp-terminal></smtp-terminal>"));
  const page = await open(browser, site.url);
  await page.locator("smtp-terminal").evaluate((t) => t.run("hostname"));
  await screenEnds(page, "hostname\npenguinpower\nsafeer@penguinpower:~$ ");
  assert.deepEqual(page.problems, []);
  await page.context().close();
  await site.close();
  await rm(folder, { recursive: true });
});
