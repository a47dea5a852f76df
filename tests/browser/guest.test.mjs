// A good guest: the terminal in pages that know nothing of it, and are not to notice it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { field, host, launch, ready, screenEnds, serveSite, transcript, needs } from "./browser.mjs";

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

const ONE = "<smtp-terminal></smtp-terminal>";
const terminal = (page) => page.locator("smtp-terminal").first();
/** A guest's page, with its terminals ready. */
async function guest(body = ONE, options = {}) {
  const page = await host(browser, site, body, options);
  await ready(page);
  return page;
}
const run = (page, text) => terminal(page).evaluate((t, text) => void t.run(text), text);
/** A computed style inside the shadow root. */
const style = (page, selector, name) =>
  terminal(page).evaluate((t, [selector, name]) => getComputedStyle(t.shadowRoot.querySelector(selector))[name], [selector, name]);
const size = (page, selector) =>
  terminal(page).evaluate((t, selector) => {
    const box = (selector ? t.shadowRoot.querySelector(selector) : t).getBoundingClientRect();
    return { width: box.width, height: box.height };
  }, selector);
/** What the keyboard would go to, inside of the terminal or outside. */
const focused = (page) =>
  page.evaluate(() => {
    const inside = document.activeElement.shadowRoot?.activeElement;
    return (inside ?? document.activeElement).localName;
  });

test("keys that the terminal takes stay inside, the others go on to the page", async () => {
  const page = await guest();
  // As slides, MkDocs and Sphinx do: whatever is not pressed in a field is a shortcut.
  await page.evaluate(() => {
    globalThis.seen = [];
    for (const type of ["keydown", "keypress", "keyup", "input", "paste"]) {
      document.addEventListener(type, (event) => {
        if (!event.target.matches("input, textarea")) seen.push(`${type} ${event.key ?? ""}`);
      });
    }
  });
  await field(page).focus();
  await page.keyboard.type("s/n ?");
  for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "Home", "End", "Backspace", "Delete", "Shift+ArrowLeft", "Control+ArrowLeft", "Control+k", "Control+l", "Control+a", "Control+z", "Enter"]) {
    await page.keyboard.press(key);
  }
  const strange = () => page.evaluate(() => seen.splice(0).filter((key) => !/ (Control|Shift)$/.test(key)));
  assert.deepEqual(await strange(), []);
  for (const key of ["Escape", "F8", "Meta+k", "Control+b"]) await page.keyboard.press(key);
  assert.deepEqual((await strange()).filter((key) => /^keydown/.test(key)), [
    "keydown Escape", "keydown F8", "keydown Meta", "keydown k", "keydown b",
  ]);
  await page.context().close();
});

test("the box has its size from the start, and what the author put inside stays until the terminal is seen", async () => {
  const page = await host(browser, site, '<smtp-terminal><p id="inside">Wait</p></smtp-terminal><p id="after">After</p>', { script: false });
  let go;
  const late = new Promise((done) => (go = done));
  await page.route(/\.wasm/, async (route) => {
    await late;
    await route.continue();
  });
  const requests = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.type = "module";
    // The policy lets no script name another but through a policy that it knows.
    const rules = trustedTypes.createPolicy("smtp-terminal-offline", { createScriptURL: (url) => url });
    script.src = rules.createScriptURL("smtp-terminal.js");
    document.head.append(script);
  });
  await page.waitForFunction(() => customElements.get("smtp-terminal"));
  const at = () => page.locator("#after").evaluate((p) => p.getBoundingClientRect().top);
  const before = await at();
  assert.ok(before > 400, `what follows begins at ${before}`);
  assert.ok(await page.locator("#inside").isVisible());
  await page.evaluate(() => {
    globalThis.shifts = 0;
    new PerformanceObserver((list) => (shifts += list.getEntries().length)).observe({ type: "layout-shift", buffered: false });
  });
  go();
  await ready(page);
  assert.ok(await page.locator("#inside").isHidden());
  assert.equal(await at(), before);
  assert.equal(await page.evaluate(() => shifts), 0);
  assert.deepEqual(requests.filter((path) => path.endsWith(".css")), []);
  await page.context().close();
});

test("the views of the full build have their style when they are first seen", async () => {
  const page = await host(browser, site, "<smtp-terminal full></smtp-terminal>", { script: false });
  await page.evaluate(async () => {
    document.addEventListener("smtp-ready", ({ target }) => {
      globalThis.display = getComputedStyle(target.shadowRoot.querySelector(".views")).display;
    });
    await import("./smtp-terminal.js");
  });
  await page.waitForFunction(() => globalThis.display);
  assert.equal(await page.evaluate(() => display), "flex");
  await page.context().close();
});

