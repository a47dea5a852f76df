//! What tables say to the lines of a message on its way out (`smtp_header_checks`, `smtp_body_checks`;
//! header_checks(5)).

use std::sync::Arc;

use crate::postfix::cleanup::checks::Action;
use crate::postfix::cleanup::mime::{pieces, Piece, Rules};
use crate::postfix::delivery::smtp::Transfer;
use crate::smtp::bytes::{decode, encode};
use crate::smtp::envelope::Body;
use crate::smtp::printable::head;

impl Transfer {
    /// Whether what has eight bits has to be written in seven (RFC 6152 section 3).
    pub(super) fn converts(&self) -> bool {
        !self.way.keeps_bits && self.file.body != Some(Body::SevenBit) && !self.offers("8BITMIME")
    }

    /// The message as they leave it, or `None` where one cannot be asked; the log says what they do.
    pub(super) fn checked(&mut self) -> Option<Arc<[u8]>> {
        let (way, text) = (Arc::clone(&self.way), Arc::clone(&self.file.text));
        let converts = self.converts();
        if way.checks.is_empty() && !converts {
            return Some(text);
        }
        let known = &way.checks.rules;
        let rules = Rules {
            converts,
            is_plain: known.is_plain && !converts,
            ..known.clone()
        };
        let mut is_good = true;
        let mut out = Vec::with_capacity(text.len());
        pieces(&text, &rules, &mut |piece| {
            let (kind, line) = match &piece {
                Piece::Header(_, line) => ("header", line.as_slice()),
                Piece::Body(_, line) => ("body", *line),
                Piece::Encoded(_, line) => ("body", line.as_slice()),
                _ => return,
            };
            if !is_good {
                return;
            }
            let shown = decode(line);
            let asked = match piece {
                Piece::Header(class, _) => way.checks.header(class, &shown),
                Piece::Body(offset, _) | Piece::Encoded(offset, _) => {
                    way.checks.body(offset, &shown)
                }
                _ => return,
            };
            match asked {
                Ok(action) => self.act(action, kind, &shown, &mut out),
                Err((_, retry)) => {
                    let lines = retry.warnings.lines();
                    lines
                        .iter()
                        .for_each(|line| self.note(format!("warning: {line}")));
                    let id = &self.id;
                    self.note(format!("warning: {id}: smtp {kind} checks lookup error"));
                    is_good = false;
                }
            }
        });
        is_good.then(|| Arc::from(out))
    }

    fn act(&mut self, action: Option<Action>, kind: &str, line: &str, out: &mut Vec<u8>) {
        let mut put = |line: &str| {
            out.extend_from_slice(&encode(line));
            out.push(b'\n');
        };
        let (what, text) = match action {
            Some(Action::Ignore) => return,
            Some(Action::Mistake(text)) => {
                self.note(format!("warning: {text}"));
                ("", String::new())
            }
            Some(Action::Warn(text)) => ("warning", text),
            Some(Action::Info(text)) => ("info", text),
            Some(Action::Strip(text)) => ("strip", text),
            Some(Action::Prepend(text)) => ("prepend", text),
            Some(Action::Replace(text)) => ("replace", text),
            _ => ("", String::new()),
        };
        match what {
            "strip" => {}
            "replace" => put(&text),
            "prepend" => [&text, line].into_iter().for_each(put),
            _ => put(line),
        }
        if !what.is_empty() {
            let mut note = format!("{}: {what}: {kind} {}", self.id, head(line, 60));
            if !text.is_empty() {
                note.push_str(&format!(": {text}"));
            }
            self.note(note);
        }
    }
}
