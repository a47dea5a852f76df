//! What changed from one release of Postfix to the next, as far as a client, the log or a
//! default shows it. `mail_version` picks the release; of each the last maintenance release is
//! meant. Found in Postfix's release notes, and held against releases built from source
//! (`make conformance BUILD=…`).

#[cfg(not(feature = "full"))]
mod current;
#[cfg(feature = "full")]
mod history;

/// A release, as (major, minor).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release(pub u16, pub u16);

/// The release whose behaviour is shown unless main.cf says otherwise, and the only one that the
/// light build knows.
pub const CURRENT: Release = Release(3, 7);

/// The first and the last release that are known.
pub const KNOWN: [Release; 2] = [Release(2, 8), Release(3, 11)];

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
    /// A client without a name has a code of its own, X.7.25 (RFC 7372).
    ClientNameCode,
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
    /// REQUIRETLS (RFC 8689), inside TLS.
    RequireTls,
}

/// Every change with the release that brought it.
pub const CHANGES: [(Change, Release); 28] = [
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
    (Change::ClientNameCode, Release(3, 0)),
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
    (Change::RequireTls, Release(3, 11)),
];

impl Change {
    /// Whether it came after [`CURRENT`].
    #[inline(always)]
    pub fn is_later(self) -> bool {
        use Change::*;
        matches!(
            self,
            Help | MalformedCounts
                | RestrictionsRemoved
                | EvidenceNamesUser
                | LossNamesQueueId
                | RequireTls
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
    pub fn parse(text: &str) -> Option<Release> {
        let text = text.split(['-', '/']).next()?;
        let mut numbers = text.split('.').map(|n| n.parse().ok());
        Some(Release(numbers.next()??, numbers.next()??))
    }
}
