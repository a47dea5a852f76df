//! nslookup.

use crate::dns::{Data, Dns, Kind, Missing};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::{Line, Machine};
use crate::workstation::programs::names::records::{kind, records, server, shown, Asked, SERVER};
use crate::workstation::programs::output::Output;

/// What is asked, of whom and for what.
#[derive(Debug)]
struct Session {
    server: String,
    address: String,
    /// Nothing else than addresses where nothing is set.
    asked: Option<(String, Asked)>,
    is_typed: bool,
    has_asked: bool,
    begun: Vec<u8>,
}

pub(super) fn start(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let mut session = Session {
        server: SERVER.into(),
        address: SERVER.into(),
        asked: None,
        is_typed: at.is_terminal(0),
        has_asked: false,
        begun: Vec::new(),
    };
    let mut output = Output::default();
    let mut names: Vec<&str> = Vec::new();
    for word in arguments {
        match word.strip_prefix('-').filter(|o| !o.is_empty()) {
            Some(option) => output.text.push_str(&session.set(option)),
            None => names.push(word),
        }
    }
    if let Some(named) = names.get(1) {
        match server(at, named) {
            Some(address) => (session.server, session.address) = (named.to_string(), address),
            None => {
                let text = format!("nslookup: couldn't get address for '{named}': not found\n");
                output.fail(1, text);
                return Err(output);
            }
        }
    }
    match names.first() {
        Some(name) if *name != "-" => {
            let (text, status) = session.look_up(name, at);
            output.text.push_str(&text);
            output.status = status;
            Err(output)
        }
        _ => {
            at.print(&output.text);
            Ok(Box::new(session))
        }
    }
}

impl Session {
    /// An option, after `set` or `-`.
    fn set(&mut self, option: &str) -> String {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let name = &*name.to_ascii_lowercase();
        let known = ["type", "querytype", "query", "q"];
        if known
            .iter()
            .any(|k| k.starts_with(name) || name.starts_with(k))
            && !value.is_empty()
        {
            match kind(value) {
                Some(kind) => self.asked = Some(kind),
                None => return format!("unknown query type: {value}\n"),
            }
            return String::new();
        }
        let words =
            "all class debug d2 domain search recurse retry timeout port vc fail ndots srchlist";
        let bare = name.strip_prefix("no").unwrap_or(name);
        match words.split(' ').any(|word| word == bare) {
            true if name == "all" => {
                let kind = self.asked.as_ref().map_or("A", |(kind, _)| kind);
                format!(
                    "{}\nSet options:\n  novc\t\t\tnodebug\t\tnod2\n  search\t\trecurse\n  timeout = 0\t\tretry = 3\tport = 53\tndots = 1\n  querytype = {kind:<8}\tclass = IN\n  srchlist = \n",
                    self.default_server()
                )
            }
            true => String::new(),
            false => format!("*** Invalid option: {option}\n"),
        }
    }

    fn default_server(&self) -> String {
        format!(
            "Default server: {}\nAddress: {}#53\n",
            self.server, self.address
        )
    }

    /// What is typed; whether that is the end.
    fn command(&mut self, line: &str, at: &Machine) -> (String, bool) {
        let mut words = line.split_ascii_whitespace();
        let Some(first) = words.next() else {
            return (String::new(), false);
        };
        let second = words.next().unwrap_or("");
        let said = match first.to_ascii_lowercase().as_str() {
            "exit" => return (String::new(), true),
            "set" => self.set(second),
            "server" | "lserver" if second.is_empty() => self.default_server(),
            "server" | "lserver" => match server(at, second) {
                Some(address) => {
                    (self.server, self.address) = (second.into(), address);
                    self.default_server()
                }
                None => format!("nslookup: couldn't get address for '{second}': not found\n"),
            },
            "help" | "?" | "finger" | "view" => {
                format!("The '{first}' command is not yet implemented.\n")
            }
            "ls" | "root" => format!("The '{first}' command is not implemented.\n"),
            _ => {
                if let Some(address) = server(at, second).filter(|_| !second.is_empty()) {
                    (self.server, self.address) = (second.into(), address);
                }
                self.look_up(first, at).0
            }
        };
        (said, false)
    }

