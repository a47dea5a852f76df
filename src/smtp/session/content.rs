//! DATA and BDAT: the content, and what is said at its end.

use crate::smtp::command::{Verb, Word};
use crate::smtp::framing::{End, Framing};
use crate::smtp::policy::{Note, Policy, Question};
use crate::smtp::printable::{head, printable};
use crate::smtp::session::state::State;
use crate::smtp::session::{Action, Failed, Outcome, Session};
use crate::smtp::settings::BareNewline;

/// What is known of a message while its lines come in.
#[derive(Debug, Default)]
pub(super) struct Content {
    bytes: Vec<u8>,
    /// A line of the message proper has been seen, not just mbox `From ` lines.
    begun: bool,
    /// The last piece was the start of an over-long line.
    in_line: bool,
    /// The last line ended with a bare LF.
    after_bare_newline: bool,
    fault: Option<Fault>,
}

/// Why the message will be refused at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    TooBig,
    BareNewline,
}

/// A BDAT command in progress (RFC 3030).
#[derive(Debug)]
pub(super) struct Chunk {
    size: u64,
    remaining: u64,
    last: bool,
    /// The reply that waits for the end of a chunk that is thrown away.
    refusal: Option<String>,
}

/// What BDAT has done to the transaction.
#[derive(Debug, Default)]
pub(super) enum Chunking {
    #[default]
    None,
    /// Chunks have been accepted; the framing holds the start of an unfinished line.
    Receiving(Content, Framing),
    /// A chunk was refused, and so are those that follow.
    Failed,
}

impl Content {
    /// Adds a piece of a line.
    fn push(&mut self, line: &[u8], end: End) {
        self.bytes.extend_from_slice(line);
        if end != End::Cut {
            self.bytes.push(b'\n');
        }
    }
}

impl Session {
    /// Bytes of chunks that are no whole line yet.
    pub(super) fn chunked(&self) -> usize {
        match &self.chunking {
            Chunking::Receiving(_, lines) => lines.unread().len(),
            Chunking::None | Chunking::Failed => 0,
        }
    }

    pub(super) fn is_chunking(&self) -> bool {
        !matches!(self.chunking, Chunking::None)
    }

    pub(super) fn data(&mut self, line: &[Word], policy: &dyn Policy) -> Outcome {
        if self.is_chunking() {
            return self.refuse("503 5.5.1 Error: DATA after BDAT", policy);
        }
        if self.facts.recipient_count == 0 {
            return self.refuse(self.no_recipients(), policy);
        }
        if line.len() != 1 {
            return self.refuse("501 5.5.4 Syntax: DATA", policy);
        }
        if let Some(refusal) = self.ask_about_data(Question::Data, policy) {
            return self.refuse(refusal, policy);
        }
        self.reply("354 End data with <CR><LF>.<CR><LF>", policy);
        self.facts.command = "DATA content";
        self.facts.size = 0;
        self.state = State::Content(Content::default());
        Ok(())
    }

