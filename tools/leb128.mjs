// Whole numbers as a module's binary form writes them (LEB128): seven bits a byte, the lowest first.

/** The number that stands at a place, and the place after it. */
export function decoded(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (!(byte > 127)) return [value, at];
  }
}

/** A number in that form. */
export function encoded(value) {
  const made = [];
  do {
    const rest = Math.floor(value / 128);
    made.push((value % 128) + (rest ? 128 : 0));
    value = rest;
  } while (value);
  return Buffer.from(made);
}
