//! A scenario: a whole world in one JSON document, so that a teacher can write one.
//!
//! Everything has a default, which is the world of the tutorial: `safeer` at `penguinpower`
//! and the server `smtp.safeer.in`. What a scenario names replaces that part.

use std::fmt;
use std::time::Duration;

use crate::dns::{Data, Dns};
use crate::json::{self, Value};
use crate::postfix::server::{Server, User};
use crate::postfix::table::Files;
#[cfg(feature = "full")]
use crate::postfix::wording::Wording;
use crate::time::Time;
use crate::world::{Host, Port, World};

/// The default scenario, in the same form as any other.
pub const DEFAULT: &str = include_str!("../www/scenarios/default.json");

/// The rest of the default world, which has room where mail is delivered.
#[cfg(feature = "full")]
const INTERNET: &str = include_str!("../www/scenarios/internet.json");

/// What is wrong with a scenario: where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place, as a path: `hosts[1].main_cf`.
    pub place: String,
    /// What is wrong there.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.place.is_empty() {
            write!(f, "scenario: {}", self.problem)
        } else {
            write!(f, "scenario, at {}: {}", self.place, self.problem)
        }
    }
}

impl std::error::Error for Fault {}

/// The workstation that the learner sits at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workstation {
    /// The name of its host.
    pub host: String,
    /// Who is logged in.
    pub user: String,
    /// The prompt, where `\u` is the user, `\h` the host and `\w` the directory.
    pub prompt: String,
}

impl Workstation {
    /// The learner's home.
    pub fn home(&self) -> String {
        home(&self.user)
    }
}

/// Where a person's files are.
pub fn home(user: &str) -> String {
    match user {
        "root" => "/root".into(),
        user => format!("/home/{user}"),
    }
}

/// A world and the workstation in it.
#[derive(Debug)]
pub struct Scenario {
    /// The network with its hosts.
    pub world: World,
    /// Where the learner is.
    pub workstation: Workstation,
    /// What the clock says at first, where the scenario says so.
    pub start: Option<Time>,
    /// Where random numbers begin, where the scenario says so.
    pub seed: Option<u64>,
}

/// A value with the path that leads to it.
struct At<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> At<'a> {
    fn fault(&self, problem: impl Into<String>) -> Fault {
        Fault {
            place: self.path.clone(),
            problem: problem.into(),
        }
    }

    fn object(&self) -> Result<&'a [(String, Value)], Fault> {
        match self.value {
            Value::Object(members) => Ok(members),
            _ => Err(self.fault("expected an object, { … }")),
        }
    }

    /// A member that may be missing. Members that nobody asks for are mistakes.
    fn member(&self, name: &str) -> Result<Option<At<'a>>, Fault> {
        let path = if self.path.is_empty() {
            name.to_string()
        } else {
            format!("{}.{name}", self.path)
        };
        let found = self
            .object()?
            .iter()
            .find(|(n, v)| n == name && *v != Value::Null);
        Ok(found.map(|(_, value)| At { value, path }))
    }

    fn allow(&self, names: &[&str]) -> Result<(), Fault> {
        match self
            .object()?
            .iter()
            .find(|(k, _)| !names.contains(&k.as_str()))
        {
            Some((odd, _)) => Err(self.fault(format!(
                "there is no \"{odd}\" here; use {}",
                names.join(", ")
            ))),
            None => Ok(()),
        }
    }

    fn text(&self) -> Result<String, Fault> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            // Long texts read better as a list of lines.
            Value::Array(lines) => {
                let mut text = Vec::new();
                for line in lines {
                    match line {
                        Value::String(line) => text.push(line.as_str()),
                        _ => return Err(self.fault("expected a text, or a list of lines")),
                    }
                }
                Ok(text.join("\n"))
            }
            _ => Err(self.fault("expected a text in quotes")),
        }
    }

    fn text_of(&self, name: &str) -> Result<Option<String>, Fault> {
        self.member(name)?.map(|at| at.text()).transpose()
    }

    fn number_of(&self, name: &str) -> Result<Option<u64>, Fault> {
        match self.member(name)? {
            None => Ok(None),
            Some(At {
                value: Value::Number(number),
                ..
            }) => Ok(Some(*number)),
            Some(at) => Err(at.fault("expected a whole number")),
        }
    }

    fn items(&self, name: &str) -> Result<Vec<At<'a>>, Fault> {
        let Some(at) = self.member(name)? else {
            return Ok(Vec::new());
        };
        let Value::Array(list) = at.value else {
            return Err(at.fault("expected a list, [ … ]"));
        };
        Ok(list
            .iter()
            .enumerate()
            .map(|(i, value)| At {
                value,
                path: format!("{}[{i}]", at.path),
            })
            .collect())
    }
}

