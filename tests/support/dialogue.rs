//! Dialogues as plain text, one file each, that a mail administrator can read:
//!
//! ```text
//! # A comment. The first one says what the dialogue shows.
//! < strict                         main.cf is tests/postfix/configs/strict.cf; without this line,
//!                                  tests/transcripts/main.cf
//! = smtpd_helo_required = yes      a line of main.cf, on top of that
//! @ 127.16.0.7                     where the client connects from; without this line, 127.0.0.1
//! C: HELO penguinpower             the client sends this line and CR LF
//! R: NOOP\nNOOP\r\n                the client sends these bytes; \r \n \t \0 \\ and \xHH
//! M: safeer penguin                the client answers a CRAM-MD5 challenge for this user
//! T: handshake                     the client starts TLS, where the server was ready for it
//! N: again                         the client hangs up, if the server has not, and connects once more
//! S: 250 smtp.safeer.in            the server says this line
//! S: (closed)                      the server closes the connection
//! ```
//!
//! The client sends everything up to the next `S:` at once, then waits for as many replies as
//! there are. `S: ?` stands for a reply that has not been recorded yet: `make record` asks the
//! real Postfix and writes what it said in its place.

use std::fmt;
use std::path::{Path, PathBuf};

use smtp_terminal::smtp::sasl::hmac::{hmac_md5, md5};
use smtp_terminal::smtp::sasl::{from_base64, to_base64};

use super::shape;

/// What the connection's end looks like in a file.
pub const CLOSED: &str = "(closed)";

/// One turn: what the client sends, and what the server then says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Lines of the file, with their tag, that make up what is sent.
    pub sends: Vec<String>,
    /// Comment lines that stand before it.
    pub comments: Vec<String>,
    /// Replies, each of one or more lines.
    pub replies: Vec<Vec<String>>,
}

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dialogue {
    /// The name of the file without its ending.
    pub name: String,
    /// The configuration that it starts from, where that is not the transcripts' own.
    pub base: Option<String>,
    /// Lines that are added to main.cf.
    pub config: Vec<String>,
    /// The address that the client connects from, where it is not 127.0.0.1.
    pub client: Option<String>,
    /// Comment lines at the top.
    pub comments: Vec<String>,
    /// The turns in order; the first has nothing to send and the banner as its reply.
    pub turns: Vec<Turn>,
}

impl Dialogue {
    /// Reads a file's text.
    pub fn parse(name: &str, text: &str) -> Result<Dialogue, String> {
        let mut dialogue = Dialogue {
            name: name.into(),
            ..Dialogue::default()
        };
        let mut turn = Turn::default();
        let mut comments = Vec::new();
        let mut reply_is_open = false;
        for (number, line) in text.lines().enumerate() {
            let problem = |what: &str| Err(format!("{name}, line {}: {what}", number + 1));
            match (line.get(..2), line.get(2..).unwrap_or("")) {
                (None, "") => {}
                (Some("# "), _) => comments.push(line.to_string()),
                (Some("= "), rest) => {
                    dialogue.comments.append(&mut comments);
                    dialogue.config.push(rest.to_string());
                }
                (Some("< "), rest) => {
                    dialogue.comments.append(&mut comments);
                    dialogue.base = Some(rest.to_string());
                }
                (Some("@ "), rest) => dialogue.client = Some(rest.to_string()),
                (Some("C:" | "R:" | "M:" | "T:" | "N:"), rest) => {
                    if !rest.is_empty() && !rest.starts_with(' ') {
                        return problem("a space belongs after the colon");
                    }
                    if reply_is_open {
                        return problem("a reply of several lines has no last one");
                    }
                    if !turn.replies.is_empty() || dialogue.turns.is_empty() {
                        dialogue.turns.push(std::mem::take(&mut turn));
                    }
                    turn.comments.append(&mut comments);
                    turn.sends.push(line.to_string());
                }
                (Some("S:"), rest) => {
                    let Some(said) = rest.strip_prefix(' ') else {
                        return problem("a space belongs after S:");
                    };
                    if dialogue.turns.is_empty() && turn.replies.is_empty() {
                        dialogue.comments.append(&mut comments);
                    }
                    match turn.replies.last_mut().filter(|_| reply_is_open) {
                        Some(reply) => reply.push(said.into()),
                        None => turn.replies.push(vec![said.into()]),
                    }
                    reply_is_open = said.as_bytes().get(3) == Some(&b'-');
                }
                _ => return problem("start it with C: R: M: T: N: S: = < @ or # and a space"),
            }
        }
        dialogue.turns.push(turn);
        Ok(dialogue)
    }

