// Prints how many lines of each layer were reached: `node tools/coverage.mjs BUILT LLVM-COV PROFILE`, where BUILT
// is what Cargo said of what it built.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { relative } from "node:path";

const [built, cov, profile] = process.argv.slice(2);
const told = readFileSync(built, "utf8").split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
const programs = [...new Set(told.map(({ executable }) => executable).filter(Boolean))];
const objects = programs.flatMap((program) => ["--object", program]);
const words = ["export", "--summary-only", `--instr-profile=${profile}`, ...objects];
const [{ files }] = JSON.parse(execFileSync(cov, words, { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] })).data;

const layers = new Map();
for (const { filename, summary } of files) {
  const [top, layer, rest] = relative(process.cwd(), filename).split("/");
  if (top !== "src") continue;
  const name = rest ? layer : layer.replace(/\.rs$/, "");
  const sum = layers.get(name) ?? { count: 0, covered: 0 };
  layers.set(name, { count: sum.count + summary.lines.count, covered: sum.covered + summary.lines.covered });
}
const all = { count: 0, covered: 0 };
const print = (name, { count, covered }) => console.log(`${((100 * covered) / count).toFixed(1).padStart(6)} %  ${String(covered).padStart(6)} of ${String(count).padStart(6)} lines  ${name}`);
for (const [name, sum] of [...layers].sort(([a], [b]) => (a < b ? -1 : 1))) {
  if (!sum.count) continue;
  print(name, sum);
  all.count += sum.count;
  all.covered += sum.covered;
}
print("all", all);
