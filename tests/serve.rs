//! `smtp-terminal serve` under load and in trouble: what it has answered with 250 is stored, whatever
//! happens, and what goes wrong is said once and stops nobody else.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A folder for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("st-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A server; what comes before it in a shell is `set_up`.
struct Server {
    child: Child,
    log: Arc<Mutex<String>>,
    address: SocketAddr,
}

impl Server {
    fn start(arguments: &[&str]) -> Server {
        Server::after("", arguments)
    }

    fn after(set_up: &str, arguments: &[&str]) -> Server {
        let command = format!("{set_up} exec \"$0\" serve \"$@\"");
        let mut child = Command::new("sh")
            .args(["-c", &command, env!("CARGO_BIN_EXE_smtp-terminal")])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let written = Arc::clone(&log);
        std::thread::spawn(move || {
            let mut line = String::new();
            while let Ok(1..) = errors.read_line(&mut line) {
                written.lock().unwrap().push_str(&std::mem::take(&mut line));
            }
        });
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let mut server = Server {
            child,
            log,
            address: ([127, 0, 0, 1], 0).into(),
        };
        // Where standard output is gone, the log says it.
        if line.is_empty() {
            line = server.log_with("listening on ");
        }
        let after = line
            .split_once("listening on ")
            .map_or("", |(_, rest)| rest);
        let address = after.split(' ').next().unwrap_or("");
        let address: SocketAddr = address.parse().unwrap_or_else(|_| panic!("{line:?}"));
        server.address.set_port(address.port());
        server
    }

    fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// The log once it has this text; a log that never has it never ends the test.
    fn log_with(&self, text: &str) -> String {
        while !self.log().contains(text) {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.log()
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// The most memory that it had, in bytes.
    fn memory(&self, name: &str) -> usize {
        let path = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(path).unwrap();
        let line = text.lines().find_map(|l| l.strip_prefix(name)).unwrap();
        let kilobytes = line.trim_matches(|c: char| !c.is_ascii_digit());
        kilobytes.parse::<usize>().unwrap() * 1_024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Client {
    stream: TcpStream,
    heard: BufReader<TcpStream>,
}

impl Client {
    fn new(address: SocketAddr) -> Client {
        Client::of(TcpStream::connect(address).unwrap())
    }

    fn of(stream: TcpStream) -> Client {
        let heard = BufReader::new(stream.try_clone().unwrap());
        Client { stream, heard }
    }

    /// The last line of a reply; nothing where the other end is gone.
    fn reply(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            match self.heard.read_line(&mut line) {
                Ok(1..) if line.as_bytes().get(3) == Some(&b'-') => {}
                Ok(1..) => return line.trim_end().to_string(),
                _ => return String::new(),
            }
        }
    }

    fn say(&mut self, text: &str) {
        // What cannot be said is not answered either.
        let _ = self.stream.write_all(text.as_bytes());
    }

    fn ask(&mut self, line: &str) -> String {
        self.say(&format!("{line}\r\n"));
        self.reply()
    }

    fn greet(&mut self) {
        assert!(self.reply().starts_with("220 "));
        assert!(self.ask("HELO penguinpower").starts_with("250 "));
    }

    /// Hands a message over; what the server says to the dot.
    fn send(&mut self, id: &str) -> String {
        let envelope = ["MAIL FROM:<asha@safeer.in>", "RCPT TO:<safeer@safeer.in>"];
        for line in envelope {
            if !self.ask(line).starts_with("250 ") {
                return String::new();
            }
        }
        if !self.ask("DATA").starts_with("354 ") {
            return String::new();
        }
        self.ask(&format!("Subject: {id}\r\n\r\nThis is {id}.\r\n."))
    }
}

/// How often each subject is in a maildir; a message has to be whole.
fn stored(path: &Path) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for file in std::fs::read_dir(path.join("new")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let subject = text.lines().find_map(|l| l.strip_prefix("Subject: "));
        let subject = subject.unwrap_or_else(|| panic!("{text}")).to_string();
        assert!(
            text.ends_with(&format!("\n\nThis is {subject}.\n")),
            "{text}"
        );
        *found.entry(subject).or_default() += 1;
    }
    found
}

#[test]
fn what_is_accepted_is_a_file() {
    let folder = Folder::new("maildir");
    let path = folder.0.join("mail");
    let server = Server::start(&[
        "--listen",
        "127.0.0.1:0",
        "--maildir",
        path.to_str().unwrap(),
    ]);
    let mut client = server.client();
    client.greet();
    assert!(client.send("one").starts_with("250 2.0.0 Ok: queued as "));
    assert_eq!(stored(&path), BTreeMap::from([("one".into(), 1)]));
    let file = std::fs::read_dir(path.join("new")).unwrap().next().unwrap();
    let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
    let start = "Return-Path: <asha@safeer.in>\nDelivered-To: safeer@safeer.in\nReceived: from penguinpower";
    assert!(text.starts_with(start), "{text}");
    assert_eq!(std::fs::read_dir(path.join("tmp")).unwrap().count(), 0);
    // What cannot be stored is not accepted.
    std::fs::remove_dir_all(path.join("new")).unwrap();
    assert_eq!(
        client.send("two"),
        "451 4.3.0 Error: queue file write error"
    );
    assert_eq!(
        client.send("three"),
        "451 4.3.0 Error: queue file write error"
    );
    let log = server.log_with("a message is not stored");
    assert_eq!(log.matches("a message is not stored").count(), 1, "{log}");
    std::fs::create_dir_all(path.join("new")).unwrap();
    assert!(client.send("four").starts_with("250 "));
    assert_eq!(stored(&path), BTreeMap::from([("four".into(), 1)]));
}

#[test]
fn a_hundred_kills_lose_nothing_and_double_nothing() {
    let seed = std::env::var("SEED").ok().and_then(|s| s.parse().ok());
    let seed = seed.unwrap_or(2026);
    println!("SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = Folder::new("kill");
    let path = folder.0.join("mail");
    let arguments = [
        "--listen",
        "127.0.0.1:0",
        "--maildir",
        path.to_str().unwrap(),
    ];
    let (mut answered, mut begun) = (Vec::new(), 0);
    for turn in 0..100 {
        let mut server = Server::start(&arguments);
        let address = server.address;
        let accepted = Arc::new(Mutex::new(Vec::new()));
        let sent = Arc::new(AtomicUsize::new(0));
        let clients: Vec<_> = (0..4)
            .map(|number| {
                let (accepted, sent) = (Arc::clone(&accepted), Arc::clone(&sent));
                std::thread::spawn(move || {
                    let Ok(stream) = TcpStream::connect(address) else {
                        return;
                    };
                    let mut client = Client::of(stream);
                    client.reply();
                    client.ask("HELO penguinpower");
                    for n in 0.. {
                        let id = format!("{turn}-{number}-{n}");
                        sent.fetch_add(1, Ordering::SeqCst);
                        if !client.send(&id).starts_with("250 ") {
                            return;
                        }
                        accepted.lock().unwrap().push(id);
                    }
                })
            })
            .collect();
        let enough = random.usize(1..12);
        while accepted.lock().unwrap().len() < enough {
            std::thread::yield_now();
        }
        server.kill();
        for client in clients {
            client.join().unwrap();
        }
        answered.append(&mut accepted.lock().unwrap());
        begun += sent.load(Ordering::SeqCst);
    }
    let found = stored(&path);
    println!(
        "{begun} begun, {} answered with 250, {} stored",
        answered.len(),
        found.len()
    );
    for id in &answered {
        assert_eq!(found.get(id), Some(&1), "{id}");
    }
    // What was stored and not answered may be sent again; none is there twice of itself.
    assert!(found.values().all(|count| *count == 1));
    assert!(found.len() <= begun);
}

/// How often each subject is in a file of messages; each has to be whole.
fn in_mbox(path: &Path) -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut found = BTreeMap::new();
    for message in text.split("\n\nFrom ").filter(|part| !part.is_empty()) {
        let subject = message.lines().find_map(|l| l.strip_prefix("Subject: "));
        let subject = subject.unwrap_or_else(|| panic!("{message}")).to_string();
        let end = format!("\n\nThis is {subject}.");
        assert!(message.trim_end().ends_with(&end), "{message}");
        *found.entry(subject).or_default() += 1;
    }
    found
}

#[test]
fn an_mbox_survives_kills_too() {
    let folder = Folder::new("mbox");
    let path = folder.0.join("mail");
    let arguments = ["--listen", "127.0.0.1:0", "--mbox", path.to_str().unwrap()];
    let mut answered = Vec::new();
    for turn in 0..20 {
        let mut server = Server::start(&arguments);
        let address = server.address;
        let (say, hear) = std::sync::mpsc::channel();
        let client = std::thread::spawn(move || {
            let mut client = Client::of(TcpStream::connect(address).unwrap());
            client.reply();
            client.ask("HELO penguinpower");
            for n in 0.. {
                let id = format!("{turn}-{n}");
                if !client.send(&id).starts_with("250 ") || say.send(id).is_err() {
                    return;
                }
            }
        });
        answered.extend(hear.iter().take(1 + turn % 4));
        // What comes between is answered and perhaps not counted, but never torn.
        server.kill();
        answered.extend(hear.iter());
        client.join().unwrap();
    }
    // A piece of one whose writing was broken off is cut off by who opens the file.
    let whole = std::fs::read(&path).unwrap();
    let mut torn = whole.clone();
    torn.extend(b"\0rom asha@safeer.in  Tue Nov 24 01:55:53 2026\nSubject: torn\n\nThis");
    std::fs::write(&path, &torn).unwrap();
    let server = Server::start(&arguments);
    let found = in_mbox(&path);
    for id in &answered {
        assert_eq!(found.get(id), Some(&1), "{id}");
    }
    assert!(found.values().all(|count| *count == 1) && !found.contains_key("torn"));
    // It is one process's.
    let other = Command::new(env!("CARGO_BIN_EXE_smtp-terminal"))
        .args(["serve"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(!other.status.success());
    assert!(String::from_utf8_lossy(&other.stderr).contains("--mbox"));
    // Lines that would begin a message are marked.
    let mut client = server.client();
    client.greet();
    for line in ["MAIL FROM:<>", "RCPT TO:<safeer@safeer.in>", "DATA"] {
        client.ask(line);
    }
    assert!(client
        .ask("Subject: from\r\n\r\nFrom here\r\n>From there\r\n\0rom x\r\n.")
        .starts_with("250 "));
    let text = std::fs::read(&path).unwrap();
    let text = String::from_utf8_lossy(&text[whole.len()..]).into_owned();
    assert!(text.starts_with("From MAILER-DAEMON  "), "{text}");
    assert!(
        text.ends_with("\n\n>From here\n>>From there\n>\0rom x\n\n"),
        "{text:?}"
    );
}

#[test]
fn a_stop_lets_a_message_come_to_its_end() {
    let folder = Folder::new("stop");
    let path = folder.0.join("mail");
    let mut server = Server::start(&[
        "--listen",
        "127.0.0.1:0",
        "--maildir",
        path.to_str().unwrap(),
    ]);
    let (mut idle, mut busy) = (server.client(), server.client());
    idle.greet();
    busy.greet();
    for line in [
        "MAIL FROM:<asha@safeer.in>",
        "RCPT TO:<safeer@safeer.in>",
        "DATA",
    ] {
        busy.ask(line);
    }
    let pid = server.child.id().to_string();
    assert!(Command::new("kill")
        .args(["-TERM", &pid])
        .status()
        .unwrap()
        .success());
    assert_eq!(idle.reply(), "421 4.3.2 Service shutting down");
    assert_eq!(idle.reply(), "");
    let answer = busy.ask("Subject: last\r\n\r\nThis is last.\r\n.");
    assert!(answer.starts_with("250 2.0.0 Ok: queued as "), "{answer}");
    assert_eq!(busy.reply(), "421 4.3.2 Service shutting down");
    assert!(server.child.wait().unwrap().success());
    assert!(server
        .log_with("stopped;")
        .contains("stopped; messages taken: 1"));
    assert_eq!(stored(&path), BTreeMap::from([("last".into(), 1)]));
}

#[test]
fn without_descriptors_it_waits_and_says_so_once() {
    let server = Server::after("ulimit -n 64;", &["--listen", "127.0.0.1:0"]);
    let mut clients: Vec<Client> = (0..100).map(|_| server.client()).collect();
    let log = server.log_with("cannot take a connection");
    clients[0].greet();
    // Whoever waits has a turn when others have gone.
    let mut last = clients.pop().unwrap();
    drop(clients);
    last.greet();
    assert!(last.send("x").starts_with("250 "));
    assert_eq!(log.matches("cannot take a connection").count(), 1, "{log}");
}

#[test]
fn outputs_that_are_full_or_closed_stop_nothing() {
    let ends = [
        "2>/dev/full",
        "2>&-",
        "2>/dev/full >/dev/null",
        ">/dev/full",
    ];
    for end in ends {
        // The port is learned from /proc, since there may be nobody to say it to.
        let command = format!("exec \"$0\" serve --listen 127.0.0.1:0 {end}");
        let mut child = Command::new("sh")
            .args(["-c", &command, env!("CARGO_BIN_EXE_smtp-terminal")])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let port = port_of(child.id());
        let mut client = Client::new(([127, 0, 0, 1], port).into());
        client.greet();
        for n in 0..50 {
            assert!(client.send(&n.to_string()).starts_with("250 "), "{end}");
        }
        let _ = child.kill();
        child.wait().unwrap();
    }
}

/// The port on which a process listens.
fn port_of(pid: u32) -> u16 {
    loop {
        let folder = std::fs::read_dir(format!("/proc/{pid}/fd"));
        let links = folder.into_iter().flatten().flatten();
        let names = links.filter_map(|link| std::fs::read_link(link.path()).ok());
        let sockets: Vec<String> = names.map(|name| name.display().to_string()).collect();
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        for line in table.lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if words[3] == "0A" && sockets.contains(&format!("socket:[{}]", words[9])) {
                let (_, port) = words[1].split_once(':').unwrap();
                return u16::from_str_radix(port, 16).unwrap();
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_config_may_name_what_is_no_file() {
    let folder = Folder::new("config");
    let table = folder.file(
        "access",
        b"caf\xe9@safeer.in REJECT caf\xe9\nx@safeer.in REJECT no\n",
    );
    let main_cf = format!(
        "# gr\u{fc}\u{df}e\nmyhostname = smtp.safeer.in\ncompatibility_level = 3.6\n\
         mydestination = safeer.in\nlocal_recipient_maps =\nqueue_directory = /var\n\
         # /dev/zero\nsmtpd_recipient_restrictions = check_sender_access hash:{table} permit\n\
         virtual_alias_maps = hash:/dev/urandom\n"
    );
    let bytes: Vec<u8> = main_cf.chars().map(|c| c as u8).collect();
    let path = folder.file("main.cf", &bytes);
    let server = Server::start(&["--listen", "127.0.0.1:0", "--config", &path]);
    let log = server.log_with("/dev/urandom: is no regular file");
    assert!(!log.contains("/dev/zero"), "{log}");
    let mut client = server.client();
    client.greet();
    client.ask("MAIL FROM:<x@safeer.in>");
    let refusal = client.ask("RCPT TO:<a@safeer.in>");
    assert!(refusal.starts_with("554 5.7.1 "), "{refusal}");
    // As main.cf itself, a device has no end.
    for path in ["/dev/zero", "/"] {
        let output = Command::new(env!("CARGO_BIN_EXE_smtp-terminal"))
            .args(["serve", "--config", path])
            .output()
            .unwrap();
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains(path));
    }
}

#[test]
fn who_listens_to_all_is_told() {
    let server = Server::start(&["--listen", "0.0.0.0:0"]);
    let log = server.log_with("Nothing is ever sent anywhere.");
    assert!(log.contains("not on this machine alone"), "{log}");
    let server = Server::start(&["--listen", "127.0.0.1:0"]);
    server.client().greet();
    let log = server.log_with("disconnect");
    assert!(!log.contains("not on this machine alone"), "{log}");
}

#[test]
fn odd_clients_harm_nobody() {
    let server = Server::start(&["--listen", "127.0.0.1:0"]);
    // One that says a byte at a time.
    let mut slow = server.client();
    assert!(slow.reply().starts_with("220 "));
    for byte in "HELO penguinpower\r\n".chars() {
        slow.say(&byte.to_string());
    }
    assert!(slow.reply().starts_with("250 "));
    // One that has said all and still listens.
    let mut half = server.client();
    assert!(half.reply().starts_with("220 "));
    half.say("HELO x\r\nNOOP\r\n");
    half.stream.shutdown(Shutdown::Write).unwrap();
    assert!(half.reply().starts_with("250 "));
    assert!(half.reply().starts_with("250 "));
    // Those that go without a word, in the middle of a line, of a message, and by a reset.
    for said in [
        "",
        "HE",
        "HELO x\r\nMAIL FROM:<a@safeer.in>\r\nRCPT TO:<safeer@safeer.in>\r\nDATA\r\nx",
    ] {
        for resets in [false, true] {
            let mut client = server.client();
            client.reply();
            client.say(said);
            let socket = socket2::SockRef::from(&client.stream);
            socket.set_linger(resets.then_some(Duration::ZERO)).unwrap();
        }
    }
    // One that talks and never listens: it is let wait, and nothing is kept for it.
    let flood = server.client();
    flood.stream.set_nonblocking(true).unwrap();
    let mut stream = &flood.stream;
    let noise = b"NOOP\r\n".repeat(10_000);
    let mut refused = 0;
    for _ in 0..1_000 {
        match stream.write(&noise) {
            Ok(_) => refused = 0,
            Err(_) => refused += 1,
        }
        if refused > 20 {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut client = server.client();
    client.greet();
    assert!(client.send("x").starts_with("250 "));
    assert!(slow.send("y").starts_with("250 "));
}

#[test]
fn what_is_kept_in_memory_has_an_end() {
    let folder = Folder::new("memory");
    let main_cf =
        "myhostname = smtp.safeer.in\nmydestination = safeer.in\nlocal_recipient_maps =\n\
        compatibility_level = 3.6\n";
    let path = folder.file("main.cf", main_cf.as_bytes());
    let server = Server::start(&["--listen", "127.0.0.1:0", "--config", &path]);
    let mut client = server.client();
    client.greet();
    let body = "This is a line of a rather long message.\r\n".repeat(100_000);
    for _ in 0..30 {
        for line in ["MAIL FROM:<a@safeer.in>", "RCPT TO:<b@safeer.in>", "DATA"] {
            client.ask(line);
        }
        client.say(&body);
        assert!(client.ask(".").starts_with("250 "));
    }
    let most = server.memory("VmHWM:");
    println!(
        "{} MB for 30 messages of {} MB",
        most >> 20,
        body.len() >> 20
    );
    // 126 MB have come.
    assert!(most < 120 << 20, "{most}");
}

#[test]
fn a_thousand_connections_are_served_at_once() {
    let folder = Folder::new("thousand");
    let main_cf =
        "myhostname = smtp.safeer.in\nmydestination = safeer.in\nlocal_recipient_maps =\n\
        compatibility_level = 3.6\n";
    let path = folder.file("main.cf", main_cf.as_bytes());
    let count = 400;
    let server = Server::start(&["--listen", "127.0.0.1:0", "--config", &path]);
    let before = server.memory("VmRSS:");
    let mut clients: Vec<Client> = (0..count).map(|_| server.client()).collect();
    clients.iter_mut().for_each(Client::greet);
    let each = (server.memory("VmRSS:") - before) / count;
    println!("{each} bytes a connection");
    for client in &mut clients {
        assert!(client.send("x").starts_with("250 "));
    }
    assert!(each < 128 << 10, "{each}");
    let mut rest = Vec::new();
    for mut client in clients {
        client.say("QUIT\r\n");
        client.heard.read_to_end(&mut rest).unwrap();
    }
}
