//! What a part of a message is said to be, and how it is encoded (RFC 2045): its `Content-Type:` and
//! `Content-Transfer-Encoding:`.

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// Something whose lines mean nothing here.
    Leaf,
    /// A message with headers of its own (`message/rfc822`, `message/global`).
    Message {
        /// It may be encoded itself (`message/global`).
        is_global: bool,
    },
    /// A piece of a message, which nobody looks into, and which 7-bit text must be
    /// (`message/partial`, `message/external-body`).
    Fragment,
    /// A message of a kind that is not known.
    Unknown,
    /// Parts.
    Multipart,
}

/// How a part is encoded, by the name of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(pub &'static str);

/// Those that change nothing stand first.
const ENCODINGS: [&str; 5] = ["7bit", "8bit", "binary", "base64", "quoted-printable"];

impl Encoding {
    /// What a part is in that says nothing of it.
    pub const SEVEN_BIT: Encoding = Encoding(ENCODINGS[0]);

    /// The one that the value of `Content-Transfer-Encoding:` names, if it is known.
    pub fn of(value: &[u8]) -> Option<Encoding> {
        let Some(Token::Word(word)) = item(&mut &value[..]).into_iter().flatten().next() else {
            return None;
        };
        let known = ENCODINGS.iter();
        let known = known.filter(|name| word.eq_ignore_ascii_case(name.as_bytes()));
        known.map(|name| Encoding(name)).next()
    }

    /// Whether it has bytes of eight bits.
    pub fn is_wide(self) -> bool {
        ENCODINGS[1..3].contains(&self.0)
    }

    /// Whether what is encoded is as it was.
    pub fn is_identity(self) -> bool {
        ENCODINGS[..3].contains(&self.0)
    }
}

impl Media {
    /// Whether it may have no encoding that changes it.
    pub fn is_envelope(self) -> bool {
        !matches!(self, Media::Leaf | Media::Message { is_global: true })
    }

    /// Whether an encoding must not be used for it.
    pub fn forbids(self, encoding: Encoding) -> bool {
        match self {
            Media::Leaf | Media::Unknown | Media::Message { is_global: true } => false,
            Media::Message { .. } | Media::Multipart => !encoding.is_identity(),
            Media::Fragment => matches!(encoding.0, "8bit" | "binary"),
        }
    }

    /// What the value of `Content-Type:` says; of each boundary that it names `found` is told, with
    /// what a part behind it is that says nothing of itself. `None` where nothing is said.
    pub fn of(mut value: &[u8], found: &mut dyn FnMut(Vec<u8>, Media)) -> Option<Media> {
        let first = item(&mut value).filter(|tokens| !tokens.is_empty())?;
        let is = |at: usize, word: &str| match first.get(at) {
            Some(Token::Word(own)) => own.eq_ignore_ascii_case(word.as_bytes()),
            _ => false,
        };
        let has_kind = first.get(1) == Some(&Token::Special(b'/'));
        let is_kind = |kind: &str| has_kind && is(2, kind);
        if is(0, "message") {
            return Some(match () {
                _ if is_kind("rfc822") => Media::Message { is_global: false },
                _ if is_kind("global") => Media::Message { is_global: true },
                _ if is_kind("partial") || is_kind("external-body") => Media::Fragment,
                _ => Media::Unknown,
            });
        }
        if !is(0, "multipart") {
            return Some(Media::Leaf);
        }
        let inner = match is_kind("digest") {
            true => Media::Message { is_global: false },
            false => Media::Leaf,
        };
        while let Some(tokens) = item(&mut value) {
            if let [Token::Word(name), Token::Special(b'='), value, ..] = &tokens[..] {
                if name.eq_ignore_ascii_case(b"boundary") {
                    let value = match value {
                        Token::Word(text) | Token::Quoted(text) => text.clone(),
                        Token::Special(byte) => vec![*byte],
                    };
                    found(value, inner);
                }
            }
        }
        Some(Media::Multipart)
    }
}

/// A piece of such a header.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(Vec<u8>),
    Quoted(Vec<u8>),
    Special(u8),
}

/// So many tokens of an item are looked at.
const TOKENS: usize = 3;

fn is_special(byte: u8) -> bool {
    byte.is_ascii_control() || b"()<>@,;:\\\"/[]?=".contains(&byte)
}

/// The tokens up to the next semicolon, without blanks and comments; `None` at the end.
fn item(rest: &mut &[u8]) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    while let Some((&byte, after)) = rest.split_first() {
        *rest = after;
        let token = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            b';' => return Some(tokens),
            b'(' => {
                comment(rest);
                continue;
            }
            b'"' => Token::Quoted(quoted(rest)),
            byte if is_special(byte) => Token::Special(byte),
            byte => {
                let end = rest.iter().position(|&b| b == b' ' || is_special(b));
                let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                *rest = after;
                Token::Word([&[byte], word].concat())
            }
        };
        if tokens.len() < TOKENS {
            tokens.push(token);
        }
    }
    (!tokens.is_empty()).then_some(tokens)
}

/// Leaves out a comment, and those in it.
fn comment(rest: &mut &[u8]) {
    let mut depth = 1;
    while let Some((&byte, after)) = rest.split_first() {
        *rest = after;
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'\\' => *rest = rest.get(1..).unwrap_or_default(),
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

/// A text in quotes, on one line.
fn quoted(rest: &mut &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    while let Some((&byte, after)) = rest.split_first() {
        *rest = after;
        match byte {
            b'"' => break,
            b'\n' => text.truncate(text.trim_ascii_end().len()),
            b'\\' => {
                if let Some((&byte, after)) = rest.split_first() {
                    *rest = after;
                    text.push(byte);
                }
            }
            byte => text.push(byte),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_found_as_it_is_written() {
        let mut found = Vec::new();
        let value =
            b" multipart/mixed (a (b) ;c); x=y;\n boundary (!) = \"a\\\"b\n c\"; boundary=d";
        let media = Media::of(value, &mut |name, inner| found.push((name, inner)));
        assert_eq!(media, Some(Media::Multipart));
        let of = |name: &[u8]| (name.to_vec(), Media::Leaf);
        assert_eq!(found, [of(b"a\"b c"), of(b"d")]);
        assert_eq!(Media::of(b" ;", &mut |_, _| ()), None);
        assert_eq!(Encoding::of(b" BASE64 (x)"), Some(Encoding("base64")));
    }
}
