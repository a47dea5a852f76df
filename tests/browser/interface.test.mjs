// The element's interface, as those who build pages expect it of any element.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serve } from "../../tools/serve.mjs";
import { PAGES, SITE, field, host, launch, ready, screenEnds, serveSite, transcript, needs } from "./browser.mjs";

const PROMPT = "safeer@penguinpower:~$ ";
const BANNER = "220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n";
const ONE = "<smtp-terminal></smtp-terminal>";

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

const terminal = (page) => page.locator("smtp-terminal").first();
const states = (page) =>
  terminal(page).evaluate((t) => ["loading", "ready", "connected", "crashed", "failed"].filter((state) => t.matches(`:state(${state})`)));

test("attributes and properties are the same", async () => {
  const page = await host(browser, site, ONE);
  await ready(page);
  const seen = await terminal(page).evaluate((t) => {
    const seen = {};
    for (const [property, value, attribute = property.toLowerCase()] of [
      ["src", "world.json"], ["theme", "dark"], ["prompt", "$ "], ["autorun", "whoami"], ["rows", 12],
      ["full", true], ["readOnly", true], ["autofocus", true], ["scenario", '{"seed": 7}'], ["lang", "en"],
    ]) {
      const before = t[property];
      t[property] = value;
      const set = [t[property], t.getAttribute(attribute)];
      t.removeAttribute(attribute);
      seen[property] = [before, ...set, t[property]];
    }
    t.scenario = { workstation: { user: "asha" } };
    seen.object = t.getAttribute("scenario");
    // Nobody asks this one for a world: it is in no page.
    const other = document.createElement("smtp-terminal");
    other.lesson = { id: "x" };
    seen.lesson = other.getAttribute("lesson");
    return seen;
  });
  assert.deepEqual(seen, {
    src: [null, "world.json", "world.json", null],
    theme: [null, "dark", "dark", null],
    prompt: [null, "$ ", "$ ", null],
    autorun: [null, "whoami", "whoami", null],
    rows: [0, 12, "12", 0],
    full: [false, true, "", false],
    readOnly: [false, true, "", false],
    autofocus: [false, true, "", false],
    scenario: [null, '{"seed": 7}', '{"seed": 7}', null],
    lang: ["", "en", "en", ""],
    object: '{"workstation":{"user":"asha"}}',
    lesson: '{"id":"x"}',
  });
  await screenEnds(page, "asha@penguinpower:~$ ");
  await page.context().close();
});

test("what a page sets before the element is known is kept, and so is what it runs before it is loaded", async () => {
  const page = await host(browser, site, ONE, { script: false });
  const done = await page.evaluate(async () => {
    const t = document.querySelector("smtp-terminal");
    t.scenario = { workstation: { user: "asha" } };
    t.autorun = "whoami";
    t.rows = 8;
    await import("./smtp-terminal.js");
    const early = t.run("hostname");
    const order = [];
    await Promise.all([t.ready.then(() => order.push("ready")), early.then(() => order.push("run"))]);
    return [order, t.getAttribute("rows"), t.transcript];
  });
  const prompt = "asha@penguinpower:~$ ";
  assert.deepEqual(done, [["ready", "run"], "8", `${prompt}whoami\nasha\n${prompt}hostname\npenguinpower\n${prompt}`]);
  await page.context().close();
});

test("run is a promise of the answers, ready of the prompt", async () => {
  const page = await host(browser, site, ONE);
  const answers = await terminal(page).evaluate(async (t) => {
    await t.ready;
    const first = t.run("telnet smtp.safeer.in 25");
    const early = t.transcript.includes("220");
    await first;
    const answers = [early, t.transcript.includes("220 ")];
    await Promise.all([t.run("HELO x"), t.run("MAIL FROM:<>\nRCPT TO:<safeer@safeer.in>")]);
    answers.push(t.transcript.split("\n").at(-2));
    t.reset();
    await t.run("whoami");
    answers.push(t.transcript);
    const rejected = t.run("telnet smtp.safeer.in 25");
    try {
      t.crash();
    } catch {
      answers.push(await rejected.catch((fault) => fault.message));
    }
    return answers;
  });
  assert.deepEqual(answers, [false, true, "250 2.1.5 Ok", `${PROMPT}whoami\nsafeer\n${PROMPT}`, "the simulator has stopped"]);
  await page.context().close();
});

