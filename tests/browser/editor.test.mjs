// nano and vi open a panel with the file, for a reader with a mouse, a keyboard, a phone.

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

for (const [name, viewport] of [
  ["wide", { width: 1280, height: 900 }],
  ["phone", { width: 360, height: 740 }],
]) {
  test(`a file is edited in a panel: ${name}`, async () => {
    const page = await open(browser, `${site.url}look-inside.html`, { viewport });
    const terminal = page.locator("smtp-terminal");
    const type = (text) => terminal.evaluate((t, line) => t.run(line), text);
    const field = page.locator("smtp-terminal .editor textarea");
    await type("echo one > notes; nano notes");
    await field.waitFor();
    assert.equal(await field.inputValue(), "one\n");
    // The cursor is in the file.
    await page.keyboard.press("End");
    await page.keyboard.type(" two");
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: `${OUTPUT}/editor-${name}.png` });
    await page.keyboard.press("Control+o");
    await page.locator("smtp-terminal .editor [role=status]", { hasText: "[ Wrote 1 line ]" }).waitFor();
    await page.keyboard.press("Control+x");
    await field.waitFor({ state: "detached" });
    await type("cat notes");
    await screenEnds(page, "cat notes\none two\nsafeer@penguinpower:~$ ");
    // vi's commands, and a file that may not be written.
    await type("vi /etc/hosts");
    await field.waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.type("wq");
    await page.keyboard.press("Enter");
    await page.locator("smtp-terminal .editor [role=status]", { hasText: "E212" }).waitFor();
    await page.locator("smtp-terminal .editor button", { hasText: "Close without saving" }).click();
    await field.waitFor({ state: "detached" });
    const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(scrolls, false, "the page scrolls sideways");
    await page.context().close();
  });
}
