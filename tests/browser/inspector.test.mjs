// The inspector: what a session is and holds, who decided, envelope and headers, the wire, the way of
// a message; by mouse, by the keyboard alone, at each width, light and dark.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { OUTPUT, field, host, launch, open, ready, screenEnds, serveSite, transcript, violations } from "./browser.mjs";

const LETTER = `printf 'HELO x\\r\\nMAIL FROM:<safeer@safeer.in>\\r\\nRCPT TO:<praveen@gmail.com>\\r\\nRCPT TO:<x@down.example>\\r\\nRCPT TO:<nosuch@gmail.com>\\r\\nDATA\\r\\nSubject: Happy New Year!!!\\r\\nFrom: The King <king@palace.example>\\r\\nTo: praveen@gmail.com\\r\\n\\r\\nHappy New Year\\r\\n.\\r\\nQUIT\\r\\n' | nc smtp.safeer.in 25`;

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

const look = (options) => open(browser, `${site.url}look-inside.html`, options);
const inside = (page, selector) => page.locator(`smtp-terminal ${selector}`);
const tab = (page, name) => inside(page, `[role=tab][data-view="${name}"]`);
const panel = (page, name) => inside(page, `[role=tabpanel][data-view="${name}"]`);
const run = (page, text) => page.locator("smtp-terminal").evaluate((t, text) => t.run(text), text);
/** The name of what has the focus inside the terminal. */
const focused = (page) =>
  page.evaluate(() => {
    const active = document.querySelector("smtp-terminal").shadowRoot.activeElement;
    return active && (active.dataset.view ?? active.getAttribute("aria-label") ?? active.textContent);
  });
async function show(page, name) {
  await tab(page, name).click();
  await panel(page, name).waitFor();
}
const size = async (page, selector) => (await inside(page, selector).boundingBox()).height;

