// A lesson that a link has in its fragment (`smtp-terminal lesson link`): no server gets to see it.

/** Longer fragments are no lessons of ours. */
const LONGEST = 16_384;

/** Whether a fragment is meant to be such a link, whatever has become of it on its way. */
export const isLink = (fragment) => /^#lesson\b/.test(fragment);

/**
 * @param {string} fragment `#lesson=…`
 * @returns {string | undefined} the lesson's text; nothing where there is none, or what is there is
 *   none. What the text says, the simulator checks.
 */
export function linked(fragment) {
  const coded = /^#lesson=([\w-]+)$/.exec(fragment)?.[1];
  if (!coded || coded.length > LONGEST) return;
  try {
    const bytes = Uint8Array.from(atob(coded.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return typeof JSON.parse(text)?.id === "string" ? text : undefined;
  } catch {
    // It was cut, or is something else.
  }
}
