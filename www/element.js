// <smtp-terminal>: the element's class. It loads the simulator once for the page and holds one
// terminal for each element; all behaviour is in the module that it loads.

import sheet from "./smtp-terminal.css";
import { address, extras, read } from "./extras.js";
import { keepKeys, keyButtons } from "./keys.js";
import { load } from "./load.js";
import { IS_CONNECTED, Paper, RESTS, RUNS, element, textOf } from "./rows.js";
import { visible } from "./visible.js";

/** Attributes that say what world there is: a change of one starts over. */
const WORLD = ["scenario", "src", "full", "lesson", "explain", "lang", "prompt", "persist"];
/** Attributes that only the full build knows; where it is loaded, it serves all. */
const FULL = ":is([full], [lesson], [explain], [persist])";
const JSON_SCRIPT = 'script[type="application/json"]';
/** So long is a line that is typed: longer ones stop the browser while it lays them out. */
const LONGEST = 1e5;
/** What typing aids put in the place of what was typed. */
const TYPOGRAPHIC = /[\u00a0\u2018-\u201f\u2032\u2033\u202f]/;

let count = 0;

/** Those that are far out of sight wait for the reader to come near, in any scroller. */
const near = new IntersectionObserver(
  (all) => all.forEach(({ isIntersecting, target }) => isIntersecting && target[wake]()),
  { rootMargin: "50%", scrollMargin: "50%" },
);
const wake = Symbol();
/** Whether it is near already, which an observer would say only after the first frame. */
const isNear = ({ top, bottom, width }) => width && bottom > -innerHeight && top < 2 * innerHeight;

/** A sheet belongs to the document in which it was made. */
function adopt(shadow, ...texts) {
  const { CSSStyleSheet } = shadow.ownerDocument.defaultView ?? globalThis;
  shadow.adoptedStyleSheets = texts.filter(Boolean).map((text) => {
    const made = new CSSStyleSheet();
    made.replaceSync(text);
    return made;
  });
}

/**
 * A terminal with a mail server behind it.
 *
 * @fires smtp-ready, smtp-command, smtp-reply, smtp-queued; error, where it cannot be loaded or the
 *   scenario has a mistake
 */
class SmtpTerminal extends HTMLElement {
  static observedAttributes = [...WORLD, "rows", "readonly", "aria-label"];

  #internals = this.attachInternals();
  #shadow = this.attachShadow({ mode: "open" });
  #number = ++count;
  /** What the interface says in the place of English texts. */
  #words;
  #css;
  #module;
  #terminal;
  #attempt;
  #isAwake = false;
  #isDue = false;
  /** Whether anything was drawn since the start. */
  #isShown = false;
  #state = 0;
  /** What keeps this terminal in the browser, if anything does, and what the next start is to know of this one. */
  #keep;
  #fate = {};
  #waiting = [];
  /** How many texts were handed to the terminal, and who waits for which. */
  #asked = 0;
  #runs = [];
  #ready;
  /** The parts of the shadow root: what the author put inside, the frame, in it the terminal. */
  #inside = element("div", "inside", element("slot"));
  #content = element("div", "content");
  #hint = element("p", "notice hint");
  #heard = element("div", "heard");
  #keys = element("div", "keys", ...keyButtons(() => this.#line));
  /** What is to be said of what the browser keeps. */
  #kept = element("p", "notice saved");
  #frame = element("div", "terminal", slot("title"), this.#content, this.#heard, this.#kept, this.#hint, slot("toolbar"));

