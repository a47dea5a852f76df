// The gallery: each example is opened under the strict policy, its terminal answers, and no key of it is
// taken for the page's shortcut.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { POLICY } from "../../tools/serve.mjs";
import { launch, open, serveSite, violations } from "./browser.mjs";

const guides = await readFile(new URL("../../docs/GUIDES.md", import.meta.url), "utf8");
const EXAMPLES = [...guides.matchAll(/<!-- example: (\w+) -->/g)].map(([, name]) => name);
/** A key by which each opens its search or turns its page. */
const SHORTCUTS = { mkdocs: "s", sphinx: "/", mdbook: "s", docusaurus: "/", vitepress: "/", hugo: "/", reveal: "n" };
/** What a server sends that lets frames without an origin load the module. */
const OPEN = { "access-control-allow-origin": "*" };

let browser;
let site;
let lax;
before(async () => {
  browser = await launch();
  site = await serveSite({ headers: { "content-security-policy": POLICY, ...OPEN } });
  // axe-core is put in from outside.
  lax = await serveSite({ headers: OPEN });
});
after(async () => {
  await browser?.close();
  await site?.close();
  await lax?.close();
});

/** The page or the frame in which the terminal is, once it can be used and has done what it starts with. */
async function rest(page) {
  const frame = page.frames().at(-1);
  await frame.locator("smtp-terminal").evaluate(async (t) => {
    await customElements.whenDefined("smtp-terminal");
    t.focus();
    await t.ready;
    await t.run("");
  });
  return frame;
}

for (const name of EXAMPLES) {
  test(name, async () => {
    // What blocks workers is refused in a frame with `sandbox`, and says so.
    const page = await open(browser, `${site.url}examples/${name}.html`, { waits: false, ...(name === "lms" && { serviceWorkers: "allow" }) });
    const frame = await rest(page);
    const field = frame.locator("smtp-terminal .entry input");
    await field.focus();
    const before = await frame.locator("smtp-terminal").evaluate((t) => t.transcript);
    await page.keyboard.type("s/nope h");
    for (const key of ["ArrowLeft", "ArrowRight", "Home", "End", "Enter"]) await page.keyboard.press(key);
    await frame.waitForFunction((before) => {
      const now = document.querySelector("smtp-terminal").transcript.slice(before.length);
      return /not recognized|No such file or directory/.test(now);
    }, before);
    assert.equal(await page.locator("body").getAttribute("data-heard"), null, "a key of the terminal came to the page");
    if (SHORTCUTS[name]) {
      await page.evaluate(() => document.activeElement.blur());
      await page.keyboard.press(SHORTCUTS[name]);
      assert.match(await page.locator("body").getAttribute("data-heard"), /^(search|next) /);
    }
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  test(`${name}: axe-core finds nothing, and it fits a phone`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await open(browser, `${lax.url}examples/${name}.html`, { waits: false, colorScheme, viewport: { width: 360, height: 740 } });
      await rest(page);
      assert.deepEqual(await violations(page), []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, "it scrolls sideways");
      await page.context().close();
    }
  });
}

test("the gallery and the documentation: every link between pages leads somewhere, and axe-core finds nothing", async () => {
  const seen = new Set();
  const left = ["index.html", "examples/index.html"];
  while (left.length) {
    const name = left.pop();
    if (seen.has(name)) continue;
    seen.add(name);
    const page = await open(browser, `${lax.url}${name}`, { waits: false, viewport: { width: 360, height: 740 } });
    const links = await page.evaluate(() => [...document.querySelectorAll("a[href]")].map((a) => a.href));
    for (const link of links) {
      if (!link.startsWith(lax.url)) continue;
      const { pathname, hash, search } = new URL(link);
      const path = pathname.slice(1);
      // Examples and lessons have tests of their own.
      if (!search && (/^docs\//.test(path) || path === "examples/index.html")) left.push(path);
      const answer = await page.request.get(link);
      assert.ok(answer.ok(), `${name} links to ${link}`);
      if (hash && /^docs\//.test(path)) {
        const id = decodeURIComponent(hash.slice(1));
        assert.ok((await answer.text()).includes(`id="${id}"`), `${name} links to ${link}`);
      }
    }
    if (name !== "index.html") {
      assert.deepEqual(await violations(page), [], name);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, `${name} scrolls sideways`);
    }
    assert.deepEqual(page.problems, [], name);
    await page.context().close();
  }
  assert.ok(seen.size >= 10, [...seen].join(" "));
});
