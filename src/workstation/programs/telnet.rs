//! telnet, as Debian's inetutils-telnet 2.4 has it.

use crate::network::{ConnectionId, Event, World};
use crate::smtp::bytes::decode;
use crate::workstation::programs::address::addresses;
use crate::workstation::screen::{Paper, Voice};

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
    asks: Option<Asks>,
    /// It was started without a host, and goes back to its prompt.
    stays: bool,
    /// Output is thrown away until the other end answers a timing mark, which no mail server
    /// does: so telnet is after it has sent an interrupt.
    flushes: bool,
    ended: Option<i32>,
}

/// What telnet asks its user for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    Command,
    /// `open` was given no host.
    Host,
}

impl Asks {
    fn text(self) -> &'static str {
        match self {
            Asks::Command => "telnet> ",
            Asks::Host => "(to) ",
        }
    }
}

impl Telnet {
    /// Starts with the arguments of the command line.
    pub fn start(
        arguments: &[String],
        from: &str,
        world: &mut World,
        screen: &mut impl Paper,
    ) -> Telnet {
        let mut telnet = Telnet {
            from: from.into(),
            host: String::new(),
            port: 23,
            untried: Vec::new(),
            trying: String::new(),
            connection: None,
            is_connected: false,
            asks: None,
            stays: false,
            flushes: false,
            ended: None,
        };
        match operands(arguments) {
            Err(Stop { text, status }) => {
                screen.write(Voice::Workstation, &text);
                telnet.ended = Some(status);
            }
            Ok(words) => match words.as_slice() {
                [] => {
                    telnet.stays = true;
                    telnet.ask(Asks::Command, screen);
                }
                [_, _, _, ..] => {
                    screen.write(Voice::Workstation, "telnet: too many arguments\n");
                    telnet.ended = Some(1);
                }
                words => telnet.open(words, world, screen),
            },
        }
        telnet
    }

