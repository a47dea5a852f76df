//! What the reader has chosen to look at, and what is to be done because of that.

use std::time::Duration;

use web_sys::HtmlElement;

use crate::network::ConnectionId;
use crate::simulator::Simulator;
use crate::ui::lesson;
use crate::ui::words::{fill, say};
use crate::workstation::answer::Asked;

/// One of the views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The session's states, and what the server holds.
    #[default]
    Session,
    /// Envelope and headers.
    Envelope,
    /// The bytes.
    Wire,
    /// Who has got what.
    Mailboxes,
    /// What waits.
    Queue,
    /// mail.log.
    Log,
    /// Where a message went.
    Journey,
    /// Configuration and mail as files.
    Files,
    /// main.cf, to be edited.
    Configuration,
}

impl Tab {
    /// In the order in which they stand.
    pub const ALL: [Tab; 9] = [
        Tab::Session,
        Tab::Envelope,
        Tab::Wire,
        Tab::Mailboxes,
        Tab::Queue,
        Tab::Log,
        Tab::Journey,
        Tab::Files,
        Tab::Configuration,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Tab::Session => "Session",
            Tab::Envelope => "Envelope",
            Tab::Wire => "Wire",
            Tab::Mailboxes => "Mailboxes",
            Tab::Queue => "Queue",
            Tab::Log => "Log",
            Tab::Journey => "Journey",
            Tab::Files => "Files",
            Tab::Configuration => "main.cf",
        }
    }
}

/// How much of the height the open view has, in percent.
pub const SMALLEST: i32 = 15;
/// The terminal keeps at least half of it.
pub const GREATEST: i32 = 50;

/// What the reader has chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The open view.
    pub tab: Option<Tab>,
    /// The tab that the keyboard comes to.
    pub reached: Tab,
    /// How much of the height a view has, in percent.
    pub size: i32,
    /// The open mailbox, by its place in the list.
    pub mailbox: usize,
    /// The queue ID that log and journey are about.
    pub id: Option<String>,
    /// The conversation on the wire; the newest where none is chosen.
    pub wire: Option<ConnectionId>,
    /// Its bytes are shown as numbers.
    pub is_hex: bool,
    /// The open file: its host and path.
    pub file: Option<(String, String)>,
    /// What has been written into main.cf and is to be read: the host and the text.
    pub edited: Option<(String, String)>,
    /// What Postfix said to it.
    pub answer: String,
    /// The clock is to be put forward.
    pub skips: bool,
    /// The picture of the session is there all the time (`picture`).
    pub is_pinned: bool,
    /// What is to be typed in the terminal.
    pub typed: Option<String>,
    /// What the teacher is asked for.
    pub taught: Option<lesson::Act>,
    /// The text of the lesson is folded, where there is little room.
    pub is_folded: bool,
    /// What an editor is to do.
    pub asked: Option<Asked>,
}

impl Default for Choice {
    fn default() -> Choice {
        Choice {
            tab: None,
            reached: Tab::default(),
            size: 42,
            mailbox: 0,
            id: None,
            wire: None,
            is_hex: false,
            file: None,
            edited: None,
            answer: String::new(),
            skips: false,
            is_pinned: false,
            typed: None,
            taught: None,
            is_folded: false,
            asked: None,
        }
    }
}

impl Choice {
    /// What an element asks for at first.
    pub fn of(host: &HtmlElement) -> Choice {
        Choice {
            is_pinned: host.has_attribute("picture"),
            ..Choice::default()
        }
    }

    /// Does what was asked for; what is chosen from then on.
    pub fn take_effect(mut self, simulator: &mut Simulator) -> Choice {
        self.answer.clear();
        if std::mem::take(&mut self.skips) {
            simulator.skip(Duration::from_secs(300));
        }
        match self.taught.take() {
            Some(lesson::Act::Fold) => self.is_folded = !self.is_folded,
            Some(act) => lesson::act(act, simulator),
            None => {}
        }
        if let Some(asked) = self.asked.take() {
            simulator.edit(asked);
        }
        if let Some(text) = self.typed.take() {
            // What is half typed is the learner's, and stays.
            let (half, cursor) = simulator.line();
            simulator.set_line("", 0);
            simulator.run(&[&text, "\n"].concat());
            simulator.set_line(&half, cursor);
        }
        if let Some((host, text)) = self.edited.take() {
            self.answer = match simulator.configure(&host, &text) {
                Ok(()) => say("Postfix has read it."),
                Err(why) => fill(
                    "postfix: {}. The server goes on with what it had.",
                    &[&why.to_string()],
                ),
            };
        }
        self
    }
}
