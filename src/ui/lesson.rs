//! The panel of a lesson: what is to be done now and why, what has been done, and what helps.

use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};
use yew::{Callback, Html};

use crate::lesson::{Hint, Standing, Teacher, Words};
use crate::simulator::{Outside, Simulator};
use crate::ui::events::{dispatch, object};
use crate::ui::node::{classed, tag, text};
use crate::ui::prose::prose;
use crate::ui::words::{fill, language, say, speak};

/// What the learner asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A command of the text is typed.
    Type(String),
    /// The next hint.
    Hint,
    /// The solution is typed.
    Play,
    /// Back to before the last line.
    Undo,
    /// Back to where the step began.
    Again,
    /// The whole lesson anew.
    Restart,
    /// The steps are shown or folded, where there is little room.
    Fold,
}

/// Does what was asked for.
pub fn act(act: Act, simulator: &mut Simulator) {
    match act {
        Act::Type(line) => {
            let (half, cursor) = simulator.line();
            simulator.set_line("", 0);
            simulator.run(&line);
            simulator.set_line(&half, cursor);
        }
        Act::Hint => simulator.hint(),
        Act::Play => simulator.play(),
        // Where there is nothing to go back to, nothing changes.
        Act::Undo => drop(simulator.undo()),
        Act::Again => drop(simulator.restart_step()),
        Act::Restart => simulator.reset(),
        Act::Fold => {}
    }
}

/// A simulator with what the element's attributes ask for besides a scenario.
///
/// # Errors
/// What is wrong with the scenario or the lesson, and where.
pub fn build(scenario: &str, extras: &JsValue, outside: Outside) -> Result<Simulator, String> {
    let extra = |name: &str| {
        let value = js_sys::Reflect::get(extras, &name.into());
        value
            .ok()
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    };
    let words = js_sys::Reflect::get(extras, &"words".into());
    speak(&extra("language"), &words.unwrap_or_default());
    let lesson = extra("lesson");
    let simulator = match (lesson.is_empty(), extra("persist").is_empty()) {
        (false, _) => Simulator::teach(&lesson, scenario, outside),
        (true, false) => Simulator::keep(scenario, outside),
        (true, true) => Simulator::with(scenario, outside),
    };
    simulator.map_err(|fault| fault.to_string())
}

/// How far a lesson is, or what was done in a terminal that is kept.
pub fn progress(simulator: &Simulator) -> Option<String> {
    simulator.progress()
}

/// Goes on where a lesson was left.
///
/// # Errors
/// What is wrong with what was kept.
pub fn resume(simulator: &mut Simulator, kept: &str) -> Result<(), String> {
    simulator.resume(kept).map_err(|fault| fault.to_string())
}

/// What a learner hands in.
pub fn submission(simulator: &Simulator, learner: &str) -> Option<String> {
    simulator.submission(learner)
}

/// The panel, where a lesson is being done. `is_open` says whether it shows its text where there is
/// little room.
pub fn panel(simulator: &Simulator, is_open: bool, ask: &Callback<Act>) -> Option<Html> {
    let teacher = simulator.teacher()?;
    let lesson = teacher.lesson();
    let press = ask.reform(Act::Type);
    let prose = |words: &Words| prose(in_language(words), &press);
    let mut inside = vec![head(teacher, is_open, simulator.can_undo(), ask)];
    let mut body = Vec::new();
    if let Some(intro) = &lesson.intro {
        body.push(classed("div", "intro", prose(intro)));
    }
    let mut steps = Vec::new();
    for (place, step) in lesson.steps.iter().enumerate() {
        let standing = teacher.standing().get(place).copied();
        let title = in_language(&step.title);
        let item = match standing.unwrap_or(Standing::Ahead) {
            Standing::Ahead => tag("li", &["class"], &["ahead"], vec![label("span", title)]),
            Standing::At => {
                let mut all = vec![label("h3", title)];
                all.extend(prose(&step.text));
                all.push(help(simulator, teacher, ask));
                tag("li", &["class", "aria-current"], &["at", "step"], all)
            }
            reached => {
                let is_passed = reached == Standing::Passed;
                let (class, said) = match is_passed {
                    true => ("passed", say("left out")),
                    false => ("reached", say("done")),
                };
                let said = classed("span", "said", vec![text(&format!(" ({said})"))]);
                let summary = plain("summary", vec![text(title), said]);
                let folded = plain("details", [vec![summary], prose(&step.text)].concat());
                tag("li", &["class"], &[class], vec![folded])
            }
        };
        let mut item = item;
        item.key = Some(format!("{place}").into());
        steps.push(item.into());
    }
    body.push(classed("ol", "steps", steps));
    if teacher.is_done() {
        let mut all = vec![label("h3", &say("You have done it all"))];
        all.extend(lesson.outro.iter().flat_map(prose));
        body.push(classed("div", "done", all));
    }
    inside.push(classed("div", "steps-and-text", body));
    // What is said of a mistake stays in sight whatever is scrolled or folded, and lies over nothing.
    let remark = teacher.remark_now();
    if let Some(sentence) = remark.and_then(|remark| teacher.sentence(remark)) {
        inside.push(classed("div", "remark", prose(sentence)));
    }
    let class = if is_open { "lesson open" } else { "lesson" };
    let keys = &["class", "part", "aria-label", "lang", "dir"];
    let title = in_language(&lesson.title);
    let tongue = lesson.title.language(&language());
    let tongue = if tongue.is_empty() { "en" } else { tongue };
    let values = &[class, "lesson", title, tongue, "auto"];
    let mut section = tag("section", keys, values, inside);
    section.key = Some("lesson".into());
    Some(section.into())
}

