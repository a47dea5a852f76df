// The page around the terminal: a command in the text is typed when it is pressed, a step is ticked off
// once it has been done, and the next one is said above the terminal.
import { copies } from "./copy.js";

const terminal = document.getElementById("terminal");
const todo = document.getElementById("todo");
const peer = document.getElementById("peer");
const steps = [...document.querySelectorAll(".steps > li")].map((item) => ({
  item,
  commands: [...item.querySelectorAll(".command")],
  // Such a step is done when the server has said yes to its verb; any other when its commands were run.
  hasVerb: !!item.querySelector("[data-verb]"),
}));
let verb = "220";
/** Whether what is typed is part of a message. */
let isMessage = false;

const has = (button, name) => button.classList.contains(name);

/** The command that comes next, and the step that it belongs to. */
function next() {
  const at = steps.find(({ item }) => !has(item, "done"));
  if (!at) return {};
  const content = isMessage && [...document.querySelectorAll("[data-content]")].find((button) => !has(button, "typed"));
  if (content) return { item: content.closest("li"), command: content };
  return { item: at.item, command: at.commands.find((button) => !has(button, "typed")) ?? at.commands[0] };
}

/** What is said where there is room. */
function long(text) {
  const span = document.createElement("span");
  span.className = "long";
  span.textContent = text;
  return span;
}

function show() {
  const { item, command } = next();
  const isOver = !item || item.matches("[data-over]");
  for (const step of steps) {
    step.item.classList.toggle("next", !isOver && step.item === item);
    for (const button of step.commands) button.classList.toggle("now", !isOver && button === command);
  }
  if (!todo) return;
  const line = document.createElement("code");
  line.textContent = command?.textContent ?? "";
  if (isOver) todo.replaceChildren("Done. Go on in the text, or try what you like.");
  else if (line.textContent) todo.replaceChildren("Next: ", long("type "), line, long(" and press Enter, or press it in the text."));
  else todo.replaceChildren("Next: press Enter alone, for an empty line.");
}

/** Ticks the steps whose commands can all be seen after a prompt. */
function look() {
  const typed = new Set(terminal.transcript?.split("\n").map((row) => row.match(/[$&] (.*)$/)?.[1]));
  for (const { item, commands, hasVerb } of steps) {
    if (hasVerb) continue;
    for (const button of commands) if (typed.has(button.textContent)) button.classList.add("typed");
    item.classList.toggle("done", commands.every((button) => has(button, "typed")));
  }
  show();
}

for (const button of document.querySelectorAll(".command")) {
  button.title = "Type this in the terminal";
  button.addEventListener("click", () => terminal.run?.(button.textContent).then(look, () => {}));
}
// What is typed in a shell is no event, so the screen is looked at after it has changed.
if (steps.some(({ hasVerb }) => !hasVerb)) {
  let isDue = false;
  const later = () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      look();
    }, 200);
  };
  customElements.whenDefined("smtp-terminal").then(() => {
    new MutationObserver(later).observe(terminal.shadowRoot, { childList: true, subtree: true });
  });
}

copies(document.getElementById("copy"), terminal);
document.getElementById("reset").addEventListener("click", () => {
  terminal.reset?.();
  terminal.focus();
  isMessage = false;
  for (const { item, commands } of steps) {
    item.classList.remove("done");
    for (const button of commands) button.classList.remove("typed");
  }
  show();
});

terminal.addEventListener("smtp-command", ({ detail: { line, content } }) => {
  const text = line.trim();
  for (const { commands } of steps) {
    for (const button of commands) {
      // An empty line means something in a message alone.
      if (button.textContent === text && (text || content)) button.classList.add("typed");
    }
  }
  if (content && line !== ".") return show();
  verb = text.split(/[\s:]/)[0].toUpperCase();
  if (verb === "EHLO") verb = "HELO";
});
terminal.addEventListener("smtp-reply", ({ detail: { code, host } }) => {
  if (peer) peer.textContent = host;
  isMessage = code === 354;
  const done = code === 220 ? "220" : verb;
  // 221 agrees to QUIT alone: to anything else it is the end of a connection.
  if (code < 400 && (code !== 221 || verb === "QUIT")) {
    const button = document.querySelector(`.command[data-verb="${CSS.escape(done)}"]`);
    button?.classList.add("typed");
    button?.closest("li")?.classList.add("done");
  }
  show();
});
show();
