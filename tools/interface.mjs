// Writes what editors and compilers know of the element, from www/interface.json:
// `node tools/interface.mjs FOLDER`.
//   custom-elements.json        the manifest
//   smtp-terminal.d.ts          types for TypeScript
//   smtp-terminal.html-data.json  completion of attributes in editors that read custom data
//   react.d.ts, vue.d.ts, svelte.d.ts  what their compilers are to know of the element in a template

import { readFile, writeFile } from "node:fs/promises";

const folder = process.argv[2];
const source = new URL("../www/interface.json", import.meta.url);
const { tag, class: name, description, ...face } = JSON.parse(await readFile(source, "utf8"));
const property = (attribute) => attribute.property ?? attribute.name;
const type = (text) => ({ text });

const manifest = {
  schemaVersion: "2.1.0",
  modules: [
    {
      kind: "javascript-module",
      path: "smtp-terminal.js",
      declarations: [
        {
          kind: "class",
          customElement: true,
          name,
          tagName: tag,
          description,
          superclass: { name: "HTMLElement" },
          attributes: face.attributes.map((a) => ({ name: a.name, fieldName: property(a), type: type(a.type), description: a.description })),
          members: [
            ...face.attributes.map((a) => ({ kind: "field", name: property(a), attribute: a.name, reflects: true, type: type(a.type), description: a.description })),
            ...face.members.map((m) => ({ kind: "field", name: m.name, readonly: true, type: type(m.type), description: m.description })),
            ...face.methods.map((m) => ({
              kind: "method",
              name: m.name,
              description: m.description,
              parameters: m.parameters.map((p) => ({ ...p, type: type(p.type) })),
              return: { type: type(m.type) },
            })),
          ],
          events: face.events.map((e) => ({ ...e, type: type(e.type) })),
          slots: face.slots,
          cssParts: face.parts,
          cssStates: face.states,
          cssProperties: face.properties,
        },
      ],
      exports: [{ kind: "custom-element-definition", name: tag, declaration: { name, module: "smtp-terminal.js" } }],
    },
  ],
};

const said = (text, indent = "  ") => `${indent}/** ${text} */\n`;
const types = `// Made by tools/interface.mjs of www/interface.json.

${said(description, "")}export interface ${name} extends HTMLElement {
${face.attributes.map((a) => `${said(a.description)}  ${property(a)}: ${a.type};\n`).join("")}${face.members
  .map((m) => `${said(m.description)}  readonly ${m.name}: ${m.type};\n`)
  .join("")}${face.methods
  .map((m) => `${said(m.description)}  ${m.name}(${m.parameters.map((p) => `${p.name}${p.optional ? "?" : ""}: ${p.type}`).join(", ")}): ${m.type};\n`)
  .join("")}  addEventListener<K extends keyof ${name}EventMap>(type: K, listener: (this: ${name}, event: ${name}EventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

export interface ${name}EventMap extends HTMLElementEventMap {
${face.events.map((e) => `${said(e.description)}  "${e.name}": ${e.type};\n`).join("")}}

declare global {
  interface HTMLElementTagNameMap {
    "${tag}": ${name};
  }
}
`;

const data = {
  version: 1.1,
  tags: [
    {
      name: tag,
      description,
      attributes: face.attributes.map((a) => ({
        name: a.name,
        description: a.description,
        ...(a.type === "boolean" ? { valueSet: "v" } : {}),
        ...(/^"/.test(a.type) ? { values: a.type.match(/"\w+"/g).map((value) => ({ name: JSON.parse(value) })) } : {}),
      })),
    },
  ],
};

// Each framework sets what is a property of the element as one, and listens to its events, so none needs
// a wrapper; they only have to be told what there is.
const props = (event) => `${face.attributes.map((a) => `  ${property(a)}?: ${name}["${property(a)}"];\n`).join("")}${face.events
  .map((e) => `  "${event(e.name)}"?: (event: ${name}EventMap["${e.name}"]) => void;\n`)
  .join("")}`;
const heard = (own, event, text) => `// Made by tools/interface.mjs of www/interface.json: \`import "smtp-terminal/${own}"\` as a type.

import type { ${name}, ${name}EventMap } from "./smtp-terminal";

export interface ${name}Props {
${props(event)}}

${text}`;
const frameworks = {
  react: heard("react", (event) => `on${event}`, `import type { DetailedHTMLProps, HTMLAttributes } from "react";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "${tag}": Omit<DetailedHTMLProps<HTMLAttributes<${name}>, ${name}>, keyof ${name}Props> & ${name}Props & { autofocus?: boolean };
    }
  }
}
`),
  vue: heard("vue", (event) => `on${event.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase())}`, `import type { DefineComponent, HTMLAttributes } from "vue";

declare module "vue" {
  interface GlobalComponents {
    "${tag}": DefineComponent<${name}Props & HTMLAttributes>;
  }
}
`),
  svelte: heard("svelte", (event) => `on${event}`, `import type { HTMLAttributes } from "svelte/elements";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "${tag}": Omit<HTMLAttributes<${name}>, keyof ${name}Props> & ${name}Props;
  }
}
`),
};
for (const [own, text] of Object.entries(frameworks)) await writeFile(`${folder}/${own}.d.ts`, text);
await writeFile(`${folder}/custom-elements.json`, `${JSON.stringify(manifest, null, 2)}\n`);
await writeFile(`${folder}/smtp-terminal.d.ts`, types);
await writeFile(`${folder}/smtp-terminal.html-data.json`, `${JSON.stringify(data, null, 2)}\n`);
