// The page of one lesson: which one stands behind the question mark of its address, or the whole lesson
// behind its `#`.

import { copies } from "./copy.js";
import { isLink, linked } from "./linked.js";
import { choose, isForeign, language, say, words } from "./tongue.js";

/** `?first-mail`, or `?lesson=first-mail`. Whoever rewrites addresses puts a `=` behind the name. */
const asked = new URLSearchParams(location.search);
const bare = [...asked].find(([name, value]) => !value && name !== "lang")?.[0];
const id = asked.get("lesson") || bare || "first-mail";
const main = document.querySelector("main");

const named = (title) => (document.title = `${title} – smtp-terminal`);

/** What the course says of a lesson, and which comes after it. Whoever copies this page may leave the list out. */
async function place(id) {
  const answer = await fetch(new URL("lessons/index.json", import.meta.url)).catch(() => undefined);
  const { groups } = answer?.ok ? await answer.json() : { groups: [] };
  const all = groups.flatMap((group) => group.lessons);
  const at = all.findIndex((lesson) => lesson.id === id);
  return { own: all[at], after: at < 0 ? undefined : all[at + 1] };
}

/** The title of a lesson that lies beside those of the course; nothing where there is no such file. */
async function title(id) {
  if (!/^[\w-]+$/.test(id)) return;
  const answer = await fetch(new URL(`lessons/${id}.json`, import.meta.url)).catch(() => undefined);
  // A mistake in it is the terminal's to name.
  return answer?.ok ? answer.json().then((lesson) => say(lesson.title), () => id) : undefined;
}

/** Says why there is no lesson here, and where there are some. */
function refuse(title, text) {
  const heading = document.createElement("h2");
  heading.textContent = title;
  const link = document.createElement("a");
  link.href = "course.html";
  link.textContent = words("All lessons");
  const said = document.createElement("div");
  said.role = "alert";
  said.className = "refused";
  said.append(heading, `${text} `, link);
  main.replaceChildren(said);
  named(title);
}

/** What stands for a learner in the name of a file: letters and digits of whatever script. */
function plain(name) {
  const kept = name.normalize().replace(/[^\p{L}\p{M}\p{N}\u200c\u200d]+/gu, "-");
  return [...kept].slice(0, 40).join("").replace(/^-|-$/g, "");
}

/** What a learner hands in, as a file: made here, and sent by nobody. */
function save(terminal, id) {
  const form = document.querySelector("#result");
  const [field, button] = form.elements;
  field.ariaLabel = field.placeholder = words("Your name");
  button.textContent = words("Save your result");
  form.onsubmit = (event) => {
    event.preventDefault();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([terminal.submission(field.value)], { type: "application/json" }));
    link.download = `${[id, plain(field.value)].filter(Boolean).join("-")}-result.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return form;
}

async function begin() {
  const isGiven = isLink(location.hash);
  const given = linked(location.hash);
  const lesson = given && JSON.parse(given);
  const found = isGiven ? {} : place(id);
  await choose(document.querySelector("#language"));
  for (const heard of document.querySelectorAll("h1, #course")) heard.textContent = words(heard.textContent);
  if (isGiven && !given) {
    return refuse(
      words("This link is damaged"),
      words("Part of it was lost on its way, so no lesson is opened. Ask whoever sent it to send it again, or choose another lesson."),
    );
  }
  const { own, after } = await found;
  const name = isGiven ? say(lesson.title) : own ? say(own.title) : await title(id);
  if (name === undefined) {
    return refuse(words("The lesson “{}” was not found").replace("{}", () => id), words("Look at its name in the address, or choose another lesson."));
  }
  named(name || (lesson?.id ?? id));
  // A frame in another language than the lesson says so.
  const note = document.querySelector("#tongue");
  note.hidden = !own || !isForeign(own.title);
  note.textContent = words("This lesson is in English.");
  const terminal = document.createElement("smtp-terminal");
  const kept = given ? `linked:${lesson.id}` : `lesson:${id}`;
  for (const [name, value] of [["full", ""], ["lesson", given ?? id], ["explain", ""], ["persist", kept]]) {
    terminal.setAttribute(name, value);
  }
  main.replaceChildren(terminal);
  copies(document.querySelector("#copy"), terminal, words);
  const next = document.querySelector("#next");
  if (after) {
    const link = document.createElement("a");
    link.href = `lesson.html?${after.id}`;
    link.textContent = `${words("Next lesson")}: ${say(after.title)}`;
    next.append(link);
  }
  const result = save(terminal, plain(lesson?.id ?? id));
  terminal.addEventListener("smtp-lesson", ({ detail: { done } }) => {
    next.hidden = result.hidden = !done;
  });
}

// Another link, or the way back from one: another lesson, where all begins anew.
addEventListener("hashchange", ({ oldURL, newURL }) => {
  if ([oldURL, newURL].some((url) => isLink(new URL(url).hash))) location.reload();
});

document.documentElement.lang = language();
begin();
