//! What only the full build has in a scenario.

#[cfg(test)]
#[path = "schema.rs"]
mod schema;

use std::time::Duration;

use super::values::{Map, Text, Whole};
use crate::files::Files;
use crate::network::Host;
use crate::postfix::server::full::{greylist, wording};

/// The rest of the default world, which has room where mail is delivered.
pub const INTERNET: Option<&str> = Some(include_str!("../../www/scenarios/internet.json"));

/// A year, in seconds.
pub type Greylist = Whole<31_536_000>;
/// By how replies begin.
pub type Wording = Map<Text>;

/// Gives a host what a light build's has not.
pub fn furnish(
    host: &mut Host,
    files: Option<Files>,
    greylist: Option<Greylist>,
    words: Option<Wording>,
) {
    if let Some(server) = &mut host.server {
        let delay = greylist.map(|wait| Duration::from_secs(wait.0));
        server.greylist = delay.map(greylist::Greylist::new);
        let words = words.into_iter().flat_map(|words| words.0);
        server.wording =
            wording::Wording::new(words.map(|(start, text)| (start, text.0)).collect());
    }
    host.files = files.unwrap_or_default();
}
