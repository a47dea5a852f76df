// Whatever is in a message, a banner, a file, a fragment, a lesson or an explanation is text: nothing of
// it becomes an element, runs, or moves what the interface itself says.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { SITE, field, host, launch, open, ready, screenEnds, serveSite, transcript } from "./browser.mjs";

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

/** What would call `hit`, or become an element, if text were ever taken for more. */
const VECTORS = [
  "<script>hit()</script>",
  "<img src=x onerror=hit()>",
  "<svg/onload=hit()>",
  "<svg><animate onbegin=hit() attributeName=x>",
  "<iframe srcdoc='<script>parent.hit()</script>'>",
  "<iframe src=javascript:parent.hit()>",
  "<object data=javascript:hit()>",
  "<a href=javascript:hit()>a</a>",
  "<x-foreign onclick=hit()>",
  "<style>@import 'x'</style>",
  "<link rel=stylesheet href=x>",
  "<meta http-equiv=refresh content=0;url=x>",
  "<base href=//x>",
  "<form action=x><button>b</button></form>",
  "<details open ontoggle=hit()>",
  "<template shadowrootmode=open><script>hit()</script></template>",
  "\"'><x-foreign>",
  "' onmouseover='hit()",
  "</textarea></style></title></script><x-foreign>",
  "<!--><x-foreign>-->",
  "]]><x-foreign>",
  "&lt;x-foreign&gt;&#60;x-foreign&#62;",
  "\\u003cx-foreign\\u003e",
  "javascript:hit()",
  "${hit()}{{hit()}}",
];
/** What is not seen, or moves what stands around it. */
const UNSEEN = ["\u202e", "\u2066", "\u2069", "\u200b", "\u200d.", "\ufeff", "\u00ad", "\u0085", "\u2028", "\u{e0041}"];
const ALL = VECTORS.join(" ") + UNSEEN.join("x");
/** Some of it, where there are thousands of texts. */
const SHORT = "<script>hit()</script><img src=x onerror=hit()><x-foreign>\u202e\u200b";
/** The same where a name may have no blanks. */
const NAME = "<x-foreign/onclick=hit()>\u202e";

/** Everything that `value` says, with something at its end. */
const spoilt = (value, more) =>
  typeof value === "string"
    ? value + more
    : Array.isArray(value)
      ? value.map((one) => spoilt(one, more))
      : value && typeof value === "object"
        ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spoilt(one, more)]))
        : value;

const WORLD = {
  title: ALL,
  workstation: { host: "penguinpower", user: "safeer", prompt: `\\u ${ALL}$ ` },
  hosts: [
    { name: "penguinpower", addresses: ["10.25.0.57"], files: { [`/home/safeer/${NAME}`]: ALL, "/home/safeer/vectors": [...VECTORS, ...UNSEEN] } },
    {
      name: "mx.example.org",
      addresses: ["10.25.0.9"],
      main_cf: ["compatibility_level = 3.6", "myhostname = mx.example.org", "mydestination = $myhostname, example.org", `smtpd_banner = $myhostname ${ALL.replace("${hit()}", "")}`],
      users: [{ name: "asha" }, { name: `x${NAME}` }],
    },
  ],
  dns: [{ name: "example.org", mx: "mx.example.org" }, { name: "txt.example.org", txt: ALL }],
};

/** Nothing was run, and no element is there that nobody here makes. */
async function isHarmless(page, where) {
  const found = await page.evaluate(() => {
    const all = [];
    const look = (root) => {
      for (const node of root.querySelectorAll("*")) {
        const isOurs = /^(a|b|button|code|dd|details|div|dl|dt|em|form|h[1-6]|header|input|kbd|label|li|ol|option|p|path|pre|progress|rect|section|select|slot|small|span|strong|summary|svg|table|tbody|td|text|textarea|th|thead|time|tr|u|ul|article|aside|g|line|circle|title|smtp-terminal)$/.test(node.localName);
        if (!isOurs) all.push(node.outerHTML);
        for (const { name, value } of node.attributes) {
          if (/^on/.test(name) || (/^(href|src|action|srcdoc)$/.test(name) && /^\s*(javascript|data):/i.test(value))) all.push(`${name}=${value}`);
        }
        if (node.shadowRoot) look(node.shadowRoot);
      }
    };
    look(document.body);
    return { all, hits: globalThis.hits };
  });
  assert.deepEqual(found, { all: [], hits: 0 }, where);
}

