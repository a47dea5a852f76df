// The element as a page's author uses it, and the terminal as a reader does.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OUTPUT, field, host, launch, needs, open, ready, screenEnds, serveSite, transcript } from "./browser.mjs";

const PROMPT = "safeer@penguinpower:~$ ";
const BANNER = "220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n";

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

const plain = (options) => open(browser, `${site.url}plain.html`, options);
const terminal = (page) => page.locator("smtp-terminal").first();

test("run, transcript and reset, also before the module has loaded", async () => {
  const page = await browser.newPage();
  await page.goto(`${site.url}plain.html`, { waitUntil: "commit" });
  await page.waitForFunction(() => customElements.get("smtp-terminal"));
  await terminal(page).evaluate((t) => t.run("echo early"));
  await ready(page);
  await screenEnds(page, `early\n${PROMPT}`);
  await terminal(page).evaluate((t) => t.reset());
  await page.waitForFunction((p) => document.querySelector("smtp-terminal").transcript === p, PROMPT);
  await terminal(page).evaluate((t) => t.run("whoami\nhostname"));
  await screenEnds(page, `penguinpower\n${PROMPT}`);
  await page.close();
});

test("the events bubble, are composed, and say what happened", async () => {
  const page = await plain();
  await page.evaluate(() => {
    globalThis.seen = [];
    for (const name of ["smtp-ready", "smtp-command", "smtp-reply", "smtp-queued"]) {
      document.addEventListener(name, ({ type, detail, bubbles, composed, target }) =>
        seen.push({ type, detail, bubbles, composed, target: target.localName }),
      );
    }
    document.body.append(document.createElement("smtp-terminal"));
  });
  await page.waitForFunction(() => seen.length > 0);
  await terminal(page).evaluate((t) => t.run("telnet smtp.safeer.in 25\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<asha@safeer.in>\nDATA\nSubject: hi\n.\nFOO"));
  await screenEnds(page, "command not recognized\n");
  const seen = await page.evaluate(() => globalThis.seen);
  assert.ok(seen.every((e) => e.bubbles && e.composed && e.target === "smtp-terminal"));
  const of = (type) => seen.filter((e) => e.type === type).map((e) => e.detail);
  assert.equal(of("smtp-ready").length, 1);
  assert.deepEqual(of("smtp-command").map((d) => [d.line, d.content]), [
    ["MAIL FROM:<safeer@safeer.in>", false],
    ["RCPT TO:<asha@safeer.in>", false],
    ["DATA", false],
    ["Subject: hi", true],
    [".", true],
    ["FOO", false],
  ]);
  assert.deepEqual(of("smtp-reply").map((d) => d.code), [220, 250, 250, 354, 250, 500]);
  assert.deepEqual(of("smtp-reply")[0], { host: "smtp.safeer.in", code: 220, lines: [BANNER.trim()] });
  const [queued] = of("smtp-queued");
  assert.match(queued.queueId, /^[0-9A-F]{8,15}$/);
  assert.deepEqual([queued.sender, queued.recipients, queued.content], ["safeer@safeer.in", ["asha@safeer.in"], "Subject: hi\n"]);
  await page.context().close();
});

