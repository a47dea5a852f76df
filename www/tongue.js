// The language of the pages around the terminal: that of the address (?…&lang=de), the one that was
// chosen in this visit, or the browser's.

const NAMES = { en: "English", de: "Deutsch", es: "Español", hi: "हिन्दी", ja: "日本語" };
const CHOSEN = "smtp-terminal:lang";
let spoken = {};

/** The tag of the language. */
export function language() {
  const asked = new URLSearchParams(location.search).get("lang");
  let chosen;
  try {
    chosen = sessionStorage.getItem(CHOSEN);
  } catch {
    // A browser may refuse to keep anything.
  }
  const all = [asked, chosen, ...navigator.languages].filter(Boolean).map((tag) => tag.split("-")[0]);
  return all.find((tag) => tag in NAMES) ?? "en";
}

/** What to say for an English text of the interface. */
export const words = (english) => spoken[english] ?? english;

/** A text that may be there in several languages. */
export function say(text) {
  if (Array.isArray(text)) return text.join("\n");
  return typeof text === "string" ? text : (text?.[language()] ?? text?.en ?? Object.values(text ?? {})[0] ?? "");
}

/** Whether a text of ours is in English, and the page is not. */
export const isForeign = (text) => {
  const own = language();
  return own !== "en" && (typeof text !== "object" || Array.isArray(text) || !(own in text));
};

/** Reads the words, and lets the reader choose another language. */
export async function choose(select) {
  const own = language();
  document.documentElement.lang = own;
  if (own !== "en") {
    const answer = await fetch(new URL(`languages/${own}.json`, import.meta.url));
    if (answer.ok) spoken = await answer.json();
  }
  select.ariaLabel = words("Language");
  for (const [tag, name] of Object.entries(NAMES)) {
    const option = new Option(name, tag, tag === own, tag === own);
    option.lang = tag;
    select.append(option);
  }
  select.onchange = () => {
    try {
      sessionStorage.setItem(CHOSEN, select.value);
    } catch {
      // Then it lasts until the next page.
    }
    const url = new URL(location);
    if (url.searchParams.has("lang")) url.searchParams.set("lang", select.value);
    location.href = url;
    location.reload();
  };
}
