//! Mail servers as people run them: a folder of `tests/postfix/hosts` each, with main.cf, master.cf and
//! the tables beside them, as they would stand in /etc/postfix. Each smtpd of their master.cf has sessions.
//!
//! The real server has them in a folder of its own, at an address of its own, and with tables of text in
//! the place of databases: `name.cf` is the database's file, `name.cf.rows` what is in it.

use std::net::Ipv4Addr;
use std::path::Path;

use smtp_terminal::files::node::Node;
use smtp_terminal::files::Files;
use smtp_terminal::postfix::config::main_cf::Config;
use smtp_terminal::postfix::config::master_cf::{self, MASTER_CF};
use smtp_terminal::postfix::neighbour::socket::ANYWHERE;
use smtp_terminal::postfix::neighbour::{Kind, Neighbour, LIST};
use smtp_terminal::postfix::server::{Server, User};

use super::generate::Offers;
use super::support::{tests, with_lines};
use super::{beside, oracle};

/// So many there are at least.
pub const LEAST: usize = 21;

/// What every one has on top, so that sessions are over sooner.
const HASTE: &str = "smtpd_error_sleep_time = 0";

/// Whether the next message still finds a connection open, and how many fail at a time, depends on the
/// machine; ours opens one each time.
const LONE: [&str; 3] = [
    "default_destination_concurrency_failed_cohort_limit = 0",
    "smtp_connection_cache_on_demand = no",
    "lmtp_connection_cache_on_demand = no",
];

/// Tables that are asked elsewhere.
const DATABASES: [&str; 4] = ["mysql", "pgsql", "ldap", "sqlite"];

/// A key and its certificate in one file, for `smtpd_tls_chain_files`.
const CHAIN: &str = "/etc/ssl/private/all.pem";

/// People with accounts on such a host, the first with the password `penguin`.
pub const PEOPLE: [&str; 3] = ["safeer", "praveen", "asha"];

/// A host.
#[derive(Clone, Debug)]
pub struct Host {
    /// The name of its folder.
    pub name: String,
    /// main.cf, with the ports of what answers beside it.
    pub main_cf: String,
    /// master.cf at an address of its own, and with nothing in a chroot.
    pub master_cf: String,
    /// The other files: names and texts.
    pub files: Vec<(String, String)>,
    /// Where it listens.
    pub address: Ipv4Addr,
    /// Whether it delivers what it takes; sessions need no mailboxes.
    pub delivers: bool,
}

/// A port at which an smtpd of it listens.
#[derive(Clone, Copy, Debug)]
pub struct Port {
    /// It sends probes, which find everybody where all mail is thrown away, as it is here: letters alone ask it.
    pub probes: bool,
    /// Its number.
    pub number: u16,
    /// What is offered there.
    pub offers: Offers,
}

/// The hosts that are wanted: by name, or by name and port (`suite:587`).
pub fn all(wanted: &[String]) -> Vec<Host> {
    let folders = std::fs::read_dir(tests("postfix/hosts")).unwrap();
    let mut folders: Vec<_> = folders.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= LEAST, "there were {LEAST} hosts");
    let is_wanted = |host: &Host| {
        let named = |w: &String| w.split(':').next() == Some(&host.name);
        wanted.is_empty() || wanted.iter().any(named)
    };
    let read = folders.iter().enumerate();
    let hosts = read.map(|(number, folder)| Host::read(folder, number as u8));
    hosts.filter(is_wanted).collect()
}

