// What the full build is given beside a scenario: the lesson, the page's language and its words.
// Each is fetched while the module is, and nothing afterwards.

/** The languages that www/languages has, besides English. */
const LANGUAGES = ["de", "es", "hi", "ja"];
const here = import.meta.url;

async function read(url, signal) {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response.text();
}

/** A name is a lesson of ours, `{…}` one that is written out, and anything else an address. */
async function lesson(text, signal) {
  if (/^\s*\{/.test(text)) return { lesson: text };
  const url = /^[\w-]+$/.test(text) ? new URL(`lessons/${text}.json`, here) : new URL(text, document.baseURI);
  const found = await read(url, signal);
  const { scenario } = JSON.parse(found);
  return { lesson: found, scenario: scenario && (await read(new URL(`${scenario}.json`, url), signal)) };
}

/**
 * @param {HTMLElement} element
 * @param {AbortSignal} signal
 * @returns {Promise<{lesson?: string, scenario?: string, language?: string, words?: string}>}
 */
export async function extras(element, signal) {
  const text = element.getAttribute("lesson");
  const language = element.closest("[lang]")?.lang ?? "";
  const own = LANGUAGES.find((known) => known === language.split("-")[0]);
  const [taught, words] = await Promise.all([
    text ? lesson(text, signal) : {},
    own && read(new URL(`languages/${own}.json`, here), signal),
  ]);
  return { ...taught, language, words };
}
