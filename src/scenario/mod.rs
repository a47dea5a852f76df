//! A scenario: a whole world in one JSON document, so that a teacher can write one.
//!
//! Everything has a default, which is the world of the tutorial: `safeer` at `penguinpower`
//! and the server `smtp.safeer.in`. What a scenario names replaces that part.

mod build;
mod merge;
pub mod model;
#[cfg_attr(feature = "full", path = "full.rs")]
#[cfg_attr(not(feature = "full"), path = "light.rs")]
mod rare;
pub mod values;

use crate::json;
use crate::network::World;
use crate::time::Time;

pub use crate::json::Fault;

/// The default scenario, in the same form as any other.
pub const DEFAULT: &str = include_str!("../../www/scenarios/default.json");

/// The workstation that the learner sits at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workstation {
    /// The name of its host.
    pub host: String,
    /// Who is logged in.
    pub user: String,
    /// The prompt, where `\u` is the user, `\h` the host and `\w` the directory.
    pub prompt: String,
}

impl Workstation {
    /// The learner's home.
    pub fn home(&self) -> String {
        home(&self.user)
    }

    /// The prompt in a directory, which is written as it is to be shown: `safeer@penguinpower:~$ `.
    pub fn prompt_in(&self, directory: &str) -> String {
        let host = self.host.split('.').next().unwrap_or("");
        self.prompt
            .replace("\\u", &self.user)
            .replace("\\h", host)
            .replace("\\w", directory)
    }
}

/// Where a person's files are.
pub fn home(user: &str) -> String {
    match user {
        "root" => "/root".into(),
        user => format!("/home/{user}"),
    }
}

/// A world and the workstation in it.
#[derive(Debug)]
pub struct Scenario {
    /// The network with its hosts.
    pub world: World,
    /// Where the learner is.
    pub workstation: Workstation,
    /// What the clock says at first, where the scenario says so.
    pub start: Option<Time>,
    /// Where random numbers begin, where the scenario says so.
    pub seed: Option<u64>,
}

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
    /// Text that is not JSON, a member of the wrong kind or with an unknown name, a main.cf
    /// that Postfix would refuse.
    pub fn parse(text: &str) -> Result<Scenario, Fault> {
        let given = json::read(model::SCENARIO, text)?;
        let mut standard = json::read(model::SCENARIO, DEFAULT)?;
        rare::widen(&mut standard)?;
        build::build(merge::over(standard, given))
    }
}
