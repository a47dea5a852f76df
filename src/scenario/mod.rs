//! A scenario: a whole world in one JSON document, so that a teacher can write one.
//!
//! Everything has a default, which is the world of the tutorial: `safeer` at `penguinpower`
//! and the server `smtp.safeer.in`. What a scenario names replaces that part.

mod reader;

use std::fmt;
use std::time::Duration;

use crate::dns::{Data, Dns};
use crate::files::Files;
use crate::json::{self, Value};
use crate::network::{Host, Port, World};
#[cfg(feature = "full")]
use crate::postfix::server::full::greylist::Greylist;
#[cfg(feature = "full")]
use crate::postfix::server::full::wording::Wording;
use crate::postfix::server::{Server, User};
use crate::time::Time;
use reader::{At, Faults};

/// The default scenario, in the same form as any other.
pub const DEFAULT: &str = include_str!("../../www/scenarios/default.json");

/// The rest of the default world, which has room where mail is delivered.
#[cfg(feature = "full")]
const INTERNET: &str = include_str!("../../www/scenarios/internet.json");

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

    /// The prompt in a directory, which is written as it is to be shown: `safeer@penguinpower:~$ `.
    pub fn prompt_in(&self, directory: &str) -> String {
        let host = self.host.split('.').next().unwrap_or("");
        self.prompt
            .replace("\\u", &self.user)
            .replace("\\h", host)
            .replace("\\w", directory)
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
        let faults = Faults::default();
        let root = At {
            value: &given,
            path: String::new(),
            faults: &faults,
        };
        root.allow(&[
            "title",
            "workstation",
            "hosts",
            "dns",
            "latency",
            "start",
            "seed",
        ]);
        if let Value::Object(members) = given {
            for (name, value) in members {
                match (merged.member_mut(&name), value) {
                    // A workstation may be given in part.
                    (Some(base @ Value::Object(_)), Value::Object(members)) => {
                        members.into_iter().for_each(|(n, v)| base.set(&n, v));
                    }
                    (_, value) => merged.set(&name, value),
                }
            }
        }
        let scenario = Scenario::build(&At {
            value: &merged,
            path: String::new(),
            faults: &faults,
        });
        match faults.take() {
            Some(fault) => Err(fault),
            None => Ok(scenario),
        }
    }

    /// What is left of a world when something is wrong with it is of no use.
    fn build(root: &At) -> Scenario {
        let mut world = World::default();
        for at in root.items("hosts") {
            let host = host(&at, &mut world.dns);
            world.hosts.push(host);
        }
        for at in root.items("dns") {
            record(&at, &mut world.dns);
        }
        let mut workstation = Workstation {
            host: "penguinpower".into(),
            user: "safeer".into(),
            prompt: "\\u@\\h:\\w$ ".into(),
        };
        match root.member("workstation") {
            Some(at) => {
                at.allow(&["host", "user", "prompt"]);
                for (name, value) in [
                    ("host", &mut workstation.host),
                    ("user", &mut workstation.user),
                    ("prompt", &mut workstation.prompt),
                ] {
                    if let Some(text) = at.text_of(name) {
                        *value = text;
                    }
                }
                if !world.hosts.iter().any(|h| h.name == workstation.host) {
                    at.fault(format!(
                        "there is no host \"{}\"; add it to hosts",
                        workstation.host
                    ));
                }
            }
            None => root.fault("there is no workstation"),
        }
        world.latency = Duration::from_millis(root.number_of("latency").unwrap_or(0));
        let start = root.number_of("start");
        Scenario {
            world,
            workstation,
            start: start.map(|seconds| Time(seconds.saturating_mul(1_000_000))),
            seed: root.number_of("seed"),
        }
    }
}

fn host(at: &At, dns: &mut Dns) -> Host {
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
    ]);
    let name = at.text_of("name").unwrap_or_else(|| {
        at.fault("a host needs a \"name\"");
        String::new()
    });
    let mut addresses = Vec::new();
    for item in at.items("addresses") {
        let address = item.text();
        let data = match address.parse::<std::net::IpAddr>() {
            Ok(parsed) if parsed.is_ipv6() => Data::Aaaa(address.clone()),
            Ok(_) => Data::A(address.clone()),
            Err(_) => {
                item.fault(format!("\"{address}\" is not an IP address"));
                continue;
            }
        };
        dns.add(&name, data);
        dns.add(&Dns::reverse_name(&address), Data::Ptr(name.clone()));
        addresses.push(address);
    }
    for item in at.items("aliases") {
        dns.add(&item.text(), Data::Cname(name.clone()));
    }
    let mut users = Vec::new();
    for item in at.items("users") {
        item.allow(&["name", "password"]);
        let name = item.text_of("name").unwrap_or_else(|| {
            item.fault("a user needs a \"name\"");
            String::new()
        });
        let password = item.text_of("password");
        users.push(User { name, password });
    }
    let mut files = Files::default();
    if let Some(member) = at.member("files") {
        for (path, text) in member.texts() {
            files.insert(path, text + "\n");
        }
    }
    let mut server = None;
    if let Some(member) = at.member("main_cf") {
        let files = std::mem::take(&mut files);
        match Server::new(&member.text(), files, users, addresses.clone()) {
            Ok(made) => server = Some(Box::new(made)),
            Err(fatal) => member.fault(fatal.to_string()),
        }
    }
    #[cfg(feature = "full")]
    if let Some(server) = &mut server {
        server.greylist = at
            .number_of("greylist")
            .map(|delay| Greylist::new(Duration::from_secs(delay)));
        if let Some(words) = at.member("wording") {
            server.wording = Wording::new(words.texts());
        }
    }
    let mut host = Host {
        name,
        addresses,
        server,
        #[cfg(feature = "full")]
        files,
        ..Host::default()
    };
    let Some(member) = at.member("ports") else {
        if host.server.is_some() {
            host.ports.push((25, Port::Smtp));
        }
        return host;
    };
    for (port, value) in member.members() {
        let what = match value {
            Value::String(what) if what == "smtp" => Port::Smtp,
            Value::String(what) if what == "filtered" => Port::Filtered,
            _ => {
                member.fault(format!("port {port}: use \"smtp\" or \"filtered\""));
                Port::Filtered
            }
        };
        if matches!(what, Port::Smtp) && host.server.is_none() {
            member.fault("\"smtp\" needs a main_cf for the host");
        }
        match port.parse() {
            Ok(number) => host.ports.push((number, what)),
            Err(_) => member.fault(format!("\"{port}\" is not a port number")),
        }
    }
    host
}

/// A record: `{ "name": "gmail.com", "mx": "mx.gmail.com", "preference": 10 }`.
fn record(at: &At, dns: &mut Dns) {
    const KINDS: [&str; 7] = ["a", "aaaa", "mx", "txt", "ptr", "cname", "ns"];
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
    ]);
    let name = at.text_of("name").unwrap_or_else(|| {
        at.fault("a record needs a \"name\"");
        String::new()
    });
    let preference = u16::try_from(at.number_of("preference").unwrap_or(10));
    let preference = preference.unwrap_or_else(|_| {
        at.fault("a preference is at most 65535");
        0
    });
    if at.member("silent").is_some() {
        dns.silence(&name);
    }
    for kind in KINDS {
        let Some(text) = at.text_of(kind) else {
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
}
