// The course: its lessons in their order, and how far the learner has come in this browser.

import { choose, isForeign, say, words } from "./tongue.js";

const place = document.querySelector("#lessons");

/** What `persist` has kept of a lesson, if anything can be made of it. */
function kept(id) {
  try {
    const { lesson, at, steps } = JSON.parse(localStorage.getItem(`smtp-terminal:lesson:${id}`)) ?? {};
    return lesson === id && Number.isInteger(at) && Number.isInteger(steps) ? { at, steps } : undefined;
  } catch {
    return undefined;
  }
}

function element(name, className, ...inside) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

function card(lesson, isNext) {
  const far = kept(lesson.id);
  const isDone = far && far.at >= far.steps;
  const link = element("a", "", say(lesson.title));
  link.href = `lesson.html?${lesson.id}`;
  const facts = [words("{} min").replace("{}", lesson.minutes)];
  if (isForeign(lesson.title)) {
    facts.push(words("in English"));
    link.lang = "en";
  }
  if (isDone) facts.push(words("Done"));
  else if (far?.at) facts.push(words("Step {} of {}").replace("{}", far.at + 1).replace("{}", far.steps));
  const item = element("li", isDone ? "done" : isNext ? "next" : "", link, element("span", "facts", facts.join(" · ")));
  if (lesson.learn?.length) item.append(element("p", "", lesson.learn.map(say).join("; ")));
  return item;
}

async function begin() {
  await choose(document.querySelector("#language"));
  for (const marked of document.querySelectorAll("[data-word]")) {
    marked.textContent = words(marked.textContent.trim().replace(/\s+/g, " "));
  }
  const answer = await fetch(new URL("lessons/index.json", import.meta.url));
  const { groups } = await answer.json();
  const all = groups.flatMap((group) => group.lessons);
  const next = all.find((lesson) => {
    const far = kept(lesson.id);
    return !far || far.at < far.steps;
  });
  place.replaceChildren(
    ...groups.map((group) =>
      element("section", "", element("h2", "", say(group.title)), element("ol", "", ...group.lessons.map((lesson) => card(lesson, lesson === next)))),
    ),
  );
  // Numbers go on from group to group.
  let start = 1;
  for (const list of place.querySelectorAll("ol")) {
    list.style.setProperty("counter-reset", `lesson ${start - 1}`);
    start += list.children.length;
  }
  const any = all.filter((lesson) => kept(lesson.id));
  if (any.length) {
    const erase = element("button", "", words("Erase"));
    erase.type = "button";
    erase.onclick = () => {
      for (const lesson of any) localStorage.removeItem(`smtp-terminal:lesson:${lesson.id}`);
      location.reload();
    };
    const note = document.querySelector("#kept");
    note.append(`${words("What you have done is kept in this browser and nowhere else.")} `, erase);
    note.hidden = false;
  }
}

begin();
