//! What main.cf has been made into.

use std::sync::Arc;

use crate::files::Files;
use crate::postfix::access::{mynetworks, AccessControl};
use crate::postfix::address::resolve::Resolver;
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::config::settings::settings;
use crate::postfix::lookup::list::{parent_style, List, Style};
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::tables::Tables;
use crate::postfix::server::full::AfterDot;
use crate::smtp::policy::Note;
use crate::smtp::release::Change;
use crate::smtp::settings::Settings;

/// What main.cf has been made into.
#[derive(Clone, Debug)]
pub(super) struct Built {
    pub(super) settings: Settings,
    pub(super) resolver: Resolver,
    pub(super) access: AccessControl,
    pub(super) xclient: List,
    pub(super) xforward: List,
    pub(super) verp: List,
    pub(super) sasl_exceptions: List,
    pub(super) bare_newline_exceptions: List,
    pub(super) rate_exceptions: List,
    pub(super) discard_maps: Maps,
    pub(super) fast_flush: List,
    /// None where the default is in force.
    pub(super) forbidden_commands: Option<List>,
    pub(super) noop_commands: List,
    pub(super) sasl_realm: String,
    /// What the log calls the host.
    pub(super) host: String,
    /// `syslog_name`.
    pub(super) log_name: Arc<str>,
    pub(super) mail_name: String,
    pub(super) verify_sender: String,
    // The light build has nothing to read there.
    #[allow(dead_code)]
    pub(super) after_dot: AfterDot,
}

impl Built {
    /// Reads main.cf.
    ///
    /// # Errors
    /// What a program would not start with.
    pub(in crate::postfix::server) fn new(
        config: &Config,
        files: &Files,
        addresses: &[String],
        notes: &mut Vec<Note>,
    ) -> Result<Built, Fatal> {
        config.verify()?;
        notes.extend(config.warnings.iter().map(Note::warning));
        let mut opened = Tables::new(config, files);
        let tables = &mut opened;
        let mut settings = settings(config, notes)?;
        let mut list = |name: &str, style| List::open(config, name, style, tables);
        let networks = mynetworks(config, addresses);
        let noop_commands = list("smtpd_noop_commands", Style::Exact);
        // The default of today is a regular expression, for which the light build has no engine.
        let is_default = !config.is_set("smtpd_forbidden_commands")
            && settings.release.has(Change::UnknownIs500);
        let forbidden_commands =
            (!is_default).then(|| list("smtpd_forbidden_commands", Style::Exact));
        let verp = list("smtpd_authorized_verp_clients", Style::Dotted);
        let xclient = list("smtpd_authorized_xclient_hosts", Style::Dotted);
        let xforward = list("smtpd_authorized_xforward_hosts", Style::Dotted);
        // Dovecot says itself what a user is called.
        let sasl_realm = match settings.passwords.is_dovecot() {
            true => String::new(),
            false => config.get("smtpd_sasl_local_domain"),
        };
        let sasl_exceptions = list("smtpd_sasl_exceptions_networks", Style::Dotted);
        // Both are `$mynetworks` by default, which main.cf need not set.
        let [of_rates, of_networks] = ["smtpd_client_event_limit_exceptions", "mynetworks"]
            .map(|name| parent_style(config, name, tables));
        let mut exceptions = |name: &str, style| {
            let named = config.is_set("mynetworks") || config.is_set(name);
            let text = if named {
                config.get(name)
            } else {
                networks.clone()
            };
            List::parse(name, &text, style, tables)
        };
        let name = "smtpd_client_event_limit_exceptions";
        let rate_exceptions = exceptions(name, of_rates);
        let name = "smtpd_forbid_bare_newline_exclusions";
        let bare_newline_exceptions = exceptions(name, of_networks);
        let access = AccessControl::new(config, addresses, tables);
        let name = "fast_flush_domains";
        let style = parent_style(config, name, tables);
        let fast_flush = List::open(config, name, style, tables);
        let name = "smtpd_discard_ehlo_keyword_address_maps";
        let discard_maps = Maps::open(config, name, tables);
        let after_dot = AfterDot::new(config, tables, &mut settings);
        // Who is local is asked later than all the rest.
        let resolver = Resolver::new(config, addresses, tables);
        let verify_sender = match config.get("address_verify_sender").as_str() {
            "<>" => String::new(),
            sender => resolver.rewrite(sender),
        };
        opened.finish_into(notes)?;
        let mut access = access?;
        let warnings = access.demand_guard()?;
        notes.extend(warnings.iter().map(Note::warning));
        Ok(Built {
            after_dot,
            resolver,
            access,
            settings,
            xclient,
            xforward,
            verp,
            sasl_exceptions,
            bare_newline_exceptions,
            rate_exceptions,
            discard_maps,
            fast_flush,
            forbidden_commands,
            noop_commands,
            sasl_realm,
            mail_name: config.get("mail_name"),
            verify_sender,
            log_name: match config.get("syslog_name") {
                none if none.is_empty() => "postfix".into(),
                name => name.into(),
            },
            host: config
                .get("myhostname")
                .split('.')
                .next()
                .unwrap_or("")
                .to_string(),
        })
    }
}
