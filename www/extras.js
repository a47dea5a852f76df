// What the full build is given beside a scenario: the lesson, what lines mean, the page's language and
// its words.
// Each is fetched while the module is, and nothing afterwards. Addresses are written so that bundlers
// find the files and ship them.

import { get } from "./load.js";

/** The languages that www/languages and www/explain have, besides English. */
const LANGUAGES = ["de", "es", "hi", "ja"];

/** An address as a link has it. What is none stays as it is, and is named by whoever asks for it. */
export const address = (text) => Object.assign(document.createElement("a"), { href: text }).href;

/**
 * The text of a file of JSON; what is none is named. Vite puts small files into their address, which a strict policy
 * lets nobody fetch.
 */
export async function read(url, signal) {
  const inside = /^data:.*;base64,(.*)/.exec(url);
  if (inside) return new TextDecoder().decode(Uint8Array.from(atob(inside[1]), (byte) => byte.charCodeAt()));
  const text = await (await get(url, signal)).text();
  try {
    JSON.parse(text || 0);
  } catch (error) {
    throw new Error(url + ": " + error.message);
  }
  return text;
}

/** A name is a lesson of ours, `{…}` one that is written out (and `[…]` none), and anything else an address. */
async function lesson(text, signal) {
  if (/^\s*[{[]/.test(text)) return { lesson: text };
  const url = /^[\w-]+$/.test(text) ? new URL(`./lessons/${text}.json`, import.meta.url) : address(text);
  const found = await read(url, signal);
  const { scenario } = JSON.parse(found);
  return { lesson: found, scenario: scenario && (await read(new URL(`${scenario}.json`, url), signal)) };
}

/** What lines mean: a file of the author's, or ours, with the page's language over the English one. */
function explanations(text, own, signal) {
  const ours = (name) => read(new URL(`./explain/${name}.json`, import.meta.url), signal);
  return text
    ? Promise.all([read(address(text), signal), ""])
    : Promise.all([ours("en"), own ? ours(own) : ""]);
}

/**
 * @param {HTMLElement} element
 * @param {AbortSignal} signal
 * @returns {Promise<{lesson?: string, scenario?: string, explain?: [string, string], language?: string, words?: object, persist: string}>}
 */
export async function extras(element, signal) {
  const text = element.getAttribute("lesson");
  const language = element.closest("[lang]")?.lang ?? "";
  const [main] = language.toLowerCase().split("-");
  const own = LANGUAGES.find((known) => known === main);
  const asked = element.getAttribute("explain");
  const [taught, words, explain] = await Promise.all([
    text ? lesson(text, signal) : {},
    own && read(new URL(`./languages/${own}.json`, import.meta.url), signal).then(JSON.parse),
    asked !== null && explanations(asked, own, signal),
  ]);
  // What is to be kept is written down from the start.
  return { ...taught, explain, language, words, persist: element.hasAttribute("persist") ? "yes" : "" };
}
