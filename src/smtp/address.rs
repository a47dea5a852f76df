//! Addresses as Postfix reads them: RFC 822 tokens, grouped from the right.
//!
//! Postfix accepts far more than RFC 5321 section 4.1.2 allows, `MAIL FROM: user@host` and
//! `<Joe (the user) "J Doe" <joe@x>>` among it. It cuts the text into tokens ([`scan`]), groups
//! them into addresses from right to left ([`parse`]) and writes the one address that is left
//! in its *internal* form, without quotes ([`internal`]).

use std::borrow::Cow;

/// One token of RFC 822 text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A character with a meaning of its own: `@`, `.`, `<`, `,`, `%`, `!` …
    Op(char),
    /// A word with nothing special in it.
    Atom(String),
    /// A quoted string, or an atom that would need quotes; held without them.
    Quoted(String),
    /// A domain literal, held without its brackets.
    Literal(String),
    /// A comment, held with its parentheses.
    Comment(String),
    /// Several tokens that form one address.
    Address(Vec<Token>),
    /// The colon that opens a group.
    Group,
}

impl Token {
    /// Whether a space stands between this and the next.
    pub fn is_apart_from(&self, next: &Token) -> bool {
        matches!(self, Token::Op(',') | Token::Group)
            || *next == Token::Op('<')
            || (self.is_word() && next.is_word())
    }

    fn is_word(&self) -> bool {
        matches!(
            self,
            Token::Atom(_)
                | Token::Quoted(_)
                | Token::Literal(_)
                | Token::Comment(_)
                | Token::Address(_)
        )
    }
}

fn is_op(c: char) -> bool {
    "|%!()<>@,;:\\\".[]".contains(c)
}

/// Takes characters while `more` holds; a backslash takes the next one whatever it is.
fn collect(rest: &mut &str, more: impl Fn(char) -> bool) -> String {
    let mut text = String::new();
    while let Some(mut c) = rest.chars().next() {
        if c == '\\' {
            *rest = &rest[1..];
            match rest.chars().next() {
                Some(next) => c = next,
                None => break,
            }
        } else if !more(c) {
            break;
        }
        text.push(if matches!(c, ' ' | '\t' | '\r' | '\n') {
            ' '
        } else {
            c
        });
        *rest = &rest[c.len_utf8()..];
    }
    text
}

fn comment(rest: &mut &str) -> String {
    let mut text = String::from("(");
    let mut level = 1;
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        text.push(c);
        match c {
            '(' => level += 1,
            ')' => level -= 1,
            '\\' => text.extend(chars.next()),
            _ => {}
        }
        if level == 0 {
            break;
        }
    }
    *rest = chars.as_str();
    text
}

/// Cuts text into tokens.
pub fn scan(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if matches!(c, ' ' | '\t' | '\r' | '\n') {
            rest = after;
            continue;
        }
        tokens.push(match c {
            '(' => {
                rest = after;
                Token::Comment(comment(&mut rest))
            }
            '[' | '"' => {
                let end = if c == '[' { ']' } else { '"' };
                rest = after;
                let inner = collect(&mut rest, |c| c != end);
                rest = rest.get(1..).unwrap_or("");
                if c == '[' {
                    Token::Literal(inner)
                } else {
                    Token::Quoted(inner)
                }
            }
            c if c != '\\' && is_op(c) => {
                rest = after;
                Token::Op(c)
            }
            _ => {
                let word = collect(&mut rest, |c| {
                    !matches!(c, ' ' | '\t' | '\r' | '\n') && !is_op(c)
                });
                let plain = !word
                    .chars()
                    .any(|c| c == ' ' || c.is_ascii_control() || is_op(c));
                if plain {
                    Token::Atom(word)
                } else {
                    Token::Quoted(word)
                }
            }
        });
    }
    tokens
}

