// Which lesson a page shows: by a link that has it in itself, whole, cut, or pasted into an open page; by its
// name, however that is written; one that is not there; and under what name its result is saved.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { field, host, launch, open, ready, serveSite } from "./browser.mjs";

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

const coded = (title) =>
  Buffer.from(
    JSON.stringify({ id: "own", title, steps: [{ title: "Who", text: "Ask.", goal: { typed: { matches: "whoami" } }, solution: ["whoami"] }] }),
  ).toString("base64url");
const ONE = coded("The first of mine");
const TWO = coded({ en: "The second of mine", de: "Meine zweite" });
const heading = (page, title) => page.locator("smtp-terminal .lesson h2", { hasText: title }).waitFor();
const titled = (page, title) => page.waitForFunction((title) => document.title === title, `${title} – smtp-terminal`);

for (const [name, fragment] of [
  ["cut", ONE.slice(0, -20)],
  ["with a character changed", ONE.replace(/^.{8}/, "########")],
  ["with percent signs", "%%%"],
  ["empty", ""],
  ["huge", "A".repeat(200_000)],
  ["no lesson", Buffer.from('{"x":1}').toString("base64url")],
]) {
  test(`a link that is damaged opens nothing, and that is said: ${name}`, async () => {
    const page = await open(browser, `${site.url}lesson.html?lang=en#lesson=${fragment}`, { waits: false });
    const said = page.getByRole("alert");
    await said.waitFor();
    assert.match(await said.textContent(), /This link is damaged.*send it again/);
    assert.equal(await said.getByRole("link").getAttribute("href"), "course.html");
    assert.equal(await page.locator("smtp-terminal").count(), 0);
    assert.equal(await page.title(), "This link is damaged – smtp-terminal");
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
}

test("it is said in the reader's language", async () => {
  const page = await open(browser, `${site.url}lesson.html?lang=de#lesson=%%%`, { waits: false });
  await page.getByRole("alert").getByText("Dieser Link ist beschädigt").waitFor();
  await page.getByRole("alert").getByRole("link", { name: "Alle Lektionen" }).waitFor();
  await page.context().close();
});

test("a link that is pasted into an open page is followed, and so is the way back", async () => {
  const page = await open(browser, `${site.url}lesson.html?first-mail&lang=en`);
  await heading(page, "Your first mail");
  await page.evaluate((coded) => (location.hash = `lesson=${coded}`), ONE);
  await heading(page, "The first of mine");
  await titled(page, "The first of mine");
  await page.evaluate((coded) => (location.hash = `lesson=${coded}`), TWO);
  await heading(page, "The second of mine");
  await titled(page, "The second of mine");
  await page.goBack();
  await heading(page, "The first of mine");
  await page.goBack();
  await heading(page, "Your first mail");
  await page.evaluate(() => (location.hash = "lesson=%%%"));
  await page.getByRole("alert").waitFor();
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a lesson's title is the page's, in its language", async () => {
  const page = await open(browser, `${site.url}lesson.html?lang=de#lesson=${TWO}`);
  await titled(page, "Meine zweite");
  await page.context().close();
});

test("a lesson is asked for in several ways", async () => {
  for (const query of ["replies", "lesson=replies", "replies=", "lang=en&lesson=replies", "replies&utm_source=mail"]) {
    const page = await open(browser, `${site.url}lesson.html?${query}`, { locale: "en" });
    await titled(page, "What each reply says").catch(async () => assert.fail(`${query}: ${await page.title()}`));
    await page.context().close();
  }
  const page = await open(browser, `${site.url}lesson.html?lang=en`);
  await heading(page, "Your first mail");
  await page.context().close();
});

for (const [query, name] of [["no-such-lesson", "no-such-lesson"], ["lesson=../x", "../x"], ["%3Cb%3E", "<b>"]]) {
  test(`a lesson that is not there is named: ${name}`, async () => {
    const page = await open(browser, `${site.url}lesson.html?${query}&lang=en`, { waits: false });
    const said = page.getByRole("alert");
    await said.waitFor();
    assert.ok((await said.textContent()).startsWith(`The lesson “${name}” was not found`));
    assert.equal(await page.title(), `The lesson “${name}” was not found – smtp-terminal`);
    assert.equal(await page.locator("smtp-terminal").count(), 0);
    await page.context().close();
  });
}

test("a file that an element names and that is not there is named in its place", async () => {
  for (const [attributes, file] of [
    ['src="worlds/mine.json"', "worlds/mine.json"],
    ['explain="mine.json"', "mine.json"],
    ['lesson="no-such-lesson"', "lessons/no-such-lesson.json"],
  ]) {
    const page = await host(browser, site, `<smtp-terminal ${attributes}><p>What the author says</p></smtp-terminal>`);
    const said = page.locator("smtp-terminal [role=alert]");
    await said.waitFor();
    assert.match(await said.textContent(), new RegExp(`/${file} was not found`), attributes);
    await page.context().close();
  }
});

test("a file that cannot be fetched is named too, and a lesson that is none is an error", async () => {
  const page = await host(browser, site, "");
  await page.route("**/worlds/mine.json", (route) => route.abort());
  const said = await page.evaluate(async () => {
    await customElements.whenDefined("smtp-terminal");
    const told = async (set) => {
      const made = document.createElement("smtp-terminal");
      set(made);
      const event = new Promise((done) => made.addEventListener("error", (event) => done(event.message)));
      document.body.append(made);
      const message = await Promise.race([event, made.ready.then(() => "it starts")]);
      made.remove();
      return message;
    };
    return [
      await told((made) => (made.src = "worlds/mine.json")),
      await told((made) => (made.lesson = {})),
      await told((made) => (made.lesson = { id: "x", title: "x", steps: [] })),
    ];
  });
  assert.match(said[0], /^Error: http:.*\/worlds\/mine[.]json: /);
  assert.match(said[1], /lesson, at id: /);
  assert.match(said[2], /lesson, at steps: a lesson has a step at least/);
  await page.context().close();
});

test("a file that is no JSON, one with a mistake in it and an address that is none are named in their place", async () => {
  const page = await host(browser, site, "");
  await page.route("**/none.json", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><p>Log in" }));
  await page.route("**/slip.json", (route) => route.fulfill({ json: { hosts: [{ name: "a", adresses: [] }] } }));
  for (const [attributes, wanted] of [
    [{ src: "worlds/none.json" }, /http:.*\/worlds\/none[.]json: .*JSON/],
    [{ src: "worlds/none.json", prompt: "$ " }, /http:.*\/worlds\/none[.]json: .*JSON/],
    [{ lesson: "worlds/none.json" }, /http:.*\/worlds\/none[.]json: .*JSON/],
    [{ explain: "none.json" }, /http:.*\/none[.]json: .*JSON/],
    [{ src: "worlds/slip.json" }, /worlds\/slip[.]json: scenario, at hosts\[0\]: there is no "adresses" here/],
    [{ src: "http://[" }, /http:\/\/\[: /],
    [{ lesson: "http://[" }, /http:\/\/\[: /],
    [{ explain: "http://[" }, /http:\/\/\[: /],
  ]) {
    const [said, message] = await page.evaluate(async (attributes) => {
      const element = document.createElement("smtp-terminal");
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      // It is hidden where the terminal says what is wrong.
      element.append("What the author says");
      document.body.replaceChildren(element);
      const message = await new Promise((done) => element.addEventListener("error", (event) => done(event.message)));
      return [element.shadowRoot.querySelector("[role=alert]")?.textContent, message];
    }, attributes);
    assert.match(said ?? "", wanted, JSON.stringify(attributes));
    assert.match(message, wanted, JSON.stringify(attributes));
  }
  await page.context().close();
});

test("so many rows as make sense, and no others", async () => {
  const all = ["12", "999", "-5", "0", "1e9", "1000", "99999999", "abc", ""];
  const page = await host(browser, site, all.map((rows) => `<smtp-terminal rows="${rows}"></smtp-terminal>`).join(""));
  await ready(page);
  const heights = await page.evaluate(() =>
    [...document.querySelectorAll("smtp-terminal")].map((t) => {
      const scroll = t.shadowRoot.querySelector(".scroll");
      const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(scroll);
      const height = scroll.getBoundingClientRect().height - parseFloat(paddingTop) - parseFloat(paddingBottom);
      return Math.round(height / parseFloat(lineHeight));
    }),
  );
  assert.deepEqual(heights, [12, 999, 16, 16, 16, 16, 16, 16, 16]);
  await page.context().close();
});

test("a result is saved under the lesson's name and the learner's", async () => {
  const page = await open(browser, `${site.url}lesson.html?lang=en#lesson=${ONE}`);
  await field(page).fill("whoami");
  await page.keyboard.press("Enter");
  const input = page.locator("#result input");
  await input.waitFor();
  for (const [name, wanted] of [
    ["", "own-result.json"],
    ["Asha Rao", "own-Asha-Rao-result.json"],
    ["../../etc/passwd", "own-etc-passwd-result.json"],
    ["C:\\x\u0007\u202ey?*", "own-C-x-y-result.json"],
    ["सफीर", "own-सफीर-result.json"],
    ["山田 太郎", "own-山田-太郎-result.json"],
    ["…", "own-result.json"],
    ["é".repeat(100), `own-${"é".repeat(40)}-result.json`],
  ]) {
    await input.fill(name);
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#result button").click()]);
    assert.equal(download.suggestedFilename(), wanted);
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("in the light build Tab leads on, as the page says", async () => {
  const page = await open(browser, `${site.url}index.html`);
  assert.match(await page.locator("article").textContent(), /Tab leads on/);
  await field(page).fill("tel");
  await page.keyboard.press("Tab");
  assert.equal(await field(page).inputValue(), "tel");
  assert.notEqual(await page.evaluate(() => document.activeElement?.id), "terminal");
  await page.context().close();
});

test("an option in a document is not broken at its hyphen on a narrow page", async () => {
  const page = await open(browser, `${site.url}docs/lessons.html`, { waits: false, viewport: { width: 360, height: 740 } });
  const broken = await page.evaluate(() =>
    [...document.querySelectorAll("article code > span")]
      .filter((span) => span.getClientRects().length > 1)
      .map((span) => span.textContent),
  );
  assert.deepEqual(broken, []);
  assert.ok((await page.locator("article code > span", { hasText: "--verbose" }).count()) > 0);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
  await page.context().close();
});
