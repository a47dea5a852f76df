//! From what happens to whole conversations, in which each command has its reply beside it.

use crate::native::doc::marks::is_reply;
use crate::native::doc::transcript::{Event, Piece};
use crate::native::doc::words::{verb, Connection};

/// A reply as a document shows it: its lines.
pub type Shown = Vec<Piece>;

/// One step of a conversation.
#[derive(Clone, Debug)]
pub enum Step {
    /// The server's first words.
    Greeting(Shown),
    /// A command, a response to a challenge, or the dot, with what is shown for its reply.
    Exchange {
        /// What the client says.
        said: Piece,
        /// It is the dot after a message.
        is_dot: bool,
        /// The reply; none is shown where the document does not care, or has forgotten it.
        shown: Option<Shown>,
        /// Replies to what was said in the same breath are shown, and this is not.
        is_missing: bool,
    },
    /// A line of a message.
    Content(Piece),
    /// TLS starts.
    Secured,
    /// Something was left out.
    Gap,
    /// Another block begins: it goes on, or is another example.
    Seam,
    /// A reply to nothing that is shown.
    Extra(Shown),
}

/// What belongs to one connection, or to what goes on without one.
#[derive(Clone, Debug, Default)]
pub struct Conversation {
    /// How it was opened, where that is shown.
    pub opened: Option<Connection>,
    /// The steps.
    pub steps: Vec<Step>,
    /// What the document's author has said before it: an index into the check's list.
    pub circumstances: usize,
}

impl Conversation {
    /// Whether it begins with a connection or a banner, and not in the middle.
    pub fn has_beginning(&self) -> bool {
        self.opened.is_some() || matches!(self.steps.first(), Some(Step::Greeting(_)))
    }

    /// All replies that are shown, with what the client had said.
    pub fn replies(&self) -> impl Iterator<Item = (&str, &Shown)> {
        self.steps.iter().filter_map(|step| match step {
            Step::Greeting(shown) => Some(("", shown)),
            Step::Exchange {
                said,
                shown: Some(shown),
                ..
            } => Some((said.text.as_str(), shown)),
            _ => None,
        })
    }
}

/// The code of a reply that is shown.
pub fn code(shown: &Shown) -> u16 {
    let first = shown.first().map_or("", |line| line.text.trim());
    first
        .get(..3)
        .and_then(|code| code.parse().ok())
        .unwrap_or(0)
}

/// Cuts what happens into conversations.
pub fn conversations(events: Vec<Event>, circumstances: usize) -> Vec<Conversation> {
    let mut builder = Builder {
        circumstances,
        ..Builder::default()
    };
    for event in events {
        builder.add(event);
    }
    builder.end();
    builder.done
}

#[derive(Default)]
struct Builder {
    done: Vec<Conversation>,
    current: Conversation,
    /// Steps that wait for a reply.
    pending: Vec<usize>,
    /// Replies that wait for their step.
    heard: Vec<Shown>,
    /// Something stood between the last two replies.
    has_noise: bool,
    /// A block has ended since something was said.
    is_parted: bool,
    /// Nothing is known until something else begins.
    is_lost: bool,
    circumstances: usize,
}

impl Builder {
    fn add(&mut self, event: Event) {
        if self.is_lost && !matches!(event, Event::Open(_) | Event::Closed) {
            return;
        }
        match event {
            Event::Open(connection) => {
                self.end();
                self.is_lost = connection.is_fed;
                self.current.opened = (!connection.is_fed).then_some(connection);
            }
            Event::Closed => {
                self.end();
                self.is_lost = false;
            }
            Event::Said(piece) => self.said(piece, false),
            Event::Dot(piece) => self.said(piece, true),
            Event::Heard(lines) => self.heard(lines),
            // Of a chunk its size is enough.
            Event::Content(_) if self.sends_chunk() => {}
            Event::Content(piece) => {
                // What is pasted in one heap is answered in one, after the message.
                if !self.heard.is_empty() {
                    self.settle();
                }
                self.current.steps.push(Step::Content(piece));
            }
            Event::Secured => {
                self.settle();
                self.current.steps.push(Step::Secured);
            }
            Event::Gap | Event::Command(..) => {
                self.settle();
                self.gap();
            }
            Event::Seam => self.seam(),
            Event::Noise => self.has_noise = true,
        }
    }

    /// A command may stand in one block and its reply in the next.
    fn seam(&mut self) {
        if !self.pending.is_empty() && self.heard.is_empty() {
            self.is_parted = true;
            return;
        }
        self.settle();
        let last = self.current.steps.last();
        if !matches!(
            last,
            None | Some(Step::Gap | Step::Seam | Step::Greeting(_))
        ) {
            self.current.steps.push(Step::Seam);
        }
    }

