// The simulator's module on its way. Its code is instructions and numbers by turns, and compression sees
// neither well. So tools/streams.mjs takes them apart, into one stream of instructions and one of numbers for
// each place where numbers are alike, and this puts them together again: 13 % less to load.

/** The section that stands where the code was: its name with the name's length. */
export const NAME = "\x07streams";
/** The streams of the instructions themselves, and of what a function has of variables. */
export const CODES = 768;
export const LOCALS = 769;

/** How many numbers follow an instruction, and `more` by the first of them. */
export const counts = new Uint8Array(256);
for (const [first, last] of [[2, 4], [12, 16], [28, 28], [32, 38], [40, 66], [208, 208], [210, 210], [252, 252]]) {
  counts.fill(1, first, last + 1);
}
counts[15] = 0; // return
counts[17] = 2; // call_indirect
export const more = (code, first) =>
  code === 14 ? first + 1 : code === 28 ? first : code !== 252 || first < 8 ? 0 : first > 14 || first % 2 ? 1 : 2;
/** How many bytes follow that are no number: f32.const, f64.const. */
export const plain = (code) => (code === 67 ? 4 : code === 68 ? 8 : 0);
/** Loads and stores. How their address is aligned is a hint to old processors: it is left out, and then 0. */
export const hinted = (code) => code > 39 && code < 63;

/** Where an instruction's numbers are: for local.get and i32.const by what comes next. */
export const place = (code, next) => (code === 32 ? 256 + next : code === 65 ? 512 + next : code);
/** Where they are if that place has too few of them for a stream of its own, and then the first one. */
export const wider = (key) => (key >= CODES ? 0 : key > 511 ? 65 : key > 255 ? 32 : 0);

/** A module as browsers take it. One that is not in streams stays as it is. */
export function joined(bytes) {
  let at = 8;
  const cut = () => new RangeError("the module is cut");
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (at > bytes.length) throw cut();
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  for (let start = at, end; at < bytes.length; start = at = end) {
    const id = bytes[at++];
    end = number();
    end += at;
    if (id || !NAME.split("").every((letter) => letter.charCodeAt() === bytes[at++])) continue;

    const functions = number();
    const out = new Uint8Array(start + number() + bytes.length - end);
    const own = new Map();
    const heads = [];
    for (let left = number(); left > 0; left--) {
      own.set(number(), heads.length);
      heads.push(number());
    }
    for (let stream = 0; stream < heads.length; stream++) {
      const length = heads[stream];
      heads[stream] = at;
      at += length;
    }
    const streams = Uint16Array.from({ length: 770 }, (_, key) => own.get(key) ?? own.get(wider(key)) ?? 0);

    let to = start;
    out.set(bytes.subarray(0, start));
    const byte = (stream) => {
      if (heads[stream] >= bytes.length) throw cut();
      return (out[to++] = bytes[heads[stream]++]);
    };
    const copied = (stream) => {
      for (let value = 0, shift = 0; ; shift += 7) {
        const part = byte(stream);
        value |= (part & 127) << shift;
        if (part < 128) return value;
      }
    };
    // A length gets room before it is known, and so the same room whatever it is.
    const put = (value, place, room) => {
      for (; room > 0; room--, value >>>= 7) out[place++] = (value & 127) | (room > 1 ? 128 : 0);
    };
    const codes = streams[CODES];
    const locals = streams[LOCALS];
    out[to] = 10;
    put(functions, to + 6, 5);
    to += 11;
    for (let left = functions; left > 0; left--) {
      const head = to;
      to += 3;
      for (let kinds = copied(locals); kinds > 0; kinds--) {
        copied(locals);
        copied(locals);
      }
      for (let depth = 1; depth > 0; ) {
        const code = byte(codes);
        if (code === 11) depth--;
        else if (code > 1 && code < 5) depth++;
        const stream = streams[place(code, bytes[heads[codes]])];
        if (hinted(code)) to++;
        for (let left = plain(code); left > 0; left--) byte(stream);
        let count = counts[code];
        if (count) count += more(code, copied(stream)) - 1;
        for (; count > 0; count--) copied(stream);
      }
      put(to - head - 3, head, 3);
    }
    put(to - start - 6, start + 1, 5);
    out.set(bytes.subarray(end), to);
    return out;
  }
  return bytes;
}
