// What a line means: asked with the keyboard, with a mouse and with a finger.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OUTPUT, field, launch, open, screenEnds, serveSite, violations } from "./browser.mjs";

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

const LINES = "telnet smtp.safeer.in 25\nEHLO penguinpower\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<nosuchuser@safeer.in>";
const END = "User unknown in local recipient table\n";
const card = (page) => page.locator("smtp-terminal .card");
const title = (page) => card(page).locator(".title");

/** A terminal in which a recipient was refused. */
async function refused(options) {
  const page = await open(browser, `${site.url}explained.html`, options);
  await page.locator("smtp-terminal").evaluate((t, text) => t.run(text), LINES);
  await screenEnds(page, END);
  return page;
}

/** Whether the line that is being typed can be seen, and nothing lies over it. */
const isLineFree = (page) =>
  field(page).evaluate((line) => {
    const { left, top, height } = line.getBoundingClientRect();
    return line.getRootNode().elementFromPoint(left + 2, top + height / 2) === line;
  });

/** What has the focus inside of the terminal. */
const focused = (page) =>
  page.locator("smtp-terminal").evaluate((t) => t.shadowRoot.activeElement?.className || t.shadowRoot.activeElement?.tagName);

/** What the accessibility tree calls something of a role. */
async function spoken(page, role) {
  const client = await page.context().newCDPSession(page);
  const { nodes } = await client.send("Accessibility.getFullAXTree");
  return nodes.filter((node) => node.role?.value === role).map((node) => node.name?.value);
}

for (const [name, viewport, colorScheme] of [
  ["wide", { width: 1280, height: 800 }, "light"],
  ["dark", { width: 1280, height: 800 }, "dark"],
  ["phone", { width: 360, height: 740 }, "light"],
]) {
  test(`a refusal is explained by the keyboard alone: ${name}`, async () => {
    const page = await refused({ viewport, colorScheme });
    await field(page).focus();
    const hint = page.locator("smtp-terminal .hints p");
    assert.match(await hint.textContent(), /no mailbox nosuchuser@safeer\.in/);
    const scrolled = () => page.locator("smtp-terminal .scroll").evaluate((s) => s.scrollTop);
    const before = await scrolled();
    await page.keyboard.press("F1");
    await card(page).waitFor();
    assert.equal(await title(page).textContent(), "Nobody of this name is here");
    assert.equal(await focused(page), "card");
    const said = await card(page).textContent();
    assert.match(said, /reject_unlisted_recipient/);
    assert.match(said, /unknown_local_recipient_reject_code = 550 on smtp\.safeer\.in/);
    assert.match(said, /RFC 5321/);
    assert.equal(await scrolled(), before, "the rows have moved");
    assert.ok(await isLineFree(page), "the line is covered");
    assert.ok((await spoken(page, "region")).some((said) => said?.includes("Nobody of this name is here")));
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: `${OUTPUT}/explain-reply-${name}.png` });
    // The line above is the command, with the pieces of what was typed.
    await page.keyboard.press("ArrowUp");
    await title(page).getByText("Names a recipient").waitFor();
    assert.equal(await card(page).locator(".line").textContent(), "RCPT TO:<nosuchuser@safeer.in>");
    assert.deepEqual(await card(page).locator("dt").allTextContents(), ["RCPT", "TO:", "<", "nosuchuser", "safeer.in"]);
    assert.ok(await isLineFree(page), "the line is covered");
    await page.screenshot({ path: `${OUTPUT}/explain-command-${name}.png` });
    await page.keyboard.press("ArrowDown");
    await title(page).getByText("Nobody of this name").waitFor();
    await page.keyboard.press("Escape");
    await card(page).waitFor({ state: "detached" });
    assert.equal(await focused(page), "INPUT");
    // Who goes on typing while it is open goes on in the line.
    await page.keyboard.press("F1");
    await card(page).waitFor();
    await page.keyboard.type("NOOP");
    assert.equal(await field(page).inputValue(), "NOOP");
    await page.keyboard.press("Enter");
    await screenEnds(page, "250 2.0.0 Ok\n");
    await card(page).waitFor({ state: "detached" });
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
}