  constructor() {
    super();
    this.#frame.role = "group";
    this.#frame.part = "terminal";
    this.#frame.translate = false;
    this.#hint.role = "status";
    this.#kept.role = "status";
    this.#heard.ariaLive = "polite";
    this.#keys.part = "keys";
    this.#keys.role = "toolbar";
    this.#hint.before(this.#keys);
    this.#shadow.append(this.#inside, this.#frame);
    adopt(this.#shadow, sheet);
    this.#pending();
    this.#name();
    keepKeys(this.#shadow, () => this.#line, () => this.readOnly);
    this.#shadow.addEventListener("paste", (event) => this.#paste(event), true);
    this.#shadow.addEventListener("input", (event) => this.#look(event.target.value));
    // What a page set before the element was known hides its setters.
    for (const name of Object.keys(this)) {
      if (!(name in SmtpTerminal.prototype)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }

  connectedCallback() {
    if (this.#terminal) return;
    if (this.#isAwake || this.autorun !== null || isNear(this.getBoundingClientRect())) this[wake]();
    else near.observe(this);
  }

  disconnectedCallback() {
    // A node that is moved is connected again at once.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  /** Starts one that has waited: it comes near, or somebody wants something of it. */
  [wake]() {
    near.unobserve(this);
    this.#isAwake = true;
    this.#start();
  }

  adoptedCallback() {
    adopt(this.#shadow, sheet, this.#css);
  }

  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name === "persist" && after === null) this.#keep = this.#keep?.end();
    else if (WORLD.includes(name)) this.#isAwake && this.#start();
    else if (name === "rows") this.#frame.style.setProperty("--rows", after > 0 && after < 1e3 ? +after : null);
    else if (name === "readonly") this.#line && (this.#line.readOnly = this.readOnly);
    else this.#name();
  }

  /** The text of the screen. */
  get transcript() {
    return this.#terminal ? this.#terminal.transcript() : textOf(this.#content);
  }

  /** Resolved when the first prompt is shown; rejected where the terminal cannot be. To ask is to start it. */
  get ready() {
    this.#isAwake || this[wake]();
    return this.#ready.promise;
  }

  /**
   * Types lines as a person would; each waits for the answer to the one before. What is half typed
   * stays in the line.
   * @param {string} text
   * @returns {Promise<void>} resolved when all has been answered; rejected with a TypeError for what is no text
   */
  run(text) {
    const run = withResolvers();
    if (typeof text !== "string") run.reject(new TypeError("run() takes a text"));
    else
      this.#call((terminal) => {
        this.#look(text);
        this.#runs.push([++this.#asked, run]);
        terminal.run(text);
      });
    return run.promise;
  }

  /** Starts over: an empty screen, a fresh world. */
  reset() {
    this.#look("");
    this.#call((terminal) => terminal.reset());
  }

  /**
   * Puts the cursor into the line.
   * @param {FocusOptions} [options]
   */
  focus(options) {
    if (this.#line) this.#line.focus(options);
    else this.#call(() => this.#line.focus(options));
  }

  /** Shows what a reader would see if the simulator had a mistake that stopped it. */
  crash() {
    this.#call((terminal) => terminal.crash());
  }

  get #line() {
    return this.#terminal && this.#content.querySelector(".entry input");
  }

  #call(action) {
    if (this.#terminal && this.#isShown && !this.#isDue) action(this.#terminal);
    else {
      this.#waiting.push(action);
      this.#isAwake || this[wake]();
    }
  }

  #pending() {
    if (!this.#ready || this.#ready.isOver) this.#ready = withResolvers();
    this.#states("loading");
  }

  /** Those that CSS sees as `:state(…)`. */
  #states(...names) {
    const { states } = this.#internals;
    states?.clear();
    try {
      names.forEach((name) => states?.add(name));
    } catch {
      // Browsers before 2024 wanted two dashes in front of each.
    }
  }

  /** An English text in the language of the page, what belongs into its gap filled in. */
  #say(english, gap) {
    return (this.#words?.[english] ?? english).replace("{}", gap);
  }

  /** The name that a screen reader says, the host's own if it has one. */
  #name() {
    const own = this.#number > 1 ? this.#say("Terminal {}", this.#number) : this.#say("Terminal");
    const name = this.getAttribute("aria-label") || own;
    this.#frame.ariaLabel = name;
    this.#keys.ariaLabel = this.#say("Keys");
    const log = this.#content.querySelector(".rows");
    if (log) log.ariaLabel = this.#say("{} output", name);
    const isNamed = this.#number > 1 || name !== own;
    // Where Tab completes, the way out is told.
    const isFull = this.#module?.css && this.#say("Tab completes; on an empty line it leads on.");
    if (this.#line) this.#line.ariaDescription = [isNamed && name, isFull].filter(Boolean).join(". ") || null;
  }

  /** Starts, or starts over with what the attributes say now. */
  #start() {
    if (this.#isDue || !this.isConnected) return;
    this.#isDue = true;
    this.#pending();
    // Several attributes that change together are one change.
    queueMicrotask(() => {
      this.#isDue = false;
      if (this.isConnected) this.#load();
    });
  }

  async #load() {
    this.#stop();
    const { signal } = (this.#attempt = new AbortController());
    const isFull = this.matches(FULL) || !!document.querySelector(`smtp-terminal${FULL}`);
    const build = load(isFull);
    let module;
    try {
      const more = isFull && (await extras(this, signal));
      const scenario = more.scenario || (await this.#scenario(signal));
      module = await build;
      if (signal.aborted) return;
      this.#show(module, scenario, more);
    } catch (error) {
      // What is wrong in a file is said with its name.
      if (this.src && /^scenario/.test(error)) error = this.src + ": " + error;
      // Where the module is there, it is a file that the page names which is not.
      if (!(error instanceof TypeError)) module ??= await build.catch(() => {});
      if (!signal.aborted) this.#failed(error, module);
    }
  }

  #show(module, scenario, more) {
    this.#css = module.css;
    adopt(this.#shadow, sheet, module.css);
    this.#frame.classList.toggle("full", !!module.css);
    // What is around the dialogue is in the page's language where there are words for it.
    this.#words = more.words;
    this.#frame.lang = more.words ? more.language : "en";
    const root = element("div", "content");
    this.#content.replaceWith(root);
    this.#content = root;
    this.#isShown = false;
    this.#asked = 0;
    this.#module = module;
    module.stopped = this.#crashed;
    const paper = new Paper(root, this.#heard, (state) => this.#drawn(root, state), this.#say("refused"));
    this.#kept.replaceChildren();
    if (this.persist !== null) {
      const there = () => (this.#isShown ? this.#terminal : null);
      this.#keep = new module.Keep(this, this.#kept, this.#fate, this.#say.bind(this), there);
    }
    this.#terminal = new module.Terminal(this, root, scenario, paper, more);
    this.#keep?.begin((progress) => this.#terminal.resume(progress));
    if (more.explain) this.#terminal.explain(...more.explain);
  }

  /** Called whenever the terminal has drawn. */
  #drawn(root, state) {
    if (root !== this.#content) return;
    this.#state = state;
    if (!this.#isShown) this.#begin();
    // A log that is drawn anew has no name yet.
    if (!root.querySelector(".rows").ariaLabel) this.#name();
    const isConnected = state & IS_CONNECTED;
    this.#states("ready", ...(isConnected ? ["connected"] : []));
    if (state & RESTS) {
      this.#keep?.soon();
      const done = Math.floor(state / RUNS);
      const [over, still] = [this.#runs.filter(([n]) => n <= done), this.#runs.filter(([n]) => n > done)];
      this.#runs = still;
      for (const [, run] of over) run.resolve();
    }
  }

  /**
   * What a learner hands in: a document with what was reached and the inputs that replay it.
   * @param {string} [learner] a name that the document bears
   * @returns {string | undefined} nothing where no lesson is done
   */
  submission(learner = "") {
    return this.#terminal?.submission?.(learner);
  }

  #begin() {
    this.#isShown = true;
    this.#inside.hidden = true;
    this.#frame.classList.add("shown");
    this.#line.readOnly = this.readOnly;
    this.#ready.resolve();
    // What the page asked for goes in once this drawing is done.
    queueMicrotask(() => {
      if (!this.#terminal) return;
      if (this.autorun) this.run(this.autorun);
      this.#waiting.splice(0).forEach((action) => action(this.#terminal));
      if (this.autofocus && document.activeElement === document.body) this.focus({ preventScroll: true });
    });
  }

  /** A module that cannot be loaded leaves what the author put inside; a mistake in a scenario is named, and so is a file that is missing. */
  #failed(error, module) {
    console.error("smtp-terminal:", error);
    this.#stop();
    if (module || ![...this.childNodes].some(isSeen)) {
      const again = element("button", "", this.#say("Try again"));
      again.onclick = () => this.#start();
      this.#inside.hidden = true;
      this.#frame.classList.add("shown");
      const said = module
        ? visible(this.#say("This terminal cannot start. {}", error?.message ?? error))
        : [`${this.#say("This terminal could not be loaded.")} `, again];
      this.#content.replaceChildren(notice(...said));
    }
    this.#states("failed");
    this.#ready.reject(error);
    this.dispatchEvent(new ErrorEvent("error", { error, message: String(error) }));
  }

  #stop() {
    this.#keep?.now();
    this.#keep = this.#keep?.end();
    this.#attempt?.abort();
    if (this.#module) this.#module.stopped = () => {};
    this.#module = undefined;
    const terminal = this.#terminal;
    this.#terminal = undefined;
    terminal?.destroy();
    // A fresh one: what is still on its way to the old one is drawn nowhere.
    const fresh = element("div", "content");
    this.#content.replaceWith(fresh);
    this.#content = fresh;
    this.#inside.hidden = false;
    this.#frame.classList.remove("shown");
    this.#runs.splice(0).forEach(([, run]) => run.resolve());
    this.#heard.replaceChildren();
  }

  /** The scenario: an attribute, a file, or a script element of JSON inside the element. */
  async #scenario(signal) {
    let text = this.getAttribute("scenario");
    if (!text && this.src) {
      text = await read(address(this.src), signal);
    }
    if (!text) {
      // A page that is still being parsed has not come to it yet.
      if (document.readyState === "loading") {
        await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
      }
      text = this.#script()?.textContent ?? "";
    }
    // A byte-order mark is a blank too.
    text = text.trim();
    if (this.prompt === null) return text;
    const scenario = JSON.parse(text || "{}");
    return JSON.stringify({ ...scenario, workstation: { ...scenario.workstation, prompt: this.prompt } });
  }

  /** Markdown may close the element before its script, and put a paragraph around it. */
  #script() {
    const found = this.querySelector(JSON_SCRIPT);
    if (found) return found;
    const { parentElement: parent } = this;
    const next = (parent?.matches("p") && !parent.children[1] ? parent : this).nextElementSibling;
    return next?.matches(JSON_SCRIPT) ? next : null;
  }

  /** All but the last of pasted lines are typed; a last one without an end stays to be edited. */
  #paste(event) {
    const line = this.#line;
    if (event.target !== line || this.readOnly) return;
    const text = event.clipboardData.getData("text/plain");
    const { value, selectionStart, selectionEnd } = line;
    const lines = (value.slice(0, selectionStart) + text + value.slice(selectionEnd)).split(/\r\n|\r|\n/);
    const isLong = lines.some((line) => line[LONGEST]);
    this.#look(text, isLong);
    if (!isLong && lines.length < 2) return;
    event.preventDefault();
    if (isLong) return;
    line.value = lines.pop();
    this.run(lines.join("\n"));
  }

  /** Says so where text has what looks like quotes and blanks and is none to a server, or is too long. */
  #look(text, isLong) {
    const said = isLong
      ? "Nothing was pasted: a line has 100,000 letters at most."
      : TYPOGRAPHIC.test(text)
        ? "There are typographic quotes or no-break spaces in this text: a server takes them for letters."
        : "";
    if (this.#hint.textContent !== this.#say(said)) this.#hint.textContent = this.#say(said);
  }

  /** The simulator has stopped: what is on the screen stays, and a button starts afresh. */
  #crashed = () => {
    const had = this.#shadow.activeElement;
    this.#terminal = undefined;
    const kept = element("div", "content crashed");
    // The rows are copied, so nothing of the stopped module is called any more.
    kept.append(...[...this.#content.children].map((child) => child.cloneNode(true)));
    // What was half typed stays too.
    const half = element("span", "typed", this.#content.querySelector("input")?.value ?? "");
    kept.querySelectorAll("input").forEach((field) => field.replaceWith(half));
    const again = element("button", "", this.#say("Start again"));
    again.onclick = () => {
      this.#start();
      this.focus();
    };
    kept.append(
      notice(
        this.#say("The simulator has stopped because of a mistake in it. What you typed is still here to copy."),
        " ",
        again,
      ),
    );
    this.#content.replaceWith(kept);
    this.#content = kept;
    this.#states("crashed");
    this.#runs.splice(0).forEach(([, run]) => run.reject(new Error("the simulator has stopped")));
    if (had) again.focus();
  };
}

/** A promise with its functions, and whether it is over; nobody has to catch it. */
function withResolvers() {
  const made = { isOver: false };
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  const over = () => (made.isOver = true);
  made.promise.then(over, over);
  return made;
}

/** Whether an author's node is seen while there is no terminal. */
const isSeen = (node) =>
  node.nodeType === Node.TEXT_NODE ? !!node.data.trim() : node instanceof Element && !node.matches("script, [slot]");

function slot(name) {
  const made = element("slot");
  made.name = name;
  return made;
}

function notice(...inside) {
  const made = element("p", "notice", ...inside);
  made.role = "alert";
  return made;
}

/** For scripts beside this one: a text with what cannot be seen in it named. */
SmtpTerminal.visible = visible;

const put = (element, name, value) =>
  value == null ? element.removeAttribute(name) : element.setAttribute(name, value);
/** Attributes as properties: text, and whether it is there. */
const reflect = (names, set = put, get = (element, name) => element.getAttribute(name)) => {
  for (const property of names) {
    const attribute = property.toLowerCase();
    Object.defineProperty(SmtpTerminal.prototype, property, {
      configurable: true,
      enumerable: true,
      get() {
        return get(this, attribute);
      },
      set(value) {
        set(this, attribute, value);
      },
    });
  }
};
reflect(["src", "explain", "persist", "theme", "prompt", "autorun"]);
reflect(
  ["full", "picture", "readOnly"],
  (element, name, value) => element.toggleAttribute(name, !!value),
  (element, name) => element.hasAttribute(name),
);
reflect(["rows"], put, (element, name) => +element.getAttribute(name) || 0);
reflect(
  ["scenario", "lesson"],
  // A number would be a name: it is a mistake, and said to be one.
  (element, name, value) =>
    put(element, name, value == null || typeof value === "string" ? value : JSON.stringify(Object(value) === value ? value : [value])),
);

if (!customElements.get("smtp-terminal")) {
  customElements.define("smtp-terminal", SmtpTerminal);
}
