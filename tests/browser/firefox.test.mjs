// The site and its examples in Firefox.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { POLICY } from "../../tools/serve.mjs";
import { serveSite } from "./browser.mjs";
import { launch, missing } from "./firefox.mjs";

if (missing) {
  if (process.env.CI) throw new Error(missing);
  console.log(`SKIPPED: ${missing}`);
  process.exit(0);
}
const guides = await readFile(new URL("../../docs/GUIDES.md", import.meta.url), "utf8");
const EXAMPLES = [...guides.matchAll(/<!-- example: (\w+) -->/g)].map(([, name]) => name);
const SHORTCUTS = { mkdocs: "s", sphinx: "/", mdbook: "s", docusaurus: "/", vitepress: "/", hugo: "/", reveal: "n" };

let firefox;
let site;
before(async () => {
  firefox = await launch();
  site = await serveSite({ headers: { "content-security-policy": POLICY, "access-control-allow-origin": "*" } });
});
after(async () => {
  await firefox?.close();
  await site?.close();
});

/** Until the terminal can be used and has done what it starts with; its cursor has the focus then. */
const rest = () =>
  firefox.run(async () => {
    await customElements.whenDefined("smtp-terminal");
    const terminal = document.querySelector("smtp-terminal");
    await terminal.ready;
    await terminal.run("");
    terminal.focus();
  });
/** Into the frame, which is loaded later than its page. */
async function framed() {
  for (let tries = 0; tries < 100; tries++) {
    await firefox.into();
    await firefox.into("iframe");
    if (await firefox.run(() => !!document.querySelector("smtp-terminal")).catch(() => false)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
}
/** Until a text is on the screen. */
const seen = (text) =>
  firefox.run(async (text) => {
    const terminal = document.querySelector("smtp-terminal");
    for (let tries = 0; !terminal.transcript.includes(text); tries++) {
      if (tries > 500) throw new Error(`${text} is not there: ${terminal.transcript}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }, text);

for (const name of EXAMPLES) {
  test(`${name}: it answers, and its keys stay inside`, async () => {
    await firefox.goto(`${site.url}examples/${name}.html`);
    if (name === "lms") await framed();
    await rest();
    await firefox.press(..."s/nope h", "ArrowLeft", "ArrowRight", "Home", "End", "Enter");
    await firefox.run(async () => {
      const terminal = document.querySelector("smtp-terminal");
      for (let tries = 0; !/not recognized|No such file or directory/.test(terminal.transcript); tries++) {
        if (tries > 500) throw new Error(terminal.transcript);
        await new Promise((done) => setTimeout(done, 20));
      }
    });
    await firefox.into();
    assert.equal(await firefox.run(() => document.body.dataset.heard ?? null), null, "a key of the terminal came to the page");
    if (!SHORTCUTS[name]) return;
    await firefox.run(() => (document.activeElement.shadowRoot?.activeElement ?? document.activeElement).blur());
    await firefox.press(SHORTCUTS[name]);
    assert.match(await firefox.run(() => document.body.dataset.heard), /^(search|next) /);
  });
}

test("the tutorial: each command in turn, the steps are ticked, and the header says where one is", async () => {
  await firefox.goto(site.url);
  await rest();
  const next = () => firefox.run(() => document.querySelector("#todo code")?.textContent ?? document.querySelector("#todo").textContent);
  const typed = [];
  for (let i = 0; i < 12; i++) {
    const line = await next();
    if (line.startsWith("Done")) break;
    const isEmpty = line.includes("Enter alone");
    typed.push(isEmpty ? "" : line);
    await firefox.press(...(isEmpty ? "" : line), "Enter");
    await firefox.run(async (line) => {
      const next = () => document.querySelector("#todo code")?.textContent ?? document.querySelector("#todo").textContent;
      for (let tries = 0; next() === line; tries++) {
        if (tries > 500) throw new Error(`it stays at ${line}`);
        await new Promise((done) => setTimeout(done, 20));
      }
    }, line);
  }
  assert.deepEqual(typed, [
    "telnet smtp.safeer.in 25", "HELO penguinpower", "MAIL FROM: safeer@safeer.in", "RCPT TO: praveen@gmail.com", "DATA",
    "Subject: Happy New Year!!!", "From: safeer@safeer.in", "To: praveen@gmail.com", "", "Happy New Year", ".",
  ]);
  await seen("queued as");
  const [done, on, off] = await firefox.run(() => [
    document.querySelectorAll(".steps > li.done").length,
    getComputedStyle(document.querySelector(".host .on")).display,
    getComputedStyle(document.querySelector(".host .off")).display,
  ]);
  assert.deepEqual([done, on !== "none", off], [6, true, "none"]);
});

test("without a network, once it was there with one", async () => {
  await firefox.goto(site.url);
  await firefox.run(async () => (await navigator.serviceWorker.ready).active.state);
  await site.close();
  await firefox.goto(`${site.url}docs/element.html`);
  assert.equal(await firefox.run(() => document.querySelector("h1").textContent), "The element");
  await firefox.goto(`${site.url}index.html`);
  await rest();
  await firefox.press(..."hostname", "Enter");
  await seen("hostname\npenguinpower\n");
});
