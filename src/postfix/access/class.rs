//! Restriction classes (`smtpd_restriction_classes`).

use crate::postfix::access::full::lookups;
use crate::postfix::config::main_cf::{Config, Fatal};

/// A restriction class: its name, and the restrictions that it stands for.
pub(super) type Class = (String, Vec<String>);

/// The classes that main.cf defines, and the one that Postfix does.
pub(super) fn classes(config: &Config) -> Result<Vec<Class>, Fatal> {
    let mut classes = lookups::classes();
    // Unlike in other lists, braces hold nothing together here.
    let names = config.get("smtpd_restriction_classes");
    let separators = [',', ' ', '\t', '\r', '\n'];
    for name in names.split(separators).filter(|name| !name.is_empty()) {
        let words = config.list(name);
        if words.is_empty() {
            let problem = format!("restriction class `{name}' needs a definition");
            return Err(Fatal::new(problem));
        }
        classes.push((name.into(), words));
    }
    Ok(classes)
}
