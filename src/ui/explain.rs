//! What a line means, beside the line: opened by its mark, by F1 or by a button, closed with Escape.
//! It lies over other lines and moves nothing, so what is typed stays where it is. Below the rows
//! stands one line of hints: what probably went wrong.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, MouseEvent};
use yew::html::{onclick, onkeydown};
use yew::{Callback, Html};

use crate::explain::{Explain, Explanation};
use crate::simulator::Simulator;
use crate::ui::node::{classed, tag, text};

/// How many pixels of a row at its end are its mark.
const MARK: i32 = 34;
/// Pixels between a row and its explanation.
const GAP: f64 = 4.0;
/// Room that an explanation should have, in pixels.
const ROOM: f64 = 180.0;

/// What is asked of the explanations.
pub enum Asked {
    /// To speak, in a language.
    Speak(Box<Explain>),
    /// What the last line means.
    Last,
    /// What a row means.
    Row(usize),
    /// What the line above means.
    Older,
    /// What the line below means.
    Newer,
    /// To be closed.
    Close,
    /// To say no more what went wrong, or to say it again.
    Hints,
}

/// What is open, and what there is to say.
#[derive(Default)]
pub struct Explainer {
    explain: Option<Box<Explain>>,
    open: Option<usize>,
    generation: u32,
    has_no_hints: bool,
    /// What was said last to those who listen, and of which row.
    told: Option<(usize, String)>,
    /// The row that it is about, as the page has it.
    marked: Option<Element>,
    /// It is to get the focus when it is drawn, or to give it back.
    is_moving: bool,
}

impl Explainer {
    /// Does what is asked.
    pub fn act(&mut self, asked: Asked, simulator: &Simulator) {
        let screen = simulator.screen();
        self.is_moving = true;
        match asked {
            Asked::Speak(explain) => {
                self.is_moving = false;
                self.explain = Some(explain);
            }
            Asked::Last => {
                let last = screen.rows().len();
                self.open = match self.open {
                    Some(_) => None,
                    None => self.next(simulator, (0..last).rev()),
                };
            }
            Asked::Row(row) => self.open = Some(row),
            Asked::Older => {
                let before = self.open.unwrap_or(0);
                self.open = self.next(simulator, (0..before).rev()).or(self.open);
            }
            Asked::Newer => {
                let behind = self.open.unwrap_or(0) + 1..screen.rows().len();
                self.open = self.next(simulator, behind).or(self.open);
            }
            Asked::Close => self.open = None,
            Asked::Hints => {
                self.is_moving = false;
                self.has_no_hints = !self.has_no_hints;
            }
        }
        self.generation = screen.generation;
    }

    /// What probably went wrong, where that was not said yet.
    pub fn news(&mut self, simulator: &Simulator) -> Option<String> {
        let explain = self.explain.as_ref().filter(|_| !self.has_no_hints)?;
        let found = simulator.likely(explain);
        if found == self.told {
            return None;
        }
        self.told = found;
        // The marks around code are for the eye.
        let (_, said) = self.told.as_ref()?;
        Some(said.replace('`', ""))
    }

    /// Closes what is open.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// The first of some rows that has something on it.
    fn next(&self, simulator: &Simulator, rows: impl Iterator<Item = usize>) -> Option<usize> {
        let all = simulator.screen().rows();
        let mut rows = rows.filter(|row| all.get(*row).is_some_and(|row| !row.spans.is_empty()));
        rows.next()
    }

    fn found(&self, simulator: &Simulator) -> Option<Explanation> {
        let explain = self.explain.as_ref()?;
        let row = self.open?;
        (self.generation == simulator.screen().generation).then_some(())?;
        simulator.explain(explain, row)
    }

    /// The screen with what is open in it, and the hints below it.
    pub fn around(
        &self,
        screen: Html,
        simulator: &Simulator,
        ask: impl Fn() -> Callback<Asked>,
    ) -> Html {
        let Some(explain) = &self.explain else {
            return screen;
        };
        let ask = &ask();
        let mut screen = screen;
        if let (Some(found), Html::VTag(tag)) = (self.found(simulator), &mut screen) {
            Rc::make_mut(tag).add_child(card(&found, explain, ask));
        }
        let hints = self.hints(simulator, explain, ask);
        [screen, hints].into_iter().collect()
    }

    /// One line below the rows.
    fn hints(&self, simulator: &Simulator, explain: &Explain, ask: &Callback<Asked>) -> Html {
        let found = match self.has_no_hints {
            true => None,
            false => simulator.likely(explain),
        };
        let row = found.as_ref().map(|(row, _)| *row);
        let (class, said) = match (&found, self.has_no_hints) {
            (Some((_, said)), _) => ("wrong", said.as_str()),
            (None, false) => ("", explain.word("ready")),
            (None, true) => ("", ""),
        };
        let more = ask.reform(move |_: MouseEvent| row.map_or(Asked::Last, Asked::Row));
        let inside = vec![
            classed("p", class, rich(said)),
            button(explain.word("explain"), "F1", "", more),
            button(
                explain.word("hints"),
                "",
                if self.has_no_hints { "false" } else { "true" },
                ask.reform(|_| Asked::Hints),
            ),
        ];
        classed("div", "hints", inside)
    }

