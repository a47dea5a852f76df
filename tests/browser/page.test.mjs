// The page around the terminal: for a reader with a keyboard, a phone, a screen reader.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OUTPUT, field, launch, needs, open, screenEnds, serveSite, transcript, violations } from "./browser.mjs";

const BANNER = "220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n";

let browser;
let site;
before(async () => {
  browser = await launch();
  // axe-core is put into the page from outside, which the strict policy would not let it be.
  site = await serveSite({ headers: {} });
});
after(async () => {
  await browser?.close();
  await site?.close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const [name, viewport] of [["wide", { width: 1280, height: 800 }], ["phone", { width: 360, height: 740 }]]) {
    test(`axe-core finds nothing: ${colorScheme}, ${name}`, async () => {
      const page = await open(browser, site.url, { colorScheme, viewport });
      assert.deepEqual(await violations(page), []);
      // And again with every voice, a refusal and a finished step on the screen.
      await page.locator("smtp-terminal").evaluate((t) =>
        t.run("telnet smtp.safeer.in 25\nHELO penguinpower\nMAIL FROM:<>\nRCPT TO:<nosuchuser@safeer.in>"),
      );
      await screenEnds(page, "in local recipient table\n");
      assert.deepEqual(await violations(page), []);
      const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(scrolls, false, "the page scrolls sideways");
      await page.screenshot({ path: `${OUTPUT}/${colorScheme}-${name}.png` });
      await page.context().close();
    });
  }
}

test("a refusal is marked by more than its colour, and the mark is not part of the text", async () => {
  const page = await open(browser, site.url);
  await page.locator("smtp-terminal").evaluate((t) => t.run("telnet smtp.safeer.in 25\nFOO"));
  await screenEnds(page, "500 5.5.2 Error: command not recognized\n");
  const row = page.locator("smtp-terminal .refusal");
  await row.first().waitFor();
  assert.equal(await row.count(), 1);
  assert.equal(await row.locator(".mark").textContent(), " refused");
  const weights = await page.locator("smtp-terminal").evaluate((t) => {
    const style = (name) => getComputedStyle(t.shadowRoot.querySelector(name));
    return [style(".typed").fontWeight, style(".server").fontWeight, style(".workstation").fontStyle];
  });
  assert.deepEqual(weights, ["600", "400", "italic"]);
  await page.context().close();
});

test("the keyboard alone: every command can be reached and pressed, and no key is a trap", async () => {
  const page = await open(browser, site.url);
  await page.keyboard.press("Tab");
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  assert.equal(await focused(), "telnet smtp.safeer.in 25");
  await page.keyboard.press("Enter");
  await screenEnds(page, BANNER);
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "HELO penguinpower");
  await page.keyboard.press("Space");
  await screenEnds(page, "250 smtp.safeer.in\n");
  // From the last command into the terminal, through it, and on to the buttons after it.
  await page.locator(".further .command").last().focus();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.tagName), "INPUT");
  for (const id of ["copy", "reset"]) {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), id);
  }
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.type("QUIT");
  await page.keyboard.press("Enter");
  await screenEnds(page, "safeer@penguinpower:~$ ");
  await page.context().close();
});

test("commands in the text are typed, steps are ticked, and Start over starts over", async () => {
  const page = await open(browser, site.url);
  const press = (text) => page.getByRole("button", { name: text, exact: true }).first().click();
  for (const text of ["telnet smtp.safeer.in 25", "HELO penguinpower", "MAIL FROM: safeer@safeer.in", "RCPT TO: praveen@gmail.com", "DATA", "Subject: Happy New Year!!!", "An empty line", "Happy New Year", "."]) {
    await press(text);
  }
  await page.waitForFunction(() => /queued as/.test(document.querySelector("smtp-terminal").transcript));
  const done = () => page.locator(".steps > li.done h2").allTextContents();
  assert.deepEqual(await done(), ["Connect", "Introduce yourself", "Name the sender", "Name the recipients", "Write the message", "End it with a dot"]);
  await press("QUIT");
  await screenEnds(page, "safeer@penguinpower:~$ ");
  await press("Start over");
  await page.waitForFunction(() => document.querySelector("smtp-terminal").transcript === "safeer@penguinpower:~$ ");
  assert.deepEqual(await done(), []);
  await page.context().close();
});

