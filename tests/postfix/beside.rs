//! What answers beside the real Postfix: policy servers and a Milter, in threads of the tests. Ours has
//! the same rules as a scenario would give them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::OnceLock;
use std::thread;

use smtp_terminal::postfix::neighbour::socket::ANYWHERE;
use smtp_terminal::postfix::neighbour::{Kind, Neighbour, Neighbours, LIST};
use smtp_terminal::postfix::server::Server;

/// Only this configuration has them.
const MARK: &str = "# Services answer";

/// The attribute that a policy server goes by, and its table: a whole value, or what follows its `@`.
type Policy = (&'static str, &'static [(&'static str, &'static str)]);

const POLICIES: [Policy; 7] = [
    (
        "client_name",
        &[("unknown", "DEFER_IF_REJECT 4.7.8 no name")],
    ),
    (
        "helo_name",
        &[
            ("localhost", "WARN home"),
            ("x", "REJECT too short"),
            ("a.b", "OK"),
        ],
    ),
    (
        "sender",
        &[
            ("spam.example", "REJECT we know you"),
            ("a.example", "DEFER_IF_PERMIT 4.2.0 Greylisted"),
            ("b.example", "450 4.7.9 wait"),
            ("gmail.com", "PREPEND X-From: gmail"),
            ("nowhere.example", "nonsense"),
        ],
    ),
    (
        "recipient",
        &[
            ("asha@safeer.in", "OK"),
            ("relayed.example", "INFO relayed"),
            ("praveen@safeer.in", "HOLD for a while"),
            ("localhost", "554 5.7.7 not here"),
        ],
    ),
    ("recipient_count", &[("2", "REJECT enough")]),
    (
        "policy_context",
        &[("here", "WARN here"), ("all over", "INFO all over")],
    ),
    (
        "protocol_state",
        &[("DATA", "WARN data"), ("END-OF-MESSAGE", "INFO end")],
    ),
];

/// What the Milter looks for at the start of a line, and its reply.
const PATTERNS: [(&str, &str); 2] = [
    ("subject: happy", "550 5.7.1 No parties"),
    ("x-long:", "451 4.7.1 Too long, try again later"),
];

/// What another Milter has to say to commands.
const COMMANDS: [(&str, &str); 5] = [
    ("helo localhost", "451 4.7.8 Not from here"),
    ("mail from:<asha@", "550 5.7.8 Not you"),
    ("rcpt to:<asha@", "450 4.7.9 Not now"),
    ("rcpt to:<x@", "554 5.7.9 Never"),
    ("foo", "502 5.5.7 No foo"),
];

fn listen(serve: impl Fn(TcpStream) + Clone + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let serve = serve.clone();
            thread::spawn(move || serve(client));
        }
    });
    port
}

/// The ports of all that answers, by name.
fn ports() -> &'static [(&'static str, u16)] {
    static PORTS: OnceLock<Vec<(&str, u16)>> = OnceLock::new();
    PORTS.get_or_init(|| {
        let policy = |policy: Policy| (policy.0, listen(move |client| decide(client, policy)));
        let mut ports: Vec<_> = POLICIES.into_iter().map(policy).collect();
        ports.push(("milter", listen(|client| filter(client).unwrap_or(()))));
        ports.push(("commands", listen(|client| filter(client).unwrap_or(()))));
        ports
    })
}

/// A policy server (SMTPD_POLICY_README).
fn decide(client: TcpStream, (attribute, table): Policy) {
    let mut out = client.try_clone().unwrap();
    let mut value = String::new();
    for line in BufReader::new(client).lines().map_while(Result::ok) {
        if let Some((name, own)) = line.split_once('=') {
            if name == attribute {
                value = own.into();
            }
            continue;
        }
        let domain = value.rsplit_once('@').map(|(_, domain)| domain.to_string());
        let find = |key: &str| {
            let found = table.iter().find(|(own, _)| own.eq_ignore_ascii_case(key));
            found.map(|(_, action)| *action)
        };
        let found = find(&value).or_else(|| find(&domain?));
        let action = found.unwrap_or("DUNNO");
        if write!(out, "action={action}\n\n").is_err() {
            return;
        }
        value.clear();
    }
}