    /// Puts what is open beside its row, gives it the focus, or gives that back.
    pub fn place(&mut self, scroll: &Element) {
        // Rows show their marks once they can be explained.
        let speaks = self.explain.is_some();
        let _ = scroll.class_list().toggle_with_force("explains", speaks);
        if let Some(before) = self.marked.take() {
            let _ = before.class_list().remove_1("explained");
        }
        let is_moving = std::mem::take(&mut self.is_moving);
        if !is_moving && self.open.is_none() {
            return;
        }
        let find = |name: &str| {
            let found = scroll.query_selector(name).ok().flatten();
            found.and_then(|found| found.dyn_into::<HtmlElement>().ok())
        };
        let card = find(":scope > .card");
        let entry = find(":scope > .entry");
        let rows = find(":scope > .rows");
        let row = self.open.zip(rows).and_then(|(at, rows)| row_at(&rows, at));
        if let (Some(card), Some(row), Some(entry)) = (&card, &row, &entry) {
            let _ = row.class_list().add_1("explained");
            if is_moving {
                show(scroll, row);
            }
            lay(scroll, row, entry, card);
            self.marked = Some(row.clone());
        }
        if is_moving {
            let line = find(":scope > .entry input");
            // What cannot be focused is not on the page.
            let _ = card.or(line).map(|wanted| wanted.focus());
        }
    }
}

/// F1 asks for the last line.
pub fn key(event: &KeyboardEvent) -> Option<Asked> {
    (event.key() == "F1").then_some(Asked::Last)
}

/// A click on the mark of a row asks for it; any other does what it did.
pub fn click(
    others: Callback<MouseEvent>,
    ask: impl Fn() -> Callback<Asked>,
) -> Callback<MouseEvent> {
    let ask = ask();
    Callback::from(move |event: MouseEvent| {
        let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
        let inside = |name: &str| target.as_ref().and_then(|t| t.closest(name).ok().flatten());
        if inside(".card").is_some() {
            return;
        }
        let is_marked = inside(".mark").is_some();
        let row = inside(".explains .row").filter(|row| {
            let at = f64::from(event.client_x());
            let end = row.get_bounding_client_rect().right();
            is_marked || at > end - f64::from(MARK)
        });
        match row.and_then(|row| place_of(&row)) {
            Some(row) => ask.emit(Asked::Row(row)),
            None => others.emit(event),
        }
    })
}

/// Which row an element is.
fn place_of(row: &Element) -> Option<usize> {
    let rows = row.closest(".rows").ok().flatten()?;
    let all = rows.query_selector_all(".row").ok()?;
    // What is asked is mostly near the end.
    let mut places = (0..all.length()).rev();
    let place = places.find(|at| {
        all.item(*at)
            .is_some_and(|other| other.is_same_node(Some(row)))
    });
    place.map(|at| at as usize)
}

/// The element of a row.
fn row_at(rows: &Element, at: usize) -> Option<Element> {
    let all = rows.query_selector_all(".row").ok()?;
    all.item(u32::try_from(at).ok()?)?.dyn_into().ok()
}

/// Scrolls as little as needed for a row to be seen.
fn show(scroll: &Element, row: &Element) {
    let (frame, row) = (
        scroll.get_bounding_client_rect(),
        row.get_bounding_client_rect(),
    );
    let moved = match (row.top() < frame.top(), row.bottom() > frame.bottom()) {
        (true, _) => row.top() - frame.top() - frame.height() / 3.0,
        (_, true) => row.bottom() - frame.bottom() + frame.height() / 3.0,
        _ => 0.0,
    };
    if moved != 0.0 {
        scroll.set_scroll_top(scroll.scroll_top() + moved as i32);
    }
}

/// Lays an explanation above or below its row, where there is more room; over it where there is
/// little, because the line stands in the explanation as well. It never lies over the line that is
/// being typed.
fn lay(scroll: &Element, row: &Element, entry: &Element, card: &HtmlElement) {
    let frame = scroll.get_bounding_client_rect();
    let (row, entry) = (
        row.get_bounding_client_rect(),
        entry.get_bounding_client_rect(),
    );
    let start = frame.top() + GAP;
    let end = frame.bottom().min(entry.top().max(frame.top())) - GAP;
    // All of it, however much of that is to be seen now, and its frame.
    let height = f64::from(card.scroll_height()) + 2.0;
    let (above, below) = (row.top() - GAP - start, end - row.bottom() - GAP);
    let wanted = height.min(ROOM);
    let (top, room) = match (below >= wanted, above >= wanted) {
        (true, _) => (row.bottom() + GAP, below),
        (false, true) => (row.top() - GAP - height.min(above), above),
        (false, false) => (start, end - start),
    };
    let style = card.style();
    // A style of a page that refuses a property lays it out as it can.
    let set = |name: &str, value: f64| {
        let _ = style.set_property(name, &format!("{value}px"));
    };
    set("max-block-size", room.max(48.0));
    let inside = top - frame.top() + f64::from(scroll.scroll_top());
    set("inset-block-start", inside);
}

