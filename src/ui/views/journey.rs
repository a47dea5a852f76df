//! The way of a message as a tree: a branch for each recipient.

use yew::Html;

use crate::time::Time;
use crate::ui::node::{classed, tag, text};
use crate::ui::views::choice::Tab;
use crate::ui::views::desk::{hint, label, numbered, plain, said, told, words, Desk};
use crate::ui::words::{fill, say};
use crate::views::{journey as way, latest, Attempt, Branch, Stop};

/// How deep the tree is drawn; what is deeper is cut by then, or goes round.
const DEEPEST: usize = 30;

/// The way of the message that was chosen, or of the newest.
pub fn journey(desk: &Desk) -> Vec<Html> {
    let world = desk.simulator.world();
    let id = desk.choice.id.clone().or_else(|| latest(world));
    let Some((id, stop)) = id.and_then(|id| Some((id.clone(), way(world, &id)?))) else {
        let none = "No message has been accepted yet: send one, and follow it here.";
        return vec![said("p", none)];
    };
    let host = desk.server();
    let command = format!("grep {id} /var/log/mail.log");
    vec![
        hint(&[&format!("ssh {host}"), &command]),
        classed("div", "journey", at(desk, &stop, 0)),
    ]
}

/// `10:00:05`.
fn clock(at: Time) -> String {
    let c = at.calendar();
    format!("{:02}:{:02}:{:02}", c.hour, c.minute, c.second)
}

/// How much later: `+5 min`.
fn later(at: Time, begun: Time) -> String {
    let seconds = (at - begun).as_secs();
    match seconds {
        0 => String::new(),
        1..120 => format!(" (+{seconds} s)"),
        120..7_200 => format!(" (+{} min)", (seconds + 30) / 60),
        _ => format!(" (+{} h)", (seconds + 1_800) / 3_600),
    }
}

/// A message on a host, with its branches.
fn at(desk: &Desk, stop: &Stop, depth: usize) -> Vec<Html> {
    let from = match stop.from.as_str() {
        "" => say("made it, as"),
        from => fill("took it from {} as", &[from]),
    };
    let mut head = vec![
        label("b", &stop.host),
        text(&[" ", &from, " "].concat()),
        desk.id(&stop.id, Tab::Log),
    ];
    if let Some(at) = stop.at {
        head.insert(0, words("span", "time", &clock(at)));
        head.insert(1, text(" "));
    }
    let mut inside = vec![classed("p", "stop", head)];
    for (recipient, into) in &stop.expanded {
        let stands = fill("{} stands for {}.", &[recipient, &into.join(", ")]);
        inside.push(words("p", "why", &stands));
    }
    if stop.is_stopped {
        let held = "Held here, because too many messages have come of one.";
        inside.push(told("p", "why", held));
    }
    if stop.is_cut || depth >= DEEPEST {
        inside.push(told("p", "why", "And so on."));
        return numbered(inside);
    }
    let mut list: Vec<Html> = Vec::new();
    for branch in &stop.branches {
        list.push(classed("li", branch.state(), along(desk, branch, depth)));
    }
    for (notice, when, back) in &stop.back {
        let head = vec![
            words("span", "time", &clock(*when)),
            text(" "),
            said("b", "Back to the sender"),
            text(&format!(": {notice}")),
        ];
        let mut own = vec![classed("p", "to", head)];
        own.extend(at(desk, back, depth + 1));
        list.push(classed("li", "back", own));
    }
    if !list.is_empty() {
        inside.push(classed("ul", "branches", numbered(list)));
    }
    numbered(inside)
}

/// What became of the mail to one recipient.
fn along(desk: &Desk, branch: &Branch, depth: usize) -> Vec<Html> {
    let state = match branch.state() {
        "waiting" => "not tried yet",
        state => state,
    };
    let head = vec![
        label("b", &branch.recipient),
        words("span", "outcome", &[" ", &say(state)].concat()),
    ];
    let mut inside = vec![classed("p", "to", head)];
    let due = branch.waits.and_then(|(_, due)| due);
    inside.extend(time_line(&branch.attempts, due));
    let begun = branch.attempts.first().map_or(Time(0), |a| a.at);
    let mut before = "";
    let mut list: Vec<Html> = Vec::new();
    for attempt in &branch.attempts {
        let through = match attempt.relay.as_str() {
            "" => String::new(),
            relay => fill(" through {}", &[relay]),
        };
        let why = match attempt.why.as_str() {
            why if why == before => vec![text(": "), text(&say("the same"))],
            "" => Vec::new(),
            why => vec![text(": "), words("span", "why", why)],
        };
        before = &attempt.why;
        let when = [clock(attempt.at), later(attempt.at, begun)].concat();
        let mut own = vec![
            words("span", "time", &when),
            text(&[" ", attempt.state, &through].concat()),
        ];
        own.extend(why);
        list.push(plain("li", own));
    }
    if !list.is_empty() {
        inside.push(classed("ol", "attempts", list));
    }
    if let Some((queue, due)) = branch.waits {
        let until = match due {
            Some(due) => {
                let when = [clock(due), later(due, begun)].concat();
                fill(", tried again at {}", &[&when])
            }
            None => String::new(),
        };
        let waits = fill("Waits in the {} queue{}.", &[queue, &until]);
        inside.push(words("p", "waits", &waits));
    }
    if let Some(file) = &branch.file {
        let lies = vec![text(&say("Lies in ")), label("code", file)];
        inside.push(classed("p", "lies", lies));
    }
    if let Some(next) = &branch.next {
        inside.push(classed("div", "next", at(desk, next, depth + 1)));
    }
    inside
}

/// The attempts as marks on a line, where there is more than one moment.
fn time_line(attempts: &[Attempt], due: Option<Time>) -> Option<Html> {
    let first = attempts.first()?.at;
    let last = due.or(attempts.last().map(|a| a.at))?;
    let whole = (last - first).as_secs();
    if whole < 60 {
        return None;
    }
    let x = |at: Time| 12 + (at - first).as_secs() * 576 / whole;
    let mut inside: Vec<Html> = Vec::new();
    let line = ["axis", "M12 12H588"];
    inside.push(tag("path", &["class", "d"], &line, Vec::new()).into());
    let keys = &["class", "cx", "cy", "r"];
    let marks = attempts.iter().map(|a| (a.at, a.state));
    for (at, class) in marks.chain(due.map(|due| (due, "due"))) {
        let values = [class, &x(at).to_string(), "12", "6"];
        inside.push(tag("circle", keys, &values, Vec::new()).into());
    }
    let keys = &["class", "viewBox", "aria-hidden", "focusable"];
    let values = ["time-line", "0 0 600 24", "true", "false"];
    Some(tag("svg", keys, &values, inside).into())
}
