//! Whether a host may send for a domain: RFC 7208, asked of the scenario's DNS, with the words of
//! Debian's python3-spf. `tests/spf` holds both against each other.

use std::net::IpAddr;

use crate::dns::{Data, Dns, Kind, Missing};
use crate::postfix::lookup::fold::fold;

/// Look-ups, and look-ups in vain, that one check may have (section 4.6.4).
const LOOKUPS: usize = 10;
const VOIDS: usize = 2;

/// What a check comes to (section 2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Outcome {
    None,
    Neutral,
    Pass,
    Fail,
    Softfail,
    Temperror,
    Permerror,
}

impl Outcome {
    /// As `Received-SPF` has it.
    pub fn title(self) -> &'static str {
        self.words().0
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Outcome::None => ("None", ""),
            Outcome::Neutral => ("Neutral", "access neither permitted nor denied"),
            Outcome::Pass => ("Pass", "sender SPF authorized"),
            Outcome::Fail => ("Fail", "SPF fail - not authorized"),
            Outcome::Softfail => ("Softfail", "domain owner discourages use of this host"),
            Outcome::Temperror => ("Temperror", "SPF Temporary Error: "),
            Outcome::Permerror => ("Permerror", "SPF Permanent Error: "),
        }
    }
}

/// An end before its time: what it comes to, and why.
type Stop = (Outcome, String);

fn broken<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err((Outcome::Permerror, why.into()))
}

/// One check: who asks, and what it has cost so far.
struct Query<'a> {
    dns: &'a Dns,
    ip: IpAddr,
    sender: &'a str,
    helo: &'a str,
    lookups: usize,
    voids: usize,
    /// What a refusal is to say, by the record that refused (`exp=`).
    explanation: Option<String>,
}

/// Whether a client at an address may send as `sender`, and what is said of that.
pub fn check(ip: &str, sender: &str, helo: &str, dns: &Dns) -> (Outcome, String) {
    let Ok(ip) = ip.parse() else {
        return (Outcome::None, String::new());
    };
    let mut query = Query {
        dns,
        ip,
        sender,
        helo,
        lookups: 0,
        voids: 0,
        explanation: None,
    };
    let domain = sender.rsplit_once('@').map_or(sender, |(_, domain)| domain);
    match query.domain(&fold(domain), 0) {
        Ok(outcome) => {
            let own = query.explanation.filter(|_| outcome == Outcome::Fail);
            (outcome, own.unwrap_or(outcome.words().1.into()))
        }
        Err((outcome, why)) => (outcome, outcome.words().1.to_string() + &why),
    }
}

/// A mechanism, read.
struct Mechanism<'a> {
    qualifier: Outcome,
    name: &'a str,
    /// What stands after the colon, macros and all.
    value: Option<&'a str>,
    /// Bits that count, of IPv4 and of IPv6.
    bits: [u8; 2],
}

