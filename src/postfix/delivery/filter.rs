//! What an administrator makes of outcomes (`default_delivery_status_filter`, and those of each agent).

use crate::postfix::access::refusal::split_dsn;
use crate::postfix::config::main_cf::Config;
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::tables::Tables;
use crate::postfix::queue::outcome::{Outcome, Status};

/// The agents that have a filter; `error`, `retry` and `discard` have none.
const AGENTS: [&str; 5] = ["local", "virtual", "smtp", "lmtp", "pipe"];

/// The tables of each of the agents.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters([Maps; 5]);

/// The parameter of an agent's.
fn parameter(agent: &str) -> String {
    format!("{agent}_delivery_status_filter")
}

impl Filters {
    /// Looks at an outcome of a program, and gives what is to be warned of.
    pub(super) fn sift(&self, outcome: &mut Outcome, program: &str) -> Vec<String> {
        // A service of another name logs it: `relay/smtp`.
        let agent = program.rsplit('/').next().unwrap_or(program);
        let place = AGENTS.iter().position(|own| *own == agent);
        let maps = place.and_then(|place| self.0.get(place));
        let Some(maps) = maps.filter(|maps| !maps.is_empty()) else {
            return Vec::new();
        };
        match maps.get(&format!("{} {}", outcome.dsn, outcome.why)) {
            Ok(Some(found)) if !outcome.becomes(&found) => {
                vec![format!("{}: bad status code: {found}", parameter(agent))]
            }
            Ok(_) => Vec::new(),
            Err(retry) => retry.warnings.lines().to_vec(),
        }
    }

    /// Opens them.
    pub(super) fn new(config: &Config, tables: &mut Tables) -> Filters {
        Filters(AGENTS.map(|agent| {
            let before = tables.enter(agent);
            let maps = Maps::open(config, &parameter(agent), tables);
            tables.enter(before);
            maps
        }))
    }
}

impl Outcome {
    /// Makes another one of it by what a filter found: a status code and a text, or the code alone. False
    /// where that is no code, or turns success into failure or failure into success.
    fn becomes(&mut self, found: &str) -> bool {
        let (dsn, why) = split_dsn("", found);
        let status = match dsn.get(..1) {
            Some("2") => Status::Sent,
            Some("4") => Status::Deferred,
            Some("5") => Status::Bounced,
            _ => return false,
        };
        if (status == Status::Sent) != (self.status == Status::Sent) {
            return false;
        }
        self.status = status;
        self.dsn = dsn.into();
        if !why.is_empty() {
            self.why = why.into();
        }
        true
    }
}
