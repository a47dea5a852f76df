//! The values that a scenario is made of.

use std::fmt;
use std::net::IpAddr;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::Deserialize;

use crate::json::quote;
use crate::smtp::bytes::decode;

/// A text, or a list of its lines, as which a long one reads better.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub String);

/// A name of a host, of a domain or of an account: one word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(pub String);

/// An IP address, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(pub String);

impl Address {
    /// Whether it is one of IPv6.
    pub fn is_ipv6(&self) -> bool {
        self.0.contains(':')
    }
}

/// What happens to those who connect to a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename_all = "lowercase"))]
pub enum Port {
    /// The mail server answers.
    Smtp,
    /// A firewall swallows everything.
    Filtered,
}

/// A whole number from 0 to `GREATEST`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<const GREATEST: u64>(pub u64);

/// Members whose names are the scenario's own, in the order of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<T>(pub Vec<(String, T)>);

/// How many bytes a name in a path may have (`NAME_MAX`).
pub const NAME: usize = 255;

/// The same of a path (`PATH_MAX`): what stands in it is kept once for each folder.
const PATH: usize = 4_096;

/// Whether a text is the path of a file: from the root, without empty parts, `.` and `..`, and not too long.
pub fn is_path(text: &str) -> bool {
    let mut parts = text.split('/');
    let is_odd = |part: &str| matches!(part, "" | "." | "..") || part.len() > NAME;
    !text.is_empty()
        && text.len() <= PATH
        && parts.next() == Some("")
        && !parts.any(is_odd)
        && !text.contains('\0')
}

/// A text of the document, as the program has texts.
fn inside(text: &str) -> String {
    decode(text.as_bytes()).into_owned()
}

/// What reads a text: one visitor for all of them, because each weighs.
struct Words {
    /// A list of lines will do.
    or_lines: bool,
}

impl<'de> Visitor<'de> for Words {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self.or_lines {
            true => "a text in quotes, or a list of lines",
            false => "a text in quotes",
        })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(inside(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut lines: A) -> Result<String, A::Error> {
        if !self.or_lines {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        }
        let mut text = String::new();
        let mut end = "";
        while let Some(line) = lines.next_element_seed(Words { or_lines: false })? {
            text += end;
            text += &line;
            end = "\n";
        }
        Ok(text)
    }
}

impl<'de> DeserializeSeed<'de> for Words {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Words { or_lines: false }.deserialize(deserializer)
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        Words { or_lines: true }.deserialize(deserializer).map(Text)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        let name = word(deserializer)?;
        if name.is_empty() || name.contains(|c| c <= ' ' || c == '\u{7f}') {
            return Err(D::Error::custom("a name is one word, without blanks"));
        }
        Ok(Name(name))
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Address, D::Error> {
        let text = word(deserializer)?;
        match text.parse::<IpAddr>() {
            Ok(_) => Ok(Address(text)),
            Err(_) => Err(D::Error::custom(format!(
                "{} is not an IP address; write one such as 192.0.2.1 or 2001:db8::1",
                quote(&text)
            ))),
        }
    }
}

// By hand, because a derived enum weighs 270 bytes more.
impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Port, D::Error> {
        let port = word(deserializer)?;
        match port.as_str() {
            "smtp" => Ok(Port::Smtp),
            "filtered" => Ok(Port::Filtered),
            _ => Err(D::Error::unknown_variant(&port, &["smtp", "filtered"])),
        }
    }
}

impl<'de, const GREATEST: u64> Deserialize<'de> for Whole<GREATEST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        whole(deserializer, GREATEST).map(Whole)
    }
}

/// One function for all limits.
fn whole<'de, D: Deserializer<'de>>(deserializer: D, greatest: u64) -> Result<u64, D::Error> {
    struct UpTo(u64);
    impl Visitor<'_> for UpTo {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            write!(f, "a whole number from 0 to {}", self.0)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
            match number <= self.0 {
                true => Ok(number),
                false => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
            }
        }
    }
    deserializer.deserialize_u64(UpTo(greatest))
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Map<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Map<T>, D::Error> {
        struct Members<T>(Vec<(String, T)>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Map<T>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object, { … }")
            }

            fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Map<T>, A::Error> {
                while let Some((name, value)) = map.next_entry::<String, T>()? {
                    self.0.push((inside(&name), value));
                }
                Ok(Map(self.0))
            }
        }
        deserializer.deserialize_map(Members(Vec::new()))
    }
}
