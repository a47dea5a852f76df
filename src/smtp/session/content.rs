//! The content of a message while it comes in: which bytes of it are kept, and what is wrong with
//! it (RFC 5321 sections 4.5.2 and 4.5.3.1.7, RFC 3030).

use std::collections::VecDeque;

use crate::smtp::framing::{End, Framing};
use crate::smtp::session::action::Todo;
use crate::smtp::session::watch::Watch;
use crate::smtp::settings::{BareNewline, Settings};

/// What lines have to keep to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// `smtpd_forbid_bare_newline`, as it is for this client.
    bare_newline: BareNewline,
    /// `line_length_limit`.
    line_length: usize,
    /// How many bytes a message may have.
    size: u64,
}

impl Rules {
    /// Those of a server, for a client of this kind.
    pub fn of(settings: &Settings, bare_newline: BareNewline) -> Rules {
        Rules {
            bare_newline,
            line_length: settings.line_length_limit,
            size: settings.most_bytes(),
        }
    }

    fn is_strict(self) -> bool {
        self.bare_newline != BareNewline::Allow
    }

    /// Whether what is so big may become bigger by so much.
    fn have_room(self, size: u64, more: u64) -> bool {
        self.size.saturating_sub(size) >= more
    }
}

/// What is known of a message while its lines come in.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// What is kept, lines ended by LF.
    pub bytes: Vec<u8>,
    /// Bytes received, counting two for each line end.
    pub size: u64,
    /// Why it will be refused at its end.
    pub fault: Option<Fault>,
    /// It has become too big, and nobody has asked yet.
    overflows: bool,
    /// A line of the message proper has been seen, not just mbox `From ` lines.
    begun: bool,
    /// The last piece was the start of an over-long line.
    in_line: bool,
    /// The last line ended with a bare LF.
    after_bare_newline: bool,
}

/// Why a message will be refused at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    TooBig,
    BareNewline,
}

impl Content {
    /// Takes what has come after DATA; whether the message is complete.
    pub fn read(
        &mut self,
        framing: &mut Framing,
        rules: Rules,
        watch: &mut Watch,
        todo: &mut VecDeque<Todo>,
    ) -> bool {
        self.bytes.reserve(framing.unread().len());
        while let Some((line, end)) = framing.line(rules.line_length, rules.is_strict()) {
            watch.hear(line, end, true, todo);
            let bare = rules.is_strict() && end == End::BareLf;
            if bare && rules.bare_newline == BareNewline::Reject {
                self.fault = Some(Fault::BareNewline);
            }
            let in_line = std::mem::replace(&mut self.in_line, end == End::Cut);
            let after_bare = std::mem::replace(&mut self.after_bare_newline, bare);
            if !self.begun {
                if is_mailbox_line(line) {
                    // Nobody counts these, but what is too big already need not grow.
                    if rules.have_room(self.bytes.len() as u64, 0) {
                        self.bytes.extend_from_slice(b"X-Mailbox-Line: ");
                        self.push(line, end);
                    }
                    continue;
                }
                self.begun = true;
                // A message that starts with white space has no headers.
                if line.starts_with(b" ") || line.starts_with(b"\t") {
                    self.push(b"", End::CrLf);
                }
            }
            let unstuffed = match line {
                [b'.', rest @ ..] if !in_line => {
                    if rest.is_empty() && (bare || after_bare) {
                        continue;
                    }
                    if rest.is_empty() {
                        return true;
                    }
                    rest
                }
                line => line,
            };
            self.keep(unstuffed, end, rules);
        }
        false
    }

    /// Takes the lines of a chunk, and after the last one what is no whole line.
    pub fn read_chunk(
        &mut self,
        lines: &mut Framing,
        is_last: bool,
        rules: Rules,
        watch: &mut Watch,
        todo: &mut VecDeque<Todo>,
    ) {
        while let Some((line, end)) = lines.line(rules.line_length, rules.is_strict()) {
            watch.hear(line, end, true, todo);
            if end == End::BareLf && rules.bare_newline == BareNewline::Reject {
                self.fault = Some(Fault::BareNewline);
            }
            self.keep(line, end, rules);
        }
        if is_last {
            // The last chunk need not end with a line end, and a CR by itself is none.
            let rest = lines.take(usize::MAX);
            if !rest.is_empty() {
                watch.hear(rest, End::CrLf, true, todo);
                self.keep(rest, End::CrLf, rules);
            }
        }
    }

    /// Whether it has become too big since this was asked the last time.
    pub fn has_overflowed(&mut self) -> bool {
        std::mem::take(&mut self.overflows)
    }

    /// Adds a piece of a line to the message, unless that makes it too big.
    fn keep(&mut self, line: &[u8], end: End, rules: Rules) {
        if self.fault.is_some() {
            return;
        }
        let more = line.len() as u64 + 2;
        if rules.have_room(self.size, more) {
            self.size += more;
            self.push(line, end);
        } else {
            self.fault = Some(Fault::TooBig);
            self.overflows = true;
        }
    }

    fn push(&mut self, line: &[u8], end: End) {
        self.bytes.extend_from_slice(line);
        if end != End::Cut {
            self.bytes.push(b'\n');
        }
    }
}

/// An mbox `From ` line, perhaps quoted, before the message.
fn is_mailbox_line(line: &[u8]) -> bool {
    let quotes = line.iter().take_while(|&&b| b == b'>').count();
    line.get(quotes..)
        .is_some_and(|rest| rest.starts_with(b"From "))
}

/// A BDAT command in progress (RFC 3030).
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// Its size in bytes.
    pub size: u64,
    /// How many of them have not come.
    pub remaining: u64,
    /// It ends the message.
    pub is_last: bool,
    /// The reply that waits for the end of a chunk that is thrown away.
    pub refusal: Option<String>,
}

impl Chunk {
    /// Takes what has come of it; whether it is complete.
    pub fn read(&mut self, framing: &mut Framing, chunking: &mut Chunking) -> bool {
        let bytes = framing.take(usize::try_from(self.remaining).unwrap_or(usize::MAX));
        self.remaining = self.remaining.saturating_sub(bytes.len() as u64);
        if let (Chunking::Receiving(_, lines), None) = (chunking, &self.refusal) {
            lines.receive(bytes);
        }
        self.remaining == 0
    }
}

/// What BDAT has done to the transaction.
#[derive(Debug, Default)]
pub(super) enum Chunking {
    #[default]
    None,
    /// Chunks have been accepted; the framing holds the start of an unfinished line.
    Receiving(Content, Framing),
    /// A chunk was refused, and so are those that follow.
    Refused,
}

impl Chunking {
    /// Bytes that are no whole line yet.
    pub fn unfinished(&self) -> usize {
        match self {
            Chunking::Receiving(_, lines) => lines.unread().len(),
            Chunking::None | Chunking::Refused => 0,
        }
    }
}
