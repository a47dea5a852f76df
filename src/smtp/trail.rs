//! What was asked before the last reply, in order, and who decided: for those who watch a session.
//!
//! A restriction is written down where it is evaluated. Nobody who does not watch pays for that.

use crate::smtp::reply::Reply;

/// So many steps are kept of one reply's; a class may name hundreds of others.
const KEPT: usize = 300;

/// What one restriction came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It has not come to an end: the process died of it.
    Died,
    /// It has no opinion (`DUNNO`).
    Nothing,
    /// It lets the client pass, and ends its list.
    Ok,
    /// It refuses.
    Reject,
    /// It would have refused, but for `warn_if_reject`.
    Warned,
    /// It turns a later acceptance into a 4xx reply (`defer_if_permit`).
    DeferIfPermit,
    /// It turns a later 5xx into a 4xx reply (`defer_if_reject`).
    DeferIfReject,
    /// It was not reached, because one before it decided.
    NotAsked,
}

/// One restriction in its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The parameter that has the list: `smtpd_recipient_restrictions`.
    pub list: &'static str,
    /// Who or what is judged: an address, a name, a command.
    pub about: String,
    /// How many classes it is inside of.
    pub depth: usize,
    /// The restriction with its argument.
    pub words: String,
    /// What it said.
    pub said: Said,
}

/// All that was asked before one reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// The command that was answered: `RCPT`, `END-OF-MESSAGE`, `CONNECT`.
    pub command: &'static str,
    /// In order.
    pub steps: Vec<Step>,
    /// How many more there were.
    pub more: usize,
    /// The reply, without its last CR LF; empty while there is none.
    pub reply: String,
}

/// What a session remembers of it: nothing, where nobody watches.
#[derive(Clone, Debug, Default)]
pub struct Trail(Option<Box<Path>>);

impl Trail {
    /// Somebody watches from here on.
    pub(in crate::smtp) fn begin(&mut self) {
        self.0.get_or_insert_default();
    }

    /// Something else is about to be answered.
    pub(in crate::smtp) fn forget(&mut self) {
        if let Some(path) = &mut self.0 {
            **path = Path::default();
        }
    }

    /// It has been answered.
    pub(in crate::smtp) fn answered(&mut self, command: &'static str, reply: &Reply) {
        if let Some(path) = &mut self.0 {
            path.command = command;
            path.reply = reply.text().into();
        }
    }

    /// Whether steps are to be written down.
    pub fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    /// Writes a step down; where it stands.
    pub fn step(&mut self, step: Step) -> usize {
        match &mut self.0 {
            Some(path) if path.steps.len() < KEPT => {
                path.steps.push(step);
                path.steps.len() - 1
            }
            Some(path) => {
                path.more += 1;
                usize::MAX
            }
            None => usize::MAX,
        }
    }

    /// A step that has been written down.
    pub fn at(&mut self, place: usize) -> Option<&mut Step> {
        self.0.as_mut()?.steps.get_mut(place)
    }

    /// All of it.
    pub fn path(&self) -> Option<&Path> {
        self.0.as_deref()
    }
}
