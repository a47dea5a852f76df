// What the browser tests share: the built page behind a local server, and a browser.

import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium, firefox } from "playwright-core";
import { POLICY, serve } from "../../tools/serve.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The built page; `process.env.SITE` names another one. */
export const SITE = process.env.SITE ?? path("../../target/site");
/** Pages of the tests. */
export const PAGES = path("pages");
/** Screenshots; not in git. */
export const OUTPUT = path("output");

/** Whether `BROWSER=firefox` asks for the other browser. */
export const IS_FIREFOX = process.env.BROWSER === "firefox";

const executablePath =
  (IS_FIREFOX ? process.env.FIREFOX : process.env.CHROMIUM) ??
  (IS_FIREFOX
    ? ["/usr/bin/firefox-esr", "/usr/bin/firefox"]
    : ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  ).find(existsSync);

if (!executablePath) {
  const text = IS_FIREFOX
    ? "there is no Firefox (`make setup` installs one; FIREFOX=… names one)"
    : "there is no Chromium or Chrome (`make setup` installs one; CHROMIUM=… names one)";
  if (process.env.CI) throw new Error(text);
  console.log(`SKIPPED: ${text}`);
  process.exit(0);
}

/** Options of a test for which Firefox cannot be driven: WebDriver BiDi has no command for it yet. */
export const needs = (what) => ({ skip: IS_FIREFOX && `Firefox cannot be told: ${what}` });

/** Starts a browser; `process.env.CHROMIUM` or `process.env.FIREFOX` may name another one. */
export async function launch() {
  await mkdir(OUTPUT, { recursive: true });
  // As it comes from its makers or the distribution, by WebDriver BiDi.
  if (IS_FIREFOX) return firefox.launch({ executablePath, channel: "moz-firefox" });
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Serves the built page and the tests' pages under the strict policy. */
export function serveSite(options = {}) {
  return serve([SITE, PAGES], { headers: { "content-security-policy": POLICY }, ...options });
}

/**
 * Opens a page and waits until its terminals are ready, unless `waits` is false.
 * `page.problems` collects what the console, the policy and the network complain of.
 */
export async function open(browser, url, { waits = true, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, serviceWorkers: "block", ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.problems.push(message.text());
  });
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("requestfailed", (request) => page.problems.push(`failed: ${request.url()}`));
  await page.goto(url);
  if (waits && options.javaScriptEnabled !== false) await ready(page);
  return page;
}

/**
 * Waits until every terminal on the page shows a prompt, and is itself shown: its style has come. To ask
 * for `ready` starts those that are out of sight.
 */
export function ready(page) {
  return page.waitForFunction(() => {
    const all = [...document.querySelectorAll("smtp-terminal")];
    const shown = (root) => root?.querySelector(".shown .left")?.textContent;
    return all.length > 0 && all.filter((element) => (element.ready, !shown(element.shadowRoot))).length === 0;
  });
}

/**
 * Opens a page of a test's own, `body` and `head` as they are given, on the built page's server and
 * under its policy. It does not wait for the terminals.
 */
export async function host(browser, site, body, { head = "", script = true, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
  const load = script ? '<script type="module" src="smtp-terminal.js"></script>' : "";
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A host</title><link rel="icon" href="data:,">${head}${load}</head><body>${body}</body></html>`;
  await page.route("**/host.html", (route) =>
    route.fulfill({ contentType: "text/html", body: html, headers: { "content-security-policy": POLICY } }),
  );
  await page.goto(`${site.url}host.html`, { waitUntil: "commit" });
  return page;
}

/** The text field of a terminal. */
export const field = (page, selector = "smtp-terminal") => page.locator(`${selector} .entry input`).first();

/** The screen text, queue IDs masked. */
export async function transcript(page, selector = "smtp-terminal") {
  const text = await page.locator(selector).first().evaluate((element) => element.transcript);
  return text.replace(/queued as [0-9A-F]{8,15}$/gm, "queued as QUEUEID");
}

/** Waits until the screen text ends with `end`. */
export async function screenEnds(page, end, selector = "smtp-terminal", timeout = 10_000) {
  await page
    .waitForFunction(
      ([selector, end]) => document.querySelector(selector).transcript.endsWith(end),
      [selector, end],
      { timeout },
    )
    .catch(async (error) => {
      throw new Error(`the screen does not end with ${JSON.stringify(end)}:\n${await transcript(page, selector)}`, { cause: error });
    });
}

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds wrong with a page, each with the elements that it is about. */
export async function violations(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((n) => n.html).join(" ")}`);
}
