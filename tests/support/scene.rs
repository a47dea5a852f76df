//! What the simulated and the real server of the tests have around them: a domain name system,
//! tables, accounts, and clients with and without a name.

#![allow(clippy::expect_used)]

use std::net::Ipv4Addr;

use smtp_terminal::dns::{Data, Dns};
use smtp_terminal::files::Files;
use smtp_terminal::postfix::config::master_cf::MASTER_CF;
use smtp_terminal::postfix::neighbour::LIST;
use smtp_terminal::postfix::server::{Server, User};

use super::tests;

/// The networks that clients connect from: the second number of their address, and what there
/// is to know about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// `127.0.x.y`: in mynetworks of most configurations, with a name.
    Own,
    /// `127.16.x.y`: a name that maps back.
    Named,
    /// `127.17.x.y`: no name.
    Nameless,
    /// `127.18.x.y`: a name that maps to another address.
    Forged,
    /// `127.19.x.y`: the servers for its name do not answer.
    Silent,
    /// `127.20.x.y`: a name that does not exist.
    Dangling,
    /// `127.21.x.y`: a name whose servers do not answer.
    Half,
}

impl Network {
    /// Every network.
    pub const ALL: [Network; 7] = [
        Network::Own,
        Network::Named,
        Network::Nameless,
        Network::Forged,
        Network::Silent,
        Network::Dangling,
        Network::Half,
    ];

    /// The address of a client in this network.
    pub fn client(self, number: usize) -> Ipv4Addr {
        let second = match self {
            Network::Own => 0,
            other => 15 + other as u8,
        };
        // 127.0.0.1 is this machine itself.
        let number = number % 60_000 + 1_000;
        Ipv4Addr::new(127, second, (number >> 8) as u8, number as u8)
    }

    fn of(address: Ipv4Addr) -> Option<Network> {
        let [127, second, _, _] = address.octets() else {
            return None;
        };
        Network::ALL.into_iter().find(|n| match n {
            Network::Own => second == 0,
            other => second == 15 + *other as u8,
        })
    }
}

/// The domain name system without its clients.
pub fn dns() -> Dns {
    let text = std::fs::read_to_string(tests("postfix/zone.txt")).expect("zone.txt");
    zone(&text)
}

/// A zone from its text.
pub fn zone(text: &str) -> Dns {
    let mut dns = Dns::default();
    for line in text.lines().filter(|l| !l.starts_with(';')) {
        let mut words = line.split_whitespace();
        let (Some(name), Some(kind)) = (words.next(), words.next()) else {
            continue;
        };
        let value = words.collect::<Vec<_>>().join(" ");
        match kind {
            "A" => dns.add(name, Data::A(value)),
            "AAAA" => dns.add(name, Data::Aaaa(value)),
            "MX" => {
                let (preference, host) = value.split_once(' ').expect("MX: preference and host");
                let preference = preference.parse().expect("MX: a number");
                dns.add(name, Data::Mx(preference, host.into()));
            }
            "TXT" => dns.add(name, Data::Txt(value)),
            "PTR" => dns.add(name, Data::Ptr(value)),
            "CNAME" => dns.add(name, Data::Cname(value)),
            "NS" => dns.add(name, Data::Ns(value)),
            "SERVFAIL" => dns.silence(name),
            other => panic!("zone.txt: {other}"),
        }
    }
    dns
}

/// Adds what there is to know about a client: its names, and its entries in the DNS lists.
pub fn add_client(dns: &mut Dns, address: Ipv4Addr) {
    let Some(network) = Network::of(address) else {
        return;
    };
    let [_, _, third, fourth] = address.octets();
    let reverse = Dns::reverse_name(&address.to_string());
    let own = Data::A(address.to_string());
    let start = match network {
        Network::Own => "ws",
        other => ["", "h", "", "forged", "", "dangling", "half"][other as usize],
    };
    let name = if network == Network::Own {
        format!("{start}-{third}-{fourth}.safeer.in")
    } else {
        format!("{start}-{third}-{fourth}.client.example")
    };
    match network {
        _ if address == Ipv4Addr::LOCALHOST => {}
        Network::Nameless => {}
        Network::Silent => dns.silence(&reverse),
        _ => dns.add(&reverse, Data::Ptr(name.clone())),
    }
    match network {
        Network::Own | Network::Named => dns.add(&name, own),
        Network::Forged => dns.add(&name, Data::A("192.0.2.99".into())),
        Network::Half => dns.silence(&name),
        _ => {}
    }
    let listed = format!("{fourth}.{third}.{}.127", address.octets()[1]);
    if fourth % 3 == 0 {
        dns.add(
            &format!("{listed}.bl.example"),
            Data::A(format!("127.0.0.{}", 2 + fourth % 9)),
        );
        if fourth % 2 == 0 {
            let text = format!("Blocked, see http://bl.example/{address}");
            dns.add(&format!("{listed}.bl.example"), Data::Txt(text));
        }
    }
    if fourth % 7 == 0 {
        dns.silence(&format!("{listed}.bl.example"));
    }
    if fourth % 5 == 0 {
        dns.add(&format!("{listed}.wl.example"), Data::A("127.0.1.3".into()));
    }
}