/// An explanation.
fn card(found: &Explanation, explain: &Explain, ask: &Callback<Asked>) -> Html {
    let turn = |name: &str, sign: &'static str, asked: fn() -> Asked| {
        let onclick = ask.reform(move |_: MouseEvent| asked());
        let name = explain.word(name);
        let keys = &["type", "aria-label", "title"];
        let mut tag = tag("button", keys, &["button", name, name], vec![text(sign)]);
        tag.add_listener(Rc::new(onclick::Wrapper::new(onclick)));
        Html::from(tag)
    };
    let title = tag(
        "p",
        &["class", "role"],
        &["title", "status"],
        vec![text(&found.title)],
    );
    let head = vec![
        title.into(),
        turn("older", "↑", || Asked::Older),
        turn("newer", "↓", || Asked::Newer),
        turn("close", "×", || Asked::Close),
    ];
    let mut said = Vec::new();
    for section in &found.says {
        if !section.heading.is_empty() {
            said.push(classed("p", "heading", vec![text(&section.heading)]));
        }
        for paragraph in section.text.lines() {
            said.push(classed("p", "", rich(paragraph)));
        }
    }
    if !found.reference.is_empty() {
        let laid = format!("{} {}", explain.word("reference"), found.reference);
        said.push(classed("p", "reference", vec![text(&laid)]));
    }
    let inside = vec![
        classed("div", "head", head),
        classed("div", "meaning", said),
        pieces(found, explain),
    ];
    let name = format!("{}: {}", explain.word("region"), found.title);
    let keys = &["class", "role", "aria-label", "tabindex", "dir"];
    let values = &["card", "region", &name, "-1", "auto"];
    let mut card = tag("section", keys, values, inside);
    let ask = ask.clone();
    let pressed = Callback::from(move |event: KeyboardEvent| press(&event, &ask));
    card.add_listener(Rc::new(onkeydown::Wrapper::new(pressed)));
    card.key = Some("card".into());
    card.into()
}

/// Keys where an explanation has the focus.
fn press(event: &KeyboardEvent, ask: &Callback<Asked>) {
    let key = event.key();
    let asked = match key.as_str() {
        "Escape" | "F1" => Asked::Close,
        "ArrowUp" => Asked::Older,
        "ArrowDown" => Asked::Newer,
        _ => {
            let is_plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
            let is_letter = key.chars().count() == 1 && key != " ";
            let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
            let root = target.and_then(|card| card.closest(".scroll").ok().flatten());
            let line = root.and_then(|root| root.query_selector(".entry input").ok().flatten());
            if let Some(line) = line.filter(|_| is_plain && is_letter) {
                // Who goes on typing goes on in the line.
                let _ = line.unchecked_ref::<HtmlElement>().focus();
            }
            return;
        }
    };
    event.prevent_default();
    // A page that closes something with Escape does not see this one.
    event.unchecked_ref::<Event>().stop_propagation();
    ask.emit(asked);
}

/// The line with its pieces marked, and what each means.
fn pieces(found: &Explanation, explain: &Explain) -> Html {
    if found.parts.is_empty() {
        return Html::default();
    }
    let mut line = Vec::new();
    let mut list = Vec::new();
    let mut end = 0;
    for part in &found.parts {
        line.push(text(found.line.get(end..part.start).unwrap_or("")));
        let piece = found.piece(part);
        line.push(classed("u", "", vec![text(piece)]));
        let shown = if piece == " " { "␣" } else { piece };
        list.push(classed(
            "dt",
            "",
            vec![classed("code", "", vec![text(shown)])],
        ));
        list.push(classed("dd", "", rich(&part.what)));
        end = part.end;
    }
    line.push(text(found.line.get(end..).unwrap_or("")));
    let inside = vec![
        classed("p", "heading", vec![text(explain.word("parts"))]),
        classed("code", "line", line),
        classed("dl", "", list),
    ];
    classed("div", "pieces", inside)
}

/// A text in which what stands between backquotes is code.
fn rich(what: &str) -> Vec<Html> {
    let pieces = what.split('`').enumerate();
    let drawn = pieces.map(|(i, piece)| match i % 2 {
        1 => classed("code", "", vec![text(piece)]),
        _ => text(piece),
    });
    drawn.collect()
}

/// A button with a text, a key that does the same, and whether it is pressed.
fn button(name: &str, key: &str, pressed: &str, onclick: Callback<MouseEvent>) -> Html {
    let (keys, value): (&[&str], _) = match pressed {
        "" => (&["type", "aria-keyshortcuts"], key),
        pressed => (&["type", "aria-pressed"], pressed),
    };
    let mut tag = tag("button", keys, &["button", value], vec![text(name)]);
    tag.add_listener(Rc::new(onclick::Wrapper::new(onclick)));
    tag.into()
}
