//! Which lines of a message are headers, and whose (RFC 2045, RFC 2046): the message's own, those
//! of its parts, those of messages inside it.

use crate::postfix::cleanup::media::{Encoding, Media};
use crate::postfix::cleanup::quoted::quoted;
use crate::postfix::queue::text::header_name;

/// Whose header a header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The message's own (`header_checks`).
    Primary,
    /// A part's, or one of the message's own that is about its content (`mime_header_checks`).
    Part,
    /// That of a message inside the message (`nested_header_checks`).
    Nested,
}

/// A piece of a message, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A header with its continuation lines, without the last line end.
    Header(Class, Vec<u8>),
    /// The message's own headers have ended here.
    EndOfHeaders,
    /// A line of the body, and how many bytes of its part came before it.
    Body(u64, &'a [u8]),
    /// The same in another encoding.
    Encoded(u64, Vec<u8>),
    /// Something that is not as it should be, and where.
    Fault(Fault, Vec<u8>),
}

/// What may be wrong with a message's form; the first of these is what the sender is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// `mime_nesting_limit`.
    Nesting,
    /// `strict_7bit_headers`.
    HeaderBits,
    /// `strict_8bitmime_body`.
    BodyBits,
    /// `strict_mime_encoding_domain`.
    Encoding,
}

impl Fault {
    /// In Postfix's words.
    pub fn words(self) -> &'static str {
        match self {
            Fault::Nesting => "MIME nesting exceeds safety limit",
            Fault::HeaderBits => "improper use of 8-bit data in message header",
            Fault::BodyBits => "improper use of 8-bit data in message body",
            Fault::Encoding => "invalid message/* or multipart/* encoding domain",
        }
    }
}

/// How a message is cut into its pieces.
#[derive(Clone, Debug)]
pub struct Rules {
    /// `header_size_limit`, in bytes: what is over it is lost.
    pub header_limit: usize,
    /// `mime_nesting_limit`: how deep parts may be nested; those below are text.
    pub depth: usize,
    /// `mime_boundary_length_limit`, in bytes.
    pub boundary: usize,
    /// `line_length_limit`: how long a line is that smtpd hands on in one piece, in bytes.
    pub line: usize,
    /// `disable_mime_input_processing`: all after the headers is text.
    pub is_plain: bool,
    /// What has eight bits gets seven (`disable_mime_output_conversion = no`).
    pub converts: bool,
    /// The faults that are looked for.
    pub faults: Vec<Fault>,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            header_limit: 102_400,
            depth: 100,
            boundary: 2_048,
            line: 2_048,
            is_plain: false,
            converts: false,
            faults: Vec::new(),
        }
    }
}

impl Rules {
    /// Adds a line to a header, up to the limit.
    fn extend(&self, header: &mut Vec<u8>, line: &[u8]) {
        for piece in line.chunks(self.line) {
            if header.len() < self.header_limit {
                header.extend_from_slice(piece);
            }
        }
        header.truncate(self.header_limit);
    }

    fn look_for<'c>(&self, fault: Fault, found: &mut dyn FnMut(Piece<'c>), at: &[u8]) {
        if self.faults.contains(&fault) {
            found(Piece::Fault(fault, at.to_vec()));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Headers(Class),
    Body,
}

/// What is known of the part that is read.
struct Part {
    media: Media,
    encoding: Encoding,
    /// The boundaries that are open, and what a part of each is without a word about it.
    open: Vec<(Vec<u8>, Media)>,
}

impl Part {
    /// Another part begins, which is this if it says nothing of itself.
    fn begin(&mut self, media: Media) {
        self.media = media;
        self.encoding = Encoding::SEVEN_BIT;
    }

    /// A boundary has been crossed, or not; what comes after it.
    fn cross(&mut self, line: &[u8]) -> Option<State> {
        let rest = line.strip_prefix(b"--").filter(|rest| !rest.is_empty())?;
        let is_it = |(name, _): &(Vec<u8>, Media)| rest.starts_with(name);
        let at = self.open.iter().rposition(is_it)?;
        self.open.truncate(at + 1);
        let (name, inner) = self.open.last()?;
        let (is_end, inner) = (rest[name.len()..].starts_with(b"--"), *inner);
        if is_end {
            self.open.pop();
            self.begin(Media::Leaf);
            return Some(State::Body);
        }
        self.begin(inner);
        Some(State::Headers(Class::Part))
    }

    /// The headers are complete.
    fn end_headers<'c>(&mut self, class: Class, rules: &Rules, found: &mut dyn FnMut(Piece<'c>)) {
        if rules.converts && self.encoding.is_wide() {
            let encoding = match self.media.is_envelope() {
                true => "7bit",
                false => "quoted-printable",
            };
            let header = ["Content-Transfer-Encoding: ", encoding].concat();
            found(Piece::Header(class, header.into_bytes()));
        }
        if class == Class::Primary {
            found(Piece::EndOfHeaders);
        }
        if self.media.forbids(self.encoding) {
            rules.look_for(Fault::Encoding, found, self.encoding.0.as_bytes());
        }
    }

    /// A header is complete.
    fn end_header<'c>(
        &mut self,
        header: &mut Vec<u8>,
        class: Class,
        rules: &Rules,
        found: &mut dyn FnMut(Piece<'c>),
    ) {
        if header.is_empty() {
            return;
        }
        let header = std::mem::take(header);
        let name = header_name(&header).unwrap_or_default();
        let value = header.get(name.len() + 1..).unwrap_or_default();
        if name == "content-type" && !rules.is_plain {
            let mut is_deep = false;
            let open = &mut self.open;
            let media = Media::of(value, &mut |mut boundary, inner| {
                if open.len() > rules.depth.saturating_add(1) {
                    is_deep = true;
                } else {
                    boundary.truncate(rules.boundary);
                    open.push((boundary, inner));
                }
            });
            self.media = media.unwrap_or(self.media);
            if is_deep {
                rules.look_for(Fault::Nesting, found, &header);
            }
        } else if name == "content-transfer-encoding" && !rules.is_plain {
            self.encoding = Encoding::of(value).unwrap_or(self.encoding);
        }
        if !header.is_ascii() {
            rules.look_for(Fault::HeaderBits, found, &header);
        }
        if name == "content-transfer-encoding" && rules.converts && self.encoding.is_wide() {
            // Another one comes in its place when it is known what it is about.
            return;
        }
        let is_mime = name.starts_with("content-") || name == "mime-version";
        let class = if is_mime { Class::Part } else { class };
        found(Piece::Header(class, header));
    }
}

