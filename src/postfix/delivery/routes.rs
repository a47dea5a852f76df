//! Where an address leads when it is delivered here: aliases and `.forward`, mailboxes of people
//! with and without accounts.

use crate::files::dictionary::Dictionary;
use crate::postfix::address::resolve::Resolver;
use crate::postfix::config::main_cf::{split_list, Config, Fatal};
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::maps::{Maps, Strategy};
use crate::postfix::lookup::table::Files;
use crate::postfix::queue::file::Pace;

/// What main.cf says about delivery.
#[derive(Clone, Debug)]
pub struct Routes {
    aliases: Dictionary,
    alias_maps: Maps,
    virtual_mailboxes: Maps,
    mailbox_base: String,
    spool: String,
    home_mailbox: String,
    luser_relay: String,
    /// `mailbox_command`.
    pub mailbox_command: Option<String>,
    /// `mailbox_size_limit`, in bytes; 0 is none.
    pub mailbox_size_limit: u64,
    /// `bounce_size_limit`: of what is larger the headers alone come back; 0 is none.
    pub bounce_size_limit: u64,
    /// `smtp_helo_name`.
    pub helo_name: String,
    /// How often deferred mail is tried.
    pub pace: Pace,
}

impl Routes {
    /// Reads what it needs from main.cf.
    ///
    /// # Errors
    /// A value that Postfix refuses.
    pub fn new(
        config: &Config,
        files: &Files,
        warnings: &mut Vec<String>,
    ) -> Result<Routes, Fatal> {
        let mut read = config.reader();
        let pace = Pace {
            run_delay: read.time("queue_run_delay"),
            least: read.time("minimal_backoff_time"),
            most: read.time("maximal_backoff_time"),
            lifetime: read.time("maximal_queue_lifetime"),
            bounce_lifetime: read.time("bounce_queue_lifetime"),
            warning: read.time("delay_warning_time"),
        };
        let mailbox_size_limit = read.number("mailbox_size_limit");
        let bounce_size_limit = read.number("bounce_size_limit");
        read.finish()?;
        let mut aliases = Dictionary::default();
        let mut others = Vec::new();
        for spec in split_list(&config.get("alias_maps")) {
            match spec.split_once(':') {
                Some(("hash" | "btree" | "lmdb" | "texthash", path)) => {
                    read_aliases(files.get(path).unwrap_or(""), &mut aliases);
                }
                _ => others.push(spec),
            }
        }
        Ok(Routes {
            aliases,
            alias_maps: Maps::parse("alias_maps", &others.join(" "), files, warnings),
            virtual_mailboxes: Maps::open(config, "virtual_mailbox_maps", files, warnings),
            mailbox_base: config.get("virtual_mailbox_base"),
            spool: match config.get("mail_spool_directory") {
                spool if spool.is_empty() => "/var/mail".into(),
                spool => spool,
            },
            home_mailbox: config.get("home_mailbox"),
            luser_relay: config.raw("luser_relay").unwrap_or_default(),
            mailbox_command: Some(config.get("mailbox_command")).filter(|c| !c.is_empty()),
            mailbox_size_limit,
            bounce_size_limit,
            helo_name: config.get("smtp_helo_name"),
            pace,
        })
    }

    /// The mailbox of a person with an account: `/var/mail/safeer`; a folder if it ends with `/`.
    pub fn mailbox(&self, user: &str) -> String {
        match (self.home_mailbox.as_str(), self.spool.strip_suffix('/')) {
            ("", Some(spool)) => format!("{spool}/{user}/"),
            ("", None) => format!("{}/{user}", self.spool),
            (home, _) => format!("/home/{user}/{home}"),
        }
    }

    /// Where mail for somebody who is not there goes.
    pub fn luser_relay(&self, user: &str, address: &str) -> Option<String> {
        let relay = Some(self.luser_relay.as_str()).filter(|r| !r.is_empty())?;
        let local = address.rsplit_once('@').map_or(address, |(l, _)| l);
        Some(relay.replace("$local", local).replace("$user", user))
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

    /// What an alias of this host's stands for, by its name in lower case.
    pub fn alias(&self, name: &str) -> Option<String> {
        let found = self.aliases.get(name).map(str::to_string);
        found.or_else(|| self.alias_maps.get(name).ok().flatten())
    }
}

/// The destinations in the right-hand side of an alias or in a `.forward` file.
pub fn destinations(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut in_quotes = false;
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        for c in line.chars() {
            match c {
                '"' => in_quotes = !in_quotes,
                ',' if !in_quotes => found.push(String::new()),
                c => found.last_mut().map_or((), |last| last.push(c)),
            }
        }
        found.push(String::new());
    }
    let found = found.iter().map(|f| f.trim().to_string());
    found.filter(|f| !f.is_empty()).collect()
}

/// Reads a file in the format of aliases(5): `name: destination, …`.
fn read_aliases(text: &str, aliases: &mut Dictionary) {
    let mut lines: Vec<String> = Vec::new();
    for line in text
        .lines()
        .filter(|l| !l.trim().is_empty() && !l.starts_with('#'))
    {
        match lines.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
            Some(before) => before.push_str(line),
            None => lines.push(line.into()),
        }
    }
    for line in lines {
        if let Some((name, value)) = line.split_once(':') {
            aliases.insert_new(fold(name.trim().trim_matches('"')), value.trim());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_read() {
        let mut aliases = Dictionary::default();
        read_aliases(
            "# who\nPostmaster: root\nteam: asha,\n  ravi\n",
            &mut aliases,
        );
        assert_eq!(aliases.get("postmaster"), Some("root"));
        let team = aliases.get("team").map(destinations);
        assert_eq!(team, Some(vec!["asha".to_string(), "ravi".to_string()]));
    }
}