test("on a phone the terminal stays in sight of the step, and a tap types", async () => {
  const page = await open(browser, site.url, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  const step = page.getByRole("button", { name: "MAIL FROM: safeer@safeer.in", exact: true });
  await step.scrollIntoViewIfNeeded();
  const [box, terminal] = [await step.boundingBox(), await page.locator("smtp-terminal").boundingBox()];
  assert.ok(box.y >= 0 && box.y + box.height <= terminal.y, "the step is under the terminal");
  assert.ok(terminal.y + terminal.height <= 740, "the terminal is below the screen");
  assert.ok(box.height >= 24, "too small for a finger");
  const size = await field(page).evaluate((input) => parseFloat(getComputedStyle(input).fontSize));
  assert.ok(size >= 16, "phones zoom into smaller fields");
  await page.getByRole("button", { name: "telnet smtp.safeer.in 25", exact: true }).tap();
  await screenEnds(page, BANNER);
  await field(page).tap();
  // What comes next is said whole.
  const todo = page.locator("#todo");
  const isWhole = () => todo.evaluate((said) => said.scrollHeight <= said.clientHeight + 1 && said.scrollWidth <= said.clientWidth);
  assert.equal(await todo.innerText(), "Next: HELO penguinpower");
  await page.keyboard.insertText("HELO phone");
  await page.keyboard.press("Enter");
  await screenEnds(page, "250 smtp.safeer.in\n");
  assert.equal(await todo.innerText(), "Next: MAIL FROM: safeer@safeer.in");
  assert.equal(await isWhole(), true);
  await page.context().close();
});

test("the terminal never lies over what has the focus, and at 400 % over nothing", async () => {
  for (const viewport of [{ width: 360, height: 740 }, { width: 740, height: 360 }, { width: 320, height: 256 }]) {
    const page = await open(browser, site.url, { viewport });
    await page.evaluate(() => scrollTo(0, 0));
    for (let i = 0; i < 16; i++) {
      await page.keyboard.press("Tab");
      const hidden = await page.evaluate(() => {
        const [a, b] = [document.activeElement, document.querySelector("aside")].map((e) => e.getBoundingClientRect());
        const isIn = document.activeElement.closest("aside");
        return !isIn && a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top ? document.activeElement.textContent : "";
      });
      assert.equal(hidden, "", `${viewport.width} x ${viewport.height}`);
    }
    const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(scrolls, false, "the page scrolls sideways");
    await page.context().close();
  }
});

test("without JavaScript the steps and what the author put inside are shown", async () => {
  const page = await open(browser, site.url, { javaScriptEnabled: false });
  assert.ok(await page.locator(".fallback").isVisible());
  assert.ok(await page.getByRole("heading", { name: "End it with a dot" }).isVisible());
  await page.screenshot({ path: `${OUTPUT}/no-script.png` });
  await page.context().close();
});

test("those who want no motion get none", async () => {
  const page = await open(browser, site.url, { reducedMotion: "reduce" });
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll("*")].filter((e) => getComputedStyle(e).transitionDuration.split(", ").some((d) => parseFloat(d) > 0)).length,
  );
  assert.equal(moving, 0);
  await page.context().close();
});

test("what is written on the page is what works", async () => {
  // Every command of the text, in order, in a fresh terminal: nothing is refused but what says so.
  const page = await open(browser, site.url);
  const commands = await page.locator(".steps .command").allTextContents();
  await page.locator("smtp-terminal").evaluate((t, lines) => t.run(lines), commands.join("\n"));
  await screenEnds(page, "safeer@penguinpower:~$ ");
  assert.doesNotMatch(await transcript(page), /^[45]\d\d/m);
  assert.match(await transcript(page), /^To: praveen@gmail\.com\n\nHappy/m);
  await page.context().close();
});