test("a message is written by the buttons of the picture, and every step is seen", async () => {
  const page = await look();
  await show(page, "Session");
  const now = async (name) => {
    await inside(page, ".states .now").filter({ hasText: name }).waitFor({ state: "attached" });
    assert.equal(await inside(page, ".diagram text.now").textContent(), name);
  };
  const press = async (line, end) => {
    const button = inside(page, ".commands button", { hasText: line }).filter({ hasText: line }).first();
    await button.click();
    await screenEnds(page, end);
  };
  await press("telnet", "220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n");
  await now("Command");
  await press("EHLO", "250 CHUNKING\n");
  // What is not its turn stays where it is, says why, and does nothing.
  const data = inside(page, ".commands button").filter({ hasText: /^DATA/ });
  assert.equal(await data.getAttribute("aria-disabled"), "true");
  assert.equal(await data.getAttribute("title"), "not before MAIL");
  await data.click({ force: true });
  await press("MAIL FROM", "250 2.1.0 Ok\n");
  await press("RCPT TO", "250 2.1.5 Ok\n");
  assert.match(await panel(page, "Session").textContent(), /A message has a sender and one recipient/);
  assert.match(await inside(page, ".right-part .held").textContent(), /Reverse-path<safeer@/);
  await press("DATA", "354 End data with <CR><LF>.<CR><LF>\n");
  await now("Content");
  await press("Subject: Hello", "Subject: Hello\n");
  await press("an empty line", "\n\n");
  await press("How are you?", "How are you?\n");
  await inside(page, ".commands button").filter({ hasText: /^\.$/ }).click();
  await page.waitForFunction(() => /queued as/.test(document.querySelector("smtp-terminal").transcript));
  await now("Command");
  await press("QUIT", "Connection closed by foreign host.\nsafeer@penguinpower:~$ ");
  await now("Closed");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("who decided is marked, and the picture has its text", async () => {
  const page = await look();
  await run(page, "telnet smtp.safeer.in 25\nEHLO x\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<nosuch@safeer.in>");
  await screenEnds(page, "User unknown in local recipient table\n");
  await show(page, "Session");
  await inside(page, ".asked .decides").first().waitFor();
  assert.match(await inside(page, ".asked li.decides").textContent(), /smtpd_reject_unlisted_recipient refuses decided/);
  assert.match(await inside(page, ".asked").first().textContent(), /permit_mynetworks lets it pass/);
  const details = inside(page, ".session details").first();
  await details.locator("summary").click();
  assert.equal(await details.locator("tbody tr").count(), 19);
  assert.ok((await details.locator("tbody tr.open").count()) >= 5);
  assert.deepEqual(await violations(page), []);
  await page.context().close();
});

test("envelope and headers differ, and where is said", async () => {
  const page = await look();
  await run(page, LETTER);
  await screenEnds(page, "221 2.0.0 Bye\nsafeer@penguinpower:~$ ");
  await show(page, "Envelope");
  const rows = inside(page, ".pairs tbody tr");
  assert.equal(await rows.count(), 4);
  assert.match(await rows.nth(0).textContent(), /MAIL FROM <safeer@safeer.in>From: king@palace.example≠/);
  assert.match(await rows.nth(1).textContent(), /= Same address/);
  assert.match(await rows.nth(2).textContent(), /no header≠ Gets it although no header names it/);
  assert.deepEqual(await violations(page), []);
  await page.context().close();
});

test("the wire shows every byte, and is saved as text and as a capture", async () => {
  const page = await look({ acceptDownloads: true });
  await run(page, LETTER);
  await screenEnds(page, "221 2.0.0 Bye\nsafeer@penguinpower:~$ ");
  await show(page, "Wire");
  const text = await inside(page, ".wire").textContent();
  assert.match(text, /clientDATACRLF/);
  assert.match(text, /server354 End data with <CR><LF>\.<CR><LF>CRLF/);
  const save = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), inside(page, ".save").filter({ hasText: name }).click()]);
    return [download.suggestedFilename(), await readFile(await download.path())];
  };
  const [textName, saved] = await save("Save as text");
  assert.equal(textName, "smtp.txt");
  assert.match(saved.toString(), / C: RCPT TO:<praveen@gmail\.com>\\r\\n\n/);
  const [pcapName, pcap] = await save("Save as pcap");
  assert.equal(pcapName, "smtp.pcap");
  assert.equal(pcap.readUInt32LE(0), 0xa1b2c3d4);
  assert.equal(pcap.readUInt32LE(20), 1);
  assert.ok(pcap.includes("RCPT TO:<praveen@gmail.com>\r\n"));
  await inside(page, ".tools button").filter({ hasText: "Hex" }).click();
  await inside(page, ".wire.hex").waitFor();
  assert.match(await inside(page, ".wire.hex").textContent(), /00000000 {2}32 32 30 20 73 6d 74 70/);
  // The mail between servers is there as well.
  const all = await inside(page, ".tools option").allTextContents();
  assert.ok(all.some((name) => name.startsWith("mail on its way: smtp.safeer.in → ")), all.join());
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a journey is a tree, which a queue ID in the log leads to", async () => {
  const page = await look();
  await run(page, LETTER);
  await screenEnds(page, "221 2.0.0 Bye\nsafeer@penguinpower:~$ ");
  await inside(page, ".skip").press("Enter");
  await inside(page, ".skip").press("Enter");
  await show(page, "Log");
  const line = inside(page, ".log li").filter({ hasText: "to=<x@down.example>" }).first();
  await line.locator(".id").click();
  await panel(page, "Journey").waitFor();
  const branches = inside(page, ".journey > .branches > li");
  assert.equal(await branches.count(), 4);
  const of = (name) => branches.filter({ hasText: name }).first();
  // A branch holds what is its own, and nothing of another.
  const waits = await of("x@down.example").textContent();
  assert.match(waits, /Waits in the deferred queue, tried again at/);
  assert.doesNotMatch(waits, /praveen|gmail/);
  assert.ok((await of("x@down.example").locator(".time-line circle").count()) >= 3);
  assert.match(await of("praveen@gmail.com").textContent(), /gmail-smtp-in\.l\.google\.com took it.*Lies in \/var\/mail\/praveen/s);
  assert.match(await inside(page, ".journey .back").textContent(), /Back to the sender.*Lies in \/var\/mail\/safeer/s);
  await inside(page, ".journey .id").first().click();
  await panel(page, "Log").waitFor();
  assert.deepEqual(await violations(page), []);
  await page.context().close();
});

test("by the keyboard alone: tabs, the line between, and back", async () => {
  const page = await look();
  await field(page).focus();
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Session");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.equal(await focused(page), "Wire");
  // Nothing opens by itself.
  assert.equal(await inside(page, "[role=tabpanel]").count(), 0);
  await page.keyboard.press("Enter");
  await panel(page, "Wire").waitFor();
  await page.keyboard.press("End");
  await panel(page, "main.cf").waitFor();
  assert.equal(await focused(page), "main.cf");
  await page.keyboard.press("ArrowRight");
  await panel(page, "Session").waitFor();
  // One stop for all tabs, then the clock, then what is open.
  await page.keyboard.press("Tab");
  assert.match(await focused(page), /^Let 5 min pass/);
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Session");
  assert.equal(await page.evaluate(() => document.querySelector("smtp-terminal").getAttribute("view")), "Session");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await screenEnds(page, "220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n");
  // The button that was pressed is not its turn any more, and keeps the focus.
  assert.match(await focused(page), /^telnet smtp\.safeer\.in 25/);
  await page.keyboard.press("Escape");
  await inside(page, "[role=tabpanel]").waitFor({ state: "detached" });
  assert.equal(await focused(page), "Session");
  assert.equal(await page.evaluate(() => document.querySelector("smtp-terminal").hasAttribute("view")), false);
  await page.keyboard.press("Enter");
  await panel(page, "Session").waitFor();
  await page.keyboard.press("Shift+Tab");
  assert.equal(await focused(page), "Size of the view");
  const before = await size(page, "[role=tabpanel]");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.querySelector("smtp-terminal").shadowRoot.querySelector("[role=separator]").ariaValueNow === "37");
  assert.ok((await size(page, "[role=tabpanel]")) < before - 10);
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.querySelector("smtp-terminal").shadowRoot.querySelector("[role=separator]").ariaValueNow === "50");
  const whole = (await page.locator("smtp-terminal").boundingBox()).height;
  assert.ok((await size(page, ".scroll")) >= whole / 2 - 1, "the terminal has less than half");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await inside(page, "[role=tabpanel]").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  assert.match(await focused(page), /Type to the server/);
  await page.context().close();
});

