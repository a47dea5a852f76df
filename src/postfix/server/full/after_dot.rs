//! What main.cf says of what happens after the dot.

use std::time::Duration;

use crate::files::Files;
use crate::postfix::access::full::verified::Terms;
use crate::postfix::cleanup::checks::Checks;
use crate::postfix::cleanup::rewriting::Rewriting;
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::delivery::destination::asked;
use crate::postfix::delivery::routes::Routes;
use crate::postfix::lookup::list::{List, Style};
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::table::Host;
use crate::postfix::lookup::tables::Tables;
use crate::postfix::neighbour::place::is_same;
use crate::postfix::neighbour::{cyrus, socket, LIST};
use crate::postfix::server::full::milter::{Choice, Milters, FATAL};
use crate::postfix::server::full::said::Said;
use crate::smtp::envelope::Effect;
use crate::smtp::passwords::Keeper;
use crate::smtp::policy::Classes;
use crate::smtp::settings::Settings;

/// What is not done to mail that comes in.
pub(in crate::postfix) const OVERRIDES: &str = "receive_override_options";

/// What main.cf says of what happens after the dot.
#[derive(Clone, Debug)]
pub(in crate::postfix::server) struct AfterDot {
    pub(super) routes: Routes,
    pub(super) rewriting: Rewriting,
    pub(super) checks: Checks,
    pub(super) hopcount_limit: u64,
    /// `content_filter`, and what of `receive_override_options` is for cleanup.
    pub(super) effects: Vec<Effect>,
    /// `smtpd_proxy_filter`, why it does not answer, and whether it is asked late.
    pub(super) proxy: Option<(String, Option<&'static str>, bool)>,
    /// `smtpd_milters`.
    pub(super) milters: Choice,
    /// `non_smtpd_milters`.
    pub(super) non_smtpd_milters: Milters,
    /// How long what probes have found out is believed.
    pub(super) terms: Terms,
    /// `notify_classes`, and `smtpd_history_flush_threshold`.
    pub(super) notices: (Classes, usize),
    /// `anvil_rate_time_unit` and `anvil_status_update_time`.
    pub(super) anvil: [Duration; 2],
    /// `queue_minfree`, in bytes.
    pub(super) room: u64,
    /// What has a say in the dialogue before it.
    pub(super) said: Said,
    /// Where the service listens; 0 for the host's own.
    pub(super) port: u16,
    /// `smtpd_sasl_authenticated_header`.
    pub(super) names_user: bool,
    /// `enable_long_queue_ids`.
    pub(super) long_ids: bool,
    /// What smtpd warns of where it finds no mechanism of AUTH.
    pub(super) no_mechanisms: Option<String>,
    /// What programs do not start with, the daemons behind smtpd among them.
    pub(super) faults: Vec<Fatal>,
}

impl AfterDot {
    /// Reads main.cf.
    pub(in crate::postfix::server) fn new(
        config: &Config,
        tables: &mut Tables,
        settings: &mut Settings,
    ) -> AfterDot {
        // Each program opens its own tables, and complains of them itself.
        let said = Said::of("smtpd", config, tables);
        let before = tables.enter("local");
        let routes = Routes::new(config, tables);
        tables.enter("trivial-rewrite");
        // Each of its two ways to resolve asks for what holds for all when it starts.
        if let Err(retry) = Maps::open_literal(config, "transport_maps", tables).get("*") {
            for line in [0, 1].iter().flat_map(|_| retry.warnings.lines()) {
                tables.warn(line.clone());
            }
        }
        List::open(config, "mydestination", Style::Exact, tables);
        for program in ["cleanup", "qmgr", "local", "virtual", "smtp"] {
            tables.enter(program);
            for list in ["mydestination", "relay_domains"] {
                List::open(config, list, Style::Exact, tables);
            }
        }
        tables.enter("cleanup");
        let rewriting = Rewriting::new(config, tables);
        let checks = Checks::new(config, tables);
        tables.enter(before);
        let filter = Some(config.get("content_filter")).filter(|to| !to.is_empty());
        let mut effects: Vec<Effect> = filter.into_iter().map(Effect::Filter).collect();
        let mut asks_milters = true;
        for option in config.list(OVERRIDES) {
            match option.as_str() {
                "no_address_mappings" => effects.push(Effect::Unmapped),
                "no_header_body_checks" => effects.push(Effect::Unchecked),
                "no_milters" => asks_milters = false,
                // That is for the restrictions.
                "no_unknown_recipient_checks" => {}
                _ => tables.fail(format!(
                    "unknown {OVERRIDES} value \"{option}\" in \"{}\"",
                    config.get(OVERRIDES)
                )),
            }
        }
        let there = tables.text(LIST).unwrap_or("");
        let proxy = Some(config.get("smtpd_proxy_filter")).filter(|place| !place.is_empty());
        let options = config.list("smtpd_proxy_options");
        let late = options.iter().any(|option| option == "speed_adjust");
        let proxy = proxy.map(|place| (absence(&place, there), place));
        let proxy = proxy.map(|(absent, place)| (place, absent, late));
        let milters = Choice::new(config, tables, asks_milters);
        let mut non_smtpd_milters = Milters::default();
        if asks_milters {
            let refused = |transport: &str, place: &str| match transport {
                "inet" => asked(place).map(|_| (None, "Connection refused")),
                _ => Ok((None, "No such file or directory")),
            };
            let list = config.get("non_smtpd_milters");
            non_smtpd_milters = milters.manner.ask(&list, there, &refused);
            if let Some(why) = non_smtpd_milters.reply.strip_prefix(FATAL) {
                let before = tables.enter("cleanup");
                tables.fail(why.into());
                tables.enter(before);
            }
        }
        AfterDot {
            routes,
            anvil: ["anvil_rate_time_unit", "anvil_status_update_time"]
                .map(|name| config.time(name)),
            notices: (
                classes(config),
                config.count("smtpd_history_flush_threshold"),
            ),
            room: config.size("queue_minfree"),
            said,
            rewriting,
            checks,
            effects,
            proxy,
            milters,
            non_smtpd_milters,
            terms: Terms::new(config),
            port: 0,
            names_user: config.flag("smtpd_sasl_authenticated_header"),
            long_ids: config.flag("enable_long_queue_ids"),
            no_mechanisms: no_mechanisms(config, tables.files(), settings),
            hopcount_limit: config.size("hopcount_limit"),
            faults: Vec::new(),
        }
    }

