//! What the full build knows of main.cf besides.

use std::time::Duration;

use crate::smtp::policy::Note;
use crate::smtp::release::{Release, CURRENT, KNOWN};
use crate::smtp::sasl::build::dovecot::words;
use crate::smtp::sasl::Words;
use crate::smtp::tls::{level, Telling};

/// What main.cf says.
pub use crate::files::many::Many as Values;

/// The parameters, and those of what happens after the dot.
pub(super) const PARAMETERS: &str =
    concat!(include_str!("parameters.cf"), include_str!("delivery.cf"));

/// Whether a parameter that is in no table is obeyed, or has nothing to be obeyed, as its default has not.
pub(super) fn is_obeyed(name: &str, value: &str) -> bool {
    // How much is done at a time is not seen.
    let ends = [
        "_destination_recipient_limit",
        "_destination_concurrency_limit",
    ];
    let is_it = |line: &str| {
        let (own, default) = line.split_once('=').unwrap_or_default();
        let is_named = own.trim_start_matches(['+', '~', '^', '!']) == name;
        is_named && (own.starts_with('!') || value == default)
    };
    // Everybody here speaks TLS 1.2 and 1.3, and so does who forbids what is older.
    let mut words = value.split([',', ' ', '\t', ':']);
    let is_old =
        name.ends_with("_protocols") && words.all(|word| OLDER.split(' ').any(|old| old == word));
    is_old || ends.iter().any(|end| name.ends_with(end)) || OTHERS.lines().any(is_it)
}

/// What `smtpd_tls_protocols` and its like may forbid without anybody's seeing it.
const OLDER: &str = " !SSLv2 !SSLv3 !TLSv1 !TLSv1.1 >=TLSv1 >=TLSv1.1 >=TLSv1.2";

/// Whether trivial-rewrite reads how the names of a parameter stand for those below them: where there are some.
pub(in crate::postfix) fn asks_style(_: &str, value: impl FnOnce() -> String) -> bool {
    !value().is_empty()
}

/// A yes or no that the light build always answers with no.
pub type FullOnly = bool;
/// The answer yes.
pub(in crate::postfix) const YES: FullOnly = true;
/// The answer no.
pub(in crate::postfix) const NO: FullOnly = false;

/// Whether the answer is yes.
pub(in crate::postfix) fn holds(answer: FullOnly) -> bool {
    answer
}

/// The parameters that nothing here obeys.
pub(super) const OTHERS: &str = include_str!("others.cf");

/// How parameters begin that every program reads.
const EVERY: &str = "berkeley_db_ debug_peer_level default_process_limit deliver_lock_ fork_ hash_queue_depth ipc_ lmdb_map_size max_use stale_lock_time tcp_windowsize trigger_timeout";

/// Which program reads a parameter that nothing here obeys, and ends with a value of the wrong kind.
pub(super) fn reader(name: &str) -> Option<&'static str> {
    let (start, rest) = name.split_once('_')?;
    match start {
        // tlsmgr reads that, and nobody the other.
        _ if rest.ends_with("session_cache_timeout") || rest.starts_with("upstream_") => None,
        "smtpd" | "milter" => Some("smtpd"),
        "smtp" => Some("smtp"),
        _ if EVERY.split(' ').any(|own| name.starts_with(own)) => Some("every program"),
        _ => None,
    }
}

/// What smtp(8) says of a level of TLS that it does not know.
pub(super) fn odd_level(name: &str, value: &str) -> Option<String> {
    const LEVELS: &str = " none may encrypt dane dane-only fingerprint verify secure";
    let is_known = || LEVELS.split(' ').any(|own| own.eq_ignore_ascii_case(value));
    let is_odd = name == "smtp_tls_security_level" && !is_known();
    is_odd.then(|| format!("Invalid TLS level \"{value}\""))
}

/// The mechanisms of AUTH, and whether each sends the password as it is.
pub(super) const MECHANISMS: &[(&str, bool)] = &[
    ("CRAM-MD5", false),
    ("PLAIN", true),
    ("LOGIN", true),
    ("DIGEST-MD5", false),
    ("XOAUTH2", true),
    ("OAUTHBEARER", true),
    ("SCRAM-SHA-1", false),
    ("SCRAM-SHA-256", false),
];