/// Cuts a message into its pieces, one after the other: there may be millions.
///
/// ```
/// use smtp_terminal::postfix::cleanup::mime::{pieces, Class, Piece, Rules};
/// let mut found = Vec::new();
/// let message = b"Subject : x\n y\n\nbody\n";
/// pieces(message, &Rules::default(), &mut |piece| found.push(piece));
/// assert_eq!(found[0], Piece::Header(Class::Primary, b"Subject: x\n y".to_vec()));
/// assert_eq!(found[1], Piece::EndOfHeaders);
/// assert_eq!(found.last(), Some(&Piece::Body(1, b"body")));
/// ```
pub fn pieces<'c>(content: &'c [u8], rules: &Rules, found: &mut dyn FnMut(Piece<'c>)) {
    let mut state = State::Headers(Class::Primary);
    let mut part = Part {
        media: Media::Leaf,
        encoding: Encoding::SEVEN_BIT,
        open: Vec::new(),
    };
    let mut offset = 0;
    let text = content.strip_suffix(b"\n").unwrap_or(content);
    let lines = (!content.is_empty()).then(|| text.split(|&b| b == b'\n'));
    let mut header: Vec<u8> = Vec::new();
    for line in lines.into_iter().flatten() {
        if let State::Headers(class) = state {
            if !header.is_empty() && matches!(line.first(), Some(b' ' | b'\t')) {
                if header.len() < rules.header_limit {
                    header.push(b'\n');
                    rules.extend(&mut header, line);
                }
                continue;
            }
            part.end_header(&mut header, class, rules, found);
            if header_name(line).is_some() {
                let colon = line.iter().position(|&b| b == b':').unwrap_or(0);
                header.extend_from_slice(line[..colon].trim_ascii_end());
                rules.extend(&mut header, &line[colon..]);
                continue;
            }
            part.end_headers(class, rules, found);
            if class == Class::Primary && !line.is_empty() {
                found(Piece::Body(0, b""));
            }
            state = State::Body;
            if line.is_empty() {
                offset = 0;
                match part.media {
                    Media::Message { is_global: true }
                        if rules.converts && part.encoding.is_wide() => {}
                    Media::Message { .. } => {
                        state = State::Headers(Class::Nested);
                        part.begin(Media::Leaf);
                    }
                    Media::Multipart => part.begin(Media::Leaf),
                    _ => {}
                }
            }
        }
        let is_looked_at = rules.faults.contains(&Fault::BodyBits);
        if is_looked_at && part.encoding == Encoding::SEVEN_BIT {
            let chunk = line.chunks(rules.line).find(|chunk| !chunk.is_ascii());
            if let Some(chunk) = chunk {
                rules.look_for(Fault::BodyBits, found, chunk);
            }
        }
        state = part.cross(line).unwrap_or(state);
        match rules.converts && part.encoding.is_wide() {
            true => quoted(line)
                .into_iter()
                .for_each(|line| found(Piece::Encoded(offset, line))),
            false => found(Piece::Body(offset, line)),
        }
        offset += line.len() as u64 + 1;
    }
    if let State::Headers(class) = state {
        part.end_header(&mut header, class, rules, found);
        part.end_headers(class, rules, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_parts_and_of_messages_inside_are_told_from_bodies() {
        let text = b"Subject: a\nContent-Type: multipart/mixed;\n boundary=\"xx\"\n\nintro\n--xx\n\
            Content-Type: text/plain\n\nSubject: no header\n--xx\nContent-Type: message/rfc822\n\n\
            Subject: inner\n\ninner body\n--xx--\nSubject: end\n";
        let mut bodies = Vec::new();
        pieces(text, &Rules::default(), &mut |piece| bodies.push(piece));
        let classes: Vec<Class> = bodies
            .iter()
            .filter_map(|piece| match piece {
                Piece::Header(class, _) => Some(*class),
                _ => None,
            })
            .collect();
        use Class::{Nested, Part, Primary};
        assert_eq!(classes, [Primary, Part, Part, Part, Nested]);
        assert!(bodies.contains(&Piece::Body(1, b"Subject: no header")));
        assert!(bodies
            .iter()
            .any(|p| matches!(p, Piece::Body(_, b"Subject: end"))));
    }

    #[test]
    fn a_header_has_an_end() {
        let text = [b"To: ".to_vec(), b"a@b, ".repeat(1_000_000)].concat();
        let mut lengths = Vec::new();
        pieces(&text, &Rules::default(), &mut |piece| match piece {
            Piece::Header(_, header) => lengths.push(header.len()),
            piece => assert_eq!(piece, Piece::EndOfHeaders),
        });
        assert_eq!(lengths.len(), 1);
        assert!(lengths[0] == 102_400);
    }
}