/// Title, how far it is, and the way back.
fn head(teacher: &Teacher, is_open: bool, can_undo: bool, ask: &Callback<Act>) -> Html {
    let lesson = teacher.lesson();
    let (at, all) = (teacher.at(), lesson.steps.len());
    let (now, count) = ((at + 1).min(all).to_string(), all.to_string());
    let far = match teacher.is_done() {
        true => say("Done"),
        false => fill("Step {} of {}", &[&now, &count]),
    };
    // The button beside it says the same in words.
    let keys = &["max", "value", "aria-hidden"];
    let values = [&count, &at.to_string(), "true"];
    let meter = tag("progress", keys, &values, Vec::new());
    let step = lesson
        .steps
        .get(at)
        .map_or("", |step| in_language(&step.title));
    let mut fold = button(&far, "fold", ask, Act::Fold);
    if !step.is_empty() {
        fold.add_child(classed("span", "now", vec![text(&format!(": {step}"))]));
    }
    fold.add_attribute("aria-expanded", if is_open { "true" } else { "false" });
    let tools = [
        (say("Undo"), "undo", Act::Undo),
        (say("Restart step"), "again", Act::Again),
        (say("Restart lesson"), "restart", Act::Restart),
    ];
    let tools = tools.map(|(name, class, act)| {
        let mut tool = button(&name, class, ask, act);
        if class == "undo" && !can_undo {
            tool.add_attribute("disabled", "");
        }
        tool.into()
    });
    let inside = vec![
        label("h2", in_language(&lesson.title)),
        plain("p", vec![fold.into(), meter.into()]),
        tag(
            "div",
            &["class", "role", "aria-label"],
            &["tools", "group", &say("Lesson")],
            tools.into(),
        )
        .into(),
    ];
    plain("header", inside)
}

/// What helps: the hints that were asked for, and a button for the next.
fn help(simulator: &Simulator, teacher: &Teacher, ask: &Callback<Act>) -> Html {
    let press = &ask.reform(Act::Type);
    let mut inside = Vec::new();
    let mut is_last = false;
    for hint in teacher.hints() {
        let shown = match hint {
            Hint::Words(words) => prose(in_language(words), press),
            Hint::Solution(lines) => {
                is_last = true;
                let lines = lines.join("\n");
                vec![
                    label("p", &say("What to type:")),
                    plain("pre", vec![label("code", &lines)]),
                ]
            }
        };
        inside.push(classed("div", "clue", shown));
    }
    let is_offered = teacher.offers(simulator.world().now());
    let next = match (is_last, teacher.hints().is_empty(), is_offered) {
        (true, ..) => button(&say("Type it for me"), "play", ask, Act::Play),
        (_, _, true) => button(&say("Would a hint help?"), "hint offered", ask, Act::Hint),
        (_, true, _) => button(&say("Give me a hint"), "hint", ask, Act::Hint),
        _ => button(&say("Another hint"), "hint", ask, Act::Hint),
    };
    inside.push(plain("p", vec![next.into()]));
    classed("div", "help", inside)
}

