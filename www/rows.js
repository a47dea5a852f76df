// Draws rows of text. What is finished is never touched again, and what is out of sight is not laid
// out: rows stand in blocks, blocks in parts, and the browser skips those that are far away.

import { visible } from "./visible.js";

/** What src/ui/rows.rs says of the terminal. */
export const RESTS = 1;
export const IS_IN_PROGRAM = 2;
export const IS_CONNECTED = 4;
/** The rest of the number counts what has been run. */
export const RUNS = 8;

const BLOCK = 100;
const PART = 50;
/** So many rows are read out after a line that was typed. */
const HEARD = 100;
const VOICES = { t: "typed", s: "server", w: "workstation", p: "prompt" };

export function element(name, className = "", ...inside) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

function spans(text) {
  return text ? text.split("\0").map((span) => element("span", VOICES[span[0]], ...visible(span.slice(1)))) : [];
}

function row(text, refused) {
  // The blank stands between the two for those who listen.
  return text[0] === "!"
    ? element("div", "row refusal", ...spans(text.slice(1)), element("span", "mark", ` ${refused}`))
    : element("div", "row", ...spans(text));
}

/** What is read out of a row: not what the learner has typed, who has heard that already. */
const toHear = (row) =>
  [...row.children]
    .filter((span) => !span.matches(".typed, .prompt"))
    .map((span) => span.textContent)
    .join("");

const isFull = (node) =>
  node.className === "part"
    ? node.childElementCount >= PART && isFull(node.lastElementChild)
    : node.childElementCount >= BLOCK;

/** The last child of a kind, or a new one where that is full. */
function open(parent, kind) {
  const last = parent.lastElementChild;
  if (last && !isFull(last)) return last;
  const fresh = element("div", kind);
  parent.append(fresh);
  return fresh;
}

/** Takes the oldest rows away, whole blocks where it can; `first` stands where the next one was. */
function drop(all, count, first) {
  for (let part; (part = all.firstChild); ) {
    const block = part.firstChild;
    if (block.childElementCount > count) {
      while (count--) block.firstChild.remove();
      block.firstChild.replaceWith(first);
      return;
    }
    count -= block.childElementCount;
    block.remove();
    if (!part.firstChild) part.remove();
  }
}

/** What a `Terminal` draws on. */
export class Paper {
  #root;
  #heard;
  #drawn;
  #refused;

  /** `heard` is the region that is read out; `drawn` is called after each time, with the state; `refused` stands
   *  behind a refusal. */
  constructor(root, heard, drawn, refused) {
    this.#root = root;
    this.#heard = heard;
    this.#drawn = drawn;
    this.#refused = refused;
  }

  draw(rows, left, gone, state) {
    const all = this.#root.querySelector(".rows");
    const fresh = rows.split("\n").slice(0, -1).map((text) => row(text, this.#refused));
    // The rows are there to be read at leisure: what is drawn anew would be heard again.
    if (!all.ariaLive) all.ariaLive = "off";
    if (gone > 0) drop(all, gone, fresh.shift());
    if (gone < 0 && all.firstChild) all.replaceChildren();
    else this.#tell(fresh);
    while (fresh.length) {
      const last = open(open(all, "part"), "block");
      last.append(...fresh.splice(0, BLOCK - last.childElementCount));
      // Where a style sheet says so by `:last-child`, browsers look through all rows at each new one.
      for (const node of [last, last.parentNode]) if (isFull(node)) node.dataset.full = "";
    }
    const prompt = this.#root.querySelector(".left");
    const now = spans(left[0] === "!" ? left.slice(1) : left);
    if (prompt.textContent !== now.map((span) => span.textContent).join("")) prompt.replaceChildren(...now);
    // A program that asks is heard; the shell's own prompt would be too much.
    prompt.ariaLive = state & IS_IN_PROGRAM ? "polite" : "off";
    this.#drawn(state);
  }

  /** A line that is typed begins something new; of what comes, each row is heard once. */
  #tell(rows) {
    const typed = rows.findLastIndex((row) => row.querySelector(".typed"));
    if (typed >= 0) this.#heard.replaceChildren();
    for (const row of rows.slice(Math.max(typed, 0))) {
      if (this.#heard.childElementCount >= HEARD) break;
      const said = toHear(row);
      if (said.trim()) this.say(said, "en");
    }
  }

  say(text, lang = "") {
    const said = element("p", "", text);
    if (lang) said.lang = lang;
    this.#heard.append(said);
  }
}

/** The text of rows in the DOM, as the simulator would give it. */
export function textOf(root) {
  const text = (node) =>
    [...node.children]
      .filter((child) => !child.matches(".mark"))
      .map((child) => child.textContent)
      .join("");
  const left = root.querySelector(".left");
  return [...[...root.querySelectorAll(".row")].map(text), left ? text(left) : ""].join("\n");
}
