// The page around the terminal: a command in the text is typed when it is pressed, and a step
// is ticked off once the server has said yes to it.
const terminal = document.getElementById("terminal");

for (const button of document.querySelectorAll(".command")) {
  button.title = "Type this in the terminal";
  button.addEventListener("click", () => terminal.run?.(button.textContent));
}

document.getElementById("reset").addEventListener("click", () => {
  terminal.reset?.();
  terminal.focus();
  for (const step of document.querySelectorAll(".steps > li")) step.classList.remove("done");
});

let verb = "220";
terminal.addEventListener("smtp-command", ({ detail }) => {
  if (detail.content && detail.line !== ".") return;
  verb = detail.line.trim().split(/[\s:]/)[0].toUpperCase();
  if (verb === "EHLO") verb = "HELO";
});
terminal.addEventListener("smtp-reply", ({ detail }) => {
  const done = detail.code === 220 ? "220" : verb;
  if (detail.code >= 400) return;
  const button = document.querySelector(`.command[data-verb="${CSS.escape(done)}"]`);
  button?.closest("li")?.classList.add("done");
});
