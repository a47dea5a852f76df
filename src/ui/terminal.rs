//! The terminal: rows of text and a real text field for the line that is being typed. What may leave
//! it and what stays is `www/keys.js`'s to say.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, MouseEvent, SubmitEvent,
};
use yew::{html, Callback, Component, Context, Html, NodeRef, TargetCast};

use crate::network::Happening;
use crate::simulator::Simulator;
use crate::time::millis;
use crate::ui::clock;
use crate::ui::events::{announce, dispatch};
use crate::ui::explain::{self, Asked, Explainer};
use crate::ui::focus;
use crate::ui::rows::{self, Drawn, Paper};
use crate::ui::views::{self, Choice};
use crate::workstation::line::key::Key;

/// So many milliseconds the simulator may go on before what it did is drawn, which takes twice as long again.
const FRAME: f64 = 8.0;

/// And so many rows, which take longer to be drawn than to be written.
const ROWS: usize = 500;

/// The simulator, shared with the boundary.
pub type Shared = Rc<RefCell<Simulator>>;

/// What the terminal is given.
#[derive(Clone)]
pub struct Properties {
    /// The world and its workstation.
    pub simulator: Shared,
    /// The element that events are dispatched from.
    pub host: HtmlElement,
    /// What draws the rows.
    pub paper: Rc<Paper>,
}

impl PartialEq for Properties {
    fn eq(&self, other: &Properties) -> bool {
        Rc::ptr_eq(&self.simulator, &other.simulator)
    }
}

impl yew::Properties for Properties {
    type Builder = ();
    fn builder() {}
}

/// What can happen to the terminal.
pub enum Message {
    /// Lines to be typed.
    Run(String),
    /// A key that edits or is more than a character.
    Press(Key),
    /// The text field has changed.
    Input,
    /// The Enter key, or a phone's send button.
    Submit,
    /// Time has passed.
    Tick,
    /// The reader has scrolled.
    Scrolled,
    /// Start over.
    Reset,
    /// A view beside the terminal is opened, or shows something else.
    Choose(Choice),
    /// What a line means.
    Explain(Asked),
}

/// The component.
pub struct View {
    started: f64,
    timer: Option<Timeout>,
    field: NodeRef,
    scroll: NodeRef,
    rows: NodeRef,
    drawn: Drawn,
    /// What [`Paper::draw`] is told of texts that were run.
    runs: u32,
    /// Where the mouse button went down.
    pressed_at: Rc<Cell<(i32, i32)>>,
    /// The newest row is kept in view.
    follows: bool,
    /// How far down the rows were scrolled to keep it there.
    scrolled_to: i32,
    /// The field is to take over text and cursor from the editor.
    stale: bool,
    /// A file is open in an editor.
    edits: bool,
    /// How far the lesson was when it was last drawn.
    lesson: views::Lesson,
    /// The focus was in the terminal before it was drawn.
    had_focus: bool,
    choice: Choice,
    explainer: Explainer,
}

impl Component for View {
    type Message = Message;
    type Properties = Properties;

    fn create(context: &Context<View>) -> View {
        context.link().send_message(Message::Tick);
        View {
            started: clock::now(),
            timer: None,
            field: NodeRef::default(),
            scroll: NodeRef::default(),
            rows: NodeRef::default(),
            drawn: Drawn::default(),
            runs: 0,
            pressed_at: Rc::default(),
            follows: true,
            scrolled_to: 0,
            stale: false,
            edits: false,
            lesson: views::Lesson::default(),
            had_focus: false,
            choice: Choice::of(&context.props().host),
            explainer: Explainer::default(),
        }
    }

