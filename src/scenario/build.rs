//! From a document to a world. What concerns more than one value of the document is checked here,
//! and the first fault is remembered: a world in which something is wrong is of no use, so whoever
//! builds goes on and asks at the end, because an early return for each check would weigh more
//! than all of them.

use std::time::Duration;

use super::extras;
use super::model::{self, Document, SCENARIO};
use super::values::{Name, Port as Given, Text};
use super::workstation::Workstation;
use crate::dns::{Data, Dns, Kind};
use crate::files::Files;
use crate::json::shown;
use crate::json::{quote, Fault};
use crate::network::{Host, Port, World};
use crate::postfix::config::main_cf::Fatal;
use crate::postfix::server::{Server, User};
use crate::time::Time;

/// More hosts are refused.
const HOSTS: usize = 500;

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

#[derive(Default)]
struct Builder {
    world: World,
    fault: Option<Fault>,
}

/// Builds the world of a whole document.
#[inline(never)]
pub fn build(document: Document) -> Result<Scenario, Fault> {
    let mut builder = Builder::default();
    let hosts = document.hosts.unwrap_or_default();
    // Each may have a server that takes its time to begin: none does where there are too many.
    let mut most = HOSTS;
    if hosts.len() > HOSTS {
        builder.fault("hosts".into(), format!("there are more than {HOSTS}"));
        most = 0;
    }
    for (i, host) in hosts.into_iter().take(most).enumerate() {
        builder.host(&format!("hosts[{i}]"), host);
    }
    for (i, record) in document.dns.unwrap_or_default().into_iter().enumerate() {
        builder.record(&format!("dns[{i}]"), record);
    }
    let workstation = builder.workstation(document.workstation.unwrap_or_default());
    let Builder {
        mut world, fault, ..
    } = builder;
    world.latency = Duration::from_millis(document.latency.map_or(0, |latency| latency.0));
    match fault {
        Some(fault) => Err(fault),
        None => Ok(Scenario {
            world,
            workstation,
            start: document.start.map(|start| Time(start.0 * 1_000_000)),
            seed: document.seed.map(|seed| seed.0),
        }),
    }
}

#[inline(never)]
fn serve(
    main_cf: &str,
    files: Files,
    users: Vec<User>,
    addresses: &[String],
) -> Result<Box<Server>, Fatal> {
    Server::run(main_cf, files, users, addresses.to_vec()).map(Box::new)
}

impl Builder {
    fn fault(&mut self, place: String, problem: String) {
        self.fault.get_or_insert(Fault {
            document: SCENARIO,
            place,
            problem,
        });
    }

    #[inline(never)]
    fn workstation(&mut self, given: model::Workstation) -> Workstation {
        let name = |given: Option<Name>| given.map_or(String::new(), |name| name.0);
        let host = name(given.host);
        if !self.world.hosts.iter().any(|h| h.name == host) {
            let problem = format!("there is no host {}; add it to hosts", quote(&host));
            self.fault("workstation.host".into(), problem);
        }
        Workstation {
            host,
            user: name(given.user),
            prompt: given.prompt.unwrap_or_default().0,
        }
    }

