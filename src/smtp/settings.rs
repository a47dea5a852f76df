//! What a session must know of its server's configuration. The `postfix` layer fills this in
//! from main.cf; each field names the parameter it comes from.

use std::time::Duration;

use crate::smtp::passwords::Keeper;
use crate::smtp::release::{self, Release};
use crate::smtp::sasl::Words;
use crate::smtp::tls::Telling;

/// When TLS is offered or demanded (`smtpd_tls_security_level`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// STARTTLS is not known.
    None,
    /// STARTTLS is offered.
    May,
    /// STARTTLS must come first.
    Encrypt,
}

/// What AUTH may use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mechanisms {
    /// As EHLO lists them (`smtpd_sasl_mechanism_filter`).
    pub offered: String,
    /// Whether those that send the password as it is are allowed (`smtpd_sasl_security_options`).
    pub plaintext: bool,
}

/// EHLO keywords that can be left out (`smtpd_discard_ehlo_keywords`), in the order of
/// Postfix's own list, which the log follows.
pub const EHLO_KEYWORDS: [&str; 14] = [
    "8BITMIME",
    "AUTH",
    "ETRN",
    "PIPELINING",
    "SIZE",
    "VERP",
    "VRFY",
    "XCLIENT",
    "XFORWARD",
    "STARTTLS",
    "ENHANCEDSTATUSCODES",
    "DSN",
    "SMTPUTF8",
    "CHUNKING",
];

/// What the log says of keywords that are left out, if it does.
pub fn discarding(words: &[String]) -> Option<String> {
    let has = |word: &str| words.iter().any(|w| w == word);
    let named: Vec<&str> = EHLO_KEYWORDS.into_iter().filter(|k| has(k)).collect();
    if named.is_empty() || has("SILENT-DISCARD") {
        return None;
    }
    // Postfix's list has this name as well, and before the other.
    let named = named.join(" ").replace("SMTPUTF8", "EHLO_MASK_SMTPUTF8");
    Some(format!("discarding EHLO keywords: {named}"))
}

/// The parameters of one server that its sessions obey.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `myhostname`: the name in the banner and in the reply to HELO.
    pub myhostname: String,
    /// `smtpd_banner`, expanded; the text after `220 `.
    pub banner: String,
    /// Whether IPv6 is spoken (`inet_protocols`).
    pub ipv6: bool,
    /// The release that is shown (`mail_version`).
    pub release: Release,
    /// `smtpd_helo_required`.
    pub helo_required: bool,
    /// `smtpd_delay_reject`: client, HELO and sender restrictions speak at RCPT.
    pub delay_reject: bool,
    /// `strict_rfc821_envelopes`.
    pub strict_envelopes: bool,
    /// `disable_vrfy_command`.
    pub disable_vrfy: bool,
    /// `smtputf8_enable`.
    pub smtputf8: bool,
    /// `strict_smtputf8`.
    pub strict_smtputf8: bool,
    /// `message_size_limit` in bytes; 0 for none.
    pub message_size_limit: u64,
    /// `line_length_limit` in bytes.
    pub line_length_limit: usize,
    /// `smtpd_recipient_limit`.
    pub recipient_limit: usize,
    /// `smtpd_recipient_overshoot_limit`.
    pub recipient_overshoot_limit: usize,
    /// `smtpd_soft_error_limit`: from here on replies are delayed.
    pub soft_error_limit: usize,
    /// `smtpd_hard_error_limit`: from here on the session ends.
    pub hard_error_limit: usize,
    /// `smtpd_error_sleep_time`.
    pub error_sleep: Duration,
    /// `smtpd_junk_command_limit`.
    pub junk_command_limit: usize,
    /// `smtpd_timeout`.
    pub timeout: Duration,
    /// `smtpd_tls_security_level`, with `smtpd_use_tls` and `smtpd_enforce_tls`.
    pub tls: Tls,
    /// `smtpd_tls_wrappermode`: TLS comes before the banner.
    pub wrapper: bool,
    /// What master.cf calls the service.
    pub service: String,
    /// A certificate is configured; without one STARTTLS fails.
    pub tls_certificate: bool,
    /// What is told of TLS.
    pub telling: Telling,
    /// `smtpd_tls_auth_only`.
    pub tls_auth_only: bool,
    /// `smtpd_sasl_auth_enable`.
    pub sasl: bool,
    /// The mechanisms without and with TLS.
    pub sasl_mechanisms: [Mechanisms; 2],
    /// What says in other words what has come of a step of AUTH (`smtpd_sasl_type`): the mechanism,
    /// what has come of it, and whether that was the first step.
    pub sasl_words: Words,
    /// `smtpd_sasl_type`.
    pub passwords: Keeper,
    /// `broken_sasl_auth_clients`: the `AUTH=` line as well.
    pub broken_sasl_clients: bool,
    /// `smtpd_sasl_response_limit`.
    pub sasl_response_limit: usize,
    /// `smtpd_discard_ehlo_keywords`, in capitals.
    pub discard_ehlo: Vec<String>,
    /// `smtpd_delay_open_until_valid_rcpt`: a queue file is opened at the first recipient.
    pub delay_open: bool,
    /// `smtpd_client_message_rate_limit`.
    pub message_rate_limit: usize,
    /// `smtpd_client_recipient_rate_limit`.
    pub recipient_rate_limit: usize,
    /// `smtpd_client_auth_rate_limit`.
    pub auth_rate_limit: usize,
    /// `smtpd_client_new_tls_session_rate_limit`.
    pub tls_rate_limit: usize,
    /// `smtpd_client_connection_rate_limit`.
    pub connection_rate_limit: usize,
    /// `smtpd_client_connection_count_limit`.
    pub connection_count_limit: usize,
    /// `smtpd_forbid_bare_newline` and the reply code of its rejections.
    pub bare_newline: BareNewline,
    /// `smtpd_forbid_bare_newline_reject_code`.
    pub bare_newline_code: u16,
    /// `smtpd_forbid_unauth_pipelining`.
    pub forbid_unauth_pipelining: bool,
    /// `soft_bounce`.
    pub soft_bounce: bool,
    /// The two bytes that VERP puts between addresses (`default_verp_delimiters`), and what else it may
    /// (`verp_delimiter_filter`).
    pub verp_delimiters: String,
}

