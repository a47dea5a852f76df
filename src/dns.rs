//! FACTS: zones and look-ups in the simulated domain name system.

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
    name.trim_end_matches('.').to_ascii_lowercase()
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

    /// The name under which the address of a host is looked up: `57.0.25.10.in-addr.arpa`.
    pub fn reverse_name(addr: &str) -> String {
        match addr.parse() {
            Ok(std::net::IpAddr::V6(addr)) => {
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