/// A Milter: it looks at lines, and says at the end what it thinks of them.
fn filter(mut client: TcpStream) -> std::io::Result<()> {
    let hears = ports().iter().any(|(name, port)| {
        *name == "commands" && client.local_addr().is_ok_and(|own| own.port() == *port)
    });
    let mut lines: Vec<String> = Vec::new();
    loop {
        let mut length = [0; 4];
        client.read_exact(&mut length)?;
        let mut packet = vec![0; u32::from_be_bytes(length) as usize];
        client.read_exact(&mut packet)?;
        let text = String::from_utf8_lossy(&packet[1..]).to_lowercase();
        let (reply, rest) = match packet[0] {
            b'O' => (b'O', [6u32, 0x1ff, 0].map(u32::to_be_bytes).concat()),
            b'D' => continue,
            b'A' => {
                lines.clear();
                continue;
            }
            b'Q' => return Ok(()),
            b'L' => {
                let (name, value) = text.split_once('\0').unwrap_or((&text, ""));
                lines.push(format!(
                    "{name}: {}",
                    value.trim_end_matches('\0').trim_start()
                ));
                (b'c', Vec::new())
            }
            b'B' => {
                lines.extend(text.lines().map(String::from));
                (b'c', Vec::new())
            }
            b'H' | b'M' | b'R' | b'U' if hears => {
                let verb = match packet[0] {
                    b'H' => "helo ",
                    b'M' => "mail from:",
                    b'R' => "rcpt to:",
                    _ => "",
                };
                let said = [verb, text.split('\0').next().unwrap_or("")].concat();
                let found = COMMANDS.iter().find(|(start, _)| said.starts_with(start));
                match found {
                    Some((_, reply)) => (b'y', [reply.as_bytes(), b"\0"].concat()),
                    None => (b'c', Vec::new()),
                }
            }
            b'E' if hears => (b'c', Vec::new()),
            b'E' => {
                let has = |start: &str| lines.iter().any(|line| line.starts_with(start));
                let found = PATTERNS.iter().find(|(start, _)| has(start));
                lines.clear();
                match found {
                    Some((_, reply)) => (b'y', [reply.as_bytes(), b"\0"].concat()),
                    None => (b'c', Vec::new()),
                }
            }
            _ => (b'c', Vec::new()),
        };
        client.write_all(&(rest.len() as u32 + 1).to_be_bytes())?;
        client.write_all(&[reply])?;
        client.write_all(&rest)?;
    }
}

/// A main.cf with the ports in the place of `@name@`.
pub fn placed(main_cf: String) -> String {
    if !main_cf.contains(MARK) {
        return main_cf;
    }
    let put = |text: String, (name, port): &(&str, u16)| {
        text.replace(&format!("@{name}@"), &port.to_string())
    };
    ports().iter().fold(main_cf, put)
}

/// The same beside our server.
pub fn furnish(server: &mut Server, main_cf: &str) {
    if !main_cf.contains(MARK) {
        return;
    }
    let mut all = Vec::new();
    for (name, port) in ports() {
        let at = format!("inet:127.0.0.1:{port}");
        let policy = POLICIES.iter().find(|(own, _)| own == name);
        let (kind, table) = match policy {
            Some((_, table)) => (Kind::Table, table.to_vec()),
            None if *name == "commands" => (Kind::Milter, COMMANDS.to_vec()),
            None => (Kind::Scan, PATTERNS.to_vec()),
        };
        let entry = |(key, action): &(&str, &str)| match policy {
            Some(_) => (key.to_string(), action.to_string()),
            None => {
                let what = if action.starts_with('4') {
                    "tempfail"
                } else {
                    "reject"
                };
                (format!("^{key}"), format!("{what} {action}"))
            }
        };
        let entries = table.iter().map(entry).collect();
        all.push(Neighbour {
            by: name.to_string(),
            entries,
            ..Neighbour::new(&at, kind)
        });
    }
    let all_at = all.iter().map(|own| own.at.as_str()).chain([ANYWHERE]);
    let list: String = all_at.map(|at| format!("{at}\n")).collect();
    server.files.insert(LIST, list);
    server.neighbours = Neighbours(all);
    server.reload().unwrap();
}