/// Groups tokens into addresses, from right to left.
///
/// `pending` holds the tokens of the address being gathered and `done` all that stands to the
/// right of it, both in reverse.
pub fn parse(text: &str) -> Vec<Token> {
    let mut done: Vec<Token> = Vec::new();
    let mut pending: Vec<Token> = Vec::new();
    let mut left = scan(text);
    let mut may_join_word = true;
    let mut in_group = false;
    // The token just left of `done` has been reached by skipping, not by gathering.
    let mut skipped_to = false;

    fn group(pending: &mut Vec<Token>, done: &mut Vec<Token>, comma: bool) {
        if !pending.is_empty() {
            pending.reverse();
            done.push(Token::Address(std::mem::take(pending)));
            if comma {
                done.push(Token::Op(','));
            }
        }
    }

    while let Some(token) = left.pop() {
        let reached_by_skipping = std::mem::take(&mut skipped_to);
        match token {
            Token::Comment(_) => done.push(token),
            Token::Op(';') => {
                group(&mut pending, &mut done, true);
                done.push(token);
                in_group = true;
                may_join_word = true;
            }
            Token::Op(':') if in_group => {
                group(&mut pending, &mut done, false);
                done.push(Token::Group);
                while left.last().is_some_and(|t| *t != Token::Op(',')) {
                    done.extend(left.pop());
                }
                skipped_to = true;
            }
            Token::Op('>') => {
                group(&mut pending, &mut done, true);
                done.push(token);
                while let Some(inner) = left.pop() {
                    match inner {
                        Token::Op('<') => {
                            left.push(inner);
                            break;
                        }
                        Token::Comment(_) => done.push(inner),
                        _ => pending.push(inner),
                    }
                }
                group(&mut pending, &mut done, false);
                let stops = |t: &Token| matches!(t, Token::Op('>' | ';' | ',' | ':'));
                while left.last().is_some_and(|t| !stops(t)) {
                    done.extend(left.pop());
                }
                skipped_to = true;
                may_join_word = true;
            }
            Token::Atom(_) | Token::Quoted(_) | Token::Literal(_) => {
                if !may_join_word {
                    group(&mut pending, &mut done, true);
                }
                may_join_word = false;
                pending.push(token);
            }
            Token::Op(',') => {
                group(&mut pending, &mut done, false);
                done.push(token);
                may_join_word = true;
            }
            _ => {
                may_join_word = true;
                if reached_by_skipping {
                    done.push(token);
                } else {
                    pending.push(token);
                }
            }
        }
    }
    group(&mut pending, &mut done, false);
    done.reverse();
    done
}

/// Writes tokens without quotes. `spaced` puts a space between words, as Postfix does for
/// tokens that have not been grouped into an address.
pub fn internal(tokens: &[Token], spaced: bool) -> String {
    written(tokens, spaced, false)
}

/// The same, with quotes where something was quoted.
pub fn written(tokens: &[Token], spaced: bool, quoted: bool) -> String {
    let mut out = String::new();
    for (i, token) in tokens.iter().enumerate() {
        match token {
            Token::Op(c) => out.push(*c),
            Token::Group => out.push(':'),
            Token::Quoted(s) if quoted => push_quoted(&mut out, s, ('"', '"')),
            Token::Literal(s) if quoted => push_quoted(&mut out, s, ('[', ']')),
            Token::Atom(s) | Token::Quoted(s) | Token::Comment(s) => out.push_str(s),
            Token::Literal(s) => {
                out.push('[');
                out.push_str(s);
                out.push(']');
            }
            Token::Address(inner) => out.push_str(&written(inner, false, quoted)),
        }
        let next = tokens.get(i + 1).filter(|_| spaced);
        if next.is_some_and(|next| token.is_apart_from(next)) {
            out.push(' ');
        }
    }
    out
}

fn push_quoted(out: &mut String, text: &str, (open, close): (char, char)) {
    out.push(open);
    for c in text.chars() {
        // In a literal a bracket stands as it is.
        if matches!(c, '\\' | '\r') || c == '"' && c == open {
            out.push('\\');
        }
        out.push(c);
    }
    out.push(close);
}

/// Puts quotes around a local part that needs them (RFC 5322 section 3.4.1 dot-atom), leaving
/// a source route and the domain as they are.
///
/// ```
/// use smtp_terminal::smtp::address::quote_local;
/// assert_eq!(quote_local("joe user@example.com"), "\"joe user\"@example.com");
/// ```
pub fn quote_local(address: &str) -> String {
    let start = route_end(address);
    let end = address[start..]
        .rfind('@')
        .map_or(address.len(), |at| start + at);
    let local = &address[start..end];
    let plain = !local.is_empty()
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && !local
            .chars()
            .any(|c| c == ' ' || c.is_ascii_control() || "()<>@,;:\\\"[]".contains(c));
    if plain {
        return address.to_string();
    }
    let mut out = String::from(&address[..start]);
    push_quoted(&mut out, local, ('"', '"'));
    out.push_str(&address[end..]);
    out
}

