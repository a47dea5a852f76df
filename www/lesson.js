// The page of one lesson: which one stands behind the question mark of its address.

import { choose, language, say, words } from "./tongue.js";

const id = /^[\w-]+$/.exec(location.search.slice(1))?.[0] ?? "first-mail";
const main = document.querySelector("main");

/** What the course says of a lesson, and which comes after it. */
function place(course) {
  const all = course.groups.flatMap((group) => group.lessons);
  const at = all.findIndex((lesson) => lesson.id === id);
  return { own: all[at], after: at < 0 ? undefined : all[at + 1] };
}

async function begin() {
  await choose(document.querySelector("#language"));
  const terminal = document.createElement("smtp-terminal");
  for (const [name, value] of [["full", ""], ["lesson", id], ["explain", ""], ["persist", `lesson:${id}`]]) {
    terminal.setAttribute(name, value);
  }
  main.replaceChildren(terminal);
  document.querySelector("#course").textContent = words("All lessons");
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
  terminal.addEventListener("smtp-lesson", (event) => {
    next.hidden = !event.detail.done;
  });
}

document.documentElement.lang = language();
begin();