    /// Has messages cleaned by a cleanup of its own main.cf.
    pub(super) fn cleaned_by(&mut self, config: &Config, tables: &mut Tables) {
        let new = Rewriting::new(config, tables);
        let smtpds = std::mem::replace(&mut self.rewriting, new);
        // Whose headers are completed is for smtpd to say.
        self.rewriting.local_clients = smtpds.local_clients;
        self.rewriting.local_addresses = smtpds.local_addresses;
        self.checks = Checks::new(config, tables);
        self.hopcount_limit = config.size("hopcount_limit");
    }
}

/// What smtpd warns of where it finds no mechanism, before it ends. Dovecot is asked for its own, and the Cyrus library
/// has a file that says so.
fn no_mechanisms(config: &Config, files: &Files, settings: &mut Settings) -> Option<String> {
    let path = config.get("smtpd_sasl_path");
    let (keeper, warning) = match settings.passwords.is_dovecot() {
        false => {
            let why = "xsasl_cyrus_server_get_mechanism_list: no applicable SASL mechanisms";
            let realm = config.get("smtpd_sasl_local_domain");
            let realm = if realm.is_empty() {
                &settings.myhostname
            } else {
                &realm
            };
            (cyrus::keeper(&path, realm, files), Some(why.into()))
        }
        true => {
            let found = socket::mechanisms(&path, files);
            let why = found.as_ref().err();
            let warning = why
                .map(|why| format!("SASL: Connect to Dovecot auth socket '{path}' failed: {why}"));
            (Keeper::dovecot(found.as_deref().unwrap_or("")), warning)
        }
    };
    for list in &mut settings.sasl_mechanisms {
        let offered: Vec<&str> = list.offered.split(' ').collect();
        let known = keeper.mechanisms.split(' ');
        let known = known.filter(|own| offered.contains(own));
        list.offered = known.collect::<Vec<&str>>().join(" ");
    }
    settings.passwords = keeper;
    warning
}

/// Why nothing answers at a filter's place, which begins with `inet:` or `unix:`, or with neither.
fn absence(place: &str, there: &str) -> Option<&'static str> {
    let (is_unix, whole) = match place.split_once(':') {
        Some(("unix", _)) => (true, place.to_string()),
        Some(("inet", _)) => (false, place.to_string()),
        _ => (false, format!("inet:{place}")),
    };
    if there.lines().any(|own| is_same(own, &whole)) {
        return None;
    }
    Some(match is_unix {
        true => "No such file or directory",
        false => "Connection refused",
    })
}

/// What the postmaster is told of.
fn classes(config: &Config) -> Classes {
    let names = [
        "policy", "protocol", "resource", "software", "bounce", "data",
    ];
    let wanted = config.list("notify_classes");
    let bits = names.iter().enumerate();
    let bits = bits.filter(|(_, name)| wanted.iter().any(|w| w.eq_ignore_ascii_case(name)));
    Classes(bits.map(|(at, _)| 1 << at).sum())
}