/** A terminal made by a script, so that no HTML has to be written. */
async function terminal(attributes, routes = {}) {
  const page = await host(browser, site, "<p>The page</p>");
  for (const [name, body] of Object.entries(routes)) {
    await page.route(`**/${name}`, (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify(body) }));
  }
  await page.evaluate((attributes) => {
    globalThis.hits = 0;
    globalThis.hit = () => globalThis.hits++;
    document.addEventListener("securitypolicyviolation", (event) => console.error(event.violatedDirective));
    const made = document.createElement("smtp-terminal");
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    document.body.append(made);
  }, attributes);
  page.setDefaultTimeout(10_000);
  await page.locator("smtp-terminal .shown").waitFor().catch(async (fault) => {
    throw new Error(`not shown: ${page.problems.join("\n")}`, { cause: fault });
  });
  await ready(page);
  return page;
}

/** Waits until the screen has something. */
async function screenHas(page, wanted) {
  const has = ([source]) => new RegExp(source).test(document.querySelector("smtp-terminal").transcript);
  await page.waitForFunction(has, [wanted.source], { timeout: 10_000 }).catch(async () => assert.match(await transcript(page), wanted));
}

const run = (page, text) =>
  page.locator("smtp-terminal").evaluate((t, text) => {
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`no answer to ${text}`)), 10_000));
    return Promise.race([t.run(text), late]);
  }, text);

/** Asks what the last lines mean; Escape between them, as an answer may be long. */
async function look(page, count) {
  await page.keyboard.press("F1");
  for (let at = 0; at < count; at++) {
    await page.locator("smtp-terminal .card").waitFor({ timeout: 3000 });
    await isHarmless(page, `explanation ${at}`);
    const older = await page.locator("smtp-terminal .card .older").evaluate((button) => button.click()).then(() => true, () => false);
    if (!older) return;
  }
}

