// The workstation in the page: an editor's panel, completion, the search in the history.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OUTPUT, launch, open, screenEnds, serveSite, violations } from "./browser.mjs";

let browser;
let site;
before(async () => {
  browser = await launch();
  site = await serveSite({ headers: {} });
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const line = (page) => page.locator("smtp-terminal .entry input");
const focused = (page) =>
  page.locator("smtp-terminal").evaluate((e) => e.shadowRoot.activeElement?.localName);

for (const [name, viewport] of [
  ["wide", { width: 1280, height: 900 }],
  ["phone", { width: 360, height: 740 }],
]) {
  test(`a file is edited with nano and vi, by the keyboard alone: ${name}`, async () => {
    const page = await open(browser, `${site.url}look-inside.html`, { viewport });
    await line(page).focus();
    await page.keyboard.type("nano note.txt\n");
    const text = page.locator("smtp-terminal .editor textarea");
    await text.waitFor();
    assert.equal(await focused(page), "textarea");
    await page.keyboard.type("To: asha\n\nHello");
    await page.keyboard.press("Control+o");
    await page.locator("smtp-terminal .editor [role=status]", { hasText: "Wrote" }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: `${OUTPUT}/editor-${name}.png` });
    await page.keyboard.press("Control+x");
    await text.waitFor({ state: "detached" });
    assert.equal(await focused(page), "input");
    await page.keyboard.type("vi note.txt\n");
    await text.waitFor();
    assert.match(await text.inputValue(), /Hello/);
    await page.keyboard.press("Control+End");
    // nano has ended the last line, as it does.
    await page.keyboard.type("again");
    await page.keyboard.press("Escape");
    await page.keyboard.type("wq\n");
    await text.waitFor({ state: "detached" });
    await page.keyboard.type("tail -n 2 note.txt\n");
    await screenEnds(page, "Hello\nagain\nsafeer@penguinpower:~$ ");
    // A file that may not be written, and the way out by a button.
    await page.keyboard.type("vi /etc/hosts\n");
    await text.waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.type("wq\n");
    await page.locator("smtp-terminal .editor [role=status]", { hasText: "E212" }).waitFor();
    await page.locator("smtp-terminal .editor button", { hasText: "Close without saving" }).click();
    await text.waitFor({ state: "detached" });
    const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(scrolls, false, "the page scrolls sideways");
  });
}

test("Tab completes what is typed and leaves an empty line; Ctrl-R finds an older one", async () => {
  const page = await open(browser, `${site.url}look-inside.html`);
  await line(page).focus();
  await page.keyboard.type("echo one > letter.txt\necho two\n");
  await screenEnds(page, "two\nsafeer@penguinpower:~$ ");
  await page.keyboard.type("cat let");
  await page.keyboard.press("Tab");
  assert.equal(await line(page).inputValue(), "cat letter.txt ");
  await page.keyboard.press("Enter");
  await screenEnds(page, "one\nsafeer@penguinpower:~$ ");
  await page.keyboard.type("one");
  await page.keyboard.press("Control+r");
  await page.locator("smtp-terminal .entry .left", { hasText: "(reverse-i-search)" }).waitFor();
  assert.equal(await line(page).inputValue(), "echo one > letter.txt");
  await page.keyboard.press("Control+u");
  await page.locator("smtp-terminal .entry .left", { hasText: "safeer@" }).waitFor();
  await page.keyboard.press("Tab");
  assert.notEqual(await focused(page), "input");
});
