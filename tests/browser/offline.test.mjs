// The site's pages without a network, once they have been there with one; and what can be installed.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { POLICY, serve } from "../../tools/serve.mjs";
import { PAGES, SITE, launch, open, ready, screenEnds } from "./browser.mjs";

let browser;
let site;
before(async () => {
  browser = await launch();
  site = await serve([SITE, PAGES], { headers: { "content-security-policy": POLICY } });
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** Until the service worker has everything. */
const kept = (page) => page.evaluate(async () => (await navigator.serviceWorker.ready).active.state);

test("with the network cut, every page of the site opens and its terminal answers", async () => {
  const site = await serve([SITE, PAGES], { headers: { "content-security-policy": POLICY } });
  const page = await open(browser, site.url, { serviceWorkers: "allow" });
  await kept(page);
  await page.close();
  await site.close();
  const offline = await page.context().newPage();
  for (const name of ["", "index.html", "docs/element.html", "examples/index.html", "course.html"]) {
    await offline.goto(`${site.url}${name}`);
    assert.ok(await offline.locator("h1").first().textContent(), name);
  }
  for (const [name, lines, end] of [
    ["", "telnet smtp.safeer.in 25", "220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n"],
    ["look-inside.html", "seq 1", "seq 1\n1\nsafeer@penguinpower:~$ "],
    ["examples/plain.html", "", "220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n"],
    ["lesson.html?first-mail", "hostname", "penguinpower\nsafeer@penguinpower:~$ "],
  ]) {
    await offline.goto(`${site.url}${name}`);
    if (lines) await ready(offline);
    if (lines) await offline.locator("smtp-terminal").evaluate((t, lines) => void t.run(lines), lines);
    await screenEnds(offline, end);
  }
  await page.context().close();
});

test("a page that only embeds the terminal has no worker", async () => {
  const guest = await open(browser, `${site.url}plain.html`, { serviceWorkers: "allow" });
  assert.equal(await guest.evaluate(() => navigator.serviceWorker.getRegistrations().then((all) => all.length)), 0);
  await guest.context().close();
});

test("what the server has now stands before what is kept", async () => {
  const headers = { "content-security-policy": POLICY };
  const page = await open(browser, site.url, { serviceWorkers: "allow" });
  await kept(page);
  const port = Number(new URL(site.url).port);
  await site.close();
  const folder = await mkdtemp(join(tmpdir(), "smtp-terminal-"));
  await mkdir(join(folder, "docs"));
  await writeFile(join(folder, "docs", "speed.html"), "<!doctype html><title>Newer</title><h1>Newer</h1>");
  site = await serve([folder, SITE, PAGES], { port, headers });
  await page.goto(`${site.url}docs/speed.html`);
  assert.equal(await page.locator("h1").textContent(), "Newer");
  await page.context().close();
  await rm(folder, { recursive: true });
});

test("it can be installed: a manifest with a name, a start and icons that are there", async () => {
  const page = await open(browser, site.url, { serviceWorkers: "allow" });
  const cdp = await page.context().newCDPSession(page);
  const { errors, data, url } = await cdp.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  assert.ok(manifest.name && manifest.start_url && manifest.display === "standalone");
  for (const { src, sizes } of manifest.icons) {
    const answer = await page.request.get(new URL(src, url).href);
    assert.ok(answer.ok(), src);
    if (src.endsWith(".png")) assert.equal(`${(await answer.body()).readUInt32BE(16)}x${(await answer.body()).readUInt32BE(20)}`, sizes);
  }
  const { installabilityErrors } = await cdp.send("Page.getInstallabilityErrors");
  // A context of a test is a private window, which installs nothing.
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});
