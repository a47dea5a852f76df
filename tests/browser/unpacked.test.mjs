// What `lesson pack` makes, unpacked and opened: its page loads, and what is in it is what the page loads.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { SITE, launch, open } from "./browser.mjs";
import { serve } from "../../tools/serve.mjs";

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const command = ["target/debug/smtp-terminal", "target/release/smtp-terminal"].map(path).find(existsSync);

test("a package holds what its page loads, and nothing else", { skip: !command && "the command is not built" }, async () => {
  const folder = await mkdtemp(`${tmpdir()}/package-`);
  execFileSync(command, ["lesson", "pack", path("www/lessons/first-mail.json"), "--bundle", SITE, "--output", `${folder}.zip`]);
  execFileSync("python3", ["-m", "zipfile", "-e", `${folder}.zip`, folder]);
  const site = await serve(folder);
  const browser = await launch();
  const page = await open(browser, `${site.url}index.html`);
  await page.locator("smtp-terminal .lesson h2", { hasText: "Your first mail" }).waitFor();
  assert.deepEqual(page.problems, []);
  const asked = new Set(site.requests.map((url) => url.slice(1).replace(/\?.*/, "")));
  const held = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !/^LICENSE|^imsmanifest/.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1));
  assert.deepEqual(held.sort(), [...asked].sort());
  await browser.close();
  await site.close();
});