/// Takes the quotes off a local part: the inverse of [`quote_local`].
pub fn unquote_local(address: &str) -> String {
    let start = route_end(address);
    let mut out = String::from(&address[..start]);
    let mut in_quote = false;
    let mut bare_at = None;
    let mut chars = address[start..].char_indices();
    while let Some((i, c)) = chars.next() {
        match c {
            '"' => in_quote = !in_quote,
            '@' => {
                if !in_quote {
                    bare_at = Some((out.len(), start + i));
                }
                out.push(c);
            }
            '\\' => out.extend(chars.next().map(|(_, c)| c)),
            _ => out.push(c),
        }
    }
    if let Some((kept, from)) = bare_at {
        out.truncate(kept);
        out.push_str(&address[from..]);
    }
    out
}

/// Where the mailbox starts after a source route `@a,@b:` (RFC 5321 appendix C).
fn route_end(address: &str) -> usize {
    if address.starts_with('@') {
        address.find(':').map_or(0, |colon| colon + 1)
    } else {
        0
    }
}

/// What [`extract`] found wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadAddress;

/// The one address in the argument of MAIL, RCPT or VRFY, in internal form; empty for `<>`.
///
/// With `strict` (`strict_rfc821_envelopes`) the argument must be `<address>` and no more.
///
/// ```
/// use smtp_terminal::smtp::address::extract;
/// assert_eq!(extract("<praveen@gmail.com>", false).as_deref(), Ok("praveen@gmail.com"));
/// assert_eq!(extract("Praveen <praveen@gmail.com>", false).as_deref(), Ok("praveen@gmail.com"));
/// assert!(extract("<a@b>, <c@d>", false).is_err());
/// ```
pub fn extract(argument: &str, strict: bool) -> Result<Cow<'_, str>, BadAddress> {
    let mut text = match argument.strip_prefix('<').and_then(|t| t.strip_suffix('>')) {
        Some(inner) => inner,
        None => argument,
    };
    if is_plain(text) && (!strict || argument.starts_with('<')) {
        return Ok(text.into());
    }
    text = &text[route_end(text)..];
    let tokens = parse(text);
    let mut addresses = tokens.iter().filter_map(|t| match t {
        Token::Address(inner) => Some(inner),
        _ => None,
    });
    let (first, more) = (addresses.next(), addresses.next().is_some());
    let others = tokens
        .iter()
        .any(|t| !matches!(t, Token::Address(_) | Token::Op('<' | '>')));
    if more || (strict && (others || !argument.starts_with('<'))) {
        return Err(BadAddress);
    }
    Ok(first.map(|a| internal(a, false)).unwrap_or_default().into())
}

/// Whether an address has nothing in it that would have to be parsed: `user@domain` of letters,
/// digits and a few signs.
fn is_plain(text: &str) -> bool {
    // The character before the next one: a word may neither start nor end with these.
    let mut before = b'.';
    let mut ats = 0;
    for b in text.bytes() {
        match b {
            b'.' | b'@' if matches!(before, b'.' | b'@') => return false,
            b'@' => ats += 1,
            b'.' | b'-' | b'_' | b'+' => {}
            _ if b.is_ascii_alphanumeric() => {}
            _ => return false,
        }
        before = b;
    }
    ats == 1 && !matches!(before, b'.' | b'@')
}

/// [`quote_local`] as the log uses it: the empty address stays empty.
pub fn quote_local_info(address: &str) -> String {
    if address.is_empty() {
        String::new()
    } else {
        quote_local(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_arguments_are_read_as_postfix_reads_them() {
        let read = |a| extract(a, false).unwrap_or("(bad)".into());
        assert_eq!(read("safeer@safeer.in"), "safeer@safeer.in");
        assert_eq!(extract("safeer@safeer.in", true), Err(BadAddress));
        assert_eq!(read("<a.b-c_d+e@x.y>"), "a.b-c_d+e@x.y");
        assert_eq!(read("<a@>"), "a@");
        assert_eq!(read("<>"), "");
        assert_eq!(read("<@a,@b:joe@c>"), "joe@c");
        assert_eq!(read("<\"joe user\"@c>"), "joe user@c");
        assert_eq!(read("<joe (the user)@c>"), "joe@c");
        assert_eq!(read("<a b@c>"), "(bad)");
        assert_eq!(read("<user@[127.0.0.1]>"), "user@[127.0.0.1]");
    }

    #[test]
    fn quoting_can_be_undone() {
        for address in ["a b@c", "a\"b@c", ".a@c", "a@b@c", "plain@c", "@r:x y@z"] {
            assert_eq!(unquote_local(&quote_local(address)), address);
        }
    }
}