/// The client that a name was made from, for a name server.
pub fn client_of(name: &str) -> Option<Ipv4Addr> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let number = |text: &str| text.parse::<u8>().ok();
    let suffixes = [".in-addr.arpa", ".bl.example", ".wl.example"];
    if let Some(reverse) = suffixes.iter().find_map(|s| name.strip_suffix(s)) {
        let parts: Vec<u8> = reverse.split('.').filter_map(number).collect();
        let [d, c, b, a] = parts[..] else { return None };
        return Some(Ipv4Addr::new(a, b, c, d));
    }
    let first = name.split('.').next()?;
    let mut parts = first.split('-');
    let second = match parts.next()? {
        "ws" => 0,
        "h" => 16,
        "forged" => 18,
        "half" => 21,
        _ => return None,
    };
    let (third, fourth) = (number(parts.next()?)?, number(parts.next()?)?);
    Some(Ipv4Addr::new(127, second, third, fourth))
}

/// The tables beside main.cf: their names and texts.
pub fn tables() -> Vec<(String, String)> {
    let folder = std::fs::read_dir(tests("postfix/tables")).expect("tables");
    let paths = folder.filter_map(|entry| entry.ok().map(|e| e.path()));
    let read = |path: std::path::PathBuf| {
        let name = path.file_name()?.to_str()?.to_string();
        Some((name, std::fs::read_to_string(&path).ok()?))
    };
    paths.filter_map(read).collect()
}

/// The services of master.cf that a main.cf names in comments, `# master.cf: …`; `$here` is where the
/// server listens.
pub fn master_cf(main_cf: &str, here: &str) -> Option<String> {
    let lines = main_cf.lines();
    let services = lines.filter_map(|line| line.strip_prefix("# master.cf: "));
    let text: String = services
        .map(|line| line.replace("$here", here) + "\n")
        .collect();
    (!text.is_empty()).then_some(text)
}

/// The service of our server that is talked to, by its place.
pub fn service(server: &Server) -> usize {
    let has_services = server.files.get(MASTER_CF).is_some();
    let place = has_services.then(|| server.listens("127.0.0.1", 25, false));
    place.flatten().unwrap_or(0)
}

/// The value of a parameter that no Postfix knows, which says what stands beside it: `dovecot_mechanisms`,
/// `cyrus_mechanisms`.
pub fn made_up<'a>(main_cf: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = main_cf.lines().filter_map(|line| line.split_once(" = "));
    lines.find(|(own, _)| *own == name).map(|(_, value)| value)
}

/// Our server with a main.cf.
pub fn server(main_cf: &str) -> Server {
    let mut files = Files::default();
    if let Some(text) = master_cf(main_cf, "smtp") {
        files.insert(MASTER_CF, text);
    }
    for (name, text) in tables() {
        files.insert(format!("/etc/postfix/{name}"), text);
    }
    if let Some(known) = made_up(main_cf, "dovecot_mechanisms") {
        files.insert("/var/spool/postfix/private/auth", "");
        files.insert(LIST, format!("unix:private/auth\ndovecot {known}\n"));
    }
    if let Some(known) = made_up(main_cf, "cyrus_mechanisms") {
        files.insert(
            "/etc/postfix/sasl/smtpd.conf",
            format!("mech_list: {known}\n"),
        );
    }
    let user = User {
        name: "safeer".into(),
        password: Some("penguin".into()),
    };
    let own = vec!["127.0.0.1".to_string()];
    Server::new(main_cf, files, vec![user], own).unwrap_or_else(|e| panic!("{e}\n{main_cf}"))
}

/// The domain name system with one client.
pub fn dns_with(base: &Dns, client: &str) -> Dns {
    let mut dns = base.clone();
    if let Ok(address) = client.parse() {
        add_client(&mut dns, address);
    }
    dns
}
