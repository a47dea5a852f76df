// The element, used as it should not be: what is wrong is said, and nothing is lost or done in its place.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { field, host, launch, open, ready, screenEnds, serveSite } from "./browser.mjs";

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
const hint = (page) => page.locator("smtp-terminal .hint");

test("run() takes a text and nothing else", async () => {
  const page = await open(browser, `${site.url}plain.html`);
  const said = await terminal(page).evaluate((t) =>
    Promise.all([t.run(), t.run(["whoami", "hostname"]), t.run(7), t.run(null)].map((run) => run.then(() => "done", String))),
  );
  assert.deepEqual(said, Array(4).fill("TypeError: run() takes a text"));
  await terminal(page).evaluate((t) => t.run("echo right"));
  await screenEnds(page, "right\nsafeer@penguinpower:~$ ");
  assert.doesNotMatch(await terminal(page).evaluate((t) => t.transcript), /undefined|whoami/);
  await page.context().close();
});

test("a lesson that is none is named, and nothing is fetched in its place", async () => {
  for (const wrong of [[], [1], 5, true]) {
    const page = await host(browser, site, "");
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    const said = await page.evaluate(async (wrong) => {
      await customElements.whenDefined("smtp-terminal");
      const made = document.createElement("smtp-terminal");
      made.lesson = wrong;
      const failed = new Promise((done) => made.addEventListener("error", (event) => done(event.message)));
      document.body.append(made);
      return failed;
    }, wrong);
    assert.match(said, /lesson: expected an object, \{ … \}; this is a list/, JSON.stringify(wrong));
    assert.match(await page.locator("smtp-terminal .notice[role=alert]").textContent(), /This terminal cannot start\. lesson: /);
    assert.deepEqual(asked.filter((url) => !/smtp-terminal/.test(url)), []);
    await page.context().close();
  }
});

test("another world begins with an empty screen, whatever still runs", async () => {
  const page = await open(browser, `${site.url}full.html`);
  terminal(page).evaluate((t) => void t.run("echo before\nyes"));
  await page.waitForFunction(() => /y\ny\ny/.test(document.querySelector("smtp-terminal").transcript));
  await terminal(page).evaluate((t) => (t.scenario = { seed: 3 }));
  await page.waitForTimeout(50);
  await ready(page);
  await page.waitForTimeout(300);
  const seen = await terminal(page).evaluate((t) => {
    const inside = [...t.shadowRoot.querySelectorAll(".terminal")].map((it) => it.innerText).join("\n");
    return { transcript: t.transcript, inside };
  });
  assert.equal(seen.transcript, "safeer@penguinpower:~$ ");
  assert.doesNotMatch(seen.inside, /before|^y$/m);
  await page.context().close();
});

/** Pastes as the keyboard's shortcut would. */
const paste = (page, length, end = "") =>
  field(page).evaluate(
    (field, [length, end]) => {
      field.focus();
      const data = new DataTransfer();
      data.setData("text/plain", "x".repeat(length) + end);
      const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true, composed: true });
      return field.dispatchEvent(event);
    },
    [length, end],
  );

test("a line that would stop the page is not pasted, and that is said", async () => {
  const page = await open(browser, `${site.url}plain.html`);
  await field(page).fill("half a line");
  for (const end of ["", "\nsecond\n"]) {
    assert.equal(await paste(page, 5_000_000, end), false, "nothing goes in by itself");
    assert.equal(await hint(page).textContent(), "Nothing was pasted: a line has 100,000 letters at most.");
    assert.equal(await field(page).inputValue(), "half a line");
    assert.equal(await terminal(page).evaluate((t) => t.transcript), "safeer@penguinpower:~$ ");
  }
  assert.equal(await paste(page, 90_000), true, "the browser puts it in");
  assert.equal(await hint(page).textContent(), "");
  await page.context().close();
});