impl Query<'_> {
    /// `check_host()` of section 4.
    fn domain(&mut self, domain: &str, depth: usize) -> Result<Outcome, Stop> {
        if depth > LOOKUPS || !domain.contains('.') {
            return Ok(Outcome::None);
        }
        let Some(record) = self.record(domain)? else {
            return Ok(Outcome::None);
        };
        let (mut mechanisms, mut redirect, mut explain) = (Vec::new(), None, None);
        for term in record.split(' ').skip(1).filter(|t| !t.is_empty()) {
            let end = term.find([':', '/', '=']).unwrap_or(term.len());
            let (name, rest) = term.split_at(end);
            let Some(value) = rest.strip_prefix('=') else {
                mechanisms.push(self.mechanism(term, domain)?);
                continue;
            };
            let kept = match fold(name).as_str() {
                "redirect" => &mut redirect,
                "exp" => &mut explain,
                _ => continue,
            };
            if kept.replace(value).is_some() {
                let name = fold(name);
                return broken(format!("{name}= MUST appear at most once: {term}"));
            }
        }
        for mechanism in &mechanisms {
            if self.matches(mechanism, domain, depth)? {
                if mechanism.qualifier == Outcome::Fail && depth == 0 {
                    self.explanation = explain.and_then(|name| self.explain(name, domain));
                }
                return Ok(mechanism.qualifier);
            }
        }
        let Some(target) = redirect else {
            return Ok(Outcome::Neutral);
        };
        self.count()?;
        let target = fold(&self.expand(target, domain)?);
        match self.domain(&target, depth + 1)? {
            Outcome::None => broken(format!("redirect domain has no SPF record: {target}")),
            outcome => Ok(outcome),
        }
    }

    /// The record of a domain (section 4.5).
    fn record(&self, domain: &str) -> Result<Option<String>, Stop> {
        let texts = match self.dns.look_up(domain, Kind::Txt) {
            Ok(texts) => texts,
            Err(Missing::Timeout) => return Err((Outcome::Temperror, "DNS timeout".into())),
            Err(_) => return Ok(None),
        };
        let mut records = texts.into_iter().filter_map(|data| match data {
            Data::Txt(text) => Some(text),
            _ => None,
        });
        let is_spf = |text: &String| {
            let version = text.split(' ').next().unwrap_or("");
            version.eq_ignore_ascii_case("v=spf1")
        };
        let found = records.find(is_spf);
        match records.any(|text| is_spf(&text)) {
            true => broken("Two or more type TXT spf records found."),
            false => Ok(found),
        }
    }

    /// Reads a mechanism (section 4.6.1).
    fn mechanism<'t>(&self, term: &'t str, domain: &str) -> Result<Mechanism<'t>, Stop> {
        let qualifier = match term.chars().next() {
            Some('-') => Outcome::Fail,
            Some('~') => Outcome::Softfail,
            Some('?') => Outcome::Neutral,
            _ => Outcome::Pass,
        };
        let bare = term.strip_prefix(['+', '-', '~', '?']).unwrap_or(term);
        let (name, rest) = bare.split_at(bare.find([':', '/']).unwrap_or(bare.len()));
        let lower = fold(name);
        let takes = match lower.as_str() {
            "all" if rest.is_empty() => "",
            "all" => {
                let why = "Invalid all mechanism format - only qualifier allowed with all";
                return broken(format!("{why}: {term}"));
            }
            "include" | "exists" | "ptr" => "domain",
            "a" | "mx" => "both",
            "ip4" | "ip6" => "address",
            _ => return broken(format!("Unknown mechanism found: {term}")),
        };
        let mut value = rest.strip_prefix(':');
        let mut bits = [32, 128];
        let slash = rest.find('/').filter(|_| takes == "both" || lower == "ip4");
        if let Some(slash) = slash {
            let (head, lengths) = rest.split_at(slash);
            value = head.strip_prefix(':');
            let mut both = lengths.splitn(2, "//");
            let four = both.next().unwrap_or("").trim_start_matches('/');
            for (place, text) in [(0, four), (1, both.next().unwrap_or(""))] {
                if text.is_empty() {
                    continue;
                }
                match text.parse() {
                    Ok(length) if length <= bits[place] => bits[place] = length,
                    _ => {
                        let version = ["4", "6"][place];
                        return broken(format!("Invalid IP{version} CIDR length: {term}"));
                    }
                }
            }
        }
        if value == Some("") {
            return broken(format!("empty domain:: {term}"));
        }
        if takes == "address" {
            let text = value.unwrap_or("");
            let (text, length) = match text.split_once('/') {
                Some((text, length)) => (text, length.parse().ok().filter(|l| *l <= 128)),
                None => (text, Some(bits[1])),
            };
            let (Ok(address), Some(length)) = (text.parse::<IpAddr>(), length) else {
                return broken(format!("Invalid IP{} address: {term}", &lower[2..]));
            };
            if address.is_ipv4() != (lower == "ip4") {
                return broken(format!("Invalid IP{} address: {term}", &lower[2..]));
            }
            bits[1] = length;
        } else if let Some(value) = value {
            self.expand(value, domain)?;
        }
        Ok(Mechanism {
            qualifier,
            name,
            value,
            bits,
        })
    }

    /// Another look-up (section 4.6.4).
    fn count(&mut self) -> Result<(), Stop> {
        self.lookups += 1;
        match self.lookups > LOOKUPS {
            true => broken("Too many DNS lookups"),
            false => Ok(()),
        }
    }

    /// What a look-up has found; that it was in vain is counted.
    fn found<T>(&mut self, found: Result<Vec<T>, Missing>) -> Result<Vec<T>, Stop> {
        match found {
            Ok(found) => Ok(found),
            Err(Missing::Timeout) => Err((Outcome::Temperror, "DNS timeout".into())),
            Err(_) => {
                self.voids += 1;
                match self.voids > VOIDS {
                    true => broken(format!("Void lookup limit of {VOIDS} exceeded")),
                    false => Ok(Vec::new()),
                }
            }
        }
    }

    /// Whether a mechanism matches (section 5).
    fn matches(&mut self, own: &Mechanism, domain: &str, depth: usize) -> Result<bool, Stop> {
        let name = fold(own.name);
        if !matches!(name.as_str(), "all" | "ip4" | "ip6") {
            self.count()?;
        }
        let target = match own.value {
            Some(value) if !name.starts_with("ip") => fold(&self.expand(value, domain)?),
            _ => domain.to_string(),
        };
        Ok(match name.as_str() {
            "all" => true,
            "ip4" | "ip6" => {
                let text = own.value.unwrap_or("").split('/').next().unwrap_or("");
                self.is_in(text, own.bits)
            }
            "include" => {
                if target == domain {
                    return broken(format!("include has trivial recursion: include:{target}"));
                }
                match self.domain(&target, depth + 1)? {
                    Outcome::Pass => true,
                    Outcome::None => {
                        let why = "No valid SPF record for included domain";
                        return broken(format!("{why}: {target}: include:{target}"));
                    }
                    _ => false,
                }
            }
            "exists" => {
                let found = self.dns.look_up(&target, Kind::A);
                !self.found(found)?.is_empty()
            }
            "a" => self.has(&target, own.bits)?,
            "mx" => {
                let found = self.dns.look_up(&target, Kind::Mx);
                let found = self.found(found)?;
                if found.len() > LOOKUPS {
                    return broken("More than 10 MX records returned");
                }
                for exchanger in found {
                    if let Data::Mx(_, host) = exchanger {
                        if self.has(&host, own.bits)? {
                            return Ok(true);
                        }
                    }
                }
                false
            }
            // ptr
            _ => {
                let names = self
                    .dns
                    .look_up(&Dns::reverse_name(&self.ip.to_string()), Kind::Ptr);
                let Ok(names) = names else {
                    return Ok(false);
                };
                names.into_iter().take(LOOKUPS).any(|data| match data {
                    Data::Ptr(host) => {
                        let host = fold(&host);
                        let is_below = host.strip_suffix(target.as_str());
                        is_below.is_some_and(|start| start.is_empty() || start.ends_with('.'))
                            && self.dns.addresses(&host).is_ok_and(|all| {
                                all.iter().any(|a| a.parse().ok() == Some(self.ip))
                            })
                    }
                    _ => false,
                })
            }
        })
    }

    /// Whether the client is one of a host's addresses, or beside one.
    fn has(&mut self, host: &str, bits: [u8; 2]) -> Result<bool, Stop> {
        let kind = if self.ip.is_ipv4() {
            Kind::A
        } else {
            Kind::Aaaa
        };
        let found = self.dns.look_up(host, kind);
        let found = self.found(found)?;
        Ok(found.iter().any(|data| match data {
            Data::A(text) | Data::Aaaa(text) => self.is_in(text, bits),
            _ => false,
        }))
    }

    /// Whether the client is in a network.
    fn is_in(&self, network: &str, [four, six]: [u8; 2]) -> bool {
        let (own, other, all, bits) = match (self.ip, network.parse()) {
            (IpAddr::V4(own), Ok(IpAddr::V4(other))) => (
                u128::from(own.to_bits()),
                u128::from(other.to_bits()),
                32,
                four,
            ),
            (IpAddr::V6(own), Ok(IpAddr::V6(other))) => (own.to_bits(), other.to_bits(), 128, six),
            _ => return false,
        };
        let apart = u32::from(all - bits.min(all));
        own.checked_shr(apart).unwrap_or(0) == other.checked_shr(apart).unwrap_or(0)
    }

    /// The text that a domain wants its refusals to have (section 6.2).
    fn explain(&self, name: &str, domain: &str) -> Option<String> {
        let name = self.expand(name, domain).ok()?;
        match self.dns.look_up(&name, Kind::Txt).ok()?.as_slice() {
            [Data::Txt(text)] => self.expand(text, domain).ok(),
            _ => None,
        }
    }

    /// Macros (section 7).
    fn expand(&self, text: &str, domain: &str) -> Result<String, Stop> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('%') {
            out.push_str(before);
            let sign = after.chars().next().unwrap_or(' ');
            rest = after.get(sign.len_utf8()..).unwrap_or("");
            match sign {
                '%' => out.push('%'),
                '_' => out.push(' '),
                '-' => out.push_str("%20"),
                '{' => {
                    let (inner, behind) = rest.split_once('}').unwrap_or((rest, ""));
                    rest = behind;
                    let value = self.value(inner, domain);
                    let unknown = || format!("Unknown Macro Encountered: %{{{inner}}}");
                    out.push_str(&value.ok_or_else(|| (Outcome::Permerror, unknown()))?);
                }
                other => return broken(format!("invalid-macro-char : %{other}")),
            }
        }
        Ok(out + rest)
    }

    /// The value of a macro, without its braces.
    fn value(&self, inner: &str, domain: &str) -> Option<String> {
        let letter = inner.chars().next()?;
        let (local, origin) = self
            .sender
            .rsplit_once('@')
            .unwrap_or(("postmaster", self.sender));
        let value = match letter.to_ascii_lowercase() {
            's' => self.sender.to_string(),
            'l' => local.into(),
            'o' => origin.into(),
            'd' => domain.into(),
            'h' => self.helo.into(),
            'v' if self.ip.is_ipv4() => "in-addr".into(),
            'v' => "ip6".into(),
            'i' => match self.ip {
                IpAddr::V4(four) => four.to_string(),
                IpAddr::V6(six) => {
                    let nibbles = format!("{:032x}", six.to_bits());
                    let each: Vec<String> = nibbles.chars().map(String::from).collect();
                    each.join(".")
                }
            },
            'c' => self.ip.to_string(),
            'p' | 'r' => "unknown".into(),
            _ => return None,
        };
        let rest = inner.get(1..)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let rest = rest.get(digits.len()..)?;
        let is_reversed = rest.starts_with(['r', 'R']);
        let marks = rest.trim_start_matches(['r', 'R']);
        let marks = if marks.is_empty() { "." } else { marks };
        let mut parts: Vec<&str> = value.split(|c| marks.contains(c)).collect();
        if is_reversed {
            parts.reverse();
        }
        let count = digits.parse().unwrap_or(usize::MAX).min(parts.len());
        let kept = parts.get(parts.len() - count..)?;
        Some(kept.join("."))
    }
}
