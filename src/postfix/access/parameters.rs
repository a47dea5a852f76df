//! The parameters that the restrictions obey, each read once.

use crate::postfix::config::main_cf::{Config, Fatal};

/// A reply code that main.cf may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// Some are for the full build's restrictions alone.
#[allow(dead_code)]
pub(super) enum Code {
    AccessMapReject,
    AccessMapDefer,
    Reject,
    Defer,
    InvalidHostname,
    NonFqdn,
    UnknownHostname,
    UnknownAddress,
    UnknownClient,
    RelayDomains,
    MapsRbl,
    MultiRecipientBounce,
    Plaintext,
    UnknownLocalRecipient,
    UnknownRelayRecipient,
    UnknownVirtualMailbox,
    UnknownVirtualAlias,
}

const CODES: [&str; 17] = [
    "access_map_reject_code",
    "access_map_defer_code",
    "reject_code",
    "defer_code",
    "invalid_hostname_reject_code",
    "non_fqdn_reject_code",
    "unknown_hostname_reject_code",
    "unknown_address_reject_code",
    "unknown_client_reject_code",
    "relay_domains_reject_code",
    "maps_rbl_reject_code",
    "multi_recipient_bounce_reject_code",
    "plaintext_reject_code",
    "unknown_local_recipient_reject_code",
    "unknown_relay_recipient_reject_code",
    "unknown_virtual_mailbox_reject_code",
    "unknown_virtual_alias_reject_code",
];

/// What the restrictions obey, apart from lists and tables, and from what sessions obey too.
#[derive(Clone, Debug)]
pub(super) struct Parameters {
    codes: [i32; CODES.len()],
    /// `smtpd_relay_before_recipient_restrictions`.
    pub(super) relay_first: bool,
    /// `smtpd_reject_unlisted_sender`.
    pub(super) reject_unlisted_sender: bool,
    /// `smtpd_reject_unlisted_recipient`.
    pub(super) reject_unlisted_recipient: bool,
    /// `show_user_unknown_table_name`.
    pub(super) show_table_name: bool,
    /// `allow_untrusted_routing`.
    pub(super) allow_untrusted_routing: bool,
    /// `unknown_helo_hostname_tempfail_action` is `defer`.
    pub(super) defer_unknown_helo: bool,
    /// `unknown_address_tempfail_action` is `defer`.
    pub(super) defer_unknown_address: bool,
    /// `double_bounce_sender`.
    pub(super) double_bounce_sender: String,
}

impl Parameters {
    /// Reads main.cf.
    ///
    /// # Errors
    /// An action that Postfix does not know.
    pub(super) fn new(config: &Config) -> Result<Parameters, Fatal> {
        let defer_unknown_helo = defers("unknown_helo_hostname_tempfail_action", config)?;
        let defer_unknown_address = defers("unknown_address_tempfail_action", config)?;
        // What these say is for the full build.
        for name in [
            "unverified_recipient_tempfail_action",
            "unverified_sender_tempfail_action",
        ] {
            if config.is_set(name) {
                defers(name, config)?;
            }
        }
        Ok(Parameters {
            // Numbers of 32 bits, which have been looked at.
            codes: CODES.map(|name| i32::try_from(config.number(name)).unwrap_or(0)),
            relay_first: config.flag("smtpd_relay_before_recipient_restrictions"),
            reject_unlisted_sender: config.flag("smtpd_reject_unlisted_sender"),
            reject_unlisted_recipient: config.flag("smtpd_reject_unlisted_recipient"),
            show_table_name: config.flag("show_user_unknown_table_name"),
            allow_untrusted_routing: config.flag("allow_untrusted_routing"),
            defer_unknown_helo,
            defer_unknown_address,
            double_bounce_sender: config.get("double_bounce_sender"),
        })
    }

    /// A reply code, which need not be one.
    pub(super) fn code(&self, code: Code) -> i32 {
        self.codes[code as usize]
    }
}

/// Whether what does not answer is to be deferred at once.
fn defers(name: &str, config: &Config) -> Result<bool, Fatal> {
    let action = config.get(name);
    if action.eq_ignore_ascii_case("defer") {
        return Ok(true);
    }
    if action.eq_ignore_ascii_case("defer_if_permit") {
        return Ok(false);
    }
    Err(Fatal::new(format!("bad configuration: {name} = {action}")))
}
