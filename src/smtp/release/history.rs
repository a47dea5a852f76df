//! The full build shows every release that is known.

use crate::smtp::release::{Change, Release, CHANGES};

/// Defaults that are others before a release or from one on: the parameter, the release, what it
/// is before, and what it is from then on. `None` is what `parameters.cf` says; a parameter that a
/// release does not know has what it does without it.
pub const DEFAULTS: [(&str, Release, Option<&str>, Option<&str>); 19] = [
    ("inet_protocols", Release(2, 9), Some("ipv4"), None),
    (
        "smtpd_recipient_restrictions",
        Release(2, 10),
        Some("permit_mynetworks, reject_unauth_destination"),
        None,
    ),
    (
        "smtpd_relay_restrictions",
        Release(2, 10),
        Some(""),
        Some("permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination"),
    ),
    ("smtpd_relay_restrictions", Release(3, 3), None, None),
    ("append_dot_mydomain", Release(3, 0), Some("yes"), None),
    ("mynetworks_style", Release(3, 0), Some("subnet"), None),
    ("relay_domains", Release(3, 0), Some("$mydestination"), None),
    ("smtputf8_enable", Release(3, 0), Some("no"), None),
    ("strict_smtputf8", Release(3, 0), Some("no"), None),
    (
        "smtpd_client_auth_rate_limit",
        Release(3, 1),
        Some("0"),
        None,
    ),
    (
        "smtpd_sasl_mechanism_filter",
        Release(3, 6),
        Some("static:rest"),
        None,
    ),
    (
        "smtpd_relay_before_recipient_restrictions",
        Release(3, 3),
        Some("yes"),
        None,
    ),
    (
        "smtpd_relay_before_recipient_restrictions",
        Release(3, 6),
        Some("no"),
        None,
    ),
    (
        "smtpd_forbidden_commands",
        Release(3, 7),
        Some("CONNECT GET POST"),
        None,
    ),
    ("smtpd_forbid_bare_newline", Release(3, 5), Some("no"), None),
    (
        "smtpd_forbid_bare_newline",
        Release(3, 9),
        None,
        Some("normalize"),
    ),
    (
        "smtpd_forbid_unauth_pipelining",
        Release(3, 5),
        Some("no"),
        None,
    ),
    (
        "smtpd_forbid_unauth_pipelining",
        Release(3, 9),
        None,
        Some("yes"),
    ),
    (
        "smtp_tls_security_level",
        Release(3, 11),
        None,
        Some("${{$compatibility_level} <level {3.11} ? {} : {may}}"),
    ),
];

/// Parameters that a release brought: before it main.cf may name them in vain.
pub const ADDED: [(&str, Release); 11] = [
    ("smtpd_relay_restrictions", Release(2, 10)),
    ("smtpd_log_access_permit_actions", Release(2, 10)),
    ("smtputf8_enable", Release(3, 0)),
    ("strict_smtputf8", Release(3, 0)),
    ("smtpd_client_auth_rate_limit", Release(3, 1)),
    ("smtpd_sasl_response_limit", Release(3, 4)),
    ("smtpd_forbid_bare_newline", Release(3, 5)),
    ("smtpd_forbid_bare_newline_exclusions", Release(3, 5)),
    ("smtpd_forbid_unauth_pipelining", Release(3, 5)),
    ("smtpd_sasl_mechanism_filter", Release(3, 6)),
    ("smtpd_relay_before_recipient_restrictions", Release(3, 6)),
];

impl Release {
    /// Whether this release has a change.
    ///
    /// ```
    /// use smtp_terminal::smtp::release::{Change, Release};
    /// assert!(!Release(2, 8).has(Change::Chunking));
    /// assert!(Release(3, 4).has(Change::Chunking));
    /// ```
    pub fn has(self, change: Change) -> bool {
        CHANGES
            .iter()
            .any(|(c, since)| *c == change && self >= *since)
    }

    /// The default of a parameter in this release, where `parameters.cf` has another.
    pub fn default_of(self, name: &str) -> Option<&'static str> {
        let named = DEFAULTS.iter().filter(|(n, ..)| *n == name);
        let mut found = None;
        for (_, release, before, from) in named {
            if self < *release {
                return found.or(*before);
            }
            found = *from;
        }
        found
    }

    /// Whether this release knows a parameter.
    pub fn knows(self, name: &str) -> bool {
        !ADDED.iter().any(|(n, since)| *n == name && self < *since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp::release::CURRENT;

    #[test]
    fn the_light_build_knows_what_is_later() {
        for (change, since) in CHANGES {
            assert_eq!(change.is_later(), since > CURRENT, "{change:?}");
        }
    }

    #[test]
    fn defaults_change_with_the_release() {
        let name = "smtpd_relay_restrictions";
        assert_eq!(Release(2, 8).default_of(name), Some(""));
        assert!(Release(2, 10)
            .default_of(name)
            .unwrap()
            .ends_with("defer_unauth_destination"));
        assert_eq!(Release(3, 3).default_of(name), None);
        let name = "smtpd_forbid_bare_newline";
        assert_eq!(Release(3, 4).default_of(name), Some("no"));
        assert_eq!(Release(3, 7).default_of(name), None);
        assert_eq!(Release(3, 10).default_of(name), Some("normalize"));
        assert!(!Release(3, 4).knows(name));
    }
}
