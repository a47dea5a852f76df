// What a browser keeps of a terminal, under a name and never unasked: a document with a version, which is
// looked at before it is believed. It is part of the full build's glue, which alone can take it up. Two terminals with one name do not write over each other: what somebody
// else has written since is left alone until the learner says which of the two is to be kept.

const FORMAT = 1;

/** A place in the browser's storage. */
export class Keep {
  #key;
  /** What stands there as far as this terminal knows. */
  #known = null;
  /** It is not this terminal's to write. */
  isLeft = false;

  constructor(name) {
    this.#key = `smtp-terminal:${name}`;
  }

  /**
   * What was kept, if anything was: its `progress` and what stood beside it.
   * @throws {Error} what is wrong with it, or that the browser gives nothing
   */
  read() {
    this.#known = localStorage.getItem(this.#key);
    if (this.#known === null) return undefined;
    const { format = FORMAT, progress, ...far } = JSON.parse(this.#known) ?? {};
    // One of a release that is yet to come is not to be lost.
    this.isLeft = format > FORMAT;
    if (format !== FORMAT) throw new Error(`its form is ${format}, and only ${FORMAT} is known here`);
    if (typeof progress !== "string") throw new Error("it is incomplete");
    return { ...far, progress };
  }

  /**
   * Writes; what stands there already is not written again.
   * @returns {boolean} whether this is what is kept now: it is not where another has written
   * @throws {DOMException} the storage is full or denied
   */
  write(document) {
    const text = JSON.stringify({ format: FORMAT, ...document });
    if (text === this.#known) return true;
    const there = localStorage.getItem(this.#key);
    // What was erased may be written again.
    if (this.isLeft || (there !== null && there !== this.#known)) {
      this.isLeft = true;
      return false;
    }
    localStorage.setItem(this.#key, text);
    this.#known = text;
    return true;
  }

  /** From now on it is this terminal's. */
  take() {
    this.#known = localStorage.getItem(this.#key);
    this.isLeft = false;
  }

  /** Whether an event of the storage says that another has written here. */
  isTaken({ storageArea, key, newValue }) {
    return storageArea === localStorage && key === this.#key && newValue !== null && newValue !== this.#known;
  }
}