test("its states are there for the page's style sheet", async () => {
  const page = await host(browser, site, ONE, { script: false });
  await page.evaluate(async () => {
    await import("./smtp-terminal.js");
    globalThis.early = document.querySelector("smtp-terminal").matches(":state(loading)");
  });
  assert.equal(await page.evaluate(() => early), true);
  await ready(page);
  assert.deepEqual(await states(page), ["ready"]);
  await terminal(page).evaluate((t) => t.run("telnet smtp.safeer.in 25"));
  assert.deepEqual(await states(page), ["ready", "connected"]);
  await terminal(page).evaluate((t) => t.run("QUIT"));
  assert.deepEqual(await states(page), ["ready"]);
  await terminal(page).evaluate((t) => {
    t.scenario = "{";
    return t.ready.catch(() => {});
  });
  assert.deepEqual(await states(page), ["failed"]);
  await terminal(page).evaluate((t) => {
    t.scenario = null;
    return t.ready;
  });
  await terminal(page).evaluate((t) => setTimeout(() => t.crash()));
  await page.locator("smtp-terminal [role=alert]").waitFor();
  assert.deepEqual(await states(page), ["crashed"]);
  await page.context().close();
});

test("focus takes options, waits for the terminal, and autofocus asks for it", async () => {
  const page = await host(browser, site, `<div id="space"></div>${ONE}<smtp-terminal id="second" autofocus></smtp-terminal>`, { script: false });
  const where = () => page.evaluate(() => [document.activeElement.id, document.activeElement.shadowRoot?.activeElement?.localName, scrollY]);
  await page.evaluate(async () => {
    document.querySelector("#space").style.height = "3000px";
    document.querySelector("smtp-terminal").id = "first";
    await import("./smtp-terminal.js");
    document.querySelector("#first").focus({ preventScroll: true });
    await Promise.all([...document.querySelectorAll("smtp-terminal")].map((t) => t.ready));
  });
  await page.waitForTimeout(100);
  assert.deepEqual(await where(), ["first", "input", 0]);
  const alone = await host(browser, site, '<smtp-terminal autofocus id="one"></smtp-terminal>');
  await ready(alone);
  await alone.keyboard.type("whoami\n");
  await screenEnds(alone, `whoami\nsafeer\n${PROMPT}`);
  await alone.context().close();
  await page.context().close();
});

test("a title and a toolbar have a place, and every visible piece a part", needs("to leave out the page's policy"), async () => {
  const page = await host(browser, site, '<smtp-terminal><b slot="title" id="title">Exercise</b><button slot="toolbar" id="tool">Check</button></smtp-terminal>', {
    head: "<style>smtp-terminal::part(terminal){border:7px solid red} smtp-terminal::part(input){opacity:.5}</style>",
    bypassCSP: true,
  });
  await ready(page);
  const [title, screen, tool] = await Promise.all(["#title", "smtp-terminal .scroll", "#tool"].map((selector) => page.locator(selector).boundingBox()));
  assert.ok(title.y + title.height <= screen.y + 1 && screen.y + screen.height <= tool.y + 1, JSON.stringify([title, screen, tool]));
  const seen = await terminal(page).evaluate((t) => {
    const of = (part) => getComputedStyle(t.shadowRoot.querySelector(`[part=${part}]`));
    return [of("terminal").borderTopWidth, of("input").opacity, of("screen").display, of("prompt").display, of("keys").display, of("log").display];
  });
  assert.deepEqual(seen, ["7px", "0.5", "block", "block", "none", "block"]);
  await page.context().close();
});

