//! The session: its picture, what the server holds, what can be typed, and who decided last.

use yew::Html;

use crate::ui::node::{classed, tag, text};
use crate::ui::views::choice::Choice;
use crate::ui::views::desk::{keyed, label, plain, said, told, words, Desk};
use crate::ui::views::diagram::diagram;
use crate::ui::words::{fill, say};
use crate::views::{judgement, picture, Command, Example, Judgement, List, Picture, Row};

/// The view of the session.
pub fn session(desk: &Desk) -> Vec<Html> {
    let workstation = desk.simulator.workstation();
    let example = Example {
        host: &workstation.host,
        user: &workstation.user,
        server: desk.server(),
    };
    let picture = picture(desk.simulator.world(), example);
    let sentences = picture.sentence.map(say).join(" ");
    let left = vec![
        words("p", "sentence", &sentences),
        diagram(&picture),
        states(&picture),
        commands(desk, &picture.commands),
        table(&picture),
    ];
    let right = vec![held(&picture), restrictions(desk)];
    let inside = vec![
        classed("div", "left-part", left),
        classed("div", "right-part", right),
    ];
    vec![classed("div", "session", inside)]
}

/// The states in a row, where there is no room for the picture.
fn states(picture: &Picture) -> Html {
    let state = |state: &crate::views::State| {
        let class = if state.is_now { "now" } else { "" };
        told("li", class, state.name)
    };
    let row = tag(
        "ol",
        &["class", "aria-hidden"],
        &["states", "true"],
        picture.states.iter().map(state).collect(),
    );
    row.into()
}

fn commands(desk: &Desk, commands: &[Command]) -> Html {
    let button = |command: &Command| {
        let next = Choice {
            typed: Some(command.line.clone()),
            ..desk.choice.clone()
        };
        let is_turn = command.missing.is_empty();
        let next = if is_turn { next } else { desk.choice.clone() };
        let mut inside = match command.line.as_str() {
            "" => vec![said("span", "an empty line")],
            line => vec![label("code", line)],
        };
        let missing = say(command.missing);
        if !is_turn {
            let why = [" (", &missing, ")"].concat();
            inside.push(words("span", "unseen", &why));
        }
        let class = if is_turn { "type" } else { "type later" };
        let mut button = desk.button(inside, (class, false), next);
        if !is_turn {
            // It keeps the focus, which a button that is disabled would lose.
            button.add_attribute("aria-disabled", "true");
            button.add_attribute("title", missing);
        }
        keyed(button, command.name)
    };
    let list = tag(
        "div",
        &["class", "role", "aria-label"],
        &["commands", "group", &say("What can be typed now")],
        commands.iter().map(button).collect(),
    );
    list.into()
}

/// The picture as text.
fn table(picture: &Picture) -> Html {
    let column = |name: &str| tag("th", &["scope"], &["col"], vec![text(&say(name))]).into();
    let head = plain("tr", vec![column("From"), column("By"), column("To")]);
    let row = |way: &crate::views::Way| {
        let class = if way.is_open { "open" } else { "" };
        let cells = vec![
            said("td", way.from),
            said("td", way.by.words()),
            said("td", way.to),
        ];
        classed("tr", class, cells)
    };
    let rows = picture.ways.iter().map(row).collect();
    let inside = vec![plain("thead", vec![head]), plain("tbody", rows)];
    let keys = &["class", "aria-label"];
    let table = tag(
        "table",
        keys,
        &["ways", &say("The ways of a session")],
        inside,
    );
    let summary = said(
        "summary",
        "The same as a table: every way from state to state",
    );
    plain("details", vec![summary, table.into()])
}

fn held(picture: &Picture) -> Html {
    let mut list = Vec::new();
    for (name, value) in &picture.held {
        list.push(said("dt", name));
        list.push(match value.as_str() {
            "" => told("dd", "none", "nothing"),
            value => plain("dd", vec![label("code", value)]),
        });
    }
    let mut inside = vec![said("h2", "What the server holds")];
    inside.push(match list.is_empty() {
        true => told(
            "p",
            "why",
            "Nothing: there is no session, and what was said in another is forgotten.",
        ),
        false => classed("dl", "held", list),
    });
    classed("div", "block", inside)
}

fn restrictions(desk: &Desk) -> Html {
    let mut inside = vec![said("h2", "Who decided on the last reply")];
    match judgement(desk.simulator.world()) {
        None => inside.push(told("p", "why", "There was no reply yet.")),
        Some(judgement) => tell(&judgement, &mut inside),
    }
    classed("div", "block", inside)
}

fn tell(judgement: &Judgement, to: &mut Vec<Html>) {
    let class = match judgement.reply.starts_with(['4', '5']) {
        true => "reply refused",
        false => "reply",
    };
    let first = judgement.reply.split("\r\n").next().unwrap_or("");
    let said = vec![
        label("code", judgement.command),
        text(": "),
        label("code", first),
    ];
    to.push(classed("p", class, said));
    let gaps: Vec<&str> = judgement.sentence.gaps.iter().map(String::as_str).collect();
    let decided = fill(judgement.sentence.english, &gaps);
    to.push(words("p", "sentence", &decided));
    to.extend(judgement.lists.iter().map(list));
}

fn list(list: &List) -> Html {
    let about = fill(" for {}", &[&list.about]);
    let head = vec![label("code", list.name), words("span", "about", &about)];
    // A list of one that has its parameter's name is the parameter itself.
    let rows = list.rows.iter().map(row).collect();
    plain(
        "section",
        vec![classed("h3", "list", head), classed("ol", "asked", rows)],
    )
}

fn row(row: &Row) -> Html {
    let sign = match row.kind {
        "ok" => "✓",
        "reject" => "✗",
        "later" => "!",
        "nothing" => "·",
        _ => "",
    };
    let depth = row.depth.min(4).to_string();
    let sign = tag(
        "span",
        &["class", "aria-hidden"],
        &["sign", "true"],
        vec![text(sign)],
    );
    let mut inside = vec![
        sign.into(),
        label("code", &row.words),
        words("span", "verdict", &[" ", &say(row.verdict)].concat()),
    ];
    if row.decides {
        inside.push(words("b", "decides", &[" ", &say("decided")].concat()));
    }
    let class = match row.decides {
        true => [row.kind, " decides"].concat(),
        false => row.kind.to_string(),
    };
    tag("li", &["class", "data-depth"], &[&class, &depth], inside).into()
}