/// `smtpd_forbid_bare_newline`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BareNewline {
    /// `no`.
    Allow,
    /// `yes` or `normalize`: only CR LF . CR LF ends a message.
    Normalize,
    /// `reject`.
    Reject,
}

/// How big a message may be in bytes where nothing says less: there is no disk that it could fill.
const BIGGEST: u64 = 64 << 20;

impl Settings {
    /// How many bytes a message may have: `message_size_limit`, where that is not more than is to be
    /// had.
    pub fn most_bytes(&self) -> u64 {
        match self.message_size_limit {
            0 => BIGGEST,
            limit => limit.min(BIGGEST),
        }
    }
}

/// Postfix 3.7's defaults for a server named `localhost`.
impl Default for Settings {
    fn default() -> Settings {
        Settings {
            myhostname: "localhost".into(),
            banner: "localhost ESMTP Postfix".into(),
            ipv6: true,
            release: release::CURRENT,
            helo_required: false,
            delay_reject: true,
            strict_envelopes: false,
            disable_vrfy: false,
            smtputf8: true,
            strict_smtputf8: false,
            message_size_limit: 10_240_000,
            line_length_limit: 2_048,
            recipient_limit: 1_000,
            recipient_overshoot_limit: 1_000,
            soft_error_limit: 10,
            hard_error_limit: 20,
            error_sleep: Duration::from_secs(1),
            junk_command_limit: 100,
            timeout: Duration::from_secs(300),
            tls: Tls::None,
            wrapper: false,
            service: "smtp".into(),
            tls_certificate: false,
            telling: Telling::default(),
            tls_auth_only: false,
            sasl: false,
            sasl_mechanisms: Default::default(),
            sasl_words: |_, turn, _| turn,
            passwords: Keeper::default(),
            broken_sasl_clients: false,
            sasl_response_limit: 12_288,
            discard_ehlo: Vec::new(),
            delay_open: true,
            message_rate_limit: 0,
            recipient_rate_limit: 0,
            auth_rate_limit: 0,
            tls_rate_limit: 0,
            connection_rate_limit: 0,
            connection_count_limit: 50,
            bare_newline: BareNewline::Allow,
            bare_newline_code: 550,
            forbid_unauth_pipelining: false,
            soft_bounce: false,
            verp_delimiters: "+=-=+".into(),
        }
    }
}

/// A filter that has each message before it is taken.
#[derive(Clone, Copy, Debug)]
pub struct Proxy<'a> {
    /// Where it is.
    pub place: &'a str,
    /// Why nobody can be asked there.
    pub absent: Option<&'a str>,
    /// It is asked once the message is complete (`smtpd_proxy_options = speed_adjust`).
    pub late: bool,
}
