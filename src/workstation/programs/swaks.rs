//! swaks, as Debian's 20201014.0 has it: a whole SMTP transaction by one command.

use std::collections::VecDeque;

use crate::dns::{Data, Kind};
use crate::network::{ConnectionId, Event, World};
use crate::smtp::bytes::encode;
use crate::smtp::reply::take_reply;
use crate::smtp::sasl::to_base64;
use crate::workstation::programs::address::addresses;
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::Program;

/// The program of this file.
pub const PROGRAMS: &[Program] = &[Program::job(
    "swaks",
    start,
    "--to PERSON [--from PERSON] [--server HOST] [--auth] [--tls] [--header H] [--body TEXT] [--quit-after STEP] [-n]|Sends a test message and shows the dialogue.",
)];

fn start(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let words: Vec<String> = arguments.iter().map(|w| w.to_string()).collect();
    Ok(Box::new(Swaks::start(&words, at.user, at.host, at.world)))
}

impl Job for Swaks {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        let (text, ended) = self.advance(at.world);
        at.print(&text);
        ended
    }

    fn signal(&mut self, _: u8, at: &mut Machine) -> bool {
        self.abandon(at.world);
        false
    }
}

/// What the reply that is awaited answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connect,
    Banner,
    Helo,
    Tls,
    Handshake,
    Auth,
    Mail,
    Rcpt,
    Data,
    Content,
    Quit,
}

/// A running swaks.
#[derive(Debug)]
pub struct Swaks {
    server: String,
    port: u16,
    helo: String,
    from: String,
    to: Vec<String>,
    /// Names, and whole lines.
    headers: Vec<(String, String)>,
    body: String,
    auth: Option<String>,
    user: String,
    password: String,
    wants_tls: bool,
    is_encrypted: bool,
    hides_data: bool,
    quit_after: Option<String>,
    stage: Stage,
    connection: Option<ConnectionId>,
    heard: Vec<u8>,
    left: VecDeque<String>,
    accepted: usize,
    said: String,
    status: i32,
    ended: bool,
}

/// Options with a value, long and short, and what they set.
const VALUES: [(&str, &str, &str); 13] = [
    ("--to", "-t", "to"),
    ("--from", "-f", "from"),
    ("--server", "-s", "server"),
    ("--port", "-p", "port"),
    ("--ehlo", "-h", "helo"),
    ("--helo", "-h", "helo"),
    ("--auth", "-a", "auth"),
    ("--auth-user", "-au", "user"),
    ("--auth-password", "-ap", "password"),
    ("--header", "--add-header", "header"),
    ("--body", "-b", "body"),
    ("--quit-after", "-q", "quit"),
    ("--quit", "-q", "quit"),
];