impl Scenario {
    /// The tutorial's world.
    ///
    /// # Errors
    /// None, unless this program was built with a faulty default.
    pub fn standard() -> Result<Scenario, Fault> {
        Scenario::parse("{}")
    }

    /// Reads a scenario.
    ///
    /// ```
    /// use smtp_terminal::scenario::Scenario;
    /// let scenario = Scenario::parse(r#"{ "workstation": { "user": "asha" } }"#).unwrap();
    /// assert_eq!(scenario.workstation.user, "asha");
    /// let fault = Scenario::parse(r#"{ "workstation": { "users": "asha" } }"#).unwrap_err();
    /// assert!(fault.to_string().contains("at workstation"), "{fault}");
    /// ```
    ///
    /// # Errors
    /// Text that is not JSON, a member of the wrong kind or with an unknown name, a main.cf
    /// that Postfix would refuse.
    pub fn parse(text: &str) -> Result<Scenario, Fault> {
        let whole = |problem: String| Fault {
            place: String::new(),
            problem,
        };
        let given = json::parse(text).map_err(|e| whole(format!("not JSON: {e}")))?;
        let mut merged = json::parse(DEFAULT).map_err(|e| whole(format!("not JSON: {e}")))?;
        #[cfg(feature = "full")]
        if let Value::Object(members) =
            json::parse(INTERNET).map_err(|e| whole(format!("not JSON: {e}")))?
        {
            for (name, value) in members {
                if let (Some(Value::Array(list)), Value::Array(more)) =
                    (merged.member_mut(&name), value)
                {
                    list.extend(more);
                }
            }
        }
        let root = At {
            value: &given,
            path: String::new(),
        };
        root.allow(&[
            "title",
            "workstation",
            "hosts",
            "dns",
            "latency",
            "start",
            "seed",
        ])?;
        for (name, value) in root.object()? {
            match (merged.member_mut(name), value) {
                // A workstation may be given in part.
                (Some(base @ Value::Object(_)), Value::Object(members)) => {
                    members.iter().for_each(|(n, v)| base.set(n, v.clone()));
                }
                _ => merged.set(name, value.clone()),
            }
        }
        Scenario::build(&At {
            value: &merged,
            path: String::new(),
        })
    }

    fn build(root: &At) -> Result<Scenario, Fault> {
        let mut dns = Dns::default();
        let mut hosts = Vec::new();
        for at in root.items("hosts")? {
            hosts.push(host(&at, &mut dns)?);
        }
        for at in root.items("dns")? {
            record(&at, &mut dns)?;
        }
        let at = root
            .member("workstation")?
            .ok_or_else(|| root.fault("there is no workstation"))?;
        at.allow(&["host", "user", "prompt"])?;
        let workstation = Workstation {
            host: at.text_of("host")?.unwrap_or_else(|| "penguinpower".into()),
            user: at.text_of("user")?.unwrap_or_else(|| "safeer".into()),
            prompt: at
                .text_of("prompt")?
                .unwrap_or_else(|| "\\u@\\h:\\w$ ".into()),
        };
        if !hosts.iter().any(|h: &Host| h.name == workstation.host) {
            return Err(at.fault(format!(
                "there is no host \"{}\"; add it to hosts",
                workstation.host
            )));
        }
        let mut world = World::default();
        world.hosts = hosts;
        world.dns = dns;
        world.latency = Duration::from_millis(root.number_of("latency")?.unwrap_or(0));
        Ok(Scenario {
            world,
            workstation,
            start: root
                .number_of("start")?
                .map(|seconds| Time(seconds.saturating_mul(1_000_000))),
            seed: root.number_of("seed")?,
        })
    }
}

