// A language that nobody speaks: English in Hebrew letters, which reads from right to left and shows
// each text that no language file has. It takes the place of German, whose files say what texts there are.

const LETTERS = "אבגדהוזחטיכלמנסעפצקרשתץףןך";

/** A text in it. What a server or a shell would read stays, and so do gaps, addresses and figures. */
export function pseudo(text) {
  // A bracket at each end shows where a text was cut or put together of pieces.
  return text
    .split(/(`[^`]*`|\]\([^)]*\)|\{[\w-]*\}|^```[^]*?^```)/m)
    .map((piece, place) =>
      place % 2 ? piece : piece.replace(/[a-z]/gi, (letter) => LETTERS[letter.toLowerCase().charCodeAt(0) - 97]),
    )
    .join("");
}

/** A document of texts in it: those of a lesson where `inner`, all of them otherwise. */
function turned(value, inner) {
  if (typeof value === "string") return inner ? value : pseudo(value);
  if (Array.isArray(value)) return value.map((one) => turned(one, inner));
  if (typeof value !== "object" || value === null) return value;
  if (inner && "en" in value) return { ...value, de: turned(value.en, false) };
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, name[0] === "$" ? one : turned(one, inner)]));
}

/** Serves it in the place of German. */
export async function speak(page) {
  const serve = (pattern, change) =>
    page.route(pattern, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: change(await answer.json()) });
    });
  await serve("**/languages/de.json", (words) =>
    Object.fromEntries(Object.keys(words).map((english) => [english, pseudo(english)])),
  );
  await serve("**/explain/de.json", (texts) => ({ ...turned(texts, false), language: "de", replies: {}, parameters: {} }));
  await serve("**/lessons/*.json", (lesson) => turned(lesson, true));
}