test("a read-only terminal shows what it ran and takes no keys", async () => {
  const page = await host(browser, site, '<smtp-terminal readonly autorun="echo shown"></smtp-terminal><button>next</button>');
  await ready(page);
  await screenEnds(page, `shown\n${PROMPT}`);
  await field(page).focus();
  await page.keyboard.type("x\n");
  for (const key of ["Control+c", "ArrowUp", "Control+v"]) await page.keyboard.press(key);
  assert.equal(await field(page).inputValue(), "");
  assert.equal(await transcript(page), `${PROMPT}echo shown\nshown\n${PROMPT}`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.localName), "button");
  await terminal(page).evaluate((t) => (t.readOnly = false));
  await field(page).focus();
  await page.keyboard.type("whoami\n");
  await screenEnds(page, `safeer\n${PROMPT}`);
  await page.context().close();
});

test("a prompt of one's own", async () => {
  const page = await host(browser, site, '<smtp-terminal prompt="$ " scenario=\'{"workstation": {"user": "asha"}}\'></smtp-terminal>');
  await ready(page);
  await terminal(page).evaluate((t) => t.run("whoami"));
  assert.equal(await transcript(page), "$ whoami\nasha\n$ ");
  await page.context().close();
});

test("in a dialog, in details, hidden and shown, and in another document", async () => {
  const page = await host(browser, site, `<dialog>${ONE}</dialog><details><summary>more</summary><smtp-terminal></smtp-terminal></details><iframe></iframe>`);
  // What is closed starts when it is opened.
  await page.waitForFunction(() => document.querySelector("dialog smtp-terminal").matches(":state(loading)"));
  await page.evaluate(() => document.querySelector("dialog").showModal());
  await field(page, "dialog smtp-terminal").focus();
  await page.keyboard.type("whoami\n");
  await screenEnds(page, `safeer\n${PROMPT}`, "dialog smtp-terminal");
  // Escape is the dialog's.
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.querySelector("dialog").open), false);
  await page.evaluate(() => (document.querySelector("details").open = true));
  await field(page, "details smtp-terminal").focus();
  await page.keyboard.type("echo seen\n");
  await screenEnds(page, `seen\n${PROMPT}`, "details smtp-terminal");
  // Its sheet goes with it into another document, and so does the session.
  const moved = await page.evaluate(async () => {
    const t = document.querySelector("details smtp-terminal");
    document.querySelector("iframe").contentDocument.body.append(t);
    await new Promise((done) => setTimeout(done, 50));
    return [t.transcript.includes("seen"), t.shadowRoot.adoptedStyleSheets.length];
  });
  assert.deepEqual(moved, [true, 1]);
  await page.context().close();
});

test("in a frame with a sandbox and no origin, from a server that allows it", async () => {
  const far = await serve([SITE, PAGES], { headers: { "access-control-allow-origin": "*" } });
  const page = await browser.newPage();
  await page.goto(`${far.url}sandbox.html`);
  const frame = page.frameLocator("iframe");
  await frame.locator("smtp-terminal .entry input").fill("whoami");
  await frame.locator("smtp-terminal .entry input").press("Enter");
  await frame.locator("smtp-terminal .row", { hasText: /^safeer$/ }).waitFor();
  await page.close();
  await far.close();
});

test("removed and put back it starts afresh, and a second script on the page changes nothing", async () => {
  const page = await host(browser, site, ONE);
  await ready(page);
  await terminal(page).evaluate((t) => t.run("telnet smtp.safeer.in 25"));
  await screenEnds(page, BANNER);
  const [loading, text] = await terminal(page).evaluate(async (t) => {
    t.remove();
    await new Promise((done) => setTimeout(done, 50));
    document.body.append(t);
    const loading = t.matches(":state(loading)");
    await t.ready;
    await import("./smtp-terminal.js?another");
    return [loading, t.transcript];
  });
  assert.deepEqual([loading, text], [true, PROMPT]);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});
