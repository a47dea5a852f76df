//! What swaks is to do: its options, what it asks for, and what follows from both.

use crate::dns::{Data, Kind as Record};
use crate::workstation::programs::address::port;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::swaks::options::{row, Given};
use crate::workstation::programs::swaks::transcript::{Kind, Transcript};

/// Why there is no plan yet, or none at all.
#[derive(Debug)]
pub(super) enum Stop {
    /// It asks; whether an empty answer will do, and whether it is not to be seen.
    Ask(&'static str, bool, bool),
    /// It reads all of its input.
    Input,
    /// It ends.
    End(i32),
}

/// What is asked, and what has been answered.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) typed: Vec<String>,
    /// All that there was to read.
    pub(super) input: Option<String>,
}

/// What it is to do.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) given: Given,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) helo: String,
    pub(super) server: String,
    pub(super) port: u16,
    pub(super) timeout: u64,
    pub(super) data: String,
    /// `esmtp`, `smtp` or `lmtp`.
    pub(super) protocol: &'static str,
    pub(super) tls: bool,
    /// 0 must, 1 may, 2 must where it is offered.
    pub(super) tls_optional: u8,
    pub(super) tls_on_connect: bool,
    pub(super) auth_optional: u8,
    /// Types of AUTH, each with what it really is.
    pub(super) types: Vec<(String, String)>,
    pub(super) any_type: bool,
    pub(super) user: String,
    pub(super) password: String,
    /// Instead of the password on the screen.
    pub(super) hidden: Option<String>,
    /// `quit-after`, `drop-after`, `drop-after-send`.
    pub(super) ends: [String; 3],
    pub(super) xclient: Vec<String>,
    pub(super) xclient_names: Vec<String>,
    pub(super) proxy: String,
    pub(super) process: u32,
}

/// Protocols: what they are, whether AUTH is tried, and TLS (`s` by STARTTLS, `c` at once).
const PROTOCOLS: &str = "smtp smtp 0 0,ssmtp esmtp 0 c,ssmtpa esmtp 1 c,smtps smtp 0 c,\
esmtp esmtp 0 0,esmtpa esmtp 1 0,esmtps esmtp 0 s,esmtpsa esmtp 1 s,\
lmtp lmtp 0 0,lmtpa lmtp 1 0,lmtps lmtp 0 s,lmtpsa lmtp 1 s";

/// Where a transaction may end.
const STEPS: &str = " connect first-helo xclient tls helo auth mail rcpt data dot ";

/// One who makes a plan.
pub(super) struct Planner<'a, 'b> {
    pub(super) at: &'a Machine<'b>,
    pub(super) given: Given,
    pub(super) answers: &'a Answers,
    pub(super) asked: usize,
    pub(super) shown: Transcript,
}

impl Planner<'_, '_> {
    /// Says why it ends.
    pub(super) fn fail(&mut self, text: &str) -> Stop {
        self.shown.add(Kind::Error, text);
        Stop::End(1)
    }

    pub(super) fn ask(
        &mut self,
        prompt: &'static str,
        takes_empty: bool,
        hides: bool,
    ) -> Result<String, Stop> {
        self.asked += 1;
        match self.answers.typed.get(self.asked - 1) {
            Some(answer) => Ok(answer.clone()),
            None => Err(Stop::Ask(prompt, takes_empty, hides)),
        }
    }

    /// What an option says that must say something.
    fn required(&mut self, name: &'static str) -> Result<Option<String>, Stop> {
        let Some(value) = self.given.value(name).map(str::to_string) else {
            return Ok(None);
        };
        self.settle(name, value).map(Some)
    }

