//! Where an address leads when it is delivered here: aliases and `.forward`, mailboxes of people
//! with and without accounts.

use std::borrow::Cow;
use std::sync::Arc;

use crate::postfix::address::resolve::Resolver;
use crate::postfix::address::route::Router;
use crate::postfix::config::main_cf::Config;
use crate::postfix::delivery::exchanger::Reach;
use crate::postfix::delivery::filter::Filters;
use crate::postfix::delivery::notification::Notices;
use crate::postfix::delivery::smtp::Way;
use crate::postfix::lookup::maps::{Maps, Strategy};
use crate::postfix::lookup::retry::Retry;
use crate::postfix::lookup::tables::Tables;
use crate::postfix::queue::file::Pace;
use crate::smtp::address::{internal, parse, Token};

/// What main.cf says about delivery.
#[derive(Clone, Debug)]
pub struct Routes {
    alias_maps: Maps,
    virtual_mailboxes: Maps,
    /// Who writes into them (`virtual_uid_maps`, `virtual_gid_maps`), each with the least number that it
    /// may be (`virtual_minimum_uid`).
    virtual_owners: [(Maps, u64); 2],
    /// Why local or virtual does not start.
    faults: [(&'static str, Option<String>); 2],
    mailbox_base: String,
    spool: String,
    home_mailbox: String,
    /// `luser_relay`.
    pub luser_relay: String,
    /// `forward_path`.
    pub forward_path: String,
    /// `mailbox_transport_maps` and `mailbox_transport`; the same for `fallback_transport`, which is for
    /// those without an account; `mailbox_command`.
    by_user: [(Maps, String); 3],
    /// Lists have owners (`owner_request_special`), whose own addresses are used
    /// (`expand_owner_alias`).
    owners: [bool; 2],
    /// Whether commands, and files, may have mail (`allow_mail_to_commands`, `allow_mail_to_files`): in
    /// each of `PLACES`.
    allowed: [[bool; 3]; 2],
    /// `prepend_delivered_header`: for each of `MARKED`, whether a copy says whom it has been delivered to.
    marked: [bool; 3],
    /// `reset_owner_alias`: a list in a list that has no owner of its own has none.
    pub(super) resets_owner: bool,
    /// What becomes of outcomes.
    pub(super) filters: Filters,
    /// `mailbox_size_limit`, in bytes; 0 is none.
    pub mailbox_size_limit: u64,
    /// `bounce_size_limit`: of what is larger the headers alone come back; 0 is none.
    pub bounce_size_limit: u64,
    /// The way to other hosts.
    pub reach: Reach,
    /// How mail goes over it.
    pub way: Arc<Way>,
    /// The ways of probes, where they have their own.
    pub(super) probes: Option<Arc<Probes>>,
    /// `defer_transports`.
    pub(super) deferred: Vec<String>,
    /// Who is told what.
    pub notices: Notices,
    /// How often deferred mail is tried.
    pub pace: Pace,
}

/// How messages are routed that only find out whether an address is there.
#[derive(Clone, Debug)]
pub(super) struct Probes {
    pub(super) router: Router,
    pub(super) way: Way,
    pub(super) relayhost: String,
}

/// Where commands and files can be named, and the parameters that allow it.
const PLACES: [&str; 3] = ["alias", "forward", "include"];
const ALLOWING: [&str; 2] = ["allow_mail_to_commands", "allow_mail_to_files"];

/// What copies may say it in.
const MARKED: [&str; 3] = ["command", "file", "forward"];

/// What is `address_verify_…` for them.
const OF_PROBES: [&str; 8] = [
    "default_transport",
    "local_transport",
    "relay_transport",
    "relayhost",
    "sender_dependent_default_transport_maps",
    "sender_dependent_relayhost_maps",
    "transport_maps",
    "virtual_transport",
];

impl Probes {
    fn new(config: &Config, tables: &mut Tables) -> Option<Arc<Probes>> {
        let own = OF_PROBES.map(|name| (name, format!("address_verify_{name}")));
        if !own.iter().any(|(_, own)| config.is_set(own)) {
            return None;
        }
        let mut theirs = config.clone();
        for (name, own) in &own {
            theirs.set(name, &config.get(own));
        }
        let before = tables.enter("trivial-rewrite");
        let router = Router::new(&theirs, tables).with_style(&theirs, tables);
        tables.enter(before);
        Some(Arc::new(Probes {
            router,
            way: Way::new(&theirs, tables),
            relayhost: theirs.get("relayhost"),
        }))
    }
}

impl Routes {
    /// Reads what it needs from main.cf.
    pub fn new(config: &Config, tables: &mut Tables) -> Routes {
        if let Some(why) = stops_all(config) {
            tables.fail_all(why);
        }
        if let Some(why) = no_verp(config) {
            tables.fail_all(format!("file /etc/postfix/main.cf: {why}"));
        }
        let local = tables.enter("virtual");
        let virtual_owners = [
            ("virtual_uid_maps", config.size("virtual_minimum_uid")),
            ("virtual_gid_maps", 1),
        ]
        .map(|(name, least)| (Maps::open_literal(config, name, tables), least));
        let virtual_mailboxes = Maps::open_literal(config, "virtual_mailbox_maps", tables);
        tables.enter(local);
        let pace = Pace {
            run_delay: config.time("queue_run_delay"),
            least: config.time("minimal_backoff_time"),
            most: config.time("maximal_backoff_time"),
            lifetime: config.time("maximal_queue_lifetime"),
            bounce_lifetime: config.time("bounce_queue_lifetime"),
            warning: config.time("delay_warning_time"),
            confirms: config.flag("confirm_delay_cleared"),
        };
        Routes {
            alias_maps: Maps::open_literal(config, "alias_maps", tables),
            virtual_mailboxes,
            virtual_owners,
            faults: ["local", "virtual"].map(|agent| (agent, no_room(config, agent))),
            mailbox_base: config.get("virtual_mailbox_base"),
            spool: match config.get("mail_spool_directory") {
                spool if spool.is_empty() => "/var/mail".into(),
                spool => spool,
            },
            home_mailbox: config.get("home_mailbox"),
            luser_relay: config.raw("luser_relay").unwrap_or_default(),
            forward_path: config.raw("forward_path").unwrap_or_default(),
            by_user: ["mailbox_transport", "fallback_transport", "mailbox_command"].map(|name| {
                let maps = Maps::open_literal(config, &format!("{name}_maps"), tables);
                let text = match name {
                    "mailbox_command" => config.raw(name).unwrap_or_default(),
                    _ => config.get(name),
                };
                (maps, text)
            }),
            owners: ["owner_request_special", "expand_owner_alias"].map(|name| config.flag(name)),
            allowed: ALLOWING.map(|name| {
                let words = config.list(name);
                PLACES.map(|place| words.iter().any(|word| word == place))
            }),
            marked: {
                let words = config.list("prepend_delivered_header");
                MARKED.map(|what| words.iter().any(|word| word == what))
            },
            resets_owner: config.flag("reset_owner_alias"),
            filters: Filters::new(config, tables),
            mailbox_size_limit: config.size("mailbox_size_limit"),
            bounce_size_limit: config.size("bounce_size_limit"),
            reach: Reach::new(config, tables),
            way: Arc::new(Way::new(config, tables)),
            probes: Probes::new(config, tables),
            deferred: config.list("defer_transports"),
            notices: Notices::new(config),
            pace,
        }
    }

    /// The mailbox of a person with an account: `/var/mail/safeer`; a folder if it ends with `/`.
    pub fn mailbox(&self, user: &str) -> String {
        match (self.home_mailbox.as_str(), self.spool.strip_suffix('/')) {
            ("", Some(spool)) => format!("{spool}/{user}/"),
            ("", None) => format!("{}/{user}", self.spool),
            (home, _) => format!("/home/{user}/{home}"),
        }
    }

    /// Who has the mail of a user instead of the mailbox: by the tables of a parameter of `by_user`, or by its
    /// text.
    ///
    /// # Errors
    /// A table could not be asked.
    pub fn by_user(&self, which: usize, user: &str) -> Result<Option<String>, Retry> {
        let Some((maps, text)) = self.by_user.get(which) else {
            return Ok(None);
        };
        let found = maps.get(user)?.map(Cow::into_owned);
        Ok(found.or(Some(text.clone()).filter(|text| !text.is_empty())))
    }

    /// The mailbox of an address in `virtual_mailbox_domains`, if there is one.
    pub fn virtual_mailbox(&self, address: &str, resolver: &Resolver) -> Option<String> {
        let found = self
            .virtual_mailboxes
            .find(address, Strategy::RECIPIENT, resolver);
        let path = found.ok().flatten()?;
        Some(format!(
            "{}/{path}",
            self.mailbox_base.trim_end_matches('/')
        ))
    }

    /// Who writes into the mailbox of an address, a user and a group.
    ///
    /// # Errors
    /// What is wrong with who it is to be.
    pub fn writer(&self, address: &str, resolver: &Resolver) -> Result<(u32, u32), String> {
        let id = |what: &str, (maps, least): &(Maps, u64)| {
            let found = maps.find(address, Strategy::RECIPIENT, resolver);
            let wrong = match found.ok().flatten() {
                Some(id) => match id.parse::<u32>().ok().filter(|id| u64::from(*id) >= *least) {
                    Some(id) => return Ok(id),
                    None => format!("bad {what} {id}"),
                },
                None => "not found".into(),
            };
            Err(format!(
                "recipient {address}: {wrong} in virtual_{what}_maps"
            ))
        };
        let [user, group] = &self.virtual_owners;
        Ok((id("uid", user)?, id("gid", group)?))
    }

    /// Why a program that delivers here does not start, if it does not.
    pub fn fault(&self, agent: &str) -> Option<(&'static str, &str)> {
        let mut faults = self.faults.iter();
        let (agent, why) = faults.find(|(own, _)| *own == agent)?;
        Some((agent, why.as_deref()?))
    }

    /// Whether mail may go to a command, or a `file`, that is named in one of the `PLACES`.
    pub(super) fn allows(&self, what: &str, place: usize) -> bool {
        let [commands, files] = &self.allowed;
        let places = if what == "file" { files } else { commands };
        places.get(place).is_some_and(|is_allowed| *is_allowed)
    }

    /// Whether `Delivered-To:` stands in what a `command` or a `file` gets, or in what is sent on (`forward`).
    pub(super) fn marks(&self, what: &str) -> bool {
        let known = MARKED.iter().zip(&self.marked);
        known
            .into_iter()
            .any(|(name, marked)| *name == what && *marked)
    }

    /// What an alias of this host's stands for, by its name in lower case.
    ///
    /// # Errors
    /// A table could not be opened or asked.
    pub fn alias(&self, name: &str) -> Result<Option<String>, Retry> {
        let found = self.alias_maps.get_alias(name)?;
        Ok(found.map(Cow::into_owned))
    }

    /// Who is the sender of what an alias sends on, if anybody is.
    pub fn owner(&self, name: &str) -> Option<String> {
        let [has_owners, expands] = self.owners;
        let owner = format!("owner-{name}");
        let found = self.alias(&owner).ok().flatten();
        let found = found.filter(|_| has_owners)?;
        Some(if expands { found } else { owner })
    }
}

/// What every program says before it ends: of a `mynetworks_style` that is none, where networks go by
/// it, and of a `relayhost` that is this host.
pub fn stops_all(config: &Config) -> Option<String> {
    let style = Some(config.get("mynetworks_style")).filter(|_| !config.is_set("mynetworks"));
    if let Some(why) = style.and_then(|style| fault_of_style(&style)) {
        return Some(why);
    }
    let [own, relay] = ["myhostname", "relayhost"].map(|name| config.get(name));
    own.eq_ignore_ascii_case(&relay).then(|| {
        format!("myhostname and relayhost parameter settings must not be identical: {own}")
    })
}

/// Why the program that writes mailboxes does not start: each has to take the largest message.
fn no_room(config: &Config, agent: &str) -> Option<String> {
    let name = match agent {
        "local" => "mailbox_size_limit",
        _ if config.get("virtual_mailbox_base").is_empty() => {
            return Some("bad string length 0 < 1: virtual_mailbox_base = ".into());
        }
        _ => "virtual_mailbox_limit",
    };
    let [limit, message] = [name, "message_size_limit"].map(|name| config.size(name));
    let what = match message {
        0 => "is limited but message_size_limit is unlimited",
        _ if limit < message => "is smaller than message_size_limit",
        _ => return bad_place(config).filter(|_| agent == "local"),
    };
    match limit {
        0 => bad_place(config).filter(|_| agent == "local"),
        _ => Some(format!("configuration error: {name} {what}")),
    }
}

/// What local says of a word that is none of those which its parameter knows.
fn bad_place(config: &Config) -> Option<String> {
    let known = ALLOWING.map(|name| (name, PLACES));
    let all = known
        .into_iter()
        .chain([("prepend_delivered_header", MARKED)]);
    all.into_iter().find_map(|(name, known)| {
        let words = config.list(name);
        let odd = words.iter().find(|word| !known.contains(&word.as_str()))?;
        let text = config.get(name);
        Some(format!("unknown {name} value \"{odd}\" in \"{text}\""))
    })
}

/// What every program says of delimiters that VERP cannot have.
fn no_verp(config: &Config) -> Option<String> {
    let names = ["default_verp_delimiters", "verp_delimiter_filter"];
    let [delimiters, filter] = names.map(|name| config.get(name));
    let bad = |c: char| !filter.contains(c);
    let which = match (delimiters.starts_with(bad), delimiters.ends_with(bad)) {
        (true, _) => "first",
        (_, true) => "second",
        _ => return None,
    };
    Some(format!(
        "parameters {} and {}: bad {which} VERP delimiter character",
        names[0], names[1]
    ))
}

/// What is wrong with a `mynetworks_style`.
pub fn fault_of_style(style: &str) -> Option<String> {
    let mut words: Vec<&str> = style.split([',', ' ', '\t']).collect();
    words.retain(|word| !word.is_empty());
    words.dedup();
    let odd = |word: &&&str| !["class", "subnet", "host"].contains(word);
    match words.iter().find(odd) {
        Some(odd) => Some(format!(
            "unknown mynetworks mask style value \"{odd}\" in \"{style}\""
        )),
        None if words.len() == 1 => None,
        None => Some(format!(
            "bad mynetworks_style value: {style}; specify exactly one value"
        )),
    }
}

/// The destinations in the right-hand side of an alias or in a `.forward` file.
pub fn destinations(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|l| !l.starts_with('#'));
    let found = lines.flat_map(parse).filter_map(|token| match token {
        Token::Address(inner) => Some(internal(&inner, false)),
        _ => None,
    });
    found.collect()
}
