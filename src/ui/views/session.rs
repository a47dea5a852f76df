//! The session: its picture, what the server holds, what can be typed, and who decided last.

use yew::Html;

use crate::ui::node::{classed, tag, text};
use crate::ui::views::choice::Choice;
use crate::ui::views::desk::{keyed, label, plain, words, Desk};
use crate::ui::views::diagram::diagram;
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
    let left = vec![
        words("p", "sentence", &picture.sentence),
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
        words("li", class, state.name)
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
        let shown = match command.line.as_str() {
            "" => "an empty line",
            line => line,
        };
        let mut inside = vec![label("code", shown)];
        if !is_turn {
            let why = [" (", command.missing, ")"].concat();
            inside.push(words("span", "unseen", &why));
        }
        let class = if is_turn { "type" } else { "type later" };
        let mut button = desk.button(inside, (class, false), next);
        if !is_turn {
            // It keeps the focus, which a button that is disabled would lose.
            button.add_attribute("aria-disabled", "true");
            button.add_attribute("title", command.missing);
        }
        keyed(button, command.name)
    };
    let list = tag(
        "div",
        &["class", "role", "aria-label"],
        &["commands", "group", "What can be typed now"],
        commands.iter().map(button).collect(),
    );
    list.into()
}

/// The picture as text.
fn table(picture: &Picture) -> Html {
    let column = |name: &str| tag("th", &["scope"], &["col"], vec![text(name)]).into();
    let head = plain("tr", vec![column("From"), column("By"), column("To")]);
    let row = |way: &crate::views::Way| {
        let class = if way.is_open { "open" } else { "" };
        let cells = vec![
            label("td", way.from),
            label("td", way.by.words()),
            label("td", way.to),
        ];
        classed("tr", class, cells)
    };
    let rows = picture.ways.iter().map(row).collect();
    let inside = vec![plain("thead", vec![head]), plain("tbody", rows)];
    let keys = &["class", "aria-label"];
    let table = tag("table", keys, &["ways", "The ways of a session"], inside);
    let summary = label(
        "summary",
        "The same as a table: every way from state to state",
    );
    plain("details", vec![summary, table.into()])
}

fn held(picture: &Picture) -> Html {
    let mut list = Vec::new();
    for (name, value) in &picture.held {
        list.push(label("dt", name));
        list.push(match value.as_str() {
            "" => words("dd", "none", "nothing"),
            value => plain("dd", vec![label("code", value)]),
        });
    }
    let mut inside = vec![label("h2", "What the server holds")];
    inside.push(match list.is_empty() {
        true => words(
            "p",
            "why",
            "Nothing: there is no session, and what was said in another is forgotten.",
        ),
        false => classed("dl", "held", list),
    });
    classed("div", "block", inside)
}

fn restrictions(desk: &Desk) -> Html {
    let mut inside = vec![label("h2", "Who decided on the last reply")];
    match judgement(desk.simulator.world()) {
        None => inside.push(words("p", "why", "There was no reply yet.")),
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
    to.push(words("p", "sentence", &judgement.sentence));
    to.extend(judgement.lists.iter().map(list));
}

fn list(list: &List) -> Html {
    let about = [" for ", &list.about].concat();
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
        words("span", "verdict", &[" ", row.verdict].concat()),
    ];
    if row.decides {
        inside.push(words("b", "decides", " decided"));
    }
    let class = match row.decides {
        true => [row.kind, " decides"].concat(),
        false => row.kind.to_string(),
    };
    tag("li", &["class", "data-depth"], &[&class, &depth], inside).into()
}