/// What a screen reader says when something has changed.
fn news(teacher: &Teacher) -> String {
    let last = teacher.remarks().last().filter(|r| r.step == teacher.at());
    if let Some(sentence) = last.and_then(|remark| teacher.sentence(remark)) {
        // The marks of Markdown are for the eye.
        return in_language(sentence)
            .replace(['`', '*'], "")
            .replace("> ", "");
    }
    let lesson = teacher.lesson();
    let title = |at: usize| lesson.steps.get(at).map(|step| in_language(&step.title));
    match (
        teacher.at().checked_sub(1).and_then(title),
        title(teacher.at()),
    ) {
        (Some(done), Some(next)) => fill("Done: {}. Next: {}.", &[done, next]),
        (Some(_), None) => say("You have done it all"),
        _ => String::new(),
    }
}

/// How far a lesson was when it was last drawn.
#[derive(Default)]
pub struct Followed {
    at: Option<usize>,
    remarks: usize,
    /// What was said of it last: the same for what `at` and `remarks` are of what was drawn.
    told: Option<(usize, usize)>,
}

impl Followed {
    /// What has come since this was asked last, for those who listen.
    pub fn news(&mut self, simulator: &Simulator) -> Option<String> {
        let teacher = simulator.teacher()?;
        let now = (teacher.at(), teacher.remarks().len());
        let before = self.told.replace(now)?;
        (before != now).then(|| news(teacher))
    }

    /// Tells the page where a step was reached or a mistake was made, and brings the step that is
    /// to be done now into view inside the panel; what is said of a mistake stays in view with it.
    pub fn follow(&mut self, host: &HtmlElement, beside: &Element, simulator: &Simulator) {
        let Some(teacher) = simulator.teacher() else {
            return;
        };
        let (at, remarks) = (Some(teacher.at()), teacher.remarks().len());
        let is_new = self.remarks != remarks;
        if is_new {
            self.remarks = remarks;
            let last = teacher.remarks().last();
            let said = last.and_then(|remark| teacher.sentence(remark));
            let said = said.map_or(String::new(), |words| in_language(words).to_string());
            dispatch(
                host,
                "smtp-mistake",
                &detail(teacher, ("text", said.into())),
            );
        }
        if self.at != at {
            self.at = at;
            let is_done = teacher.is_done().into();
            dispatch(host, "smtp-lesson", &detail(teacher, ("done", is_done)));
            let page = host.base_uri().ok().flatten().unwrap_or_default();
            let page = page.split('#').next().unwrap_or("");
            let statement = simulator.statement(page).unwrap_or_default();
            if let Ok(statement) = js_sys::JSON::parse(&statement) {
                dispatch(host, "smtp-statement", &statement);
            }
        } else if !is_new {
            return;
        }
        let root = beside.get_root_node();
        let Some(root) = root.dyn_ref::<web_sys::ShadowRoot>() else {
            return;
        };
        let find = |selector| root.query_selector(selector).ok().flatten();
        let (Some(body), Some(step)) = (find(".steps-and-text"), find(".at, .done")) else {
            return;
        };
        // Only the panel scrolls, never the page.
        let (body, step): (HtmlElement, HtmlElement) =
            (body.unchecked_into(), step.unchecked_into());
        // What comes before the step is seen as well where the step has half of the room all the same.
        let is_high = step.offset_top() * 2 <= body.client_height();
        body.set_scroll_top(if is_high { 0 } else { step.offset_top() - 8 });
    }
}

/// The lesson, how far it is, and something else.
fn detail(teacher: &Teacher, more: (&str, JsValue)) -> JsValue {
    let lesson = teacher.lesson();
    object(&[
        ("lesson", lesson.id.0.as_str().into()),
        ("version", (lesson.version() as f64).into()),
        ("step", (teacher.at() as f64).into()),
        ("steps", (lesson.steps.len() as f64).into()),
        ("score", (teacher.score() as f64).into()),
        more,
    ])
}

fn in_language(words: &Words) -> &str {
    words.in_language(&language())
}

fn button(name: &str, class: &str, ask: &Callback<Act>, act: Act) -> yew::virtual_dom::VTag {
    let onclick = ask.reform(move |_| act.clone());
    let mut button = tag(
        "button",
        &["type", "class"],
        &["button", class],
        vec![text(name)],
    );
    button.add_listener(Rc::new(yew::html::onclick::Wrapper::new(onclick)));
    button
}

fn label(name: &'static str, inside: &str) -> Html {
    plain(name, vec![text(inside)])
}

fn plain(name: &'static str, inside: Vec<Html>) -> Html {
    tag(name, &[], &[], inside).into()
}