    fn update(&mut self, context: &Context<View>, message: Message) -> bool {
        // The event of a scroll comes a frame later, which may be too late.
        let is_at_end = self.look();
        let shared = context.props().simulator.clone();
        let mut happenings = Vec::new();
        {
            let Ok(mut simulator) = shared.try_borrow_mut() else {
                return false;
            };
            let begun = clock::now();
            let rows = views::rows(&simulator);
            // What only looks draws nothing: rows of such a turn would come with those of the next.
            let mut goes_on = !matches!(message, Message::Scrolled | Message::Input);
            while goes_on {
                simulator.catch_up(self.elapsed());
                let is_late = clock::now() - begun > FRAME;
                let is_full = views::rows(&simulator) > rows + ROWS;
                goes_on = simulator.is_running() && !is_late && !is_full;
            }
            match message {
                Message::Tick => {}
                Message::Scrolled => {
                    // Rows have turned out longer than they were taken for.
                    if !is_at_end {
                        self.follow();
                    }
                    return false;
                }
                Message::Input => {
                    self.hand_over(&mut simulator);
                    return false;
                }
                Message::Run(text) => {
                    // What is half typed is the learner's, and stays.
                    self.hand_over(&mut simulator);
                    let (half, cursor) = simulator.line();
                    simulator.set_line("", 0);
                    self.runs = self.runs.wrapping_add(rows::RUN);
                    simulator.run(&text);
                    simulator.set_line(&half, cursor);
                    self.follows = true;
                }
                Message::Press(key) => {
                    self.hand_over(&mut simulator);
                    simulator.press(key);
                }
                Message::Submit => {
                    self.explainer.close();
                    self.hand_over(&mut simulator);
                    simulator.press(Key::Enter);
                    self.follows = true;
                }
                Message::Choose(choice) => self.choice = choice.take_effect(&mut simulator),
                Message::Explain(asked) => {
                    self.hand_over(&mut simulator);
                    self.explainer.act(asked, &simulator);
                }
                Message::Reset => {
                    simulator.reset();
                    views::prepare(&mut simulator);
                    self.started = clock::now();
                    self.follows = true;
                }
            }
            self.stale = true;
            self.had_focus = self.field.cast().is_some_and(|f| focus::is_inside(&f));
            while let Some(happening) = simulator.poll() {
                happenings.push(happening);
            }
            self.schedule(context, simulator.deadline());
            // `exit` has nowhere to go in a page: the prompt is back.
            simulator.signal();
        }
        announce_all(&context.props().host, &happenings);
        true
    }

