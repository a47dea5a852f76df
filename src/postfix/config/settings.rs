//! From main.cf to what sessions obey.

use crate::postfix::config::build;
use crate::postfix::config::main_cf::{Config, Fatal, THIS_BUILD};
use crate::smtp::passwords::Keeper;
use crate::smtp::policy::Note;
use crate::smtp::settings::{BareNewline, Mechanisms, Settings, Tls};

/// The settings of a session, from main.cf.
///
/// # Errors
/// The first value that Postfix would refuse.
pub fn settings(config: &Config, notes: &mut Vec<Note>) -> Result<Settings, Fatal> {
    let level = config.get("smtpd_tls_security_level").to_ascii_lowercase();
    let tls = match level.as_str() {
        "none" => Tls::None,
        "may" => Tls::May,
        "encrypt" => Tls::Encrypt,
        "verify" | "secure" | "fingerprint" => {
            notes.push(Note::warning(format!(
                "smtpd_tls_security_level: unsupported TLS level \"{level}\", using \"encrypt\""
            )));
            Tls::Encrypt
        }
        "" if config.flag("smtpd_enforce_tls") => Tls::Encrypt,
        "" if config.flag("smtpd_use_tls") => Tls::May,
        "" => Tls::None,
        _ => {
            return Err(Fatal::new(format!("Invalid TLS level \"{level}\"")));
        }
    };
    let wrapper = config.flag("smtpd_tls_wrappermode");
    let tls = match tls {
        Tls::None if wrapper => Tls::May,
        tls => tls,
    };
    let certificate = ["smtpd_tls_cert_file", "smtpd_tls_chain_files"];
    let tls_certificate = certificate.iter().any(|name| !config.get(name).is_empty());
    if tls != Tls::None && !tls_certificate {
        notes.push(Note::warning(
            "No server certs available. TLS won't be enabled",
        ));
    }
    let bare = config.get("smtpd_forbid_bare_newline").to_ascii_lowercase();
    let bare_newline = match bare.as_str() {
        "no" => BareNewline::Allow,
        "yes" | "normalize" => BareNewline::Normalize,
        "reject" => BareNewline::Reject,
        _ => {
            return Err(Fatal::new(format!(
                "bad parameter value: 'smtpd_forbid_bare_newline = {bare}'"
            )));
        }
    };
    let filter = config.list("smtpd_sasl_mechanism_filter");
    let sasl = config.flag("smtpd_sasl_auth_enable");
    let kind = if sasl {
        config.get("smtpd_sasl_type")
    } else {
        "cyrus".into()
    };
    let (sasl_words, absent) = build::sasl(&kind).map_err(|why| Fatal {
        warnings: vec![why],
        ..Fatal::new("SASL per-process initialization failed")
    })?;
    let mechanisms = |options: &str| {
        let options = config.list(options);
        let plaintext = !options.iter().any(|o| o == "noplaintext");
        let known = build::MECHANISMS.iter();
        let known = known.filter(|(_, is_plain)| plaintext || !is_plain);
        // The filter is for what EHLO says; who asks for another may have it.
        let listed = |name: &&str| {
            let is_it = |f: &str| f.eq_ignore_ascii_case(name) || f == "static:rest";
            build::lists(&filter, is_it) && !absent.contains(name)
        };
        let names: Vec<&str> = known.map(|(name, _)| *name).filter(listed).collect();
        Mechanisms {
            offered: names.join(" "),
            plaintext,
        }
    };
    let release = build::release(&config.get("mail_version"), notes).map_err(|why| Fatal {
        program: THIS_BUILD,
        ..Fatal::new(why)
    })?;
    Ok(Settings {
        myhostname: config.get("myhostname"),
        banner: config.get("smtpd_banner"),
        ipv6: config
            .list("inet_protocols")
            .iter()
            .any(|p| p == "all" || p == "ipv6"),
        release,
        helo_required: config.flag("smtpd_helo_required"),
        delay_reject: config.flag("smtpd_delay_reject"),
        strict_envelopes: config.flag("strict_rfc821_envelopes"),
        disable_vrfy: config.flag("disable_vrfy_command"),
        smtputf8: config.flag("smtputf8_enable"),
        strict_smtputf8: config.flag("strict_smtputf8"),
        message_size_limit: config.size("message_size_limit"),
        line_length_limit: config.count("line_length_limit"),
        recipient_limit: config.count("smtpd_recipient_limit"),
        recipient_overshoot_limit: config.count("smtpd_recipient_overshoot_limit"),
        soft_error_limit: config.count("smtpd_soft_error_limit"),
        hard_error_limit: config.count("smtpd_hard_error_limit"),
        error_sleep: config.time("smtpd_error_sleep_time"),
        junk_command_limit: config.count("smtpd_junk_command_limit"),
        timeout: config.time("smtpd_timeout"),
        tls,
        wrapper,
        service: config.get("service_name"),
        tls_certificate,
        telling: build::telling(&|name| config.get(name), notes, tls != Tls::None, &|name| {
            config.time(name)
        }),
        tls_auth_only: config.flag("smtpd_tls_auth_only") || tls == Tls::Encrypt,
        sasl,
        sasl_mechanisms: [
            mechanisms("smtpd_sasl_security_options"),
            mechanisms("smtpd_sasl_tls_security_options"),
        ],
        sasl_words,
        passwords: Keeper::of(&kind),
        broken_sasl_clients: config.flag("broken_sasl_auth_clients"),
        sasl_response_limit: config.count("smtpd_sasl_response_limit"),
        discard_ehlo: keywords(&config.get("smtpd_discard_ehlo_keywords")),
        delay_open: config.flag("smtpd_delay_open_until_valid_rcpt"),
        message_rate_limit: config.count("smtpd_client_message_rate_limit"),
        recipient_rate_limit: config.count("smtpd_client_recipient_rate_limit"),
        auth_rate_limit: config.count("smtpd_client_auth_rate_limit"),
        tls_rate_limit: config.count("smtpd_client_new_tls_session_rate_limit"),
        connection_rate_limit: config.count("smtpd_client_connection_rate_limit"),
        connection_count_limit: config.count("smtpd_client_connection_count_limit"),
        bare_newline,
        bare_newline_code: config.number("smtpd_forbid_bare_newline_reject_code") as u16,
        forbid_unauth_pipelining: config.flag("smtpd_forbid_unauth_pipelining"),
        soft_bounce: config.flag("soft_bounce"),
        verp_delimiters: build::verp(&|name| config.get(name)),
    })
}

/// EHLO keywords, separated as Postfix separates them.
pub fn keywords(text: &str) -> Vec<String> {
    text.split([',', ' ', '\t', '\r', '\n'])
        .filter(|w| !w.is_empty())
        .map(str::to_ascii_uppercase)
        .collect()
}