fn host(at: &At, dns: &mut Dns) -> Result<Host, Fault> {
    at.allow(&[
        "name",
        "addresses",
        "aliases",
        "ports",
        "main_cf",
        "users",
        "files",
        #[cfg(feature = "full")]
        "greylist",
        #[cfg(feature = "full")]
        "wording",
    ])?;
    let name = at
        .text_of("name")?
        .ok_or_else(|| at.fault("a host needs a \"name\""))?;
    let mut addresses = Vec::new();
    for item in at.items("addresses")? {
        let address = item.text()?;
        let parsed: std::net::IpAddr = address
            .parse()
            .map_err(|_| item.fault(format!("\"{address}\" is not an IP address")))?;
        let data = if parsed.is_ipv4() {
            Data::A(address.clone())
        } else {
            Data::Aaaa(address.clone())
        };
        dns.add(&name, data);
        dns.add(&Dns::reverse_name(&address), Data::Ptr(name.clone()));
        addresses.push(address);
    }
    for item in at.items("aliases")? {
        dns.add(&item.text()?, Data::Cname(name.clone()));
    }
    let mut users = Vec::new();
    for item in at.items("users")? {
        item.allow(&["name", "password"])?;
        users.push(User {
            name: item
                .text_of("name")?
                .ok_or_else(|| item.fault("a user needs a \"name\""))?,
            password: item.text_of("password")?,
        });
    }
    let mut files = Files::default();
    if let Some(member) = at.member("files")? {
        for (path, text) in texts(&member)? {
            files.insert(path, text + "\n");
        }
    }
    let server = match at.member("main_cf")? {
        Some(member) => {
            let files = std::mem::take(&mut files);
            let server = Server::new(&member.text()?, files, users, addresses.clone());
            #[allow(unused_mut)]
            let mut server = server.map_err(|fatal| member.fault(fatal.to_string()))?;
            #[cfg(feature = "full")]
            if let Some(seconds) = at.number_of("greylist")? {
                server.greylist = Some(Duration::from_secs(seconds));
            }
            #[cfg(feature = "full")]
            if let Some(words) = at.member("wording")? {
                server.wording = Wording::new(texts(&words)?);
            }
            Some(Box::new(server))
        }
        None => None,
    };
    let mut host = Host {
        name,
        addresses,
        server,
        #[cfg(feature = "full")]
        files,
        ..Host::default()
    };
    if let Some(member) = at.member("ports")? {
        for (port, value) in member.object()? {
            let number: u16 = port
                .parse()
                .map_err(|_| member.fault(format!("\"{port}\" is not a port number")))?;
            let what = match value {
                Value::String(what) if what == "smtp" => match host.server {
                    Some(_) => Port::Smtp,
                    None => return Err(member.fault("\"smtp\" needs a main_cf for the host")),
                },
                Value::String(what) if what == "filtered" => Port::Filtered,
                _ => {
                    let problem = format!("port {port}: use \"smtp\" or \"filtered\"");
                    return Err(member.fault(problem));
                }
            };
            host.ports.push((number, what));
        }
    } else if host.server.is_some() {
        host.ports.push((25, Port::Smtp));
    }
    Ok(host)
}

/// The members of an object, each a text or a list of lines.
fn texts(at: &At) -> Result<Vec<(String, String)>, Fault> {
    let text = |(name, value): &(String, Value)| {
        let path = format!("{}[\"{name}\"]", at.path);
        Ok((name.clone(), At { value, path }.text()?))
    };
    at.object()?.iter().map(text).collect()
}

/// A record: `{ "name": "gmail.com", "mx": "mx.gmail.com", "preference": 10 }`.
fn record(at: &At, dns: &mut Dns) -> Result<(), Fault> {
    at.allow(&[
        "name",
        "a",
        "aaaa",
        "mx",
        "preference",
        "txt",
        "ptr",
        "cname",
        "ns",
        "silent",
    ])?;
    let name = at
        .text_of("name")?
        .ok_or_else(|| at.fault("a record needs a \"name\""))?;
    let preference = at.number_of("preference")?.unwrap_or(10);
    let preference =
        u16::try_from(preference).map_err(|_| at.fault("a preference is at most 65535"))?;
    if at.member("silent")?.is_some() {
        dns.silence(&name);
    }
    for kind in ["a", "aaaa", "mx", "txt", "ptr", "cname", "ns"] {
        let Some(text) = at.text_of(kind)? else {
            continue;
        };
        let data = match kind {
            "a" => Data::A(text),
            "aaaa" => Data::Aaaa(text),
            "mx" => Data::Mx(preference, text),
            "txt" => Data::Txt(text),
            "ptr" => Data::Ptr(text),
            "cname" => Data::Cname(text),
            _ => Data::Ns(text),
        };
        dns.add(&name, data);
    }
    Ok(())
}
