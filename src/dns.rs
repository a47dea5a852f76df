//! FACTS: zones and look-ups in the simulated domain name system.

use std::net::{IpAddr, Ipv4Addr};

/// How long a record is good for, in seconds.
pub const TTL: u32 = 3600;

/// Everything that names can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dns {
    records: Vec<(String, Data)>,
    /// Names whose servers do not answer.
    silent: Vec<String>,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// An IPv4 address.
    A(String),
    /// An IPv6 address.
    Aaaa(String),
    /// A mail exchanger with its preference; the name `.` accepts no mail (RFC 7505).
    Mx(u16, String),
    /// A text.
    Txt(String),
    /// The name of an address.
    Ptr(String),
    /// Another name for this one.
    Cname(String),
    /// A name server.
    Ns(String),
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    A,
    Aaaa,
    Mx,
    Txt,
    Ptr,
    Cname,
    Ns,
}

/// How a look-up ended without records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The name does not exist.
    NoDomain,
    /// The name exists, with no record of this kind.
    NoData,
    /// No server answered.
    Timeout,
    /// The domain accepts no mail (RFC 7505).
    NullMx,
    /// There were some, and a filter has dropped them all (`smtpd_dns_reply_filter`).
    Dropped,
    /// There were some, and their filter is none.
    Unsifted,
}

impl Data {
    /// The kind of the record.
    pub fn kind(&self) -> Kind {
        match self {
            Data::A(_) => Kind::A,
            Data::Aaaa(_) => Kind::Aaaa,
            Data::Mx(..) => Kind::Mx,
            Data::Txt(_) => Kind::Txt,
            Data::Ptr(_) => Kind::Ptr,
            Data::Cname(_) => Kind::Cname,
            Data::Ns(_) => Kind::Ns,
        }
    }
}