    /// A value that may have to be asked for, or read.
    pub(super) fn settle(&mut self, name: &'static str, mut value: String) -> Result<String, Stop> {
        let Some(row) = row(name) else {
            return Ok(value);
        };
        if value.is_empty() {
            value = match row.prompt {
                "" => {
                    let text = format!(
                        "Option processing error: option {name} specified with no argument"
                    );
                    return Err(self.fail(&text));
                }
                prompt => self.ask(prompt, row.has('p'), false)?,
            };
        }
        if !row.has('F') {
            return Ok(value);
        }
        if value == "-" || value == "@-" {
            value = self.answers.input.clone().ok_or(Stop::Input)?;
        } else if let Some(path) = value.strip_prefix('@') {
            if !path.starts_with('@') {
                value = match self.at.text(path) {
                    Ok(text) => text,
                    Err(errno) => {
                        let why = errno.text();
                        let text = format!("Option processing error: file {path} not openable for option {name} ({why})");
                        return Err(self.fail(&text));
                    }
                };
            } else {
                value.remove(0);
            }
        }
        // What looks like a file was one, once.
        let is_one_line = !["\\n", "\n", "%NEWLINE%"].iter().any(|n| value.contains(n));
        let is_data = name == "data";
        let found = match is_one_line || !is_data {
            true => Some(self.at.text(value.trim())),
            false => None,
        };
        if found.as_ref().is_some_and(|found| is_data || found.is_ok()) {
            let text = format!("DEPRECATION WARNING: Inferring a filename from the argument to --{name} will be removed in the future.  Prefix filenames with '@' instead.");
            self.shown.add(Kind::Error, &text);
        }
        match found {
            Some(Ok(text)) => Ok(text),
            Some(Err(errno)) if is_data => {
                let why = errno.text();
                let text = format!(
                    "data option appears to be a file but is not openable: {value} ({why})"
                );
                Err(self.fail(&text))
            }
            _ => Ok(value),
        }
    }

    /// A port by number or name.
    fn service(&mut self, name: &str) -> Result<u16, Stop> {
        let found = match name.bytes().all(|b| b.is_ascii_digit()) {
            true => Some(name.parse().unwrap_or(0)),
            false => port(self.at.world, self.at.host, name),
        };
        found.ok_or_else(|| {
            let text = format!("unable to resolve service name {name} into a port, exiting");
            self.fail(&text)
        })
    }