    fn view(&self, context: &Context<View>) -> Html {
        let Ok(simulator) = context.props().simulator.try_borrow() else {
            return Html::default();
        };
        let link = context.link();
        let onkeydown = link.batch_callback(pressed);
        let onsubmit = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            Message::Submit
        });
        let oninput = link.callback(|_| Message::Input);
        let onscroll = link.callback(|_: Event| Message::Scrolled);
        let ask = || link.callback(Message::Explain);
        let onclick = explain::click(self.focus_on_click(), ask);
        let onmousedown = self.note_press();
        // A program's own prompt (`telnet>`) says best what the line is for.
        let prompt = simulator.screen().last().text();
        let name = match (simulator.is_in_program(), prompt.trim()) {
            (false, _) => views::fill("Command line of {}", &[&simulator.workstation().host]),
            (true, "") => views::fill("Type to the server", &[]),
            (true, prompt) => prompt.to_string(),
        };
        let screen = html! {
            <div key="screen" class="scroll" part="screen" dir="ltr" lang="en" tabindex="-1" ref={self.scroll.clone()}
                {onscroll} {onmousedown} {onclick}>
                <div class="rows" part="log" role="log" ref={self.rows.clone()} />
                <form class="entry" {onsubmit}>
                    <span class="left" part="prompt" />
                    <input part="input" ref={self.field.clone()} type="text" aria-label={name} autocapitalize="off"
                        autocomplete="off" autocorrect="off" spellcheck="false" enterkeyhint="send" placeholder=" "
                        {onkeydown} {oninput} />
                </form>
            </div>
        };
        let screen = self.explainer.around(screen, &simulator, ask);
        views::beside(screen, &simulator, &self.choice, || {
            link.callback(Message::Choose)
        })
    }

    fn rendered(&mut self, context: &Context<View>, first: bool) {
        self.draw(context.props());
        views::reflect(&context.props().host, &self.choice);
        if std::mem::take(&mut self.stale) {
            if let (Some(field), Ok(simulator)) = (
                self.field.cast::<HtmlInputElement>(),
                context.props().simulator.try_borrow(),
            ) {
                let (text, cursor) = simulator.line();
                if field.value() != text {
                    field.set_value(&text);
                }
                let at: usize = text.chars().take(cursor).map(char::len_utf16).sum();
                if has_focus(&field) {
                    // Only types of field without text refuse a selection.
                    let _ = field.set_selection_range(at as u32, at as u32);
                }
            }
        }
        self.follow();
        if let Some(scroll) = self.scroll.cast::<Element>() {
            self.explainer.place(&scroll);
        }
        if let (Some(scroll), Ok(simulator)) = (
            self.scroll.cast::<Element>(),
            context.props().simulator.try_borrow(),
        ) {
            let edits = views::is_editing(&simulator);
            if std::mem::replace(&mut self.edits, edits) != edits {
                views::move_focus(&scroll, &simulator);
            }
            self.lesson
                .follow(&context.props().host, &scroll, &simulator);
            // What there is to hear comes from one place and in order: the reply, and then this.
            if simulator.is_resting() {
                let news = self.lesson.news(&simulator);
                let likely = self.explainer.news(&simulator);
                if let Some(said) = news.or(likely) {
                    context.props().paper.say(&said);
                }
            }
        }
        if let Some(field) = self.field.cast() {
            focus::keep(std::mem::take(&mut self.had_focus), &field);
        }
        if first {
            dispatch(&context.props().host, "smtp-ready", &JsValue::NULL);
        }
    }
}

impl View {
    fn elapsed(&self) -> Duration {
        Duration::from_millis((clock::now() - self.started).max(0.0) as u64)
    }

    /// Draws what is new on the screen.
    fn draw(&mut self, properties: &Properties) {
        let Ok(simulator) = properties.simulator.try_borrow() else {
            return;
        };
        let rows = self.rows.get();
        let is_blank = rows.is_none_or(|rows| rows.first_child().is_none());
        let (rows, gone) = self.drawn.catch_up(simulator.screen(), is_blank);
        let mut left = String::new();
        rows::write(simulator.screen().last(), &mut left);
        let mut state = self.runs;
        for (bit, is) in [
            (rows::RESTS, simulator.is_resting()),
            (rows::IS_IN_PROGRAM, simulator.is_in_program()),
            (rows::IS_CONNECTED, simulator.is_connected()),
        ] {
            state += if is { bit } else { 0 };
        }
        properties.paper.draw(&rows, &left, gone, state);
    }

    /// Comes back when something happens by itself.
    fn schedule(&mut self, context: &Context<View>, deadline: Option<Duration>) {
        let link = context.link().clone();
        self.timer = deadline.map(|at| {
            let wait = millis(at.saturating_sub(self.elapsed())) + 1;
            let wait = u32::try_from(wait).unwrap_or(u32::MAX).min(60_000);
            Timeout::new(wait, move || link.send_message(Message::Tick))
        });
    }

    /// Gives the text and cursor of the field to the editor.
    fn hand_over(&self, simulator: &mut Simulator) {
        if let Some(field) = self.field.cast::<HtmlInputElement>() {
            let text = field.value();
            let at = field.selection_start().ok().flatten().unwrap_or(u32::MAX) as usize;
            let mut units = 0;
            let cursor = text
                .chars()
                .take_while(|c| {
                    units += c.len_utf16();
                    units <= at
                })
                .count();
            simulator.set_line(&text, cursor);
        }
    }

