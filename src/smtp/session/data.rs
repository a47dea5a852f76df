//! DATA and BDAT, and what is said at the end of a message.

use std::sync::Arc;

use crate::smtp::command::{Verb, Word};
use crate::smtp::framing::Framing;
use crate::smtp::policy::{Note, Policy, Question};
use crate::smtp::printable::{head, printable};
use crate::smtp::session::action::Action;
use crate::smtp::session::content::{Chunk, Chunking, Content, Fault, Rules};
use crate::smtp::session::{Handled, Refused, Session};

impl Session {
    pub(super) fn is_chunking(&self) -> bool {
        !matches!(self.transaction.chunking, Chunking::None)
    }

    pub(super) fn data(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        if self.is_chunking() {
            return self.refuse("503 5.5.1 Error: DATA after BDAT", policy);
        }
        if self.facts.recipient_count == 0 {
            return self.refuse(self.no_recipients(), policy);
        }
        if line.len() != 1 {
            return self.refuse("501 5.5.4 Syntax: DATA", policy);
        }
        if let Some(refusal) = self.refused_data(policy) {
            return self.refuse(refusal, policy);
        }
        self.reply("354 End data with <CR><LF>.<CR><LF>", policy);
        self.facts.command = "DATA content";
        self.facts.size = 0;
        self.state.expect_content();
        Ok(())
    }

    fn no_recipients(&self) -> &'static str {
        if self.is_in_transaction() {
            "554 5.5.1 Error: no valid recipients"
        } else {
            "503 5.5.1 Error: need RCPT command"
        }
    }

    /// What is said against a message before it comes, by DATA or by BDAT.
    fn refused_data(&mut self, policy: &dyn Policy) -> Option<String> {
        let refusal = self.ask_about_data(Question::Data, policy);
        refusal.or_else(|| self.refused_by_milter(&["DATA"], policy))
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

    /// Answers the dot.
    pub(super) fn end_data(&mut self, content: Content, policy: &dyn Policy) {
        if self.finish_message(content, false, true, policy).is_err() {
            self.statistics.correct(Verb::Data);
        }
        self.tell_postmaster(false, None, policy);
    }

    /// The reply to the end of a message, or to a chunk that ends it before its time. `chunked`
    /// is set for BDAT.
    fn finish_message(
        &mut self,
        content: Content,
        chunked: bool,
        is_last: bool,
        policy: &dyn Policy,
    ) -> Handled {
        self.facts.trail.forget();
        // A chunk that fails is not the end of a message.
        if is_last {
            self.facts.command = "END-OF-MESSAGE";
        }
        if content.fault.is_none() {
            if let Some(refusal) = self.ask_about_data(Question::EndOfData, policy) {
                self.give_up(&content.bytes, policy);
                // The queue file is gone; its sender and recipients stay, and so does its ID.
                self.transaction.is_closed = true;
                if chunked {
                    self.transaction.chunking = Chunking::Refused;
                }
                return self.refuse(refusal, policy);
            }
        }
        if content.fault.is_some() {
            self.give_up(&content.bytes, policy);
        }
        let Some(mut message) = self.transaction.message.take() else {
            return Err(Refused);
        };
        message.queue_id = self.facts.queue_id.clone().unwrap_or_default();
        message.content = content.bytes;
        message.size = content.size;
        self.extended.heard.give(&mut message.effects);
        if self.transaction.is_passing && content.fault.is_none() {
            let handled = self.pass_on(message, policy);
            self.reset();
            return handled;
        }
        let handled = match content.fault {
            None => match policy.cleanup(&message) {
                Err((refusal, notes)) => {
                    for note in notes {
                        self.note(note);
                    }
                    self.refuse(refusal, policy)
                }
                Ok(cleaned) => {
                    self.statistics.forgive();
                    self.history.forgive();
                    let id = &message.queue_id;
                    let text = if chunked {
                        format!("250 2.0.0 Ok: {} bytes queued as {id}", message.size)
                    } else {
                        ["250 2.0.0 Ok: queued as ", id].concat()
                    };
                    self.act(Action::Enqueue(Arc::new(*message), cleaned));
                    self.accept(text, policy)
                }
            },
            Some(Fault::BareNewline) => {
                let note = self.facts.decision("reject", "bare <LF> received");
                self.note(note);
                self.reply_to_bare_newline(policy);
                Err(Refused)
            }
            Some(Fault::TooBig) => self.refuse("552 5.3.4 Error: message file too big", policy),
        };
        self.reset();
        handled
    }

    pub(super) fn bdat(&mut self, line: &[Word], text: &str, policy: &dyn Policy) -> Handled {
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
        } else if matches!(self.transaction.chunking, Chunking::Refused) {
            Some(format!(
                "551 5.0.0 Discarded {size} bytes after earlier error"
            ))
        } else if !self.is_chunking() && self.facts.recipient_count == 0 {
            Some(self.no_recipients().into())
        } else if let Some(refusal) = (!self.is_chunking())
            .then(|| self.refused_data(policy))
            .flatten()
        {
            Some(refusal)
        } else if self.facts.size.saturating_add(size) > settings.most_bytes() {
            self.note(Note::warning(format!(
                "{id}: BDAT request from {from} exceeds message size limit"
            )));
            Some("552 5.3.4 Chunk exceeds message size limit".into())
        } else {
            if !self.is_chunking() {
                self.facts.size = 0;
                self.transaction.chunking =
                    Chunking::Receiving(Content::default(), Framing::default());
            }
            self.facts.command = "BDAT content";
            None
        };
        self.state.expect_chunk(Chunk {
            size,
            remaining: size,
            is_last: last,
            refusal,
        });
        Ok(())
    }

    /// Answers a chunk.
    pub(super) fn end_chunk(&mut self, chunk: Chunk, policy: &dyn Policy) {
        if self.finish_chunk(chunk, policy).is_err() {
            self.statistics.correct(Verb::Bdat);
        }
    }

    fn finish_chunk(&mut self, chunk: Chunk, policy: &dyn Policy) -> Handled {
        if let Some(refusal) = chunk.refusal {
            self.reply(refusal, policy);
            if chunk.is_last {
                self.reset_mail();
            } else {
                self.transaction.chunking = Chunking::Refused;
            }
            return Err(Refused);
        }
        let chunking = std::mem::take(&mut self.transaction.chunking);
        let Chunking::Receiving(mut content, mut lines) = chunking else {
            return Err(Refused);
        };
        let rules = Rules::of(policy.settings(), self.bare_newline);
        content.read_chunk(
            &mut lines,
            chunk.is_last,
            rules,
            &mut self.watch,
            &mut self.todo,
        );
        self.facts.size = content.size;
        self.note_overflow(content.has_overflowed());
        if chunk.is_last {
            let handled = self.finish_message(content, true, true, policy);
            self.tell_postmaster(false, None, policy);
            handled
        } else if content.fault.is_some() {
            let handled = self.finish_message(content, true, false, policy);
            self.transaction.chunking = Chunking::Refused;
            handled
        } else {
            self.transaction.chunking = Chunking::Receiving(content, lines);
            self.accept(format!("250 2.0.0 Ok: {} bytes", chunk.size), policy)
        }
    }

    /// Says in the log that a message has become too big.
    pub(super) fn note_overflow(&mut self, has_overflowed: bool) {
        if has_overflowed {
            let id = self.facts.queue_id.as_deref().unwrap_or("NOQUEUE");
            let text = format!("{id}: queue file size limit exceeded");
            self.note(Note::warning(text));
        }
    }
}
