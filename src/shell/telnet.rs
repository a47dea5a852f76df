//! telnet, as Debian's inetutils-telnet 2.4 has it.

use super::screen::{Screen, Voice};
use crate::smtp::text::decode;
use crate::world::{ConnectionId, Event, World};

const HELP: &str = "\
Commands may be abbreviated.  Commands are:

close   \tclose current connection
logout  \tforcibly logout remote user and close the connection
display \tdisplay operating parameters
mode    \ttry to enter line or character mode ('mode ?' for more)
open    \tconnect to a site
quit    \texit telnet
send    \ttransmit special characters ('send ?' for more)
set     \tset operating parameters ('set ?' for more)
unset   \tunset operating parameters ('unset ?' for more)
status  \tprint status information
toggle  \ttoggle operating parameters ('toggle ?' for more)
slc     \tchange state of special characters ('slc ?' for more)
auth    \tturn on (off) authentication ('auth ?' for more)
encrypt \tturn on (off) encryption ('encrypt ?' for more)
z       \tsuspend telnet
!       \tinvoke a subshell
environ \tchange environment variables ('environ ?' for more)
?       \tprint help information
";

const COMMANDS: [&str; 19] = [
    "close", "logout", "display", "mode", "open", "quit", "send", "set", "unset", "status",
    "toggle", "slc", "auth", "encrypt", "z", "!", "environ", "?", "help",
];

const PROMPT: &str = "telnet> ";

/// A running telnet.
#[derive(Debug)]
pub struct Telnet {
    from: String,
    host: String,
    port: u16,
    /// Addresses that have not been tried yet.
    untried: Vec<String>,
    trying: String,
    connection: Option<ConnectionId>,
    is_connected: bool,
    /// The `telnet> ` prompt is shown.
    at_prompt: bool,
    ended: Option<i32>,
}

impl Telnet {
    /// Starts with the arguments of the command line.
    pub fn start(
        arguments: &[String],
        from: &str,
        world: &mut World,
        screen: &mut Screen,
    ) -> Telnet {
        let mut telnet = Telnet {
            from: from.into(),
            host: String::new(),
            port: 23,
            untried: Vec::new(),
            trying: String::new(),
            connection: None,
            is_connected: false,
            at_prompt: false,
            ended: None,
        };
        let mut words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        // -4, -E and the like change nothing that can be seen here.
        while words
            .first()
            .is_some_and(|w| w.len() > 1 && w.starts_with('-'))
        {
            words.remove(0);
        }
        if words.is_empty() {
            telnet.show_prompt(screen);
        } else {
            telnet.open(&words, world, screen);
        }
        telnet
    }