test("the keys of the line editor", async () => {
  const page = await plain();
  await field(page).focus();
  const type = async (...keys) => {
    for (const key of keys) await (/^(Control|Arrow|Home|End|Back|Delete|Enter)/.test(key) ? page.keyboard.press(key) : page.keyboard.type(key));
  };
  const line = () => field(page).inputValue();
  await type("eco", "ArrowLeft", "h", "End", " one two");
  assert.equal(await line(), "echo one two");
  await type("Control+w");
  assert.equal(await line(), "echo one ");
  await type("Control+a", "Delete", "Delete", "Control+e", "Backspace");
  assert.equal(await line(), "ho one");
  await type("Home", "ec", "Control+k");
  assert.equal(await line(), "ec");
  await type("Control+u");
  assert.equal(await line(), "");
  await type("echo first", "Enter", "echo second", "Enter", "half", "ArrowUp", "ArrowUp");
  assert.equal(await line(), "echo first");
  await type("ArrowDown", "ArrowDown");
  assert.equal(await line(), "half");
  await type("Control+c");
  await screenEnds(page, `half^C\n${PROMPT}`);
  await type("x", "Control+l");
  await page.waitForFunction((p) => document.querySelector("smtp-terminal").transcript === p, PROMPT);
  assert.equal(await line(), "x");
  await type("Control+u", "Control+d");
  await screenEnds(page, `exit\n${PROMPT}`);
  await type("telnet smtp.safeer.in 25", "Enter");
  await screenEnds(page, BANNER);
  await type("Control+]");
  await screenEnds(page, "^]\ntelnet> ");
  await type("quit", "Enter");
  await screenEnds(page, `Connection closed.\n${PROMPT}`);
  await page.context().close();
});

test("a click anywhere goes to the line, unless it selects; what is selected can be copied", needs("to let the clipboard be read"), async () => {
  const page = await plain({ permissions: ["clipboard-read", "clipboard-write"] });
  await terminal(page).click({ position: { x: 300, y: 250 } });
  await page.keyboard.type("echo clicked");
  await page.keyboard.press("Enter");
  await screenEnds(page, `clicked\n${PROMPT}`);
  await page.keyboard.type("half");
  const row = page.locator("smtp-terminal .row").nth(1);
  const box = await row.boundingBox();
  await page.mouse.move(box.x + 1, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 30, box.y + box.height / 2, { steps: 3 });
  await page.mouse.up();
  assert.match(await page.evaluate(() => String(getSelection())), /^cli/);
  await row.click({ clickCount: 3 });
  await page.keyboard.press("Control+c");
  assert.equal((await page.evaluate(() => navigator.clipboard.readText())).trim(), "clicked");
  assert.equal(await field(page).inputValue(), "half");
  // A re-render keeps the selection.
  const selected = () => page.evaluate(() => String(getSelection()).trim());
  assert.equal(await selected(), "clicked");
  await terminal(page).evaluate((t) => t.dispatchEvent(new Event("nothing")));
  assert.equal(await selected(), "clicked");
  await page.context().close();
});

test("a part of a line is pasted into the line", needs("to let the clipboard be read"), async () => {
  const page = await plain({ permissions: ["clipboard-read", "clipboard-write"] });
  await page.evaluate(() => navigator.clipboard.writeText("one "));
  await field(page).focus();
  await page.keyboard.type("echo two");
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Control+v");
  assert.equal(await field(page).inputValue(), "echo one two");
  await page.keyboard.press("Enter");
  await screenEnds(page, `one two\n${PROMPT}`);
  await page.context().close();
});

test("the view follows what is new, unless the reader has scrolled up", async () => {
  const page = await plain();
  const scroll = page.locator("smtp-terminal .scroll");
  const gap = () => scroll.evaluate((s) => s.scrollHeight - s.scrollTop - s.clientHeight);
  await terminal(page).evaluate((t) => t.run(Array.from({ length: 60 }, (_, i) => `echo ${i}`).join("\n")));
  await screenEnds(page, `59\n${PROMPT}`);
  await page.waitForTimeout(100);
  assert.ok((await gap()) < 2);
  await terminal(page).evaluate((t) => t.run("telnet smtp.safeer.in 25"));
  await scroll.evaluate((s) => (s.scrollTop = 10));
  await screenEnds(page, BANNER);
  await page.waitForTimeout(100);
  assert.equal(await scroll.evaluate((s) => s.scrollTop), 10);
  await field(page).focus();
  await page.keyboard.type("QUIT\n");
  await screenEnds(page, PROMPT);
  await page.waitForTimeout(100);
  assert.ok((await gap()) < 2);
  await page.context().close();
});

