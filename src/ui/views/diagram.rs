//! The session's states and the ways between them as a picture. What there is stands in the session's
//! own table; here stands only where each state is drawn.

use yew::virtual_dom::VTag;
use yew::Html;

use crate::smtp::session::Cause;
use crate::ui::node::{tag, text};
use crate::ui::words::say;
use crate::views::{Picture, State, Way};

/// The middle of each state.
const PLACES: [(&str, i32, i32); 8] = [
    ("Connecting", 68, 190),
    ("Command", 374, 190),
    ("Content", 240, 40),
    ("Chunk", 508, 40),
    ("Handshake", 240, 340),
    ("Exchange", 508, 340),
    ("Closing", 664, 190),
    ("Closed", 664, 340),
];

/// Half the size of a state's box.
const HALF: (i32, i32) = (62, 22);
/// That of the one in the middle, which tells how far the transaction is.
const HALF_COMMAND: (i32, i32) = (118, 40);

fn half(name: &str) -> (i32, i32) {
    match name {
        "Command" => HALF_COMMAND,
        _ => HALF,
    }
}

fn place(name: &str) -> Option<(i32, i32)> {
    let found = PLACES.iter().find(|(known, ..)| *known == name);
    found.map(|(_, x, y)| (*x, *y))
}

/// An element of a picture.
fn shape(name: &'static str, keys: &'static [&'static str], values: &[&str]) -> VTag {
    tag(name, keys, values, Vec::new())
}

fn written(class: &str, (x, y): (i32, i32), inside: &str) -> Html {
    let values = [class, &x.to_string(), &y.to_string()];
    tag("text", &["class", "x", "y"], &values, vec![text(inside)]).into()
}

/// The picture. Those who do not see it have the same as text beside it.
pub fn diagram(picture: &Picture) -> Html {
    let mut inside: Vec<Html> = Vec::new();
    // What is open lies on top.
    for is_open in [false, true] {
        let ways = picture.ways.iter().filter(|way| way.is_open == is_open);
        ways.for_each(|way| draw_way(way, &picture.ways, &mut inside));
    }
    for state in &picture.states {
        draw_state(state, picture, &mut inside);
    }
    let keys = &["class", "viewBox", "aria-hidden", "focusable"];
    let values = ["diagram", "0 0 732 380", "true", "false"];
    tag("svg", keys, &values, inside).into()
}

fn draw_state(state: &State, picture: &Picture, to: &mut Vec<Html>) {
    let Some((x, y)) = place(state.name) else {
        return;
    };
    let (wide, high) = half(state.name);
    let class = if state.is_now { "state now" } else { "state" };
    let numbers = [x - wide, y - high, 2 * wide, 2 * high].map(|n| n.to_string());
    let [left, top, width, height] = &numbers;
    let keys = &["class", "x", "y", "width", "height", "rx"];
    to.push(shape("rect", keys, &[class, left, top, width, height, "8"]).into());
    let is_command = state.name == "Command";
    let line = if is_command { y - 12 } else { y + 6 };
    let class = if state.is_now { "name now" } else { "name" };
    to.push(written(class, (x, line), &say(state.name)));
    if !is_command {
        return;
    }
    for (i, (what, is_done)) in picture.progress.iter().enumerate() {
        let middle = x + 76 * i as i32 - 76;
        let class = if *is_done { "step done" } else { "step" };
        let numbers = [middle - 36, y + 4].map(|n| n.to_string());
        let [left, top] = &numbers;
        to.push(shape("rect", keys, &[class, left, top, "72", "24", "12"]).into());
        let mark = if *is_done { "✓ " } else { "" };
        let class = if *is_done { "small done" } else { "small" };
        // The longest word has room without the mark.
        let word = if *what == "recipients" { "rcpt" } else { what };
        to.push(written(
            class,
            (middle, y + 21),
            &[mark, &say(word)].concat(),
        ));
    }
}

/// Whether a way leads out because something is lost, and need not be named each time.
fn is_loss(by: Cause) -> bool {
    matches!(by, Cause::Loss | Cause::Death)
}

fn draw_way(way: &Way, all: &[Way], to: &mut Vec<Html>) {
    let (Some(from), Some(target)) = (place(way.from), place(way.to)) else {
        return;
    };
    let same = |other: &&Way| other.from == way.from && other.to == way.to;
    let among = all.iter().filter(same).position(|other| other == way);
    let is_second = among.is_some_and(|at| at > 0);
    let has_way_back = all.iter().any(|w| w.from == way.to && w.to == way.from);
    let (dx, dy) = (target.0 - from.0, target.1 - from.1);
    let length = f64::from(dx * dx + dy * dy).sqrt().max(1.0);
    // A way and the one back are bent apart.
    let bend = match (is_second, has_way_back) {
        (true, _) => 60.0,
        (_, true) => 42.0,
        _ => 0.0,
    };
    let (nx, ny) = (
        -f64::from(dy) / length * bend,
        f64::from(dx) / length * bend,
    );
    let middle = (
        (from.0 + target.0) / 2 + nx as i32,
        (from.1 + target.1) / 2 + ny as i32,
    );
    let aside = (nx as i32 * 2 / 3, ny as i32 * 2 / 3);
    let begin = edge(from, half(way.from), middle, aside);
    let end = edge(target, half(way.to), middle, aside);
    let kind = match (is_loss(way.by), way.is_open) {
        (true, true) => "way loss open",
        (true, false) => "way loss",
        (false, true) => "way open",
        (false, false) => "way",
    };
    let line = format!(
        "M{} {}Q{} {} {} {}",
        begin.0, begin.1, middle.0, middle.1, end.0, end.1
    );
    to.push(shape("path", &["class", "d"], &[kind, &line]).into());
    let (tx, ty) = (f64::from(end.0 - middle.0), f64::from(end.1 - middle.1));
    let long = (tx * tx + ty * ty).sqrt().max(1.0);
    let (tx, ty) = (tx / long, ty / long);
    let back = (f64::from(end.0) - 10.0 * tx, f64::from(end.1) - 10.0 * ty);
    let wing = |side: f64| {
        let (x, y) = (back.0 - ty * 5.0 * side, back.1 + tx * 5.0 * side);
        format!("{} {}", x as i32, y as i32)
    };
    let head = format!("M{} {}L{}L{}Z", end.0, end.1, wing(1.0), wing(-1.0));
    let class = ["head ", kind].concat();
    to.push(shape("path", &["class", "d"], &[&class, &head]).into());
    if !is_loss(way.by) {
        // On the line: of two that belong together, each nearer to where it begins.
        let [near, bent, far] = if has_way_back {
            [41, 46, 13]
        } else {
            [25, 50, 25]
        };
        let on = |a, b, c| (near * a + bent * b + far * c) / 100;
        let at = (
            on(begin.0, middle.0, end.0),
            on(begin.1, middle.1, end.1) + 5,
        );
        let class = if way.is_open { "by open" } else { "by" };
        to.push(written(class, at, &say(way.by.words())));
    }
}

/// Where the line from a state's middle to a point leaves its box.
fn edge(at: (i32, i32), half: (i32, i32), to: (i32, i32), aside: (i32, i32)) -> (i32, i32) {
    let aside = (
        aside.0.clamp(20 - half.0, half.0 - 20),
        aside.1.clamp(8 - half.1, half.1 - 8),
    );
    let at = (at.0 + aside.0, at.1 + aside.1);
    let (dx, dy) = (f64::from(to.0 - at.0), f64::from(to.1 - at.1));
    let room = |half: i32, off: i32, d: f64| match d == 0.0 {
        true => f64::MAX,
        false => (f64::from(half) + 2.0 - f64::from(off) * d.signum()) / d.abs(),
    };
    let share = room(half.0, aside.0, dx).min(room(half.1, aside.1, dy));
    (at.0 + (dx * share) as i32, at.1 + (dy * share) as i32)
}