test("a mark is clicked, and a click beside it goes into the line", async () => {
  const page = await refused({});
  const row = page.locator("smtp-terminal .row", { hasText: "250-SIZE" });
  const box = await row.boundingBox();
  await page.mouse.click(box.x + box.width - 10, box.y + box.height / 2);
  await title(page).getByText("The biggest message").waitFor();
  assert.match(await card(page).textContent(), /message_size_limit = 10240000 on smtp\.safeer\.in/);
  assert.ok(await isLineFree(page), "the line is covered");
  await page.keyboard.press("Escape");
  await card(page).waitFor({ state: "detached" });
  await page.mouse.click(box.x + 30, box.y + box.height / 2);
  assert.equal(await focused(page), "INPUT");
  assert.equal(await card(page).count(), 0);
  // The button of what went wrong leads to its row.
  await page.locator("smtp-terminal .hints button").first().click();
  await title(page).getByText("Nobody of this name").waitFor();
  await card(page).locator("button").last().click();
  await card(page).waitFor({ state: "detached" });
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a page in another language is explained in it, and in English where it says nothing", async () => {
  const inLanguage = async (lang) => {
    const page = await open(browser, `${site.url}explained.html`);
    await page.locator("smtp-terminal").evaluate(async (t, lang) => {
      t.lang = lang;
      await new Promise((done) => t.addEventListener("smtp-ready", done, { once: true }));
    }, lang);
    await page.locator("smtp-terminal").evaluate((t, text) => t.run(text), LINES);
    await screenEnds(page, END);
    await field(page).press("F1");
    return page;
  };
  const page = await inLanguage("de");
  await title(page).getByText("Niemand dieses Namens ist hier").waitFor();
  assert.match(await card(page).textContent(), /unknown_local_recipient_reject_code = 550.*Was zu tun ist/s);
  assert.match(await page.locator("smtp-terminal .hints p").textContent(), /Stimmt die Schreibung/);
  await page.screenshot({ path: `${OUTPUT}/explain-german.png` });
  await page.keyboard.press("Escape");
  await page.locator("smtp-terminal").evaluate((t) => t.run("QUIT\nuptime"));
  await screenEnds(page, "$ ");
  await field(page).press("F1");
  await page.keyboard.press("ArrowUp");
  await card(page).getByText("Zeigt, wie lange der Rechner läuft").first().waitFor();
  await page.context().close();
  // Of what it says nothing, English speaks.
  const other = await inLanguage("es");
  await title(other).getByText("Nobody of this name is here").waitFor();
  assert.match(await card(other).textContent(), /Qué hacer/);
  await other.context().close();
});

test("a finger opens a mark", async () => {
  const page = await refused({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  const row = page.locator("smtp-terminal .row", { hasText: "250 2.1.0 Ok" });
  const box = await row.boundingBox();
  await page.touchscreen.tap(box.x + box.width - 10, box.y + box.height / 2);
  await title(page).getByText("The sender is accepted").waitFor();
  await page.screenshot({ path: `${OUTPUT}/explain-touch.png` });
  await card(page).locator("button").last().tap();
  await card(page).waitFor({ state: "detached" });
  await page.context().close();
});

test("hints can be switched off, and are asked for by nobody without the attribute", async () => {
  const page = await refused({});
  const hints = page.locator("smtp-terminal .hints button").last();
  assert.equal(await hints.getAttribute("aria-pressed"), "true");
  await hints.click();
  await page.locator('smtp-terminal .hints [aria-pressed="false"]').waitFor();
  assert.equal(await page.locator("smtp-terminal .hints p").textContent(), "");
  await hints.click();
  await page.locator("smtp-terminal .hints p", { hasText: "no mailbox" }).waitFor();
  await page.context().close();
  const asked = () => site.requests.filter((url) => url.includes("explain/")).length;
  const before = asked();
  const plain = await open(browser, `${site.url}full.html`);
  await field(plain).press("F1");
  assert.equal(await plain.locator("smtp-terminal .hints").count(), 0);
  assert.equal(asked(), before);
  await plain.context().close();
});