test("full is loaded for an element inside another component", async () => {
  const page = await host(browser, site, "<x-card></x-card>");
  await page.evaluate(() => {
    const shadow = document.querySelector("x-card").attachShadow({ mode: "open" });
    const element = document.createElement("smtp-terminal");
    element.setAttribute("full", "");
    shadow.append(element);
    element.addEventListener("smtp-ready", () => element.run("seq 2"));
  });
  await page.waitForFunction((prompt) => document.querySelector("x-card").shadowRoot.firstChild.transcript === `${prompt}seq 2\n1\n2\n${prompt}`, PROMPT);
  await page.context().close();
});

test("a mistake in a scenario is said to the page too, and is over when it is corrected", async () => {
  const page = await host(browser, site, ONE);
  await ready(page);
  const said = await terminal(page).evaluate(async (t) => {
    const error = new Promise((done) => t.addEventListener("error", done, { once: true }));
    t.setAttribute("scenario", '{"workstation": {"usr": "asha"}}');
    const { message } = await error;
    await t.ready.catch((fault) => (globalThis.fault = String(fault)));
    return [message, fault];
  });
  for (const text of said) assert.match(text, /there is no "usr" here/);
  assert.match(page.problems.join("\n"), /there is no "usr" here/);
  assert.match(await page.locator("smtp-terminal [role=alert]").textContent(), /there is no "usr" here/);
  await terminal(page).evaluate((t) => t.setAttribute("scenario", '{"workstation": {"user": "asha"}}'));
  await screenEnds(page, "asha@penguinpower:~$ ");
  await ready(page);
  assert.equal(await page.locator("smtp-terminal [role=alert]").count(), 0);
  await page.context().close();
});

test("attributes are obeyed while it loads, the last of two sources wins, and full may come later", async () => {
  const page = await host(browser, site, ONE, { script: false });
  const world = (user) => JSON.stringify({ workstation: { user } });
  await page.route("**/slow.json", async (route) => {
    await new Promise((done) => setTimeout(done, 300));
    await route.fulfill({ body: world("slow") }).catch(() => {});
  });
  await page.route("**/quick.json", (route) => route.fulfill({ body: world("quick") }));
  await page.evaluate(async () => {
    await import("./smtp-terminal.js");
    const t = document.querySelector("smtp-terminal");
    t.setAttribute("src", "slow.json");
    setTimeout(() => t.setAttribute("src", "quick.json"), 100);
  });
  await screenEnds(page, "quick@penguinpower:~$ ");
  await page.waitForTimeout(500);
  assert.equal(await transcript(page), "quick@penguinpower:~$ ");
  await terminal(page).evaluate((t) => {
    t.toggleAttribute("full", true);
    t.run("seq 1");
  });
  await screenEnds(page, "seq 1\n1\nquick@penguinpower:~$ ");
  await page.context().close();
});

test("the keyboard's focus stays in the terminal when views open and close", async () => {
  const page = await guest("<smtp-terminal full></smtp-terminal>");
  await field(page).focus();
  await run(page, "printf 'HELO x\\r\\nMAIL FROM:<a@safeer.in>\\r\\nRCPT TO:<praveen@gmail.com>\\r\\nDATA\\r\\n\\r\\nx\\r\\n.\\r\\nQUIT\\r\\n' | nc smtp.safeer.in 25");
  await screenEnds(page, `221 2.0.0 Bye\n${PROMPT}`);
  const open = (name) => page.locator(`smtp-terminal [role=tab][data-view=${name}][aria-selected=true]`);
  for (const name of ["Log", "Queue", "Log"]) {
    await page.locator(`smtp-terminal [role=tab][data-view=${name}]`).press("Enter");
    await open(name).waitFor();
    assert.notEqual(await focused(page), "body");
  }
  // A queue ID in the log leads to the way of its message, and the button that was pressed is gone.
  await page.locator("smtp-terminal .log .id").first().press("Enter");
  await open("Journey").waitFor();
  assert.notEqual(await focused(page), "body");
  await open("Journey").press("Enter");
  await open("Journey").waitFor({ state: "detached" });
  assert.notEqual(await focused(page), "body");
  await page.context().close();
});