impl Host {
    /// Reads one from its folder; addresses have numbers.
    pub fn read(folder: &Path, number: u8) -> Host {
        let mut files: Vec<(String, String)> = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(&path).unwrap()));
        }
        files.sort();
        let mut take = |name: &str| {
            let at = files.iter().position(|(own, _)| own == name);
            let at = at.unwrap_or_else(|| panic!("{}: no {name}", folder.display()));
            files.remove(at).1
        };
        let (main_cf, master_cf) = (take("main.cf"), take("master.cf"));
        // Several runs of these tests at a time are not in each other's way.
        let run = std::process::id();
        let address = Ipv4Addr::new(
            127,
            64 + (run % 60) as u8,
            (run / 60 % 250) as u8,
            number + 1,
        );
        Host {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            main_cf: with_lines(&beside::placed(main_cf), &[HASTE.into()]),
            master_cf: placed(&beside::placed(master_cf), address),
            files,
            address,
            delivers: false,
        }
    }

    /// The ports of its smtpds.
    pub fn ports(&self) -> Vec<Port> {
        let config = Config::parse(&self.main_cf).unwrap();
        let entries = master_cf::parse(&self.master_cf).unwrap();
        let mut ports = Vec::new();
        for entry in entries
            .iter()
            .filter(|e| e.field(1) == "inet" && e.field(7) == "smtpd")
        {
            let changes = master_cf::overrides(entry.arguments()).unwrap();
            let value = |name: &str| {
                let own = changes.iter().rfind(|(own, _)| own == name);
                own.map_or_else(|| config.get(name), |(_, value)| value.clone())
            };
            let tls = value("smtpd_tls_security_level");
            let wrapper = value("smtpd_tls_wrappermode") == "yes";
            let (_, number) = entry.field(0).rsplit_once(':').unwrap();
            ports.push(Port {
                probes: changes
                    .iter()
                    .any(|(_, value)| value.contains("reject_unverified")),
                number: number.parse().unwrap(),
                offers: Offers {
                    sasl: value("smtpd_sasl_auth_enable") == "yes",
                    tls: !wrapper && !matches!(tls.as_str(), "" | "none"),
                    proxy: !value("smtpd_authorized_xclient_hosts").is_empty()
                        || !value("smtpd_authorized_xforward_hosts").is_empty(),
                    wrapper,
                },
            });
        }
        ports
    }

    /// main.cf as the real server has it.
    pub fn real_main_cf(&self) -> String {
        let text = as_real(&self.main_cf);
        match self.delivers {
            true => with_lines(&text, &LONE.map(String::from)),
            false => text,
        }
    }

    /// master.cf as the real server has it.
    pub fn real_master_cf(&self) -> String {
        as_real(&self.master_cf)
    }

    /// Whether Dovecot knows its passwords.
    pub fn has_dovecot(&self) -> bool {
        let texts = [&self.main_cf, &self.master_cf];
        texts
            .iter()
            .any(|text| text.contains("smtpd_sasl_type") && text.contains("dovecot"))
    }

    /// Ours.
    pub fn ours(&self) -> Server {
        let mut files = Files::default();
        files.insert(MASTER_CF, self.master_cf.clone());
        for (name, text) in &self.files {
            files.insert(format!("/etc/postfix/{name}"), text.clone());
            if name == "aliases" {
                files.insert("/etc/aliases", text.clone());
            }
        }
        let user = |name: &str| User {
            name: name.into(),
            password: (name == PEOPLE[0]).then(|| "penguin".into()),
        };
        let users = PEOPLE.into_iter().map(user).collect();
        // The first is the one that it is talked to at.
        let mut own = vec!["127.0.0.1".to_string()];
        if self.delivers {
            own.insert(0, self.address.to_string());
        }
        let mut server = Server::new(&self.main_cf, files, users, own)
            .unwrap_or_else(|e| panic!("{}: {e}", self.name));
        let is_named = |name: &str| self.master_cf.contains(&format!("${name}\n"));
        let mut unmodelled = server.config.unmodelled();
        unmodelled.retain(|name| !is_named(name));
        assert!(
            unmodelled.is_empty(),
            "{}: {unmodelled:?} have no effect",
            self.name
        );
        let accounts = [&oracle::OWN_ACCOUNTS[..], &PEOPLE, &["vmail"]].concat();
        server.set_accounts(&accounts);
        beside::furnish(&mut server, &self.main_cf);
        self.furnish(&mut server);
        make_mailboxes(&mut server);
        server
    }

    /// The databases beside ours.
    fn furnish(&self, server: &mut Server) {
        let rows = |(name, text): &(String, String)| {
            Some((name.strip_suffix(".rows")?.to_string(), text.clone()))
        };
        for (name, text) in self.files.iter().filter_map(rows) {
            for kind in DATABASES {
                let at = format!("{kind}:/etc/postfix/{name}");
                if !self.main_cf.contains(&at) && !self.master_cf.contains(&at) {
                    continue;
                }
                let lines = text.lines().filter_map(|line| line.split_once(' '));
                let lines = lines.map(|(key, value)| format!("{key}\t{}\n", value.trim()));
                server.files.insert(&at, lines.collect::<String>());
                server
                    .neighbours
                    .0
                    .push(Neighbour::new(&at, Kind::Database));
            }
        }
        let all = server.neighbours.0.iter().map(|own| own.at.as_str());
        let all = all.chain([ANYWHERE]);
        let list: String = all.map(|at| format!("{at}\n")).collect();
        server.files.insert(LIST, list);
        server.reload().unwrap();
    }
}

/// master.cf at an address, with ports by number and no chroot.
fn placed(text: &str, address: Ipv4Addr) -> String {
    let line = |line: &str| {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        if line.starts_with([' ', '\t', '#']) || words.len() < 8 {
            return format!("{line}\n");
        }
        let port = words[0].rsplit(':').next().unwrap_or("");
        let number = match port {
            "smtp" => "25",
            "submission" => "587",
            "smtps" | "submissions" => "465",
            other => other,
        };
        let name = format!("{address}:{number}");
        if words[1] == "inet" {
            words[0] = &name;
        }
        words[4] = "n";
        words.join(" ") + "\n"
    };
    text.lines().map(line).collect()
}

/// What is in /etc is in a folder of its own, and databases are tables of text.
fn as_real(text: &str) -> String {
    let mut text = text.replace("/etc/aliases", "/etc/postfix/aliases");
    let [certificate, key] = oracle::CERTIFICATE;
    text = text.replace(CHAIN, &format!("{key}, {certificate}"));
    for kind in DATABASES {
        let mark = format!("{kind}:/etc/postfix/");
        while let Some(at) = text.find(&mark) {
            let rest = &text[at..];
            let end = rest.find(".cf").map_or(mark.len(), |end| end + 3);
            let table = rest[mark.len()..end].to_string();
            text.replace_range(at..at + end, &format!("texthash:/etc/postfix/{table}.rows"));
        }
    }
    text.replace("/etc/postfix/", "$config_directory/")
}

/// The folder of the mailboxes that virtual(8) writes, which the real one has, too.
pub fn make_mailboxes(server: &mut Server) {
    let base = server.config.get("virtual_mailbox_base");
    if !base.is_empty() {
        let (uid, gid) = (65534, 65534);
        let node = Node {
            uid,
            gid,
            ..Node::directory()
        };
        server.files.put(base, node);
    }
}
