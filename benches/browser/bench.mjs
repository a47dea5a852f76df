// What the page costs, beside a page with xterm.js in the same run: `node benches/browser/bench.mjs`, after
// `make site`. RUNS=9 measures each so often, in turns, so that what else the machine does falls on all;
// LINES=100000 is how far rows are filled; ONLY=ready,rows,memory,turns leaves the rest out. Ratios are
// ours to theirs in the same turn; below 1 we are ahead. It is no test: nothing fails.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";
import { pages } from "./pages.mjs";
import { serve } from "./server.mjs";

const RUNS = Number(process.env.RUNS ?? 9);
const LINES = Number(process.env.LINES ?? 100_000);
const ONLY = (process.env.ONLY ?? "ready,rows,memory,turns").split(",");
const site = process.env.SITE ?? "target/site";
const xterm = dirname(createRequire(import.meta.url).resolve("@xterm/xterm/package.json"));
const script = await readFile(join(site, "smtp-terminal.js"), "utf8");
const version = script.match(/smtp-terminal-light\.js\?v=(\w+)/)[1];
const all = pages(version);
const server = await serve({
  ...Object.fromEntries(Object.entries(all).map(([name, html]) => [`${name}.html`, Buffer.from(html)])),
  ...Object.fromEntries(["smtp-terminal.js", "smtp-terminal-light.js", "smtp-terminal-light_bg.wasm", "smtp-terminal-full.js", "smtp-terminal-full_bg.wasm"].map((name) => [name, join(site, name)])),
  "xterm.js": join(xterm, "lib/xterm.js"),
  "xterm.css": join(xterm, "css/xterm.css"),
});
const executablePath = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const launch = () => chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--js-flags=--expose-gc"] });
let browser = await launch();

const sorted = (list) => [...list].sort((a, b) => a - b);
const at = (list, part) => sorted(list)[Math.max(0, Math.ceil(list.length * part) - 1)];
const median = (list) => at(list, 0.5);
const shown = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/** One table: names, what was measured of each in each turn, and whose is the measure. */
function table(title, results, beside = "xterm.js") {
  console.log(`\n### ${title}\n\n| | minimum | median | 95 % | ratio to ${beside} |\n| --- | --- | --- | --- | --- |`);
  for (const [name, list] of Object.entries(results)) {
    const ratio = name === beside ? "" : median(list.map((value, i) => value / results[beside][i])).toFixed(2);
    console.log(`| ${name} | ${shown(at(list, 0))} | ${shown(median(list))} | ${shown(at(list, 0.95))} | ${ratio} |`);
  }
}

const LINES_OF = {
  loopback: async () => {},
  "150 ms, 1.6 Mbit/s": (cdp) =>
    cdp.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 }),
  "CPU slowed four times": (cdp) => cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 }),
};

/** Opens a page and says when its first prompt was painted, from the start of the navigation. */
async function readyAt(page, name) {
  await page.goto(`${server.url}${encodeURIComponent(name)}.html`, { waitUntil: "commit" });
  await page.waitForFunction(() => globalThis.readyAt, null, { polling: 50 });
  return page.evaluate(() => readyAt);
}

async function ready() {
  const names = ["light", "light, preloaded", "full", "full, preloaded", "xterm.js"];
  for (const [condition, set] of Object.entries(LINES_OF)) {
    const cold = Object.fromEntries(names.map((name) => [name, []]));
    const warm = Object.fromEntries(names.map((name) => [name, []]));
    for (let turn = 0; turn < RUNS; turn++) {
      for (const name of names) {
        const context = await browser.newContext();
        const page = await context.newPage();
        const cdp = await context.newCDPSession(page);
        await cdp.send("Network.enable");
        await set(cdp);
        cold[name].push(await readyAt(page, name));
        // The browser keeps what it has compiled after a visit or two.
        await readyAt(page, name);
        await readyAt(page, name);
        warm[name].push(await readyAt(page, name));
        await context.close();
      }
    }
    table(`Ready, ${condition}, cold (ms)`, cold);
    table(`Ready, ${condition}, warm (ms)`, warm);
  }
}

/** How long a key, an Enter with its reply, and a filling take, until they are painted. */
async function rows() {
  const names = ["light", "xterm.js"];
  for (const lines of [10, 1_000, 10_000, 100_000].filter((lines) => lines <= LINES)) {
    const [keys, enters, fills] = [0, 1, 2].map(() => Object.fromEntries(names.map((name) => [name, []])));
    for (let turn = 0; turn < Math.min(RUNS, 3); turn++) {
      for (const name of names) {
        const context = await browser.newContext();
        const page = await context.newPage();
        await readyAt(page, name);
        fills[name].push(
          await page.evaluate(async (lines) => {
            const begun = performance.now();
            await bench.fill(lines);
            return (await new Promise(painted)) - begun;
          }, lines),
        );
        await page.evaluate(() => {
          bench.field().focus();
          globalThis.times = [];
          addEventListener("keydown", ({ key, timeStamp }) => {
            const before = bench.rows();
            const look = () => (key === "Enter" && !bench.shown(before) ? setTimeout(look) : painted((now) => times.push([key, now - timeStamp])));
            setTimeout(look);
          }, true);
        });
        let count = 0;
        const press = async (key) => {
          await page.keyboard.press(key);
          count++;
          await page.waitForFunction((count) => times.length === count, count, { polling: 20 });
        };
        for (let i = 0; i < 5; i++) {
          for (const letter of "hostname") await press(letter);
          await press("Enter");
        }
        const times = await page.evaluate(() => times);
        keys[name].push(median(times.filter(([key]) => key !== "Enter").map(([, ms]) => ms)));
        enters[name].push(median(times.filter(([key]) => key === "Enter").map(([, ms]) => ms)));
        await context.close();
      }
    }
    const grouped = lines.toLocaleString("en");
    table(`A key at ${grouped} lines (ms)`, keys);
    table(`Enter to its reply at ${grouped} lines (ms)`, enters);
    table(`Filling ${grouped} lines (ms)`, fills);
  }
}

