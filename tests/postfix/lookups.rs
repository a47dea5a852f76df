//! dig, host and nslookup beside Debian's, with the same name server behind them.

use std::net::Ipv4Addr;
use std::path::Path;

use smtp_terminal::network::{Host, World};
use smtp_terminal::workstation::batch;

use super::oracle::root::as_root;
use super::support::sabotage::Sabotage;
use super::support::{scene, shape};

/// What is asked. The names are those of `zone.txt`.
const LINES: [&str; 21] = [
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
    "dig -x 127.0.3.232",
    "dig gmail.com NS",
    "dig gmail-smtp-in.l.google.com",
];

/// So many there are at least.
const LEAST: usize = 21;

/// Takes out what is different every time: how long the answer took, when it came, the number
/// of the question. Another machine may also have another revision of Debian's package.
fn mask(text: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let shown = |line: &str| {
        let time = line.strip_prefix(";; Query time: ");
        if time
            .and_then(|t| t.strip_suffix(" msec"))
            .is_some_and(digits)
        {
            return ";; Query time: (so many) msec".into();
        }
        if let Some(at) = line.strip_prefix(";; WHEN: ") {
            return format!(";; WHEN: {}", shape::without_moments(at));
        }
        if let Some((start, id)) = line.rsplit_once(", id: ").filter(|(_, id)| digits(id)) {
            return format!(
                "{start}, id: (a number of {} digits at most)",
                id.len().max(5)
            );
        }
        match line.split_once("DiG 9.18.") {
            Some((start, rest)) => format!("{start}DiG 9.18.{}", without_revision(rest)),
            None => line.into(),
        }
    };
    let lines: Vec<String> = text.split('\n').map(shown).collect();
    lines.join("\n")
}

/// A text without the revision of a package (`49-1~deb12u3`) at its beginning.
fn without_revision(text: &str) -> String {
    let mut rest = text;
    let mut number = || {
        let end = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest = &rest[end..];
        end > 0
    };
    // Each is a number after what stands before it.
    if !number() {
        return text.into();
    }
    for before in ["-", "~deb", "u"] {
        let Some(after) = rest.strip_prefix(before) else {
            return text.into();
        };
        let end = after.bytes().take_while(u8::is_ascii_digit).count();
        if end == 0 {
            return text.into();
        }
        rest = &after[end..];
    }
    format!("(a revision){rest}")
}

/// What a program prints where a name server of the tests' own is asked; `None` where it is not
/// installed.
fn with_nameserver(nameserver: Ipv4Addr, line: &str) -> Option<String> {
    let program = line.split(' ').next()?;
    let path = Path::new("/usr/bin").join(program);
    if !path.exists() {
        return None;
    }
    let file = std::env::temp_dir().join(format!("st-{}-resolv", std::process::id()));
    std::fs::write(&file, format!("nameserver {nameserver}\n")).unwrap();
    let script = format!(
        "mount --bind {} /etc/resolv.conf && {line} 2>&1",
        file.display()
    );
    let output = as_root("unshare", &["--mount", "sh", "-c", &script]);
    std::fs::remove_file(&file).unwrap();
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What our workstation prints.
fn ours(line: &str) -> String {
    let mut world = World::default();
    world.dns = scene::dns();
    let client = Ipv4Addr::new(127, 0, 3, 232);
    scene::add_client(&mut world.dns, client);
    world.hosts.push(Host {
        name: "penguinpower".into(),
        ..Host::default()
    });
    let words: Vec<String> = line.split(' ').map(str::to_string).collect();
    let said = batch::run(&mut world, "penguinpower", "safeer", &words, b"");
    said.output + &said.error
}

/// Compares; whether all is the same.
pub fn compare(nameserver: Ipv4Addr) -> bool {
    let mut differ = 0;
    let mut sabotage = Sabotage::default();
    for line in LINES {
        let Some(theirs) = with_nameserver(nameserver, line) else {
            println!("SKIPPED the look-ups: Debian's bind9-dnsutils is not installed");
            return std::env::var_os("CI").is_none();
        };
        // The name server's address is the tests' own.
        let theirs = mask(&theirs.replace(&nameserver.to_string(), "10.25.0.2"));
        let ours = ours(line);
        if mask(&ours) != theirs {
            differ += 1;
            println!("{line}\n--- Debian\n{theirs}\n--- we\n{}\n", mask(&ours));
        } else {
            sabotage.plant("look-ups", &[ours], 4, |_, spoilt| {
                mask(&String::from_utf8_lossy(&spoilt)) != theirs
            });
        }
    }
    println!(
        "{} look-ups by dig, host and nslookup, {differ} differ",
        LINES.len()
    );
    differ == 0 && LINES.len() >= LEAST && sabotage.verdict(&["look-ups"])
}
