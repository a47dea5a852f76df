// Makes the site's pages of documentation, and the gallery, of what people read in the repository:
// `node tools/pages.mjs SITE`. Links between documents stay links between pages; what is only in the
// repository is linked there.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Marked } from "marked";

const [site] = process.argv.slice(2);
const root = new URL("../", import.meta.url);
const read = (name) => readFile(new URL(name, root), "utf8");
const cargo = await read("Cargo.toml");
const repository = cargo.match(/^repository = "(.*)"/m)[1];
const escape = (text) => text.replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]);

/** A section of a document, its heading made the title. */
async function section(name, heading, title) {
  const text = await read(name);
  const [, rest] = text.split(`\n## ${heading}\n`);
  if (rest === undefined) throw new Error(`${name} has no section “${heading}”`);
  return `# ${title}\n${rest.split("\n## ")[0]}`;
}

const cell = (text) => String(text ?? "").replaceAll("|", "\\|").replaceAll("\n", " ");
const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

/** What www/interface.json says of the element, from which its types are made too. */
async function face() {
  const known = JSON.parse(await read("www/interface.json"));
  const property = (a) => (a.property && a.property !== a.name ? ` (property \`${a.property}\`)` : "");
  const list = (title, entries, name = (e) => `\`${e.name}\``) =>
    `\n\n## ${title}\n\n${table(["name", ""], entries.map((e) => [name(e), e.description]))}`;
  return (
    `\n\n## Attributes and properties\n\n${table(["attribute", "type", ""], known.attributes.map((a) => [`\`${a.name}\`${property(a)}`, `\`${a.type}\``, a.description]))}` +
    list("Members", [...known.members, ...known.methods], (e) => `\`${e.name}${e.parameters ? `(${e.parameters.map((p) => p.name + (p.optional ? "?" : "")).join(", ")})` : ""}\``) +
    `\n\n## Events\n\n${table(["event", "type", ""], known.events.map((e) => [`\`${e.name}\``, `\`${e.type}\``, e.description]))}` +
    list("Slots", known.slots, (e) => (e.name ? `\`${e.name}\`` : "(without a name)")) +
    list("Parts", known.parts) +
    list("States", known.states, (e) => `\`:state(${e.name})\``) +
    list("Custom properties", known.properties)
  );
}

/** Each member that a schema knows. */
async function members() {
  const schema = JSON.parse(await read("www/schema/scenario.json"));
  const kind = (s) => {
    const link = (s.$ref ?? s.allOf?.[0]?.$ref)?.split("/").pop();
    if (link) return link;
    if (s.type === "array") return `list of ${kind(s.items ?? {})}`;
    if (s.enum) return s.enum.map((one) => JSON.stringify(one)).join(", ");
    const some = s.anyOf ?? s.oneOf;
    if (some) return [...new Set(some.map(kind))].join(" or ");
    return [s.type].flat().filter(Boolean).join(" or ") || "anything";
  };
  const rows = (s) => Object.entries(s.properties ?? {}).map(([name, own]) => [`\`${name}\``, kind(own), own.description]);
  const parts = Object.entries(schema.definitions).map(([name, own]) => {
    const of = own.properties ? own : own.anyOf?.find((one) => one.properties);
    return `\n\n### ${name}\n\n${own.description ?? ""}\n\n${of ? table(["member", "type", ""], rows(of)) : `A value: ${cell(kind(own))}.`}`;
  });
  return `\n\n## Every member\n\n${table(["member", "type", ""], rows(schema))}${parts.join("")}`;
}

const PAGES = [
  { file: "docs/embedding.html", name: "Embedding", source: "docs/EMBEDDING.md" },
  { file: "docs/element.html", name: "The element", text: async () => (await section("README.md", "Embed it", "The element")) + (await face()) },
  { file: "docs/scenario.html", name: "Scenarios", text: async () => (await section("README.md", "A world of your own", "A world of your own")) + (await members()) },
  { file: "docs/lessons.html", name: "Lessons", source: "docs/LESSONS.md" },
  { file: "docs/documents.html", name: "Documents", source: "docs/DOCUMENTS.md" },
  { file: "docs/command.html", name: "Command line", text: () => section("README.md", "Without a browser", "The command line") },
  { file: "docs/postfix.html", name: "Postfix", source: "docs/POSTFIX.md" },
  { file: "docs/services.html", name: "Services", source: "docs/SERVICES.md" },
  { file: "docs/bounds.html", name: "Bounds", source: "docs/BOUNDS.md" },
  { file: "docs/speed.html", name: "Speed", source: "docs/SPEED.md" },
  { file: "examples/index.html", name: "Examples", source: "docs/GUIDES.md" },
];
/** Where a section that has become a page of its own is to be found. */
const MOVED = { "README.md#embed-it": "docs/element.html", "README.md#a-world-of-your-own": "docs/scenario.html", "README.md#without-a-browser": "docs/command.html" };

