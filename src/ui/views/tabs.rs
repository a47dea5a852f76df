//! One row of tabs, the view that is open, and the line between it and the terminal.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent};
use yew::html::{onclick, onkeydown, onpointerdown, onpointermove, onpointerup};
use yew::virtual_dom::VTag;
use yew::{Callback, Html, TargetCast};

use crate::ui::node::{tag, text};
use crate::ui::views::choice::{Choice, Tab, GREATEST, SMALLEST};
use crate::ui::views::desk::{keyed, words, Desk};
use crate::ui::words::say;
use crate::views::{count, queues};

/// How far a key moves the line, in percent.
const STEP: i32 = 5;

/// The line, the row of tabs with the clock beside it, and what is open.
pub fn tabs(desk: &Desk, inside: Option<Vec<Html>>) -> Html {
    let mut all = Vec::new();
    if inside.is_some() {
        all.push(divider(desk));
    }
    all.push(bar(desk));
    if let (Some(inside), Some(tab)) = (inside, desk.choice.tab) {
        let names = &[
            "class",
            "part",
            "id",
            "role",
            "aria-labelledby",
            "tabindex",
            "data-view",
        ];
        let values = [
            "view",
            "panel",
            "panel",
            "tabpanel",
            &id(tab),
            "0",
            tab.name(),
        ];
        let mut panel = tag("section", names, &values, inside);
        let close = close(desk);
        let onkeydown = Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && !event.default_prevented() {
                event.prevent_default();
                focus_tab(&event, tab);
                close.emit(());
            }
        });
        panel.add_listener(Rc::new(onkeydown::Wrapper::new(onkeydown)));
        all.push(keyed(panel, tab.name()));
    }
    all.into_iter().collect()
}

fn id(tab: Tab) -> String {
    format!("tab-{}", tab.name())
}

fn close(desk: &Desk) -> Callback<()> {
    let next = Choice {
        tab: None,
        ..desk.choice.clone()
    };
    desk.choose.reform(move |()| next.clone())
}

/// What is around the element of an event.
fn around(event: &web_sys::Event, wanted: &str) -> Option<HtmlElement> {
    let element: Element = event.target_dyn_into()?;
    let found = element.closest(wanted).ok().flatten()?;
    found.dyn_into().ok()
}

fn focus(root: Option<HtmlElement>, wanted: &str) {
    let found = root.and_then(|root| root.query_selector(wanted).ok().flatten());
    if let Some(field) = found.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot be focused is not on the page.
        let _ = field.focus();
    }
}

fn focus_tab(event: &web_sys::Event, tab: Tab) {
    let name = tab.name();
    focus(
        around(event, ".terminal"),
        &format!("[role=tab][data-view='{name}']"),
    );
}

fn bar(desk: &Desk) -> Html {
    let choice = desk.choice;
    let inside = Tab::ALL.iter().map(|tab| one(desk, *tab)).collect();
    let names = &["role", "class", "aria-label"];
    let mut list = tag(
        "div",
        names,
        &["tablist", "tabs", &say("Look inside")],
        inside,
    );
    let (choose, choice_now) = (desk.choose.clone(), choice.clone());
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        pressed(&event, &choice_now, &choose);
    });
    list.add_listener(Rc::new(onkeydown::Wrapper::new(onkeydown)));
    let next = Choice {
        skips: true,
        ..choice.clone()
    };
    let now = desk.simulator.world().now().calendar();
    let clock = format!("({:02}:{:02})", now.hour, now.minute);
    let pass = say("Let 5 min pass");
    let inside = vec![
        words("span", "long", &[&pass, " "].concat()),
        words("span", "short", &[&say("+5 min"), " "].concat()),
        text(&clock),
    ];
    let mut skip = desk.button(inside, ("skip", false), next);
    skip.add_attribute("aria-label", [&pass, " ", &clock].concat());
    let names = &["class", "part"];
    let row = tag(
        "div",
        names,
        &["views", "tabs"],
        vec![list.into(), skip.into()],
    );
    keyed(row, "tabs")
}

fn one(desk: &Desk, tab: Tab) -> Html {
    let choice = desk.choice;
    let world = desk.simulator.world();
    let is_open = choice.tab == Some(tab);
    let count = match tab {
        Tab::Mailboxes => count(world),
        Tab::Queue => queues(world).len(),
        _ => 0,
    };
    let name = match count {
        0 => say(tab.name()),
        count => format!("{} ({count})", say(tab.name())),
    };
    let names = &[
        "type",
        "role",
        "id",
        "data-view",
        "aria-selected",
        "aria-controls",
        "tabindex",
    ];
    let reached = if choice.reached == tab { "0" } else { "-1" };
    let (selected, controls) = match is_open {
        true => ("true", "panel"),
        false => ("false", ""),
    };
    let values = [
        "button",
        "tab",
        &id(tab),
        tab.name(),
        selected,
        controls,
        reached,
    ];
    let mut button = tag("button", names, &values, vec![text(&name)]);
    let next = Choice {
        tab: (!is_open).then_some(tab),
        reached: tab,
        ..choice.clone()
    };
    let onclick = desk.choose.reform(move |_| next.clone());
    button.add_listener(Rc::new(onclick::Wrapper::new(onclick)));
    button.into()
}

/// Whether the element of an event reads from right to left.
fn is_mirrored(event: &web_sys::Event) -> bool {
    around(event, ":dir(rtl)").is_some()
}

