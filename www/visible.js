// Text of which a part cannot be seen, or would move what stands around it: control characters, marks of
// direction (U+202E turns around what follows), letters without width. Each stands in a box of its own
// that bears its name, in which it can do nothing; the text is the same for who copies it.
// `src/ui/node.rs` does the same for what Yew draws.

/** A joiner before a letter that is not Latin belongs to how that one is written. */
const ODD =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]|[\u200c\u200d](?![^\0-\u024f])/u;
const ALL = new RegExp(`(${ODD.source})`, "u");

function box(character) {
  const made = document.createElement("span");
  const code = character.codePointAt(0);
  made.className = "odd";
  made.dataset.code =
    code < 32 || code === 127
      ? `^${String.fromCharCode(code ^ 64)}`
      : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  made.textContent = character;
  return made;
}

/**
 * @param {string} text
 * @returns {(string | HTMLElement)[]} what is to be appended in its place
 */
export function visible(text) {
  if (!ODD.test(text)) return [text];
  return text.split(ALL).map((piece, at) => (at % 2 ? box(piece) : piece));
}
