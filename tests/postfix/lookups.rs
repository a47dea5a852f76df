//! dig, host and nslookup beside Debian's, with the same name server behind them.

use std::net::Ipv4Addr;

use smtp_terminal::network::World;
use smtp_terminal::workstation::programs::machine::{self, Machine};

use super::oracle::with_nameserver;
use super::support::scene;

/// What is asked. The names are those of `zone.txt`.
const LINES: [&str; 18] = [
    "dig +short gmail.com MX",
    "dig +short gmail.com",
    "dig +short nosuch.invalid",
    "dig +noall +answer gmail.com MX",
    "dig gmail.com MX",
    "dig nosuch.invalid",
    "dig gmail.com TXT",
    "host gmail.com",
    "host -t MX gmail.com",
    "host -t TXT gmail.com",
    "host nosuch.invalid",
    "host -t A gmail.com",
    "nslookup -type=mx gmail.com",
    "nslookup nosuch.invalid",
    "nslookup -type=txt gmail.com",
    "nslookup gmail.com",
    "host -t CNAME gmail.com",
    "dig -x 127.0.3.232 +short",
];

/// Takes out what is the name server's own.
fn mask(text: &str, nameserver: &str) -> String {
    let line = |line: &str| {
        let mut line = line
            .replace(nameserver, "SERVER")
            .replace("10.25.0.2", "SERVER");
        for start in [";; Query time: ", ";; WHEN: ", ";; MSG SIZE", ";; flags: "] {
            if line.starts_with(start) {
                line = start.into();
            }
        }
        if let Some(at) = line.find(", id: ") {
            line.truncate(at);
        }
        // A machine may have another revision of Debian's package.
        if let Some((start, rest)) = line.clone().split_once("DiG 9.18.") {
            let rest = rest.split_once(' ').map_or("", |(_, rest)| rest);
            line = format!("{start}DiG 9.18 {rest}");
        }
        // The time for which an answer is good.
        let words: Vec<&str> = line.split('\t').collect();
        words
            .iter()
            .map(|w| {
                if !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit()) {
                    "TTL"
                } else {
                    w
                }
            })
            .collect::<Vec<_>>()
            .join("\t")
    };
    // Ours knows EDNS, and the tests' name server does not.
    let is_edns = |l: &&str| l.starts_with(";; OPT PSEUDO") || l.starts_with("; EDNS: ");
    text.lines()
        .filter(|l| !is_edns(l))
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Compares; whether all is the same.
pub fn compare(nameserver: Ipv4Addr) -> bool {
    let mut differ = 0;
    let address = nameserver.to_string();
    for line in LINES {
        let Some(theirs) = with_nameserver(nameserver, line) else {
            println!("SKIPPED the look-ups: Debian's bind9-dnsutils is not installed");
            return std::env::var_os("CI").is_none();
        };
        let mut world = World::default();
        world.dns = scene::dns();
        let client = Ipv4Addr::new(127, 0, 3, 232);
        scene::add_client(&mut world.dns, client);
        let words: Vec<String> = line.split(' ').map(str::to_string).collect();
        let mut at = Machine::new(&mut world, "penguinpower", "safeer", "/home/safeer", None);
        let output = machine::run(&words, &mut at).unwrap_or_default();
        let ours = mask(&(output.text.clone() + &output.error()), &address);
        let theirs = mask(&theirs, &address);
        if ours != theirs {
            differ += 1;
            println!("{line}\n--- Debian\n{theirs}\n--- we\n{ours}\n");
        }
    }
    println!(
        "{} look-ups by dig, host and nslookup, {differ} differ",
        LINES.len()
    );
    differ == 0
}