test("banners, files, names, messages and prompts, in the terminal and in every view", async () => {
  const page = await terminal({ full: "", explain: "", scenario: JSON.stringify(WORLD) });
  await run(page, `cat vectors\nls\nhost -t txt txt.example.org\necho "<x-foreign onclick=hit()>"\n<x-foreign`);
  await run(page, `telnet mx.example.org 25\nEHLO ${NAME}\nMAIL FROM:<"${VECTORS[1].replaceAll('"', "")}"@example.org>\nRCPT TO:<asha@example.org>\nRCPT TO:<nobody${NAME}@example.org>\nDATA`);
  await run(page, `Subject: ${ALL}\nFrom: ${ALL} <a@b.c>\nX-${NAME}: x\n\n${VECTORS.join("\n")}\n${UNSEEN.join("\n")}\n.`);
  await run(page, `${ALL}\nQUIT`);
  await screenHas(page, /queued as/);
  await isHarmless(page, "the terminal");
  // What is drawn is the text, to the letter.
  const drawn = await page.locator("smtp-terminal").evaluate((t) =>
    [...t.shadowRoot.querySelectorAll(".row")].map((row) => [...row.children].filter((c) => !c.matches(".mark")).map((c) => c.textContent).join("")).join("\n"),
  );
  assert.ok((await transcript(page)).replace(/queued as QUEUEID/g, "").startsWith(drawn.replace(/queued as [0-9A-F]{8,15}$/gm, "").slice(0, 2000)));
  for (const vector of VECTORS) assert.ok(drawn.includes(vector), vector);
  const tabs = page.locator("smtp-terminal [role=tab]");
  const seen = {};
  for (let at = 0, count = await tabs.count(); at < count; at++) {
    const name = await tabs.nth(at).getAttribute("data-view");
    await tabs.nth(at).click();
    const panel = page.locator(`smtp-terminal [role=tabpanel][data-view="${name}"]`);
    await panel.waitFor();
    seen[name] = await panel.textContent();
    for (const kind of ["button:not(.type)", "summary"]) {
      const inside = panel.locator(kind);
      for (let i = 0, many = Math.min(12, await inside.count()); i < many; i++) {
        if ((await inside.nth(i).isVisible().catch(() => false)) && !/Save/.test(await inside.nth(i).textContent())) {
          await inside.nth(i).click({ timeout: 2000 }).catch(() => {});
        }
        await isHarmless(page, `${name}, ${kind} ${i}`);
      }
    }
    await isHarmless(page, name);
    await page.locator("smtp-terminal [role=tab][data-view=Session]").click();
  }
  for (const name of ["Envelope", "Wire", "Mailboxes", "Log"]) assert.match(seen[name], /onerror=hit|x-foreign/, `${name} shows none of it: ${seen[name]}`);
  // What each line means.
  await field(page).focus();
  await look(page, 40);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("lessons and explanations", async () => {
  const texts = JSON.parse(await readFile(`${SITE}/explain/en.json`, "utf8"));
  // Patterns are names; what is said is spoilt.
  const said = Object.fromEntries(
    Object.entries(texts).map(([key, value]) => {
      if (typeof value !== "object") return [key, value];
      const each = Object.entries(value).map(([name, entry]) => {
        const more = SHORT;
        if (typeof entry === "string") return [name, entry + more];
        const fresh = { ...entry };
        for (const part of ["title", "says", "next", "likely", "grammar"]) if (fresh[part]) fresh[part] += more;
        return [name, fresh];
      });
      return [key, Object.fromEntries(each)];
    }),
  );
  const lesson = {
    id: "hostile",
    title: ALL,
    learn: [ALL],
    world: WORLD,
    intro: `${ALL}\n\n**${ALL.replaceAll("*", "")}**\n\n- ${ALL}\n\n\`\`\`\n${ALL}\n\`\`\`\n\n\`> echo ${NAME}\`\n\n[${NAME}](https://example.org/?${encodeURIComponent(ALL)})`,
    steps: [
      {
        title: ALL,
        text: `## ${ALL}\n\n1. ${ALL}\n\n\`${ALL}\``,
        goal: { typed: { matches: "whoami" } },
        hints: [ALL],
        solution: ["whoami"],
        mistakes: [{ when: { typed: { matches: "pwd" } }, say: ALL }],
      },
    ],
    outro: ALL,
  };
  const page = await terminal({ lesson: JSON.stringify(lesson), explain: "said.json" }, { "said.json": said });
  await isHarmless(page, "the lesson");
  await run(page, "pwd\n");
  await page.locator("smtp-terminal .remark").waitFor();
  await page.getByRole("button", { name: /hint/i }).first().click();
  await page.locator("smtp-terminal .clue").waitFor();
  await isHarmless(page, "a mistake and a hint");
  await run(page, "telnet mx.example.org 25\nHELO x\nFOO\nQUIT\nwhoami");
  await page.locator("smtp-terminal .done").waitFor();
  await field(page).focus();
  await look(page, 10);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("mistakes in scenarios and lessons are named as text", async () => {
  const page = await host(browser, site, "");
  const said = await page.evaluate(async (all) => {
    globalThis.hits = 0;
    globalThis.hit = () => globalThis.hits++;
    const said = [];
    await customElements.whenDefined("smtp-terminal");
    for (const attributes of [
      { scenario: JSON.stringify({ [all]: 1 }) },
      { scenario: JSON.stringify({ workstation: { host: all } }) },
      { scenario: all },
      { full: "", scenario: JSON.stringify({ hosts: [{ name: all }] }) },
      { lesson: JSON.stringify({ id: all, title: all, steps: [] }) },
      { lesson: JSON.stringify({ id: "x", title: "x", steps: [{ title: "x", text: `[x](${"javascript:hit()"})`, goal: { typed: { matches: "x" } }, solution: ["x"] }] }) },
    ]) {
      const made = document.createElement("smtp-terminal");
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
      document.body.append(made);
      await made.ready.catch(() => {});
      said.push(made.shadowRoot.querySelector(".notice[role=alert]")?.textContent ?? "");
    }
    return said;
  }, ALL);
  for (const text of said) assert.match(text, /cannot start|could not be/, text);
  await isHarmless(page, "faults");
  await page.context().close();
});

test("directions turn nothing around, and what cannot be seen is named", async () => {
  const page = await terminal({ full: "" });
  await run(page, "telnet smtp.safeer.in 25\nHELO x\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<praveen@gmail.com>\nDATA");
  await run(page, "Subject: abc\u202edefghi\nX-Zero: pay\u200bpal \u05d0\u05d1 123\n\nhello\u202eworld\u0007\n.\nQUIT");
  await page.waitForFunction(() => /queued as/.test(document.querySelector("smtp-terminal").transcript));
  await page.locator("smtp-terminal [role=tab][data-view=Envelope]").click();
  await page.locator("smtp-terminal [role=tabpanel]").waitFor();
  const found = await page.locator("smtp-terminal").evaluate((t) => {
    /** Whether the letters after the first odd one stand from left to right, and to its right. */
    const order = (box) => {
      const rest = box.nextSibling;
      const lefts = [...rest.data].map((_, at) => {
        const range = document.createRange();
        range.setStart(rest, at);
        range.setEnd(rest, at + 1);
        return range.getBoundingClientRect().left;
      });
      return lefts.every((left, at) => left >= (at ? lefts[at - 1] : box.getBoundingClientRect().right - 1));
    };
    const boxes = [...t.shadowRoot.querySelectorAll(".odd")];
    const named = boxes.map((box) => [box.dataset.code, getComputedStyle(box, "::before").content]);
    const turned = boxes.filter((box) => box.dataset.code === "U+202E" && box.nextSibling?.data);
    return { named: [...new Set(named.map(String))], count: turned.length, ordered: turned.every(order) };
  });
  assert.deepEqual(found.named.sort(), ['U+200B,"U+200B"', 'U+202E,"U+202E"']);
  assert.ok(found.count >= 3, `${found.count}`);
  assert.ok(found.ordered, "letters are turned around");
  // It is copied as it is.
  assert.ok((await transcript(page)).includes("Subject: abc\u202edefghi\n"));
  await page.context().close();
});

test("fragments are limited and checked", async () => {
  const code = (text) => Buffer.from(text).toString("base64url");
  const lesson = { id: "linked", title: ALL, steps: [{ title: ALL, text: ALL, goal: { typed: { matches: "whoami" } }, solution: ["whoami"] }] };
  const linked = await open(browser, `${site.url}lesson.html?lang=en#lesson=${code(JSON.stringify(lesson))}`);
  await linked.evaluate(() => (globalThis.hits = 0));
  await linked.locator("smtp-terminal .lesson h2", { hasText: "x-foreign" }).waitFor();
  await isHarmless(linked, "a linked lesson").catch((fault) => {
    // The page around it has elements of its own.
    if (!/<(main|nav|h1|link|script)/.test(fault.message)) throw fault;
  });
  assert.deepEqual(linked.problems, []);
  await linked.context().close();
  for (const fragment of ["lesson=", "lesson=%3Cscript%3E", `lesson=${code("{")}`, `lesson=${code('{"id":1}')}`, `lesson=${code("[]")}`, "lesson=____", `lesson=${"A".repeat(20_000)}`, "other", `lesson=${code(JSON.stringify(lesson))}&x`]) {
    const page = await open(browser, `${site.url}lesson.html?first-mail&lang=en#${fragment}`, { waits: false });
    // What is none of ours is as if it were not there, and what was to be a lesson is said to be damaged.
    const isOurs = fragment.startsWith("lesson");
    if (isOurs) await page.getByRole("alert").getByText("This link is damaged").waitFor();
    else await page.locator("smtp-terminal .lesson h2", { hasText: "Your first mail by hand" }).waitFor();
    assert.equal(await page.locator("smtp-terminal").count(), isOurs ? 0 : 1, fragment);
    assert.deepEqual(page.problems, [], fragment);
    await page.context().close();
  }
});

test("what is wrong with a scenario is named with its place, as natively", async () => {
  const odd = JSON.parse(await readFile(new URL("../odd_scenarios.json", import.meta.url), "utf8"));
  const page = await host(browser, site, "");
  const said = await page.evaluate(async (odd) => {
    await customElements.whenDefined("smtp-terminal");
    const said = [];
    for (const [scenario] of odd) {
      const made = document.createElement("smtp-terminal");
      made.setAttribute("scenario", scenario);
      document.body.append(made);
      said.push(await made.ready.then(() => "it starts", String));
      made.remove();
    }
    return said;
  }, odd);
  assert.deepEqual(said.map((text, at) => [odd[at][0], text]), odd);
  // A byte-order mark, as some editors put it before a text, says nothing.
  const name = await page.evaluate(async () => {
    const made = document.createElement("smtp-terminal");
    made.setAttribute("scenario", '\ufeff{ "workstation": { "user": "asha" } }');
    document.body.append(made);
    await made.ready;
    return made.transcript;
  });
  assert.equal(name, "asha@penguinpower:~$ ");
  await page.context().close();
});