test("a queue ID that has the keyboard's focus keeps it while other lines are logged", async () => {
  const page = await guest("<smtp-terminal full></smtp-terminal>");
  const send = "printf 'HELO x\\r\\nMAIL FROM:<a@safeer.in>\\r\\nRCPT TO:<praveen@gmail.com>\\r\\nDATA\\r\\n\\r\\nx\\r\\n.\\r\\nQUIT\\r\\n' | nc smtp.safeer.in 25";
  await run(page, send);
  await screenEnds(page, `221 2.0.0 Bye\n${PROMPT}`);
  await page.locator("smtp-terminal [role=tab][data-view=Log]").press("Enter");
  const first = page.locator("smtp-terminal .log .id").first();
  await first.focus();
  const id = await first.textContent();
  await run(page, send);
  // The second message is delivered, and each of its lines was drawn below the one with the focus.
  await page.waitForFunction(
    () => document.querySelector("smtp-terminal").shadowRoot.querySelector(".log").textContent.match(/status=sent/g)?.length === 2,
  );
  const active = await terminal(page).evaluate((t) => {
    const active = t.shadowRoot.activeElement;
    return [active?.className, active?.textContent, active === t.shadowRoot.querySelector(".log .id")];
  });
  assert.deepEqual(active, ["id", id, true]);
  await page.context().close();
});

test("the dialogue reads from left to right in any page, and no translator touches it", async () => {
  const page = await guest(`<div dir="rtl" lang="ar">${ONE}</div>`);
  await run(page, "telnet smtp.safeer.in 25\nEHLO x");
  await screenEnds(page, "CHUNKING\n");
  assert.equal(await style(page, ".scroll", "direction"), "ltr");
  // The hyphen of a reply stands between the number and the text.
  const [first, second] = await terminal(page).evaluate((t) => {
    const text = [...t.shadowRoot.querySelectorAll(".server")].find((s) => s.textContent.startsWith("250-")).firstChild;
    return [0, 3].map((i) => {
      const range = document.createRange();
      range.setStart(text, i);
      range.setEnd(text, i + 1);
      return range.getBoundingClientRect().left;
    });
  });
  assert.ok(first < second);
  const attributes = await terminal(page).evaluate((t) => {
    const scroll = t.shadowRoot.querySelector(".scroll");
    const near = (name) => scroll.closest(`[${name}]`)?.getAttribute(name);
    return [near("dir"), near("lang"), near("translate")];
  });
  assert.deepEqual(attributes, ["ltr", "en", "no"]);
  await page.context().close();
});

test("light or dark is the page's choice before it is the system's", needs("the system's colours"), async () => {
  for (const [head, colorScheme, expected] of [
    ["<style>html{color-scheme:dark}</style>", "light", "rgb(20, 23, 28)"],
    ["<style>html{color-scheme:light}</style>", "dark", "rgb(251, 251, 249)"],
    ['<meta name="color-scheme" content="light dark">', "dark", "rgb(20, 23, 28)"],
    ["", "dark", "rgb(251, 251, 249)"],
  ]) {
    const page = await host(browser, site, ONE, { head: head.replace("<style>", '<style nonce="x">'), colorScheme, bypassCSP: true });
    await ready(page);
    assert.equal(await style(page, ".terminal", "backgroundColor"), expected, `${head} ${colorScheme}`);
    await page.context().close();
  }
});

test("the page's style sheets do not get in, what they are asked for does", async () => {
  const plain = await guest();
  const rows = await size(plain, ".scroll");
  const font = await style(plain, ".scroll", "fontSize");
  await plain.context().close();
  const head = "<style>html{font-size:62.5%;font-family:fantasy} *{letter-spacing:.3em;line-height:3;text-align:right;text-transform:uppercase}</style>";
  const page = await guest(ONE, { head, bypassCSP: true });
  for (const [name, value] of [["letterSpacing", "normal"], ["fontSize", font], ["textAlign", "start"], ["textTransform", "none"]]) {
    assert.equal(await style(page, ".scroll", name), value);
  }
  assert.equal((await size(page, ".scroll")).height, rows.height);
  await terminal(page).evaluate((t) => {
    t.style.setProperty("--term-font-size", "20px");
    t.style.setProperty("--term-font-family", "cursive");
  });
  assert.equal(await style(page, ".scroll", "fontSize"), "20px");
  assert.equal(await style(page, ".entry input", "fontFamily"), "cursive");
  await page.context().close();
});

