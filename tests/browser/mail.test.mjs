// After the dot: the views beside the terminal, for a reader with a mouse, a keyboard, a phone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OUTPUT, launch, open, screenEnds, serveSite, violations } from "./browser.mjs";

const LETTER = `printf 'HELO x\\r\\nMAIL FROM:<safeer@safeer.in>\\r\\nRCPT TO:<praveen@gmail.com>\\r\\nRCPT TO:<x@down.example>\\r\\nDATA\\r\\nSubject: Happy New Year!!!\\r\\n\\r\\nHappy New Year\\r\\n.\\r\\nQUIT\\r\\n' | nc smtp.safeer.in 25`;

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

const tab = (page, name) => page.locator("smtp-terminal .views button", { hasText: name });
/** Waits until a view is open: the page draws a moment after it was asked to. */
const opened = (page, name) =>
  page.locator('smtp-terminal [role=tab][aria-selected="true"]', { hasText: name }).waitFor();

for (const [name, viewport, colorScheme] of [
  ["wide", { width: 1280, height: 900 }, "light"],
  ["dark", { width: 1280, height: 900 }, "dark"],
  ["phone", { width: 360, height: 740 }, "light"],
]) {
  test(`a message is followed by its views: ${name}`, async () => {
    const page = await open(browser, `${site.url}look-inside.html`, { viewport, colorScheme });
    await page.locator("smtp-terminal").evaluate((t, text) => t.run(text), LETTER);
    await screenEnds(page, "221 2.0.0 Bye\nsafeer@penguinpower:~$ ");
    await tab(page, "Mailboxes (1)").waitFor();
    await tab(page, "Mailboxes").press("Enter");
    await page.locator("smtp-terminal .people button", { hasText: "praveen@gmail.com" }).click();
    const letter = page.locator("smtp-terminal .letter").first();
    assert.match(await letter.locator("summary").first().textContent(), /Happy New Year!!!/);
    await letter.locator("summary").first().click();
    await letter.locator("summary", { hasText: "Headers" }).click();
    assert.match(await letter.textContent(), /a bounce would go here/);
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: `${OUTPUT}/mailbox-${name}.png` });
    await tab(page, "Queue (1)").click();
    await opened(page, "Queue");
    assert.match(await page.locator("smtp-terminal .view").textContent(), /Connection refused/);
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: `${OUTPUT}/queue-${name}.png` });
    // Time passes, and the message is tried again.
    const skip = tab(page, "Let 5 min pass");
    const clock = await skip.textContent();
    await skip.press("Enter");
    await skip.press("Enter");
    await page.locator("smtp-terminal .view .id").first().click();
    await opened(page, "Log");
    assert.notEqual(await skip.textContent(), clock);
    const tries = page.locator("smtp-terminal .log li", { hasText: "status=deferred" });
    assert.ok((await tries.count()) >= 2, "it was not tried again");
    assert.equal(await page.locator("smtp-terminal .log .newest").count(), 1);
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: `${OUTPUT}/log-${name}.png` });
    await tab(page, "Journey").click();
    await opened(page, "Journey");
    assert.ok((await page.locator("smtp-terminal .journey li").count()) >= 5);
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: `${OUTPUT}/journey-${name}.png` });
    await tab(page, "main.cf").click();
    await opened(page, "main.cf");
    const text = page.locator("smtp-terminal textarea");
    await text.fill((await text.inputValue()).replace("(Ubuntu)", "(changed)"));
    // What is typed there stays while the world goes on.
    await page.locator("smtp-terminal").evaluate((t) => t.run("whoami"));
    await screenEnds(page, "whoami\nsafeer\nsafeer@penguinpower:~$ ");
    assert.match(await text.inputValue(), /changed/);
    await page.locator("smtp-terminal .view button", { hasText: "Save" }).click();
    const status = page.locator("smtp-terminal [role=status]");
    await status.filter({ hasText: /^Postfix has read it\.$/ }).waitFor();
    await page.locator("smtp-terminal").evaluate((t) => t.run("printf 'QUIT\\r\\n' | nc smtp.safeer.in 25"));
    await screenEnds(page, "(changed)\n221 2.0.0 Bye\nsafeer@penguinpower:~$ ");
    await text.fill("nonsense");
    await page.locator("smtp-terminal .view button", { hasText: "Save" }).click();
    await status.filter({ hasText: "missing '=' after attribute name" }).waitFor();
    assert.equal(await text.inputValue(), "nonsense");
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: `${OUTPUT}/configuration-${name}.png` });
    const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(scrolls, false, "the page scrolls sideways");
    await page.context().close();
  });
}
