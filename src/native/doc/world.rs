//! The world that a conversation implies: the server's name, what it offers, and for each refusal
//! that is shown the main.cf with which Postfix would say it. Whatever is accepted is allowed: only
//! what Postfix refuses in every world is a fault.

use crate::native::doc::dialogue::{code, Conversation, Shown};
use crate::native::doc::words::verb;

/// What is known of a server before it speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its name.
    pub name: String,
    /// It knows AUTH.
    pub has_auth: bool,
    /// It knows STARTTLS.
    pub has_tls: bool,
    /// It knows AUTH only under TLS.
    pub is_auth_secured: bool,
    /// TLS comes before the banner.
    pub is_wrapped: bool,
    /// Its limit for messages in bytes, where it says one.
    pub size: Option<u64>,
    /// Clients may say XCLIENT and XFORWARD.
    pub is_proxied: bool,
    /// What the document's author has put into main.cf.
    pub given: String,
}

/// The name of a server whose document gives none.
const NAMELESS: &str = "mail.example.com";

impl Facts {
    /// What a conversation tells, with what its author has put into main.cf.
    pub fn of(conversation: &Conversation, given: &str) -> Facts {
        let mut facts = Facts {
            name: name(conversation).unwrap_or_else(|| NAMELESS.into()),
            given: given.into(),
            is_wrapped: conversation.opened.as_ref().is_some_and(|o| o.is_wrapped),
            ..Facts::default()
        };
        let mut has_plain_auth = false;
        let mut is_secured =
            facts.is_wrapped || conversation.opened.as_ref().is_some_and(|o| o.is_started);
        for (said, shown) in conversation.replies() {
            let code = code(shown);
            match verb(said).as_str() {
                "EHLO" if code == 250 => {
                    has_plain_auth |= facts.take_offers(shown) && !is_secured;
                }
                "STARTTLS" if code == 220 => {
                    facts.has_tls = true;
                    is_secured = true;
                }
                "STARTTLS" => {}
                _ if matches!(code, 235 | 334 | 535) => {
                    facts.has_auth = true;
                    has_plain_auth |= !is_secured;
                }
                "XCLIENT" | "XFORWARD" if code < 300 => facts.is_proxied = true,
                _ => {}
            }
        }
        let denied = conversation.replies().any(|(_, shown)| {
            shown
                .iter()
                .any(|line| line.text.contains("authentication not enabled"))
        });
        facts.is_auth_secured = facts.has_auth && facts.has_tls && (!has_plain_auth || denied);
        facts
    }

    /// Takes what a reply to EHLO offers; whether AUTH is among it.
    fn take_offers(&mut self, shown: &Shown) -> bool {
        let mut has_auth = false;
        for line in shown.iter().skip(1) {
            let mut words = line.text.get(4..).unwrap_or("").split_whitespace();
            let word = words.next().unwrap_or("").to_ascii_uppercase();
            match word.as_str() {
                "STARTTLS" => self.has_tls = true,
                "SIZE" => {
                    let size = words.next().and_then(|size| size.parse().ok());
                    self.size = self.size.or(size);
                }
                "XCLIENT" | "XFORWARD" => self.is_proxied = true,
                word if word == "AUTH" || word.starts_with("AUTH=") => has_auth = true,
                _ => {}
            }
        }
        self.has_auth |= has_auth;
        has_auth
    }

    /// The main.cf of a server that allows all that can be allowed, or of one that refuses what a
    /// line of [`REASONS`] is about.
    pub fn main_cf(&self, release: &str, variant: &str) -> String {
        let mut text = String::from(
            "compatibility_level = 3.6\n\
             inet_protocols = all\n\
             mynetworks = 0.0.0.0/0 [::]/0\n\
             mydestination = $myhostname, localhost\n\
             local_recipient_maps =\n\
             fast_flush_domains = static:all\n\
             smtpd_error_sleep_time = 0\n",
        );
        let mut add = |name: &str, value: &str| {
            text.push_str(&format!("{name} = {value}\n"));
        };
        add("myhostname", &self.name);
        add("mail_version", release);
        add("message_size_limit", &self.size.unwrap_or(0).to_string());
        add("mailbox_size_limit", "0");
        add("virtual_mailbox_limit", "0");
        if self.has_auth {
            add("smtpd_sasl_auth_enable", "yes");
            add("broken_sasl_auth_clients", "yes");
        }
        if self.has_tls || self.is_wrapped {
            add("smtpd_tls_security_level", "may");
            add(
                "smtpd_tls_cert_file",
                "/etc/ssl/certs/ssl-cert-snakeoil.pem",
            );
        }
        if self.is_wrapped {
            add("smtpd_tls_wrappermode", "yes");
        }
        if self.is_auth_secured {
            add("smtpd_tls_auth_only", "yes");
        }
        if self.is_proxied {
            add("smtpd_authorized_xclient_hosts", "0.0.0.0/0");
            add("smtpd_authorized_xforward_hosts", "0.0.0.0/0");
        }
        text + variant + "\n" + &self.given
    }
}

