//! Letters through mail servers as people run them (`tests/postfix/hosts`): those that everyone gets, and
//! those that are for one of them, at its ports. What goes on to other hosts is taken by one that stands in
//! for all of them.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU8, Ordering};

use smtp_terminal::dns::Dns;

use super::super::hosts::{self, Host};
use super::super::support::{scene, tests};
use super::super::{nameserver, oracle};
use super::{letters, Scene, Set};

/// What the name of such a set begins with.
pub const MARK: &str = "host-";

/// A host, and what there is around it.
pub struct World {
    /// The host that has the letters.
    pub host: Host,
    /// The one that mail goes on to.
    pub other: Host,
}

/// The sets that can be played here.
pub fn names() -> Vec<String> {
    let can_be = |host: &Host| !host.has_dovecot() || oracle::has_dovecot();
    let all = hosts::all(&[]).into_iter().filter(can_be);
    all.map(|host| format!("{MARK}{}", host.name)).collect()
}

/// The set of a host.
pub fn read(name: &str) -> Set {
    let host = hosts::all(&[name.into()]).remove(0);
    let number = host.address.octets()[3];
    let folder = tests("postfix/letters/hosts/other");
    let both = [host, Host::read(&folder, 100 + number)];
    let [host, other] = both.map(|host| Host {
        delivers: true,
        ..host
    });
    let own = ["common", name].map(|name| letters(&format!("hosts/{name}")));
    Set {
        name: format!("{MARK}{name}"),
        letters: own.concat(),
        scene: Scene::Host(Box::new(World { host, other })),
    }
}

impl World {
    /// The zone of the tests, in which mail of others goes to the other host or to nobody.
    pub fn dns(&self) -> Dns {
        let read = |name: &str| std::fs::read_to_string(tests(name)).unwrap();
        let own = read("postfix/letters/hosts/zone.txt");
        let name = |line: &str| line.split_whitespace().next().unwrap_or("").to_string();
        let is_kept = |line: &&str| {
            let mut changed = own.lines().filter(|line| !line.starts_with(';'));
            !changed.any(|changed| name(changed) == name(line))
        };
        let base = read("postfix/zone.txt");
        let lines: Vec<&str> = base.lines().filter(is_kept).chain(own.lines()).collect();
        let text = lines.join("\n") + "\n";
        // Nobody listens in these networks, which is found out at once.
        let text = text.replace(" 192.0.2.", " 127.99.2.");
        let text = text.replace(" 198.51.100.", " 127.99.100.");
        scene::zone(&text.replace("OTHER", &self.other.address.to_string()))
    }

    /// A name server that answers from it.
    pub fn nameserver(&self) -> Ipv4Addr {
        static COUNT: AtomicU8 = AtomicU8::new(0);
        let network = 180 + COUNT.fetch_add(1, Ordering::Relaxed) % 70;
        nameserver::start_with(network, self.dns()).unwrap()
    }
}
