// <smtp-terminal>: the element's class. It loads the simulator once for the page and holds one
// terminal for each element; all behaviour is in the module that it loads.

const here = import.meta.url;
const file = (name) => new URL(name, here).href;

/** Every element on the page that has a terminal. */
const elements = new Set();
/** The running module of each build, and what it was compiled from. */
const modules = {};
const compiled = {};
let starts = 0;

/** Whether an error says that the simulator has stopped: a panic is a trap there. */
const isOurs = (fault) =>
  (fault instanceof WebAssembly.RuntimeError || fault instanceof RangeError) &&
  // A module that was compiled from bytes has no name of its own.
  /smtp-terminal-(light|full)|wasm:\/\/wasm/.test(fault.stack);

/** Looks at an error on its way to the console: after one of the simulator's, nothing calls it. */
function noticed(fault) {
  if (!isOurs(fault)) return;
  for (const build in modules) delete modules[build];
  console.error("smtp-terminal stopped:", fault);
  // Whatever called into the simulator is still on its way out.
  queueMicrotask(() => elements.forEach((element) => element.crashed()));
}
addEventListener("error", (event) => noticed(event.error));
addEventListener("unhandledrejection", (event) => noticed(event.reason));

/** Compiles a file, also where a server does not know the type of wasm. */
async function compile(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response.headers.get("content-type")?.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

/** Loads the simulator, or starts a fresh one after a crash. One build serves the whole page. */
function load() {
  const build = modules.full || document.querySelector("smtp-terminal[full]") ? "full" : "light";
  modules[build] ??= (async () => {
    const again = starts++ ? `#${starts}` : "";
    compiled[build] ??= compile(file(`smtp-terminal-${build}_bg.wasm`));
    const [glue, wasm] = await Promise.all([
      import(file(`smtp-terminal-${build}.js`) + again),
      compiled[build],
    ]);
    await glue.default({ module_or_path: wasm });
    return glue;
  })();
  modules[build].catch(() => {
    // The next element, or the same one put back, may try again.
    delete modules[build];
    delete compiled[build];
  });
  return modules[build];
}

class SmtpTerminal extends HTMLElement {
  static observedAttributes = ["scenario", "src"];

  #terminal;
  #root;
  #waiting = [];
  #starting = false;

  connectedCallback() {
    this.#start();
  }

  disconnectedCallback() {
    // A node that is moved is connected again at once.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  attributeChangedCallback(name, before, after) {
    if (this.#terminal && before !== after) {
      this.#stop();
      this.#start();
    }
  }

  /** The text of the screen. */
  get transcript() {
    if (this.#terminal) return this.#terminal.transcript();
    return this.#root ? textOf(this.#root) : "";
  }

  /** Types lines as a person would; each waits for the answer to the one before. */
  run(text) {
    this.#call((terminal) => terminal.run(String(text)));
  }

  /** Starts over: an empty screen, a fresh world. */
  reset() {
    this.#call((terminal) => terminal.reset());
  }

  /** Puts the cursor into the line. */
  focus() {
    this.#call((terminal) => terminal.focus());
  }

  #call(action) {
    if (!this.#terminal) {
      this.#waiting.push(action);
      return;
    }
    try {
      action(this.#terminal);
    } catch (fault) {
      // The page may keep it to itself.
      noticed(fault);
      throw fault;
    }
  }

  async #start() {
    if (this.#terminal || this.#starting) return;
    this.#starting = true;
    let scenario;
    let glue;
    try {
      [scenario, glue] = await Promise.all([this.#scenario(), load()]);
    } catch (error) {
      // What the author put inside stays visible.
      console.error("smtp-terminal could not be loaded:", error);
      this.dispatchEvent(new ErrorEvent("error", { error, message: String(error) }));
      return;
    } finally {
      this.#starting = false;
    }
    if (!this.isConnected) return;
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = file("smtp-terminal.css");
    const root = document.createElement("div");
    root.className = "terminal";
    root.hidden = true;
    style.onload = style.onerror = () => (root.hidden = false);
    shadow.replaceChildren(style, root);
    this.#root = root;
    elements.add(this);
    try {
      this.#terminal = new glue.Terminal(this, root, scenario);
    } catch (fault) {
      noticed(fault);
      root.append(notice("alert", `This terminal cannot start. ${fault}`));
      return;
    }
    this.#waiting.splice(0).forEach((action) => action(this.#terminal));
  }

  #stop() {
    elements.delete(this);
    const terminal = this.#terminal;
    this.#terminal = undefined;
    terminal?.destroy();
    this.shadowRoot?.replaceChildren(document.createElement("slot"));
  }

  /** The scenario: an attribute, a file, or a script element of JSON inside the element. */
  async #scenario() {
    const text = this.getAttribute("scenario");
    if (text) return text;
    const src = this.getAttribute("src");
    if (src) {
      const response = await fetch(new URL(src, document.baseURI));
      if (!response.ok) throw new Error(`${src}: ${response.status} ${response.statusText}`);
      return response.text();
    }
    return this.querySelector('script[type="application/json"]')?.textContent ?? "";
  }

  /** The simulator has stopped: what is on the screen stays, and a button starts afresh. */
  crashed() {
    if (!this.#terminal || !this.#root) return;
    this.#terminal = undefined;
    const kept = document.createElement("div");
    kept.className = "terminal crashed";
    // The rows are copied, so nothing of the stopped module is called any more.
    kept.append(...[...this.#root.children].map((child) => child.cloneNode(true)));
    // What was half typed stays too.
    const half = document.createElement("span");
    half.className = "typed";
    half.textContent = this.#root.querySelector("input")?.value ?? "";
    kept.querySelectorAll("input").forEach((field) => field.replaceWith(half));
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = "Start again";
    again.onclick = () => this.#start();
    const message = notice("alert", "The simulator has stopped because of a mistake in it. What you typed is still here to copy. ");
    message.append(again);
    kept.append(message);
    this.#root.replaceWith(kept);
    this.#root = kept;
  }
}

function notice(role, text) {
  const element = document.createElement("p");
  element.className = "notice";
  element.setAttribute("role", role);
  element.append(text);
  return element;
}

/** The text of rows in the DOM, as the simulator would give it. */
function textOf(root) {
  const text = (node) =>
    [...node.children]
      .filter((child) => !child.matches(".mark"))
      .map((child) => child.textContent)
      .join("");
  const rows = [...root.querySelectorAll(".row")].map(text);
  const left = root.querySelector(".left");
  return [...rows, left ? text(left) : ""].join("\n");
}

if (!customElements.get("smtp-terminal")) {
  customElements.define("smtp-terminal", SmtpTerminal);
}