    /// The address that the client connects from.
    pub fn client(&self) -> &str {
        self.client.as_deref().unwrap_or("127.0.0.1")
    }

    /// How often the client connects.
    pub fn connections(&self) -> usize {
        1 + self.turns.iter().filter(|t| t.connects_again()).count()
    }

    /// Whether a reply is still to be recorded.
    pub fn has_gaps(&self) -> bool {
        let mut lines = self.turns.iter().flat_map(|t| &t.replies).flatten();
        lines.any(|line| line == "?")
    }

    /// The same dialogue with other replies.
    pub fn with_replies(&self, replies: &[Vec<Vec<String>>]) -> Dialogue {
        let mut dialogue = self.clone();
        for (turn, replies) in dialogue.turns.iter_mut().zip(replies) {
            turn.replies = replies.clone();
        }
        dialogue
    }

    /// All dialogues of a folder, in order of name.
    pub fn read_all(folder: &Path) -> Vec<(PathBuf, Dialogue)> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
            .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
            .filter_map(|entry| entry.ok().map(|e| e.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "txt"))
            .collect();
        files.sort();
        let read = |path: PathBuf| {
            let text = std::fs::read_to_string(&path)
                .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let dialogue = Dialogue::parse(&name, &text).unwrap_or_else(|e| panic!("{e}"));
            (path.clone(), dialogue)
        };
        files.into_iter().map(read).collect()
    }
}

impl Turn {
    /// The bytes that the client sends; `challenge` is what the server said last, in base64.
    pub fn bytes(&self, challenge: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for line in &self.sends {
            let text = line.get(3..).unwrap_or("");
            match &line[..2] {
                "C:" => bytes.extend([text.as_bytes(), b"\r\n"].concat()),
                "M:" => bytes.extend([response(text, challenge).as_bytes(), b"\r\n"].concat()),
                "R:" => bytes.extend(unescape(text)),
                _ => {}
            }
        }
        bytes
    }

    /// Whether the client connects once more before it sends anything.
    pub fn connects_again(&self) -> bool {
        self.sends.iter().any(|line| line.starts_with("N:"))
    }

    /// Whether the client starts TLS before it sends anything.
    pub fn starts_tls(&self) -> bool {
        self.sends.iter().any(|line| line.starts_with("T:"))
    }
}

/// The response of CRAM-MD5 (RFC 2195) for `user password`, or of DIGEST-MD5 (RFC 2831), which may name a realm or
/// more behind them.
fn response(account: &str, challenge: &str) -> String {
    let (user, password) = account.split_once(' ').unwrap_or((account, ""));
    let challenge = from_base64(challenge).unwrap_or_default();
    if let Some((_, rest)) = challenge.split_once("nonce=\"") {
        let nonce = rest.split('"').next().unwrap_or("");
        return to_base64(digest_md5(user, password, nonce).as_bytes());
    }
    let digest = hmac_md5(password.as_bytes(), challenge.as_bytes());
    to_base64(format!("{user} {digest}").as_bytes())
}

/// The file's text again.
impl fmt::Display for Dialogue {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for line in &self.comments {
            writeln!(f, "{line}")?;
        }
        if let Some(base) = &self.base {
            writeln!(f, "< {base}")?;
        }
        for line in &self.config {
            writeln!(f, "= {line}")?;
        }
        if let Some(client) = &self.client {
            writeln!(f, "@ {client}")?;
        }
        for turn in &self.turns {
            for line in turn.comments.iter().chain(&turn.sends) {
                writeln!(f, "{line}")?;
            }
            for line in turn.replies.iter().flatten() {
                writeln!(f, "S: {line}")?;
            }
        }
        Ok(())
    }
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(b) = rest.next() {
        if b != b'\\' {
            bytes.push(b);
            continue;
        }
        bytes.push(match rest.next() {
            Some(b'r') => b'\r',
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'0') => 0,
            Some(b'x') => {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&digits, 16).unwrap_or_else(|e| panic!("\\x{digits}: {e}"))
            }
            Some(other) => other,
            None => b'\\',
        });
    }
    bytes
}

/// Bytes as a line of the file: what is not printable is escaped.
pub fn printable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => text.into(),
        _ => bytes.escape_ascii().to_string(),
    }
}

