//! nc, as Debian's netcat-openbsd 1.219 has it: what comes in goes out, and back.

use crate::network::{ConnectionId, Event, World};
use crate::smtp::bytes::{decode, encode};

const USAGE: &str = "usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]
\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]
\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]
\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]
\t  [destination] [port]
";

/// A running nc.
#[derive(Debug)]
pub struct Netcat {
    host: String,
    port: u16,
    address: String,
    untried: Vec<String>,
    from: String,
    connection: Option<ConnectionId>,
    is_connected: bool,
    verbose: bool,
    only_looks: bool,
    crlf: bool,
    /// What is sent once there is a connection.
    waiting: String,
    /// The connection is given up after the last byte (`-N`, `-q 0`).
    closes: bool,
    /// What it has said on the error output.
    pub errors: String,
    ended: Option<i32>,
}

impl Netcat {
    /// Starts with the arguments of the command line; `input` is what was piped in.
    pub fn start(
        arguments: &[String],
        input: Option<&str>,
        from: &str,
        world: &mut World,
    ) -> Netcat {
        let mut nc = Netcat {
            host: String::new(),
            port: 0,
            address: String::new(),
            untried: Vec::new(),
            from: from.into(),
            connection: None,
            is_connected: false,
            verbose: false,
            only_looks: false,
            crlf: false,
            waiting: String::new(),
            closes: false,
            errors: String::new(),
            ended: None,
        };
        let mut names = Vec::new();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let Some(letters) = word.strip_prefix('-').filter(|l| !l.is_empty()) else {
                names.push(word.as_str());
                continue;
            };
            for letter in letters.chars() {
                match letter {
                    'v' => nc.verbose = true,
                    'z' => nc.only_looks = true,
                    'C' => nc.crlf = true,
                    'N' => nc.closes = true,
                    'n' | '4' | '6' | 'd' | 't' => {}
                    'w' | 'q' | 'i' | 'p' | 's' => {
                        nc.closes |= letter == 'q';
                        if letters.len() == 1 {
                            words.next();
                        }
                        break;
                    }
                    odd => {
                        return nc.stop(format!("nc: invalid option -- '{odd}'\n{USAGE}"));
                    }
                }
            }
        }
        let (host, port) = match names.as_slice() {
            [host, port] => (*host, *port),
            [_] => return nc.stop("nc: missing port number\n".into()),
            _ => return nc.stop(USAGE.into()),
        };
        nc.host = host.into();
        nc.port = match port {
            "smtp" => 25,
            "submission" => 587,
            "smtps" | "submissions" => 465,
            number => match number.parse() {
                Ok(number @ 1..) => number,
                _ => return nc.stop(format!("nc: port number invalid: {port}\n")),
            },
        };
        let addresses = match host.parse::<std::net::IpAddr>() {
            Ok(_) => vec![host.to_string()],
            Err(_) if host == "localhost" => vec!["127.0.0.1".into()],
            Err(_) => world.dns.addresses(host).unwrap_or_default(),
        };
        if addresses.is_empty() {
            let text = format!(
                "nc: getaddrinfo for host \"{host}\" port {port}: Name or service not known\n"
            );
            return nc.stop(text);
        }
        nc.untried = addresses;
        nc.untried.reverse();
        match input {
            Some(text) => nc.waiting = text.into(),
            None => nc.closes = false,
        }
        nc.try_next(world);
        nc
    }

    fn stop(mut self, text: String) -> Netcat {
        self.errors = text;
        self.ended = Some(1);
        self
    }

    fn try_next(&mut self, world: &mut World) {
        match self.untried.pop() {
            Some(address) => {
                self.connection = Some(world.connect(&self.from, &address, self.port));
                self.address = address;
            }
            None => self.ended = Some(1),
        }
    }

    /// Whether it reads the next line that is typed.
    pub fn is_ready(&self, world: &World) -> bool {
        self.is_connected && world.is_quiet()
    }

    /// Sends text.
    pub fn send(&mut self, text: &str, world: &mut World) {
        let text = match self.crlf {
            true => text.replace('\n', "\r\n"),
            false => text.to_string(),
        };
        match self.connection.filter(|_| self.is_connected) {
            Some(connection) => world.send(connection, &encode(&text)),
            None => self.waiting.push_str(&text),
        }
    }

    /// Gives up.
    pub fn abandon(&mut self, world: &mut World) {
        if let Some(connection) = self.connection.take() {
            world.close(connection);
        }
        self.ended = Some(130);
    }

    /// What has come from the other end, and the exit status once it has ended.
    pub fn advance(&mut self, world: &mut World) -> (String, Option<i32>) {
        let mut text = String::new();
        while let Some(event) = self.connection.and_then(|c| world.receive(c)) {
            match event {
                Event::Connected => {
                    self.is_connected = true;
                    if self.verbose {
                        let service = match self.port {
                            25 => "smtp",
                            465 => "submissions",
                            587 => "submission",
                            _ => "*",
                        };
                        let shown = match self.host == self.address {
                            true => self.host.clone(),
                            false => format!("{} ({})", self.host, self.address),
                        };
                        self.errors.push_str(&format!(
                            "Connection to {shown} {} port [tcp/{service}] succeeded!\n",
                            self.port
                        ));
                    }
                    if self.only_looks {
                        self.abandon(world);
                        self.ended = Some(0);
                        continue;
                    }
                    let waiting = std::mem::take(&mut self.waiting);
                    if !waiting.is_empty() {
                        self.send(&waiting, world);
                    }
                    if self.closes {
                        self.abandon(world);
                        self.ended = Some(0);
                    }
                }
                Event::Refused | Event::TimedOut => {
                    let why = match event {
                        Event::Refused => "Connection refused",
                        _ => "Connection timed out",
                    };
                    if self.verbose {
                        let shown = match self.host == self.address {
                            true => self.host.clone(),
                            false => format!("{} ({})", self.host, self.address),
                        };
                        self.errors.push_str(&format!(
                            "nc: connect to {shown} port {} (tcp) failed: {why}\n",
                            self.port
                        ));
                    }
                    self.connection = None;
                    self.try_next(world);
                }
                Event::Data(bytes) => text.push_str(&decode(&bytes)),
                // What follows is ciphertext, which a terminal shows as rubbish.
                Event::TlsStarted => {}
                Event::Closed => self.ended = Some(0),
            }
        }
        (text, self.ended)
    }
}
