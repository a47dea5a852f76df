//! The guard against open relays: Postfix does not serve where nothing keeps strangers from
//! sending to strangers.
//!
//! One of six restrictions must stand in `smtpd_recipient_restrictions` or
//! `smtpd_relay_restrictions`, or in a class that these name, and nothing before it may end the
//! search: a `permit` does, for its own list or class. What follows `warn_if_reject` does not
//! count, be it a refusal or a `permit`.

use crate::postfix::access::class::Class;
use crate::postfix::config::main_cf::Fatal;

/// The restrictions of which one is demanded.
const REQUIRED: [&str; 6] = [
    "reject_unauth_destination",
    "defer_unauth_destination",
    "reject",
    "defer",
    "defer_if_permit",
    "check_relay_domains",
];

/// Steps of the search, at most: Postfix would not come to an end where there are more.
const MOST_STEPS: usize = 100_000;

/// What came of the search.
pub(super) struct Found {
    /// It comes to no end, because classes name one another: Postfix's process dies of it as soon
    /// as it starts.
    pub(super) is_endless: bool,
    /// What there is to warn of.
    pub(super) warnings: Vec<String>,
}

/// Looks for what is demanded, in the recipient restrictions and then in the relay restrictions.
///
/// # Errors
/// It is not there.
pub(super) fn demand(lists: [&[String]; 2], classes: &[Class]) -> Result<Found, Fatal> {
    let mut search = Search {
        classes,
        warnings: Vec::new(),
        steps: 0,
    };
    for list in lists {
        match search.has_required(list, 0) {
            Some(false) => {}
            found => {
                return Ok(Found {
                    is_endless: found.is_none(),
                    warnings: search.warnings,
                })
            }
        }
    }
    let [others @ .., last] = REQUIRED;
    let others = others.join(", ");
    let fatal = Fatal::new(format!(
        "in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, \
         specify at least one working instance of: {others} or {last}"
    ));
    Err(Fatal {
        warnings: search.warnings,
        ..fatal
    })
}

/// Classes within classes, at most: Postfix has a stack for many more, and a browser has not.
pub(super) const MOST_NESTED: usize = 300;

struct Search<'a> {
    classes: &'a [Class],
    warnings: Vec<String>,
    steps: usize,
}

impl Search<'_> {
    /// Whether a list protects; `None` where there is no end to it.
    fn has_required(&mut self, words: &[String], depth: usize) -> Option<bool> {
        // More classes inside one another than there are: one of them is inside itself.
        if depth > self.classes.len().min(MOST_NESTED) {
            return None;
        }
        let mut rest = words;
        while let Some((word, behind)) = rest.split_first() {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return None;
            }
            rest = behind;
            if word.eq_ignore_ascii_case("warn_if_reject") && !behind.is_empty() {
                rest = &behind[1..];
                continue;
            }
            if word.eq_ignore_ascii_case("permit") {
                if let Some(next) = behind.first() {
                    let ignored = format!("restriction `{next}' after `{word}' is ignored");
                    self.warnings.push(ignored);
                }
                return Some(false);
            }
            if REQUIRED.iter().any(|name| name.eq_ignore_ascii_case(word)) {
                return Some(true);
            }
            let class = self.classes.iter().find(|(name, _)| name == word);
            if let Some((_, words)) = class {
                if self.has_required(words, depth + 1)? {
                    return Some(true);
                }
            }
        }
        Some(false)
    }
}
