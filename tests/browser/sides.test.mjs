// Pages that read from right to left: what is around the dialogue is the other way round, and the
// dialogue is not. The language is made up (pseudo.mjs), so a text that no file has is found as well.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OUTPUT, host, launch, ready, screenEnds, serveSite } from "./browser.mjs";
import { speak } from "./pseudo.mjs";

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

const TABS = ["Session", "Envelope", "Wire", "Mailboxes", "Queue", "Log", "Journey", "Files", "main.cf"];
const LINES =
  "telnet smtp.safeer.in 25\nEHLO penguinpower\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<nosuch@safeer.in>\n" +
  "RCPT TO:<praveen@gmail.com>\nDATA\nSubject: sides\nBcc: x@y.example\n\nHello\n.\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<praveen@gmail.com>";

/** A lesson in the made-up language; `side` is how the page reads. */
async function opened(side, width, attributes = 'lesson="first-mail"') {
  const page = await host(browser, site, "", { script: false, viewport: { width, height: 800 } });
  await speak(page);
  await page.evaluate(
    ([side, attributes]) => {
      document.body.style.margin = "0";
      const terminal = document.createElement("smtp-terminal");
      const written = `full explain ${attributes}`.matchAll(/([\w-]+)(?:="([^"]*)"|='([^']*)')?/g);
      for (const [, name, double, single] of written) terminal.setAttribute(name, double ?? single ?? "");
      const around = document.createElement("div");
      Object.assign(around, { lang: "de", dir: side }).append(terminal);
      document.body.replaceChildren(around);
      return import("/smtp-terminal.js");
    },
    [side, attributes],
  );
  await ready(page);
  return page;
}

const terminal = (page) => page.locator("smtp-terminal");

/** Opens a view. */
async function look(page, view) {
  await terminal(page).evaluate((t, view) => {
    const tab = t.shadowRoot.querySelector(`[role=tab][data-view="${view}"]`);
    if (tab.ariaSelected !== "true") tab.click();
  }, view);
  await page.locator(`smtp-terminal [role=tabpanel][data-view="${view}"]`).waitFor();
}

/** Texts in Latin letters where words of ours should stand, and names that are read aloud. */
const latin = (page) =>
  terminal(page).evaluate((t) => {
    const theirs =
      "code, pre, textarea, option, .scroll, .command, .heard [lang], .keys, .id, .time, .byte, .line, .people, .paths, .tree h2, span.why";
    // Words that Postfix and Unix have, and people's and hosts' names, are the same in every language.
    const known =
      /\b(main\.cf|MAIL FROM|RCPT TO|local|MAILER-DAEMON|SMTP|ESMTP|TLS|QUIT|HELO|EHLO|MAIL|RCPT|DATA|BDAT|AUTH|STARTTLS|RFC|[A-Z]\d*|F1|Tab|Ctrl|Esc|sent|deferred|bounced|active|pcap|B|KB|[a-z-]*[@.][\w.@-]+|telnet|vi|safeer|praveen|penguinpower|unknown)\b/g;
    const found = [];
    const look = (text, where) => {
      const rest = text.replace(known, "");
      if (/[a-z]{2,}/i.test(rest)) found.push(`${where}: ${text.trim()}`);
    };
    const walk = (node) => {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) look(child.data, node.className || node.localName);
        if (child.nodeType !== Node.ELEMENT_NODE || child.matches(theirs)) continue;
        for (const name of ["aria-label", "title", "placeholder", "aria-description"]) {
          if (child.hasAttribute(name)) look(child.getAttribute(name), name);
        }
        walk(child);
      }
    };
    walk(t.shadowRoot.querySelector(".terminal"));
    return [...new Set(found)];
  });

/** What is cut off or sticks out: the page, the panels, and what stands in them. */
const overflows = (page) =>
  terminal(page).evaluate((t) => {
    const shadow = t.shadowRoot;
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push("the page");
    for (const panel of shadow.querySelectorAll(".view, .lesson, .steps-and-text, .scroll, .stack, .workbench, .hints")) {
      if (panel.scrollWidth > panel.clientWidth + 1) found.push(`${panel.className}: ${panel.scrollWidth} in ${panel.clientWidth}`);
    }
    return found;
  });

for (const width of [360, 1280]) {
  for (const side of ["rtl", "ltr"]) {
    test(`a lesson and its views, ${side}, ${width} px`, async () => {
      const page = await opened(side, width);
      await terminal(page).evaluate((t, text) => t.run(text), LINES);
      await screenEnds(page, "250 2.1.5 Ok\n");
      const found = new Set();
      for (const view of [null, ...TABS]) {
        if (view) await look(page, view);
        (await latin(page)).forEach((text) => found.add(`${view ?? "lesson"}: ${text}`));
        assert.deepEqual(await overflows(page), [], `${view}`);
        await page.screenshot({ path: `${OUTPUT}/${side}-${width}-${view ?? "lesson"}.png` });
      }
      assert.deepEqual([...found], [], "texts that no language file has");
      assert.deepEqual(page.problems, []);
      await page.context().close();
    });
  }
}

test("panels are the other way round, the dialogue and what is in files are not", async () => {
  const page = await opened("rtl", 1280);
  await terminal(page).evaluate((t, text) => t.run(text), LINES);
  await screenEnds(page, "250 2.1.5 Ok\n");
  await look(page, "Session");
  const places = await terminal(page).evaluate((t) => {
    const find = (name) => t.shadowRoot.querySelector(name);
    const left = (name) => find(name).getBoundingClientRect().left;
    const side = (name) => getComputedStyle(find(name)).direction;
    return {
      lesson: left(".lesson") > left(".stack"),
      tabs: left("[data-view=Session]") > left("[data-view=Envelope]"),
      skip: left(".skip") < left(".tabs"),
      held: left(".held dt") > left(".held dd"),
      sides: [".lesson", ".views", ".view", ".hints"].map(side),
      dialogue: [".scroll", ".row", ".entry input", ".lesson code", ".lesson .command", ".view code", ".diagram"].map(side),
      rows: find(".row").getBoundingClientRect().left - find(".scroll").getBoundingClientRect().left < 40,
    };
  });
  assert.deepEqual(places, {
    lesson: true,
    tabs: true,
    skip: true,
    held: true,
    sides: Array(4).fill("rtl"),
    dialogue: Array(7).fill("ltr"),
    rows: true,
  });
  // The arrow that points to the next tab is the left one.
  await terminal(page).evaluate((t) => t.shadowRoot.querySelector("[data-view=Session]").focus());
  await page.keyboard.press("ArrowLeft");
  await page.locator("smtp-terminal [role=tabpanel][data-view=Envelope]").waitFor();
  for (const view of ["Log", "Files", "Wire", "main.cf"]) {
    await look(page, view);
    const wrong = await terminal(page).evaluate((t) =>
      [...t.shadowRoot.querySelectorAll(".view :is(code, pre, textarea, .id, .time)")]
        .filter((one) => !one.closest(".event") && getComputedStyle(one).direction !== "ltr")
        .map((one) => one.outerHTML),
    );
    assert.deepEqual(wrong, [], view);
  }
  await page.context().close();
});
