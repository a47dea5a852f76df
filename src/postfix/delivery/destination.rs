//! Where mail is handed to, as transport(5) and `relayhost` write it: `domain` for its mail exchangers,
//! `[host]` for a host itself, each perhaps with `:port` or `:service`.

use crate::smtp::hostname::{is_hostaddr, is_ipv6, is_utf8_hostname};
use crate::smtp::idn::to_ascii;
use crate::smtp::printable::head;

/// The services whose numbers Postfix knows by itself (`known_tcp_ports`).
const KNOWN: [(&str, &str); 5] = [
    ("lmtp", "24"),
    ("smtp", "25"),
    ("smtps", "465"),
    ("submissions", "465"),
    ("submission", "587"),
];

/// A destination that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// A domain, the name of a host, or an address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// It stands in brackets: its mail exchangers are not looked for.
    pub is_host: bool,
}

impl Destination {
    /// Reads one; `default` is the service of one that names none, `services` the text of /etc/services.
    ///
    /// ```
    /// use smtp_terminal::postfix::delivery::destination::Destination;
    /// let relay = Destination::parse("[mail.isp.example]:submission", "smtp", "").unwrap();
    /// assert_eq!((relay.host.as_str(), relay.port), ("mail.isp.example", 587));
    /// let fatal = Destination::parse("isp.example:nosuch", "smtp", "").unwrap_err();
    /// assert_eq!(fatal, "unknown service: nosuch/tcp");
    /// ```
    ///
    /// # Errors
    /// What smtp(8) says before it ends.
    pub fn parse(text: &str, default: &str, services: &str) -> Result<Destination, String> {
        let (host, service) =
            split(text).map_err(|why| format!("{why} in server description: {text}"))?;
        let why = match host.is_empty() && !text.starts_with('[') {
            true => "missing host information",
            false => complaint(host, service.unwrap_or(default)),
        };
        if !why.is_empty() {
            return Err(format!("{why} in server description: {text}"));
        }
        Ok(Destination {
            host: to_ascii(host).into_owned(),
            port: port(service.unwrap_or(default), text, services)?,
            is_host: text.starts_with('['),
        })
    }
}

/// Host and service of a place at which a program asks something (`inet:host:port`); a text without a colon is a
/// service of this host, and so is one without a host.
///
/// # Errors
/// What the program says before it ends.
pub(in crate::postfix) fn asked(place: &str) -> Result<(&str, &str), String> {
    let has_host = place.starts_with('[') || place.contains(':');
    let found = match has_host {
        true => split(place),
        false => Ok(("", Some(place))),
    };
    let found = found.and_then(|(host, service)| {
        let own = host.is_empty() && !place.starts_with('[');
        let host = if own { "localhost" } else { host };
        match complaint(host, service.unwrap_or("")) {
            "" => Ok((host, service.unwrap_or(""))),
            why => Err(why),
        }
    });
    found.map_err(|why| format!("{place}: {why}"))
}

/// What is wrong with a host and a service.
fn complaint(host: &str, service: &str) -> &'static str {
    let is_number = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !is_utf8_hostname(host, true) && !is_hostaddr(host) {
        "valid hostname or network address required"
    } else if service.is_empty() {
        "missing service information"
    } else if service.starts_with(|c: char| c.is_ascii_digit()) && !is_number(service) {
        "garbage after numerical service"
    } else {
        ""
    }
}

/// Host and service, as they are written; no service where none is named.
fn split(text: &str) -> Result<(&str, Option<&str>), &'static str> {
    let Some(bare) = text.strip_prefix('[') else {
        let (host, service) = text.rsplit_once(':').unwrap_or((text, ""));
        return Ok((host, Some(service).filter(|s| !s.is_empty())));
    };
    let tag = bare.get(..5).filter(|t| t.eq_ignore_ascii_case("ipv6:"));
    let bare = bare.get(tag.map_or(0, str::len)..).unwrap_or("");
    let (host, rest) = bare.split_once(']').ok_or("missing \"]\"")?;
    let service = match rest.strip_prefix(':') {
        None if !rest.is_empty() => return Err("garbage after \"]\""),
        service => service.filter(|s| !s.is_empty()),
    };
    if tag.is_some() && !is_ipv6(host) {
        return Err("malformed IPv6 address");
    }
    Ok((host, service))
}