    #[inline(never)]
    fn host(&mut self, place: &str, given: model::Host) {
        let name = given.name.0;
        if self.world.host(&name).is_some() {
            let problem = format!("there is another host {}", quote(&name));
            self.fault(format!("{place}.name"), problem);
        }
        let dns = &mut self.world.dns;
        let mut addresses = Vec::new();
        let mut taken = None;
        for (i, address) in given.addresses.unwrap_or_default().into_iter().enumerate() {
            let kind = if address.is_ipv6() {
                Data::Aaaa
            } else {
                Data::A
            };
            let reverse = Dns::reverse_name(&address.0);
            if dns.look_up(&reverse, Kind::Ptr).is_ok() {
                taken = Some(i);
            }
            dns.add(&name, kind(address.0.clone()));
            dns.add(&reverse, Data::Ptr(name.clone()));
            addresses.push(address.0);
        }
        for alias in given.aliases.unwrap_or_default() {
            dns.add(&alias.0, Data::Cname(name.clone()));
        }
        if let Some(i) = taken {
            let problem = "a host before has this address already".into();
            self.fault(format!("{place}.addresses[{i}]"), problem);
        }
        let main_cf = &given.main_cf;
        let mut files = given.files.map(|given| {
            let mut files = Files::default();
            for (path, text) in given.0 {
                if !extras::has_place(&path, &files, main_cf) {
                    let problem = extras::no_place(&path, &files).unwrap_or(
                        "no file can be there: a path begins with / and has no //, . or ..",
                    );
                    self.fault(format!("{place}.files[{}]", quote(&path)), problem.into());
                    continue;
                }
                files.insert(path, text.0 + "\n");
            }
            files
        });
        let mut ports = Vec::new();
        let has_server = given.main_cf.is_some();
        let is_named = given.ports.is_some();
        match given.ports {
            Some(all) => {
                for (number, port) in all.0 {
                    self.port(place, &number, port, has_server, &mut ports);
                }
            }
            None if has_server => ports.push((25, Port::Smtp)),
            None => {}
        }
        let mut server = None;
        if let Some(Text(main_cf)) = given.main_cf {
            let users = given
                .users
                .unwrap_or_default()
                .into_iter()
                .map(|user| User {
                    name: user.name.0,
                    password: user.password.map(|password| password.0),
                });
            let mut files = files.take().unwrap_or_default();
            extras::offer(
                &mut files,
                given.master_cf,
                is_named,
                &ports,
                &given.services,
                &main_cf,
            );
            match serve(&main_cf, files, users.collect(), &addresses) {
                Ok(made) => server = Some(made),
                Err(fatal) => {
                    let why = shown(&fatal.to_string(), 500);
                    self.fault(format!("{place}.main_cf"), why);
                }
            }
        }
        let mut host = Host {
            name,
            addresses,
            server,
            ports,
            ..Host::default()
        };
        extras::furnish(
            &mut host,
            files,
            given.services,
            given.greylist,
            given.wording,
        );
        self.world.hosts.push(host);
    }

    #[inline(never)]
    fn port(
        &mut self,
        place: &str,
        number: &str,
        port: Given,
        has_server: bool,
        ports: &mut Vec<(u16, Port)>,
    ) {
        let mut problem = "";
        let port = match port {
            Given::Smtp => Port::Smtp,
            Given::Filtered => Port::Filtered,
        };
        if port == Port::Smtp && !has_server {
            problem = "\"smtp\" needs a main_cf for the host";
        }
        // As it is written and not otherwise: `+25` and `025` are 25 to the parser.
        match number.parse() {
            Ok(n @ 1..) if !number.starts_with(['+', '0']) => ports.push((n, port)),
            _ => problem = "a port is a number from 1 to 65535",
        }
        if !problem.is_empty() {
            self.fault(format!("{place}.ports[{}]", quote(number)), problem.into());
        }
    }

    /// A record: `{ "name": "gmail.com", "mx": "mx.gmail.com", "preference": 10 }`.
    #[inline(never)]
    fn record(&mut self, place: &str, given: model::Record) {
        let name = given.name.0;
        let preference = given
            .preference
            .map_or(10, |preference| preference.0 as u16);
        for (kind, address) in [("a", &given.a), ("aaaa", &given.aaaa)] {
            if address
                .as_ref()
                .is_some_and(|a| a.is_ipv6() != (kind == "aaaa"))
            {
                let problem = "an IPv4 address belongs to \"a\", an IPv6 address to \"aaaa\"";
                self.fault(format!("{place}.{kind}"), problem.into());
            }
        }
        let says = [
            given.a.map(|a| Data::A(a.0)),
            given.aaaa.map(|a| Data::Aaaa(a.0)),
            given.mx.map(|mx| Data::Mx(preference, mx.0)),
            given.txt.map(|txt| Data::Txt(txt.0)),
            given.ptr.map(|ptr| Data::Ptr(ptr.0)),
            given.cname.map(|cname| Data::Cname(cname.0)),
            given.ns.map(|ns| Data::Ns(ns.0)),
        ];
        if given.silent.is_none() && says.iter().all(Option::is_none) {
            let problem = "it says nothing; add a, aaaa, mx, txt, ptr, cname, ns or silent";
            self.fault(place.into(), problem.into());
        }
        for data in says.into_iter().flatten() {
            self.world.dns.add(&name, data);
        }
        if given.silent == Some(true) {
            self.world.dns.silence(&name);
        }
    }
}