    /// Finds out whether the reader follows, and says whether the end is in view. Who sees the end follows; to
    /// leave it takes a move upwards, because rows grow by themselves: the browser guesses how long those are
    /// that it has not laid out.
    fn look(&mut self) -> bool {
        let Some(scroll) = self.scroll.cast::<Element>() else {
            return true;
        };
        let top = scroll.scroll_top();
        let is_at_end = scroll.scroll_height() - top - scroll.client_height() < 16;
        self.follows = is_at_end || self.follows && top > self.scrolled_to - 3;
        is_at_end
    }

    /// Keeps the newest row in view of who follows.
    fn follow(&mut self) {
        if let Some(scroll) = self.scroll.cast::<Element>().filter(|_| self.follows) {
            scroll.set_scroll_top(scroll.scroll_height());
            self.scrolled_to = scroll.scroll_top();
        }
    }

    /// A click anywhere puts the cursor into the line, unless it selects: with the mouse moved
    /// while its button was down, or by a second click. (A selection inside a shadow root cannot
    /// be asked for in every browser.)
    fn focus_on_click(&self) -> Callback<MouseEvent> {
        let field = self.field.clone();
        let pressed_at = self.pressed_at.clone();
        Callback::from(move |event: MouseEvent| {
            let (x, y) = pressed_at.get();
            let moved = (event.client_x() - x).abs() + (event.client_y() - y).abs() > 4;
            if moved || event.detail() > 1 {
                return;
            }
            if let Some(field) = field.cast::<HtmlElement>() {
                // A field that cannot be focused is not on the page.
                let _ = field.focus();
            }
        })
    }

    fn note_press(&self) -> Callback<MouseEvent> {
        let pressed_at = self.pressed_at.clone();
        Callback::from(move |event: MouseEvent| {
            pressed_at.set((event.client_x(), event.client_y()));
        })
    }
}

fn announce_all(host: &HtmlElement, happenings: &[Happening]) {
    happenings.iter().for_each(|h| announce(host, h));
}

fn has_focus(field: &HtmlInputElement) -> bool {
    let root = field.get_root_node();
    match root.dyn_ref::<web_sys::ShadowRoot>() {
        Some(root) => root
            .active_element()
            .is_some_and(|e| e.is_same_node(Some(field))),
        None => true,
    }
}

/// Keys that the text field does not handle itself, or handles in another way than a terminal.
fn pressed(event: KeyboardEvent) -> Option<Message> {
    if event.is_composing() {
        return None;
    }
    if let Some(asked) = explain::key(&event) {
        event.prevent_default();
        return Some(Message::Explain(asked));
    }
    if let Some(key) = views::key(&event) {
        event.prevent_default();
        return Some(Message::Press(key));
    }
    let key = event.key();
    let key = match key.as_str() {
        // A frame whose sandbox allows no forms has no submission.
        "Enter" => {
            event.prevent_default();
            return Some(Message::Submit);
        }
        "ArrowUp" => Key::Up,
        "ArrowDown" => Key::Down,
        _ if event.ctrl_key() && !event.alt_key() && !event.meta_key() => {
            let mut letters = key.chars();
            let letter = letters.next().filter(|_| letters.next().is_none())?;
            match letter.to_ascii_lowercase() {
                // With a part of the line selected, Ctrl-C copies it.
                'c' if has_selection(&event) => return None,
                c @ ('a' | 'c' | 'd' | 'e' | 'k' | 'l' | 'n' | 'p' | 'r' | 'u' | 'w' | 'y'
                | ']') => Key::Ctrl(c),
                _ => return None,
            }
        }
        _ => return None,
    };
    event.prevent_default();
    Some(Message::Press(key))
}

fn has_selection(event: &KeyboardEvent) -> bool {
    event
        .target_dyn_into::<HtmlInputElement>()
        .is_some_and(|f| f.selection_start().ok() != f.selection_end().ok())
}
