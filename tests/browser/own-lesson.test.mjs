// A lesson that is written in a page's own HTML: what becomes of it, done with a mistake and a hint,
// and taken up again.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { field, host, launch, ready, screenEnds, serveSite } from "./browser.mjs";

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

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
/** The example of the documentation, so that it is tried; with another step, and more of HTML in it. */
const guide = await readFile(path("docs/DOCUMENTS.md"), "utf8");
const EXAMPLE = /<section data-smtp-lesson[^]*?<smtp-terminal full persist><\/smtp-terminal>/.exec(guide)[0];
const MORE = `
  <ol><li data-smtp-step data-smtp-goal="RCPT 550">
    <h3>Somebody who is <em>not</em> there</h3>
    <p>1. A * and a [ are what they are, in <code>code</code> too: <strong>so <em>it</em> is</strong>.</p>
    <ul><li>First <kbd>MAIL FROM:&lt;safeer@safeer.in&gt;</kbd></li><li>then <kbd>RCPT TO:&lt;nosuch@safeer.in&gt;</kbd></li></ul>
  </li></ol>
  <p>That is <a href="https://example.com/">all</a>.</p>
</section>`;
const BODY = EXAMPLE.replace(/<\/section>\s*(?=<smtp-terminal)/, MORE);

async function opened() {
  const page = await host(browser, site, BODY, { head: '<script type="module" src="smtp-lesson.js"></script>' });
  await ready(page);
  await page.locator("smtp-terminal .lesson").waitFor();
  return page;
}
const isAt = (page, title) => page.locator("smtp-terminal [aria-current=step] h3", { hasText: title }).waitFor();

async function type(page, line, end) {
  await field(page).fill(line);
  await page.keyboard.press("Enter");
  await screenEnds(page, end);
}

test("the page's text becomes a lesson, and a good one", async () => {
  const page = await opened();
  const lesson = JSON.parse(await page.locator("smtp-terminal").getAttribute("lesson"));
  assert.equal(lesson.id, "first-words");
  assert.equal(lesson.title, "First words");
  assert.equal(lesson.intro, "What is said before the first step.");
  assert.equal(lesson.outro, "That is [all](https://example.com/).");
  assert.deepEqual(
    lesson.steps.map(({ title, solution }) => [title, solution]),
    [
      ["Connect", ["telnet smtp.safeer.in 25"]],
      ["Say hello", ["HELO penguinpower"]],
      ["Somebody who is not there", ["MAIL FROM:<safeer@safeer.in>", "RCPT TO:<nosuch@safeer.in>"]],
    ],
  );
  assert.equal(lesson.steps[0].text, "Open a connection: `> telnet smtp.safeer.in 25`");
  assert.deepEqual(lesson.steps[0].hints, ["The port of mail is `25`."]);
  assert.equal(
    lesson.steps[2].text,
    "1\\. A \\* and a \\[ are what they are, in `code` too: **so *it* is**.\n\n" +
      "- First `> MAIL FROM:<safeer@safeer.in>`\n- then `> RCPT TO:<nosuch@safeer.in>`",
  );
  // It does not stand twice.
  assert.equal(await page.locator("[data-smtp-lesson]").isVisible(), false);
  const command = ["target/debug/smtp-terminal", "target/release/smtp-terminal"].map(path).find(existsSync);
  if (command) {
    const folder = await mkdtemp(`${tmpdir()}/lesson-`);
    await writeFile(`${folder}/first-words.json`, JSON.stringify(lesson));
    const told = execFileSync(command, ["lesson", "check", `${folder}/first-words.json`], { encoding: "utf8" });
    assert.match(told, /good: 3 steps/);
  }
  await page.context().close();
});

test("it has hints, remarks and progress, and is handed in", async () => {
  const page = await opened();
  await type(page, "telnet smtp.safeer.in 26", "Connection refused\nsafeer@penguinpower:~$ ");
  await page.locator("smtp-terminal .remark", { hasText: "Nothing listens" }).waitFor();
  await page.getByRole("button", { name: "Give me a hint" }).click();
  await page.locator("smtp-terminal .clue", { hasText: "The port of mail is 25" }).waitFor();
  await type(page, "telnet smtp.safeer.in 25", "Postfix (Ubuntu)\n");
  await isAt(page, "Say hello");
  await type(page, "ehlo penguinpower", "CHUNKING\n");
  await isAt(page, "Somebody who is not there");
  await page.waitForFunction(() => JSON.parse(localStorage["smtp-terminal:page:first-words"] ?? "{}").at === 2);
  await page.reload();
  await isAt(page, "Somebody who is not there");
  await page.locator("smtp-terminal .at .command").first().click();
  await screenEnds(page, "250 2.1.0 Ok\n");
  await page.locator("smtp-terminal .at .command").last().click();
  await page.locator("smtp-terminal .lesson .done").waitFor();
  const result = JSON.parse(await page.locator("smtp-terminal").evaluate((t) => t.submission("A learner")));
  assert.equal(result.progress.lesson, "first-words");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("what is missing is said, and the page stays as it is", async () => {
  const body = '<section data-smtp-lesson="x"><h2>X</h2><section data-smtp-step><h3>Aimless</h3><p>Nothing.</p></section></section><smtp-terminal full></smtp-terminal>';
  const page = await host(browser, site, body, { head: '<script type="module" src="smtp-lesson.js"></script>' });
  await ready(page);
  assert.match(page.problems.join("\n"), /the step “Aimless” has neither data-smtp-goal nor a transcript/);
  assert.equal(await page.locator("[data-smtp-lesson]").isVisible(), true);
  await page.context().close();
});
