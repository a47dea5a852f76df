// Steps that stand in a page's own HTML become a lesson: with hints, progress and results, as one that is
// written as a document. Without scripts they are what they were, a text.
//
//   <script type="module" src="smtp-terminal.js"></script>
//   <script type="module" src="smtp-lesson.js"></script>
//   <section data-smtp-lesson="first-words">
//     <h2>First words</h2> <p>What is said before the first step.</p>
//     <section data-smtp-step>
//       <h3>Connect</h3> <p>Open a connection: <kbd>telnet smtp.safeer.in 25</kbd></p>
//       <pre data-smtp> … a transcript: what is typed, and which replies are the goal … </pre>
//       <details data-smtp-hint><summary>Hint</summary> … </details>
//     </section>
//     <p>What is said after the last step.</p>
//   </section>
//   <smtp-terminal full persist></smtp-terminal>

import { read } from "./smtp-code.js";

const OWN = "[data-smtp-step], [data-smtp-hint], [data-smtp-mistake], script, template, style";
const TITLE = "h1, h2, h3, h4, h5, h6";
const BLOCKS = "p, pre, ul, ol, dl, div, section, article, blockquote, figure, h1, h2, h3, h4, h5, h6";

/** Marks of Markdown in a text of the page stand for themselves. */
const plain = (text) => text.replace(/\s+/g, " ").replace(/[\\`*[\]]/g, "\\$&");
const code = (node) => node.textContent.trim().replace(/\s+/g, " ");

/** What stands in a line, as Markdown. */
function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) return plain(node.data);
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches(OWN)) return "";
  const inside = () => [...node.childNodes].map(inline).join("");
  if (node.matches("kbd, button.command")) return `\`> ${code(node)}\``;
  if (node.matches("code, samp, tt")) return `\`${code(node)}\``;
  if (node.matches("strong, b")) return `**${inside().trim()}**`;
  if (node.matches("em, i, dfn, cite")) return `*${inside().trim()}*`;
  if (node.matches("a[href]")) return `[${inside()}](${node.href})`;
  if (node.matches("br")) return " ";
  return inside();
}

/** What lies in an element, as Markdown: a list of paragraphs, lists and lines of code. */
function blocks(parent) {
  const found = [];
  let line = "";
  const end = () => {
    // A mark that would begin a heading or a list there begins none.
    const text = line.trim().replace(/^([#>-]|\d+(?=[.)]))/, "\\$1").replace(/^\\(\d+)/, "$1\\");
    if (text) found.push(text);
    line = "";
  };
  for (const node of parent.childNodes) {
    const isBlock = node.nodeType === Node.ELEMENT_NODE && node.matches(BLOCKS);
    if (!isBlock) {
      line += inline(node);
      continue;
    }
    end();
    if (node.matches(OWN)) continue;
    if (node.matches("pre")) found.push(`\`\`\`\n${node.textContent.replace(/^\n|\s+$/g, "")}\n\`\`\``);
    else if (node.matches(TITLE)) found.push(`## ${inline(node).trim()}`);
    else if (node.matches("ul, ol")) {
      const items = [...node.children].filter((item) => item.matches("li") && !item.matches(OWN));
      if (items.length) found.push(items.map((item, i) => `${node.matches("ol") ? `${i + 1}.` : "-"} ${inline(item).trim()}`).join("\n"));
    } else if (node.matches("p")) {
      line = [...node.childNodes].map(inline).join("");
      end();
    } else found.push(...blocks(node));
  }
  end();
  return found;
}

const words = (parts) => parts.filter(Boolean).join("\n\n");

/** A condition: of a document where it is one, else `MAIL 250, RCPT 550`. */
function condition(text) {
  if (text.trim().startsWith("{")) return JSON.parse(text);
  const all = text.split(",").map((one) => {
    const [to, reply] = one.trim().split(/\s+/);
    return said(to, reply);
  });
  return all.length > 1 ? { all } : all[0];
}

/** A command was answered with a code. Whoever says EHLO has said hello. */
function said(word, reply) {
  const to = /^connect$/i.test(word) || !word ? "connect" : word === "." ? "content" : word.toUpperCase();
  const answer = (to) => ({ reply: { to, code: /^\d{3}$/.test(reply) ? Number(reply) : reply } });
  return /^(HELO|EHLO)$/.test(to) ? { any: [answer("HELO"), answer("EHLO")] } : answer(to);
}

/** A step, by what stands in it. */
function step(own) {
  const title = own.querySelector(TITLE);
  const goals = [];
  const solution = [];
  for (const part of own.querySelectorAll("kbd, button.command, pre[data-smtp]")) {
    if (part.closest("[data-smtp-hint], [data-smtp-mistake]")) continue;
    if (!part.matches("pre")) {
      solution.push(code(part));
      continue;
    }
    const { opens, exchanges } = read(part.textContent);
    if (opens) solution.push(opens);
    for (const { verb, typed, expected } of exchanges) {
      solution.push(...typed);
      if (expected.length) goals.push(said(verb, expected[0].slice(0, 3)));
    }
  }
  const { smtpGoal } = own.dataset;
  const goal = smtpGoal ? condition(smtpGoal) : goals.length > 1 ? { sequence: goals } : goals[0];
  const name = title ? code(title) : "?";
  if (!goal) throw new Error(`the step “${name}” has neither data-smtp-goal nor a transcript`);
  if (!solution.length) throw new Error(`the step “${name}” has nothing to be typed: put it into <kbd>, or add a transcript`);
  const body = own.cloneNode(true);
  body.querySelector(TITLE)?.remove();
  const text = words(blocks(body));
  const hints = [...own.querySelectorAll("[data-smtp-hint]")].map((hint) => {
    const body = hint.cloneNode(true);
    body.querySelector("summary")?.remove();
    return words(blocks(body));
  });
  const mistakes = [...own.querySelectorAll("[data-smtp-mistake]")].map((mistake) => ({
    when: condition(mistake.dataset.smtpMistake),
    say: words(blocks(mistake)),
  }));
  return { title: name, text: text || name, goal, hints, mistakes, solution };
}

/**
 * The lesson that is written in an element.
 * @param {Element} own
 * @returns {object} a document, as `www/schema/lesson.json` has it
 */
export function lesson(own) {
  const title = own.querySelector(TITLE);
  const steps = [...own.querySelectorAll("[data-smtp-step]")];
  // What stands before the first step, and after the last.
  const around = (isAfter) => {
    const body = own.cloneNode(true);
    body.querySelector(TITLE)?.remove();
    const inner = [...body.querySelectorAll("[data-smtp-step]")];
    const mark = isAfter ? inner.at(-1) : inner[0];
    for (const node of [...body.querySelectorAll("*")]) {
      const place = mark.compareDocumentPosition(node);
      const isOutside = place & (isAfter ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING);
      if (isOutside && !node.contains(mark)) node.remove();
    }
    return words(blocks(body));
  };
  return {
    id: own.dataset.smtpLesson || "lesson",
    title: title?.closest("[data-smtp-step]") ? document.title : code(title ?? own),
    intro: around(false) || undefined,
    steps: steps.map(step),
    outro: around(true) || undefined,
  };
}

/** Hands each lesson of the page to its terminal; where that has it, the page's text need not stand twice. */
for (const own of document.querySelectorAll("[data-smtp-lesson]")) {
  const terminal = own.dataset.smtp ? document.querySelector(own.dataset.smtp) : document.querySelector("smtp-terminal");
  if (!terminal) continue;
  try {
    const written = lesson(own);
    // What is kept of it has the lesson's name.
    if (terminal.getAttribute("persist") === "") terminal.setAttribute("persist", `page:${written.id}`);
    terminal.setAttribute("lesson", JSON.stringify(written));
    terminal.addEventListener("smtp-ready", () => (own.hidden = true), { once: true });
  } catch (fault) {
    console.error("smtp-terminal: this page's lesson cannot be read:", fault);
  }
}