    /// The prompt that is shown, if any.
    pub fn prompt(&self) -> Option<&'static str> {
        self.asks.map(Asks::text)
    }

    /// Whether it waits for the other end to answer at all.
    pub fn is_connecting(&self) -> bool {
        self.connection.is_some() && !self.is_connected
    }

    /// Whether it reads the next line: everything that was sent has been answered.
    pub fn is_ready(&self, world: &World) -> bool {
        self.asks.is_some() || (self.is_connected && world.is_quiet())
    }

    /// Whether it reads the next line although the last one is under way: the other end reads a
    /// message and answers nothing before its end.
    pub fn streams(&self, world: &World) -> bool {
        let facts = self.connection.and_then(|c| world.facts(c));
        self.asks.is_none() && facts.is_some_and(|facts| facts.command == "DATA content")
    }

    /// Gives up the connection.
    pub fn abandon(&mut self, world: &mut World) {
        if let Some(connection) = self.connection.take() {
            world.close(connection);
        }
        self.is_connected = false;
    }

    fn ask(&mut self, what: Asks, screen: &mut impl Paper) {
        self.asks = Some(what);
        screen.write(Voice::Prompt, what.text());
    }

    /// There is no connection (any more): back to the prompt, or out.
    fn stop(&mut self, status: i32, screen: &mut impl Paper) {
        if self.stays {
            self.ask(Asks::Command, screen);
        } else {
            self.ended = Some(status);
        }
    }

    fn open(&mut self, words: &[&str], world: &mut World, screen: &mut impl Paper) {
        let name = words[0];
        let service = words.get(1).copied().unwrap_or("telnet");
        let failure = |what: &str| format!("Server lookup failure:  {name}:{service}, {what}\n");
        let port = match service {
            "telnet" => Ok(23),
            "smtp" | "mail" => Ok(25),
            "submission" => Ok(587),
            "submissions" | "smtps" => Ok(465),
            _ if service.starts_with(|c: char| c.is_ascii_digit()) => {
                let digits = service.bytes().all(|b| b.is_ascii_digit());
                match service.parse::<u16>() {
                    Ok(port @ 1..) => Ok(port),
                    _ if digits => Err(format!("Port number {service} is out of range.\n")),
                    _ => Err(format!("Invalid port name '{service}'.\n")),
                }
            }
            _ => Err(failure("Servname not supported for ai_socktype")),
        };
        let addresses = addresses(world, &self.from, name);
        let port = port.and_then(|port| match addresses.is_empty() {
            true => Err(failure("Name or service not known")),
            false => Ok(port),
        });
        match port {
            Ok(port) => {
                self.host = name.into();
                self.port = port;
                self.untried = addresses;
                self.untried.reverse();
                self.try_next(world, screen);
            }
            Err(problem) => {
                screen.write(Voice::Workstation, &problem);
                self.stop(1, screen);
            }
        }
    }

    fn try_next(&mut self, world: &mut World, screen: &mut impl Paper) {
        if let Some(address) = self.untried.pop() {
            screen.write(Voice::Workstation, &format!("Trying {address}...\n"));
            self.connection = Some(world.connect(&self.from, &address, self.port));
            self.trying = address;
        }
    }

    /// Shows what has come; gives the exit status once it has ended.
    pub fn advance(&mut self, world: &mut World, screen: &mut impl Paper) -> Option<i32> {
        while let Some(event) = self.connection.and_then(|c| world.receive(c)) {
            match event {
                Event::Connected => {
                    self.is_connected = true;
                    self.flushes = false;
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
                        screen.complain(&text);
                        self.connection = None;
                        self.stop(1, screen);
                    } else {
                        let text = format!("telnet: connect to address {}: {why}\n", self.trying);
                        screen.write(Voice::Workstation, &text);
                        self.try_next(world, screen);
                    }
                }
                Event::Data(_) if self.flushes => {}
                Event::Data(bytes) => {
                    if self.asks.take().is_some() {
                        screen.write(Voice::Workstation, "\n");
                    }
                    screen.write(Voice::Server, &decode(&bytes));
                }
                // Only who begins a handshake gets one.
                Event::TlsStarted => {}
                Event::Closed => {
                    if self.asks.is_some() || !screen.is_at_line_start() {
                        screen.write(Voice::Workstation, "\n");
                    }
                    screen.complain("Connection closed by foreign host.\n");
                    self.ended = Some(0);
                }
            }
        }
        self.ended
    }

    /// Ctrl-]: the prompt.
    pub fn escape(&mut self, screen: &mut impl Paper) {
        if self.asks.is_none() {
            screen.write(Voice::Workstation, "^]\n");
            self.ask(Asks::Command, screen);
        }
    }

    /// Ctrl-C, of which `^C` is shown already. While it connects, that ends telnet, and so it does
    /// at the first prompt; a server is sent an interrupt, and its output is thrown away until
    /// it confirms, which a mail server never does. Whether it goes on.
    pub fn interrupt(&mut self, world: &mut World, screen: &mut impl Paper) -> bool {
        if self.is_connected {
            if let Some(connection) = self.connection.filter(|_| self.asks.is_none()) {
                world.send(connection, INTERRUPT);
                self.flushes = true;
            }
            return true;
        }
        screen.write(Voice::Workstation, "\n");
        self.abandon(world);
        self.ended = Some(130);
        false
    }

    /// Its input, which is no keyboard, has ended: so has it.
    pub fn hang_up(&mut self, world: &mut World, screen: &mut impl Paper) {
        self.abandon(world);
        screen.complain("Connection closed by foreign host.\n");
        self.ended = Some(0);
    }

    /// Ctrl-D on an empty line: at the prompt the end of the program, else a byte like others.
    pub fn end_of_input(&mut self, world: &mut World, screen: &mut impl Paper) {
        match self.connection.filter(|_| self.asks.is_none()) {
            Some(connection) if self.is_connected => world.send(connection, b"\x04"),
            Some(_) => {}
            None => {
                screen.write(Voice::Workstation, "\n");
                self.quit(world, screen);
            }
        }
    }

    fn quit(&mut self, world: &mut World, screen: &mut impl Paper) {
        if self.is_connected {
            screen.write(Voice::Workstation, "Connection closed.\n");
        }
        self.abandon(world);
        self.ended = Some(0);
    }

    /// A line has been typed; gives the exit status if it ends the program.
    pub fn line(&mut self, line: &str, world: &mut World, screen: &mut impl Paper) -> Option<i32> {
        match (self.asks.take(), self.connection) {
            (Some(Asks::Command), _) => self.command(line, world, screen),
            (Some(Asks::Host), _) => {
                let words: Vec<&str> = line.split_ascii_whitespace().collect();
                self.open_from_prompt(&words, world, screen);
            }
            (None, Some(connection)) => {
                let mut bytes = crate::smtp::bytes::encode(line);
                bytes.extend_from_slice(b"\r\n");
                world.send(connection, &bytes);
            }
            (None, None) => {}
        }
        self.ended
    }

    /// A command at the prompt. Those that show or change nothing leave the prompt; the others
    /// show it again.
    fn command(&mut self, line: &str, world: &mut World, screen: &mut impl Paper) {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let Some((&word, rest)) = words.split_first() else {
            if !self.is_connected {
                self.ask(Asks::Command, screen);
            }
            return;
        };
        let word = word.to_ascii_lowercase();
        let mut say = |text: &str| screen.write(Voice::Workstation, text);
        match matching(&word).as_slice() {
            [] => say("?Invalid command\n"),
            ["quit"] => return self.quit(world, screen),
            ["close" | "logout"] if self.is_connected => {
                say("Connection closed.\n");
                self.abandon(world);
                return self.stop(0, screen);
            }
            ["close" | "logout"] => say("?Need to be connected first.\n"),
            ["status"] if self.is_connected => {
                return say(&format!(
                    "Connected to {}.\nOperating in obsolete linemode\nLocal character echo\nEscape character is '^]'.\n",
                    self.host
                ));
            }
            ["status"] => say("No connection.\nEscape character is '^]'.\n"),
            ["?" | "help"] => match rest {
                [] => say(HELP),
                topics => topics.iter().for_each(|topic| say(&help_on(topic))),
            },
            ["open"] if self.is_connected => say(&format!("?Already connected to {}\n", self.host)),
            ["open"] if rest.is_empty() => return self.ask(Asks::Host, screen),
            ["open"] => return self.open_from_prompt(rest, world, screen),
            [name] if rest.is_empty() => say(&missing_argument(name)),
            [name] => say(&not_modelled(name)),
            _ => say("?Ambiguous command\n"),
        }
        self.ask(Asks::Command, screen);
    }

    fn open_from_prompt(&mut self, words: &[&str], world: &mut World, screen: &mut impl Paper) {
        if matches!(words.len(), 1 | 2) {
            self.open(words, world, screen);
        } else {
            let usage = "usage: open [-4] [-6] [-l user] [-b addr] [-a] host-name [port]\n";
            screen.write(Voice::Workstation, usage);
            self.ask(Asks::Command, screen);
        }
    }
}

