//! The wire, byte for byte, to be looked at and to be kept.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlSelectElement, MouseEvent};
use yew::html::{onchange, onclick};
use yew::{Callback, Html, TargetCast};

use crate::network::tap::{Conversation, Seen};
use crate::smtp::sasl::to_base64;
use crate::ui::node::{classed, tag, text};
use crate::ui::views::choice::Choice;
use crate::ui::views::desk::{label, said, told, words, Desk};
use crate::ui::words::{fill, say};
use crate::views::{
    clock, conversation, conversations, hexdump, pcap, rows, text as written, Part,
};

/// How many lines are drawn: the last.
const SHOWN: usize = 1_500;

/// The conversations, and one of them.
pub fn wire(desk: &Desk) -> Vec<Html> {
    let world = desk.simulator.world();
    let all = conversations(world);
    let wanted = desk
        .choice
        .wire
        .filter(|id| all.iter().any(|line| line.id == *id));
    let chosen = wanted.or(all.first().map(|line| line.id));
    let Some(shown) = chosen.and_then(|id| conversation(world, id)) else {
        let none =
            "Nothing has been sent yet: telnet opens a connection, and every byte of it stands \
                    here then.";
        return vec![said("p", none)];
    };
    let mut options = Vec::new();
    for (place, line) in all.iter().enumerate() {
        let name = match line.is_background {
            true => fill("mail on its way: {}", &[&line.name]),
            false => line.name.clone(),
        };
        let mut option = tag(
            "option",
            &["value"],
            &[&place.to_string()],
            vec![text(&name)],
        );
        if chosen == Some(line.id) {
            option.add_attribute("selected", "true");
        }
        options.push(option.into());
    }
    let ids: Vec<_> = all.iter().map(|line| line.id).collect();
    let choice = desk.choice.clone();
    let onchange = desk.choose.reform(move |event: yew::Event| {
        let field: Option<HtmlSelectElement> = event.target_dyn_into();
        let place = field.and_then(|field| field.value().parse::<usize>().ok());
        Choice {
            wire: place.and_then(|place| ids.get(place).copied()),
            ..choice.clone()
        }
    });
    let mut select = tag("select", &["aria-label"], &[&say("Conversation")], options);
    select.add_listener(Rc::new(onchange::Wrapper::new(onchange)));
    let next = Choice {
        is_hex: !desk.choice.is_hex,
        ..desk.choice.clone()
    };
    let hex = desk.button(
        vec![text(&say("Hex"))],
        ("pressed", desk.choice.is_hex),
        next,
    );
    let kept = Rc::new(shown.clone());
    let tools = vec![
        select.into(),
        hex.into(),
        saved(&kept, "text"),
        saved(&kept, "pcap"),
    ];
    let listing = match desk.choice.is_hex {
        true => dump(shown),
        false => listing(shown),
    };
    vec![classed("div", "tools", tools), listing]
}

/// A link whose target is made when it is followed.
fn saved(conversation: &Rc<Conversation>, kind: &'static str) -> Html {
    let names = match kind {
        "pcap" => ["#", "smtp.pcap", "save"],
        _ => ["#", "smtp.txt", "save"],
    };
    let name = fill("Save as {}", &[&say(kind)]);
    let mut link = tag(
        "a",
        &["href", "download", "class"],
        &names,
        vec![text(&name)],
    );
    let conversation = Rc::clone(conversation);
    let onclick = Callback::from(move |event: MouseEvent| {
        let target = match kind {
            "pcap" => {
                let bytes = pcap(std::iter::once(&*conversation));
                [
                    "data:application/vnd.tcpdump.pcap;base64,",
                    &to_base64(&bytes),
                ]
                .concat()
            }
            _ => {
                let bytes = written(&conversation).into_bytes();
                ["data:text/plain;charset=utf-8;base64,", &to_base64(&bytes)].concat()
            }
        };
        let link: Option<Element> = event.target().and_then(|t| t.dyn_into().ok());
        if let Some(link) = link {
            // An attribute of a link can be set.
            let _ = link.set_attribute("href", &target);
        }
    });
    link.add_listener(Rc::new(onclick::Wrapper::new(onclick)));
    link.into()
}

fn listing(conversation: &Conversation) -> Html {
    let all = rows(conversation);
    let from = all.len().saturating_sub(SHOWN);
    let mut list = Vec::new();
    for row in all.iter().skip(from) {
        let by = match row.by {
            "client" => "client",
            "server" => "server",
            _ => "event",
        };
        let mut line = Vec::new();
        for part in &row.parts {
            line.push(match part {
                Part::Text(part) if by == "event" => text(&say(part)),
                Part::Text(part) => text(part),
                Part::Byte(name) => words("b", "byte", name),
            });
        }
        let who = match by {
            "event" => "",
            by => by,
        };
        let inside = vec![
            words("span", "time", thousandths(&clock(row.at))),
            told("span", "who", who),
            tag("code", &[], &[], line).into(),
        ];
        list.push(classed("li", by, inside));
    }
    classed("ol", "wire", list)
}

/// As much of a time as is read; what is kept has all of it.
fn thousandths(clock: &str) -> &str {
    clock.get(..12).unwrap_or(clock)
}

/// Each piece that was sent, in numbers.
fn dump(conversation: &Conversation) -> Html {
    let mut list = Vec::new();
    for frame in &conversation.frames {
        if let Seen::Bytes {
            by_client, bytes, ..
        } = &frame.what
        {
            let by = if *by_client { "client" } else { "server" };
            let inside = vec![
                words("span", "time", thousandths(&clock(frame.at))),
                told("span", "who", by),
                label("pre", hexdump(bytes).trim_end()),
            ];
            list.push(classed("li", by, inside));
        }
    }
    classed("ol", "wire hex", list)
}
