//! Milters (MILTER_README): those that are there see each message, and for those that are not
//! `milter_default_action` decides.

use crate::postfix::config::main_cf::Config;
use crate::postfix::config::syntax::{in_braces, split_list};
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
    /// Reads the parameter; `there` lists what answers on the host.
    pub(in crate::postfix) fn new(config: &Config, parameter: &str, there: &str) -> Milters {
        let mut absent = Milters::default();
        for item in config.list(parameter) {
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
            let own = options.iter().find_map(|word| word.split_once('='));
            let action = match own.filter(|(name, _)| name.trim() == "default_action") {
                Some((_, action)) => action.trim().to_string(),
                None => config.get("milter_default_action"),
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
            absent.reply = match action.as_str() {
                "accept" | "quarantine" => continue,
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