test("the line between is moved by the pointer", async () => {
  const page = await look();
  await show(page, "Files");
  const line = await inside(page, ".divider").boundingBox();
  const before = await size(page, "[role=tabpanel]");
  const middle = line.x + line.width / 2;
  await page.mouse.move(middle, line.y + line.height / 2);
  await page.mouse.down();
  await page.mouse.move(middle, line.y + 60, { steps: 4 });
  const during = await size(page, "[role=tabpanel]");
  await page.mouse.up();
  assert.ok(during < before - 30, `${during} of ${before}`);
  const said = Number(await inside(page, ".divider").getAttribute("aria-valuenow"));
  assert.ok(said < 42 && said >= 15, String(said));
  await page.context().close();
});

test("what is typed and where the reader is stays when views change", async () => {
  const page = await look();
  await field(page).fill("echo half");
  await show(page, "Session");
  await inside(page, ".commands button").first().click();
  await screenEnds(page, "220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n");
  assert.equal(await field(page).inputValue(), "echo half");
  assert.match(await transcript(page), /telnet smtp\.safeer\.in 25/);
  await page.context().close();
});

for (const [name, viewport, colorScheme] of [
  ["360", { width: 360, height: 740 }, "light"],
  ["360-dark", { width: 360, height: 740 }, "dark"],
  ["768", { width: 768, height: 1024 }, "light"],
  ["768-dark", { width: 768, height: 1024 }, "dark"],
  ["1280", { width: 1280, height: 900 }, "light"],
  ["1280-dark", { width: 1280, height: 900 }, "dark"],
  ["1920", { width: 1920, height: 1080 }, "light"],
  ["1920-dark", { width: 1920, height: 1080 }, "dark"],
]) {
  test(`every view fits and has no fault: ${name}`, async () => {
    const page = await look({ viewport, colorScheme });
    await run(page, LETTER);
    await screenEnds(page, "221 2.0.0 Bye\nsafeer@penguinpower:~$ ");
    await inside(page, ".skip").click();
    for (const view of ["Session", "Envelope", "Wire", "Mailboxes", "Queue", "Log", "Journey", "Files", "main.cf"]) {
      await show(page, view);
      assert.deepEqual(await violations(page), [], view);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(sideways, false, `the page scrolls sideways with ${view}`);
      const whole = (await page.locator("smtp-terminal").boundingBox()).height;
      assert.ok((await size(page, ".scroll")) >= whole / 2 - 1, `${view}: the terminal has less than half`);
      await page.screenshot({ path: `${OUTPUT}/inspector-${view}-${name}.png` });
    }
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
}

test("a page may place the views: beside the terminal, and the picture for good", async () => {
  const wide = { viewport: { width: 1800, height: 900 } };
  const whole = (page) => page.locator("smtp-terminal").evaluate((t) => (t.style.blockSize = "55em"));
  let page = await host(browser, site, '<main><h1>A page</h1><smtp-terminal full views="beside"></smtp-terminal></main>', wide);
  await ready(page);
  await whole(page);
  await show(page, "Session");
  const screen = await inside(page, ".scroll").boundingBox();
  const view = await inside(page, "[role=tabpanel]").boundingBox();
  assert.ok(view.x >= screen.x + screen.width, "the view is not beside the terminal");
  assert.ok(screen.width >= 1800 / 2 - 40);
  assert.deepEqual(await violations(page), []);
  await page.screenshot({ path: `${OUTPUT}/inspector-beside.png` });
  await page.context().close();
  page = await host(browser, site, "<main><h1>A page</h1><smtp-terminal full picture></smtp-terminal></main>", wide);
  await ready(page);
  await whole(page);
  await inside(page, ".pinned .diagram").waitFor();
  await show(page, "Wire");
  assert.equal(await inside(page, ".pinned").isVisible(), true);
  assert.deepEqual(await violations(page), []);
  await page.screenshot({ path: `${OUTPUT}/inspector-picture.png` });
  await page.context().close();
});
