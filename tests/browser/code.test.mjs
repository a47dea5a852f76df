// Transcripts of a page that run in its terminal.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OUTPUT, launch, open, screenEnds, serveSite, transcript, violations } from "./browser.mjs";

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

const page = (options) => open(browser, `${site.url}code.html`, options);
const run = (page, section) => page.locator(`${section} .smtp-code-run`);
const status = (page, section) => page.locator(`${section} [role=status]:not(.smtp-code-tick)`);
/** Waits until a transcript has run; what it says. */
async function ran(page, section) {
  const said = status(page, section);
  await said.filter({ hasText: "as the page says" }).waitFor({ timeout: 20_000 });
  return said.textContent();
}

test("a button types the transcript, and what came is as the page says", async () => {
  const tab = await page();
  assert.equal(await tab.locator(".smtp-code").count(), 3);
  assert.equal(await tab.locator(".other").evaluate((pre) => !!pre.closest(".smtp-code")), false);
  await run(tab, "#hello").click();
  assert.equal(await ran(tab, "#hello"), "All 2 replies are as the page says.");
  await screenEnds(tab, "HELO penguinpower\n250 smtp.safeer.in\n");
  // The banner is the server's own.
  const rows = await tab.locator("#hello li").evaluateAll((all) => all.map((li) => [li.className, li.querySelector(".came").textContent]));
  assert.deepEqual(rows, [["same", "220 smtp.safeer.in ESMTP Postfix (Ubuntu)"], ["same", "250 smtp.safeer.in"]]);
  assert.ok(await tab.locator("#hello .smtp-code-tick").isVisible());
  assert.equal(await tab.locator("#hello").evaluate((step) => step.classList.contains("done")), true);
  assert.equal(await tab.locator("#letter .smtp-code-tick").isVisible(), false);
  assert.deepEqual(tab.problems, []);
  await tab.context().close();
});

test("on a German page the button and what it says are German, and the server is not", async () => {
  const tab = await open(browser, `${site.url}code-de.html`);
  const button = run(tab, "#hello");
  await button.filter({ hasText: "Im Terminal ausführen" }).click();
  await status(tab, "#hello").filter({ hasText: "1 von 2 Antworten sind, wie die Seite sagt." }).waitFor({ timeout: 20_000 });
  const labels = await tab.locator("#hello li.other > span").allTextContents();
  assert.deepEqual(labels, ["gesagt", "erwartet", "gekommen"]);
  assert.equal(await tab.locator("#hello li.other .came").textContent(), "250 smtp.safeer.in");
  assert.equal(await button.textContent(), "Noch einmal ausführen");
  assert.deepEqual(tab.problems, []);
  await tab.context().close();
});

test("what is different stands beside what was expected, with the difference marked", async () => {
  const tab = await page();
  const told = tab.evaluate(() => new Promise((done) => document.addEventListener("smtp-code", ({ target, detail }) => {
    if (target.matches(".envelope")) done(detail);
  })));
  await run(tab, "#envelope").click();
  assert.equal(await ran(tab, "#envelope"), "2 of 3 replies are as the page says.");
  assert.deepEqual(await told, { same: 2, expected: 3 });
  // It goes on with the one before it, which was typed first.
  assert.equal(await ran(tab, "#hello"), "All 2 replies are as the page says.");
  const other = tab.locator("#envelope li.other").first();
  assert.equal(await other.locator(".expected mark").textContent(), "OK");
  assert.equal(await other.locator(".came mark").textContent(), "Ok");
  assert.equal(await other.locator(".came").textContent(), "250 2.1.0 Ok");
  assert.equal(await tab.locator("#envelope .smtp-code-tick").isVisible(), false);
  await tab.screenshot({ path: `${OUTPUT}/code-difference.png` });
  await tab.locator("#envelope .smtp-code-hide").click();
  assert.equal(await tab.locator("#envelope .smtp-code-results").isVisible(), false);
  await tab.context().close();
});

test("a message is typed as it stands, and a second run begins anew", async () => {
  const tab = await page();
  await run(tab, "#envelope").click();
  await ran(tab, "#envelope");
  await run(tab, "#letter").click();
  assert.equal(await ran(tab, "#letter"), "All 3 replies are as the page says.");
  assert.match(await transcript(tab), /DATA\n354 .*\nSubject: A test\n\nHello\n\.\n250 2\.0\.0 Ok: queued as QUEUEID\nQUIT\n221 2\.0\.0 Bye\n/);
  await screenEnds(tab, PROMPT);
  await run(tab, "#hello").click();
  await screenEnds(tab, "250 smtp.safeer.in\n");
  // Whoever is still connected is not left standing.
  await tab.waitForFunction(() => !document.querySelector("#hello .smtp-code-run").disabled);
  await run(tab, "#hello").click();
  await tab.waitForFunction(() => document.querySelector("smtp-terminal").transcript.match(/HELO penguinpower/g).length === 3);
  await screenEnds(tab, "250 smtp.safeer.in\n");
  assert.match(await transcript(tab), /QUIT\n221 2\.0\.0 Bye\nConnection closed by foreign host\.\n[^\n]*telnet/);
  await tab.context().close();
});

test("a step is done by hand as well", async () => {
  const tab = await page();
  await tab.locator("smtp-terminal").evaluate((t) => t.run("telnet smtp.safeer.in 25\nhelo me"));
  await tab.locator("#hello .smtp-code-tick").waitFor();
  assert.equal(await tab.locator("#hello .smtp-code-results").isVisible(), false);
  assert.equal(await tab.locator("#alone .smtp-code-tick").isVisible(), false);
  await tab.locator("smtp-terminal").evaluate((t) => t.run("mail from safeer"));
  await tab.locator("#alone .smtp-code-tick").waitFor();
  await tab.context().close();
});

test("every transcript of a page, and those that an element chooses", async () => {
  const tab = await open(browser, `${site.url}code-all.html`);
  assert.equal(await tab.locator(".smtp-code").count(), 2);
  await tab.locator(".smtp-code:has(.one) .smtp-code-run").click();
  await screenEnds(tab, "NOOP\n250 2.0.0 Ok\n", "#second");
  assert.equal(await transcript(tab, "#first"), PROMPT);
  await tab.locator(".smtp-code:has(pre) .smtp-code-run").click();
  await screenEnds(tab, "NOOP\n250 2.0.0 Ok\n", "#first");
  assert.deepEqual(tab.problems, []);
  await tab.context().close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const [name, viewport] of [["wide", { width: 1280, height: 800 }], ["narrow", { width: 360, height: 800 }]]) {
    test(`it can be used in ${colorScheme}, ${name}, by the keyboard alone`, async () => {
      const tab = await page({ colorScheme, viewport });
      await run(tab, "#envelope").focus();
      await tab.keyboard.press("Enter");
      await ran(tab, "#envelope");
      assert.deepEqual(await violations(tab), []);
      const isWide = await tab.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
      assert.equal(isWide, false);
      await tab.locator("#envelope").scrollIntoViewIfNeeded();
      await tab.screenshot({ path: `${OUTPUT}/code-${name}-${colorScheme}.png`, fullPage: name === "wide" });
      assert.deepEqual(tab.problems, []);
      await tab.context().close();
    });
  }
}