    /// The prompt that is shown, if any.
    pub fn prompt(&self) -> Option<&'static str> {
        self.at_prompt.then_some(PROMPT)
    }

    /// Whether it waits for the other end to answer at all.
    pub fn is_connecting(&self) -> bool {
        self.connection.is_some() && !self.is_connected
    }

    /// Whether it reads the next line: everything that was sent has been answered.
    pub fn is_ready(&self, world: &World) -> bool {
        self.at_prompt || (self.is_connected && world.is_quiet())
    }

    /// Gives up the connection.
    pub fn abandon(&mut self, world: &mut World) {
        if let Some(connection) = self.connection.take() {
            world.close(connection);
        }
    }

    fn show_prompt(&mut self, screen: &mut Screen) {
        self.at_prompt = true;
        screen.write(Voice::Prompt, PROMPT);
    }

    fn open(&mut self, words: &[&str], world: &mut World, screen: &mut Screen) {
        let name = words[0];
        let service = words.get(1).copied().unwrap_or("telnet");
        let port = match service.trim_start_matches('-') {
            "telnet" => Some(23),
            "smtp" | "mail" => Some(25),
            "submission" => Some(587),
            "submissions" | "smtps" => Some(465),
            number => number.parse().ok(),
        };
        let failure = |what: &str| format!("Server lookup failure:  {name}:{service}, {what}\n");
        let Some(port) = port else {
            screen.write(
                Voice::Workstation,
                &failure("Servname not supported for ai_socktype"),
            );
            self.ended = Some(1);
            return;
        };
        let addresses = if name.parse::<std::net::IpAddr>().is_ok() {
            vec![name.to_string()]
        } else if name == "localhost" {
            vec!["127.0.0.1".to_string()]
        } else {
            world.dns.addresses(name).unwrap_or_default()
        };
        if addresses.is_empty() {
            screen.write(Voice::Workstation, &failure("Name or service not known"));
            self.ended = Some(1);
            return;
        }
        self.host = name.into();
        self.port = port;
        self.untried = addresses;
        self.untried.reverse();
        self.at_prompt = false;
        self.try_next(world, screen);
    }

    fn try_next(&mut self, world: &mut World, screen: &mut Screen) {
        if let Some(address) = self.untried.pop() {
            screen.write(Voice::Workstation, &format!("Trying {address}...\n"));
            self.connection = Some(world.connect(&self.from, &address, self.port));
            self.trying = address;
        }
    }

    /// Shows what has come; gives the exit status once it has ended.
    pub fn advance(&mut self, world: &mut World, screen: &mut Screen) -> Option<i32> {
        while let Some(event) = self.connection.and_then(|c| world.receive(c)) {
            match event {
                Event::Connected => {
                    self.is_connected = true;
                    let text = format!("Connected to {}.\nEscape character is '^]'.\n", self.host);
                    screen.write(Voice::Workstation, &text);
                }
                Event::Refused | Event::TimedOut => {
                    let why = if event == Event::Refused {
                        "Connection refused"
                    } else {
                        "Connection timed out"
                    };
                    if self.untried.is_empty() {
                        let text = format!("telnet: Unable to connect to remote host: {why}\n");
                        screen.write(Voice::Workstation, &text);
                        self.ended = Some(1);
                    } else {
                        let text = format!("telnet: connect to address {}: {why}\n", self.trying);
                        screen.write(Voice::Workstation, &text);
                        self.try_next(world, screen);
                    }
                }
                Event::Data(bytes) => {
                    if self.at_prompt {
                        screen.write(Voice::Workstation, "\n");
                        self.at_prompt = false;
                    }
                    screen.write(Voice::Server, &decode(&bytes));
                }
                Event::TlsStarted => {
                    // What a server says from here on would be ciphertext to a telnet.
                    let text = "(The server now speaks TLS, which telnet does not. Use Ctrl-] and quit.)\n";
                    screen.write(Voice::Workstation, text);
                }
                Event::Closed => {
                    if self.at_prompt || !screen.is_at_line_start() {
                        screen.write(Voice::Workstation, "\n");
                    }
                    screen.write(Voice::Workstation, "Connection closed by foreign host.\n");
                    self.ended = Some(1);
                }
            }
        }
        self.ended
    }

    /// Ctrl-]: the prompt.
    pub fn escape(&mut self, screen: &mut Screen) {
        if !self.at_prompt {
            screen.write(Voice::Workstation, "^]\n");
            self.show_prompt(screen);
        }
    }

    /// A line has been typed; gives the exit status if it ends the program.
    pub fn line(&mut self, line: &str, world: &mut World, screen: &mut Screen) -> Option<i32> {
        if !self.at_prompt {
            if let Some(connection) = self.connection {
                let mut bytes = crate::smtp::text::encode(line);
                bytes.extend_from_slice(b"\r\n");
                world.send(connection, &bytes);
            }
            return None;
        }
        self.at_prompt = false;
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some((&word, rest)) = words.split_first() else {
            if !self.is_connected {
                self.show_prompt(screen);
            }
            return None;
        };
        let word = word.to_ascii_lowercase();
        let mut matching: Vec<&str> = COMMANDS
            .into_iter()
            .filter(|c| c.starts_with(&word))
            .collect();
        if let Some(exact) = COMMANDS.into_iter().find(|c| *c == word) {
            matching = vec![exact];
        }
        match matching.as_slice() {
            [] => screen.write(Voice::Workstation, "?Invalid command\n"),
            ["quit"] => {
                if self.is_connected {
                    screen.write(Voice::Workstation, "Connection closed.\n");
                }
                self.abandon(world);
                return Some(0);
            }
            ["close" | "logout"] if self.is_connected => {
                screen.write(Voice::Workstation, "Connection closed.\n");
                self.abandon(world);
                return Some(0);
            }
            ["close" | "logout"] => {
                screen.write(Voice::Workstation, "?Need to be connected first.\n");
            }
            ["status"] => {
                if self.is_connected {
                    let text = format!(
                        "Connected to {}.\nOperating in obsolete linemode\nLocal character echo\nEscape character is '^]'.\n",
                        self.host
                    );
                    screen.write(Voice::Workstation, &text);
                    return None;
                }
                let text = "No connection.\nEscape character is '^]'.\n";
                screen.write(Voice::Workstation, text);
            }
            ["?" | "help"] => screen.write(Voice::Workstation, HELP),
            ["open"] if self.is_connected => {
                let text = format!("?Already connected to {}\n", self.host);
                screen.write(Voice::Workstation, &text);
            }
            ["open"] if rest.is_empty() => {
                screen.write(Voice::Workstation, "usage: open host-name [port]\n");
            }
            ["open"] => {
                self.open(rest, world, screen);
                return self.ended;
            }
            [other] => {
                let text = format!(
                    "{other}: not part of this simulation; try quit, close, status or open\n"
                );
                screen.write(Voice::Workstation, &text);
            }
            _ => screen.write(Voice::Workstation, "?Ambiguous command\n"),
        }
        self.show_prompt(screen);
        None
    }
}