    fn gap(&mut self) {
        if !matches!(self.current.steps.last(), None | Some(Step::Gap)) {
            self.current.steps.push(Step::Gap);
        }
    }

    fn said(&mut self, said: Piece, is_dot: bool) {
        if !self.heard.is_empty() {
            self.settle();
        }
        if self.has_quit() {
            self.end();
        }
        self.has_noise = false;
        self.is_parted = false;
        self.pending.push(self.current.steps.len());
        self.current.steps.push(Step::Exchange {
            said,
            is_dot,
            shown: None,
            is_missing: false,
        });
    }

    /// Whether the last thing was BDAT.
    fn sends_chunk(&self) -> bool {
        match self.current.steps.last() {
            Some(Step::Exchange { said, .. }) => verb(&said.text) == "BDAT",
            _ => false,
        }
    }

    /// Whether the last thing was a farewell.
    fn has_quit(&self) -> bool {
        let mut steps = self.current.steps.iter().rev();
        match steps.find(|step| !matches!(step, Step::Seam)) {
            Some(Step::Exchange {
                said,
                shown: Some(shown),
                ..
            }) => verb(&said.text) == "QUIT" && code(shown) == 221,
            _ => false,
        }
    }

    fn heard(&mut self, lines: Shown) {
        let code = code(&lines);
        let asked = |verb_wanted: &str| {
            let steps = self
                .pending
                .iter()
                .filter_map(|at| self.current.steps.get(*at));
            steps.into_iter().any(|step| match step {
                Step::Exchange { said, .. } => verb(&said.text) == verb_wanted,
                _ => false,
            })
        };
        let is_first = self.current.steps.is_empty() && self.pending.is_empty();
        // A wrong code, where something was asked in the same breath, and the words are no banner's.
        let is_asked = !self.pending.is_empty() && !self.is_parted && !asked("QUIT");
        let is_answer = is_asked && !lines.iter().any(|line| line.text.contains("SMTP"));
        let is_banner = code == 220 && !asked("STARTTLS") && !self.awaits_tls() && !is_answer
            || self.is_misspelt_banner(&lines);
        if is_banner || is_first && self.current.opened.is_some() && matches!(code, 421 | 521 | 554)
        {
            // Who types at once sees the banner below the first command.
            let is_hasty = self.current.opened.is_some()
                && self.heard.is_empty()
                && self.pending.len() == self.current.steps.len();
            if !is_first && !is_hasty {
                self.end();
            }
            self.current.steps.insert(0, Step::Greeting(lines));
            for at in &mut self.pending {
                *at += 1;
            }
            self.has_noise = false;
            return;
        }
        if self.pending.is_empty() && self.heard.is_empty() {
            // A list of what a server may say is no part of a conversation.
            let is_open = matches!(
                self.current.steps.last(),
                None | Some(Step::Gap | Step::Seam)
            );
            if !self.has_noise && !is_open {
                self.current.steps.push(Step::Extra(lines));
            }
            return;
        }
        if self.has_noise && !self.heard.is_empty() {
            return;
        }
        self.has_noise = false;
        self.heard.push(lines);
    }

    /// Whether a reply to nothing, where a conversation may begin, is a banner with a wrong code.
    fn is_misspelt_banner(&self, lines: &Shown) -> bool {
        let steps = &self.current.steps;
        let may_begin =
            self.has_quit() || matches!(steps.last(), None | Some(Step::Gap | Step::Seam));
        let is_alone = self.pending.is_empty() && self.heard.is_empty();
        let [line] = lines.as_slice() else {
            return false;
        };
        let says_so = line.text.contains(" ESMTP ") || line.text.ends_with(" ESMTP");
        may_begin && is_alone && says_so && matches!(code(lines), 200..=299)
    }

    /// Whether the last step is STARTTLS with its reply, so that a 220 would be another.
    fn awaits_tls(&self) -> bool {
        let mut steps = self.current.steps.iter().rev();
        match steps.find(|step| !matches!(step, Step::Seam)) {
            Some(Step::Exchange { said, .. }) => verb(&said.text) == "STARTTLS",
            _ => false,
        }
    }

    /// Gives the steps that wait the replies that have come.
    fn settle(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let mut heard = std::mem::take(&mut self.heard);
        self.has_noise = false;
        self.join(&pending, &mut heard);
        if heard.is_empty() {
            return;
        }
        let said: Vec<String> = pending
            .iter()
            .map(|at| match self.current.steps.get(*at) {
                Some(Step::Exchange { is_dot: true, .. }) => ".".into(),
                Some(Step::Exchange { said, .. }) => verb(&said.text),
                _ => String::new(),
            })
            .collect();
        let pairs = align(&said, &heard);
        let mut taken = vec![false; heard.len()];
        for (at, found) in pending.iter().zip(pairs) {
            if let Some(Step::Exchange {
                shown, is_missing, ..
            }) = self.current.steps.get_mut(*at)
            {
                *shown = found.and_then(|i| {
                    if let Some(taken) = taken.get_mut(i) {
                        *taken = true;
                    }
                    heard.get(i).cloned()
                });
                *is_missing = shown.is_none();
            }
        }
        let left = heard.into_iter().zip(taken).filter(|(_, taken)| !taken);
        for (lines, _) in left {
            self.current.steps.push(Step::Extra(lines));
        }
    }