    fn no_recipients(&self) -> &'static str {
        if self.is_in_transaction() {
            "554 5.5.1 Error: no valid recipients"
        } else {
            "503 5.5.1 Error: need RCPT command"
        }
    }

    /// Asks with the recipient only where it is the only one.
    fn ask_about_data(&mut self, question: Question, policy: &dyn Policy) -> Option<String> {
        let is_only = self.facts.recipient_count <= 1;
        let aside = self.facts.recipient.take_if(|_| !is_only);
        let refusal = self.ask(question, policy);
        if aside.is_some() {
            self.facts.recipient = aside;
        }
        refusal
    }

    /// Reads what has come of the message; false when more is needed.
    pub(super) fn read_content(&mut self, mut content: Content, policy: &dyn Policy) -> bool {
        let settings = policy.settings();
        let strict = self.bare_newline != BareNewline::Allow;
        let limit = settings.message_size_limit;
        let mut framing = std::mem::take(&mut self.framing);
        content.bytes.reserve(framing.unread().len());
        let mut complete = false;
        while let Some((line, end)) = framing.line(settings.line_length_limit, strict) {
            let bare = strict && end == End::BareLf;
            if bare && self.bare_newline == BareNewline::Reject {
                content.fault = Some(Fault::BareNewline);
            }
            let in_line = std::mem::replace(&mut content.in_line, end == End::Cut);
            let after_bare = std::mem::replace(&mut content.after_bare_newline, bare);
            if !content.begun {
                if is_mailbox_line(line) {
                    content.bytes.extend_from_slice(b"X-Mailbox-Line: ");
                    content.push(line, end);
                    continue;
                }
                content.begun = true;
                // A message that starts with white space has no headers.
                if line.starts_with(b" ") || line.starts_with(b"\t") {
                    content.push(b"", End::CrLf);
                }
            }
            let mut line = line;
            if !in_line && line.first() == Some(&b'.') {
                if line.len() == 1 && (bare || after_bare) {
                    continue;
                }
                line = &line[1..];
                if line.is_empty() {
                    complete = true;
                    break;
                }
            }
            self.keep(&mut content, line, end, limit);
        }
        self.framing = framing;
        if !complete {
            self.state = State::Content(content);
            return !self.todo.is_empty();
        }
        if self.finish_message(content, false, true, policy).is_err() {
            self.correct(Verb::Data);
        }
        true
    }

    /// Adds a piece of a line to the message, unless that makes it too big.
    fn keep(&mut self, content: &mut Content, line: &[u8], end: End, limit: u64) {
        if content.fault.is_some() {
            return;
        }
        let size = line.len() as u64 + 2;
        if limit > 0 && limit.saturating_sub(self.facts.size) < size {
            content.fault = Some(Fault::TooBig);
            let id = self.facts.queue_id.as_deref().unwrap_or("NOQUEUE");
            let text = format!("{id}: queue file size limit exceeded");
            self.note(Note::warning(text));
        } else {
            self.facts.size += size;
            content.push(line, end);
        }
    }

    /// A command that was counted as accepted when its content began turns out refused.
    fn correct(&mut self, verb: Verb) {
        self.counts[verb as usize].0 -= 1;
        self.errors += 1;
    }

    /// The reply to the end of a message, or to a chunk that ends it before its time. `chunked`
    /// is set for BDAT.
    fn finish_message(
        &mut self,
        content: Content,
        chunked: bool,
        is_last: bool,
        policy: &dyn Policy,
    ) -> Outcome {
        let settings = policy.settings();
        // A chunk that fails is not the end of a message.
        if is_last {
            self.facts.command = "END-OF-MESSAGE";
        }
        if content.fault.is_none() {
            if let Some(refusal) = self.ask_about_data(Question::EndOfData, policy) {
                self.facts.queue_id = None;
                return self.refuse(refusal, policy);
            }
        }
        let Some(mut message) = self.transaction.take().map(|t| t.message) else {
            return Err(Failed);
        };
        message.queue_id = self.facts.queue_id.clone().unwrap_or_default();
        message.content = content.bytes;
        message.size = self.facts.size;
        let outcome = match content.fault {
            None => match policy.cleanup(&message) {
                Err((refusal, notes)) => {
                    for note in notes {
                        self.note(note);
                    }
                    self.send(refusal, settings);
                    Err(Failed)
                }
                Ok(cleaned) => {
                    self.errors = 0;
                    self.junk = 0;
                    let id = &message.queue_id;
                    let text = if chunked {
                        format!("250 2.0.0 Ok: {} bytes queued as {id}", message.size)
                    } else {
                        ["250 2.0.0 Ok: queued as ", id].concat()
                    };
                    self.act(Action::Enqueue(std::sync::Arc::new(*message), cleaned));
                    self.accept(text, policy)
                }
            },
            Some(Fault::BareNewline) => {
                let note = self.facts.decision("reject", "bare <LF> received");
                self.note(note);
                self.reply_to_bare_newline(policy);
                Err(Failed)
            }
            Some(Fault::TooBig) => self.refuse("552 5.3.4 Error: message file too big", policy),
        };
        self.reset();
        outcome
    }

    pub(super) fn bdat(&mut self, line: &[Word], text: &str, policy: &dyn Policy) -> Outcome {
        let settings = policy.settings();
        if self.is_discarded("CHUNKING") {
            return self.refuse("521 5.5.1 Error: command not implemented", policy);
        }
        let id = self.facts.queue_id.clone();
        let id = id.as_deref().unwrap_or("NOQUEUE");
        let from = self.facts.client.namaddr();
        let last = line.len() == 3;
        let size = line
            .get(1)
            .filter(|w| w.text.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|w| w.text.parse::<i64>().ok())
            .filter(|_| line.len() == 2 || (last && line[2].text.eq_ignore_ascii_case("LAST")));
        let Some(size) = size.map(i64::unsigned_abs) else {
            let text = printable(text, '?', settings.smtputf8);
            self.note(Note::warning(format!(
                "{id}: malformed BDAT command syntax from {from}: {}",
                head(&text, 100)
            )));
            return self.refuse("521 5.5.4 Syntax: BDAT count [LAST]", policy);
        };
        let refusal = if size == 0 && !last {
            self.note(Note::warning(format!(
                "{id}: null BDAT request from {from}"
            )));
            Some("551 5.7.1 Null BDAT request".to_string())
        } else if matches!(self.chunking, Chunking::Failed) {
            Some(format!(
                "551 5.0.0 Discarded {size} bytes after earlier error"
            ))
        } else if !self.is_chunking() && self.facts.recipient_count == 0 {
            Some(self.no_recipients().into())
        } else if let Some(refusal) = (!self.is_chunking())
            .then(|| self.ask_about_data(Question::Data, policy))
            .flatten()
        {
            Some(refusal)
        } else if settings.message_size_limit > 0
            && self.facts.size.saturating_add(size) > settings.message_size_limit
        {
            self.note(Note::warning(format!(
                "{id}: BDAT request from {from} exceeds message size limit"
            )));
            Some("552 5.3.4 Chunk exceeds message size limit".into())
        } else {
            if !self.is_chunking() {
                self.facts.size = 0;
                self.chunking = Chunking::Receiving(Content::default(), Framing::default());
            }
            self.facts.command = "BDAT content";
            None
        };
        self.state = State::Chunk(Chunk {
            size,
            remaining: size,
            last,
            refusal,
        });
        Ok(())
    }

    /// Reads what has come of a chunk; false when more is needed.
    pub(super) fn read_chunk(&mut self, mut chunk: Chunk, policy: &dyn Policy) -> bool {
        let bytes = self
            .framing
            .take(usize::try_from(chunk.remaining).unwrap_or(usize::MAX));
        chunk.remaining -= bytes.len() as u64;
        if let (Chunking::Receiving(_, lines), None) = (&mut self.chunking, &chunk.refusal) {
            lines.receive(bytes);
        }
        if chunk.remaining > 0 {
            self.state = State::Chunk(chunk);
            return false;
        }
        if self.finish_chunk(chunk, policy).is_err() {
            self.correct(Verb::Bdat);
        }
        true
    }

    fn finish_chunk(&mut self, chunk: Chunk, policy: &dyn Policy) -> Outcome {
        if let Some(refusal) = chunk.refusal {
            self.reply(refusal, policy);
            if chunk.last {
                self.reset_mail();
            } else {
                self.chunking = Chunking::Failed;
            }
            return Err(Failed);
        }
        let Chunking::Receiving(mut content, mut lines) = std::mem::take(&mut self.chunking) else {
            return Err(Failed);
        };
        let settings = policy.settings();
        let strict = self.bare_newline != BareNewline::Allow;
        let limit = settings.message_size_limit;
        while let Some((line, end)) = lines.line(settings.line_length_limit, strict) {
            if strict && end == End::BareLf && self.bare_newline == BareNewline::Reject {
                content.fault = Some(Fault::BareNewline);
            }
            self.keep(&mut content, line, end, limit);
        }
        if chunk.last {
            // The last chunk need not end with a line end, and a CR by itself is none.
            let rest = lines.take(usize::MAX);
            if !rest.is_empty() {
                self.keep(&mut content, rest, End::CrLf, limit);
            }
            self.finish_message(content, true, true, policy)
        } else if content.fault.is_some() {
            let outcome = self.finish_message(content, true, false, policy);
            self.chunking = Chunking::Failed;
            outcome
        } else {
            self.chunking = Chunking::Receiving(content, lines);
            self.accept(format!("250 2.0.0 Ok: {} bytes", chunk.size), policy)
        }
    }
}

/// An mbox `From ` line, perhaps quoted, before the message.
fn is_mailbox_line(line: &[u8]) -> bool {
    let quotes = line.iter().take_while(|&&b| b == b'>').count();
    line[quotes..].starts_with(b"From ")
}
