//! What a line means, from data.
//!
//! Every line of the terminal can be asked: a server's reply, a command with the parts of what was
//! typed, a line of the log, of `mailq`, of a header, of main.cf, a command of the shell. The texts
//! are a document ([`Texts`], `www/explain/en.json`), one for a language; here is which of them
//! speaks about which line, and what is marked in it.
//!
//! | file          | holds                                                              |
//! |---------------|--------------------------------------------------------------------|
//! | `model`       | what the document may say                                          |
//! | `pattern`     | how a rule of the document recognizes a line                       |
//! | `explanation` | what comes of it                                                   |
//! | `scene`       | what kind of line a row is, from the rows before it                |
//! | `host`        | which host a line is about, and the values in force there          |
//! | `writer`      | an explanation while it is written                                 |
//! | `reply`, `command`, `output`, `shell` | a line of each kind                        |
//! | `likely`      | what probably went wrong                                           |

mod command;
mod explanation;
mod host;
mod likely;
mod model;
mod output;
mod pattern;
mod reply;
mod scene;
#[cfg(test)]
mod schema;
mod shell;
mod writer;

use crate::json::{self, Fault};
use crate::network::World;
use crate::workstation::screen::Screen;

pub use explanation::{Explanation, Part, Section};
pub use model::{Entry, Texts};
pub use scene::{Kind, Scene};
pub use writer::Writer;

/// What faults call the document.
pub const DOCUMENT: &str = "explanations";

/// The texts of one language, ready to explain.
#[derive(Debug)]
pub struct Explain {
    texts: Texts,
}

impl Explain {
    /// Reads the texts of a language.
    ///
    /// # Errors
    /// What is wrong with the document, and where.
    pub fn read(text: &str) -> Result<Explain, Fault> {
        json::read(DOCUMENT, text).map(|texts| Explain { texts })
    }

    /// Lays the texts of another language over these; what it does not say stays as it is.
    ///
    /// # Errors
    /// What is wrong with the document, and where.
    pub fn lay_over(&mut self, text: &str) -> Result<(), Fault> {
        let other = json::read(DOCUMENT, text)?;
        self.texts.lay_over(other);
        Ok(())
    }

    /// The texts.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// A text of the interface; its name where the language has none.
    pub fn word<'a>(&'a self, name: &'a str) -> &'a str {
        model::find(&self.texts.interface, name).unwrap_or(name)
    }

    /// What a row of the screen means; `None` for one that is empty or is not there.
    pub fn row(&self, screen: &Screen, row: usize, world: &World) -> Option<Explanation> {
        let scene = Scene::of(screen.rows(), row)?;
        self.line(&scene, world)
    }

    /// What a line means, in what came before it; `None` for an empty one.
    pub fn line(&self, scene: &Scene, world: &World) -> Option<Explanation> {
        if scene.text.trim().is_empty() {
            return None;
        }
        let mut writer = Writer::new(&self.texts, scene, world);
        match scene.kind {
            Kind::Reply => reply::explain(&mut writer),
            Kind::Command | Kind::Answer | Kind::Header | Kind::Body | Kind::Dot | Kind::Input => {
                command::explain(&mut writer);
            }
            Kind::Shell => shell::explain(&mut writer),
            Kind::Output => output::explain(&mut writer),
        }
        Some(writer.done())
    }

    /// What a line means that stands alone; `command` is what was typed before it, where that is
    /// known. `None` for an empty one.
    pub fn alone(&self, text: &str, command: &str, world: &World) -> Option<Explanation> {
        let scene = |kind: Option<Kind>| {
            let mut scene = Scene::alone(text);
            scene.command = command.into();
            scene.kind = kind.unwrap_or(scene.kind);
            scene
        };
        // A parameter is explained with its value.
        if model::find(&self.texts.parameters, text.trim()).is_some() {
            return self.line(&Scene::alone(&format!("{} =", text.trim())), world);
        }
        let first = text.split_whitespace().next().unwrap_or("");
        if command::is_verb(first) {
            return self.line(&scene(Some(Kind::Command)), world);
        }
        let first = scene(None);
        let explained = self.line(&first, world)?;
        if first.kind != Kind::Output || !explained.is_general {
            return Some(explained);
        }
        // As it would be typed to a shell, or to a server.
        let others = [
            Scene::alone(&format!("$ {text}")),
            scene(Some(Kind::Command)),
        ];
        let known = others.iter().find_map(|scene| {
            let explained = self.line(scene, world)?;
            Some(explained).filter(|explained| !explained.is_general)
        });
        known.or(Some(explained))
    }

    /// What probably went wrong, in a sentence, and the row that says so: after the last line that
    /// was typed, where something was refused or failed.
    pub fn likely(&self, screen: &Screen, world: &World) -> Option<(usize, String)> {
        likely::find(screen.rows(), |row| {
            let found = self.row(screen, row, world)?;
            Some(found.likely).filter(|text| !text.is_empty())
        })
    }
}