test("its height may be the rows', the text's or the page's", needs("to leave out the page's policy"), async () => {
  const head = "<style>.auto{height:auto} .least{height:auto;max-block-size:300px} .fixed{height:200px}</style>";
  const body = '<smtp-terminal class="auto"></smtp-terminal><smtp-terminal class="least"></smtp-terminal><smtp-terminal class="fixed"></smtp-terminal><smtp-terminal rows="10"></smtp-terminal>';
  const page = await guest(body, { head, bypassCSP: true });
  const heights = () => page.locator("smtp-terminal").evaluateAll((all) => all.map((t) => t.getBoundingClientRect().height));
  const before = await heights();
  await page.locator("smtp-terminal").evaluateAll((all) => Promise.all(all.map((t) => t.run("echo\n".repeat(40)))));
  const after = await heights();
  assert.ok(after[0] > 80 * 20, `${before} ${after}`);
  assert.equal(after[1], 300);
  assert.equal(after[2], 200);
  assert.equal(after[3], before[3]);
  const rows = await page.locator("[rows]").evaluate((t) => {
    const scroll = t.shadowRoot.querySelector(".scroll");
    const { paddingTop, paddingBottom } = getComputedStyle(scroll);
    return (scroll.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom)) / t.shadowRoot.querySelector(".row").getBoundingClientRect().height;
  });
  assert.ok(Math.abs(rows - 10) < 0.1, `${rows} rows`);
  // The newest line is in view in all of them.
  const gaps = await page.locator("smtp-terminal").evaluateAll((all) => all.map((t) => {
    const scroll = t.shadowRoot.querySelector(".scroll");
    return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
  }));
  assert.ok(gaps.every((gap) => gap < 2), `${gaps}`);
  await page.context().close();
});

test("all of the transcript is printed", needs("to print"), async () => {
  const page = await guest();
  await terminal(page).evaluate((t) => t.run("echo line\n".repeat(60)));
  await page.emulateMedia({ media: "print" });
  const [box, text] = await terminal(page).evaluate((t) => {
    const rows = t.shadowRoot.querySelectorAll(".row");
    return [t.getBoundingClientRect(), rows[rows.length - 1].getBoundingClientRect()];
  });
  assert.ok(box.height > 120 * 20 && text.bottom <= box.bottom, `${box.height} ${text.bottom}`);
  await page.context().close();
});

