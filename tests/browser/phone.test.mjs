// The pages on a small phone: what is to be done next is on the first screen, and nothing is cut off.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OUTPUT, field, launch, needs, open, screenEnds, serveSite } from "./browser.mjs";

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

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const phone = (path) => open(browser, site.url + path, PHONE);
const inside = (page, selector) => page.locator(`smtp-terminal ${selector}`).first();
const box = (page, selector) => inside(page, selector).evaluate((it) => JSON.parse(JSON.stringify(it.getBoundingClientRect())));

test("the first step and its command are on the first screen", needs("to touch"), async () => {
  const page = await phone("lesson.html?first-mail");
  const text = await box(page, ".steps-and-text");
  for (const part of [".at h3", ".at .command"]) {
    const { top, bottom } = await box(page, part);
    assert.ok(top >= text.top && bottom <= text.bottom, `${part} is in sight`);
  }
  assert.match(await inside(page, ".fold").innerText(), /^▾ Step 1 of 7: Connect$|^Step 1 of 7: Connect$/);
  await page.screenshot({ path: `${OUTPUT}/phone-lesson.png` });
  await page.context().close();
});

test("on a screen with room the introduction is seen as well", async () => {
  const page = await open(browser, `${site.url}lesson.html?first-mail`);
  assert.equal(await inside(page, ".steps-and-text").evaluate((it) => it.scrollTop), 0);
  await page.context().close();
});

test("what is said of a mistake lies over nothing, and a long title is whole", needs("to touch"), async () => {
  const page = await phone("lesson.html?first-mail");
  await page.locator("smtp-terminal").evaluate((t) => t.run("telnet smtp.safeer.in 25"));
  await screenEnds(page, "Postfix (Ubuntu)\n");
  await page.locator("smtp-terminal").evaluate((t) => t.run("HELLO penguinpower"));
  await inside(page, ".remark").waitFor();
  const [text, remark, terminal] = [await box(page, ".steps-and-text"), await box(page, ".remark"), await box(page, ".scroll")];
  assert.ok(text.bottom <= remark.top && remark.bottom <= terminal.top, "one below the other");
  assert.ok(text.height > 60, "and the text can be read");
  const title = await inside(page, ".fold .now").evaluate((it) => [it.scrollWidth <= it.parentElement.clientWidth, getComputedStyle(it).textOverflow]);
  assert.deepEqual(title, [true, "clip"]);
  await page.screenshot({ path: `${OUTPUT}/phone-remark.png` });
  await page.context().close();
});

test("the tour leaves more than half of the screen to its text, and its buttons look as if they could be pressed", needs("to touch"), async () => {
  const page = await phone("look-inside.html");
  const aside = await page.locator("aside").evaluate((it) => it.getBoundingClientRect().height);
  assert.ok(aside < 740 * 0.45, `${aside} of 740 px`);
  const shown = await page.locator(".bar button").evaluateAll((all) =>
    all.map((it) => [getComputedStyle(it).borderTopColor !== "rgba(0, 0, 0, 0)", getComputedStyle(it).color === getComputedStyle(document.body).color]),
  );
  assert.ok(shown.length >= 2 && shown.flat().every(Boolean), JSON.stringify(shown));
  await page.context().close();
});

test("what a line means says that there is more of it to read", needs("to touch"), async () => {
  const page = await phone("lesson.html?first-mail");
  await page.locator("smtp-terminal").evaluate((t) => t.run("telnet smtp.safeer.in 25"));
  await screenEnds(page, "Postfix (Ubuntu)\n");
  await page.getByRole("button", { name: "Explain" }).tap();
  await inside(page, ".card").waitFor();
  const [card, screen] = [await box(page, ".card"), await box(page, ".scroll")];
  assert.ok(card.top >= screen.top - 1 && card.bottom <= screen.bottom + 1, "all of the card is inside");
  assert.match(await inside(page, ".card").evaluate((it) => getComputedStyle(it).backgroundAttachment), /local/);
  await page.screenshot({ path: `${OUTPUT}/phone-card.png` });
  await page.context().close();
});

test("a frame in another language says that the lesson is in English", async () => {
  for (const [path, said] of [["lesson.html?queue-surgery&lang=de", "Diese Lektion ist auf Englisch."], ["lesson.html?first-mail&lang=de", ""], ["lesson.html?queue-surgery&lang=en", ""]]) {
    const page = await open(browser, site.url + path, { viewport: { width: 360, height: 740 } });
    const note = page.locator("#tongue");
    assert.equal((await note.isVisible()) ? await note.textContent() : "", said, path);
    await page.context().close();
  }
  const page = await open(browser, `${site.url}course.html?lang=ja`, { waits: false });
  await page.locator(".course li").first().waitFor();
  const facts = (name) => page.locator(".course li", { has: page.locator(`a[href="lesson.html?${name}"]`) }).locator(".facts").textContent();
  assert.match(await facts("queue-surgery"), /英語/);
  assert.doesNotMatch(await facts("first-mail"), /英語/);
  assert.equal(await page.locator(".top a").textContent(), "ホーム");
  await page.context().close();
});
