// Little room: 400 % of a window of 1280 px, a narrow phone, a phone on its side. Nothing scrolls
// sideways, what has the focus can be seen, and each part has some lines.

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

const LESSON = "lesson.html?first-mail&lang=en";
const SIZES = [["400 %", 320, 256], ["narrow", 320, 640], ["on its side", 740, 360]];
const PAGES = [["start", ""], ["lesson", LESSON], ["views", "look-inside.html"]];

/** What has the focus and cannot be seen. */
const hidden = (page) =>
  page.evaluate(() => {
    let at = document.activeElement;
    let root = document;
    while (at?.shadowRoot?.activeElement) [root, at] = [at.shadowRoot, at.shadowRoot.activeElement];
    if (!at || at === document.body) return null;
    // A link may go on in the next line.
    const points = [...at.getClientRects()].flatMap(({ left, right, top, bottom }) => [
      [left + 2, top + 2],
      [(left + right) / 2, (top + bottom) / 2],
      [right - 2, bottom - 2],
    ]);
    const isSeen = points.some(([x, y]) => at.contains(root.elementFromPoint(x, y)));
    return isSeen ? "" : `${at.localName} ${at.ariaLabel || at.textContent.trim().slice(0, 40)}`;
  });

const height = (page, selector) => page.locator(`smtp-terminal ${selector}`).evaluate((e) => e.getBoundingClientRect().height);

for (const [name, width, high] of SIZES) {
  for (const [title, address] of PAGES) {
    test(`${name}: ${title}`, async () => {
      const page = await open(browser, site.url + address, { viewport: { width, height: high } });
      await field(page).focus();
      await page.keyboard.type("telnet smtp.safeer.in 25\n");
      await screenEnds(page, "Postfix (Ubuntu)\n");
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, "it scrolls sideways");
      const unseen = [];
      await page.evaluate(() => document.activeElement.blur());
      for (let i = 0; i < 80; i++) {
        await page.keyboard.press("Tab");
        const what = await hidden(page);
        if (what === null) break;
        if (what) unseen.push(what);
      }
      assert.deepEqual(unseen, [], "what has the focus is covered");
      await page.screenshot({ path: `${OUTPUT}/room-${title}-${width}x${high}.png` });
      if (title === "start") return page.context().close(); // The plain build has no views.
      // With a view open the line stays, and both have some lines.
      await page.locator("smtp-terminal [role=tab][data-view=Session]").click();
      await page.locator("smtp-terminal [role=tabpanel]").waitFor();
      const [screen, view] = [await height(page, ".scroll"), await height(page, "[role=tabpanel]")];
      const least = title === "lesson" || high > 300 ? 80 : 40;
      assert.ok(screen >= 60 && view >= least, `${screen} px for the dialogue, ${view} for the view`);
      await field(page).focus();
      assert.equal(await hidden(page), "");
      await page.screenshot({ path: `${OUTPUT}/room-${title}-${width}x${high}-view.png` });
      assert.deepEqual(page.problems, []);
      await page.context().close();
    });
  }
}

test("nothing moves for those who want no motion", needs("less motion"), async () => {
  const page = await open(browser, site.url + LESSON, { reducedMotion: "reduce" });
  await page.locator("smtp-terminal [role=tab][data-view=Session]").click();
  const moving = await page.locator("smtp-terminal").evaluate((t) =>
    [...t.shadowRoot.querySelectorAll("*")]
      .filter((one) => {
        const { animationName, transitionDuration } = getComputedStyle(one);
        return animationName !== "none" || transitionDuration.split(",").some((time) => parseFloat(time) > 0);
      })
      .map((one) => one.outerHTML.slice(0, 80)),
  );
  assert.deepEqual(moving, []);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), "auto");
  await page.context().close();
});

test("forced colours: what is chosen, what is open and where the focus is can be told", needs("forced colours"), async () => {
  const page = await open(browser, site.url + LESSON, { forcedColors: "active" });
  await page.locator("smtp-terminal").evaluate((t) => t.run("telnet smtp.safeer.in 25"));
  await page.locator("smtp-terminal [role=tab][data-view=Session]").click();
  await page.locator("smtp-terminal [role=tabpanel]").waitFor();
  const told = await page.locator("smtp-terminal").evaluate((t) => {
    const style = (name) => getComputedStyle(t.shadowRoot.querySelector(name));
    const border = (name) => style(name).borderBlockEndColor;
    return {
      tab: border("[aria-selected=true]") !== border("[aria-selected=false]"),
      step: style(".at h3").fontWeight >= 600,
      now: style(".diagram .state.now").stroke !== style(".diagram .state:not(.now)").stroke,
    };
  });
  assert.deepEqual(told, { tab: true, step: true, now: true });
  await page.screenshot({ path: `${OUTPUT}/forced-colours.png` });
  await page.context().close();
});

test("a phone has a row of keys, and its keyboard stays open", needs("to touch"), async () => {
  const page = await open(browser, site.url + LESSON, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await field(page).tap();
  const names = await page.locator("smtp-terminal .keys button:visible").allTextContents();
  assert.deepEqual(names, ["Ctrl C", "Ctrl ]", "Ctrl D", "Esc", "Tab", "←", "→", "↑", "↓"]);
  const key = (name) => page.locator("smtp-terminal .keys").getByRole("button", { name, exact: true }).tap();
  await page.keyboard.type("telnet smtp.safeer.in 25\n");
  await screenEnds(page, "Postfix (Ubuntu)\n");
  await key("Ctrl ]");
  await screenEnds(page, "telnet> ");
  await page.keyboard.type("quit\n");
  await screenEnds(page, "closed.\nsafeer@penguinpower:~$ ");
  await page.keyboard.type("echo ac");
  await key("←");
  await page.keyboard.type("b");
  await key("→");
  await page.keyboard.type("d");
  assert.equal(await field(page).inputValue(), "echo abcd");
  await key("Ctrl C");
  await key("↑");
  assert.equal(await field(page).inputValue(), "telnet smtp.safeer.in 25");
  assert.equal(await field(page).evaluate((line) => line.getRootNode().activeElement === line), true);
  // Each can be met with a finger.
  const sizes = await page.locator("smtp-terminal .keys button:visible").evaluateAll((all) =>
    all.map((one) => one.getBoundingClientRect()).filter(({ width, height }) => Math.min(width, height) < 24).length,
  );
  assert.equal(sizes, 0);
  await page.context().close();
});
