//! Mailboxes, the queue and the log.

use yew::Html;

use crate::ui::node::{classed, text};
use crate::ui::views::choice::{Choice, Tab};
use crate::ui::views::desk::{hint, label, plain, Desk};
use crate::views::{explanation, log, mailboxes, queues, Letter, Logged};

/// The people, and the letters of one of them.
pub fn boxes(desk: &Desk) -> Vec<Html> {
    let choice = desk.choice;
    let all = mailboxes(desk.simulator.world());
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
        let is_open = ("pressed", i == choice.mailbox);
        people.push(desk.button(inside, is_open, next).into());
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

/// What waits, and why.
pub fn waiting(desk: &Desk) -> Vec<Html> {
    let all = queues(desk.simulator.world());
    let mut shown = vec![hint(&format!("ssh {}, then mailq", desk.server()))];
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
            desk.id(&w.id, Tab::Log),
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

/// The log, in which each queue ID leads to the way of its message.
pub fn lines(desk: &Desk) -> Vec<Html> {
    let choice = desk.choice;
    let all = log(desk.simulator.world());
    let wanted = |id: &Option<String>| choice.id.is_none() || *id == choice.id;
    let mut rows = Vec::new();
    let count = all.iter().filter(|line| wanted(&line.id)).count();
    for line in all.iter().filter(|line| wanted(&line.id)) {
        let class = match rows.len() + 1 == count {
            true => "newest",
            false => "",
        };
        let inside = vec![plain("code", linked(desk, line))];
        rows.push(classed("li", class, inside));
    }
    let host = desk.server();
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
        let all = desk.button(vec![text("Show all")], ("all", false), next);
        let only = text(&format!("Only lines about {id}. "));
        shown.push(plain("p", vec![only, all.into()]));
    }
    if count == 0 {
        shown.push(label("p", "Nothing has been logged yet."));
    }
    shown.push(classed("ol", "log", rows));
    shown
}

fn linked(desk: &Desk, line: &Logged) -> Vec<Html> {
    let mut inside = Vec::new();
    let mut done = 0;
    for link in &line.links {
        inside.push(text(line.text.get(done..link.start).unwrap_or_default()));
        let id = line.text.get(link.clone()).unwrap_or_default();
        inside.push(desk.id(id, Tab::Journey));
        done = link.end;
    }
    inside.push(text(line.text.get(done..).unwrap_or_default()));
    inside
}