/// Interrupt Process and Do Timing Mark (RFC 854 and RFC 860).
const INTERRUPT: &[u8] = b"\xff\xf4\xff\xfd\x06";

/// A command line that ends telnet before it has begun.
struct Stop {
    text: String,
    status: i32,
}

/// The arguments that are no options. Nothing that the options change can be seen here.
fn operands(arguments: &[String]) -> Result<Vec<&str>, Stop> {
    let mut words = Vec::new();
    let mut rest = arguments.iter().map(String::as_str);
    while let Some(word) = rest.next() {
        let Some(option) = word.strip_prefix('-').filter(|o| !o.is_empty()) else {
            words.push(word);
            continue;
        };
        if option == "-" {
            words.extend(rest);
            break;
        }
        if option == "V" || option == "-version" {
            return Err(Stop {
                text: "telnet (GNU inetutils) 2.4\n".into(),
                status: 0,
            });
        }
        let known = |c: char| "468acdEKLrxnbelkX".contains(c);
        let problem = match option.strip_prefix('-') {
            Some(_) => Some(format!("unrecognized option '{word}'")),
            None => option
                .chars()
                .find(|c| !known(*c))
                .map(|c| format!("invalid option -- '{c}'")),
        };
        if let Some(problem) = problem {
            let text = format!(
                "telnet: {problem}\nTry 'telnet --help' or 'telnet --usage' for more information.\n"
            );
            return Err(Stop { text, status: 64 });
        }
        // These take an argument, which may be the next word.
        if option.len() == 1 && "nbelkX".contains(option) {
            rest.next();
        }
    }
    Ok(words)
}

/// The commands that a word stands for: it may be abbreviated.
fn matching(word: &str) -> Vec<&'static str> {
    match COMMANDS.into_iter().find(|c| *c == word) {
        Some(exact) => vec![exact],
        None => COMMANDS
            .into_iter()
            .filter(|c| c.starts_with(word))
            .collect(),
    }
}

fn help_on(topic: &str) -> String {
    let found = matching(topic);
    let line = HELP.lines().find_map(|line| {
        let (name, text) = line.split_once('\t')?;
        found.contains(&name.trim_ascii_end()).then_some(text)
    });
    match (found.len(), line) {
        (0, _) => format!("?Invalid help command {topic}\n"),
        (1, Some(text)) => format!("{text}\n"),
        _ => format!("?Ambiguous help command {topic}\n"),
    }
}

fn missing_argument(name: &str) -> String {
    match name {
        "send" => "need at least one argument for 'send' command\n'send ?' for help\n".into(),
        "set" => "Format is 'set Name Value'\n'set ?' for help.\n".into(),
        "mode" => "'mode' command requires an argument\n'mode ?' for help.\n".into(),
        "unset" | "toggle" | "slc" | "auth" | "encrypt" | "environ" => {
            format!("Need an argument to '{name}' command.  '{name} ?' for help.\n")
        }
        _ => not_modelled(name),
    }
}

fn not_modelled(name: &str) -> String {
    format!("{name}: not part of this simulation; try quit, close, status or open\n")
}
