// Shortcuts as these tools have them: a key that is not pressed in a field opens the search, or goes to
// the next page or slide. What the terminal takes must never come here.

const NEXT = ["ArrowRight", "n", " ", "PageDown", "l"];
const BACK = ["ArrowLeft", "p", "PageUp", "h"];
const TOOLS = {
  mkdocs: { search: ["s", "f", "/"], next: ["n", "."], back: ["p", ","] },
  sphinx: { search: ["/"], next: ["ArrowRight"], back: ["ArrowLeft"] },
  mdbook: { search: ["s", "/"], next: ["ArrowRight"], back: ["ArrowLeft"] },
  docusaurus: { search: ["/"], next: [], back: [] },
  vitepress: { search: ["/"], next: [], back: [] },
  hugo: { search: ["/"], next: [], back: [] },
  reveal: { search: [], next: NEXT, back: BACK },
};
const { tool } = document.body.dataset;
const { search, next, back } = TOOLS[tool] ?? { search: [], next: [], back: [] };

function slide(step) {
  const all = [...document.querySelectorAll(".slides section")];
  const now = all.findIndex((section) => section.classList.contains("present"));
  const to = Math.min(Math.max(now + step, 0), all.length - 1);
  all.forEach((section, i) => section.classList.toggle("present", i === to));
  const count = document.querySelector(".progress");
  if (count) count.textContent = `${to + 1} / ${all.length}`;
}

document.addEventListener("keydown", (event) => {
  const { activeElement: active } = document;
  if (active.matches("input, textarea, select, [contenteditable]")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = search.includes(event.key) ? "search" : next.includes(event.key) ? "next" : back.includes(event.key) ? "back" : "";
  if (!action) return;
  document.body.dataset.heard = `${action} ${event.key}`;
  event.preventDefault();
  if (action === "search") document.querySelector("input[type=search]").focus();
  else slide(action === "next" ? 1 : -1);
});