test("the header says where one is and what comes next, which stands out in the text", async () => {
  const page = await open(browser, site.url);
  const now = () => page.locator(".command.now").allTextContents();
  const todo = () => page.locator("#todo code").textContent();
  assert.deepEqual([await now(), await todo()], [["telnet smtp.safeer.in 25"], "telnet smtp.safeer.in 25"]);
  assert.equal(await page.locator(".host .off").isVisible(), true);
  await field(page).focus();
  // Typed, and in other words than the text has.
  await page.keyboard.type("telnet smtp.safeer.in 25\n");
  await screenEnds(page, BANNER);
  await page.locator(".host .on", { hasText: "connected to smtp.safeer.in" }).waitFor();
  assert.equal(await page.locator(".host .off").isVisible(), false);
  await page.keyboard.type("EHLO me\n");
  await page.locator(".command.now", { hasText: "MAIL FROM" }).waitFor();
  assert.deepEqual([await now(), await todo()], [["MAIL FROM: safeer@safeer.in"], "MAIL FROM: safeer@safeer.in"]);
  // A refusal is no step, and a server that hangs up has agreed to nothing.
  await page.keyboard.type("RCPT TO:<praveen@gmail.com>\n");
  await screenEnds(page, "503 5.5.1 Error: need MAIL command\n");
  assert.equal(await todo(), "MAIL FROM: safeer@safeer.in");
  await page.keyboard.type("MAIL FROM:<a@b.example>\nRCPT TO:<praveen@gmail.com>\nDATA\n");
  await screenEnds(page, "354 End data with <CR><LF>.<CR><LF>\n");
  await page.locator("#todo code", { hasText: "Subject:" }).waitFor();
  await page.keyboard.type("Subject: Happy New Year!!!\n");
  await page.locator("#todo code", { hasText: "From:" }).waitFor();
  // What stands between header and text is a step of its own.
  await page.keyboard.type("From: safeer@safeer.in\nTo: praveen@gmail.com\n");
  await page.locator("#todo", { hasText: "Enter alone" }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator("#todo code", { hasText: "Happy New Year" }).waitFor();
  await page.getByRole("button", { name: "Start over" }).click();
  await page.locator("#todo code", { hasText: "telnet" }).waitFor();
  await page.context().close();
});

test("a step is not ticked by a server that hangs up", async () => {
  const page = await open(browser, site.url);
  await field(page).focus();
  await page.keyboard.type("telnet smtp.safeer.in 25\n");
  await screenEnds(page, BANNER);
  await page.keyboard.type("HELO: me\n");
  await screenEnds(page, "closed by foreign host.\nsafeer@penguinpower:~$ ");
  assert.deepEqual(await page.locator(".steps > li.done h2").allTextContents(), ["Connect"]);
  await page.context().close();
});

test("After the dot: a step is ticked when its commands were run, pressed or typed", async () => {
  const page = await open(browser, `${site.url}look-inside.html`);
  const done = () => page.locator(".steps > li.done h2").allTextContents();
  const commands = page.locator(".steps > li").first().locator(".command");
  await commands.first().click();
  await page.locator(".steps > li.done").first().waitFor();
  await screenEnds(page, "=== Connection closed with remote host.\nsafeer@penguinpower:~$ ");
  assert.match(await transcript(page), /250 2\.0\.0 Ok: queued as QUEUEID\n/);
  await field(page).focus();
  await page.keyboard.type("dig +short gmail.com MX\n");
  await page.locator(".steps > li:nth-child(2).done").waitFor();
  assert.deepEqual(await done(), ["Hand a message in", "Where does mail for gmail.com go?"]);
  // The third has five commands, and needs them all.
  await page.keyboard.type("ssh praveen@gmail-smtp-in.l.google.com\n");
  await screenEnds(page, "praveen@gmail-smtp-in:~$ ");
  await page.locator("#todo code", { hasText: /^mail$/ }).waitFor();
  assert.equal((await done()).length, 2);
  for (const [line, end] of [["mail", "& "], ["1", "& "], ["x", "$ "]]) {
    await page.keyboard.type(`${line}\n`);
    await page.locator("#todo code", { hasNotText: new RegExp(`^${line}$`) }).waitFor();
    await screenEnds(page, end);
  }
  await page.keyboard.type("exit\n");
  await page.locator(".steps > li:nth-child(3).done").waitFor();
  await page.context().close();
});

test("keys are a shell's, what is selected is copied, and a button copies all", needs("to let the clipboard be read"), async () => {
  for (const address of ["", "lesson.html?first-mail&lang=en"]) {
    const page = await open(browser, site.url + address, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.locator("smtp-terminal").evaluate((t) => t.run("whoami"));
    await screenEnds(page, "safeer\nsafeer@penguinpower:~$ ");
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    const line = field(page);
    await line.focus();
    await page.keyboard.type("one two");
    await page.keyboard.press("Control+a");
    const place = () => line.evaluate(({ selectionStart, selectionEnd }) => [selectionStart, selectionEnd]);
    assert.deepEqual(await place(), [0, 0]);
    // A part of the line that is selected is copied, and stays.
    for (let i = 0; i < 3; i++) await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Control+c");
    assert.equal(await copied(), "one");
    assert.equal(await line.inputValue(), "one two");
    await page.getByRole("button", { name: "Copy the screen" }).click();
    await page.getByRole("status").filter({ hasText: "Copied" }).waitFor();
    assert.equal(await copied(), await transcript(page));
    await page.context().close();
  }
});
