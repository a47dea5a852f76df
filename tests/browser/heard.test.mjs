// A lesson as it is heard: a virtual screen reader walks through the page and says what its live
// regions tell while a learner types. What it says is kept as text beside this test; `RECORD=1` writes
// it anew, for a person to read.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { field, launch, open, serveSite } from "./browser.mjs";

const READER = createRequire(import.meta.url).resolve("@guidepup/virtual-screen-reader/browser.js");
const kept = (name) => fileURLToPath(new URL(`heard/${name}.txt`, import.meta.url));

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

/** Opens a page and starts the reader inside of its terminal. */
async function listen(address, options) {
  const page = await open(browser, site.url + address, options);
  await page.route("**/reader.js", (route) => route.fulfill({ path: READER, contentType: "text/javascript" }));
  await page.evaluate(async () => {
    const { virtual } = await import("/reader.js");
    globalThis.reader = { virtual, told: 0 };
    await virtual.start({ container: document.querySelector("smtp-terminal").shadowRoot.querySelector(".terminal") });
  });
  return page;
}

/** What was said since the last time, one phrase a line. Queue IDs and times are another each time. */
async function said(page) {
  const phrases = await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)));
    const all = await reader.virtual.spokenPhraseLog();
    return all.slice(reader.told, (reader.told = all.length));
  });
  return phrases.map((phrase) =>
    phrase.replace(/queued as \w+/, "queued as QUEUEID").replace(/\(\d\d:\d\d\)/, "(CLOCK)"),
  );
}

/** Walks from the beginning of the terminal to its end. */
async function walk(page) {
  await page.evaluate(async () => {
    const { virtual } = reader;
    await virtual.stop();
    reader.told = 0;
    await virtual.start({ container: document.querySelector("smtp-terminal").shadowRoot.querySelector(".terminal") });
    const [first] = await virtual.spokenPhraseLog();
    for (let i = 0; i < 1000 && (await virtual.lastSpokenPhrase()) !== `end of ${first}`; i++) await virtual.next();
  });
  return said(page);
}

/** Compares what was heard with what is kept of it. */
async function compare(name, parts) {
  const text = `${parts.map(([title, lines]) => [`---- ${title}`, ...lines, ""].join("\n")).join("\n")}`;
  if (process.env.RECORD) await writeFile(kept(name), text);
  assert.equal(text, await readFile(kept(name), "utf8").catch(() => ""));
}

const transcript = (page) => page.locator("smtp-terminal").evaluate((t) => t.transcript);

/** Waits until what has come since `before` ends as it should. */
const screenEnds = (page, before, end) =>
  page.waitForFunction(
    ([before, end]) => new RegExp(`${end}$`).test(document.querySelector("smtp-terminal").transcript.slice(before.length)),
    [before, end],
  );

/** Types a line with real keys, and gives what is heard of it. */
async function type(page, line, end) {
  await field(page).focus();
  await said(page);
  const before = await transcript(page);
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
  await screenEnds(page, before, end);
  return [`typed: ${line}`, await said(page)];
}

const LINES = [
  ["telnet smtp.safeer.in 25", "Postfix \\(Ubuntu\\)\n"],
  ["HELLO penguinpower", "not recognized\n"],
  ["HELO penguinpower", "250 smtp.safeer.in\n"],
  ["MAIL FROM:<safeer@safeer.in>", "Ok\n"],
  ["RCPT TO:<praveen@gmail.com>", "Ok\n"],
  ["DATA", "<CR><LF>\\.<CR><LF>\n"],
  ["Subject: heard", "heard\n"],
  ["", "\n"],
  ["Hello", "Hello\n"],
  [".", "queued as \\w+\n"],
  ["QUIT", "closed by foreign host\\.\n.*\\$ "],
];

test("the first lesson, as it is heard", async () => {
  const page = await listen("lesson.html?first-mail&lang=en");
  const parts = [["from the top", await walk(page)]];
  for (const [line, end] of LINES) {
    const before = (await transcript(page)).length;
    const part = await type(page, line, end);
    parts.push(part);
    // Each line of a reply is heard once and whole, and what was typed is not.
    const screen = (await transcript(page)).slice(before);
    const [, ...replies] = screen.replace(/queued as \w+/, "queued as QUEUEID").split("\n");
    const told = part[1].map((phrase) => phrase.replace(/^polite: /, "").replace(/ refused$/, ""));
    for (const reply of replies.filter((reply) => reply && !reply.endsWith("$ "))) {
      assert.equal(told.filter((phrase) => phrase === reply.trim()).length, 1, `${reply} in ${part[1].join("\n")}`);
    }
    if (line) assert.ok(!told.includes(line), `the learner hears again: ${line}`);
  }
  parts.push(["the lesson when it is done", await walk(page)]);
  await compare("first-mail", parts);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a terminal alone, with the views", async () => {
  const page = await listen("full.html");
  const parts = [["from the top", await walk(page)]];
  parts.push(await type(page, "telnet mx.example.org 25", "ESMTP Postfix.*\n"));
  parts.push(await type(page, "EHLO penguinpower", "CHUNKING\n"));
  const before = await transcript(page);
  await page.keyboard.press("Control+]");
  await screenEnds(page, before, "telnet> ");
  parts.push(["Ctrl-]", await said(page)]);
  parts.push(await type(page, "quit", "\\$ "));
  for (const view of ["Session", "Envelope", "Wire", "Mailboxes", "Queue", "Log", "Journey", "Files", "main.cf"]) {
    await page.getByRole("tab", { name: view }).click();
    await page.locator(`smtp-terminal [role=tabpanel][data-view="${view}"]`).waitFor();
  }
  await compare("views", parts);
  await page.context().close();
});