    /// What is said of a name, and the exit status.
    fn look_up(&self, name: &str, at: &Machine) -> (String, i32) {
        let dns = &at.world.dns;
        let is_reverse = name.parse::<std::net::IpAddr>().is_ok();
        let asked = match is_reverse {
            true => Dns::reverse_name(name),
            false => name.to_string(),
        };
        let kinds = match (&self.asked, is_reverse) {
            (_, true) => vec![Asked::One(Kind::Ptr)],
            (Some((_, asked)), _) => vec![*asked],
            (None, _) => vec![Asked::One(Kind::A), Asked::One(Kind::Aaaa)],
        };
        let is_typed = kinds.len() == 1 && kinds[0] != Asked::One(Kind::A);
        let mut lines = String::new();
        let mut failure = None;
        for kind in kinds {
            match records(dns, &asked, kind) {
                Ok(records) => {
                    for (owner, data) in records {
                        let (_, text) = shown(&data);
                        let line = match &data {
                            Data::A(_) | Data::Aaaa(_) => {
                                format!("Name:\t{owner}\nAddress: {text}\n")
                            }
                            Data::Mx(..) => format!("{owner}\tmail exchanger = {text}\n"),
                            Data::Txt(_) => format!("{owner}\ttext = {text}\n"),
                            Data::Ptr(_) => format!("{owner}\tname = {text}\n"),
                            Data::Cname(_) => format!("{owner}\tcanonical name = {text}\n"),
                            Data::Ns(_) => format!("{owner}\tnameserver = {text}\n"),
                        };
                        if !lines.contains(&line) {
                            lines.push_str(&line);
                        }
                    }
                }
                Err(missing) => failure = failure.or(Some(missing)),
            }
        }
        let (own, address) = (&self.server, &self.address);
        let server = format!("Server:\t\t{own}\nAddress:\t{address}#53\n\n");
        let is_own = address.starts_with("127.") || address == "::1";
        let text = match (lines.is_empty(), failure) {
            // Nobody here answers for names.
            _ if is_own => {
                lines.clear();
                let tried =
                    format!(";; communications error to {address}#53: connection refused\n");
                tried.repeat(3) + ";; no servers could be reached\n\n"
            }
            (true, Some(Missing::Timeout)) => {
                let tried = format!(";; communications error to {address}#53: timed out\n");
                tried.repeat(3) + ";; no servers could be reached\n\n"
            }
            (true, Some(Missing::NoDomain)) => {
                let line = format!("** server can't find {asked}: NXDOMAIN\n");
                if is_reverse {
                    line
                } else {
                    server + &line
                }
            }
            (found_none, _) => {
                let found = match found_none {
                    true => format!("*** Can't find {asked}: No answer\n"),
                    false => lines.clone(),
                };
                let start = match is_reverse {
                    true => String::new(),
                    false => server + "Non-authoritative answer:\n",
                };
                let end = match is_typed {
                    true => "\nAuthoritative answers can be found from:\n",
                    false => "",
                };
                start + &found + end
            }
        };
        // At its prompt it leaves no line free.
        let end = if self.has_asked || text.ends_with("\n\n") {
            ""
        } else {
            "\n"
        };
        (text + end, i32::from(lines.is_empty()))
    }
}

impl Job for Session {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        loop {
            if self.is_typed && self.begun.is_empty() && !self.has_asked {
                at.print("> ");
            }
            self.has_asked = true;
            match at.read_line(&mut self.begun) {
                Line::Wait => return None,
                Line::End => {
                    if self.is_typed {
                        at.print("\n");
                    }
                    return Some(0);
                }
                Line::Text(line) => {
                    let (said, ends) = self.command(&line, at);
                    at.print(&said);
                    if ends {
                        at.print("\n");
                        return Some(0);
                    }
                    if self.is_typed {
                        at.print("> ");
                    }
                }
            }
        }
    }

    fn prompt(&self) -> Option<String> {
        Some("> ".into())
    }
}
