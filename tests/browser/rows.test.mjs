// Many rows: what is finished is not touched again, and is there for those who select, search and listen.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { field, launch, open, screenEnds, serveSite, needs } from "./browser.mjs";

const PROMPT = "safeer@penguinpower:~$ ";
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

test("a new row changes nothing above it", needs("to let the clipboard be read"), async () => {
  const page = await open(browser, `${site.url}plain.html`, { permissions: ["clipboard-read", "clipboard-write"] });
  const terminal = page.locator("smtp-terminal");
  // Two rows for each command: more than one part of 5,000.
  const lines = Array.from({ length: 3000 }, (_, i) => `echo line ${i}.`);
  await terminal.evaluate((t, text) => t.run(text), lines.join("\n"));
  await screenEnds(page, `line 2999.\n${PROMPT}`);
  await field(page).focus();
  await page.keyboard.type("echo last");
  const changes = await terminal.evaluate(async (t) => {
    globalThis.changes = [];
    new MutationObserver((list) => {
      for (const { addedNodes, removedNodes, target, type } of list) changes.push([type, target.className, addedNodes.length, removedNodes.length]);
    }).observe(t.shadowRoot.querySelector(".rows"), { subtree: true, childList: true, attributes: true, characterData: true });
    return true;
  });
  assert.ok(changes);
  await page.keyboard.press("Enter");
  await screenEnds(page, `last\n${PROMPT}`);
  await page.locator("smtp-terminal .row", { hasText: /^last$/ }).waitFor();
  const seen = await page.evaluate(() => globalThis.changes);
  assert.ok(seen.length <= 2 && seen.every(([type, on, , removed]) => type === "childList" && ["part", "block"].includes(on) && removed === 0), JSON.stringify(seen));
  const [rows, skipped, height] = await terminal.evaluate((t) => {
    const all = t.shadowRoot.querySelectorAll(".row");
    const part = t.shadowRoot.querySelector(".part");
    return [all.length, !all[10].checkVisibility({ contentVisibilityAuto: true }), part.getBoundingClientRect().height];
  });
  assert.equal(rows, 6002);
  assert.ok(skipped, "rows out of sight are laid out");
  assert.ok(height > 5000 * 15, `a part that is not laid out is ${height} high`);
  // Find in page, and copying, reach what is skipped.
  const found = await page.evaluate(() => {
    // A search begins where the focus is.
    document.activeElement.blur();
    getSelection().removeAllRanges();
    return window.find("line 17.");
  });
  assert.equal(found, true);
  const text = await terminal.evaluate((t) => {
    const all = t.shadowRoot.querySelector(".rows");
    getSelection().setBaseAndExtent(all, 0, all, all.childNodes.length);
    document.execCommand("copy");
    return navigator.clipboard.readText();
  });
  for (const line of ["line 0.", "line 1500.", "line 2999."]) assert.ok(text.split("\n").some((row) => row.trim() === line), line);
  await page.keyboard.press("Control+l");
  await page.context().close();
});

test("a cleared screen is empty, and what comes then begins anew", async () => {
  const page = await open(browser, `${site.url}plain.html`);
  const terminal = page.locator("smtp-terminal");
  await terminal.evaluate((t) => t.run("echo one\nclear\necho two"));
  await page.locator("smtp-terminal .row", { hasText: /^two$/ }).waitFor();
  assert.deepEqual(await page.locator("smtp-terminal .row").allTextContents(), [`${PROMPT}echo two`, "two"]);
  await terminal.evaluate((t) => t.reset());
  await page.waitForFunction(() => !document.querySelector("smtp-terminal").shadowRoot.querySelector(".row"));
  await page.context().close();
});

test("what a program prints without end comes in pieces that a frame can draw, and Ctrl-C is heard", async () => {
  const page = await open(browser, `${site.url}look-inside.html`);
  const terminal = page.locator("smtp-terminal");
  await terminal.evaluate((t) => {
    globalThis.most = 0;
    new MutationObserver((list) => {
      const rows = (nodes) => [...nodes].reduce((sum, node) => sum + (node.matches?.(".row") ? 1 : (node.querySelectorAll?.(".row").length ?? 0)), 0);
      // What was put into a block that is itself new is counted with the block.
      const fresh = new Set(list.flatMap(({ addedNodes }) => [...addedNodes]));
      const sum = list.filter(({ target }) => ![...fresh].some((node) => node !== target && node.contains?.(target)) && !fresh.has(target)).reduce((sum, { addedNodes }) => sum + rows(addedNodes), 0);
      globalThis.most = Math.max(globalThis.most, sum);
    }).observe(t.shadowRoot.querySelector(".rows"), { subtree: true, childList: true });
  });
  await terminal.evaluate((t) => t.run("seq 1 40000"));
  await screenEnds(page, `40000\n${PROMPT}`, undefined, 30_000);
  const most = await page.evaluate(() => globalThis.most);
  assert.ok(most > 0 && most <= 4_000, `${most} rows at once`);
  await field(page).focus();
  await page.keyboard.type("yes\n");
  await page.waitForFunction(() => document.querySelector("smtp-terminal").transcript.endsWith("y\n"));
  await page.keyboard.press("Control+c");
  await screenEnds(page, PROMPT, undefined, 30_000);
  assert.ok(!(await terminal.evaluate((t) => t.transcript.slice(-200))).includes("too much"));
  await page.context().close();
});

test("who was at the end is there when a program that prints much is stopped, and who has scrolled up stays", async () => {
  const page = await open(browser, `${site.url}look-inside.html`);
  const scroll = page.locator("smtp-terminal .scroll");
  const below = () => scroll.evaluate((s) => Math.round(s.scrollHeight - s.scrollTop - s.clientHeight));
  // Rows enough for a browser to guess at the length of those that it has not laid out.
  await field(page).focus();
  await page.keyboard.type("yes\n");
  await page.waitForFunction(() => document.querySelector("smtp-terminal").transcript.length > 100_000);
  await page.keyboard.press("Control+C");
  await screenEnds(page, PROMPT);
  await page.waitForTimeout(300);
  assert.ok((await below()) < 16, `${await below()} px below`);
  await scroll.evaluate((s) => (s.scrollTop -= 600));
  await page.waitForTimeout(100);
  const before = await below();
  await page.locator("smtp-terminal").evaluate((t) => t.shadowRoot.querySelector(".scroll").dispatchEvent(new Event("scroll")));
  await page.waitForTimeout(100);
  assert.equal(await below(), before, "the reader is taken back to the end");
  // What is typed is seen.
  await page.keyboard.type("echo hi\n");
  await screenEnds(page, `hi\n${PROMPT}`);
  await page.waitForTimeout(100);
  assert.ok((await below()) < 16);
  await page.context().close();
});
