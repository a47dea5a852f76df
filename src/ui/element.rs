//! The boundary to JavaScript: the element class holds one [`Terminal`] and knows no more.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;
use yew::{AppHandle, Renderer};

use crate::simulator::Outside;
use crate::time::Time;
use crate::ui::rows::Paper;
use crate::ui::terminal::{Message, Properties, Shared, View};
use crate::ui::views;

/// A terminal in a page.
#[wasm_bindgen]
pub struct Terminal {
    simulator: Shared,
    app: AppHandle<View>,
}

#[wasm_bindgen]
impl Terminal {
    /// Renders a terminal into `root`, which lives in the shadow root of `host`. `scenario` is
    /// JSON, or empty for the tutorial's; `paper` draws the rows; `extras` is an object of what else the
    /// attributes ask for, as texts: `lesson`, `language`, `words`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        host: HtmlElement,
        root: HtmlElement,
        scenario: &str,
        paper: Paper,
        extras: &JsValue,
    ) -> Result<Terminal, String> {
        let scenario = if scenario.is_empty() { "{}" } else { scenario };
        // To the page's clock, so that what is dated bears today's date.
        let now = js_sys::Date::now();
        let outside = Outside {
            now: Time(now as u64 * 1_000),
            seed: (js_sys::Math::random() * 9e15) as u64,
        };
        let mut simulator = views::build(scenario, extras, outside)?;
        views::prepare(&mut simulator);
        let simulator: Shared = Rc::new(RefCell::new(simulator));
        let properties = Properties {
            simulator: simulator.clone(),
            host,
            paper: Rc::new(paper),
        };
        let app = Renderer::<View>::with_root_and_props(root.unchecked_into(), properties).render();
        Ok(Terminal { simulator, app })
    }

    /// The text of the screen.
    pub fn transcript(&self) -> String {
        let simulator = self.simulator.try_borrow();
        simulator.map(|s| s.transcript()).unwrap_or_default()
    }

    /// Types lines as a person would.
    pub fn run(&self, text: String) {
        self.app.send_message(Message::Run(text));
    }

    /// Starts over.
    pub fn reset(&self) {
        self.app.send_message(Message::Reset);
    }

    /// Panics, so that a page's author (and a test) can see what a reader would see.
    pub fn crash(&self) {
        panic!("asked to crash");
    }

    /// Takes the terminal off the page.
    pub fn destroy(self) {
        self.app.destroy();
    }
}

/// What only the full build can do.
#[cfg(feature = "full")]
#[wasm_bindgen]
impl Terminal {
    /// From now on lines can be asked what they mean; `texts` is JSON (`www/explain/`), and so is
    /// `over`, the texts of another language over them, if it is not empty.
    pub fn explain(&self, texts: &str, over: &str) -> Result<(), String> {
        let read = crate::explain::Explain::read(texts);
        let mut explain = read.map_err(|fault| fault.to_string())?;
        if !over.is_empty() {
            let laid = explain.lay_over(over);
            laid.map_err(|fault| fault.to_string())?;
        }
        let asked = crate::ui::explain::Asked::Speak(explain.into());
        self.app.send_message(Message::Explain(asked));
        Ok(())
    }

    /// How far a lesson is, to be given to [`resume`](Terminal::resume) another time; nothing where
    /// none is done.
    pub fn progress(&self) -> Option<String> {
        views::progress(&*self.simulator.try_borrow().ok()?)
    }

    /// Whether more was done than [`progress`](Terminal::progress) has room for.
    pub fn is_cut(&self) -> bool {
        let simulator = self.simulator.try_borrow();
        simulator.is_ok_and(|simulator| simulator.is_cut())
    }

    /// Goes on where a lesson was left.
    ///
    /// # Errors
    /// What is wrong with what was kept; the lesson begins anew.
    pub fn resume(&self, kept: &str) -> Result<(), String> {
        match self.simulator.try_borrow_mut() {
            Ok(mut simulator) => views::resume(&mut simulator, kept),
            Err(_) => Ok(()),
        }
    }

    /// What a learner hands in: a document that says what was reached and how; nothing where no
    /// lesson is done.
    pub fn submission(&self, learner: &str) -> Option<String> {
        views::submission(&*self.simulator.try_borrow().ok()?, learner)
    }
}
