//! The views beside the terminal: mailboxes, the queue, the log and the way of a message. They are
//! closed at first and follow the world while they are open.

use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::JsValue;
use web_sys::HtmlTextAreaElement;
use yew::{html, Callback, Html, NodeRef};

use crate::simulator::{Outside, Simulator};
use crate::smtp::bytes::shown;
pub use crate::ui::completion::key;
pub use crate::ui::editor::move_focus;
use crate::ui::editor::panel;
use crate::ui::lesson;
pub use crate::ui::lesson::Followed as Lesson;
use crate::ui::node::{self, classed, tag, text};
use crate::ui::words::speak;
use crate::views::{
    configurations, count, explanation, journey, latest, log, mailboxes, queues, Letter,
};
use crate::workstation::answer::Asked;
use crate::workstation::example_server;

/// One of the views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Who has got what.
    Mailboxes,
    /// What waits.
    Queue,
    /// mail.log.
    Log,
    /// Where a message went.
    Journey,
    /// main.cf, to be edited.
    Configuration,
}

impl Tab {
    const ALL: [Tab; 5] = [
        Tab::Mailboxes,
        Tab::Queue,
        Tab::Log,
        Tab::Journey,
        Tab::Configuration,
    ];

    fn name(self) -> &'static str {
        match self {
            Tab::Mailboxes => "Mailboxes",
            Tab::Queue => "Queue",
            Tab::Log => "Log",
            Tab::Journey => "Journey",
            Tab::Configuration => "main.cf",
        }
    }
}

/// What the reader has chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The open view.
    pub tab: Option<Tab>,
    /// The open mailbox, by its place in the list.
    pub mailbox: usize,
    /// The queue ID that log and journey are about.
    pub id: Option<String>,
    /// What has been written into main.cf and is to be read: the host and the text.
    pub edited: Option<(String, String)>,
    /// What Postfix said to it.
    pub answer: String,
    /// The clock is to be put forward.
    pub skips: bool,
    /// What the teacher is asked for.
    pub taught: Option<lesson::Act>,
    /// The text of the lesson is folded, where there is little room.
    pub is_folded: bool,
    /// What an editor is to do.
    pub asked: Option<Asked>,
}

impl Choice {
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
        if let Some((host, text)) = self.edited.take() {
            self.answer = match simulator.configure(&host, &text) {
                Ok(()) => "Postfix has read it.".into(),
                Err(why) => format!("postfix: {why}. The server goes on with what it had."),
            };
        }
        self
    }
}

/// An element with nothing but a text in it.
fn label(name: &'static str, inside: &str) -> Html {
    plain(name, vec![text(inside)])
}

/// An element without attributes.
fn plain(name: &'static str, inside: Vec<Html>) -> Html {
    tag(name, &[], &[], inside).into()
}

