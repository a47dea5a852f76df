// Runs a command of cargo's, and says once in a while how far it is:
// `node tools/progress.mjs LABEL COMMAND ARGUMENT…`. What the command says is shown if it fails.
//
// Cargo's own bar is drawn on a terminal alone, and cargo's other lines are one for each of
// hundreds of packages; so the bar is read here.

import { spawn } from "node:child_process";
import { constants } from "node:os";

const [label, command, ...rest] = process.argv.slice(2);
const terminal = process.stdout.isTTY === true;
const begun = performance.now();
const child = spawn(command, rest, {
  stdio: ["inherit", "pipe", "pipe"],
  env: {
    ...process.env,
    CARGO_TERM_COLOR: "never",
    CARGO_TERM_PROGRESS_WHEN: "always",
    CARGO_TERM_PROGRESS_WIDTH: "200",
  },
});

const seconds = () => `${Math.round((performance.now() - begun) / 1000)} s`;
let at = "";
const kept = [];
function heard(text) {
  const bar = /^\s*\w+ \[[=> ]*\] (\d+)\/(\d+)(?:: (.*))?$/.exec(text);
  if (bar) {
    const [, done, all, names = ""] = bar;
    const now = names.length > 50 ? `${names.slice(0, 50)}…` : names;
    at = `, ${done} of ${all} packages${now && `, now ${now}`}`;
  } else if (/^\s*(?:Downloading|Downloaded|Updating|Fetch) /.test(text)) {
    at ||= ", fetching";
  } else if (text.trim() !== "") {
    kept.push(text);
  }
}
for (const stream of [child.stdout, child.stderr]) {
  let left = "";
  stream.setEncoding("utf8");
  stream.on("data", (data) => {
    const lines = (left + data).split(/[\r\n]/);
    left = lines.pop();
    lines.forEach((line) => heard(line.replaceAll(/\x1b\[[0-9;]*[A-Za-z]/g, "").trimEnd()));
  });
  stream.on("end", () => heard(left));
}

function show(line) {
  if (terminal) process.stdout.write(`\r\x1b[K${line.slice(0, (process.stdout.columns ?? 80) - 1)}`);
  else console.log(line);
}
show(`${label} …`);
const ticking = setInterval(() => show(`${label}: ${seconds()}${at}`), terminal ? 1000 : 10_000);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => {
    child.kill(signal);
    process.kill(process.pid, signal);
  });
}
function ended(code, why) {
  clearInterval(ticking);
  show(`${label}: ${code === 0 ? "done" : "failed"} after ${seconds()}`);
  if (terminal) process.stdout.write("\n");
  if (code !== 0) console.error([...kept, ...why].join("\n"));
  process.exitCode = code;
}
child.once("error", (error) => ended(1, [error.message]));
child.once("close", (code, signal) => {
  // As a shell says that a program was stopped.
  const status = code ?? 128 + constants.signals[signal];
  if (child.pid !== undefined) ended(status, signal ? [`${command}: ${signal}`] : []);
});
