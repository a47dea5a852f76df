// A lesson in the page, as a learner does it: by pressing commands, by typing, with mistakes, hints,
// a line taken back, and the browser closed in the middle.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OUTPUT, field, host, launch, open, screenEnds, serveSite, transcript, violations, needs } from "./browser.mjs";

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
/** The title of the step that is to be done. */
const now = (page) => page.locator("smtp-terminal [aria-current=step] h3").textContent();
const isAt = (page, title) => page.locator("smtp-terminal [aria-current=step] h3", { hasText: title }).waitFor();
const isDone = (page) => page.locator("smtp-terminal .lesson .done").waitFor();

/** Types a line into the terminal, and waits for what comes of it. */
async function type(page, line, end) {
  await field(page).fill(line);
  await page.keyboard.press("Enter");
  if (end) await screenEnds(page, end);
}

test("the first lesson, by pressing each command", async () => {
  const page = await open(browser, site.url + LESSON);
  const told = [];
  await page.exposeFunction("tell", (detail) => told.push(detail));
  await page.locator("smtp-terminal").evaluate((t) => t.addEventListener("smtp-lesson", (e) => tell(e.detail)));
  const requests = site.requests.length;
  for (let step = 1; step <= 7; step++) {
    await page.waitForFunction((step) => {
      const shadow = document.querySelector("smtp-terminal").shadowRoot;
      return shadow.querySelectorAll(".steps > .reached, .steps > .passed").length >= step - 1;
    }, step);
    const commands = page.locator("smtp-terminal .at .command");
    for (let at = 0, count = await commands.count(); at < count; at++) {
      // The last command of a step brings the next one, and with it other buttons.
      if (at < (await commands.count())) await commands.nth(at).click();
    }
  }
  await isDone(page);
  const { lesson, step, steps, done, score } = told.at(-1);
  assert.deepEqual({ lesson, step, steps, done, score }, { lesson: "first-mail", step: 7, steps: 7, done: true, score: 100 });
  assert.equal(site.requests.length, requests, "the lesson asked for something after it had loaded");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("typed in one's own way, with a mistake, hints and the solution", async () => {
  const page = await open(browser, site.url + LESSON);
  await type(page, "nc smtp.safeer.in 25", "Postfix (Ubuntu)\n");
  await isAt(page, "Introduce yourself");
  await type(page, "HELLO penguinpower", "not recognized\n");
  const remark = page.locator("smtp-terminal .remark");
  await remark.waitFor();
  assert.match(await remark.textContent(), /four letters/);
  // It is heard as well.
  assert.match(await page.locator("smtp-terminal .heard").textContent(), /four letters/);
  await page.getByRole("button", { name: "Give me a hint" }).click();
  await page.locator("smtp-terminal .clue").waitFor();
  await page.getByRole("button", { name: "Another hint" }).click();
  await page.getByText("What to type:").waitFor();
  await page.getByRole("button", { name: "Type it for me" }).click();
  await isAt(page, "Name the sender");
  await type(page, "mail from:<safeer@safeer.in>", "250 2.1.0 Ok\n");
  await isAt(page, "Name the recipients");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a line is taken back, and a step begun again", async () => {
  const page = await open(browser, site.url + LESSON);
  const undo = page.getByRole("button", { name: "Undo" });
  assert.equal(await undo.isDisabled(), true, "there is nothing to be undone yet");
  await type(page, "telnet smtp.safeer.in 25", "Postfix (Ubuntu)\n");
  const before = await transcript(page);
  await type(page, "HELO penguinpower", "250 smtp.safeer.in\n");
  await isAt(page, "Name the sender");
  await undo.click();
  await isAt(page, "Introduce yourself");
  assert.equal(await transcript(page), before);
  // The world goes on from there.
  await type(page, "EHLO other", "CHUNKING\n");
  await isAt(page, "Name the sender");
  await page.getByRole("button", { name: "Restart lesson" }).click();
  await isAt(page, "Connect");
  assert.doesNotMatch(await transcript(page), /220/);
  await page.context().close();
});

test("closed in the middle of DATA and opened again, and erased", async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const visit = async () => {
    const page = await context.newPage();
    await page.goto(site.url + LESSON);
    await page.locator("smtp-terminal .lesson").waitFor();
    return page;
  };
  const first = await visit();
  await first.locator("smtp-terminal").evaluate((t) =>
    t.run("telnet smtp.safeer.in 25\nHELO penguinpower\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<praveen@gmail.com>\nDATA\nSubject: half"),
  );
  await screenEnds(first, "Subject: half\n");
  await first.waitForFunction(() => {
    const { at, progress } = JSON.parse(localStorage["smtp-terminal:lesson:first-mail"] ?? "{}");
    return at === 4 && progress.includes("half");
  });
  const before = await transcript(first);
  await first.close();
  const second = await visit();
  await screenEnds(second, "Subject: half\n");
  assert.equal(await transcript(second), before);
  assert.equal(await now(second), "Write the message");
  await second.goto(`${site.url}course.html?lang=en`);
  await second.getByText("Step 5 of 7").waitFor();
  await second.getByRole("button", { name: "Erase" }).click();
  await second.getByText("Step 5 of 7").waitFor({ state: "detached" });
  assert.equal(await second.evaluate(() => localStorage.length), 0);
  // What cannot be read is said and left.
  await second.evaluate(() => (localStorage["smtp-terminal:lesson:first-mail"] = '{"progress":"{"}'));
  const third = await visit();
  await third.getByText("so it begins anew").waitFor();
  assert.equal(await now(third), "Connect");
  await context.close();
});

test("nothing is kept where the page does not ask for it", async () => {
  const page = await open(browser, site.url + LESSON);
  await page.locator("smtp-terminal").evaluate((t) => {
    t.removeAttribute("persist");
    localStorage.clear();
  });
  await type(page, "telnet smtp.safeer.in 25", "Postfix (Ubuntu)\n");
  await page.waitForTimeout(600);
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  await page.context().close();
});

/** Types what a solution has: lines, and keys as `^]`. */
async function press(page, line) {
  const key = /^\^(.)$/.exec(line);
  await field(page).focus();
  if (key) await page.keyboard.press(`Control+${key[1].toLowerCase()}`);
  else {
    await page.keyboard.type(line);
    await page.keyboard.press("Enter");
  }
}

for (const id of ["replies", "dots-and-lines", "starttls", "users-and-aliases"]) {
  test(`by real keys, from the first line to the last: ${id}`, async () => {
    const page = await open(browser, `${site.url}lesson.html?${id}&lang=en`);
    await page.locator("smtp-terminal .lesson").waitFor();
    const { steps } = await (await page.request.get(`${site.url}lessons/${id}.json`)).json();
    for (const [place, { solution }] of steps.entries()) {
      const reached = page.locator("smtp-terminal .steps > :is(.reached, .passed)");
      for (const line of solution) {
        if ((await reached.count()) > place) break;
        await press(page, line);
      }
      await page.waitForFunction(
        (place) => document.querySelector("smtp-terminal").shadowRoot.querySelectorAll(".steps > :is(.reached, .passed)").length > place,
        place,
      );
    }
    await isDone(page);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
}

test("long lines in the terminal leave the text its width", async () => {
  const page = await open(browser, site.url + LESSON, { viewport: { width: 1280, height: 800 } });
  const width = () => page.locator("smtp-terminal .lesson").evaluate((it) => it.getBoundingClientRect().width);
  const before = await width();
  assert.ok(before > 400, `${before} px`);
  await type(page, `echo ${"word ".repeat(100)}done`, "word done\nsafeer@penguinpower:~$ ");
  assert.equal(await width(), before);
  await page.context().close();
});

test("the keyboard alone", needs("the Tab key past a page's end, where it has no window"), async () => {
  const page = await open(browser, site.url + LESSON);
  const tab = async (name, key = "Tab") => {
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press(key);
      const at = await page.evaluate(() => {
        const inside = document.activeElement?.shadowRoot?.activeElement;
        // A panel that scrolls can have the focus as well, and has all the names in it.
        if (!inside?.matches("button, a, input")) return;
        return inside.textContent.trim() || inside.ariaLabel;
      });
      if (at?.includes(name)) return;
    }
    assert.fail(`the Tab key does not lead to ${name}`);
  };
  await tab("telnet smtp.safeer.in 25");
  await page.keyboard.press("Enter");
  await isAt(page, "Introduce yourself");
  // Back from the line: a browser without a window need not go around at a page's end.
  await tab("HELO penguinpower", "Shift+Tab");
  await page.keyboard.press("Space");
  await isAt(page, "Name the sender");
  await tab("Type to the server");
  await page.keyboard.type("MAIL FROM:<safeer@safeer.in>\nRCPT TO:<praveen@gmail.com>\nDATA\nSubject: by keys\n\nHello\n.\n", { delay: 5 });
  await isAt(page, "Leave");
  await page.keyboard.type("QUIT\n");
  await isDone(page);
  await page.context().close();
});

/** Whether all of an element can be seen inside the panel of the lesson. */
const isSeen = (page, selector) =>
  page.locator(`smtp-terminal ${selector}`).evaluate((it) => {
    const [box, frame] = [it, it.closest(".steps-and-text") ?? it.closest(".lesson")].map((e) => e.getBoundingClientRect());
    return box.height > 0 && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1 && frame.bottom <= innerHeight;
  });

test("on a phone what is said of a mistake is in sight, be the text read, folded or under a view", needs("to touch"), async () => {
  const page = await open(browser, site.url + LESSON, { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
  // In the first step an introduction stands before the text.
  await type(page, "telnet smtp.safeer.in 26", "refused\nsafeer@penguinpower:~$ ");
  await page.locator("smtp-terminal .remark").waitFor();
  assert.equal(await isSeen(page, ".remark"), true, "the first step");
  await type(page, "telnet smtp.safeer.in 25", "Postfix (Ubuntu)\n");
  await isAt(page, "Introduce yourself");
  assert.equal(await isSeen(page, ".at h3"), true, "a step begins at the top of the panel");
  await type(page, "HELLO penguinpower", "not recognized\n");
  await page.locator("smtp-terminal .remark").waitFor();
  assert.equal(await isSeen(page, ".remark"), true);
  assert.equal(await isSeen(page, ".at h3"), true);
  await page.screenshot({ path: `${OUTPUT}/lesson-phone-remark.png` });
  await page.locator("smtp-terminal .fold").tap();
  assert.equal(await isSeen(page, ".remark"), true, "folded");
  assert.equal(await page.locator("smtp-terminal .at h3").isVisible(), false);
  await page.getByRole("tab", { name: "Log" }).tap();
  assert.equal(await isSeen(page, ".remark"), true, "under a view");
  await type(page, "HELO penguinpower", "250 smtp.safeer.in\n");
  assert.equal(await page.locator("smtp-terminal .steps-and-text").isVisible(), false, "nothing is left to be said");
  await page.context().close();
});

test("beside a phone's keyboard there is room for the text and for the line", needs("to touch"), async () => {
  const page = await open(browser, site.url + LESSON, { viewport: { width: 360, height: 340 }, hasTouch: true, isMobile: true });
  await field(page).tap();
  await type(page, "telnet smtp.safeer.in 25", "Postfix (Ubuntu)\n");
  await isAt(page, "Introduce yourself");
  const seen = await page.locator("smtp-terminal").evaluate((t) => {
    const box = (name) => t.shadowRoot.querySelector(name).getBoundingClientRect();
    const [line, keys, title, text] = [".entry input", ".keys", ".at h3", ".steps-and-text"].map(box);
    return { line: line.bottom <= keys.top, keys: keys.bottom <= innerHeight, title: title.bottom <= text.bottom, text: text.height > 75, page: document.documentElement.scrollHeight <= innerHeight };
  });
  assert.deepEqual(seen, { line: true, keys: true, title: true, text: true, page: true });
  await page.screenshot({ path: `${OUTPUT}/lesson-phone-keyboard.png` });
  await page.context().close();
});

for (const [width, height] of [[360, 740], [768, 1024], [1280, 800], [1920, 1080]]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe-core finds nothing, and nothing scrolls sideways: ${width} px, ${colorScheme}`, async () => {
      const plain = await serveSite({ headers: {} });
      for (const address of [LESSON, "course.html?lang=en"]) {
        const page = await open(browser, plain.url + LESSON, { viewport: { width, height }, colorScheme });
        await type(page, "telnet smtp.safeer.in 25", "Postfix (Ubuntu)\n");
        await type(page, "HELLO", "not recognized\n");
        if (address !== LESSON) {
          await page.goto(plain.url + address);
          await page.locator("#lessons li").first().waitFor();
        }
        assert.deepEqual(await violations(page), []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
        await page.screenshot({ path: `${OUTPUT}/${address.split(".")[0]}-${width}-${colorScheme}.png` });
        await page.context().close();
      }
      await plain.close();
    });
  }
}

for (const [language, title, hint, refused] of [["de", "Alle Lektionen", "Gib mir einen Hinweis", "abgelehnt"], ["es", "Todas las lecciones", "Dame una pista", "rechazado"], ["hi", "सभी पाठ", "एक संकेत दें", "अस्वीकार"], ["ja", "レッスン一覧", "ヒントを見る", "拒否"]]) {
  test(`the interface speaks ${language}, and the server does not`, async () => {
    const page = await open(browser, `${site.url}lesson.html?first-mail&lang=${language}`);
    await page.getByRole("link", { name: title }).waitFor();
    await page.getByRole("button", { name: hint }).waitFor();
    await type(page, "telnet smtp.safeer.in 25", "220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n");
    // What the page puts behind a refusal is no part of the reply.
    await type(page, "HELLO", "500 5.5.2 Error: command not recognized\n");
    assert.equal(await page.locator("smtp-terminal .refusal .mark").textContent(), ` ${refused}`);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
}

test("a page's own size of letters does not decide how a lesson is laid out", needs("to leave out the page's policy"), async () => {
  for (const [width, direction] of [[750, "column"], [1000, "row"]]) {
    const page = await host(browser, site, `<div style="inline-size:${width}px"><smtp-terminal lesson="first-mail"></smtp-terminal></div>`, { head: "<style>html{font-size:62.5%}</style>", bypassCSP: true });
    await page.locator("smtp-terminal .lesson").waitFor();
    const found = await page.locator("smtp-terminal .workbench").evaluate((it) => getComputedStyle(it).flexDirection);
    assert.equal(found, direction, `${width} px`);
    await page.context().close();
  }
});