/// What is said of a destination's name that the domain name system has no form for. The Unicode
/// library lets ASCII pass that no name of a host has, and Postfix says so after it.
pub(super) fn untranslatable(text: &str) -> Option<String> {
    let (host, _) = split(text).ok()?;
    if host.is_ascii() || is_utf8_hostname(host, true) {
        return None;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let before_last = labels.len() - 1;
    let is_bad = |c: char| !c.is_ascii() && !is_utf8_hostname(c.encode_utf8(&mut [0; 4]), true);
    let any = |is_it: &dyn Fn(&&str) -> bool| labels.iter().any(is_it);
    let errors = [
        (
            "EMPTY_LABEL",
            labels.iter().take(before_last).any(|l| l.is_empty()),
        ),
        ("LEADING_HYPHEN", any(&|label| label.starts_with('-'))),
        ("TRAILING_HYPHEN", any(&|label| label.ends_with('-'))),
        (
            "HYPHEN_3_4",
            any(&|label| label.chars().skip(2).take(2).eq("--".chars())),
        ),
        ("DISALLOWED", host.contains(is_bad)),
    ];
    let errors = errors.iter().filter(|(_, is_so)| *is_so);
    let errors: Vec<String> = errors
        .map(|(name, _)| format!("UIDNA_ERROR_{name}"))
        .collect();
    let why = match errors.is_empty() {
        true => "malformed ASCII label(s)".into(),
        false => errors.join(","),
    };
    Some(format!(
        "warning: midna_domain_to_ascii_create: Problem translating domain \"{}\" to ASCII form: {why}",
        head(host, 100)
    ))
}

/// The number of a service, by its name or as it is written; `text` is where it stands.
pub(in crate::postfix) fn port(service: &str, text: &str, services: &str) -> Result<u16, String> {
    let known = KNOWN.iter().find(|(name, _)| *name == service);
    let service = known.map_or(service, |(_, number)| number);
    if service.bytes().all(|b| b.is_ascii_digit()) {
        let number = service.parse().ok().filter(|number| *number > 0);
        return number.ok_or(format!(
            "bad network port: {service} for destination: {text}"
        ));
    }
    let listed = services.lines().find_map(|line| {
        let line = line.split('#').next().unwrap_or("");
        let mut words = line.split_whitespace();
        let (name, number) = (words.next()?, words.next()?.strip_suffix("/tcp")?);
        let is_it = name == service || words.any(|alias| alias == service);
        number.parse().ok().filter(|_| is_it)
    });
    listed.ok_or(format!("unknown service: {service}/tcp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, u16, bool) {
        let services = "smtp 25/tcp mail\nqmtp 209/tcp # quick\nqmtp 209/udp\n";
        match Destination::parse(text, "smtp", services) {
            Ok(d) => (d.host, d.port, d.is_host),
            Err(fatal) => (fatal, 0, false),
        }
    }

    #[test]
    fn each_form_is_read() {
        let good = |text: &str, host: &str, port, is_host| {
            assert_eq!(read(text), (host.into(), port, is_host), "{text}");
        };
        good("isp.example", "isp.example", 25, false);
        good("isp.example:", "isp.example", 25, false);
        good("isp.example:2525", "isp.example", 2525, false);
        good("[127.0.0.1]:qmtp", "127.0.0.1", 209, true);
        good("[ipv6:::1]", "::1", 25, true);
        good("[IPv6:::1]:mail", "::1", 25, true);
        good("[::1]", "::1", 25, true);
    }
}