impl Swaks {
    /// Starts with the arguments of the command line.
    pub fn start(arguments: &[String], user: &str, from: &str, world: &mut World) -> Swaks {
        let now = world.now();
        let date = now
            .header_date()
            .replace(" (UTC)", "")
            .replace(",  ", ", 0");
        let c = now.calendar();
        let mut swaks = Swaks {
            server: String::new(),
            port: 25,
            helo: from.into(),
            from: format!("{user}@{from}"),
            to: Vec::new(),
            headers: Vec::new(),
            body: "This is a test mailing".into(),
            auth: None,
            user: String::new(),
            password: String::new(),
            wants_tls: false,
            is_encrypted: false,
            hides_data: false,
            quit_after: None,
            stage: Stage::Connect,
            connection: None,
            heard: Vec::new(),
            left: VecDeque::new(),
            accepted: 0,
            said: String::new(),
            status: 0,
            ended: false,
        };
        let mut headers = Vec::new();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let (name, joined) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_string())),
                _ => (word.as_str(), None),
            };
            match name {
                "-tls" | "--tls" => swaks.wants_tls = true,
                "-n" | "--suppress-data" => swaks.hides_data = true,
                _ => {
                    let header = name.strip_prefix("--h-").map(str::to_string);
                    let option = VALUES
                        .iter()
                        .find(|(long, short, _)| name == *long || name == *short);
                    let Some(value) = joined.or_else(|| words.next().cloned()) else {
                        return swaks.stop(format!("swaks: {name} wants a value\n"), 1);
                    };
                    match (option.map(|o| o.2), header) {
                        (_, Some(header)) => {
                            headers.push((header.clone(), format!("{header}: {value}")))
                        }
                        (Some("to"), _) => swaks
                            .to
                            .extend(value.split(',').map(|t| t.trim().to_string())),
                        (Some("from"), _) => {
                            swaks.from = if value == "<>" { String::new() } else { value }
                        }
                        (Some("server"), _) => swaks.server = value,
                        (Some("port"), _) => swaks.port = value.parse().unwrap_or(25),
                        (Some("helo"), _) => swaks.helo = value,
                        (Some("auth"), _) => swaks.auth = Some(value.to_ascii_uppercase()),
                        (Some("user"), _) => swaks.user = value,
                        (Some("password"), _) => swaks.password = value,
                        (Some("body"), _) => swaks.body = value,
                        (Some("quit"), _) => swaks.quit_after = Some(value.to_ascii_uppercase()),
                        (Some(_), _) => {
                            let name = value.split(':').next().unwrap_or("").to_string();
                            headers.push((name, value));
                        }
                        (None, _) => {
                            return swaks.stop(format!("*** Unknown option: {name}\n"), 1);
                        }
                    }
                }
            }
        }
        if swaks.to.is_empty() {
            return swaks.stop("swaks: name a recipient with --to\n".into(), 1);
        }
        let stamp = format!(
            "{}{:02}{:02}{:02}{:02}{:02}",
            c.year, c.month, c.day, c.hour, c.minute, c.second
        );
        let id = format!("<{stamp}.{:06}@{from}>", now.micros() % 32_768);
        let own = [
            ("Date", date.clone()),
            ("To", swaks.to.join(",")),
            ("From", swaks.from.clone()),
            ("Subject", format!("test {date}")),
            ("Message-Id", id),
            (
                "X-Mailer",
                "swaks v20201014.0 jetmore.org/john/code/swaks/".into(),
            ),
        ];
        let line = |(name, value): (&str, String)| (name.to_string(), format!("{name}: {value}"));
        swaks.headers = own.map(line).into();
        for (name, value) in headers {
            match swaks
                .headers
                .iter_mut()
                .find(|(n, _)| n.eq_ignore_ascii_case(&name))
            {
                Some(header) => header.1 = value,
                None => swaks.headers.push((name, value)),
            }
        }
        swaks.connect(from, world);
        swaks
    }

    fn stop(mut self, text: String, status: i32) -> Swaks {
        (self.said, self.status, self.ended) = (text, status, true);
        self
    }

    fn connect(&mut self, from: &str, world: &mut World) {
        if self.server.is_empty() {
            // The exchanger of the first recipient's domain.
            let domain = self.to[0].rsplit_once('@').map_or("", |(_, d)| d);
            let found = world
                .dns
                .look_up(domain, Kind::Mx)
                .ok()
                .and_then(|f| f.into_iter().next());
            self.server = match found {
                Some(Data::Mx(_, host)) => host,
                _ if domain.is_empty() => "localhost".into(),
                _ => domain.into(),
            };
        } else if let Some((host, port)) = self.server.clone().split_once(':') {
            (self.server, self.port) = (host.into(), port.parse().unwrap_or(25));
        }
        let (server, port) = (self.server.clone(), self.port);
        self.say(format!("=== Trying {server}:{port}..."));
        let address = addresses(world, from, &server).into_iter().next();
        match address {
            Some(address) => self.connection = Some(world.connect(from, &address, port)),
            None => self.give_up("Bad hostname"),
        }
    }

    fn give_up(&mut self, why: &str) {
        self.say(format!(
            "*** Error connecting to {}:{}:",
            self.server, self.port
        ));
        self.say(format!("*** \tIO::Socket::INET: {why}"));
        (self.status, self.ended) = (2, true);
    }

    fn say(&mut self, line: String) {
        self.said.push_str(&line);
        self.said.push('\n');
    }

    /// What it has said since, and its exit status once it has ended.
    pub fn advance(&mut self, world: &mut World) -> (String, Option<i32>) {
        while let Some(event) = self
            .connection
            .and_then(|c| world.receive(c))
            .filter(|_| !self.ended)
        {
            match event {
                Event::Connected => {
                    self.stage = Stage::Banner;
                    self.say(format!("=== Connected to {}.", self.server));
                }
                Event::Refused => self.give_up("connect: Connection refused"),
                Event::TimedOut => self.give_up("connect: timeout"),
                Event::Data(bytes) => {
                    self.heard.extend_from_slice(&bytes);
                    while let Some(reply) = take_reply(&mut self.heard) {
                        self.answer(&reply, world);
                    }
                }
                Event::TlsStarted => {
                    self.is_encrypted = true;
                    self.say(
                        "=== TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256".into(),
                    );
                    self.say("=== TLS no local certificate set".into());
                    self.say(format!("=== TLS peer DN=\"/CN={}\"", self.server));
                    self.send(Stage::Helo, &format!("EHLO {}", self.helo), world);
                }
                Event::Closed => {
                    match self.stage {
                        Stage::Quit => self.say("=== Connection closed with remote host.".into()),
                        _ => {
                            self.say("*** Remote host closed connection unexpectedly.".into());
                            self.status = 6;
                        }
                    }
                    self.ended = true;
                }
            }
        }
        (
            std::mem::take(&mut self.said),
            self.ended.then_some(self.status),
        )
    }

    /// Gives up the connection.
    pub fn abandon(&mut self, world: &mut World) {
        if let Some(connection) = self.connection.take() {
            world.close(connection);
        }
    }

    fn send(&mut self, stage: Stage, line: &str, world: &mut World) {
        let arrow = if self.is_encrypted { " ~> " } else { " -> " };
        self.stage = stage;
        self.say(format!("{arrow}{line}"));
        if let Some(connection) = self.connection {
            world.send(connection, &encode(&format!("{line}\r\n")));
        }
    }

    fn answer(&mut self, reply: &str, world: &mut World) {
        let good = reply.starts_with(['2', '3']);
        let arrow = match (good, self.is_encrypted) {
            (true, false) => "<-  ",
            (true, true) => "<~  ",
            (false, false) => "<** ",
            (false, true) => "<~* ",
        };
        for line in reply.lines() {
            self.say(format!("{arrow}{line}"));
        }
        let done =
            |swaks: &Swaks, name: &str| swaks.quit_after.as_deref().is_some_and(|q| q == name);
        match self.stage {
            Stage::Banner if done(self, "CONNECT") || done(self, "BANNER") => self.quit(0, world),
            Stage::Banner if good => self.send(Stage::Helo, &format!("EHLO {}", self.helo), world),
            Stage::Banner => self.quit(21, world),
            Stage::Helo if !good => self.quit(22, world),
            Stage::Helo if self.wants_tls && !self.is_encrypted => {
                self.send(Stage::Tls, "STARTTLS", world)
            }
            Stage::Helo if done(self, "HELO") || done(self, "EHLO") || done(self, "FIRST-HELO") => {
                self.quit(0, world)
            }
            Stage::Helo => self.authenticate(world),
            Stage::Tls if good => self.stage = Stage::Handshake,
            Stage::Tls => {
                self.say("*** STARTTLS attempted but failed".into());
                self.quit(29, world);
            }
            Stage::Auth if reply.starts_with('3') => match self.left.pop_front() {
                Some(line) => self.send(Stage::Auth, &line, world),
                None => self.quit(28, world),
            },
            Stage::Auth if good && done(self, "AUTH") => self.quit(0, world),
            Stage::Auth if good => self.mail(world),
            Stage::Auth => {
                self.say("*** No authentication type succeeded".into());
                self.quit(28, world);
            }
            Stage::Mail if good && (done(self, "MAIL") || done(self, "FROM")) => {
                self.quit(0, world)
            }
            Stage::Mail if good => {
                self.left = self.to.iter().map(|to| format!("RCPT TO:<{to}>")).collect();
                self.next_recipient(world);
            }
            Stage::Mail => self.quit(23, world),
            Stage::Rcpt => {
                self.accepted += usize::from(good);
                self.next_recipient(world);
            }
            Stage::Data if good => self.content(world),
            Stage::Data => self.quit(25, world),
            Stage::Content => self.quit(if good { 0 } else { 26 }, world),
            Stage::Connect | Stage::Handshake | Stage::Quit => {}
        }
    }

    fn authenticate(&mut self, world: &mut World) {
        let (user, password) = (&self.user, &self.password);
        match self.auth.as_deref() {
            None => self.mail(world),
            Some("LOGIN") => {
                let parts = [to_base64(&encode(user)), to_base64(&encode(password))];
                self.left = parts.into();
                self.send(Stage::Auth, "AUTH LOGIN", world);
            }
            Some(_) => {
                let proof = to_base64(&encode(&format!("\0{user}\0{password}")));
                self.send(Stage::Auth, &format!("AUTH PLAIN {proof}"), world);
            }
        }
    }

    fn mail(&mut self, world: &mut World) {
        let line = format!("MAIL FROM:<{}>", self.from);
        self.send(Stage::Mail, &line, world);
    }

    fn next_recipient(&mut self, world: &mut World) {
        match self.left.pop_front() {
            Some(line) => self.send(Stage::Rcpt, &line, world),
            None if self.accepted == 0 => self.quit(24, world),
            None if self
                .quit_after
                .as_deref()
                .is_some_and(|q| q == "RCPT" || q == "TO") =>
            {
                self.quit(0, world)
            }
            None => self.send(Stage::Data, "DATA", world),
        }
    }

    fn content(&mut self, world: &mut World) {
        let mut lines: Vec<String> = self.headers.iter().map(|(_, line)| line.clone()).collect();
        lines.push(String::new());
        lines.extend(self.body.replace("\\n", "\n").lines().map(str::to_string));
        lines.extend([String::new(), String::new(), ".".into()]);
        let arrow = if self.is_encrypted { " ~> " } else { " -> " };
        if self.hides_data {
            self.say(format!("{arrow}{} lines sent", lines.len()));
        } else {
            lines
                .iter()
                .for_each(|line| self.say(format!("{arrow}{line}")));
        }
        self.stage = Stage::Content;
        if let Some(connection) = self.connection {
            world.send(connection, &encode(&(lines.join("\r\n") + "\r\n")));
        }
    }

    fn quit(&mut self, status: i32, world: &mut World) {
        self.status = status;
        self.send(Stage::Quit, "QUIT", world);
    }
}