test("a screen reader finds a log, and a text field with a name", async () => {
  const page = await plain();
  const log = page.getByRole("log", { name: "Terminal output" });
  assert.equal(await log.count(), 1);
  assert.equal(await page.getByRole("textbox", { name: "Command line of penguinpower" }).count(), 1);
  await terminal(page).evaluate((t) => t.run("telnet smtp.safeer.in 25"));
  await screenEnds(page, BANNER);
  assert.equal(await page.getByRole("textbox", { name: "Type to the server" }).count(), 1);
  assert.match(await log.textContent(), /220 smtp\.safeer\.in/);
  await page.context().close();
});

test("a panic keeps the transcript, says so, and offers a fresh start; the other terminal goes on", async () => {
  const page = await open(browser, `${site.url}two.html`);
  await page.locator("#one").evaluate((t) => t.run("telnet smtp.safeer.in 25\nHELO kept"));
  await screenEnds(page, "250 smtp.safeer.in\n", "#one");
  const before = await transcript(page, "#one");
  await field(page, "#one").fill("half a line");
  // As an event would: nobody is there to catch it.
  await page.evaluate(() => setTimeout(() => document.querySelector("#one").crash()));
  await page.locator("#one [role=alert]").waitFor();
  assert.match(await page.locator("#one [role=alert]").textContent(), /has stopped/);
  assert.equal(await transcript(page, "#one"), before);
  assert.equal(await page.locator("#one .entry .typed").textContent(), "half a line");
  await page.screenshot({ path: `${OUTPUT}/panic.png` });
  await page.locator("#one .notice button").click();
  await ready(page);
  await page.locator("#one").evaluate((t) => t.run("whoami"));
  await screenEnds(page, `safeer\n${PROMPT}`, "#one");
  await page.locator("#two").evaluate((t) => t.run("whoami"));
  await screenEnds(page, "asha\nasha@penguinpower:~$ ", "#two");
  await page.context().close();
});

test("a mistake in a scenario is named where the terminal would be", async () => {
  const page = await browser.newPage();
  await page.goto(`${site.url}faulty.html`);
  const alert = page.locator("smtp-terminal [role=alert]");
  await alert.waitFor();
  assert.match(await alert.textContent(), /at workstation: there is no "usr" here; use host, user, prompt/);
  await page.close();
});

test("a scenario that needs the full build says so in the light one", async () => {
  const page = await browser.newPage();
  await page.goto(`${site.url}plain.html`);
  const alerts = await page.evaluate(async () => {
    const said = [];
    for (const [line, more] of [
      ["smtpd_sender_restrictions = check_sender_access inline:{a=REJECT}"],
      ["mynetworks = cidr:/etc/postfix/networks"],
      ["smtpd_reject_footer = Call us"],
      ["", { greylist: 300 }],
      ["", { wording: { "250 2.1.0 Ok": "250 2.1.0 OK" } }],
    ]) {
      const hosts = [
        { name: "penguinpower", addresses: ["10.25.0.57"] },
        { name: "mx", addresses: ["10.25.0.1"], main_cf: ["compatibility_level = 3.6", "myhostname = mx.example.org", line], ...more },
      ];
      const element = document.createElement("smtp-terminal");
      element.setAttribute("scenario", JSON.stringify({ hosts }));
      document.body.append(element);
      // It starts although it is far below.
      element.ready.catch(() => {});
      while (!element.shadowRoot?.querySelector("[role=alert]")) await new Promise((done) => setTimeout(done, 10));
      said.push(element.shadowRoot.querySelector("[role=alert]").textContent);
    }
    return said;
  });
  for (const [i, what] of ["check_sender_access", "cidr:", "smtpd_reject_footer", "greylist", "wording"].entries()) {
    assert.match(alerts[i], /at hosts\[1\]\.\w+: .*only the full build has .*write <smtp-terminal full>/);
    assert.ok(alerts[i].includes(what), alerts[i]);
  }
  await page.close();
});

