//! Milters (MILTER_README): those that are there see each message, and for those that are not
//! `milter_default_action` decides.

use crate::postfix::access::full::service::{Service, MILTER};
use crate::postfix::config::main_cf::Config;
use crate::postfix::config::syntax::split_list;
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::tables::Tables;
use crate::postfix::neighbour::place::is_same;

/// What is replied where main.cf is wrong.
const MISTAKE: &str = "451 4.3.5 Server configuration problem - try again later";

/// What a program ends with begins so.
pub(in crate::postfix) const FATAL: &str = "fatal: ";

/// What comes of asking the Milters of a parameter.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix) struct Milters {
    /// Where those are that are there, in order.
    pub(super) present: Vec<String>,
    /// What is logged, without `warning: `.
    pub(in crate::postfix) warnings: Vec<String>,
    /// What is replied; empty where mail goes on without them, and what begins with [`FATAL`] where the program ends.
    pub(in crate::postfix) reply: String,
}

/// Why nobody is reached at a transport and a place: what is warned of before, and what connect(2) says.
///
/// # Errors
/// What the program ends with.
type Reach<'a> = &'a dyn Fn(&str, &str) -> Result<(Option<String>, &'static str), String>;

/// How Milters are spoken to (`milter_default_action`, `milter_protocol`).
#[derive(Clone, Debug)]
pub(super) struct Manner {
    action: String,
    protocol: String,
}

impl Manner {
    /// Reads main.cf.
    pub(super) fn new(config: &Config) -> Manner {
        Manner {
            action: config.get("milter_default_action"),
            protocol: config.get("milter_protocol"),
        }
    }

    /// Asks those of a list; `there` lists what answers on the host.
    pub(super) fn ask(&self, list: &str, there: &str, reach: Reach) -> Milters {
        let mut asked = Milters::default();
        if let Err(why) = self.ask_each(list, there, reach, &mut asked) {
            asked.reply = [FATAL, &why].concat();
        }
        asked
    }

    fn ask_each(
        &self,
        list: &str,
        there: &str,
        reach: Reach,
        asked: &mut Milters,
    ) -> Result<(), String> {
        for milter in read(list)? {
            let name = &milter.name;
            let action = milter.option("default_action").unwrap_or(&self.action);
            let action = action.to_ascii_lowercase();
            let protocol = milter.option("protocol").unwrap_or(&self.protocol);
            let place = match version(name, protocol) {
                None => milter.endpoint(&MILTER),
                Some(why) => Err(why),
            };
            let mut reply = MISTAKE;
            match place {
                Err(why) => asked.warnings.push(why),
                Ok(_) if there.lines().any(|place| is_same(place, name)) => {
                    asked.present.push(name.clone());
                    continue;
                }
                Ok((transport, place)) => {
                    let (unfound, why) = reach(transport, place)?;
                    asked.warnings.extend(unfound);
                    let text = format!("connect to Milter service {name}: {why}");
                    asked.warnings.push(text);
                    reply = match action.as_str() {
                        "accept" => "",
                        "quarantine" => "hold",
                        "tempfail" => "451 4.7.1 Service unavailable - try again later",
                        "reject" => "550 5.5.0 Service unavailable",
                        _ => {
                            let text = format!("milter {name}: unrecognized default action: ");
                            let own = milter.option("default_action");
                            asked.warnings.push(text + own.unwrap_or(&self.action));
                            MISTAKE
                        }
                    };
                }
            }
            if action != "accept" {
                asked.reply = reply.into();
                break;
            }
        }
        Ok(())
    }
}

/// The Milters of a list.
///
/// # Errors
/// What the program says before it ends.
pub(super) fn read(list: &str) -> Result<Vec<Service>, String> {
    let read = |word: &String| Service::parse(word, &MILTER);
    split_list(list).iter().map(read).collect()
}

/// What is wrong with a Milter's protocol.
fn version(name: &str, protocol: &str) -> Option<String> {
    let mut has_version = false;
    for word in split_list(protocol) {
        match word.as_str() {
            "2" | "3" | "4" | "6" if !has_version => has_version = true,
            "no_header_reply" => {}
            word => return Some(format!("milter {name}: bad protocol information: {word}")),
        }
    }
    let text = || format!("milter {name}: no protocol version information");
    (!has_version).then(text)
}

/// The Milters of smtpd: those of all clients, and tables of those that have others
/// (`smtpd_milter_maps`).
#[derive(Clone, Debug)]
pub(in crate::postfix) struct Choice {
    common: String,
    maps: Maps,
    pub(super) manner: Manner,
    /// They are asked at all (`receive_override_options`).
    asks: bool,
}

impl Choice {
    /// Reads main.cf.
    pub(super) fn new(config: &Config, tables: &mut Tables, asks: bool) -> Choice {
        Choice {
            common: config.get("smtpd_milters"),
            maps: Maps::open(config, "smtpd_milter_maps", tables),
            asks,
            manner: Manner::new(config),
        }
    }

    /// Those of a client, by its address.
    pub(super) fn of(&self, addr: &str) -> String {
        match self.maps.get(addr) {
            _ if !self.asks => String::new(),
            Ok(Some(found)) if found.eq_ignore_ascii_case("DISABLE") => String::new(),
            Ok(Some(found)) => found.into_owned(),
            _ => self.common.clone(),
        }
    }
}
