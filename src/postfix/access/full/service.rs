//! What answers beside Postfix, as main.cf names it, in braces where it has options: a policy service, a Milter.

use crate::postfix::config::syntax::{in_braces, name_value, split_list};
use crate::postfix::config::template::curly;
use crate::postfix::config::values::{leading_number, seconds};
use crate::postfix::delivery::destination::asked;

/// Such a thing, and its options.
#[derive(Clone, Debug)]
pub(in crate::postfix) struct Service {
    /// `inet:host:port`, `unix:path`.
    pub(in crate::postfix) name: String,
    /// `default_action`, `try_limit`, …, the last first.
    options: Vec<(String, String)>,
}

/// How smtpd speaks of them, and the options that they take: `t` for a text, `s` for a time, or the least of a number.
pub(in crate::postfix) struct Kind {
    what: [&'static str; 4],
    options: &'static str,
}

/// `check_policy_service`.
pub(in crate::postfix) const POLICY: Kind = Kind {
    what: ["policy service", "policy service", "need service", "service"],
    options: "default_action=t max_idle=s max_ttl=s policy_context=t request_limit=0 retry_delay=s timeout=s try_limit=1",
};

/// `smtpd_milters`.
pub(in crate::postfix) const MILTER: Kind = Kind {
    what: [
        "milter service",
        "milter definition",
        "Milter service needs",
        "Milter service",
    ],
    options: "command_timeout=s connect_timeout=s content_timeout=s default_action=t protocol=t",
};

impl Service {
    /// What one of its options says.
    pub(in crate::postfix) fn option(&self, name: &str) -> Option<&str> {
        let found = self.options.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The same of a number, or of a time in seconds.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        let found = seconds(self.option(name)?, 's')?;
        u64::try_from(found).ok()
    }

    /// Reads one.
    ///
    /// # Errors
    /// What a program says before it ends.
    pub(in crate::postfix) fn parse(word: &str, kind: &Kind) -> Result<Service, String> {
        let [what, empty, ..] = kind.what;
        let mut words = vec![word.to_string()];
        if let Some(start) = word.strip_prefix('{') {
            words = split_list(in_braces(word).map_err(|why| {
                let left = curly(word).map_or(start, |(inner, _)| inner);
                let is_milter = what != empty;
                let why = if is_milter { &why } else { left };
                format!("{what} syntax error: {why}")
            })?);
        }
        let Some((name, rest)) = words.split_first() else {
            return Err(format!("empty {empty}: \"{word}\""));
        };
        let mut options = Vec::new();
        for word in rest {
            let mut text = word.as_str();
            if text.starts_with('{') {
                let inner = curly(text).map_or(text, |(inner, _)| inner).trim_ascii();
                in_braces(text).map_err(|why| format!("{why} in \"{inner}\""))?;
                text = inner;
            }
            let (name, value) = name_value(text)
                .map_err(|why| format!("malformed option: {why}: \"...{text}...\""))?;
            let mut known = kind
                .options
                .split(' ')
                .filter_map(|own| own.split_once('='));
            let Some((_, takes)) = known.find(|(own, _)| *own == name) else {
                return Err(format!("unknown option: \"{name} = {value}\""));
            };
            if let Some(why) = complaint(name, value, takes) {
                return Err(why);
            }
            options.insert(0, (name.into(), value.into()));
        }
        let name = name.clone();
        Ok(Service { name, options })
    }

    /// Its transport and its place.
    ///
    /// # Errors
    /// That it has none, as the log says it.
    pub(in crate::postfix) fn endpoint(&self, kind: &Kind) -> Result<(&str, &str), String> {
        let [.., needs, what] = kind.what;
        let name = &self.name;
        match name.split_once(':') {
            None | Some(("", _)) | Some((_, "")) => {
                Err(format!("{needs} transport:endpoint instead of \"{name}\""))
            }
            Some((transport, place)) if matches!(transport, "inet" | "local" | "unix") => {
                Ok((transport, place))
            }
            Some((transport, _)) => Err(format!(
                "invalid transport name: {transport} in {what}: {name}"
            )),
        }
    }
}

/// What is wrong with the value of an option.
fn complaint(name: &str, value: &str, takes: &str) -> Option<String> {
    let found = match takes {
        "t" if value.is_empty() => {
            return Some(format!("bad string length 0 < 1: {name} = "));
        }
        "t" => return None,
        "s" => seconds(value, 's'),
        _ => leading_number(value)
            .filter(|(_, rest)| rest.is_empty())
            .map(|(found, _)| found),
    };
    match (found, takes) {
        (None, "s") => Some(format!("{name}: bad time value or unit: {value}")),
        (None, _) => Some(format!("bad numerical configuration: {name} = {value}")),
        (Some(0), "s") => Some(format!("invalid {name}: 0 (min 1)")),
        (Some(found), "1") if found < 1 => {
            Some(format!("invalid {name} parameter value {found} < 1"))
        }
        _ => None,
    }
}

/// Why nobody is reached at a place of the network: that it is not found, as getaddrinfo(3) says, and what
/// connect(2) says. `missing` tells why a host has no address, `is_known` whether a service has a number.
///
/// # Errors
/// What a program says before it ends.
pub(in crate::postfix) fn unreached(
    place: &str,
    speaks: [bool; 2],
    missing: &dyn Fn(&str) -> Option<&'static str>,
    is_known: &dyn Fn(&str) -> bool,
) -> Result<(Option<String>, &'static str), String> {
    let (host, service) = asked(place)?;
    let is_six = host.contains(':');
    let is_four = !is_six && host.parse::<std::net::Ipv4Addr>().is_ok();
    let why = if !is_known(service) {
        Some("Servname not supported for ai_socktype")
    } else if is_six && !speaks[1] || is_four && !speaks[0] {
        Some("Address family for hostname not supported")
    } else {
        missing(host)
    };
    Ok(match why {
        None => (None, "Connection refused"),
        Some(why) => (
            Some(format!("host or service {place} not found: {why}")),
            "Cannot assign requested address",
        ),
    })
}
