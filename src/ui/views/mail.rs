//! Mailboxes, the queue and the log.

use yew::Html;

use crate::ui::node::{classed, tag, text};
use crate::ui::views::choice::{Choice, Tab};
use crate::ui::views::desk::{hint, keyed, label, numbered, plain, said, Desk};
use crate::ui::words::{fill, say};
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
    let mut shown = vec![classed("div", "people", numbered(people))];
    if let Some(mailbox) = all.get(choice.mailbox) {
        let commands = mailbox.commands();
        shown.push(hint(&commands.each_ref().map(String::as_str)));
        if mailbox.letters.is_empty() {
            shown.push(label("p", &fill("No mail for {} yet.", &[&mailbox.user])));
        }
        shown.extend(mailbox.letters.iter().rev().map(letter));
    }
    shown
}

fn letter(letter: &Letter) -> Html {
    let subject = match letter.header("subject") {
        "" => say("(no subject)"),
        subject => subject.into(),
    };
    let mut headers = Vec::new();
    for (name, value) in &letter.headers {
        headers.push(label("dt", name));
        headers.push(plain("dd", vec![label("code", value)]));
        if let Some(what) = explanation(name) {
            headers.push(classed("dd", "what", vec![text(&say(what))]));
        }
    }
    let sender = match letter.header("from") {
        "" => letter.header("return-path"),
        from => from,
    };
    let folded = |summary: &str, inside| plain("details", vec![said("summary", summary), inside]);
    let from = text(&fill(" from {}", &[sender]));
    let inside = vec![
        plain("summary", vec![label("b", &subject), from]),
        label("pre", letter.body.trim_end()),
        folded("Headers, and what each is for", plain("dl", headers)),
        folded("Source", label("pre", &letter.source)),
    ];
    classed("details", "letter", inside)
}

/// What waits, and why.
pub fn waiting(desk: &Desk) -> Vec<Html> {
    let all = queues(desk.simulator.world());
    let mut shown = vec![hint(&[&format!("ssh {}", desk.server()), "mailq"])];
    if all.is_empty() {
        shown.push(said("p", "Mail queue is empty"));
        return shown;
    }
    let mut cards = Vec::new();
    for w in &all {
        let mut recipients = Vec::new();
        for (address, why) in &w.recipients {
            let why = classed("span", "why", vec![text(why)]);
            let to = text(&fill("to {}", &[address]));
            recipients.push(plain("li", vec![to, plain("br", Vec::new()), why]));
        }
        let due = match w.due_in {
            Some(seconds) => fill(
                ", tried again in {} min",
                &[&seconds.div_ceil(60).to_string()],
            ),
            None => String::new(),
        };
        let inside = vec![
            desk.id(&w.id, Tab::Log),
            text(" "),
            text(&fill(
                "{}, {} bytes{}",
                &[w.state, &w.size.to_string(), &due],
            )),
            plain("br", Vec::new()),
            text(&fill("on {} from {}", &[&w.host, &w.sender])),
            plain("ul", recipients),
        ];
        let key = [&w.host, "/", &w.id].concat();
        cards.push(keyed(tag("li", &[], &[], inside), &key));
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
        // A line that has the focus keeps it when others are written.
        let (server, place) = line.place;
        let key = [&server.to_string(), "/", &place.to_string()].concat();
        rows.push(keyed(tag("li", &["class"], &[class], inside), &key));
    }
    let host = desk.server();
    let command = match &choice.id {
        Some(id) => format!("grep {id} /var/log/mail.log"),
        None => "tail -f /var/log/mail.log".into(),
    };
    let mut shown = vec![hint(&[&format!("ssh {host}"), &command])];
    if let Some(id) = &choice.id {
        let next = Choice {
            id: None,
            ..choice.clone()
        };
        let all = desk.button(vec![text(&say("Show all"))], ("all", false), next);
        let only = text(&[&fill("Only lines about {}.", &[id]), " "].concat());
        shown.push(plain("p", vec![only, all.into()]));
    }
    if count == 0 {
        shown.push(said("p", "Nothing has been logged yet."));
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