/// A key, with left and right as they are where it reads from left to right.
fn key_by_sight(event: &KeyboardEvent) -> String {
    match (event.key().as_str(), is_mirrored(event)) {
        ("ArrowLeft", true) => "ArrowRight".into(),
        ("ArrowRight", true) => "ArrowLeft".into(),
        (key, _) => key.into(),
    }
}

/// Arrows go from tab to tab, and show it where one is open; Escape closes what is open, and from
/// there leads back to the line.
fn pressed(event: &KeyboardEvent, choice: &Choice, choose: &Callback<Choice>) {
    let last = Tab::ALL.len() - 1;
    let at = Tab::ALL.iter().position(|tab| *tab == choice.reached);
    let at = at.unwrap_or(0);
    let to = match key_by_sight(event).as_str() {
        "ArrowRight" | "ArrowDown" => (at + 1) % (last + 1),
        "ArrowLeft" | "ArrowUp" => (at + last) % (last + 1),
        "Home" => 0,
        "End" => last,
        "Escape" if choice.tab.is_none() => {
            event.prevent_default();
            return focus(around(event, ".terminal"), ".entry input");
        }
        "Escape" => {
            event.prevent_default();
            return choose.emit(Choice {
                tab: None,
                ..choice.clone()
            });
        }
        _ => return,
    };
    let Some(tab) = Tab::ALL.get(to).copied() else {
        return;
    };
    event.prevent_default();
    focus_tab(event, tab);
    choose.emit(Choice {
        tab: choice.tab.map(|_| tab),
        reached: tab,
        ..choice.clone()
    });
}

/// The line between the terminal and what is open, which can be moved.
fn divider(desk: &Desk) -> Html {
    let names = &[
        "class",
        "part",
        "role",
        "tabindex",
        "aria-label",
        "aria-controls",
        "aria-valuemin",
        "aria-valuemax",
        "aria-valuenow",
    ];
    let size = desk.choice.size.to_string();
    let (least, most) = (SMALLEST.to_string(), GREATEST.to_string());
    let values = [
        "divider",
        "divider",
        "separator",
        "0",
        &say("Size of the view"),
        "panel",
        &least,
        &most,
        &size,
    ];
    let mut line = tag("div", names, &values, Vec::new());
    let choice = desk.choice.clone();
    let chosen = desk.choose.reform(move |size: i32| Choice {
        size,
        ..choice.clone()
    });
    let (by_key, size) = (chosen.clone(), desk.choice.size);
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let size = match key_by_sight(&event).as_str() {
            "ArrowUp" | "ArrowLeft" => size + STEP,
            "ArrowDown" | "ArrowRight" => size - STEP,
            "Home" => GREATEST,
            "End" => SMALLEST,
            _ => return,
        };
        event.prevent_default();
        by_key.emit(stretch(&event, size));
    });
    let onpointerdown = Callback::from(|event: PointerEvent| {
        event.prevent_default();
        if let Some(line) = around(&event, ".divider") {
            // Without it the line can be moved all the same, as long as the pointer is quick enough.
            let _ = line.set_pointer_capture(event.pointer_id());
        }
    });
    let onpointermove = Callback::from(|event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            stretch(&event, pointed_at(&event));
        }
    });
    let onpointerup = Callback::from(move |event: PointerEvent| {
        chosen.emit(stretch(&event, pointed_at(&event)));
    });
    listen(&mut line, onkeydown::Wrapper::new(onkeydown));
    listen(&mut line, onpointerdown::Wrapper::new(onpointerdown));
    listen(&mut line, onpointermove::Wrapper::new(onpointermove));
    listen(&mut line, onpointerup::Wrapper::new(onpointerup));
    keyed(line, "divider")
}

fn listen(tag: &mut VTag, listener: impl yew::virtual_dom::Listener + 'static) {
    tag.add_listener(Rc::new(listener));
}

/// The size that a view would have if the line were where the pointer is.
fn pointed_at(event: &PointerEvent) -> i32 {
    let frame = around(event, ".stack, .terminal");
    let within = |wanted: &str| frame.as_ref()?.query_selector(wanted).ok().flatten();
    let (Some(frame), Some(line), Some(panel), Some(bar)) = (
        frame.as_ref(),
        within(".divider"),
        within("[role=tabpanel]"),
        within(".views"),
    ) else {
        return SMALLEST;
    };
    let (frame, panel) = (
        frame.get_bounding_client_rect(),
        panel.get_bounding_client_rect(),
    );
    // Beside the terminal the line stands upright; below it the tabs lie between it and the view.
    let (left, whole) = match line.client_height() > line.client_width() {
        true => match is_mirrored(event) {
            true => (f64::from(event.client_x()) - panel.left(), frame.width()),
            false => (panel.right() - f64::from(event.client_x()), frame.width()),
        },
        false => {
            let between = f64::from(bar.client_height() + line.client_height() / 2);
            let left = panel.bottom() - f64::from(event.client_y()) - between;
            (left, frame.height())
        }
    };
    match whole > 0.0 {
        true => (left * 100.0 / whole) as i32,
        false => SMALLEST,
    }
}

/// Gives the view a size, and says which it has got.
fn stretch(event: &web_sys::Event, size: i32) -> i32 {
    let size = size.clamp(SMALLEST, GREATEST);
    if let Some(frame) = around(event, ".terminal") {
        // A policy may forbid the attribute `style`, and never this.
        let _ = frame.style().set_property("--panel", &format!("{size}%"));
    }
    size
}
