// Checks what the program is made of, as far as this machine knows: `node tools/supply.mjs`. Licences, two
// versions of one crate, sources and withdrawn versions, by deny.toml; npm's packages build and test
// (`dependencies` build), and none reaches a page; their versions are locked, and audited where the registry answers.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { REGISTRY, everything, isMet, licence } from "./crates.mjs";

const faults = [];
const deny = readFileSync("deny.toml", "utf8");
const list = (name) => [...new RegExp(`\\n${name} = \\[\\n([^\\]]*)\\]`).exec(deny)[1].matchAll(/"([^"]+)"/g)].map(([, text]) => text);
const allowed = new Set(list("allow"));
const skipped = new Set(list("skip"));
const crates = everything();

for (const crate of crates) {
  const own = `${crate.name} ${crate.version}`;
  if (!isMet(licence(crate), allowed)) faults.push(`${own}: its licence is ${crate.license ?? "not said"}`);
  if (crate.source !== REGISTRY) faults.push(`${own} comes from ${crate.source ?? "a folder"}`);
}
const twice = new Set(crates.map(({ name }) => name).filter((name, at, all) => all.indexOf(name) !== at));
for (const name of twice) if (!skipped.has(name)) faults.push(`${name} is there in two versions`);
for (const name of skipped) if (!twice.has(name)) faults.push(`${name} is there once, and need not stand in deny.toml`);

/** Where Cargo keeps what the registry says of a crate. */
function cached(name) {
  const home = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const low = name.toLowerCase();
  const folder = low.length < 4 ? [`${low.length}`, ...(low.length === 3 ? [low[0]] : [])] : [low.slice(0, 2), low.slice(2, 4)];
  const index = join(home, "registry/index");
  const all = existsSync(index) ? readdirSync(index).map((one) => join(index, one, ".cache", ...folder, low)) : [];
  return all.filter(existsSync).map((file) => readFileSync(file, "utf8")).join("\n");
}
let known = 0;
for (const { name, version } of crates) {
  // The file has a line of JSON for each version, with a zero byte between them.
  const line = cached(name).split(/[\0\n]/).find((line) => line.startsWith("{") && JSON.parse(line).vers === version);
  if (!line) continue;
  known++;
  if (JSON.parse(line).yanked) faults.push(`${name} ${version} has been withdrawn`);
}

const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) if (!/^\d/.test(version)) faults.push(`package.json: ${name} ${version} is no single version`);
// What a page loads imports its own files alone, whatever the bundler could find.
for (const name of readdirSync("www", { recursive: true })) {
  if (!/\.m?js$/.test(name)) continue;
  for (const [, from] of readFileSync(join("www", name), "utf8").matchAll(/\b(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g)) {
    if (!/^(?:\.{0,2}\/|https?:|smtp-terminal$)/.test(from)) faults.push(`www/${name} imports ${from}; nothing of npm reaches a page`);
  }
}
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const locked = Object.entries(packages).filter(([name]) => name);
for (const [name, { integrity, link }] of locked) if (!integrity && !link) faults.push(`package-lock.json: ${name} has no checksum`);
let audit;
try {
  const told = execFileSync("npm", ["audit", "--json"], { timeout: 60_000, stdio: ["ignore", "pipe", "ignore"] });
  audit = `audited: ${JSON.parse(told).metadata.vulnerabilities.total} advisories`;
} catch (fault) {
  let told;
  try {
    told = JSON.parse(fault.stdout);
  } catch {
    // npm has said nothing of use.
  }
  if (told?.vulnerabilities) for (const { name, severity } of Object.values(told.vulnerabilities)) faults.push(`npm: ${name} (${severity})`);
  audit = told?.vulnerabilities ? "audited" : "SKIPPED: the registry answers no audit";
}

console.log(`${crates.length} crates: licences, sources, duplicates (${twice.size} named in deny.toml)`);
console.log(`withdrawn versions: ${known} of ${crates.length} are known here; advisories: ${existsSync(`${homedir()}/.cargo/advisory-dbs`) ? "" : "SKIPPED: no database here "}(cargo deny check)`);
console.log(`${locked.length} npm packages, for building and testing alone; ${audit}`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
