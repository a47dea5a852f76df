//! What was said in a session, for the postmaster, if something went wrong that main.cf wants to be
//! told of (`notify_classes`).

use crate::smtp::bytes::decode;
use crate::smtp::policy::Classes;
use crate::smtp::reply::Reply;

/// So many lines are kept at most; Postfix has no limit but `smtpd_history_flush_threshold`.
const MOST: usize = 1_000;

/// What the postmaster is told of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What went wrong.
    pub classes: Classes,
    /// The client, as the log calls it.
    pub client: String,
    /// `In:  HELO x`, `Out: 250 …`.
    pub lines: Vec<String>,
    /// Why the session ended, where it was not by QUIT.
    pub reason: Option<&'static str>,
}

/// The same on its way.
pub type Reported = Box<Report>;

/// What was said since the last report.
#[derive(Debug, Default)]
pub(in crate::smtp::session) struct History {
    lines: Vec<String>,
    classes: Classes,
    /// What is said next has been decided by the policy.
    is_judged: bool,
}

impl History {
    /// What there is to tell of it, if more was said than so many lines.
    pub(in crate::smtp::session) fn take(
        &mut self,
        threshold: usize,
    ) -> Option<(Classes, Vec<String>)> {
        (self.lines.len() > threshold).then(|| {
            let told = std::mem::take(self);
            (told.classes, told.lines)
        })
    }

    fn keep(&mut self, line: String) {
        if self.lines.len() < MOST {
            self.lines.push(line);
        }
    }

    /// The client has said a line.
    pub(in crate::smtp::session) fn hear(&mut self, line: &[u8]) {
        let end = line.iter().position(|&b| b == 0).unwrap_or(line.len());
        self.keep(format!("In:  {}", decode(&line[..end])));
    }

    /// A message was accepted: what went wrong before is forgiven.
    pub(in crate::smtp::session) fn forgive(&mut self) {
        self.classes = Classes::default();
    }

    /// The policy has answered a question.
    pub(in crate::smtp::session) fn judge(&mut self, refuses: bool) {
        self.is_judged |= refuses;
    }

    /// The server says something, after a command.
    pub(in crate::smtp::session) fn say(&mut self, reply: &Reply, command: &str) {
        let text = reply.text();
        let is_judged = std::mem::take(&mut self.is_judged);
        if reply.is_refusal() {
            self.classes |= class(text, is_judged, command);
        }
        for line in text.split("\r\n") {
            self.keep(format!("Out: {line}"));
        }
    }
}

/// What goes wrong where this is replied: to a question of the policy's, or else to a command.
fn class(text: &str, is_judged: bool, command: &str) -> Classes {
    let has = |part: &str| text.contains(part);
    match () {
        // An answer that is nobody's mistake.
        _ if text.starts_with("459 ") || text.starts_with("551 ") => Classes::default(),
        _ if has(" Server local data error") => Classes::DATA,
        _ if has(" Server configuration error") => Classes::SOFTWARE,
        _ if has("Insufficient system storage") || has("queue file write error") => {
            Classes::RESOURCE
        }
        _ if is_judged && has(": User unknown") => Classes::BOUNCE,
        _ if is_judged && has(" 5.1.1 ") && has(": Recipient address ") => Classes::BOUNCE,
        // What it is about in most lists comes after it: that nobody has that name.
        _ if is_judged && has(" defer_if_reject requested") => {
            Classes(Classes::BOUNCE.0 | Classes::POLICY.0)
        }
        _ if is_judged => Classes::POLICY,
        _ if command == "END-OF-MESSAGE" => match () {
            _ if has("message file too big") || has("too many hops") => Classes::BOUNCE,
            _ => Classes::POLICY,
        },
        _ if has(" too many ") || has("is disabled") || has(" insufficient auth") => {
            Classes::POLICY
        }
        _ => Classes::PROTOCOL,
    }
}