test("forced colours leave a focus ring and a cursor; controls can be told from the background", needs("forced colours"), async () => {
  const page = await guest(ONE, { forcedColors: "active" });
  assert.notEqual(await style(page, ".entry input", "borderInlineStartStyle"), "none");
  await field(page).focus();
  assert.equal(await style(page, ".terminal", "outlineStyle"), "solid");
  await page.context().close();
  for (const colorScheme of ["light", "dark"]) {
    const page = await guest(ONE, { colorScheme, head: '<meta name="color-scheme" content="light dark">' });
    const luminance = (colour) => {
      const [r, g, b] = colour.match(/\d+/g).map((c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    const [a, b] = [await style(page, ".entry input", "borderInlineStartColor"), await style(page, ".terminal", "backgroundColor")].map(luminance);
    assert.ok(Math.max(a / b, b / a) >= 3, `${colorScheme}: ${Math.max(a / b, b / a)}`);
    await page.context().close();
  }
});

test("a screen reader finds prompts, blanks and a name for each terminal", async () => {
  const page = await guest(`${ONE}${ONE}<smtp-terminal aria-label="Exercise 3"></smtp-terminal>`);
  const groups = await page.getByRole("group").all();
  assert.equal(groups.length, 3);
  for (const name of ["Terminal", "Terminal 2", "Exercise 3"]) {
    assert.equal(await page.getByRole("group", { name, exact: true }).count(), 1, name);
    assert.equal(await page.getByRole("log", { name: `${name} output`, exact: true }).count(), 1, name);
  }
  await run(page, "telnet smtp.safeer.in 25\nFOO");
  await screenEnds(page, "command not recognized\n");
  const heard = await page.getByRole("log").first().ariaSnapshot();
  assert.match(heard, /not recognized refused/);
  await field(page).focus();
  await page.keyboard.press("Control+]");
  await page.getByRole("textbox", { name: "telnet>" }).waitFor();
  assert.equal(await terminal(page).evaluate((t) => {
    const left = t.shadowRoot.querySelector(".left");
    return `${left.textContent}|${left.ariaLive}|${left.ariaHidden}`;
  }), "telnet> |polite|null");
  await page.context().close();
});

test("a command of the page's leaves a half-typed line alone", async () => {
  const page = await guest();
  await run(page, "telnet smtp.safeer.in 25");
  await screenEnds(page, BANNER);
  await field(page).focus();
  await page.keyboard.type("HE");
  await run(page, "HELO penguinpower");
  await screenEnds(page, "HELO penguinpower\n250 smtp.safeer.in\n");
  assert.equal(await field(page).inputValue(), "HE");
  await page.keyboard.type("LP");
  await page.keyboard.press("Enter");
  await screenEnds(page, "HELP\n500 5.5.2 Error: command not recognized\n");
  await page.context().close();
});

test("a pasted line without an end waits for Enter; typographic quotes are pointed out", async () => {
  const page = await guest(ONE, { permissions: ["clipboard-read", "clipboard-write"] });
  const paste = async (text) => {
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await page.keyboard.press("Control+v");
  };
  await field(page).focus();
  await page.keyboard.type("echo zero");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowLeft");
  await paste("one\r\necho two\r\necho three");
  await screenEnds(page, `echo one\none\n${PROMPT}echo two\ntwo\n${PROMPT}`);
  assert.equal(await field(page).inputValue(), "echo threezero");
  const hint = page.locator("smtp-terminal .hint");
  assert.ok(await hint.isHidden());
  await page.keyboard.press("Control+c");
  await paste("echo “quoted”");
  await hint.filter({ hasText: "typographic quotes" }).waitFor();
  await field(page).fill("echo plain");
  await hint.waitFor({ state: "hidden" });
  await run(page, "echo\u00a0blank");
  await hint.filter({ hasText: "no-break spaces" }).waitFor();
  await page.context().close();
});

test("a phone has keys for what its keyboard has not, and a prompt of one piece", needs("to touch"), async () => {
  const page = await guest(ONE, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, head: '<meta name="viewport" content="width=device-width">' });
  const key = (name) => page.locator("smtp-terminal").getByRole("button", { name, exact: true });
  assert.equal(await key("Ctrl ]").isVisible(), false);
  await field(page).tap();
  assert.equal(await key("Tab").isVisible(), false);
  await terminal(page).evaluate((t) => t.run("telnet smtp.safeer.in 25"));
  await key("Ctrl ]").tap();
  await screenEnds(page, "telnet> ");
  await field(page).fill("quit");
  await field(page).press("Enter");
  await screenEnds(page, PROMPT);
  await field(page).fill("half");
  await key("Ctrl C").tap();
  await screenEnds(page, `half^C\n${PROMPT}`);
  await key("↑").tap();
  assert.equal(await field(page).inputValue(), "telnet smtp.safeer.in 25");
  assert.equal(await terminal(page).evaluate((t) => {
    const left = t.shadowRoot.querySelector(".left");
    return left.scrollWidth <= left.clientWidth + 1 && left.getBoundingClientRect().right <= innerWidth;
  }), true);
  await page.context().close();
});

test("another module's trap is none of ours", async () => {
  const page = await guest();
  await page.evaluate(async () => {
    // (module (func (export "trap") unreachable))
    const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 116, 114, 97, 112, 0, 0, 10, 5, 1, 3, 0, 0, 11);
    const { instance } = await WebAssembly.instantiate(bytes);
    setTimeout(instance.exports.trap);
    await new Promise((done) => addEventListener("error", () => setTimeout(done), { once: true }));
  });
  assert.equal(await page.locator("smtp-terminal [role=alert]").count(), 0);
  await run(page, "whoami");
  await screenEnds(page, `safeer\n${PROMPT}`);
  await page.context().close();
});

test("Ctrl-R is the shell's, and what is typed after a selection goes into the line", async () => {
  const page = await guest();
  await field(page).focus();
  await page.evaluate(() => (globalThis.same = true));
  await page.keyboard.press("Control+r");
  await page.waitForTimeout(100);
  assert.equal(await page.evaluate(() => globalThis.same), true);
  await run(page, "echo one two three");
  await screenEnds(page, PROMPT);
  const box = await page.locator("smtp-terminal .row").nth(1).boundingBox();
  await page.mouse.move(box.x + 1, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  assert.match(await page.evaluate(() => String(getSelection())), /^one/);
  await page.keyboard.type("whoami\n");
  await screenEnds(page, `whoami\nsafeer\n${PROMPT}`);
  await page.context().close();
});

test("a scenario that Markdown has put behind the element is found", async () => {
  const script = '<script type="application/json">{"workstation": {"user": "asha"}}</script>';
  const bodies = [
    // What Python-Markdown makes of it, in one paragraph and in three.
    `<p><smtp-terminal></p>\n${script}\n<p></smtp-terminal></p>`,
    `<p><smtp-terminal>\n<br />\n${script}</p>\n<p></smtp-terminal></p>`,
    `${ONE}\n${script}`,
    `<smtp-terminal>${script}</smtp-terminal>`,
  ];
  for (const body of bodies) {
    const page = await guest(body);
    assert.equal(await transcript(page), "asha@penguinpower:~$ ", body);
    await page.context().close();
  }
  // Another's is left alone.
  const page = await guest(`<p>${ONE} and text <b>b</b></p>${script}`);
  assert.equal(await transcript(page), PROMPT);
  await page.context().close();
});
