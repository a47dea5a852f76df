//! What main.cf makes of what is said: of a client's commands, and of refusals.

use std::cell::RefCell;
use std::sync::Arc;

use crate::postfix::config::attributes::attribute;
use crate::postfix::config::expansion::expand;
use crate::postfix::config::main_cf::Config;
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::retry::Retry;
use crate::postfix::lookup::table::Table;
use crate::postfix::lookup::tables::Tables;
use crate::smtp::client::Client;
use crate::smtp::policy::{Amended, Facts, Note};
use crate::smtp::printable::head;

/// The tables that have a say in the dialogue.
#[derive(Clone, Debug)]
pub(in crate::postfix::server) struct Said {
    /// `smtpd_reject_footer`, as it is written.
    footer: String,
    /// `smtpd_reject_footer_maps`.
    footers: Maps,
    /// `smtpd_command_filter`.
    pub(super) filter: Option<Arc<Table>>,
    /// `smtpd_peername_lookup`.
    pub(super) looks_names_up: bool,
    /// `smtputf8_enable = no` is an old default's.
    old_unicode: bool,
    /// `smtpd_client_port_logging`.
    names_ports: bool,
}

impl Said {
    /// Opens those of a program, which its parameters begin with.
    pub(super) fn of(program: &str, config: &Config, tables: &mut Tables) -> Said {
        let name = |end: &str| format!("{program}_{end}");
        let filter = config.get(&name("command_filter"));
        let filter = (!filter.is_empty()).then(|| tables.open(&filter));
        Said {
            filter,
            old_unicode: config.compatibility() < (1, 0, 0)
                && !config.is_set("smtputf8_enable")
                && *config.get("mail_version") >= *"3",
            footer: footer_of(config, &name("reject_footer")),
            footers: Maps::open(config, &name("reject_footer_maps"), tables),
            looks_names_up: config.flag("smtpd_peername_lookup"),
            names_ports: config.flag("smtpd_client_port_logging"),
        }
    }

    /// What is made of something that is said on a host, and what there is to say of that in the log.
    pub(super) fn amend(
        &self,
        what: Amended,
        text: &str,
        facts: &Facts,
        host: &str,
    ) -> (Option<String>, Vec<Note>) {
        match what {
            Amended::Command => self.command(text, facts),
            Amended::Refusal => self.refusal(text),
            Amended::Undeclared => (None, self.undeclared(text, facts)),
            Amended::Footer => footer(text, facts, host),
            Amended::Client => {
                let client = Client::clone(&facts.client);
                (
                    self.called(client).called.map(|c| c.to_string()),
                    Vec::new(),
                )
            }
        }
    }

    /// A client as the log is to call it.
    pub(super) fn called(&self, client: Client) -> Client {
        let called = self.names_ports.then(|| {
            let bare = Client {
                called: None,
                ..client.clone()
            };
            format!("{}:{}", bare.namaddr(), client.port).into()
        });
        Client { called, ..client }
    }

    fn command(&self, line: &str, facts: &Facts) -> (Option<String>, Vec<Note>) {
        let Some(filter) = &self.filter else {
            return (None, Vec::new());
        };
        let key = line.trim_start_matches([' ', '\t']);
        match filter.get(key) {
            Ok(Some(new)) => {
                let (client, was) = (facts.client.namaddr(), head(line, 100));
                let is = head(&new, 100);
                let said = format!("{client}: replacing command \"{was}\" with \"{is}\"");
                (Some(new.into_owned()), vec![Note::info(said)])
            }
            Ok(None) => (None, Vec::new()),
            Err(retry) => {
                let said = || format!("{} lookup error for \"{key}\"", filter.spec);
                (None, notes(retry.and(said)))
            }
        }
    }

    fn undeclared(&self, address: &str, facts: &Facts) -> Vec<Note> {
        let what = match facts.command {
            "MAIL" => "sender",
            _ => "recipient",
        };
        let client = facts.client.namaddr();
        let note = || {
            Note::info(format!(
                "using backwards-compatible default setting smtputf8_enable=no to accept non-ASCII {what} address \"{address}\" from {client}"
            ))
        };
        self.old_unicode.then(note).into_iter().collect()
    }

    fn refusal(&self, text: &str) -> (Option<String>, Vec<Note>) {
        let (found, notes) = match self.footers.get(text) {
            Ok(found) => (found, Vec::new()),
            Err(retry) => (None, notes(retry)),
        };
        let footer = found.map_or(self.footer.as_str().into(), |found| found);
        (Some(footer.into_owned()).filter(|f| !f.is_empty()), notes)
    }
}

/// A footer as it is written; postscreen's is smtpd's where main.cf says nothing of it.
fn footer_of(config: &Config, name: &str) -> String {
    let text = config.raw(name).unwrap_or_default();
    let other = text.strip_prefix('$').and_then(|other| config.raw(other));
    other.unwrap_or(text)
}

fn notes(retry: Retry) -> Vec<Note> {
    retry.warnings.lines().iter().map(Note::warning).collect()
}

/// A line of a footer, expanded.
fn footer(line: &str, facts: &Facts, host: &str) -> (Option<String>, Vec<Note>) {
    let notes = RefCell::new(Vec::new());
    let warn = |text: String| notes.borrow_mut().push(Note::warning(text));
    let value = |name: &str| {
        let value = attribute(facts, host, name);
        if value.is_none() {
            warn(format!(
                "unknown macro name \"{name}\" in expansion request"
            ));
        }
        value
    };
    let expanded = expand(line, &value, false);
    let expanded = expanded.map_err(|malformed| {
        for warning in malformed.warnings.lines() {
            warn(warning.clone());
        }
    });
    (expanded.ok(), notes.into_inner())
}
