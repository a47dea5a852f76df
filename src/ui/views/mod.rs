//! The views beside the terminal, which show the session, the wire and the mail. They are closed at
//! first and follow the world while they are open; what is closed costs nothing.
//!
//! | file            | draws                                            |
//! |-----------------|--------------------------------------------------|
//! | `choice`        | nothing: it is what the reader has chosen        |
//! | `desk`          | what all have in common                          |
//! | `tabs`          | the row of tabs, and the frame around what is open |
//! | `session`       | the session; `diagram` is its picture            |
//! | `envelope`, `wire`, `journey`, `files`, `configuration` | each what its name says |
//! | `mail`          | mailboxes, the queue and the log                 |

mod choice;
mod configuration;
mod desk;
mod diagram;
mod envelope;
mod files;
mod journey;
mod mail;
mod session;
mod tabs;
mod wire;

use web_sys::HtmlElement;
use yew::{Callback, Html};

use crate::simulator::Simulator;
pub use crate::ui::completion::key;
pub use crate::ui::editor::move_focus;
use crate::ui::editor::panel;
use crate::ui::lesson;
pub use crate::ui::lesson::{build, progress, resume, submission, Followed as Lesson};
use crate::ui::node::{classed, tag};
pub use crate::ui::views::choice::Choice;
use crate::ui::views::choice::Tab;
use crate::ui::views::desk::Desk;
pub use crate::ui::words::fill;
use crate::ui::words::say;

/// This front end has an editor.
pub fn prepare(simulator: &mut Simulator) {
    simulator.let_edit();
}

/// Whether a file is open in it.
pub fn is_editing(simulator: &Simulator) -> bool {
    simulator.document().is_some()
}

/// How many rows the screen has, which are to be drawn.
pub fn rows(simulator: &Simulator) -> usize {
    simulator.screen().rows().len()
}

/// Says on the element which view is open (`view="Session"`), so that a page can give it room.
pub fn reflect(host: &HtmlElement, choice: &Choice) {
    let open = choice.tab.map(Tab::name);
    if host.get_attribute("view").as_deref() != open {
        // Every element takes this attribute.
        let _ = match open {
            Some(name) => host.set_attribute("view", name),
            None => host.remove_attribute("view"),
        };
    }
}

/// The terminal's screen with the views beside it.
pub fn beside(
    screen: Html,
    simulator: &Simulator,
    choice: &Choice,
    choose: impl Fn() -> Callback<Choice>,
) -> Html {
    let choose = choose();
    let desk = Desk {
        simulator,
        choice,
        choose: &choose,
    };
    let editor = simulator.document().map(|document| {
        let choice = choice.clone();
        let ask = choose.reform(move |asked| Choice {
            asked: Some(asked),
            ..choice.clone()
        });
        panel(document, &ask)
    });
    let inside = choice.tab.map(|tab| inside(&desk, tab));
    let views = tabs::tabs(&desk, inside);
    // A page with much room wants the picture of the session all the time.
    let is_pinned = choice.is_pinned && choice.tab != Some(Tab::Session);
    let pinned = is_pinned.then(|| {
        let names = &["class", "part", "aria-label", "tabindex"];
        let values = ["view pinned", "picture", &say("Session"), "0"];
        let inside = session::session(&desk);
        desk::keyed(tag("section", names, &values, inside), "picture")
    });
    let ask = {
        let choice = choice.clone();
        choose.reform(move |act| Choice {
            taught: Some(act),
            ..choice.clone()
        })
    };
    let stack = [Some(screen), pinned, editor, Some(views)];
    let stack = stack.into_iter().flatten();
    match lesson::panel(simulator, !choice.is_folded, &ask) {
        None => stack.collect(),
        Some(panel) => {
            let stack = tag("div", &["class"], &["stack"], stack.collect());
            let both = vec![panel, desk::keyed(stack, "stack")];
            classed("div", "workbench", both)
        }
    }
}

fn inside(desk: &Desk, tab: Tab) -> Vec<Html> {
    match tab {
        Tab::Session => session::session(desk),
        Tab::Envelope => envelope::envelope(desk),
        Tab::Wire => wire::wire(desk),
        Tab::Mailboxes => mail::boxes(desk),
        Tab::Queue => mail::waiting(desk),
        Tab::Log => mail::lines(desk),
        Tab::Journey => journey::journey(desk),
        Tab::Files => files::files(desk),
        Tab::Configuration => configuration::configuration(desk),
    }
}
