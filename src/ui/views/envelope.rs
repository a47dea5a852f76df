//! Envelope and headers side by side.

use yew::Html;

use crate::ui::node::{classed, tag, text};
use crate::ui::views::desk::{label, plain, said, told, words, Desk};
use crate::ui::words::{fill, say};
use crate::views::{envelope as compared, Compared, Pair};

/// The message that is being written, or the one that was accepted last.
pub fn envelope(desk: &Desk) -> Vec<Html> {
    let Some(compared) = compared(desk.simulator.world()) else {
        let none =
            "No message yet: MAIL begins one. What the server goes by stands here then, beside \
                    what a reader will see.";
        return vec![said("p", none)];
    };
    let what = match compared.id.as_str() {
        "" => fill("The message that {} is being told", &[&compared.host]),
        id => fill(
            "The message {}, which {} has accepted",
            &[id, &compared.host],
        ),
    };
    let differs = compared.pairs.iter().filter(|p| p.difference.is_some());
    let differs = match differs.count() {
        0 => say("Envelope and headers agree."),
        1 => say("They differ in one place."),
        count => fill("They differ in {} places.", &[&count.to_string()]),
    };
    vec![
        plain("p", vec![label("b", &what), text(". "), text(&differs)]),
        table(&compared),
        headers(&compared),
    ]
}

fn table(compared: &Compared) -> Html {
    let column = |name: &str| tag("th", &["scope"], &["col"], vec![text(&say(name))]).into();
    let head = plain(
        "tr",
        vec![
            column("Envelope: what the server goes by"),
            column("Headers: what a reader sees"),
            column("Difference"),
        ],
    );
    let rows = compared.pairs.iter().map(row).collect();
    let inside = vec![plain("thead", vec![head]), plain("tbody", rows)];
    let table = tag(
        "table",
        &["class", "aria-label"],
        &["pairs", &say("Envelope and headers")],
        inside,
    );
    table.into()
}

fn row(pair: &Pair) -> Html {
    let cell = |name: &str, value: &str, none: &str| match value.is_empty() && name.is_empty() {
        true => classed("td", "none", vec![text(&say(none))]),
        false => plain(
            "td",
            vec![words("span", "name", name), label("code", value)],
        ),
    };
    let envelope = match (pair.envelope.is_empty(), pair.command) {
        (true, "RCPT TO") => cell("", "", "no RCPT"),
        _ => cell(
            &format!("{} ", pair.command),
            &format!("<{}>", pair.envelope),
            "",
        ),
    };
    let header = match pair.name.as_str() {
        "" => cell("", "", "no header"),
        name => cell(&format!("{name}: "), &pair.header, ""),
    };
    let (class, note) = match pair.difference {
        Some(difference) => ("differs", difference),
        None => ("agrees", "Same address."),
    };
    let mark = match pair.difference {
        Some(_) => "≠ ",
        None => "= ",
    };
    let mark = tag(
        "span",
        &["class", "aria-hidden"],
        &["sign", "true"],
        vec![text(mark)],
    );
    let note = plain("td", vec![mark.into(), text(&say(note))]);
    classed("tr", class, vec![envelope, header, note])
}

fn headers(compared: &Compared) -> Html {
    if compared.headers.is_empty() {
        return told("p", "why", "No header has been written.");
    }
    let mut list = Vec::new();
    for (name, value) in &compared.headers {
        list.push(label("dt", name));
        list.push(plain("dd", vec![label("code", value)]));
    }
    let inside = vec![
        said("summary", "All headers, as they were typed"),
        classed("dl", "held", list),
    ];
    plain("details", inside)
}