/// The server's name: what it says to HELO or EHLO, in its banner, or what telnet was told.
fn name(conversation: &Conversation) -> Option<String> {
    let mut said = None;
    let mut greeted = None;
    for (command, shown) in conversation.replies() {
        let first = shown.first().map_or("", |line| line.text.as_str());
        let word = first.get(4..).unwrap_or("").split_whitespace().next();
        let word = word.filter(|word| is_name(word)).map(str::to_string);
        match verb(command).as_str() {
            "" => greeted = greeted.or(word),
            "HELO" | "EHLO" if code(shown) == 250 => said = said.or(word),
            _ => {}
        }
    }
    let opened = conversation
        .opened
        .as_ref()
        .map(|opened| opened.host.clone());
    let is_host = |host: &String| is_name(host) && host.contains(|c: char| c.is_ascii_alphabetic());
    said.or(greeted).or(opened.filter(is_host))
}

/// Whether a word can be a host's name.
pub fn is_name(word: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() < 64
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    word.len() < 250
        && word.split('.').all(is_label)
        && !word.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && !matches!(
            word,
            "Hello" | "OK" | "Ok" | "HELO" | "EHLO" | "ok" | "hello"
        )
}

/// Whom a refusal is about: what stands for `{domain}` and `{address}`.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The address of MAIL or RCPT.
    pub address: String,
}

/// A reason that Postfix gives, and the lines of main.cf with which it gives it.
struct Reason {
    /// Words of the reply, in small letters.
    words: &'static str,
    /// Commands that it is given to; all where there is none.
    verbs: &'static [&'static str],
    lines: &'static str,
}

const fn reason(
    words: &'static str,
    verbs: &'static [&'static str],
    lines: &'static str,
) -> Reason {
    Reason {
        words,
        verbs,
        lines,
    }
}

const RECIPIENT: &[&str] = &["RCPT", "VRFY"];
const ANY: &[&str] = &[];

/// Nobody is on the server's networks, and no domain is its own but its name.
const STRANGER: &str = "mynetworks = 127.0.0.1\nmydestination = localhost.invalid\n\
     smtpd_relay_restrictions = reject_unauth_destination";

/// Addresses are written as RFC 5321 has them.
const STRICT: &str = "strict_rfc821_envelopes = yes";

/// Nobody of that name is known to the server, whose own the domain is.
const NOBODY: &str =
    "mydestination = {domain}\nlocal_recipient_maps = inline:{smtp-terminal.none=x}";

