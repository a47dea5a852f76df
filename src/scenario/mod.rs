//! A scenario: a whole world in one JSON document, so that a teacher can write one.
//!
//! Everything has a default, which is the world of the tutorial: `safeer` at `penguinpower`
//! and the server `smtp.safeer.in`. What a scenario names replaces that part.

mod build;
#[cfg(feature = "full")]
mod extras;
#[cfg(not(feature = "full"))]
#[path = "no_extras.rs"]
mod extras;
mod merge;
pub mod model;
#[cfg(test)]
pub mod schema;
pub mod values;
mod workstation;

use crate::json;
use model::{Document, SCENARIO};

pub use crate::json::Fault;
pub use build::Scenario;
pub use workstation::{home, Workstation};

/// The default scenario, in the same form as any other.
pub const DEFAULT: &str = include_str!("../../www/scenarios/default.json");

impl Scenario {
    /// The tutorial's world.
    ///
    /// # Errors
    /// None, unless this program was built with a faulty default.
    pub fn standard() -> Result<Scenario, Fault> {
        Scenario::parse("{}")
    }

    /// Reads a scenario.
    ///
    /// ```
    /// use smtp_terminal::scenario::Scenario;
    /// let scenario = Scenario::parse(r#"{ "workstation": { "user": "asha" } }"#).unwrap();
    /// assert_eq!(scenario.workstation.user, "asha");
    /// let fault = Scenario::parse(r#"{ "workstation": { "users": "asha" } }"#).unwrap_err();
    /// assert!(fault.to_string().contains("at workstation"), "{fault}");
    /// ```
    ///
    /// # Errors
    /// Text that is not JSON, a member of the wrong kind or with an unknown name, a main.cf that
    /// needs the full build. (One that Postfix refuses is a world like any other.)
    pub fn parse(text: &str) -> Result<Scenario, Fault> {
        Scenario::of(json::read(SCENARIO, text)?)
    }

    /// The same of a document that has been read.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of(given: Document) -> Result<Scenario, Fault> {
        let mut standard: Document = json::read(SCENARIO, DEFAULT)?;
        if let Some(more) = extras::INTERNET {
            merge::add(&mut standard, json::read(SCENARIO, more)?);
        }
        build::build(merge::over(standard, given))
    }
}