/** The heap and the module's memory, in MB, with the garbage gone. */
async function memory(page, cdp) {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  const wasm = await page.evaluate(() => (globalThis.memories ?? []).reduce((sum, memory) => sum + memory.buffer.byteLength, 0));
  const { nodes } = await cdp.send("Memory.getDOMCounters");
  return { heap: usedSize / 1e6, wasm: wasm / 1e6, nodes };
}

async function memories() {
  const open = async (name) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.addInitScript(() => {
      const { instantiate } = WebAssembly;
      globalThis.memories = [];
      WebAssembly.instantiate = async (...given) => {
        const made = await instantiate(...given);
        for (const value of Object.values((made.instance ?? made).exports)) if (value instanceof WebAssembly.Memory) globalThis.memories.push(value);
        return made;
      };
    });
    const cdp = await context.newCDPSession(page);
    const readyMs = await readyAt(page, name);
    return { context, page, cdp, readyMs };
  };
  const say = (what, { heap, wasm, nodes }) => console.log(`| ${what} | ${heap.toFixed(1)} | ${wasm.toFixed(1)} | ${nodes} |`);
  console.log("\n### Memory\n\n| | heap, MB | module's memory, MB | nodes |\n| --- | --- | --- | --- |");
  for (const name of ["light", "full", "xterm.js"]) {
    const { context, page, cdp } = await open(name);
    say(`${name}, at the start`, await memory(page, cdp));
    await page.evaluate(() => bench.fill(20_000));
    say(`${name}, after 10,000 commands`, await memory(page, cdp));
    await context.close();
  }
  const { context, page, cdp, readyMs } = await open("thirty");
  await page.waitForTimeout(500);
  const near = await page.evaluate(() => [...document.querySelectorAll("smtp-terminal")].filter((t) => t.shadowRoot.querySelector(".shown")).length);
  const some = await memory(page, cdp);
  say(`thirty on a page, the ${near} near ones started`, some);
  const begun = Date.now();
  await page.evaluate(() => Promise.all([...document.querySelectorAll("smtp-terminal")].map((t) => t.ready)));
  const rest = Date.now() - begun;
  const every = await memory(page, cdp);
  say("all thirty started", every);
  await context.close();
  const each = (kind) => (((every[kind] - some[kind]) / (30 - near)) * 1000).toFixed(0);
  console.log(`\nThe first prompt of thirty: ${shown(readyMs)} ms. The other ${30 - near} all at once: ${rest} ms. Each further one: ${each("heap")} KB of heap, ${each("wasm")} KB of the module's memory.`);
}

/** The longest time for which the page does not answer, while much is pasted or printed. */
async function turns() {
  const message = (bytes) => `telnet smtp.safeer.in 25\nEHLO penguinpower\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<safeer@safeer.in>\nDATA\nSubject: much\n\n${"A line of a message that somebody has pasted, of 64 letters, so.\n".repeat(bytes / 65)}.\n`;
  const work = {
    "a message of 9 MB": ["full", message(9e6), "250 2.0.0 Ok: queued"],
    "40,000 lines into `cat > file`": ["full", `cat > file\n${"a line that is kept\n".repeat(40_000)}the last line\n`, "the last line"],
    "a file of 8 MB is printed": ["full", `yes ${"a line of a file ".repeat(6)}| head -16000 > much\ncat much much much much much\necho over $?\n`, "over 0"],
    "`postmap -q` in 100,000 rules": ["full", "ssh smtp.safeer.in\nyes '/^host$/ OK' | head -100000 > rules\necho '/^last$/ REJECT' >> rules\npostmap -q last regexp:rules\n", "REJECT"],
    "a message of 900 KB, light": ["light", message(9e5), "250 2.0.0 Ok: queued"],
  };
  console.log("\n### Turns\n\n| | in all, s | turns over 50 ms | the longest, ms |\n| --- | --- | --- | --- |");
  for (const [what, [name, text, end]] of Object.entries(work)) {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(300_000);
    await readyAt(page, name);
    const begun = Date.now();
    await page.evaluate((text) => {
      globalThis.long = [];
      new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      bench.field().focus();
      bench.field().dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, composed: true, cancelable: true }));
    }, text);
    await page.waitForFunction((end) => bench.rows()?.textContent.includes(end), end, { polling: 100 });
    const seconds = (Date.now() - begun) / 1000;
    await page.waitForTimeout(200);
    const long = await page.evaluate(() => long);
    console.log(`| ${what} | ${seconds.toFixed(1)} | ${long.length} | ${Math.max(0, ...long)} |`);
    await context.close();
  }
}

console.log(`Chromium ${browser.version()}, ${RUNS} turns. Brotli bytes: light ${["smtp-terminal.js", "smtp-terminal-light.js", "smtp-terminal-light_bg.wasm"].reduce((sum, name) => sum + server.bytes(name), 0)}, full ${["smtp-terminal.js", "smtp-terminal-full.js", "smtp-terminal-full_bg.wasm"].reduce((sum, name) => sum + server.bytes(name), 0)}, xterm.js ${server.bytes("xterm.js")} and its sheet ${server.bytes("xterm.css")}.`);
for (const [name, measure] of Object.entries({ ready, rows, memory: memories, turns })) {
  if (!ONLY.includes(name)) continue;
  await measure();
  await browser.close();
  browser = await launch();
}
await browser.close();
await server.close();
