// One script that works from a disk.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { SITE, launch, open, screenEnds } from "./browser.mjs";

test("a page on a disk, with the script beside it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "smtp-terminal-"));
  const tool = fileURLToPath(new URL("../../tools/single.mjs", import.meta.url));
  await promisify(execFile)(process.execPath, [tool, SITE, join(folder, "smtp-terminal.single.js")]);
  await writeFile(join(folder, "page.html"), '<!doctype html><title>On a disk</title><script defer src="smtp-terminal.single.js"></script><smtp-terminal></smtp-terminal>');
  const browser = await launch();
  const page = await open(browser, pathToFileURL(join(folder, "page.html")).href);
  await page.locator("smtp-terminal").evaluate((t) => t.run("hostname"));
  await screenEnds(page, "hostname\npenguinpower\nsafeer@penguinpower:~$ ");
  await page.locator("smtp-terminal").evaluate((t) => {
    t.full = true;
    return t.run("seq 1");
  });
  await screenEnds(page, "seq 1\n1\nsafeer@penguinpower:~$ ");
  assert.deepEqual(page.problems, []);
  await browser.close();
  await rm(folder, { recursive: true });
});
