// The package as npm packs it: `make dist` and `npm pack` into a folder of its own, once for a test file.

import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SITE } from "./browser.mjs";

const run = promisify(execFile);
const tool = (name) => fileURLToPath(new URL(`../../tools/${name}`, import.meta.url));
let making;

async function make() {
  const folder = await mkdtemp(join(tmpdir(), "smtp-terminal-packed-"));
  const printed = await run("sh", [tool("dist.sh"), join(folder, "dist"), SITE]);
  await run("sh", [tool("pack.sh"), join(folder, "dist"), folder]);
  const file = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  process.on("exit", () => rmSync(folder, { recursive: true }));
  return { folder: join(folder, "dist"), file: join(folder, file), printed: printed.stdout };
}

/** The tarball, the folder that it was made of, and what was printed. */
export const packed = () => (making ??= make());

/** Unpacks it into the node_modules of a project. */
export async function install(project) {
  const own = join(project, "node_modules", "smtp-terminal");
  await mkdir(own, { recursive: true });
  await run("tar", ["-xzf", (await packed()).file, "-C", own, "--strip-components=1"]);
  return own;
}
