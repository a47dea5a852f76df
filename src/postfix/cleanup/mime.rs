//! Which lines of a message are headers, and whose (RFC 2045, RFC 2046): the message's own, those
//! of its parts, those of messages inside it.

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
}

/// What the headers of a part say about it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Media {
    Text,
    Message,
    Multipart,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Headers(Class),
    Body,
}

/// How long a header may be (`header_size_limit`): the line that goes over it is the last.
const HEADER_LIMIT: usize = 102_400;

/// How deep parts may be nested (`mime_nesting_limit`); those below are text.
const DEPTH: usize = 100;

/// How long a line is that smtpd hands on in one piece (`line_length_limit`).
const LINE: usize = 2_048;

/// Adds a line to a header, up to the limit.
fn extend(header: &mut Vec<u8>, line: &[u8]) {
    for piece in line.chunks(LINE) {
        if header.len() < HEADER_LIMIT {
            header.extend_from_slice(piece);
        }
    }
}

/// Cuts a message into its pieces, one after the other: there may be millions.
///
/// ```
/// use smtp_terminal::postfix::cleanup::mime::{pieces, Class, Piece};
/// let mut found = Vec::new();
/// let message = b"Subject : x\n y\n\nbody\n";
/// pieces(message, &mut |piece| found.push(piece));
/// assert_eq!(found[0], Piece::Header(Class::Primary, b"Subject: x\n y".to_vec()));
/// assert_eq!(found[1], Piece::EndOfHeaders);
/// assert_eq!(found.last(), Some(&Piece::Body(1, b"body")));
/// ```
pub fn pieces<'c>(content: &'c [u8], found: &mut dyn FnMut(Piece<'c>)) {
    let mut state = State::Headers(Class::Primary);
    let mut media = Media::Text;
    // The boundaries that are open, and what a part of each is without a word about it.
    let mut open: Vec<(Vec<u8>, Media)> = Vec::new();
    let mut offset = 0;
    let text = content.strip_suffix(b"\n").unwrap_or(content);
    let lines = (!content.is_empty()).then(|| text.split(|&b| b == b'\n'));
    let mut header: Vec<u8> = Vec::new();
    for line in lines.into_iter().flatten() {
        if let State::Headers(class) = state {
            if !header.is_empty() && matches!(line.first(), Some(b' ' | b'\t')) {
                if header.len() < HEADER_LIMIT {
                    header.push(b'\n');
                    extend(&mut header, line);
                }
                continue;
            }
            end_header(&mut header, class, &mut media, &mut open, found);
            if header_name(line).is_some() {
                let colon = line.iter().position(|&b| b == b':').unwrap_or(0);
                header.extend_from_slice(line[..colon].trim_ascii_end());
                extend(&mut header, &line[colon..]);
                continue;
            }
            if class == Class::Primary {
                found(Piece::EndOfHeaders);
                if !line.is_empty() {
                    found(Piece::Body(0, b""));
                }
            }
            state = match (line.is_empty(), media) {
                (true, Media::Message) => State::Headers(Class::Nested),
                _ => State::Body,
            };
            if line.is_empty() {
                offset = 0;
                media = Media::Text;
            }
        }
        if let Some(rest) = line.strip_prefix(b"--") {
            if let Some(at) = open.iter().rposition(|(name, _)| rest.starts_with(name)) {
                open.truncate(at + 1);
                let (name, inner) = open[at].clone();
                if rest[name.len()..].starts_with(b"--") {
                    open.pop();
                    state = State::Body;
                } else {
                    (state, media) = (State::Headers(Class::Part), inner);
                }
            }
        }
        found(Piece::Body(offset, line));
        offset += line.len() as u64 + 1;
    }
    if let State::Headers(class) = state {
        end_header(&mut header, class, &mut media, &mut open, found);
        if class == Class::Primary {
            found(Piece::EndOfHeaders);
        }
    }
}

/// A header is complete.
fn end_header<'c>(
    header: &mut Vec<u8>,
    class: Class,
    media: &mut Media,
    open: &mut Vec<(Vec<u8>, Media)>,
    found: &mut dyn FnMut(Piece<'c>),
) {
    if header.is_empty() {
        return;
    }
    let header = std::mem::take(header);
    let name = header_name(&header).unwrap_or_default();
    let is_mime = name.starts_with("content-") || name == "mime-version";
    if name == "content-type" {
        let value = String::from_utf8_lossy(&header[name.len() + 1..]).replace('\n', " ");
        let value = value.trim_start();
        let is = |start: &str| {
            let found = value.get(..start.len());
            found.is_some_and(|v| v.eq_ignore_ascii_case(start))
        };
        *media = match () {
            _ if is("message/rfc822") || is("message/global") => Media::Message,
            _ if is("multipart") => Media::Multipart,
            _ => Media::Text,
        };
        if *media == Media::Multipart {
            let inner = match is("multipart/digest") {
                true => Media::Message,
                false => Media::Text,
            };
            for parameter in value.split(';').skip(1) {
                if let Some((name, value)) = parameter.split_once('=') {
                    if name.trim().eq_ignore_ascii_case("boundary") && open.len() <= DEPTH {
                        let value = value.trim().trim_matches('"');
                        open.push((value.as_bytes().to_vec(), inner));
                    }
                }
            }
        }
    }
    let class = if is_mime { Class::Part } else { class };
    found(Piece::Header(class, header));
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
        pieces(text, &mut |piece| bodies.push(piece));
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
        pieces(&text, &mut |piece| match piece {
            Piece::Header(_, header) => lengths.push(header.len()),
            piece => assert_eq!(piece, Piece::EndOfHeaders),
        });
        assert_eq!(lengths.len(), 1);
        assert!(lengths[0] < HEADER_LIMIT + LINE);
    }
}