/// What a client says for DIGEST-MD5; behind the password there may be `realm=…`, `uri=…` and `authzid=…`.
fn digest_md5(user: &str, words: &str, nonce: &str) -> String {
    let mut words = words.split(' ');
    let password = words.next().unwrap_or("");
    let words: Vec<&str> = words.collect();
    let said = |name: &str| words.iter().find_map(|word| word.strip_prefix(name));
    let realm = said("realm=").unwrap_or("");
    let uri = said("uri=").unwrap_or("smtp/smtp.safeer.in");
    let hex = |bytes: &[u8]| -> String { md5(bytes).iter().map(|b| format!("{b:02x}")).collect() };
    let who = md5(format!("{user}:{realm}:{password}").as_bytes());
    let identity = said("authzid=").map_or(String::new(), |name| format!(":{name}"));
    let first = hex(&[&who, format!(":{nonce}:cn{identity}").as_bytes()].concat());
    let last = hex(format!("AUTHENTICATE:{uri}").as_bytes());
    let digest = hex(format!("{first}:{nonce}:00000001:cn:auth:{last}").as_bytes());
    let identity = said("authzid=").map_or(String::new(), |name| format!(",authzid=\"{name}\""));
    format!(
        "username=\"{user}\",realm=\"{realm}\",nonce=\"{nonce}\",cnonce=\"cn\",nc=00000001,qop=auth,\
         digest-uri=\"{uri}\",response={digest}{identity}"
    )
}

/// A challenge of DIGEST-MD5 without its nonce, of which the length counts; of the server's own proof its length does.
fn digest_challenge(text: &str) -> Option<String> {
    let plain = from_base64(text).ok()?;
    if let Some(proof) = plain.strip_prefix("rspauth=") {
        let is_digest = proof.len() == 32 && proof.bytes().all(|b| b.is_ascii_hexdigit());
        return is_digest.then(|| "334 (proof)".into());
    }
    let (before, rest) = plain.split_once("nonce=\"")?;
    let (nonce, after) = rest.split_once('"')?;
    Some(format!("334 ({before}nonce of {}{after})", nonce.len()))
}

/// Hides what no two servers have in common: queue IDs and challenges.
pub fn mask(line: &str) -> String {
    let mut line = line.to_string();
    if let Some(at) = line.find("queued as ") {
        let from = at + "queued as ".len();
        let end = line[from..]
            .find(|c: char| !c.is_ascii_alphanumeric())
            .map_or(line.len(), |i| from + i);
        if shape::is_queue_id(&line[from..end]) {
            line.replace_range(from..end, "C53E7265CB0");
        }
    }
    if let Some(shown) = line.strip_prefix("334 ").and_then(digest_challenge) {
        return shown;
    }
    if let Some(host) = line.strip_prefix("334 ").and_then(challenger) {
        line = match host == "smtp.safeer.in" {
            true => "334 (challenge)".into(),
            false if host.contains('.') => format!("334 (challenge of {host})"),
            // As the machine calls itself.
            false => "334 (challenge of a host)".into(),
        };
    }
    line
}

/// The host that made a CRAM-MD5 challenge: base64 of `<number.number@host>`.
fn challenger(text: &str) -> Option<String> {
    let plain = from_base64(text).ok()?;
    // Nothing else may give the same bytes.
    if to_base64(plain.as_bytes()) != text {
        return None;
    }
    let (number, host) = plain
        .strip_prefix('<')?
        .strip_suffix('>')?
        .split_once('@')?;
    let (one, other) = number.split_once('.')?;
    let is_number = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    (is_number(one) && is_number(other)).then(|| host.into())
}

/// Cuts what a server said into masked replies; the last may be incomplete. An end of a line that
/// is not CR LF is shown.
pub fn replies(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut replies: Vec<Vec<String>> = Vec::new();
    let mut open = false;
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        let (bare, end) = match line {
            [bare @ .., b'\r', b'\n'] => (bare, ""),
            [bare @ .., b'\n'] => (bare, " (LF)"),
            bare => (bare, " (no end)"),
        };
        let text = mask(&printable(bare)) + end;
        let goes_on = bare.get(3) == Some(&b'-');
        match replies.last_mut().filter(|_| open) {
            Some(reply) => reply.push(text),
            None => replies.push(vec![text]),
        }
        open = goes_on;
    }
    replies
}

/// The text after `334 ` in what a server said last: the challenge to an AUTH client.
pub fn challenge(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let last = text.lines().last().and_then(|l| l.strip_prefix("334 "));
    last.unwrap_or("").to_string()
}

/// Whether the bytes end with a complete reply, and how many there are.
pub fn complete(bytes: &[u8]) -> usize {
    let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    let all = bytes[..whole].split_inclusive(|&b| b == b'\n');
    all.filter(|line| line.get(3) != Some(&b'-')).count()
}
