//! From main.cf to what sessions obey.

use crate::postfix::config::main_cf::{Config, Fatal, Reader};
#[cfg(feature = "full")]
use crate::smtp::release::KNOWN;
use crate::smtp::release::{Release, CURRENT};
use crate::smtp::settings::{BareNewline, Mechanisms, Settings, Tls};

/// The settings of a session, from main.cf.
///
/// # Errors
/// The first value that Postfix would refuse.
pub fn settings(config: &Config, warnings: &mut Vec<String>) -> Result<Settings, Fatal> {
    let mut read = config.reader();
    let level = config.get("smtpd_tls_security_level").to_ascii_lowercase();
    let tls = match level.as_str() {
        "none" => Tls::None,
        "may" => Tls::May,
        "encrypt" => Tls::Encrypt,
        "verify" | "secure" | "fingerprint" => {
            warnings.push(format!(
                "smtpd_tls_security_level: unsupported TLS level \"{level}\", using \"encrypt\""
            ));
            Tls::Encrypt
        }
        "" if read.flag("smtpd_enforce_tls") => Tls::Encrypt,
        "" if read.flag("smtpd_use_tls") => Tls::May,
        "" => Tls::None,
        _ => {
            read.fail(format!("Invalid TLS level \"{level}\""));
            Tls::None
        }
    };
    let certificate = ["smtpd_tls_cert_file", "smtpd_tls_chain_files"];
    let tls_certificate = certificate.iter().any(|name| !config.get(name).is_empty());
    if tls != Tls::None && !tls_certificate {
        warnings.push("No server certs available. TLS won't be enabled".into());
    }
    let bare = config.get("smtpd_forbid_bare_newline").to_ascii_lowercase();
    let bare_newline = match bare.as_str() {
        "no" => BareNewline::Allow,
        "yes" | "normalize" => BareNewline::Normalize,
        "reject" => BareNewline::Reject,
        _ => {
            read.fail(format!(
                "bad parameter value: 'smtpd_forbid_bare_newline = {bare}'"
            ));
            BareNewline::Allow
        }
    };
    let filter = config.list("smtpd_sasl_mechanism_filter");
    let mechanisms = |options: &str| {
        let options = config.list(options);
        let plaintext = !options.iter().any(|o| o == "noplaintext");
        let known: &[&str] = match (cfg!(feature = "full"), plaintext) {
            (true, true) => &["CRAM-MD5", "PLAIN", "LOGIN"],
            (true, false) => &["CRAM-MD5"],
            (false, true) => &["PLAIN", "LOGIN"],
            (false, false) => &[],
        };
        // The filter is for what EHLO says; who asks for another may have it.
        let listed = |name: &&str| {
            let is_it = |f: &String| f.eq_ignore_ascii_case(name) || f == "static:rest";
            filter.iter().any(is_it)
        };
        let names: Vec<&str> = known.iter().copied().filter(listed).collect();
        Mechanisms {
            offered: names.join(" "),
            plaintext,
        }
    };
    let release = release(config, &mut read, warnings);
    let settings = Settings {
        myhostname: config.get("myhostname"),
        banner: config.get("smtpd_banner"),
        ipv6: config
            .list("inet_protocols")
            .iter()
            .any(|p| p == "all" || p == "ipv6"),
        release,
        helo_required: read.flag("smtpd_helo_required"),
        delay_reject: read.flag("smtpd_delay_reject"),
        strict_envelopes: read.flag("strict_rfc821_envelopes"),
        disable_vrfy: read.flag("disable_vrfy_command"),
        smtputf8: read.flag("smtputf8_enable"),
        strict_smtputf8: read.flag("strict_smtputf8"),
        message_size_limit: read.number("message_size_limit"),
        line_length_limit: read.number_within("line_length_limit", 512, u64::MAX) as usize,
        recipient_limit: read.limit("smtpd_recipient_limit"),
        recipient_overshoot_limit: read.limit("smtpd_recipient_overshoot_limit"),
        soft_error_limit: read.limit("smtpd_soft_error_limit"),
        hard_error_limit: read.limit("smtpd_hard_error_limit"),
        error_sleep: read.time("smtpd_error_sleep_time"),
        junk_command_limit: read.limit("smtpd_junk_command_limit"),
        timeout: read.time("smtpd_timeout"),
        tls,
        tls_certificate,
        tls_auth_only: read.flag("smtpd_tls_auth_only") || tls == Tls::Encrypt,
        sasl: read.flag("smtpd_sasl_auth_enable"),
        sasl_mechanisms: [
            mechanisms("smtpd_sasl_security_options"),
            mechanisms("smtpd_sasl_tls_security_options"),
        ],
        broken_sasl_clients: read.flag("broken_sasl_auth_clients"),
        sasl_response_limit: read.number_within("smtpd_sasl_response_limit", 12_288, u64::MAX)
            as usize,
        discard_ehlo: keywords(&config.get("smtpd_discard_ehlo_keywords")),
        delay_open: read.flag("smtpd_delay_open_until_valid_rcpt"),
        message_rate_limit: read.size("smtpd_client_message_rate_limit"),
        recipient_rate_limit: read.size("smtpd_client_recipient_rate_limit"),
        auth_rate_limit: read.size("smtpd_client_auth_rate_limit"),
        tls_rate_limit: read.size("smtpd_client_new_tls_session_rate_limit"),
        connection_rate_limit: read.size("smtpd_client_connection_rate_limit"),
        connection_count_limit: read.size("smtpd_client_connection_count_limit"),
        bare_newline,
        bare_newline_code: read.number_within("smtpd_forbid_bare_newline_reject_code", 500, 599)
            as u16,
        forbid_unauth_pipelining: read.flag("smtpd_forbid_unauth_pipelining"),
        soft_bounce: read.flag("soft_bounce"),
        reject_footer: config.raw("smtpd_reject_footer").unwrap_or_default(),
        verp_delimiter_filter: config.get("verp_delimiter_filter"),
    };
    read.finish()?;
    Ok(settings)
}

/// The release that `mail_version` names.
#[cfg(feature = "full")]
fn release(config: &Config, _: &mut Reader, warnings: &mut Vec<String>) -> Release {
    let version = config.get("mail_version");
    let release = Release::parse(&version);
    let [first, last] = KNOWN;
    if release.is_none_or(|r| r < first || r > last) {
        warnings.push(format!(
            "mail_version = {version}: releases {}.{} to {}.{} are modelled",
            first.0, first.1, last.0, last.1
        ));
    }
    release.unwrap_or(CURRENT)
}

/// The light build shows one release.
#[cfg(not(feature = "full"))]
fn release(config: &Config, read: &mut Reader, _: &mut Vec<String>) -> Release {
    if config.is_set("mail_version") && !config.get("mail_version").starts_with("3.7") {
        read.fail("mail_version: other releases than 3.7 need the full build".into());
    }
    CURRENT
}

/// EHLO keywords, separated as Postfix separates them.
pub fn keywords(text: &str) -> Vec<String> {
    text.split([',', ' ', '\t', '\r', '\n'])
        .filter(|w| !w.is_empty())
        .map(str::to_ascii_uppercase)
        .collect()
}