    /// Makes the plan.
    pub(super) fn plan(&mut self) -> Result<Plan, Stop> {
        let mut plan = Plan::default();
        let server = self.required("server")?;
        for name in ["socket", "pipe"] {
            let other = self.required(name)?;
            if other.is_some() && server.is_some() {
                return Err(self.fail("Multiple transport types specified, exiting"));
            }
            if other.is_some() {
                return Err(self.fail("(here there are no sockets and pipes; use --server)"));
            }
        }
        let wanted = self
            .given
            .value("protocol")
            .unwrap_or("esmtp")
            .to_ascii_lowercase();
        let known = PROTOCOLS
            .split(',')
            .find(|p| p.split(' ').next() == Some(&wanted));
        let Some(known) = known else {
            return Err(self.fail(&format!("Unknown protocol {wanted} specified, exiting")));
        };
        let known: Vec<&'static str> = known.split(' ').collect();
        plan.protocol = known.get(1).copied().unwrap_or("esmtp");
        let has = |names: &[&str]| names.iter().any(|name| self.given.has(name));
        let tries_auth = known.get(2) == Some(&"1");
        let asks_tls = has(&[
            "tls",
            "tls-optional",
            "tls-optional-strict",
            "tls-on-connect",
        ]);
        let kind = if asks_tls {
            ""
        } else {
            known.get(3).copied().unwrap_or("")
        };
        plan.tls_optional = match (has(&["tls-optional-strict"]), has(&["tls-optional"])) {
            (true, _) => 2,
            (_, yes) => u8::from(yes),
        };
        plan.tls = kind == "s" || has(&["tls"]) || plan.tls_optional > 0;
        plan.tls_on_connect = kind == "c" || has(&["tls-on-connect"]);
        let mut server_only = false;
        for (place, name) in ["quit-after", "drop-after", "drop-after-send"]
            .into_iter()
            .enumerate()
        {
            let value = self.given.value(name).unwrap_or("").to_ascii_lowercase();
            if value.is_empty() || value == "0" {
                continue;
            }
            let step = match value.as_str() {
                "ehlo" | "lhlo" => "helo",
                "first-ehlo" | "first-lhlo" => "first-helo",
                "starttls" => "tls",
                "banner" => "connect",
                "from" => "mail",
                "to" => "rcpt",
                other => other,
            };
            let is_known = !step.contains(' ') && STEPS.contains(&format!(" {step} "));
            if !is_known || (place == 0 && (step == "data" || step == "dot")) {
                let name = name.replace('-', "_");
                return Err(self.fail(&format!("Unknown {name} value {step}, exiting")));
            }
            server_only |= !matches!(step, "rcpt" | "data" | "dot");
            plan.ends[place] = step.into();
        }
        if let Some(lapse) = self.given.value("show-time-lapse") {
            if !lapse.is_empty() && !lapse.starts_with(['i', 'I']) {
                let text = format!("Unknown argument '{lapse}' to option show-time-lapse, exiting");
                return Err(self.fail(&text));
            }
        }
        let (user, host) = (self.at.user, self.at.host);
        let user = self.at.variable("LOGNAME").unwrap_or_else(|| user.into());
        plan.from = self.required("from")?.unwrap_or_default();
        match plan.from.as_str() {
            "" => plan.from = format!("{user}@{host}"),
            "<>" => plan.from.clear(),
            _ => {}
        }
        self.required("local-interface")?;
        if let Some(local) = self.required("local-port")? {
            self.service(&local)?;
        }
        plan.helo = self.required("helo")?.unwrap_or_default();
        if plan.helo.is_empty() {
            plan.helo = host.into();
        }
        let wanted_port = self.required("port")?.unwrap_or_default();
        let (server, wanted_port) = server_and_port(&server.unwrap_or_default(), &wanted_port);
        plan.to = self.required("to")?.unwrap_or_default();
        if plan.to.is_empty() && (!server_only || server.is_empty()) {
            plan.to = self.ask("To: ", false, false)?;
        }
        let (four, six) = (self.given.has("4"), self.given.has("6"));
        if four && six {
            return Err(self.fail("Options -4 and -6 are mutually exclusive, cannot proceed"));
        }
        plan.server = match (server.as_str(), self.required("copy-routing")?) {
            ("", Some(domain)) => self.route(&domain),
            ("", None) => self.route(&plan.to),
            (server, _) => server.into(),
        };
        if (four || six)
            && plan
                .server
                .parse()
                .is_ok_and(|a: std::net::IpAddr| a.is_ipv4() == six)
        {
            let (own, other) = if four { ('4', '6') } else { ('6', '4') };
            let text =
                format!("Option -{own} is set but server appears to be ipv{other}, cannot proceed");
            return Err(self.fail(&text));
        }
        plan.timeout = match self.required("timeout")? {
            None => 30,
            Some(text) => {
                let digits = text.trim_end_matches(|c: char| "hmsHMS".contains(c));
                let factor = match text.get(digits.len()..).unwrap_or("") {
                    "h" | "H" => 3_600,
                    "m" | "M" => 60,
                    "" | "s" | "S" => 1,
                    _ => 0,
                };
                match digits.parse::<u32>().ok().filter(|_| factor > 0) {
                    Some(number) => u64::from(number) * factor,
                    None => return Err(self.fail(&format!("Unknown timeout format '{text}'"))),
                }
            }
        };
        plan.process = (self.at.world.now().micros() % 32_768) as u32;
        plan.data = self.data(&plan)?;
        if plan.tls || plan.tls_on_connect {
            self.check_tls()?;
        }
        plan.port = match wanted_port.as_str() {
            "" if plan.protocol == "lmtp" => 24,
            "" if plan.tls_on_connect => 465,
            "" => 25,
            name => self.service(name)?,
        };
        self.plan_xclient(&mut plan)?;
        plan.proxy = self.required("proxy")?.unwrap_or_default();
        self.plan_auth(&mut plan, tries_auth)?;
        plan.given = self.given.clone();
        Ok(plan)
    }

    /// The host that takes a domain's mail.
    fn route(&mut self, address: &str) -> String {
        let domain = address
            .rsplit_once('@')
            .map_or(address, |(_, domain)| domain);
        let literal = domain.strip_prefix('[').and_then(|d| d.strip_suffix(']'));
        if let Some(literal) = literal.filter(|l| l.parse::<std::net::Ipv4Addr>().is_ok()) {
            return literal.into();
        }
        let found = self
            .at
            .world
            .dns
            .look_up(domain, Record::Mx)
            .unwrap_or_default();
        match found.into_iter().next() {
            Some(Data::Mx(_, host)) => host,
            _ if domain.is_empty() => "localhost".into(),
            _ => domain.into(),
        }
    }
}

/// A server and a port, out of one word or two.
fn server_and_port(server: &str, port: &str) -> (String, String) {
    if let Some((host, after)) = server.strip_prefix('[').and_then(|s| s.split_once(']')) {
        let port = after.strip_prefix([':', '/']).unwrap_or(port);
        return (host.into(), port.into());
    }
    let split = match server.matches(':').count() {
        1 => server.split_once(':'),
        _ => server.split_once('/'),
    };
    match split.filter(|(_, port)| !port.is_empty()) {
        Some((host, port)) => (host.into(), port.into()),
        None => (server.into(), port.into()),
    }
}