/// What VERP puts between addresses (`default_verp_delimiters`), and what it may (`verp_delimiter_filter`).
pub(super) fn verp(get: &dyn Fn(&str) -> String) -> String {
    get("default_verp_delimiters") + &get("verp_delimiter_filter")
}

/// Whether a list has something: the first word that is it decides, one with `!` against it.
pub(super) fn lists(list: &[String], is_it: impl Fn(&str) -> bool) -> bool {
    let found = list.iter().find(|word| is_it(word.trim_start_matches('!')));
    found.is_some_and(|word| !word.starts_with('!'))
}

/// What says in other words what comes of AUTH, and the mechanisms that there are not
/// (`smtpd_sasl_type`).
///
/// # Errors
/// There is no such type.
pub(super) fn sasl(kind: &str) -> Result<(Words, &'static [&'static str]), String> {
    match kind {
        "dovecot" => Ok((words, &[])),
        "cyrus" => Ok((|_, turn, _| turn, &[])),
        other => Err(format!("unsupported SASL server implementation: {other}")),
    }
}

/// A parameter's value, and one that is a time.
pub(super) type Value<'a> = &'a dyn Fn(&str) -> String;
pub(super) type Wait<'a> = &'a dyn Fn(&str) -> Duration;

/// What is told of TLS; smtpd says when it starts where that is much.
pub(super) fn telling(value: Value, notes: &mut Vec<Note>, is_on: bool, wait: Wait) -> Telling {
    let level = level(&value("smtpd_tls_loglevel"));
    let says = |name: &str| value(name).eq_ignore_ascii_case("yes");
    let (asks, requires) = (says("smtpd_tls_ask_ccert"), says("smtpd_tls_req_ccert"));
    let is_must = match value("smtpd_tls_security_level").as_str() {
        "" => says("smtpd_enforce_tls"),
        level => !level.eq_ignore_ascii_case("may"),
    };
    let is_last = |note: &&Note| note.text.ends_with("TLS won't be enabled");
    let place = notes.len() - usize::from(notes.last().filter(is_last).is_some());
    let has_none = place < notes.len();
    let odd = [
        (has_none && (asks || is_must && requires))
            .then_some("Need a server cert to request client certs"),
        (requires && !is_must).then_some("Can't require client certs unless TLS is required"),
    ];
    for text in odd.into_iter().flatten().filter(|_| is_on) {
        notes.insert(place, Note::warning(text));
    }
    if is_on && level > 1 {
        notes.push(Note::info("initializing the server-side TLS engine"));
    }
    Telling {
        level,
        header: says("smtpd_tls_received_header"),
        asks,
        requires: is_must && requires,
        timeout: Some(wait("smtpd_starttls_timeout")),
    }
}

/// Whether the release that a main.cf asks for knows a parameter.
pub(super) fn knows(version: Option<&str>, name: &str) -> bool {
    let release = version.and_then(Release::parse);
    release.is_none_or(|release| release.knows(name))
}

/// The default of a parameter in the release that a main.cf asks for, where it had another.
pub(super) fn default_of(version: Option<&str>, name: &str) -> Option<&'static str> {
    Release::parse(version?)?.default_of(name)
}

/// The release that `mail_version` names.
pub(super) fn release(version: &str, notes: &mut Vec<Note>) -> Result<Release, &'static str> {
    let release = Release::parse(version);
    let [first, last] = KNOWN;
    if release.is_none_or(|r| r < first || r > last) {
        notes.push(Note::warning(format!(
            "mail_version = {version}: releases {}.{} to {}.{} are modelled",
            first.0, first.1, last.0, last.1
        )));
    }
    Ok(release.unwrap_or(CURRENT))
}

/// So many warnings are kept of one failure; more would only fill the log.
const MOST: usize = 1_000;

/// What Postfix warns of while it does something that fails, without `warning: `.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings(Vec<String>);

impl Warnings {
    /// Adds one.
    pub fn add(&mut self, text: impl FnOnce() -> String) {
        if self.0.len() < MOST {
            self.0.push(text());
        }
    }

    /// All of them, in order.
    pub fn lines(&self) -> &[String] {
        &self.0
    }
}