/** The address of a link in a document, seen from its page; all pages are in a folder of the site. */
function address(href, source) {
  if (/^(#|[a-z]+:)/.test(href)) return href;
  const [path, hash] = new URL(href, `file:///${source}`).href.slice("file:///".length).split("#");
  const moved = MOVED[`${path}#${hash}`];
  const page = moved ?? PAGES.find((page) => page.source === path)?.file;
  if (!page) return `${repository}/blob/main/${path}${hash ? `#${hash}` : ""}`;
  return `../${page}${hash && !moved ? `#${hash}` : ""}`;
}

const slug = (text) => text.toLowerCase().replace(/<[^>]*>|[^\p{L}\p{N}\s-]/gu, "").trim().replace(/\s/g, "-");

/** The page of an example, and how it is written. */
async function example(name) {
  const html = await read(`www/examples/${name}.html`);
  return `<p class="open"><a href="${name}.html">Open the page</a></p>\n<details><summary>Its HTML</summary><pre tabindex="0"><code>${escape(html)}</code></pre></details>\n`;
}

async function page({ file, name, source = "README.md", text = () => read(source) }) {
  const examples = new Map();
  let markdown = await text();
  for (const [all, own] of markdown.matchAll(/<!-- example: (\w+) -->/g)) examples.set(all, await example(own));
  const headings = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const inside = this.parser.parseInline(tokens);
        const id = slug(inside);
        if (depth === 2) headings.push([id, inside]);
        return `<h${depth} id="${id}">${inside}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escape(address(href, source))}">${this.parser.parseInline(tokens)}</a>`;
      },
      // A word that is narrower than a phone stays whole at its hyphens.
      codespan({ text }) {
        return `<code>${text.replace(/\S+/g, (word) => (/^(?=.*-).{2,24}$/.test(word) ? `<span>${escape(word)}</span>` : escape(word)))}</code>`;
      },
      // What scrolls can be reached by the keyboard.
      code({ text, lang }) {
        return `<pre tabindex="0"${lang ? ` data-language="${escape(lang)}"` : ""}><code>${escape(text)}</code></pre>\n`;
      },
      table(token) {
        const cells = (row, tag) => `<tr>${row.map((c) => `<${tag}>${this.parser.parseInline(c.tokens)}</${tag}>`).join("")}</tr>`;
        const head = token.header.some((c) => c.text) ? `<thead>${cells(token.header, "th").replaceAll("<th></th>", "<td></td>")}</thead>` : "";
        return `<div class="table" tabindex="0" role="group" aria-label="Table"><table>${head}<tbody>${token.rows.map((row) => cells(row, "td")).join("")}</tbody></table></div>\n`;
      },
      html({ text }) {
        return examples.get(text.trim()) ?? text;
      },
    },
  });
  const body = marked.parse(markdown);
  const title = markdown.match(/^# (.*)$/m)[1];
  const link = (to) => `../${to.file}`;
  const nav = PAGES.map((to) => `<li><a href="${link(to)}"${to.file === file ? ' aria-current="page"' : ""}>${to.name}</a></li>`).join("");
  const contents = headings.length > 2 ? `<nav class="contents" aria-label="On this page"><ul>${headings.map(([id, text]) => `<li><a href="#${id}">${text}</a></li>`).join("")}</ul></nav>` : "";
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escape(title)} – smtp-terminal</title>
    <link rel="icon" href="../icon.svg" />
    <link rel="manifest" href="../site.webmanifest" />
    <link rel="stylesheet" href="../page.css" />
    <link rel="stylesheet" href="../docs.css" />
    <script type="module" src="../offline.js"></script>
  </head>
  <body class="docs">
    <header class="top"><a class="home" href="../index.html">smtp-terminal</a><nav aria-label="Documentation"><ul>${nav}</ul></nav></header>
    <main>${contents}<article>
${body}</article></main>
  </body>
</html>
`;
  await mkdir(dirname(`${site}/${file}`), { recursive: true });
  await writeFile(`${site}/${file}`, html);
  return file;
}

for (const each of PAGES) await page(each);
console.log(`pages: ${PAGES.length} of documentation`);