    /// A reply to EHLO whose lines are parted by mistake is one.
    fn join(&mut self, pending: &[usize], heard: &mut Vec<Shown>) {
        let [at] = pending else {
            return;
        };
        let is_ehlo = match self.current.steps.get(*at) {
            Some(Step::Exchange { said, .. }) => verb(&said.text) == "EHLO",
            _ => false,
        };
        if is_ehlo && heard.len() > 1 && heard.iter().all(|shown| code(shown) == 250) {
            let all: Shown = heard.drain(..).flatten().collect();
            heard.push(all);
        }
    }

    /// Ends the conversation.
    fn end(&mut self) {
        self.settle();
        let mut conversation = std::mem::take(&mut self.current);
        conversation.circumstances = self.circumstances;
        if !conversation.steps.is_empty() || conversation.opened.is_some() {
            self.done.push(conversation);
        }
    }
}

/// So many are put side by side at most; what is longer is taken in order.
const MOST: usize = 400;

/// Which reply belongs to which command, in order of both.
fn align(said: &[String], heard: &[Shown]) -> Vec<Option<usize>> {
    let in_order = || {
        (0..said.len())
            .map(|i| (i < heard.len()).then_some(i))
            .collect()
    };
    if said.len() == heard.len() || said.len().max(heard.len()) > MOST {
        return in_order();
    }
    // best[i][j]: what the first i commands and the first j replies come to.
    let width = heard.len() + 1;
    let mut best = vec![0i32; (said.len() + 1) * width];
    let at = |i: usize, j: usize| i * width + j;
    let value = |best: &[i32], i: usize, j: usize| best.get(at(i, j)).copied().unwrap_or(0);
    let pair = |i: usize, j: usize| match (said.get(i), heard.get(j)) {
        (Some(verb), Some(shown)) => fits(verb, shown),
        _ => -100,
    };
    for i in 1..=said.len() {
        for j in 1..=heard.len() {
            let skipped = value(&best, i - 1, j).max(value(&best, i, j - 1));
            let paired = value(&best, i - 1, j - 1) + pair(i - 1, j - 1);
            if let Some(cell) = best.get_mut(at(i, j)) {
                *cell = skipped.max(paired);
            }
        }
    }
    let mut pairs = vec![None; said.len()];
    let (mut i, mut j) = (said.len(), heard.len());
    while i > 0 && j > 0 {
        let here = value(&best, i, j);
        // A reply that comes after several commands is that of the last one.
        if here == value(&best, i - 1, j - 1) + pair(i - 1, j - 1) {
            if let Some(found) = pairs.get_mut(i - 1) {
                *found = Some(j - 1);
            }
            i -= 1;
            j -= 1;
        } else if here == value(&best, i - 1, j) {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    pairs
}

/// How well a reply fits to a command.
fn fits(verb: &str, shown: &Shown) -> i32 {
    let text = shown.first().map_or("", |line| line.text.as_str());
    let code = code(shown);
    let is_refusal = code >= 400;
    match verb {
        "DATA" if code == 354 => 9,
        "QUIT" if code == 221 => 9,
        "STARTTLS" if code == 220 => 9,
        "EHLO" if shown.len() > 1 => 9,
        "AUTH" if matches!(code, 235 | 334 | 535) => 8,
        "." if text.contains("queued") => 9,
        "RCPT" if text.contains("2.1.5") => 6,
        "MAIL" if text.contains("2.1.0") => 6,
        "RCPT" if text.contains("Recipient") || text.contains("Relay") => 6,
        _ if matches!(code, 354 | 221 | 220 | 235 | 334) => 1,
        _ if is_refusal => 3,
        "DATA" | "QUIT" | "STARTTLS" | "AUTH" => 1,
        _ => 4,
    }
}

/// Whether all lines of a reply but the last go on, and the last ends.
pub fn is_well_parted(shown: &Shown) -> bool {
    let last = shown.len().saturating_sub(1);
    shown.iter().enumerate().all(|(i, line)| {
        let text = line.text.trim();
        let sign = text.get(3..4).unwrap_or(" ");
        is_reply(text) && (sign == "-") == (i < last)
    })
}