fn fold(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// The address that the C library takes a name for, before anybody is asked (getaddrinfo(3)): one
/// of version 6, or what inet_aton(3) reads, which is one number to four with a dot between them,
/// octal behind `0` and hexadecimal behind `0x`, the last of which fills the bytes that are left.
///
/// ```
/// use smtp_terminal::dns::numeric;
/// assert_eq!(numeric("0x7f.1"), "127.0.0.1".parse().ok());
/// assert_eq!(numeric("010.1.258"), "8.1.1.2".parse().ok());
/// assert_eq!(numeric("::01"), "::1".parse().ok());
/// assert_eq!(numeric("10.25.0.256"), None);
/// ```
pub fn numeric(name: &str) -> Option<IpAddr> {
    if name.contains(':') {
        return name.parse().ok();
    }
    let mut found: u32 = 0;
    // So many bits are left.
    let mut left = 32;
    let mut rest = Some(name);
    while let Some(text) = rest {
        let part;
        (part, rest) = match text.split_once('.') {
            Some((part, more)) => (part, Some(more)),
            None => (text, None),
        };
        let (digits, radix) = match part.strip_prefix(['0']) {
            Some(digits) => match digits.strip_prefix(['x', 'X']) {
                Some(digits) => (digits, 16),
                None => (part, 8),
            },
            None => (part, 10),
        };
        // Rust reads a sign as well.
        if digits.starts_with('+') {
            return None;
        }
        let value = u64::from_str_radix(digits, radix).ok()?;
        let bits = if rest.is_some() { 8 } else { left };
        if left == 0 || value >> bits != 0 {
            return None;
        }
        left -= bits;
        found |= (value << left) as u32;
        if left == 0 && rest.is_some() {
            return None;
        }
    }
    Some(Ipv4Addr::from(found).into())
}

/// The same, in the four numbers that addresses are compared by; IPv6 as it was written.
pub fn numeric_text(name: &str) -> Option<String> {
    match numeric(name)? {
        // What std writes any address with would weigh half a kilobyte in the light build.
        IpAddr::V4(addr) => {
            let [a, b, c, d] = addr.octets();
            Some(format!("{a}.{b}.{c}.{d}"))
        }
        IpAddr::V6(_) => Some(name.into()),
    }
}

impl Dns {
    /// Adds a record.
    pub fn add(&mut self, name: &str, data: Data) {
        self.records.push((fold(name), data));
    }

    /// Lets the servers of a name fall silent.
    pub fn silence(&mut self, name: &str) {
        self.silent.push(fold(name));
    }

    /// The records of one kind, following aliases.
    ///
    /// ```
    /// use smtp_terminal::dns::{Data, Dns, Kind, Missing};
    /// let mut dns = Dns::default();
    /// dns.add("safeer.in", Data::Mx(10, "smtp.safeer.in".into()));
    /// assert_eq!(dns.look_up("Safeer.IN.", Kind::Mx), Ok(vec![Data::Mx(10, "smtp.safeer.in".into())]));
    /// assert_eq!(dns.look_up("safeer.in", Kind::A), Err(Missing::NoData));
    /// assert_eq!(dns.look_up("nowhere.example", Kind::A), Err(Missing::NoDomain));
    /// ```
    ///
    /// # Errors
    /// [`Missing`] says why there are none.
    pub fn look_up(&self, name: &str, kind: Kind) -> Result<Vec<Data>, Missing> {
        let mut name = fold(name);
        // Longer chains of aliases are loops.
        for _ in 0..10 {
            if self.silent.contains(&name) {
                return Err(Missing::Timeout);
            }
            let records = || {
                self.records
                    .iter()
                    .filter(|(n, _)| *n == name)
                    .map(|(_, data)| data)
            };
            if records().next().is_none() {
                let below = |(n, _): &(String, Data)| {
                    n.strip_suffix(name.as_str())
                        .is_some_and(|start| start.ends_with('.'))
                };
                let exists = self.records.iter().any(below);
                return Err(if exists {
                    Missing::NoData
                } else {
                    Missing::NoDomain
                });
            }
            let found: Vec<Data> = records().filter(|r| r.kind() == kind).cloned().collect();
            if let [Data::Mx(0, exchanger)] = found.as_slice() {
                if exchanger == "." || exchanger.is_empty() {
                    return Err(Missing::NullMx);
                }
            }
            if !found.is_empty() {
                return Ok(found);
            }
            let alias = records().find_map(|r| match r {
                Data::Cname(target) => Some(fold(target)),
                _ => None,
            });
            match alias {
                Some(target) => name = target,
                None => return Err(Missing::NoData),
            }
        }
        Err(Missing::Timeout)
    }

    /// The addresses of a host, IPv4 first.
    ///
    /// # Errors
    /// [`Missing`] says why there are none.
    pub fn addresses(&self, name: &str) -> Result<Vec<String>, Missing> {
        let of = |kind| {
            self.look_up(name, kind).map(|found| {
                let text = |data| match data {
                    Data::A(addr) | Data::Aaaa(addr) => Some(addr),
                    _ => None,
                };
                found.into_iter().filter_map(text).collect::<Vec<_>>()
            })
        };
        match (of(Kind::A), of(Kind::Aaaa)) {
            (Ok(mut four), six) => {
                four.extend(six.unwrap_or_default());
                Ok(four)
            }
            (Err(_), Ok(six)) => Ok(six),
            (Err(why), Err(_)) => Err(why),
        }
    }

    /// What the C library finds for a host (getaddrinfo(3)): the address that its name is
    /// ([`numeric`]), and else those of [`Dns::addresses`].
    ///
    /// # Errors
    /// [`Missing`] says why there are none.
    pub fn hosts(&self, name: &str) -> Result<Vec<String>, Missing> {
        match numeric_text(name) {
            Some(addr) => Ok(vec![addr]),
            None => self.addresses(name),
        }
    }

    /// The name under which the address of a host is looked up: `57.0.25.10.in-addr.arpa`.
    pub fn reverse_name(addr: &str) -> String {
        match addr.parse() {
            Ok(IpAddr::V6(addr)) => {
                let mut name = String::new();
                for byte in addr.octets().iter().rev() {
                    name.push_str(&format!("{:x}.{:x}.", byte & 15, byte >> 4));
                }
                name + "ip6.arpa"
            }
            _ => {
                let mut parts: Vec<&str> = addr.split('.').collect();
                parts.reverse();
                parts.join(".") + ".in-addr.arpa"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::numeric;

    /// What the C library of Debian 12 said (`getaddrinfo` with `AI_NUMERICHOST`).
    #[test]
    fn numbers_that_are_addresses() {
        for (name, addr) in [
            ("127.1", "127.0.0.1"),
            ("1", "0.0.0.1"),
            ("0X7F000001", "127.0.0.1"),
            ("0177.0.0.1", "127.0.0.1"),
            ("1.2.3", "1.2.0.3"),
            ("4294967295", "255.255.255.255"),
            ("00.0.0.0", "0.0.0.0"),
        ] {
            assert_eq!(numeric(name), addr.parse().ok(), "{name}");
        }
        for name in [
            "",
            "08",
            "0x",
            "0x.1",
            "0x1g",
            "+1",
            "0x+1",
            "1.",
            ".1",
            "1..2",
            " 1",
            "1 ",
            "256.1",
            "1.2.65536",
            "1.2.3.256",
            "1.2.3.4.5",
            "127.0.0.08",
            "4294967296",
            "18446744073709551616",
            "0xffffffffffffffffff",
            "localhost",
            "1:2",
        ] {
            assert_eq!(numeric(name), None, "{name}");
        }
    }
}
