//! A policy service, as a restriction list names it.

use crate::postfix::config::main_cf::Fatal;
use crate::postfix::config::syntax::split_list;
use crate::postfix::config::values::seconds;

/// A policy service as a list has it: `inet:host:port`, `unix:path`, or one of these in braces, with
/// options.
pub(super) struct Service {
    pub(super) transport: String,
    pub(super) place: String,
    /// Its options (`default_action`, `try_limit`, …), the last first.
    options: Vec<(String, String)>,
}

impl Service {
    /// What one of its options says.
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        let found = self.options.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The same of a number, or of a time in seconds.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        let found = seconds(self.option(name)?, 's')?;
        u64::try_from(found).ok()
    }

    /// Reads one.
    ///
    /// # Errors
    /// What no client could ask.
    pub(super) fn parse(word: &str) -> Result<Service, Fatal> {
        let inner = word.strip_prefix('{').and_then(|w| w.strip_suffix('}'));
        let words = split_list(inner.unwrap_or(word));
        let name = words.first().map_or("", String::as_str);
        let option = |word: &String| {
            let bare = word.strip_prefix('{').and_then(|w| w.strip_suffix('}'));
            let (name, value) = bare.unwrap_or(word).split_once('=')?;
            Some((name.trim().to_string(), value.trim().to_string()))
        };
        match name.split_once(':') {
            None | Some(("", _)) | Some((_, "")) => Err(Fatal::new(format!(
                "need service transport:endpoint instead of \"{name}\""
            ))),
            Some((transport @ ("inet" | "local" | "unix"), place)) => Ok(Service {
                transport: transport.into(),
                place: place.into(),
                options: words.iter().skip(1).rev().filter_map(option).collect(),
            }),
            Some((transport, _)) => Err(Fatal::new(format!(
                "invalid transport name: {transport} in service: {name}"
            ))),
        }
    }
}
