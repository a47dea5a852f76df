//! Replies of name servers, as a filter leaves them (`smtpd_dns_reply_filter` and its kin): a table is
//! asked for each record, as text.

use crate::dns::{Data, Dns, Kind, Missing, TTL};
use crate::postfix::config::main_cf::Config;
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::tables::Tables;

/// A filter, perhaps of no table.
#[derive(Clone, Debug, Default)]
pub struct Replies {
    parameter: &'static str,
    maps: Maps,
}

impl Replies {
    /// Opens the tables that a parameter lists.
    pub fn open(config: &Config, parameter: &'static str, tables: &mut Tables) -> Replies {
        let maps = Maps::open(config, parameter, tables);
        Replies { parameter, maps }
    }

    /// The records of one kind that the filter leaves; `notes` are lines for the log.
    ///
    /// # Errors
    /// There are none, there are none left, or the filter cannot be asked.
    pub fn look_up(
        &self,
        dns: &Dns,
        name: &str,
        kind: Kind,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Data>, Missing> {
        let found = dns.look_up(name, kind)?;
        if self.maps.is_empty() {
            return Ok(found);
        }
        // A record shows the name that it belongs to; chains of aliases end, since there are records.
        let mut owner = name.trim_end_matches('.').to_string();
        if kind != Kind::Cname {
            while let Ok([Data::Cname(target)]) = dns.look_up(&owner, Kind::Cname).as_deref() {
                owner.clone_from(target);
            }
        }
        let mut left = Vec::new();
        for data in found {
            let (kind, value) = match &data {
                Data::A(addr) => ("A", addr.clone()),
                Data::Aaaa(addr) => ("AAAA", addr.clone()),
                Data::Mx(preference, host) => ("MX", format!("{preference} {host}.")),
                Data::Txt(text) => ("TXT", text.clone()),
                Data::Ptr(host) => ("PTR", format!("{host}.")),
                Data::Cname(host) => ("CNAME", format!("{host}.")),
                Data::Ns(host) => ("NS", format!("{host}.")),
            };
            let record = format!("{owner}. {TTL} IN {kind} {value}");
            match self.maps.get(&record) {
                Ok(None) => left.push(data),
                Ok(Some(action)) if is_ignore(&action) => {
                    notes.push(format!("ignoring DNS RR: {record}"));
                }
                Ok(Some(action)) => {
                    notes.push(format!(
                        "warning: {}: unknown DNS filter action: \"{action}\"",
                        self.parameter
                    ));
                    return Err(Missing::Unsifted);
                }
                Err(retry) => {
                    notes.extend(
                        retry
                            .warnings
                            .lines()
                            .iter()
                            .map(|line| format!("warning: {line}")),
                    );
                    return Err(Missing::Unsifted);
                }
            }
        }
        match left.is_empty() {
            true => Err(Missing::Dropped),
            false => Ok(left),
        }
    }
}

/// The only action that there is; what follows it does not count.
fn is_ignore(action: &str) -> bool {
    let word = action.split([' ', '\t']).next().unwrap_or("");
    word.eq_ignore_ascii_case("ignore")
}

/// Why there are no records, where a filter has to do with it.
pub fn why(missing: Missing, name: &str, kind: &str) -> Option<String> {
    let why = match missing {
        Missing::Dropped => "DNS reply filter drops all results",
        Missing::Unsifted => "Invalid DNS reply filter syntax",
        _ => return None,
    };
    Some(format!("Error looking up name={name} type={kind}: {why}"))
}
