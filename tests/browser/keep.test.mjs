// What a browser keeps where `persist` asks for it, of terminals as of lessons: closed and opened again,
// spoilt, full, denied, and with two of one name.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { field, launch, ready, screenEnds, serveSite, transcript } from "./browser.mjs";
import { POLICY } from "../../tools/serve.mjs";

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

const KEY = "smtp-terminal:mine";
const LINES = "telnet smtp.safeer.in 25\nHELO penguinpower\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<praveen@gmail.com>\nDATA\nSubject: half";

/** Tabs of one browser, each with a terminal of one name. */
async function tabs(attributes = "", before) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Kept</title><link rel="icon" href="data:,"><script type="module" src="smtp-terminal.js"></script><body><smtp-terminal persist="mine" ${attributes}></smtp-terminal></body></html>`;
  await context.route("**/kept.html", (route) =>
    route.fulfill({ contentType: "text/html", body: html, headers: { "content-security-policy": POLICY } }),
  );
  if (before) await context.addInitScript(before);
  return {
    close: () => context.close(),
    open: async () => {
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      await page.goto(`${site.url}kept.html`);
      await page.locator("smtp-terminal .shown").waitFor();
      return page;
    },
  };
}

const run = (page, text) => page.locator("smtp-terminal").evaluate((t, text) => void t.run(text), text);
const kept = (page) => page.evaluate((key) => localStorage.getItem(key), KEY);
const isKept = (page, text) => page.waitForFunction(([key, text]) => localStorage.getItem(key)?.includes(text), [KEY, text]);
const notice = (page, text) => page.locator("smtp-terminal .saved", { hasText: text }).waitFor();

test("a terminal is closed in the middle of DATA and opened again: screen, line, history, session", async () => {
  const { open, close } = await tabs();
  const first = await open();
  await run(first, LINES);
  await screenEnds(first, "Subject: half\n");
  await field(first).focus();
  await first.keyboard.type("of a line");
  const before = await transcript(first);
  // At once: what is left in time is not waited for.
  await first.close({ runBeforeUnload: true });
  const second = await open();
  await screenEnds(second, "Subject: half\n");
  assert.equal(await transcript(second), before);
  assert.equal(await field(second).inputValue(), "of a line");
  await field(second).focus();
  await second.keyboard.type("\n.\nQUIT\n");
  await screenEnds(second, "safeer@penguinpower:~$ ");
  assert.match(await transcript(second), /queued as/);
  await second.keyboard.press("ArrowUp");
  assert.equal(await field(second).inputValue(), "telnet smtp.safeer.in 25");
  await close();
});

/** A message of so many lines, pasted after DATA, and what comes after it. */
async function paste(page, lines) {
  await run(page, LINES);
  await screenEnds(page, "Subject: half\n");
  const text = `${'a "line" of a message, as long as lines of messages are, and no longer\n'.repeat(lines)}.\nQUIT\necho over`;
  await run(page, text);
  await screenEnds(page, "over\nsafeer@penguinpower:~$ ", undefined, 60_000);
}

test("a pasted message of 20,000 lines comes back", async () => {
  const { open, close } = await tabs();
  const first = await open();
  await paste(first, 20_000);
  assert.equal(await first.locator("smtp-terminal .saved").textContent(), "");
  const before = await transcript(first);
  await first.close({ runBeforeUnload: true });
  const second = await open();
  await screenEnds(second, "over\nsafeer@penguinpower:~$ ");
  assert.equal(await transcript(second), before);
  assert.equal(await second.locator("smtp-terminal .saved").textContent(), "");
  await close();
});

test("what is more than is kept is said at once, and when it is missed", async () => {
  const { open, close } = await tabs();
  const first = await open();
  await paste(first, 40_000);
  await notice(first, "This is more than is kept");
  await first.close({ runBeforeUnload: true });
  const second = await open();
  await notice(second, "What was done last is missing here");
  await screenEnds(second, "and no longer\n", undefined, 60_000);
  // There is no more room for whoever goes on.
  await run(second, ".\nQUIT\necho goes on");
  await screenEnds(second, "goes on\nsafeer@penguinpower:~$ ", undefined, 60_000);
  await notice(second, "This is more than is kept");
  await close();
});

test("what is spoilt, or of another form, is said and left", async () => {
  const { open, close } = await tabs();
  const page = await open();
  for (const bad of ["", "{", "null", "[]", '"x"', "{}", '{"progress":"{"}', '{"format":1,"progress":"[]"}', '{"format":1,"progress":7}', '{"format":"1","progress":""}', "<img src=x onerror=alert(1)>\u202e", '{"format":1,"progress":"{\\"format\\":1,\\"lesson\\":\\"terminal\\",\\"version\\":1,\\"sum\\":\\"x\\",\\"now\\":0,\\"seed\\":\\"1\\",\\"inputs\\":[]}"}']) {
    await page.evaluate(([key, bad]) => {
      const { element } = globalThis;
      element?.remove();
      document.querySelector("smtp-terminal")?.remove();
      localStorage.setItem(key, bad);
      const made = (globalThis.element = document.createElement("smtp-terminal"));
      made.setAttribute("persist", "mine");
      document.body.append(made);
    }, [KEY, bad]);
    await ready(page);
    await notice(page, "so it begins anew").catch(() => assert.fail(`nothing is said of ${bad}`));
    await run(page, "echo anew");
    await isKept(page, "anew");
  }
  // What a later release has written is left where it is.
  const later = '{"format":2,"progress":"x"}';
  await page.evaluate(([key, later]) => {
    document.querySelector("smtp-terminal").remove();
    localStorage.setItem(key, later);
  }, [KEY, later]);
  await page.evaluate(() => {
    const made = document.createElement("smtp-terminal");
    made.setAttribute("persist", "mine");
    document.body.append(made);
  });
  await ready(page);
  await run(page, "echo over");
  await notice(page, "is not kept");
  assert.equal(await kept(page), later);
  await close();
});

test("two tabs with one name do not write over each other", async () => {
  const { open, close } = await tabs();
  const one = await open();
  await run(one, "echo first");
  await isKept(one, "first");
  const two = await open();
  await screenEnds(two, "first\nsafeer@penguinpower:~$ ");
  await run(two, "echo second");
  await isKept(two, "second");
  // The first hears of it, and leaves alone what the second has kept.
  await notice(one, "is not kept");
  await run(one, "echo third");
  await screenEnds(one, "third\nsafeer@penguinpower:~$ ");
  await one.waitForTimeout(500);
  const now = await kept(one);
  assert.ok(now.includes("second") && !now.includes("third"), now);
  // Until its reader says so.
  await one.getByRole("button", { name: "Keep this one instead" }).click();
  await isKept(one, "third");
  await notice(two, "is not kept");
  await run(two, "echo fourth");
  await two.waitForTimeout(500);
  assert.ok(!(await kept(two)).includes("fourth"));
  await close();
});

for (const [name, before] of [
  ["full", () => (Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); })],
  ["denied", () => Object.defineProperty(globalThis, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } })],
]) {
  test(`the storage is ${name}: that is said, and all else goes on`, async () => {
    const { open, close } = await tabs("", before);
    const page = await open();
    await run(page, "whoami");
    await screenEnds(page, "safeer\nsafeer@penguinpower:~$ ");
    await notice(page, /does not keep|cannot be used/);
    await run(page, "hostname");
    await screenEnds(page, "penguinpower\nsafeer@penguinpower:~$ ");
    await close();
  });
}

test("nothing is stored by a terminal without persist", async () => {
  const { open, close } = await tabs();
  const page = await open();
  await page.evaluate(() => {
    document.querySelector("smtp-terminal").removeAttribute("persist");
    localStorage.clear();
  });
  await run(page, "whoami");
  await screenEnds(page, "safeer\nsafeer@penguinpower:~$ ");
  await page.waitForTimeout(500);
  const stored = await page.evaluate(async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length, (await caches?.keys?.().catch(() => []))?.length ?? 0]);
  assert.deepEqual(stored, [0, 0, "", 0, 0]);
  await close();
});

test("what was kept may stop the simulator once, and not for good", async () => {
  const { open, close } = await tabs();
  const page = await open();
  await run(page, "echo here");
  await isKept(page, "here");
  // A module that stops when it takes up what was kept.
  const again = await open();
  await again.evaluate((key) => {
    const terminal = document.querySelector("smtp-terminal");
    globalThis.kept = localStorage.getItem(key);
    terminal.crash();
  }, KEY).catch(() => {});
  await again.locator("smtp-terminal .crashed").waitFor();
  await again.getByRole("button", { name: "Start again" }).click();
  await screenEnds(again, "here\nsafeer@penguinpower:~$ ");
  await close();
});