test("a plain terminal that comes after a full one has no tabs", async () => {
  const page = await open(browser, `${site.url}look-inside.html`);
  await page.evaluate(async () => {
    const own = document.createElement("smtp-terminal");
    own.id = "own";
    document.body.append(own);
    await own.ready;
  });
  assert.equal(await page.locator("smtp-terminal:not(#own) .views").isVisible(), true);
  assert.equal(await page.locator("#own .views").isVisible(), false);
  assert.equal(await page.locator("#own .entry").isVisible(), true);
  await page.evaluate(() => document.querySelector("#own").setAttribute("full", ""));
  await page.locator("#own .views").waitFor({ state: "visible" });
  await page.context().close();
});

test("an element can be moved and removed; a moved one keeps its session", async () => {
  const page = await plain();
  await terminal(page).evaluate((t) => t.run("telnet smtp.safeer.in 25"));
  await screenEnds(page, BANNER);
  await terminal(page).evaluate((t) => {
    const box = document.createElement("section");
    document.body.append(box);
    box.append(t);
  });
  await page.waitForTimeout(100);
  await terminal(page).evaluate((t) => t.run("QUIT"));
  await screenEnds(page, PROMPT);
  const removed = await terminal(page).evaluate(async (t) => {
    t.remove();
    await new Promise((done) => setTimeout(done, 50));
    t.run("echo again");
    document.body.append(t);
    return true;
  });
  assert.ok(removed);
  await screenEnds(page, `again\n${PROMPT}`);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("colours are the page's to choose", async () => {
  const page = await plain();
  await page.evaluate(() => document.querySelector("smtp-terminal").style.setProperty("--term-background", "rgb(1, 2, 3)"));
  const color = await terminal(page).evaluate((t) => getComputedStyle(t.shadowRoot.querySelector(".terminal")).backgroundColor);
  assert.equal(color, "rgb(1, 2, 3)");
  await page.context().close();
});

test("of thirty terminals those start that are near, and the others when they come near or are wanted", async () => {
  const many = Array.from({ length: 30 }, (_, i) => `<p>${i}</p><smtp-terminal id="t${i}"></smtp-terminal>`).join("");
  const page = await host(browser, site, `${many}<div id="tab" hidden><smtp-terminal id="hidden"></smtp-terminal></div><smtp-terminal id="auto" autorun="hostname"></smtp-terminal>`);
  const seen = () => page.evaluate(() => [...document.querySelectorAll("smtp-terminal")].filter((t) => t.shadowRoot?.querySelector(".shown")).map((t) => t.id));
  const shown = (id) => page.waitForFunction((id) => document.getElementById(id)?.shadowRoot?.querySelector(".shown"), id);
  await shown("t0");
  await shown("auto");
  const first = await seen();
  assert.ok(first.length >= 3 && first.length <= 6, first.join(" "));
  assert.ok(first.includes("auto") && !first.includes("hidden") && !first.includes("t15"), first.join(" "));
  // Wanted by the page: by a call, by its promise, by the focus.
  await page.locator("#t15").evaluate((t) => t.run("hostname"));
  assert.match(await page.locator("#t15").evaluate((t) => t.transcript), /hostname\npenguinpower\n/);
  await page.locator("#t20").evaluate((t) => t.ready);
  await page.locator("#t25").evaluate((t) => t.focus({ preventScroll: true }));
  await shown("t25");
  await page.waitForFunction(() => document.activeElement.id === "t25");
  assert.ok(!(await seen()).includes("t28"));
  // By the reader, who scrolls or opens what was closed.
  await page.locator("#t28").scrollIntoViewIfNeeded();
  await shown("t28");
  await page.evaluate(() => document.getElementById("tab").removeAttribute("hidden"));
  await page.locator("#hidden").scrollIntoViewIfNeeded();
  await shown("hidden");
  // What was set while it waited holds.
  await page.locator("#t10").evaluate((t) => {
    t.prompt = "> ";
    return t.ready;
  });
  assert.equal(await page.locator("#t10").evaluate((t) => t.transcript), "> ");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});
