//! What main.cf and the service of a postscreen say of it.

use std::sync::Arc;

use crate::files::Files;
use crate::postfix::config::main_cf::Config;
use crate::postfix::config::syntax::split_list;
use crate::postfix::lookup::list::{List, Style};
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::table::Table;
use crate::postfix::lookup::tables::Tables;
use crate::postfix::server::full::postscreen::memory::TESTS;
use crate::postfix::server::full::said::Said;
use crate::smtp::hostname::is_hostname;
use crate::smtp::policy::Note;
use crate::smtp::settings::Tls;

/// The tests by their places, as their parameters name them, and after them the access list.
const NAMES: [&str; TESTS + 1] = [
    "greet",
    "dnsbl",
    "pipelining",
    "non_smtp_command",
    "bare_newline",
    "denylist",
];

/// The place of the access list.
pub(super) const DENIED: usize = TESTS;

/// What is done with a client that has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// It is sent away at once.
    Drop,
    /// Its recipients are refused.
    Enforce,
    /// Nothing.
    Ignore,
}

/// A list that is asked through the DNS.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) domain: String,
    /// What clients are told that it is called (`postscreen_dnsbl_reply_map`).
    pub(super) name: String,
    /// Which answers count, and for how much.
    pub(super) counts: Vec<(Option<String>, i64)>,
}

/// What a postscreen obeys.
#[derive(Clone, Debug)]
pub(in crate::postfix::server) struct Rules {
    config: Config,
    /// What it dies of when it starts.
    pub(super) fault: Option<String>,
    /// What it says when it starts.
    pub(super) notes: Vec<Note>,
    pub(super) acts: [Act; TESTS + 1],
    /// Which tests are made, a bit each.
    pub(super) made: u8,
    pub(super) sites: Vec<Site>,
    /// `postscreen_access_list`: each word with the table that it names.
    pub(super) access: Vec<(String, Option<Arc<Table>>)>,
    pub(super) interfaces: List,
    pub(super) discard_maps: Maps,
    pub(super) forbidden: List,
    pub(super) said: Said,
    pub(super) tls: Tls,
    /// The services of this host that it hands something to: smtpd's and dnsblog's.
    pub(super) others: [bool; 2],
}