static REASONS: [Reason; 39] = [
    reason(
        "recipient address rejected: user unknown in virtual mailbox table",
        RECIPIENT,
        "virtual_mailbox_domains = {domain}\nvirtual_mailbox_maps = inline:{smtp-terminal.none@invalid=x}",
    ),
    reason(
        "recipient address rejected: user unknown in virtual alias table",
        RECIPIENT,
        "virtual_alias_domains = {domain}\nvirtual_alias_maps = inline:{smtp-terminal.none@invalid=x}",
    ),
    reason(
        "recipient address rejected: user unknown in relay recipient table",
        RECIPIENT,
        "relay_domains = {domain}\nrelay_recipient_maps = inline:{smtp-terminal.none@invalid=x}",
    ),
    reason(
        "recipient address rejected: user unknown in local recipient table",
        RECIPIENT,
        "mydestination = {domain}\nlocal_recipient_maps = inline:{smtp-terminal.none=x}",
    ),
    // A reply that does not name the table, which has to be told not to.
    reason(
        "recipient address rejected: user unknown",
        RECIPIENT,
        "mydestination = {domain}\nlocal_recipient_maps = inline:{smtp-terminal.none=x}\n\
         show_user_unknown_table_name = no",
    ),
    reason("454 4.7.1", RECIPIENT, "mynetworks = 127.0.0.1\nmydestination = localhost.invalid\n\
         smtpd_relay_restrictions = defer_unauth_destination"),
    reason("relay access denied", RECIPIENT, STRANGER),
    reason("relaying denied", RECIPIENT, STRANGER),
    reason("relaying access denied", RECIPIENT, STRANGER),
    reason("relay not permitted", RECIPIENT, STRANGER),
    // Words that others have for it.
    reason("550 5.1.1 user unknown", RECIPIENT, NOBODY),
    reason("550 user unknown", RECIPIENT, NOBODY),
    reason("550 no such user", RECIPIENT, NOBODY),
    reason("5.1.1 no such user", RECIPIENT, NOBODY),
    reason("unknown user", RECIPIENT, NOBODY),
    reason("mailbox unavailable", RECIPIENT, NOBODY),
    reason("mailbox not found", RECIPIENT, NOBODY),
    reason("user not found", RECIPIENT, NOBODY),
    reason(
        "sender address rejected: domain not found",
        ANY,
        "smtpd_sender_restrictions = reject_unknown_sender_domain\nsmtpd_delay_reject = {delay}",
    ),
    reason(
        "recipient address rejected: domain not found",
        RECIPIENT,
        "smtpd_recipient_restrictions = reject_unknown_recipient_domain",
    ),
    reason(
        "sender address rejected: need fully-qualified address",
        ANY,
        "smtpd_sender_restrictions = reject_non_fqdn_sender\nsmtpd_delay_reject = {delay}",
    ),
    reason(
        "recipient address rejected: need fully-qualified address",
        RECIPIENT,
        "smtpd_recipient_restrictions = reject_non_fqdn_recipient",
    ),
    reason(
        "helo command rejected: need fully-qualified hostname",
        ANY,
        "smtpd_helo_restrictions = reject_non_fqdn_helo_hostname\nsmtpd_delay_reject = {delay}",
    ),
    reason(
        "helo command rejected: invalid name",
        ANY,
        "smtpd_helo_restrictions = reject_invalid_helo_hostname\nsmtpd_delay_reject = {delay}",
    ),
    reason(
        "helo command rejected: host not found",
        ANY,
        "smtpd_helo_restrictions = reject_unknown_helo_hostname\nsmtpd_delay_reject = {delay}",
    ),
    reason(
        "client host rejected: cannot find your reverse hostname",
        ANY,
        "smtpd_client_restrictions = reject_unknown_reverse_client_hostname\nsmtpd_delay_reject = {delay}",
    ),
    reason(
        "client host rejected: cannot find your hostname",
        ANY,
        "smtpd_client_restrictions = reject_unknown_client_hostname\nsmtpd_delay_reject = {delay}",
    ),
    reason(
        "client host rejected: access denied",
        ANY,
        "smtpd_client_restrictions = reject\nsmtpd_delay_reject = {delay}",
    ),
    reason(
        "helo command rejected: access denied",
        ANY,
        "smtpd_helo_restrictions = reject\nsmtpd_delay_reject = {delay}",
    ),
    reason(
        "sender address rejected: access denied",
        ANY,
        "smtpd_sender_restrictions = reject\nsmtpd_delay_reject = {delay}",
    ),
    reason(
        "recipient address rejected: access denied",
        RECIPIENT,
        "smtpd_recipient_restrictions = reject",
    ),
    reason(
        "sender address rejected: not logged in",
        ANY,
        "smtpd_sender_login_maps = static:nobody@invalid\n\
         smtpd_sender_restrictions = reject_sender_login_mismatch\nsmtpd_delay_reject = {delay}\n\
         smtpd_sasl_auth_enable = yes",
    ),
    reason("must issue a starttls", ANY, "smtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = /etc/ssl/certs/ssl-cert-snakeoil.pem"),
    reason("bad sender address syntax", ANY, STRICT),
    reason("bad recipient address syntax", ANY, STRICT),
    reason("send helo", ANY, "smtpd_helo_required = yes"),
    reason("vrfy command is disabled", &["VRFY"], "disable_vrfy_command = yes"),
    reason("authentication not enabled", &["AUTH"], "smtpd_sasl_auth_enable = no"),
    reason("message size exceeds", &["MAIL"], "message_size_limit = 1"),
];

/// The lines of main.cf with which Postfix gives the reason that a refusal names; none where it
/// names none that is its own.
pub fn variant(verb: &str, shown: &str, subject: &Subject) -> Option<String> {
    let shown = shown.to_lowercase();
    let is_its = |reason: &&Reason| {
        shown.contains(reason.words) && (reason.verbs.is_empty() || reason.verbs.contains(&verb))
    };
    let reason = REASONS.iter().find(is_its)?;
    let domain = subject
        .address
        .rsplit_once('@')
        .map_or("", |(_, domain)| domain);
    let domain = Some(domain)
        .filter(|domain| is_name(domain))
        .unwrap_or("$myhostname");
    // At RCPT all is said, but what is said earlier is said at once.
    let delay = if matches!(verb, "RCPT" | "VRFY") {
        "yes"
    } else {
        "no"
    };
    let mut lines = reason.lines.replace("{domain}", domain);
    if !shown.ends_with("user unknown") {
        lines = lines.replace("show_user_unknown_table_name = no", "");
    }
    if shown.starts_with('4') && !reason.lines.contains("defer_") {
        lines.push_str("\nsoft_bounce = yes");
    }
    // These are often set to a code that is for good.
    if shown.starts_with("550") {
        for what in ["address", "client", "hostname"] {
            lines.push_str(&format!("\nunknown_{what}_reject_code = 550"));
        }
    }
    Some(lines.replace("{delay}", delay))
}

/// The address of MAIL, RCPT or VRFY.
pub fn address(line: &str) -> String {
    let rest = line.split_once(':').map_or_else(
        || line.split_whitespace().nth(1).unwrap_or(""),
        |(_, rest)| rest.trim(),
    );
    let word = rest.split_whitespace().next().unwrap_or("");
    let word = word.strip_prefix('<').unwrap_or(word);
    word.split('>').next().unwrap_or("").into()
}
