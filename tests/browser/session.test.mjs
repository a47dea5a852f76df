// The tutorial's session, typed and pasted into the built page in a real browser.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serve } from "../../tools/serve.mjs";
import { OUTPUT, field, launch, open, screenEnds, serveSite, transcript } from "./browser.mjs";

const PROMPT = "safeer@penguinpower:~$ ";
const SESSION = [
  ["telnet smtp.safeer.in 25", "220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n"],
  ["HELO penguinpower", "250 smtp.safeer.in\n"],
  ["MAIL FROM: safeer@safeer.in", "250 2.1.0 Ok\n"],
  ["RCPT TO: praveen@gmail.com", "250 2.1.5 Ok\n"],
  ["DATA", "354 End data with <CR><LF>.<CR><LF>\n"],
  ["Subject: Happy New Year!!!", "Subject: Happy New Year!!!\n"],
  ["From: safeer@safeer.in", "From: safeer@safeer.in\n"],
  ["To: praveen@gmail.com", "To: praveen@gmail.com\n"],
  ["Happy New Year", "Happy New Year\n"],
  [".", "\n"],
  ["RSET", "250 2.0.0 Ok\n"],
  ["QUIT", `Connection closed by foreign host.\n${PROMPT}`],
];
const SCREEN = `${PROMPT}telnet smtp.safeer.in 25
Trying 10.25.0.1...
Connected to smtp.safeer.in.
Escape character is '^]'.
220 smtp.safeer.in ESMTP Postfix (Ubuntu)
HELO penguinpower
250 smtp.safeer.in
MAIL FROM: safeer@safeer.in
250 2.1.0 Ok
RCPT TO: praveen@gmail.com
250 2.1.5 Ok
DATA
354 End data with <CR><LF>.<CR><LF>
Subject: Happy New Year!!!
From: safeer@safeer.in
To: praveen@gmail.com
Happy New Year
.
250 2.0.0 Ok: queued as QUEUEID
RSET
250 2.0.0 Ok
QUIT
221 2.0.0 Bye
Connection closed by foreign host.
${PROMPT}`;

let browser;
let site;
before(async () => {
  browser = await launch();
  site = await serveSite();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

test("typed key by key, under the strict policy, with nothing requested after the load", async () => {
  const page = await open(browser, site.url);
  const loaded = site.requests.length;
  await field(page).focus();
  for (const [line, end] of SESSION) {
    await page.keyboard.type(line);
    await page.keyboard.press("Enter");
    await screenEnds(page, end);
  }
  assert.equal(await transcript(page), SCREEN);
  await page.screenshot({ path: `${OUTPUT}/session.png` });
  assert.deepEqual(site.requests.slice(loaded), []);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("what is drawn is what the transcript says", async () => {
  const page = await open(browser, `${site.url}plain.html`);
  await page.locator("smtp-terminal").evaluate((t, lines) => t.run(lines), SESSION.map(([line]) => line).join("\n"));
  await screenEnds(page, SESSION.at(-1)[1]);
  // The page draws a moment after the simulator has spoken.
  await page.locator("smtp-terminal .row").last().filter({ hasText: "closed by foreign host" }).waitFor();
  const drawn = await page.locator("smtp-terminal .row").evaluateAll((rows) =>
    rows.map((row) => [...row.children].filter((c) => !c.matches(".mark")).map((c) => c.textContent).join("")),
  );
  const text = drawn.join("\n").replace(/queued as [0-9A-F]{8,15}$/m, "queued as QUEUEID");
  assert.equal(`${text}\n${PROMPT}`, SCREEN);
  await page.context().close();
});

test("the whole session pasted at once", async () => {
  const page = await open(browser, `${site.url}plain.html`, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.evaluate((text) => navigator.clipboard.writeText(text), `${SESSION.map(([line]) => line).join("\r\n")}\r\n`);
  await field(page).focus();
  await page.keyboard.press("Control+v");
  await screenEnds(page, SESSION.at(-1)[1]);
  assert.equal(await transcript(page), SCREEN);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("two terminals on one page share the module and nothing else", async () => {
  const before = site.requests.length;
  const page = await open(browser, `${site.url}two.html`);
  const wasm = site.requests.slice(before).filter((url) => url.includes(".wasm"));
  assert.equal(wasm.length, 1);
  await field(page, "#one").focus();
  await page.keyboard.type("telnet smtp.safeer.in 25\n");
  await screenEnds(page, "ESMTP Postfix (Ubuntu)\n", "#one");
  await field(page, "#two").focus();
  await page.keyboard.type("whoami\n");
  await screenEnds(page, "asha\nasha@penguinpower:~$ ", "#two");
  await page.keyboard.type("half a line");
  await field(page, "#one").focus();
  await page.keyboard.type("QUIT\n");
  await screenEnds(page, PROMPT, "#one");
  assert.equal(await transcript(page, "#two"), "asha@penguinpower:~$ whoami\nasha\nasha@penguinpower:~$ ");
  assert.equal(await field(page, "#two").inputValue(), "half a line");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("embedded from another origin", async () => {
  const far = await serveSite({ headers: { "access-control-allow-origin": "*" } });
  const folder = await mkdtemp(join(tmpdir(), "smtp-terminal-"));
  const html = `<!doctype html><script type="module" src="${far.url}smtp-terminal.js"></script><smtp-terminal></smtp-terminal>`;
  await writeFile(join(folder, "index.html"), html);
  const near = await serve(folder);
  const page = await open(browser, near.url);
  await page.locator("smtp-terminal").evaluate((t) => t.run("hostname"));
  await screenEnds(page, `penguinpower\n${PROMPT}`);
  const height = await page.locator("smtp-terminal").evaluate((t) => t.getBoundingClientRect().height);
  assert.ok(height > 100, "the style sheet was not loaded");
  await page.context().close();
  await far.close();
  await near.close();
  await rm(folder, { recursive: true });
});

test("the full build has what the light one leaves out", async () => {
  const before = site.requests.length;
  const page = await open(browser, `${site.url}full.html`);
  assert.ok(!site.requests.slice(before).some((url) => url.includes("light")));
  await page.locator("smtp-terminal").evaluate((t) =>
    t.run("telnet mx.example.org 25\nHELO x\nMAIL FROM:<boss@example.org>\nRCPT TO:<a@example.com>"),
  );
  await screenEnds(page, "554 5.7.1 <boss@example.org>: Sender address rejected: Not today\n");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});
