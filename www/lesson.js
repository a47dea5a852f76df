// The page of one lesson: which one stands behind the question mark of its address, or the whole lesson
// behind its `#`.

import { copies } from "./copy.js";
import { linked } from "./linked.js";
import { choose, language, say, words } from "./tongue.js";

const id = /^[\w-]+/.exec(location.search.slice(1))?.[0] ?? "first-mail";
const main = document.querySelector("main");

/** What the course says of a lesson, and which comes after it. */
function place(course) {
  const all = course.groups.flatMap((group) => group.lessons);
  const at = all.findIndex((lesson) => lesson.id === id);
  return { own: all[at], after: at < 0 ? undefined : all[at + 1] };
}

/** What a learner hands in, as a file: made here, and sent by nobody. */
function save(terminal) {
  const form = document.querySelector("#result");
  const [field, button] = form.elements;
  field.ariaLabel = field.placeholder = words("Your name");
  button.textContent = words("Save your result");
  form.onsubmit = (event) => {
    event.preventDefault();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([terminal.submission(field.value)], { type: "application/json" }));
    link.download = `${id}-result.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return form;
}

async function begin() {
  await choose(document.querySelector("#language"));
  const terminal = document.createElement("smtp-terminal");
  const given = linked(location.hash);
  const kept = given ? `linked:${JSON.parse(given).id}` : `lesson:${id}`;
  for (const [name, value] of [["full", ""], ["lesson", given ?? id], ["explain", ""], ["persist", kept]]) {
    terminal.setAttribute(name, value);
  }
  main.replaceChildren(terminal);
  copies(document.querySelector("#copy"), terminal, words);
  for (const heard of document.querySelectorAll("h1, #course")) heard.textContent = words(heard.textContent);
  const answer = await fetch(new URL("lessons/index.json", import.meta.url));
  const { own, after } = place(await answer.json());
  if (own) document.title = `${say(own.title)} – smtp-terminal`;
  const next = document.querySelector("#next");
  if (after) {
    const link = document.createElement("a");
    link.href = `lesson.html?${after.id}`;
    link.textContent = `${words("Next lesson")}: ${say(after.title)}`;
    next.append(link);
  }
  const result = save(terminal);
  terminal.addEventListener("smtp-lesson", ({ detail: { done } }) => {
    next.hidden = result.hidden = !done;
  });
}

document.documentElement.lang = language();
begin();
