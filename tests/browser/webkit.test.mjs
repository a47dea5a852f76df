// WebKit, by the driver that Debian has for it (webkit2gtk-driver, on a screen that nobody sees: Xvfb):
// a session is typed, a lesson done to its second step, a view and an explanation opened. It speaks
// WebDriver, which is less than the other tests need, so this is a look and not all of them.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { serveSite } from "./browser.mjs";

const DRIVER = "/usr/bin/WebKitWebDriver";
const LIBRARIES = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"];
const BROWSER = LIBRARIES.filter(existsSync)
  .flatMap((folder) => readdirSync(folder).filter((name) => /^webkit2?gtk-[\d.]+$/.test(name)).map((name) => `${folder}/${name}/MiniBrowser`))
  .find(existsSync);
const SCREEN = "/usr/bin/Xvfb";
const missing = [DRIVER, SCREEN].find((name) => !existsSync(name)) ?? (BROWSER ? "" : "MiniBrowser");
const options = { skip: missing ? `there is no ${missing} (webkit2gtk-driver, xvfb)` : false };

const ENTER = "\ue007";
let site;
let screen;
let driver;
let url;
let session;

async function call(method, path, body) {
  const answer = await fetch(`${url}${path}`, { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${value?.message ?? answer.status}`);
  return value;
}

/** Tries again until something is so. */
async function until(what, act) {
  for (let i = 0; i < 300; i++) {
    const found = await act();
    if (found) return found;
    await pause(100);
  }
  throw new Error(`it does not happen: ${what}`);
}

before(async () => {
  if (missing) return;
  site = await serveSite();
  // It says on its third output which screen is free.
  screen = spawn(SCREEN, ["-displayfd", "3", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const number = await new Promise((done, fail) => {
    screen.stdio[3].once("data", (data) => done(String(data).trim()));
    screen.once("exit", () => fail(new Error("Xvfb does not start")));
  });
  const port = 20_000 + (process.pid % 20_000);
  url = `http://127.0.0.1:${port}`;
  driver = spawn(DRIVER, [`--port=${port}`], { stdio: "ignore", env: { ...process.env, DISPLAY: `:${number}`, GDK_BACKEND: "x11" } });
  await until("the driver answers", () => fetch(`${url}/status`).catch(() => false));
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": { binary: BROWSER, args: ["--automation"] } } };
  session = `/session/${(await call("POST", "/session", { capabilities })).sessionId}`;
});
after(async () => {
  if (session) await call("DELETE", session).catch(() => {});
  driver?.kill();
  screen?.kill();
  await site?.close();
});

const run = (script, ...args) => call("POST", `${session}/execute/sync`, { script, args });
const open = (address) => call("POST", `${session}/url`, { url: site.url + address });
const shadow = "document.querySelector('smtp-terminal').shadowRoot";
const transcript = () => run("return document.querySelector('smtp-terminal').transcript");

/** Types with real keys. */
async function type(text) {
  const field = await run(`const line = ${shadow}.querySelector('.entry input'); line.focus(); return line`);
  await call("POST", `${session}/element/${Object.values(field)[0]}/value`, { text });
}

const ends = (end) => until(`the screen ends with ${end}`, async () => (await transcript()).endsWith(end));

test("WebKit: the tutorial's session is typed", options, async () => {
  await open("plain.html");
  await until("the prompt", () => run(`return !!${shadow}.querySelector('.shown .left')?.textContent`));
  const lines = [
    ["telnet smtp.safeer.in 25", "220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n"],
    ["HELO penguinpower", "250 smtp.safeer.in\n"],
    ["MAIL FROM:<safeer@safeer.in>", "250 2.1.0 Ok\n"],
    ["RCPT TO:<praveen@gmail.com>", "250 2.1.5 Ok\n"],
    ["DATA", "354 End data with <CR><LF>.<CR><LF>\n"],
    ["Hello", "Hello\n"],
  ];
  for (const [line, end] of lines) {
    await type(line + ENTER);
    await ends(end);
  }
  await type(`.${ENTER}`);
  await until("it is queued", async () => /queued as \w+\n$/.test(await transcript()));
  await type(`QUIT${ENTER}`);
  await until("the prompt is back", async () => /closed by foreign host\.\n.*\$ $/.test(await transcript()));
  // What is read out, and what is not.
  assert.deepEqual(await run(`return [...${shadow}.querySelectorAll('.heard p')].map((p) => p.textContent)`), [
    "221 2.0.0 Bye",
    "Connection closed by foreign host.",
  ]);
});

test("WebKit: a lesson, a view and an explanation", options, async () => {
  await open("lesson.html?first-mail&lang=en");
  await until("the lesson", () => run(`return !!document.querySelector('smtp-terminal')?.shadowRoot.querySelector('.lesson .at')`));
  await run(`${shadow}.querySelector('.at .command').click()`);
  await ends("220 smtp.safeer.in ESMTP Postfix (Ubuntu)\n");
  await until("the second step", () => run(`return ${shadow}.querySelector('[aria-current=step] h3').textContent === 'Introduce yourself'`));
  await type(`HELLO${ENTER}`);
  await until("the remark", () => run(`return /four letters/.test(${shadow}.querySelector('.remark')?.textContent)`));
  await run(`${shadow}.querySelector('[role=tab][data-view=Session]').click()`);
  await until("the view", () => run(`return /waits for a command/.test(${shadow}.querySelector('[role=tabpanel]')?.textContent)`));
  await run(`${shadow}.querySelector('.hints button').click()`);
  await until("the explanation", () => run(`return !!${shadow}.querySelector('.card')?.textContent`));
  assert.equal(await run("return document.documentElement.scrollWidth > innerWidth"), false);
});
