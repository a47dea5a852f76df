// A button that copies all that a terminal has said. In the terminal itself keys are those of a shell: Ctrl-A
// goes to the start of the line, and what is selected is what Ctrl-C copies.

/** So many milliseconds it is said that it was copied. */
const SAID = 4_000;

/**
 * @param {HTMLButtonElement} button hidden where a page may not write to the clipboard: over plain http
 * @param {HTMLElement} terminal
 * @param {(english: string) => string} words a text in the page's language
 */
export function copies(button, terminal, words = (english) => english) {
  const said = document.createElement("span");
  said.role = "status";
  said.className = "copied";
  button.before(said);
  button.textContent = words("Copy the screen");
  button.hidden = !navigator.clipboard;
  let over;
  button.addEventListener("click", async () => {
    clearTimeout(over);
    const isCopied = await navigator.clipboard.writeText(terminal.transcript).then(
      () => true,
      () => false,
    );
    said.textContent = isCopied ? words("Copied") : words("This browser does not let the page copy.");
    over = setTimeout(() => said.replaceChildren(), SAID);
  });
}