/// A button that chooses something; `state` is what a screen reader says of it.
fn button(
    inside: Vec<Html>,
    state: (&'static str, bool),
    next: Choice,
    choose: &Callback<Choice>,
) -> Html {
    let onclick = choose.reform(move |_| next.clone());
    let (name, is) = state;
    let is = if is { "true" } else { "false" };
    let (keys, values): (&[&str], _) = match name {
        "expanded" => (&["type", "aria-expanded"], ["button", is]),
        "pressed" => (&["type", "aria-pressed"], ["button", is]),
        class => (&["type", "class"], ["button", class]),
    };
    let mut tag = tag("button", keys, &values, inside);
    tag.add_listener(Rc::new(yew::html::onclick::Wrapper::new(onclick)));
    tag.into()
}

/// A simulator with what the element's attributes ask for besides a scenario.
///
/// # Errors
/// What is wrong with the scenario, the lesson or the words, and where.
pub fn build(scenario: &str, extras: &JsValue, outside: Outside) -> Result<Simulator, String> {
    let extra = |name: &str| {
        let value = js_sys::Reflect::get(extras, &name.into());
        value
            .ok()
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    };
    speak(&extra("language"), &extra("words"))?;
    let lesson = extra("lesson");
    let simulator = match lesson.is_empty() {
        true => Simulator::with(scenario, outside),
        false => Simulator::teach(&lesson, scenario, outside),
    };
    simulator.map_err(|fault| fault.to_string())
}

/// This front end has an editor.
pub fn prepare(simulator: &mut Simulator) {
    simulator.let_edit();
}

/// Whether a file is open in it.
pub fn is_editing(simulator: &Simulator) -> bool {
    simulator.document().is_some()
}

/// The terminal's screen with the views beside it.
pub fn beside(
    screen: Html,
    simulator: &Simulator,
    choice: &Choice,
    choose: impl Fn() -> Callback<Choice>,
) -> Html {
    let choose = choose();
    let views = view(simulator, choice, &choose);
    let editor = simulator.document().map(|document| {
        let choice = choice.clone();
        let ask = choose.reform(move |asked| Choice {
            asked: Some(asked),
            ..choice.clone()
        });
        panel(document, &ask)
    });
    let ask = {
        let choice = choice.clone();
        choose.reform(move |act| Choice {
            taught: Some(act),
            ..choice.clone()
        })
    };
    let stack = [Some(screen), editor, Some(views)].into_iter().flatten();
    match lesson::panel(simulator, !choice.is_folded, &ask) {
        None => stack.collect(),
        Some(panel) => {
            let mut stack = tag("div", &["class"], &["stack"], stack.collect());
            stack.key = Some("stack".into());
            classed("div", "workbench", vec![panel, stack.into()])
        }
    }
}

/// The bar with its buttons, and the view that is open.
fn view(simulator: &Simulator, choice: &Choice, choose: &Callback<Choice>) -> Html {
    let mut bar = Vec::new();
    for tab in Tab::ALL {
        let open = choice.tab == Some(tab);
        let next = Choice {
            tab: (!open).then_some(tab),
            ..choice.clone()
        };
        let count = match tab {
            Tab::Mailboxes => count(simulator.world()),
            Tab::Queue => queues(simulator.world()).len(),
            _ => 0,
        };
        let name = match count {
            0 => tab.name().to_string(),
            count => format!("{} ({count})", tab.name()),
        };
        bar.push(button(vec![text(&name)], ("expanded", open), next, choose));
    }
    let next = Choice {
        skips: true,
        ..choice.clone()
    };
    let now = simulator.world().now().calendar();
    let skip = format!("Let 5 min pass ({:02}:{:02})", now.hour, now.minute);
    bar.push(button(vec![text(&skip)], ("skip", false), next, choose));
    let names = &["class", "aria-label"];
    let mut all: Vec<Html> =
        vec![tag("nav", names, &["views", "What happens to the mail"], bar).into()];
    if let Some(tab) = choice.tab {
        let inner = match tab {
            Tab::Mailboxes => boxes(simulator, choice, choose),
            Tab::Queue => waiting(simulator, choice, choose),
            Tab::Log => lines(simulator, choice, choose),
            Tab::Journey => way(simulator, choice),
            Tab::Configuration => configuration(simulator, choice, choose),
        };
        let names = &["class", "aria-label", "tabindex"];
        all.push(tag("section", names, &["view", tab.name(), "0"], inner).into());
    }
    all.into_iter().collect()
}

/// The server that hints name.
fn server(simulator: &Simulator) -> &str {
    example_server(simulator.world(), &simulator.workstation().host)
}

fn hint(command: &str) -> Html {
    let inside = vec![text("The same by command: "), label("code", command)];
    classed("p", "hint", inside)
}

fn boxes(simulator: &Simulator, choice: &Choice, choose: &Callback<Choice>) -> Vec<Html> {
    let all = mailboxes(simulator.world());
    let mut people = Vec::new();
    for (i, mailbox) in all.iter().enumerate() {
        let next = Choice {
            mailbox: i,
            ..choice.clone()
        };
        let count = format!(" {}", mailbox.letters.len());
        let inside = vec![
            text(&format!("{}@{}", mailbox.user, mailbox.domain)),
            classed("span", "count", vec![text(&count)]),
        ];
        people.push(button(
            inside,
            ("pressed", i == choice.mailbox),
            next,
            choose,
        ));
    }
    let mut shown = vec![classed("div", "people", people)];
    if let Some(mailbox) = all.get(choice.mailbox) {
        shown.push(hint(&mailbox.command()));
        if mailbox.letters.is_empty() {
            shown.push(label("p", &format!("No mail for {} yet.", mailbox.user)));
        }
        shown.extend(mailbox.letters.iter().rev().map(letter));
    }
    shown
}

fn letter(letter: &Letter) -> Html {
    let subject = match letter.header("subject") {
        "" => "(no subject)",
        subject => subject,
    };
    let mut headers = Vec::new();
    for (name, value) in &letter.headers {
        headers.push(label("dt", name));
        headers.push(plain("dd", vec![label("code", value)]));
        if let Some(what) = explanation(name) {
            headers.push(classed("dd", "what", vec![text(what)]));
        }
    }
    let sender = match letter.header("from") {
        "" => letter.header("return-path"),
        from => from,
    };
    let folded = |summary: &str, inside| plain("details", vec![label("summary", summary), inside]);
    let from = text(&format!(" from {sender}"));
    let inside = vec![
        plain("summary", vec![label("b", subject), from]),
        label("pre", letter.body.trim_end()),
        folded("Headers, and what each is for", plain("dl", headers)),
        folded("Source", label("pre", &letter.source)),
    ];
    classed("details", "letter", inside)
}

/// A queue ID that leads to the lines about it.
fn id_button(id: &str, choice: &Choice, choose: &Callback<Choice>) -> Html {
    let next = Choice {
        tab: Some(Tab::Log),
        id: Some(id.to_string()),
        ..choice.clone()
    };
    button(vec![text(id)], ("id", false), next, choose)
}

fn waiting(simulator: &Simulator, choice: &Choice, choose: &Callback<Choice>) -> Vec<Html> {
    let all = queues(simulator.world());
    let mut shown = vec![hint(&format!("ssh {}, then mailq", server(simulator)))];
    if all.is_empty() {
        shown.push(label("p", "Mail queue is empty"));
        return shown;
    }
    let mut cards = Vec::new();
    for w in &all {
        let mut recipients = Vec::new();
        for (address, why) in &w.recipients {
            let why = classed("span", "why", vec![text(why)]);
            let to = text(&format!("to {address}"));
            recipients.push(plain("li", vec![to, plain("br", Vec::new()), why]));
        }
        let due = match w.due_in {
            Some(seconds) => format!(", tried again in {} min", seconds.div_ceil(60)),
            None => String::new(),
        };
        let inside = vec![
            id_button(&w.id, choice, choose),
            text(&format!(" {}, {} bytes{due}", w.state, w.size)),
            plain("br", Vec::new()),
            text(&format!("on {} from {}", w.host, w.sender)),
            plain("ul", recipients),
        ];
        cards.push(plain("li", inside));
    }
    shown.push(classed("ol", "queue", cards));
    shown
}

fn lines(simulator: &Simulator, choice: &Choice, choose: &Callback<Choice>) -> Vec<Html> {
    let all = log(simulator.world());
    let wanted = |id: &Option<String>| choice.id.is_none() || *id == choice.id;
    let mut rows = Vec::new();
    let count = all.iter().filter(|line| wanted(&line.id)).count();
    for line in all.iter().filter(|line| wanted(&line.id)) {
        let class = match rows.len() + 1 == count {
            true => "newest",
            false => "",
        };
        let mut inside = vec![label("code", &line.text)];
        if let Some(id) = line.id.as_deref().filter(|_| choice.id.is_none()) {
            inside.push(id_button(id, choice, choose));
        }
        rows.push(classed("li", class, inside));
    }
    let host = server(simulator);
    let command = match &choice.id {
        Some(id) => format!("ssh {host}, then grep {id} /var/log/mail.log"),
        None => format!("ssh {host}, then tail -f /var/log/mail.log"),
    };
    let mut shown = vec![hint(&command)];
    if let Some(id) = &choice.id {
        let next = Choice {
            id: None,
            ..choice.clone()
        };
        let all = button(vec![text("Show all")], ("all", false), next, choose);
        let only = text(&format!("Only lines about {id}. "));
        shown.push(plain("p", vec![only, all]));
    }
    shown.push(classed("ol", "log", rows));
    shown
}

fn way(simulator: &Simulator, choice: &Choice) -> Vec<Html> {
    let id = choice.id.clone().or_else(|| latest(simulator.world()));
    let Some(id) = id else {
        let none = "No message has been accepted yet: send one, and follow it here.";
        return vec![label("p", none)];
    };
    let stop = |state: &str, place: &str, what: &str| {
        let inside = vec![label("b", place), label("span", what)];
        classed("li", state, inside)
    };
    let mut stops = vec![stop("accepted", "you", "typed it")];
    for next in journey(simulator.world(), &id) {
        stops.push(stop(next.state, &next.place, &next.what));
    }
    let host = server(simulator);
    let command = format!("ssh {host}, then grep {id} /var/log/mail.log");
    vec![hint(&command), classed("ol", "journey", stops)]
}

fn configuration(simulator: &Simulator, choice: &Choice, choose: &Callback<Choice>) -> Vec<Html> {
    let Some((host, text)) = configurations(simulator.world()).into_iter().next() else {
        return Vec::new();
    };
    let field = NodeRef::default();
    let onclick = {
        let (field, host, choice) = (field.clone(), host.clone(), choice.clone());
        choose.reform(move |_| {
            let text = field.cast::<HtmlTextAreaElement>().map(|f| f.value());
            Choice {
                edited: text.map(|text| (host.clone(), text)),
                ..choice.clone()
            }
        })
    };
    let hint = hint(&format!(
        "ssh root@{host}, then postconf -e and postfix reload"
    ));
    vec![
        hint,
        html! {
            <>
                <p role="status">{ node::text(&choice.answer) }</p>
                // Only its first text: what is being typed is not written over.
                <textarea ref={field} aria-label={format!("main.cf of {host}")} spellcheck="false" rows="8"
                    defaultvalue={shown(&text).into_owned()} />
                <p><button type="button" {onclick}>{ "Save and reload" }</button></p>
            </>
        },
    ]
}
