//! Milters (MILTER_README): those that are there see each message, and for those that are not
//! `milter_default_action` decides.

use std::borrow::Cow;

use crate::postfix::config::main_cf::Config;
use crate::postfix::config::syntax::{in_braces, split_list};
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::tables::Tables;
use crate::postfix::neighbour::place::is_same;

/// What comes of asking the Milters of a parameter.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix) struct Milters {
    /// Where those are that are there, in order.
    pub(super) present: Vec<String>,
    /// What is logged, without `warning: `.
    pub(in crate::postfix) warnings: Vec<String>,
    /// What is replied; empty where mail goes on without them.
    pub(in crate::postfix) reply: String,
}

impl Milters {
    /// Reads a list of them; `there` lists what answers on the host, `default` is
    /// `milter_default_action`.
    pub(in crate::postfix) fn new(list: &str, default: &str, there: &str) -> Milters {
        let mut absent = Milters::default();
        for item in split_list(list) {
            // `{ inet:host:port, default_action=accept }`
            let words = match in_braces(&item) {
                Ok(inner) => split_list(inner),
                Err(_) => vec![item.clone()],
            };
            let Some((service, options)) = words.split_first() else {
                continue;
            };
            if there.lines().any(|place| is_same(place, service)) {
                absent.present.push(service.clone());
                continue;
            }
            let mut own = options.iter().rev().filter_map(|word| word.split_once('='));
            let action = match own.find(|(name, _)| name.trim() == "default_action") {
                Some((_, action)) => action.trim(),
                None => default,
            };
            let mistake = "451 4.3.5 Server configuration problem - try again later";
            let why = match service.split_once(':') {
                Some(("inet", _)) => "Connection refused",
                Some(_) => "No such file or directory",
                None => {
                    absent.warnings.push(format!(
                        "Milter service needs transport:endpoint instead of \"{service}\""
                    ));
                    absent.reply = mistake.into();
                    return absent;
                }
            };
            absent
                .warnings
                .push(format!("connect to Milter service {service}: {why}"));
            absent.reply = match action {
                "accept" => continue,
                "quarantine" => "hold",
                "tempfail" => "451 4.7.1 Service unavailable - try again later",
                "reject" => "550 5.5.0 Service unavailable",
                action => {
                    absent.warnings.push(format!(
                        "milter {service}: unrecognized default action: {action}"
                    ));
                    mistake
                }
            }
            .into();
            break;
        }
        absent
    }
}

/// The Milters of smtpd: those of all clients, and tables of those that have others
/// (`smtpd_milter_maps`).
#[derive(Clone, Debug)]
pub(in crate::postfix) struct Choice {
    common: Milters,
    maps: Maps,
    default: String,
    there: String,
    /// They are asked at all (`receive_override_options`).
    asks: bool,
}

impl Choice {
    /// Reads main.cf.
    pub(super) fn new(config: &Config, tables: &mut Tables, there: &str, asks: bool) -> Choice {
        let default = config.get("milter_default_action");
        let list = config.get("smtpd_milters");
        let maps = Maps::open(config, "smtpd_milter_maps", tables);
        Choice {
            common: match asks {
                true => Milters::new(&list, &default, there),
                false => Milters::default(),
            },
            maps,
            asks,
            default,
            there: there.into(),
        }
    }

    /// Those of a client, by its address.
    pub(super) fn of(&self, addr: &str) -> Cow<'_, Milters> {
        if !self.asks {
            return Cow::Borrowed(&self.common);
        }
        match self.maps.get(addr) {
            Ok(Some(found)) if found.eq_ignore_ascii_case("DISABLE") => Cow::default(),
            Ok(Some(found)) => Cow::Owned(Milters::new(&found, &self.default, &self.there)),
            _ => Cow::Borrowed(&self.common),
        }
    }
}
