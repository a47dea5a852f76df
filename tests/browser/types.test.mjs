// What editors and compilers are told of the element is what it is.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { host, launch, ready, serveSite } from "./browser.mjs";

const run = promisify(execFile);
const TOOL = fileURLToPath(new URL("../../tools/interface.mjs", import.meta.url));
const FACE = JSON.parse(await readFile(new URL("../../www/interface.json", import.meta.url), "utf8"));

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "smtp-terminal-"));
  await run(process.execPath, [TOOL, folder]);
});
after(() => rm(folder, { recursive: true }));

/** What the compiler says of a text, line by line. */
async function compile(text) {
  await writeFile(join(folder, "page.ts"), `import "./smtp-terminal";\n${text}`);
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const options = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom", "--module", "esnext", "--moduleResolution", "bundler", join(folder, "page.ts")];
  return run(process.execPath, [tsc, ...options]).then(() => "", (error) => error.stdout);
}

test("TypeScript knows the element, its properties and its events", async () => {
  const said = await compile(`
const t = document.createElement("smtp-terminal");
t.scenario = { workstation: { user: "asha" } };
t.rows = 12;
t.readOnly = true;
t.addEventListener("smtp-reply", ({ detail }) => console.log(detail.code + 1, detail.lines.join()));
t.addEventListener("click", (event) => event.clientX);
await t.ready;
const done: Promise<void> = t.run("HELO me");
t.focus({ preventScroll: true });
document.querySelector("smtp-terminal")?.reset();
export { done };
`);
  assert.equal(said, "");
  const wrong = await compile(`
const t = document.createElement("smtp-terminal");
t.rows = "12";
t.theme = "blue";
t.transcript = "";
t.addEventListener("smtp-reply", ({ detail }) => detail.line);
export {};
`);
  assert.equal(wrong.match(/error TS/g)?.length, 4, wrong);
});

test("the manifest is true: every attribute, part, slot and property of it is there, and no other", async () => {
  const browser = await launch();
  const site = await serveSite();
  const page = await host(browser, site, "<smtp-terminal></smtp-terminal>");
  await ready(page);
  const seen = await page.locator("smtp-terminal").evaluate((t, face) => {
    const own = Object.getOwnPropertyDescriptors(customElements.get("smtp-terminal").prototype);
    const all = [...t.shadowRoot.querySelectorAll("*")];
    return {
      reflected: face.attributes.filter((a) => own[a.property ?? a.name]?.set).map((a) => a.name),
      setters: Object.keys(own).filter((name) => own[name].set).length,
      readers: Object.keys(own).filter((name) => own[name].get && !own[name].set).sort(),
      methods: Object.keys(own).filter((name) => own[name].value && !/constructor|Callback$/.test(name)).sort(),
      parts: all.map((e) => e.getAttribute("part")).filter(Boolean).sort(),
      slots: all.filter((e) => e.localName === "slot").map((e) => e.name).sort(),
    };
  }, FACE);
  const names = (list) => FACE[list].map(({ name }) => name).sort();
  assert.deepEqual(seen, {
    reflected: FACE.attributes.map(({ name }) => name),
    setters: FACE.attributes.length,
    readers: names("members"),
    methods: names("methods"),
    parts: names("parts"),
    slots: names("slots"),
  });
  const css = await readFile(new URL("../../www/smtp-terminal.css", import.meta.url), "utf8");
  assert.deepEqual([...new Set(css.match(/--term-[a-z-]+/g))].sort(), names("properties"));
  await page.context().close();
  await site.close();
  await browser.close();
});
