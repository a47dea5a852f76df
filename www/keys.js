// What of the keyboard is the terminal's and what is the page's. Seen from outside, a key in the
// terminal looks as if it were pressed outside of any field, so a page takes letters for its
// shortcuts; what the terminal uses therefore stays inside. Tab, Escape, function keys and the
// browser's own shortcuts go on.

const FIELD = "input, textarea";
const MOVES = /^(Arrow|Page|Home|End|Enter| $)/;

/** Whether a text field, or whatever else has the focus, makes something of a key. */
function isTaken(event) {
  const { key } = event;
  const isField = event.target.matches(FIELD);
  const isShortcut = (event.ctrlKey || event.metaKey) && !event.altKey;
  if (event.defaultPrevented || event.isComposing) return true;
  if (!isField) return !isShortcut && MOVES.test(key);
  if (isShortcut) return /^([acvxyz]|Backspace|Delete)$/i.test(key) || MOVES.test(key);
  return key.length === 1 || MOVES.test(key) || /^(Backspace|Delete|Insert|Dead|Process|Unidentified)$/.test(key);
}

/** Keeps inside what is the terminal's. `line` finds the field of the line; `isReadOnly` says whether it is to be written in. */
export function keepKeys(shadow, line, isReadOnly) {
  const down = new Set();
  const on = (type, listener, capture) => shadow.addEventListener(type, listener, capture);
  on("keydown", (event) => {
    if (isTaken(event)) {
      down.add(event.code);
      event.stopPropagation();
    }
  });
  on("keypress", (event) => isTaken(event) && event.stopPropagation());
  on("keyup", (event) => down.delete(event.code) && event.stopPropagation());
  for (const type of ["beforeinput", "input", "paste"]) on(type, (event) => event.stopPropagation());
  // Before the terminal sees it: who has selected something with the mouse types into the line.
  on(
    "keydown",
    (event) => {
      const { key } = event;
      const isShortcut = event.ctrlKey || event.metaKey;
      if (!event.target.matches(".scroll")) return;
      if (isShortcut ? /^v$/i.test(key) : key.length === 1 || /^(Enter|Backspace)$/.test(key)) line()?.focus();
    },
    true,
  );
  // A terminal that is only to be read still lets its text be copied, and the keyboard out.
  for (const type of ["keydown", "paste", "submit"]) {
    on(
      type,
      (event) => {
        if (!isReadOnly() || !event.target.closest(".entry") || /^(Tab|Escape|F\d+)$/.test(event.key)) return;
        event.stopPropagation();
        if (!event.ctrlKey && !event.metaKey) event.preventDefault();
      },
      true,
    );
  }
}

const KEYS = [
  ["Ctrl C", "c"],
  ["Ctrl ]", "]"],
  ["Ctrl D", "d"],
  ["Esc", "Escape"],
  ["Tab", "Tab"],
  ["←", "ArrowLeft"],
  ["→", "ArrowRight"],
  ["↑", "ArrowUp"],
  ["↓", "ArrowDown"],
];

/** The keys that a phone does not have, for a row of buttons. */
export function keyButtons(line) {
  return KEYS.map(([name, key]) => {
    const button = document.createElement("button");
    button.className = `key-${key}`;
    button.textContent = name;
    // The phone's keyboard stays where it is.
    button.onpointerdown = (event) => event.preventDefault();
    button.onclick = () => {
      const field = line();
      field?.dispatchEvent(
        new KeyboardEvent("keydown", { key, ctrlKey: key.length === 1, bubbles: true, cancelable: true }),
      );
      // A key that nobody has pressed moves no cursor.
      const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
      if (!field || !step) return;
      const at = Math.max(0, field.selectionStart + step);
      field.selectionStart = field.selectionEnd = at;
    };
    return button;
  });
}
