//! What changed from one release of Postfix to the next, as far as a client, the log or a
//! default shows it. `mail_version` picks the release; of each the last maintenance release is
//! meant. Found in Postfix's release notes, and held against releases built from source
//! (`make conformance BUILD=…`).

/// A release, as (major, minor).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release(pub u16, pub u16);

/// The release whose behaviour is shown unless main.cf says otherwise, and the only one that the
/// light build knows.
pub const CURRENT: Release = Release(3, 7);

/// The first and the last release that are known.
pub const KNOWN: [Release; 2] = [Release(2, 8), Release(3, 10)];

/// What a release brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// `improper command pipelining after …` shows what came too early.
    EarlyTalkIsShown,
    /// A host name that does not map back is called `hostname … does not resolve to address …`.
    PeerWarning,
    /// What is too long for a command is thrown away; it was the next command before.
    LongCommandsAreCut,
    /// AUTH= of MAIL is taken where nobody can authenticate.
    AuthParameter,
    /// XCLIENT knows LOGIN.
    XclientLogin,
    /// Access tables know INFO and BCC.
    AccessInfo,
    /// ORCPT= may be of the type utf-8 (RFC 6533).
    Utf8Orcpt,
    /// SMTPUTF8, and commands must be valid UTF-8 (RFC 6531).
    Smtputf8,
    /// `disconnect from` counts the commands.
    CommandCounts,
    /// A domain may say that it takes no mail (RFC 7505).
    NullMx,
    /// Why a mail exchanger cannot be looked up is told.
    MxReason,
    /// A failure that may pass is answered to AUTH with 454.
    TemporaryAuthFailure,
    /// XCLIENT knows DESTADDR and DESTPORT.
    XclientDestination,
    /// BDAT (RFC 3030).
    Chunking,
    /// An AUTH response has a limit of its own.
    SaslResponseLimit,
    /// A failed AUTH is logged with the user's name.
    SaslUsername,
    /// XCLIENT's and XFORWARD's addresses are read by the server's own rules.
    NormalizedAddresses,
    /// Addresses in the log are quoted (`info_log_address_format`).
    QuotedInLog,
    /// `smtpd_sasl_mechanism_filter`.
    MechanismFilter,
    /// What is no SMTP is logged with its control characters.
    EscapedCommand,
    /// An unknown command is a 500 (it was a 502), as RFC 5321 has it.
    UnknownIs500,
    /// HELP lists the commands.
    Help,
    /// Commands that cannot be read count as unknown ones.
    MalformedCounts,
    /// Old names of restrictions are called removed.
    RestrictionsRemoved,
    /// The evidence in the log ends with the user.
    EvidenceNamesUser,
    /// `lost connection after …` starts with the queue ID.
    LossNamesQueueId,
}

/// Every change with the release that brought it.
pub const CHANGES: [(Change, Release); 26] = [
    (Change::EarlyTalkIsShown, Release(2, 9)),
    (Change::PeerWarning, Release(2, 9)),
    (Change::LongCommandsAreCut, Release(2, 9)),
    (Change::AuthParameter, Release(2, 9)),
    (Change::XclientLogin, Release(2, 9)),
    (Change::AccessInfo, Release(3, 0)),
    (Change::Utf8Orcpt, Release(3, 0)),
    (Change::Smtputf8, Release(3, 0)),
    (Change::CommandCounts, Release(3, 0)),
    (Change::NullMx, Release(3, 0)),
    (Change::MxReason, Release(3, 0)),
    (Change::TemporaryAuthFailure, Release(3, 2)),
    (Change::XclientDestination, Release(3, 2)),
    (Change::Chunking, Release(3, 4)),
    (Change::SaslResponseLimit, Release(3, 4)),
    (Change::SaslUsername, Release(3, 5)),
    (Change::NormalizedAddresses, Release(3, 5)),
    (Change::QuotedInLog, Release(3, 5)),
    (Change::MechanismFilter, Release(3, 6)),
    (Change::EscapedCommand, Release(3, 7)),
    (Change::UnknownIs500, Release(3, 7)),
    (Change::MalformedCounts, Release(3, 8)),
    (Change::Help, Release(3, 9)),
    (Change::RestrictionsRemoved, Release(3, 9)),
    (Change::EvidenceNamesUser, Release(3, 10)),
    (Change::LossNamesQueueId, Release(3, 10)),
];

/// Defaults that are others before a release or from one on: the parameter, the release, what it
/// is before, and what it is from then on. `None` is what `parameters.cf` says; a parameter that a
/// release does not know has what it does without it.
#[cfg(feature = "full")]
pub const DEFAULTS: [(&str, Release, Option<&str>, Option<&str>); 18] = [
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
];

/// Parameters that a release brought: before it main.cf may name them in vain.
#[cfg(feature = "full")]
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

impl Change {
    /// Whether it came after [`CURRENT`].
    #[inline(always)]
    pub fn is_later(self) -> bool {
        use Change::*;
        matches!(
            self,
            Help | MalformedCounts | RestrictionsRemoved | EvidenceNamesUser | LossNamesQueueId
        )
    }
}

impl Release {
    /// Reads `3.7.11`, `2.8` or `3.11-20250101`.
    ///
    /// ```
    /// use smtp_terminal::smtp::release::Release;
    /// assert_eq!(Release::parse("2.8.20"), Some(Release(2, 8)));
    /// assert_eq!(Release::parse("two"), None);
    /// ```
    #[cfg(feature = "full")]
    pub fn parse(text: &str) -> Option<Release> {
        let text = text.split(['-', '/']).next()?;
        let mut numbers = text.split('.').map(|n| n.parse().ok());
        Some(Release(numbers.next()??, numbers.next()??))
    }

    /// Whether this release has a change.
    ///
    /// ```
    /// use smtp_terminal::smtp::release::{Change, Release};
    /// assert!(!Release(2, 8).has(Change::Chunking));
    /// assert!(Release(3, 4).has(Change::Chunking));
    /// ```
    #[cfg(feature = "full")]
    pub fn has(self, change: Change) -> bool {
        CHANGES
            .iter()
            .any(|(c, since)| *c == change && self >= *since)
    }

    /// A light build knows one release, so that the compiler can leave out the others.
    #[cfg(not(feature = "full"))]
    #[inline(always)]
    pub fn has(self, change: Change) -> bool {
        !change.is_later()
    }

    /// The default of a parameter in this release, where `parameters.cf` has another.
    #[cfg(feature = "full")]
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
    #[cfg(feature = "full")]
    pub fn knows(self, name: &str) -> bool {
        !ADDED.iter().any(|(n, since)| *n == name && self < *since)
    }
}

#[cfg(all(test, feature = "full"))]
mod tests {
    use super::*;

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
