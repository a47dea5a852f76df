// The transcripts of a page become runnable: a button types what the client says into the page's
// terminal, and what the page expects stands beside what came. It needs nothing but the element.
//
//   <script type="module" src="smtp-terminal.js"></script>
//   <script type="module" src="smtp-code.js"></script>
//   <pre data-smtp> … </pre>                one transcript
//   <script … src="smtp-code.js" data-smtp="all">   every <pre> of the page that is one
//   <smtp-terminal code="pre.session">      every one of these that is one
//   <section data-smtp-step> … </section>   a step, ticked when its transcripts have come true, or
//                                           what data-smtp-goal="MAIL 250, RCPT 550" says

const REPLY = /^[2-5][0-5]\d(?:[ -]|$)/;
const SERVER = /^\s*(?:S:|Server:|<<<|<~|<\*\*|<--|<-|←|<(?=\s))\s*/i;
const CLIENT = /^\s*(?:C:|Client:|>>>|~>|-->|->|→|>(?=\s|$)) ?/i;
const TOOL = /^\s*(?:===|\*\*\*|\* |Trying |Connected to |Escape character is|Connection closed|Connection to )/;
const PROMPT = /^\s*(?:[\w.-]+@[\w.-]+[^$#%<>]*[$#%]|[$%])\s+(.*)$/;
const OPENS = /^(?:sudo )?(?:telnet|nc|ncat|netcat|openssl s_client|swaks)\b/;
const VERB = /^(?:HELO|EHLO|MAIL FROM|RCPT TO|DATA|BDAT|RSET|NOOP|QUIT|VRFY|EXPN|ETRN|HELP|AUTH|STARTTLS)\b/i;
const GAP = /^\s*(?:\.\.\.|…|[[(](?:\.\.\.|…)[\])])\s*$/;
/** What an author puts at the end of a line for the reader alone. */
const REMARK = /\s+(?:#|\/\/|<--|←|-->).*$/;

/** What is said in the page's language for English texts: its file of www/languages. */
let spoken = {};
/** A text in the page's language, with its gaps `{}` filled in order. */
const say = (english, ...gaps) => gaps.reduce((text, gap) => text.replace("{}", gap), spoken[english] ?? english);
const WORDS = { said: () => say("said"), came: () => say("came"), expected: () => say("expected") };

const SHEET = `
.smtp-code {
  --code-background: light-dark(#f4f4f0, #1b1f26);
  --code-line: light-dark(#d9dbd5, #343a44);
  --code-quiet: light-dark(#5a5f69, #a3a9b5);
  --code-accent: light-dark(#0b4fa8, #8fc1ff);
  --code-same: light-dark(#1d6b3f, #86d3a2);
  --code-other: light-dark(#a3261d, #ff9d92);
  --code-other-soft: light-dark(#fbe4e1, #4a211d);
  --code-same-soft: light-dark(#dff2e6, #17392a);
  margin-block: 1rem;
  border: 1px solid var(--code-line);
  border-radius: 6px;
  background: var(--code-background);
  overflow: hidden;
}
.smtp-code-results :is(code, mark) {
  unicode-bidi: isolate;
}
.smtp-code-results .odd {
  display: inline-block;
}
.smtp-code-results .odd::before {
  content: attr(data-code);
  font-size: 0.75em;
}
.smtp-code > :is(pre, code) {
  display: block;
  margin: 0;
  padding: 0.75rem 0.875rem;
  border: 0;
  border-radius: 0;
  background: none;
  overflow-x: auto;
  white-space: pre;
}
.smtp-code-bar {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.25rem 0.75rem;
  padding: 0.375rem 0.5rem 0.375rem 0.875rem;
  border-block-start: 1px solid var(--code-line);
  font-size: 0.9375rem;
}
.smtp-code-bar p {
  flex: 1 1 12rem;
  min-block-size: 1.5em;
  margin: 0;
  color: var(--code-quiet);
}
.smtp-code-bar p[data-all="yes"] { color: var(--code-same); }
.smtp-code-bar p[data-all="no"] { color: var(--code-other); }
.smtp-code-bar button {
  min-block-size: 2rem;
  padding: 0.125rem 0.75rem;
  border: 1px solid var(--code-line);
  border-radius: 5px;
  background: light-dark(#fff, #14171c);
  color: var(--code-accent);
  font: inherit;
  cursor: pointer;
}
.smtp-code-bar button:hover { border-color: var(--code-accent); }
.smtp-code-bar button:disabled { color: var(--code-quiet); cursor: default; }
.smtp-code :focus-visible { outline: 2px solid var(--code-accent); outline-offset: 2px; }
.smtp-code-run::before { content: "▶" / ""; margin-inline-end: 0.4em; font-size: 0.75em; }
.smtp-code-results {
  margin: 0;
  padding: 0.25rem 0.875rem 0.5rem;
  border-block-start: 1px solid var(--code-line);
  background: light-dark(#fff, #14171c);
  list-style: none;
}
.smtp-code-results li {
  display: grid;
  grid-template-columns: 1.25rem 5rem minmax(0, 1fr);
  column-gap: 0.375rem;
  padding-block: 0.3125rem;
  border-block-end: 1px solid var(--code-line);
}
.smtp-code-results li:last-child { border: 0; }
.smtp-code-results li::before {
  content: "·" / "";
  grid-row: span 9;
  color: var(--code-quiet);
  font-weight: 700;
}
.smtp-code-results .same::before { content: "✓" / ""; color: var(--code-same); }
.smtp-code-results .other::before { content: "≠" / ""; color: var(--code-other); }
.smtp-code-results span { color: var(--code-quiet); font-size: 0.8125rem; line-height: 1.7; }
.smtp-code-results code { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.875em; background: none; }
.smtp-code-results .said { color: var(--code-accent); }
.smtp-code-results mark { border-radius: 2px; color: inherit; text-decoration: underline 2px; text-underline-offset: 3px; }
.smtp-code-results .expected mark { background: var(--code-same-soft); text-decoration-color: var(--code-same); }
.smtp-code-results .came mark { background: var(--code-other-soft); text-decoration-color: var(--code-other); }
.smtp-code-tick { margin-inline-start: 0.5em; color: light-dark(#1d6b3f, #86d3a2); font-size: 0.875rem; font-weight: 600; white-space: nowrap; }
.smtp-code-tick[hidden] { display: none; }
@media (max-width: 30rem) {
  .smtp-code-bar { justify-content: end; }
  .smtp-code-bar p { flex-basis: 100%; }
  .smtp-code-results li { grid-template-columns: 1.25rem minmax(0, 1fr); }
  .smtp-code-results li::before { grid-row: span 18; }
}
@media print { .smtp-code-bar, .smtp-code-results { display: none; } }
`;

/**
 * One thing that the client says, and what the page expects for it.
 * @typedef {{said: string, verb: string, typed: string[], expected: string[]}} Exchange
 */

/**
 * Reads a transcript.
 * @param {string} text
 * @returns {{opens: string, host: string, exchanges: Exchange[]}} `opens` is the command that connects,
 *   `host` what the banner calls the server
 */
export function read(text) {
  const lines = text.replace(/\r/g, "").replace(/^\n/, "").split("\n");
  const isMarked = lines.some((line) => SERVER.test(line) && REPLY.test(line.replace(SERVER, "")));
  const exchanges = [];
  let opens = "";
  let host = "";
  let content;
  const last = () => exchanges[exchanges.length - 1];
  const said = (line, typed = [line]) => exchanges.push({ said: line, verb: verbOf(line), typed, expected: [] });
  const heard = (line) => {
    if (!exchanges.length) {
      host ||= line.split(/[\s-]+/)[1] ?? "";
      exchanges.push({ said: "", verb: "", typed: [], expected: [] });
    }
    last().expected.push(line);
    if (/^354/.test(line)) content = [];
  };
  for (const line of lines) {
    const isServer = isMarked && SERVER.test(line);
    const isClient = isMarked && !isServer && CLIENT.test(line);
    const bare = isServer ? line.replace(SERVER, "") : isClient ? line.replace(CLIENT, "") : line;
    const command = PROMPT.exec(bare)?.[1];
    if (isServer) {
      content = undefined;
      if (REPLY.test(bare)) heard(bare.trim());
      // A long reply may have been broken.
      else if (last()?.expected.length) last().expected.push(`${last().expected.pop()} ${bare.trim()}`.trim());
    } else if (content && (isClient || !isMarked)) {
      const own = bare.replace(REMARK, "").trim() === "." ? "." : bare;
      content.push(own);
      if (own === ".") {
        said(".", content);
        content = undefined;
      }
    } else if (command !== undefined || OPENS.test(bare.trim())) {
      const own = (command ?? bare).replace(REMARK, "").trim();
      if (OPENS.test(own)) opens ||= own;
    } else if (TOOL.test(bare) || GAP.test(bare) || !bare.trim()) {
      continue;
    } else if (REPLY.test(bare.trim())) {
      heard(bare.replace(REMARK, "").trim());
    } else if (isClient || VERB.test(bare.trim()) || last()?.expected.at(-1)?.startsWith("334")) {
      said(bare.replace(REMARK, "").trim());
    }
  }
  return { opens, host, exchanges };
}

const verbOf = (line) => line.trim().split(/[\s:]/)[0].toUpperCase();

/** What stands for something left out, or is different every time. */
const masked = (line) =>
  line
    .replace(/\s+/g, " ")
    .trim()
    .replace(/(queued as) .*$/, "$1")
    .replace(/^(334) .*$/, "$1")
    .replace(/(authentication failed).*$/, "$1");

/**
 * Whether a reply is the one that the page expects. A banner, a name and an ID are the server's own.
 * @param {Exchange} exchange
 * @param {string[]} came
 */
export function isSame({ verb, expected }, came) {
  if (!expected.length) return true;
  if (expected[0].slice(0, 3) !== came[0]?.slice(0, 3)) return false;
  if (!verb || verb === "HELO") return true;
  return differences({ verb, expected }, came).every(([line, other]) => line === other);
}

/** The lines of both, side by side; where they say the same, they are the same text. */
function differences({ verb, expected }, came) {
  const rows = [];
  const lines = expected.filter((line) => !GAP.test(line.slice(4)));
  for (let i = 0; i < Math.max(lines.length, came.length); i++) {
    const [line = "", other = ""] = [lines[i], came[i]];
    const isName = i === 0 && /^[EH][HE]LO$/.test(verb) && /^250[ -]\S+$/.test(line);
    const parts = masked(line).split(/\.\.\.|…|\[\.\.\.\]/);
    const isCut = parts.length > 1 && masked(other).startsWith(parts[0]);
    const isRight = isName || isCut || line.length === 3 || masked(line) === masked(other);
    rows.push(isRight && other ? [other, other] : [line, other]);
  }
  return rows;
}

/** A line in which the words are marked that the other has not. */
function marked(line, other) {
  const [words, others] = [line.split(/(\s+)/), other.split(/(\s+)/)];
  let [start, end] = [0, 0];
  while (start < words.length && words[start] === others[start]) start++;
  while (end < Math.min(words.length, others.length) - start && words.at(-1 - end) === others.at(-1 - end)) end++;
  const middle = words.slice(start, words.length - end).join("");
  const mark = middle && element("mark", "", middle);
  return [words.slice(0, start).join(""), mark, end ? words.slice(-end).join("") : ""].filter(Boolean);
}

/** What cannot be seen in a text is named, as in the terminal. */
const visible = (text) => customElements.get("smtp-terminal")?.visible?.(text) ?? [text];

function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children.flatMap((child) => (typeof child === "string" ? visible(child) : child)));
  return made;
}

const isConnected = (terminal) => {
  try {
    return terminal.matches(":state(connected)");
  } catch {
    return false;
  }
};

/** Pairs what a terminal tells with what was said to it. */
class Listener {
  #waiting = [];
  #terminal;
  #stop = new AbortController();

  /** @param {(verb: string, lines: string[]) => void} heard */
  constructor(terminal, heard) {
    this.#terminal = terminal;
    const { signal } = this.#stop;
    terminal.addEventListener("smtp-command", ({ detail }) => {
      if (!detail.content) this.#waiting.push(verbOf(detail.line));
      else if (detail.line === ".") this.#waiting.push(".");
    }, { signal });
    terminal.addEventListener("smtp-reply", ({ detail }) => heard(this.#waiting.shift() ?? "", detail.lines), { signal });
  }

  end() {
    this.#stop.abort();
  }
}

/** A transcript of the page with its button. */
class Code {
  #code;
  #terminal;
  #script;
  #button = element("button", "smtp-code-run", say("Run in the terminal"));
  #status = element("p", "");
  #results = element("ol", "smtp-code-results");
  #hide = element("button", "smtp-code-hide", say("Hide"));
  #rows = [];
  #before;

  constructor(code, terminal, script, before) {
    this.#code = code;
    this.#terminal = terminal;
    this.#script = script;
    this.#before = before;
    this.#button.type = this.#hide.type = "button";
    this.#status.setAttribute("role", "status");
    this.#hide.hidden = this.#results.hidden = true;
    this.#results.setAttribute("aria-label", say("What came of it"));
    this.#button.onclick = () => this.run();
    this.#hide.onclick = () => {
      this.#hide.hidden = this.#results.hidden = true;
      this.#button.focus();
    };
    const bar = element("div", "smtp-code-bar", this.#status, this.#hide, this.#button);
    const outer = code.closest("pre") ?? code;
    const box = element("div", "smtp-code");
    outer.replaceWith(box);
    box.append(outer, bar, this.#results);
    // What is scrolled by a finger is scrolled by the keyboard too.
    new ResizeObserver(() => {
      if (outer.scrollWidth > outer.clientWidth) outer.tabIndex = 0;
      else outer.removeAttribute("tabindex");
    }).observe(outer);
  }

  get exchanges() {
    return this.#script.exchanges;
  }

  /** Whether it begins with a connection, or goes on with what stands before it. */
  get #begins() {
    return !!this.#script.opens || this.exchanges[0]?.verb === "";
  }

  /** Types it, once what it goes on with has been typed. */
  async run() {
    if (!this.#begins && !isConnected(this.#terminal)) await this.#before?.run();
    this.#button.disabled = true;
    this.#rows = [];
    this.#show(false);
    const lines = this.exchanges.flatMap(({ typed }) => typed);
    if (this.#begins) {
      const { opens, host } = this.#script;
      lines.unshift(opens || `telnet ${host} 25`);
      // Whoever is connected still says farewell first.
      if (isConnected(this.#terminal)) await this.#terminal.run("QUIT");
    }
    const listener = new Listener(this.#terminal, (verb, came) => {
      this.#rows.push([verb, came]);
      this.#show(false);
    });
    await this.#terminal.run(lines.join("\n"));
    listener.end();
    this.#button.disabled = false;
    this.#show(true);
    this.#button.textContent = say("Run again");
  }

  /** What came, each beside what the page expects. */
  #pairs() {
    const rest = [...this.#rows];
    const all = [];
    const { exchanges } = this;
    // A banner that the page does not show is nobody's.
    if (exchanges[0]?.verb !== "" && rest[0]?.[0] === "") rest.shift();
    for (const exchange of exchanges) {
      const at = rest.findIndex(([verb]) => verb === exchange.verb);
      const came = at < 0 ? undefined : rest.splice(0, at + 1).at(-1)[1];
      all.push([exchange, came]);
    }
    return all;
  }

  #show(isOver) {
    const pairs = this.#pairs().filter(([exchange, came]) => came || (isOver && exchange.expected.length));
    this.#results.replaceChildren(...pairs.map(([exchange, came]) => row(exchange, came ?? [])));
    this.#hide.hidden = this.#results.hidden = !pairs.length;
    const expected = pairs.filter(([exchange]) => exchange.expected.length);
    const same = expected.filter(([exchange, came]) => came && isSame(exchange, came)).length;
    if (!isOver) {
      this.#status.textContent = say("Running …");
      delete this.#status.dataset.all;
      return;
    }
    const isAll = same === expected.length;
    this.#status.dataset.all = isAll ? "yes" : "no";
    this.#status.textContent = !isAll
      ? say("{} of {} replies are as the page says.", same, expected.length)
      : same === 1 ? say("The reply is as the page says.") : say("All {} replies are as the page says.", same);
    this.#code.dispatchEvent(new CustomEvent("smtp-code", { bubbles: true, detail: { same, expected: expected.length } }));
  }
}

/** One exchange: what was said, and what was expected beside what came. */
function row(exchange, came) {
  const item = document.createElement("li");
  const add = (label, className, ...content) => item.append(element("span", "", WORDS[label]()), element("code", className, ...content));
  if (exchange.said && exchange.said !== ".") add("said", "said", exchange.said);
  else add("said", "said", exchange.said ? say("(the message)") : say("(connected)"));
  if (!exchange.expected.length) {
    add("came", "came", came.join("\n"));
    return item;
  }
  const same = came.length > 0 && isSame(exchange, came);
  item.className = same ? "same" : "other";
  if (same) {
    add("came", "came", came.join("\n"));
    return item;
  }
  const rows = differences(exchange, came);
  const side = (at) => rows.flatMap((pair, i) => [i ? "\n" : "", ...marked(pair[at], pair[1 - at])]).filter(Boolean);
  add("expected", "expected", ...side(0));
  add("came", "came", ...(came.length ? side(1) : [say("nothing")]));
  return item;
}

/** `MAIL 250, RCPT 550`: commands and the codes of their replies; `connect` for the banner. */
const goals = (text) =>
  text.split(",").map((one) => {
    const [word, code = ""] = one.trim().split(/\s+/);
    return { verb: word === "connect" ? "" : word.toUpperCase(), expected: [code] };
  });

/** A part of the page that is done once all that it shows has come true, whoever typed it. */
class Step {
  #element;
  #left;
  #tick = element("span", "smtp-code-tick", `✓ ${say("done")}`);

  constructor(step, terminal, codes) {
    this.#element = step;
    const goal = step.dataset.smtpGoal;
    const shown = codes.flatMap((code) => code.exchanges).filter(({ expected }) => expected.length);
    this.#left = goal ? goals(goal) : shown;
    this.#tick.hidden = true;
    this.#tick.setAttribute("role", "status");
    (step.querySelector("h1, h2, h3, h4, h5, h6") ?? step).append(this.#tick);
    new Listener(terminal, (verb, came) => this.#heard(verb, came));
  }

  #heard(verb, came) {
    const at = this.#left.findIndex((exchange) => {
      // Whoever says EHLO has said hello.
      const isHello = /^[EH][HE]LO$/.test(verb) && /^[EH][HE]LO$/.test(exchange.verb);
      const isReply = isSame(isHello ? { verb: "HELO", expected: exchange.expected } : exchange, came);
      return (isHello || exchange.verb === verb) && isReply;
    });
    if (at < 0) return;
    this.#left.splice(at, 1);
    if (this.#left.length) return;
    this.#tick.hidden = false;
    this.#element.classList.add("done");
    this.#element.dispatchEvent(new CustomEvent("smtp-step", { bubbles: true }));
  }
}

/** The terminal that is meant: the one that is named, or the nearest. */
function terminalOf(code) {
  const name = code.dataset.smtp;
  if (name && name !== "all") return document.querySelector(name);
  for (let outer = code.parentElement; outer; outer = outer.parentElement) {
    const found = outer.querySelector("smtp-terminal");
    if (found) return found;
  }
  return null;
}

/** Every element of the page that is to be runnable, in order, with its terminal. */
function* marks() {
  const own = [...document.querySelectorAll("script[src]")].find(({ src }) => src === import.meta.url);
  const isAll = own?.dataset.smtp === "all";
  const chosen = [...document.querySelectorAll("smtp-terminal[code]")].map((terminal) => [terminal, terminal.getAttribute("code")]);
  for (const code of document.querySelectorAll("[data-smtp], pre, code, samp")) {
    if (code.matches("script, .smtp-code *") || code.closest("smtp-terminal, [data-smtp-lesson]")) continue;
    const chooser = chosen.find(([, selector]) => code.matches(selector));
    const isMarked = code.hasAttribute("data-smtp");
    if (!isMarked && !chooser && !(isAll && code.matches("pre"))) continue;
    const script = read(code.textContent);
    const isOne = isMarked || script.exchanges.some(({ said, expected }) => said && expected.length);
    const terminal = isMarked || !chooser ? terminalOf(code) : chooser[0];
    if (isOne && terminal && (script.exchanges.length || script.opens)) yield { code, terminal, script };
  }
}

/** Makes the page's transcripts runnable. */
function begin() {
  const all = [...marks()];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHEET);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const last = new Map();
  const codes = new Map();
  for (const { code, terminal, script } of all) {
    const made = new Code(code, terminal, script, last.get(terminal));
    last.set(terminal, made);
    codes.set(code, { made, terminal });
  }
  for (const step of document.querySelectorAll("[data-smtp-step]")) {
    if (step.closest("[data-smtp-lesson]")) continue;
    const own = [...codes].filter(([code]) => step.contains(code)).map(([, value]) => value);
    const terminal = own[0]?.terminal ?? (step.dataset.smtpGoal && terminalOf(step));
    if (terminal) new Step(step, terminal, own.map(({ made }) => made));
  }
}

const own = ["de", "es", "hi", "ja"].find((tag) => tag === document.documentElement.lang.toLowerCase().split("-")[0]);
if (own) {
  fetch(new URL(`./languages/${own}.json`, import.meta.url))
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then((words) => (spoken = words))
    // Without them it speaks English.
    .catch(() => {})
    .then(begin);
} else begin();
