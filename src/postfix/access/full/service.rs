//! A policy service, as a restriction list names it.

use crate::postfix::config::main_cf::Fatal;
use crate::postfix::config::syntax::split_list;

/// A policy service as a list has it: `inet:host:port`, `unix:path`, or one of these in braces, with
/// options.
pub(super) struct Service {
    pub(super) transport: String,
    pub(super) place: String,
    /// The option `default_action`.
    pub(super) default_action: Option<String>,
}

impl Service {
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
            (name.trim() == "default_action").then(|| value.trim().to_string())
        };
        match name.split_once(':') {
            None | Some(("", _)) | Some((_, "")) => Err(Fatal::new(format!(
                "need service transport:endpoint instead of \"{name}\""
            ))),
            Some((transport @ ("inet" | "local" | "unix"), place)) => Ok(Service {
                transport: transport.into(),
                place: place.into(),
                default_action: words.iter().skip(1).rev().find_map(option),
            }),
            Some((transport, _)) => Err(Fatal::new(format!(
                "invalid transport name: {transport} in service: {name}"
            ))),
        }
    }
}
