// Drives the distribution's Firefox by what it has built in (Marionette: JSON over a socket), so that no
// other program is needed.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const path = process.env.FIREFOX ?? ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find(existsSync);

/** Why Firefox is not asked here, or nothing. */
export const missing = path ? "" : "there is no Firefox (`make setup` installs one; FIREFOX=… names one)";

/** The codes by which WebDriver names keys that write nothing. */
export const KEYS = { Enter: "\ue007", ArrowLeft: "\ue012", ArrowRight: "\ue014", Home: "\ue011", End: "\ue010", Tab: "\ue004", Escape: "\ue00c" };

/** Starts it; `page` has `goto`, `run` (a function in the page, which may be asynchronous), `press` and `close`. */
export async function launch() {
  const profile = await mkdtemp(join(tmpdir(), "smtp-terminal-firefox-"));
  await writeFile(join(profile, "user.js"), 'user_pref("marionette.port", 0);\nuser_pref("app.update.enabled", false);\nuser_pref("datareporting.policy.dataSubmissionEnabled", false);\nuser_pref("browser.shell.checkDefaultBrowser", false);\n');
  const child = spawn(path, ["--headless", "--marionette", "--no-remote", "--profile", profile, "about:blank"], { stdio: "ignore" });
  // Whatever ends the tests ends it too.
  process.on("exit", () => child.kill());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
  const socket = await listening(profile, child);
  const waiting = new Map();
  let last = 0;
  let rest = Buffer.alloc(0);
  socket.on("data", (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const colon = rest.indexOf(":");
      const length = Number(rest.subarray(0, colon));
      if (colon < 0 || rest.length < colon + 1 + length) return;
      const message = JSON.parse(rest.subarray(colon + 1, colon + 1 + length));
      rest = rest.subarray(colon + 1 + length);
      const [, id, error, value] = Array.isArray(message) ? message : [];
      const asked = waiting.get(id);
      waiting.delete(id);
      if (error) asked?.reject(new Error(`Firefox: ${error.error}: ${error.message}`));
      else asked?.resolve(value);
    }
  });
  const send = (name, parameters = {}) =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify([0, ++last, `WebDriver:${name}`, parameters]);
      waiting.set(last, { resolve, reject });
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
  await send("NewSession", { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
  await send("SetTimeouts", { script: 30_000, pageLoad: 30_000 });
  const run = async (does, ...given) => {
    const script = `const done = arguments[arguments.length - 1]; const given = JSON.parse(arguments[0]);
      Promise.resolve().then(() => (${does})(...given)).then((value) => done({ value }), (fault) => done({ fault: String(fault) }));`;
    const { value: said } = await send("ExecuteAsyncScript", { script, args: [JSON.stringify(given)], newSandbox: true });
    if (said.fault) throw new Error(said.fault);
    return said.value;
  };
  const press = (...keys) =>
    send("PerformActions", {
      actions: [{ type: "key", id: "keyboard", actions: keys.flatMap((key) => ["keyDown", "keyUp"].map((type) => ({ type, value: KEYS[key] ?? key }))) }],
    });
  return {
    goto: (url) => send("Navigate", { url }),
    run,
    press,
    /** Into the frame, or with nothing back to the page. */
    async into(selector) {
      if (!selector) return send("SwitchToFrame", { id: null });
      const { value } = await send("FindElement", { using: "css selector", value: selector });
      return send("SwitchToFrame", { element: Object.values(value)[0] });
    },
    async close() {
      socket.destroy();
      child.kill();
      await new Promise((done) => (child.exitCode === null && child.signalCode === null ? child.once("exit", done) : done()));
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Waits until it says on which port it listens. */
async function listening(profile, child) {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`Firefox ended with ${child.exitCode}`);
    const port = Number(await readFile(join(profile, "MarionetteActivePort"), "utf8").catch(() => 0));
    if (port) {
      const socket = connect(port, "127.0.0.1");
      await new Promise((done, fail) => socket.once("connect", done).once("error", fail));
      return socket;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("Firefox does not listen");
}
