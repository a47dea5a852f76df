// What a browser keeps of a terminal, under a name and never unasked: a document with a version, which is
// looked at before it is believed. It is part of the full build's glue, which alone can take it up. Two
// terminals with one name do not write over each other: what somebody else has written since is left alone
// until the learner says which of the two is to be kept.

const FORMAT = 1;
/** So many milliseconds after something was done it is written, and one more for so many characters. */
const SOON = 300;
const CHARACTERS = 500;

/** What keeps one terminal, from its start to its end. */
export class Keep {
  #key;
  /** What stands in the browser's storage as far as this terminal knows. */
  #known = null;
  /** It is not this terminal's to write. */
  #isLeft = false;
  /** More was done than there is room for. */
  #isCut = false;
  /** How far a lesson is, as `smtp-lesson` has said. */
  #far = {};
  #timer;
  #over = new AbortController();
  #element;
  #notice;
  #fate;
  #say;
  #terminal;

  /**
   * @param {HTMLElement} element the terminal's
   * @param {HTMLElement} notice where the learner is told what is not kept
   * @param {{isFatal?: boolean}} fate what the next start of the same element is to know of this one
   * @param {(english: string, gap?: string) => string} say a text of the interface in the page's language
   * @param {() => object | undefined} terminal the simulator's, once it has drawn and while it is there
   */
  constructor(element, notice, fate, say, terminal) {
    this.#element = element;
    this.#notice = notice;
    this.#fate = fate;
    this.#say = say;
    this.#terminal = terminal;
    const { lesson, persist } = element;
    const name = lesson && (/^\s*\{/.test(lesson) ? JSON.parse(lesson).id : lesson);
    this.#key = `smtp-terminal:${persist || name || "terminal"}`;
    const { signal } = this.#over;
    element.addEventListener(
      "smtp-lesson",
      ({ detail: { lesson, step: at, steps } }) => {
        this.#far = { lesson, at, steps };
        this.soon();
      },
      { signal },
    );
    addEventListener("storage", (event) => this.#heard(event), { signal });
    // Also when the page is left before its time has come.
    addEventListener("pagehide", () => this.now(), { signal });
  }

  /** Takes up what was kept: `resume` plays it again. */
  begin(resume) {
    try {
      const read = this.#read();
      if (read && this.#fate.isFatal) throw new Error("the simulator stops at it");
      // What is played again may be what stops the simulator.
      this.#fate.isFatal = true;
      if (read) {
        const { progress, cut, ...far } = read;
        // Until the lesson has said it itself.
        this.#far = far;
        resume(progress);
        if (cut) this.#notice.textContent = this.#say("What was done last is missing here: it was more than is kept.");
      }
    } catch (fault) {
      const why = fault.message ?? fault;
      const said = this.#element.lesson
        ? this.#say("What was kept of this lesson cannot be used, so it begins anew. ({})", why)
        : this.#say("What was kept of this terminal cannot be used, so it begins anew. ({})", why);
      this.#notice.replaceChildren(...this.#element.constructor.visible(said));
      // Thrown by a module that has stopped, which is seen in a moment. The glue's own WebAssembly is another.
      if (fault instanceof globalThis.WebAssembly.RuntimeError) return;
    }
    this.#fate.isFatal = false;
  }

  /** Something was done. */
  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), SOON + (this.#known?.length ?? 0) / CHARACTERS);
  }

  /** Keeps what there is. */
  now() {
    clearTimeout(this.#timer);
    const terminal = this.#terminal();
    const progress = terminal?.progress();
    if (!progress) return;
    try {
      const cut = terminal.is_cut();
      if (!this.#write({ ...this.#far, cut: cut || undefined, progress })) this.#shared();
      else if (cut) this.#notice.textContent = this.#say("This is more than is kept: what is done from here on is lost when the page is closed.");
      else if (this.#isCut) this.#notice.textContent = "";
      this.#isCut = cut;
    } catch (fault) {
      this.#notice.textContent = this.#say("This browser does not keep how far you have come. ({})", fault.name);
    }
  }

  /** Nothing is kept any more. */
  end() {
    clearTimeout(this.#timer);
    this.#over.abort();
  }

  /** Two of one name: only the learner knows which is to be kept. */
  #shared() {
    const take = document.createElement("button");
    take.textContent = this.#say("Keep this one instead");
    take.onclick = () => {
      this.#known = localStorage.getItem(this.#key);
      this.#isLeft = false;
      this.#notice.replaceChildren();
      this.now();
    };
    const why = this.#say("What is done here is not kept: the same is open elsewhere, and that is kept.");
    this.#notice.replaceChildren(`${why} `, take);
  }

  /** An event of the storage says that another has written here. */
  #heard({ storageArea, key, newValue }) {
    if (storageArea !== localStorage || key !== this.#key || newValue === null || newValue === this.#known) return;
    this.#isLeft = true;
    this.#shared();
  }

  /**
   * What was kept, if anything was: its `progress` and what stood beside it.
   * @throws {Error} what is wrong with it, or that the browser gives nothing
   */
  #read() {
    this.#known = localStorage.getItem(this.#key);
    if (this.#known === null) return undefined;
    const { format = FORMAT, progress, ...far } = JSON.parse(this.#known) ?? {};
    // One of a release that is yet to come is not to be lost.
    this.#isLeft = format > FORMAT;
    if (format !== FORMAT) throw new Error(`its form is ${format}, and only ${FORMAT} is known here`);
    if (typeof progress !== "string") throw new Error("it is incomplete");
    return { ...far, progress };
  }

  /**
   * Writes; what stands there already is not written again.
   * @returns {boolean} whether this is what is kept now: it is not where another has written
   * @throws {DOMException} the storage is full or denied
   */
  #write(document) {
    const text = JSON.stringify({ format: FORMAT, ...document });
    if (text === this.#known) return true;
    const there = localStorage.getItem(this.#key);
    // What was erased may be written again.
    if (this.#isLeft || (there !== null && there !== this.#known)) {
      this.#isLeft = true;
      return false;
    }
    localStorage.setItem(this.#key, text);
    this.#known = text;
    return true;
  }
}
