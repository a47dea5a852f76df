// The pages that are measured: ours and one with xterm.js, each as its documentation says. A page says
// when its first prompt has been painted (`painted`), and how it is typed to and filled (`bench`).

/** In every page: the moment after the next frame. */
const PAINTED = `const painted = (then) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => then(performance.now());
  port2.postMessage(0);
});
const ready = () => painted((now) => (globalThis.readyAt ??= now));`;

const page = (head, body) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width">${head}</head><body><h1>A page</h1><p>With a terminal.</p>${body}</body></html>`;

const OURS = `<script>${PAINTED}
addEventListener("smtp-ready", ready);
globalThis.bench = {
  field: () => document.querySelector("smtp-terminal").shadowRoot.querySelector(".entry input"),
  rows: () => { const all = document.querySelector("smtp-terminal").shadowRoot.querySelector(".rows"); let last = all; while (last.lastElementChild && !last.classList.contains("row")) last = last.lastElementChild; return last; },
  shown: (before) => bench.rows() !== before,
  fill: (n) => { const t = document.querySelector("smtp-terminal"); return t.run(Array.from({ length: n / 2 }, (_, i) => "echo 250-line " + i).join("\\n")); },
  command: "hostname",
};</script>`;

/** An echo and a reply, which is the least that a page with a bare terminal has to do. */
const THEIRS = `<script>${PAINTED}
const terminal = new Terminal({ scrollback: 1e6 });
terminal.open(document.getElementById("terminal"));
const first = terminal.onRender(() => { first.dispose(); ready(); });
const PROMPT = "safeer@penguinpower:~$ ";
let replies = 0;
terminal.write(PROMPT);
terminal.onData((data) => terminal.write(data === "\\r" ? "\\r\\npenguinpower\\r\\n" + PROMPT : data, () => data === "\\r" && replies++));
globalThis.bench = {
  field: () => terminal.textarea,
  rows: () => replies,
  shown: (before) => replies !== before,
  fill: (n) => new Promise((done) => terminal.write(Array.from({ length: n }, (_, i) => "250-line " + i).join("\\r\\n") + "\\r\\n" + PROMPT, done)),
  command: "hostname",
};</script>`;

/** Each page by its name; \`version\` is the one in the names of our files. */
export function pages(version) {
  const snippet = '<script type="module" src="smtp-terminal.js"></script>';
  const hints = (build) =>
    `<link rel="modulepreload" href="smtp-terminal-${build}.js?v=${version}"><link rel="preload" as="fetch" crossorigin href="smtp-terminal-${build}_bg.wasm?v=${version}">`;
  const terminal = (attributes = "") => `<smtp-terminal ${attributes}></smtp-terminal>`;
  return {
    light: page(OURS + snippet, terminal()),
    "light, preloaded": page(OURS + hints("light") + snippet, terminal()),
    full: page(OURS + snippet, terminal("full")),
    "full, preloaded": page(OURS + hints("full") + snippet, terminal("full")),
    "xterm.js": page('<link rel="stylesheet" href="xterm.css"><script src="xterm.js"></script>', `<div id="terminal"></div>${THEIRS}`),
    thirty: page(OURS + snippet, Array.from({ length: 30 }, () => terminal()).join("<p>Text between.</p>")),
  };
}