impl Rules {
    /// Reads them; `others` says which services there are, by name and type.
    pub(in crate::postfix::server::full) fn new(
        config: Config,
        files: &Files,
        others: &dyn Fn(&str, &str) -> bool,
    ) -> Rules {
        let mut opened = Tables::new(&config, files);
        opened.enter("postscreen");
        let tables = &mut opened;
        let own = |name: &str| format!("postscreen_{name}");
        let text = |name: &str| config.get(&own(name));
        let own_fault = config.verify().err();
        let own_fault = own_fault.filter(|fatal| fatal.program == "postscreen");
        let mut fault = own_fault.map(|fatal| fatal.reason);
        let mut fail = |why: String| {
            fault.get_or_insert(why);
        };
        let acts = NAMES.map(|name| {
            let name = own(&[name, "_action"].concat());
            match config.get(&name).as_str() {
                "drop" => Act::Drop,
                "enforce" => Act::Enforce,
                "ignore" | "continue" => Act::Ignore,
                other => {
                    fail(format!("bad {name} value: {other}"));
                    Act::Ignore
                }
            }
        });
        let mut made = u8::from(!text("greet_banner").is_empty());
        for (test, name) in NAMES.iter().enumerate().take(TESTS).skip(2) {
            made |= u8::from(config.flag(&own(&[name, "_enable"].concat()))) << test;
        }
        let names = text("dnsbl_reply_map");
        let names = (!names.is_empty()).then(|| tables.open(&names));
        let mut sites: Vec<Site> = Vec::new();
        for word in split_list(&text("dnsbl_sites")) {
            let (rest, weight) = word.split_once('*').unwrap_or((&word, "1"));
            let (domain, filter) = match rest.split_once('=') {
                Some((domain, filter)) => (domain, Some(filter.to_string())),
                None => (rest, None),
            };
            if !is_hostname(domain) {
                fail(format!("bad DNSBL domain name \"{domain}\" in \"{word}\""));
            }
            let count = (filter, weight.parse().unwrap_or(0));
            if weight.parse::<i32>().is_err() {
                fail(format!(
                    "bad DNSBL weight factor \"{weight}\" in \"{word}\""
                ));
            }
            if let Some(site) = sites.iter_mut().find(|site| site.domain == domain) {
                site.counts.push(count);
                continue;
            }
            let called = names.as_ref().and_then(|names| names.get(domain).ok()?);
            made |= 2;
            sites.push(Site {
                name: called.map_or(domain.into(), |name| name.into_owned()),
                domain: domain.into(),
                counts: vec![count],
            });
        }
        let mut access = Vec::new();
        for word in split_list(&text("access_list")) {
            let table = word.contains(':').then(|| tables.open(&word));
            access.push((word, table));
        }
        let mut list = |name: &str| List::open(&config, &own(name), Style::Exact, tables);
        let interfaces = list("allowlist_interfaces");
        let forbidden = list("forbidden_commands");
        let name = own("discard_ehlo_keyword_address_maps");
        let discard_maps = Maps::open(&config, &name, tables);
        let said = Said::of("postscreen", &config, tables);
        let tls = match text("tls_security_level").as_str() {
            "may" => Tls::May,
            "none" => Tls::None,
            "" if config.flag(&own("enforce_tls")) => Tls::Encrypt,
            "" if config.flag(&own("use_tls")) => Tls::May,
            "" => Tls::None,
            _ => Tls::Encrypt,
        };
        let others = [("smtpd", "pass"), ("dnsblog", "unix")]
            .map(|(name, kind)| others(&config.get(&[name, "_service_name"].concat()), kind));
        let mut notes = Vec::new();
        if let Err(fatal) = opened.finish_into(&mut notes) {
            fail(fatal.reason);
        }
        notes.retain(|note| note.program == "postscreen");
        Rules {
            fault,
            notes,
            acts,
            made,
            sites,
            access,
            interfaces,
            discard_maps,
            forbidden,
            said,
            tls,
            others,
            config,
        }
    }

    /// A parameter of its own, `postscreen_…`: a text.
    pub(super) fn text(&self, name: &str) -> String {
        self.config.get(&["postscreen_", name].concat())
    }

    /// A number, a time in seconds, or whether it is on.
    pub(super) fn number(&self, name: &str) -> i64 {
        self.config.number(&["postscreen_", name].concat())
    }

    /// A time in seconds.
    pub(super) fn seconds(&self, name: &str) -> u64 {
        self.number(name).max(0).unsigned_abs()
    }

    /// A parameter that others have, too.
    pub(super) fn shared(&self) -> &Config {
        &self.config
    }

    /// How long a client that has passed a test need not pass it again, in seconds.
    pub(super) fn ttl(&self, test: usize) -> u64 {
        let name = match NAMES.get(test) {
            Some(&"dnsbl") => "dnsbl_min",
            name => name.copied().unwrap_or_default(),
        };
        self.seconds(&[name, "_ttl"].concat())
    }

    /// What is done with a client that has failed a test.
    pub(super) fn act(&self, test: usize) -> Act {
        self.acts.get(test).copied().unwrap_or(Act::Ignore)
    }

    /// `ALLOW` or `DENY`, or as releases before 3.6 called it (`respectful_logging`).
    pub(super) fn called(&self, is_allowed: bool) -> &'static str {
        match (self.config.flag("respectful_logging"), is_allowed) {
            (true, true) => "ALLOW",
            (true, false) => "DENY",
            (false, true) => "WHITE",
            (false, false) => "BLACK",
        }
    }
}
