// What goes wrong around the simulator, and in it: a module that is missing, cut, late, forbidden or of
// another version; a style sheet that is missing; a panic; a lid that was shut; a clock that jumps.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { SITE, field, host, launch, open, ready, screenEnds, serveSite, transcript } from "./browser.mjs";
import { POLICY } from "../../tools/serve.mjs";

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

const PROMPT = "safeer@penguinpower:~$ ";
const BODY = '<smtp-terminal id="bare"></smtp-terminal><smtp-terminal id="told"><p>What the author says</p></smtp-terminal>';

/** A page with two terminals whose requests for a file are answered otherwise. */
async function spoilt(pattern, answer, { policy } = {}) {
  const page = await host(browser, site, "");
  page.setDefaultTimeout(15_000);
  await page.route(pattern, answer);
  await page.route("**/spoilt.html", (route) =>
    route.fulfill({
      contentType: "text/html",
      headers: { "content-security-policy": policy ?? POLICY },
      body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title><link rel="icon" href="data:,"><script type="module" src="smtp-terminal.js"></script><body>${BODY}</body></html>`,
    }),
  );
  await page.goto(`${site.url}spoilt.html`);
  return page;
}

const WASM = "**/*_bg.wasm*";
const wasm = () => readFile(`${SITE}/smtp-terminal-light_bg.wasm`);
/** A module with a section more, as another build's has it. */
async function other() {
  const section = Buffer.from("\u0007versionanother");
  return Buffer.concat([await wasm(), Buffer.from([0, section.length]), section]);
}

for (const [name, pattern, answer, options] of [
  ["missing", WASM, (route) => route.fulfill({ status: 404, body: "not here" })],
  ["missing, and the server says so in HTML with status 200", WASM, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Not here</h1>" })],
  ["cut", WASM, async (route) => route.fulfill({ contentType: "application/wasm", body: (await wasm()).subarray(0, 50_000) })],
  ["empty", WASM, (route) => route.fulfill({ contentType: "application/wasm", body: "" })],
  ["of another version than its script", WASM, async (route) => route.fulfill({ contentType: "application/wasm", body: await other() })],
  ["not reached", WASM, (route) => route.abort()],
  ["forbidden by the policy", "**/none", () => {}, { policy: POLICY.replace(" 'wasm-unsafe-eval'", "") }],
  ["there without its script", "**/smtp-terminal-light.js*", (route) => route.fulfill({ status: 404, body: "" })],
]) {
  test(`the module is ${name}: what the author says stays, and otherwise it is said`, async () => {
    const page = await spoilt(pattern, answer, options);
    const bare = page.locator("#bare");
    await bare.locator("[role=alert]").waitFor();
    assert.match(await bare.locator("[role=alert]").textContent(), /could not be loaded/);
    const told = page.locator("#told > p");
    await page.waitForFunction(() => document.querySelector("#told").matches(":state(failed)"));
    assert.equal(await told.isVisible(), true, "what the author says is not seen");
    assert.match(await page.locator("#told").evaluate((t) => t.ready.then(() => "ready", String)), /Error/);
    // Once it is there it can be tried again.
    await page.unroute(pattern);
    if (pattern === WASM) {
      await bare.getByRole("button", { name: "Try again" }).click();
      await screenEnds(page, PROMPT, "#bare");
    }
    await page.context().close();
  });
}

test("the module is late: what is asked for meanwhile is done then", async () => {
  let go;
  const gate = new Promise((done) => (go = done));
  const page = await spoilt(WASM, async (route) => {
    await gate;
    await route.continue();
  });
  await page.locator("#told:defined").waitFor({ state: "attached" });
  await page.locator("#told").evaluate((t) => void t.run("whoami"));
  assert.equal(await page.locator("#told > p").isVisible(), true);
  go();
  await screenEnds(page, `safeer\n${PROMPT}`, "#told");
  assert.equal(await page.locator("#told > p").isVisible(), false);
  await page.context().close();
});

test("the page's style sheet is missing, and the terminal has its own", async () => {
  const page = await host(browser, site, '<smtp-terminal full></smtp-terminal>', { head: '<link rel="stylesheet" href="missing.css">' });
  await ready(page);
  const shown = await page.locator("smtp-terminal").evaluate((t) => getComputedStyle(t.shadowRoot.querySelector(".scroll")).overflowY);
  assert.equal(shown, "auto");
  await page.context().close();
});

test("a panic stops one terminal, and the others of the page go on", async () => {
  const page = await host(browser, site, [1, 2, 3].map((n) => `<smtp-terminal id="t${n}"></smtp-terminal>`).join(""));
  page.setDefaultTimeout(15_000);
  await ready(page);
  for (const id of ["#t1", "#t2", "#t3"]) {
    await page.locator(id).evaluate((t) => void t.run("telnet smtp.safeer.in 25\nHELO kept"));
    await screenEnds(page, "250 smtp.safeer.in\n", id);
  }
  await field(page, "#t2").fill("half a line");
  const before = await transcript(page, "#t1");
  await page.evaluate(() => setTimeout(() => document.querySelector("#t1").crash()));
  await page.locator("#t1 [role=alert]").waitFor();
  assert.equal(await transcript(page, "#t1"), before, "the transcript is lost");
  for (const id of ["#t2", "#t3"]) {
    assert.equal(await page.locator(`${id} [role=alert]`).count(), 0);
    await page.locator(id).evaluate((t) => void t.run("MAIL FROM:<a@b.c>"));
    await screenEnds(page, "250 2.1.0 Ok\n", id);
  }
  assert.equal(await field(page, "#t2").inputValue(), "half a line");
  await page.locator("#t1").getByRole("button", { name: "Start again" }).click();
  await screenEnds(page, PROMPT, "#t1");
  // And once more: one instance after the other.
  for (let time = 0; time < 5; time++) {
    await page.evaluate(() => setTimeout(() => document.querySelector("#t1").crash()));
    await page.locator("#t1 [role=alert]").waitFor();
    await page.locator("#t1").getByRole("button", { name: "Start again" }).click();
    await screenEnds(page, PROMPT, "#t1");
  }
  await screenEnds(page, "250 2.1.0 Ok\n", "#t2");
  await page.context().close();
});

/** Tells what each instance of a module has of memory. */
const WATCH = () => {
  globalThis.memories = [];
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...values) => {
    const made = await instantiate.apply(WebAssembly, values);
    memories.push(new WeakRef((made.instance ?? made).exports.memory));
    return made;
  };
};

test("one instance for each terminal: what that costs", async () => {
  const page = await host(browser, site, "");
  await page.evaluate(WATCH);
  await page.waitForFunction(() => customElements.get("smtp-terminal"));
  const times = await page.evaluate(async () => {
    const times = [];
    for (let n = 0; n < 10; n++) {
      const start = performance.now();
      const made = document.createElement("smtp-terminal");
      document.body.append(made);
      await made.ready;
      times.push(performance.now() - start);
    }
    return times;
  });
  const sizes = await page.evaluate(() => memories.map((m) => m.deref()?.buffer.byteLength ?? 0));
  console.log(`ten terminals: ready after ${times.map(Math.round).join(", ")} ms; memory of each ${sizes.map((s) => Math.round(s / 1024)).join(", ")} KB`);
  assert.equal(sizes.length, 10);
  assert.ok(Math.max(...sizes) < 16 << 20, "a terminal alone needs 16 MB");
  await page.context().close();
});

test("10,000 commands: the module's memory is bounded", async (t) => {
  const page = await host(browser, site, "<smtp-terminal></smtp-terminal>");
  await page.evaluate(WATCH);
  await page.evaluate(() => document.querySelector("smtp-terminal").replaceWith(document.createElement("smtp-terminal")));
  await ready(page);
  const size = () => page.evaluate(() => Math.max(...memories.map((m) => m.deref()?.buffer.byteLength ?? 0)));
  await page.locator("smtp-terminal").evaluate((t) => void t.run("telnet smtp.safeer.in 25\nHELO x"));
  await screenEnds(page, "250 smtp.safeer.in\n");
  const sizes = [await size()];
  for (let part = 0; part < 10; part++) {
    await page.locator("smtp-terminal").evaluate((t) => t.run("NOOP\nRSET\n".repeat(500).trimEnd()));
    sizes.push(await size());
  }
  t.diagnostic(`memory in KB after each thousand: ${sizes.map((s) => Math.round(s / 1024)).join(", ")}`);
  assert.ok(sizes.at(-1) < 64 << 20, "more than 64 MB");
  await page.context().close();
});

/** A page whose clock a test moves. */
async function timed(attributes = "") {
  const page = await host(browser, site, `<smtp-terminal ${attributes}></smtp-terminal>`);
  page.setDefaultTimeout(15_000);
  await ready(page);
  return page;
}
/** Moves what the page takes for time: the day's, and what counts from its opening, which no clock moves. */
const jump = (page, day, since = day) =>
  page.evaluate(([day, since]) => {
    const [now, date] = [performance.now.bind(performance), Date.now];
    performance.now = () => now() + since;
    Date.now = () => date() + day;
  }, [day, since]);

for (const [name, day, since] of [
  ["a lid was shut for a day", 86_400_000, 86_400_000],
  ["a lid was shut for a day, and the page's time stood still", 86_400_000, 0],
  ["the clock is set back by an hour", -3_600_000, 0],
  ["the clock is set on by a year", 31_536_000_000, 0],
]) {
  test(`${name}: a timeout fires once at most, and all goes on`, async () => {
    const page = await timed();
    await page.locator("smtp-terminal").evaluate((t) => void t.run("telnet smtp.safeer.in 25\nHELO x"));
    await screenEnds(page, "250 smtp.safeer.in\n");
    await jump(page, day, since);
    await page.locator("smtp-terminal").evaluate((t) => void t.run("NOOP"));
    if (since) {
      // The server's patience has come to its end meanwhile.
      await screenEnds(page, `bash: NOOP: command not found\n${PROMPT}`);
      assert.equal((await transcript(page)).match(/421 4\.4\.2/g).length, 1);
    } else {
      await screenEnds(page, "250 2.0.0 Ok\n");
    }
    await page.context().close();
  });
}

test("asleep with ping running: no flood of rows", async () => {
  const page = await timed("full");
  await page.locator("smtp-terminal").evaluate((t) => void t.run("ping smtp.safeer.in"));
  await page.waitForFunction(() => /icmp_seq=2/.test(document.querySelector("smtp-terminal").transcript));
  await jump(page, 86_400_000);
  await page.waitForTimeout(1500);
  assert.ok((await transcript(page)).split("\n").length < 100);
  await field(page).focus();
  await page.keyboard.press("Control+c");
  await screenEnds(page, PROMPT);
  await page.context().close();
});

test("Back and forward: the page is as it was, or begins anew", async () => {
  const page = await open(browser, `${site.url}plain.html`);
  await page.locator("smtp-terminal").evaluate((t) => void t.run("whoami"));
  await screenEnds(page, `safeer\n${PROMPT}`);
  await page.goto(`${site.url}two.html`);
  await ready(page);
  await page.goBack();
  await ready(page);
  await page.locator("smtp-terminal").evaluate((t) => void t.run("hostname"));
  await screenEnds(page, `penguinpower\n${PROMPT}`);
  // The same for a page that a browser has frozen.
  const client = await page.context().newCDPSession(page);
  await client.send("Page.setWebLifecycleState", { state: "frozen" });
  await new Promise((done) => setTimeout(done, 500));
  await client.send("Page.setWebLifecycleState", { state: "active" });
  await page.locator("smtp-terminal").evaluate((t) => void t.run("pwd"));
  await screenEnds(page, `pwd\n/home/safeer\n${PROMPT}`);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("no memory is to be had: that is said, and the page goes on", async () => {
  const page = await host(browser, site, "");
  await page.evaluate(() => {
    WebAssembly.instantiate = async () => {
      throw new RangeError("WebAssembly.Memory(): could not allocate memory");
    };
    document.body.append(document.createElement("smtp-terminal"));
  });
  await page.locator("smtp-terminal [role=alert]").waitFor();
  assert.equal(await page.evaluate(() => 6 * 7), 42);
  await page.context().close();
});

test("a whole lesson asks for nothing once it is there", async () => {
  const page = await open(browser, `${site.url}lesson.html?first-mail&lang=en`);
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  const asked = [];
  client.on("Network.requestWillBeSent", ({ request }) => asked.push(request.url));
  client.on("Network.webSocketCreated", ({ url }) => asked.push(url));
  for (let step = 1; step <= 7; step++) {
    await page.waitForFunction((step) => {
      const shadow = document.querySelector("smtp-terminal").shadowRoot;
      return shadow.querySelectorAll(".steps > .reached, .steps > .passed").length >= step - 1;
    }, step);
    const commands = page.locator("smtp-terminal .at .command");
    for (let at = 0, count = await commands.count(); at < count; at++) {
      if (at < (await commands.count())) await commands.nth(at).click();
    }
  }
  await page.locator("smtp-terminal .lesson .done").waitFor();
  // And what stands beside it: every view, and what a line means.
  const tabs = page.locator("smtp-terminal [role=tab]");
  for (let at = 0, count = await tabs.count(); at < count; at++) await tabs.nth(at).click();
  await field(page).focus();
  await page.keyboard.press("F1");
  await page.waitForTimeout(300);
  assert.deepEqual(asked, []);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});
