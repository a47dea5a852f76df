//! curl, as far as it speaks SMTP: a message that is uploaded, or one command. There is no web here.

mod dialogue;
mod exchange;
mod form;
mod handshake;
mod login;
mod options;
mod plan;
mod raw;
mod report;

use std::time::Duration;

use crate::platform;
use crate::smtp::bytes::encode;
use crate::workstation::programs::curl::dialogue::Dialogue;
use crate::workstation::programs::curl::plan::{locate, Plan};
use crate::workstation::programs::io::{Read, Take};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::{Line, Machine};
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::Program;

/// The program of this folder.
pub const PROGRAMS: &[Program] = &[Program::job("curl", start, HELP)];

const HELP: &str = "smtp://HOST --mail-from A --mail-rcpt B --upload-file FILE [-v] [--user NAME:PASSWORD] [--ssl-reqd]|Sends a message. There is no web here.";

const VERSION: &str = "curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1\nRelease-Date: 2023-02-20\nProtocols: smtp smtps telnet\n";

/// A running curl.
#[derive(Debug)]
struct Curl {
    plan: Option<Plan>,
    reads: bool,
    asks: bool,
    /// It has asked.
    waits: bool,
    begun: Vec<u8>,
    dialogue: Option<Dialogue>,
}

fn misuse(text: &str, status: i32) -> Output {
    let text = match text {
        "" => String::new(),
        text => format!("curl: {text}\n"),
    };
    let text = format!("{text}curl: try 'curl --help' or 'curl --manual' for more information");
    Output::bad(text, status)
}

fn start(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    if arguments.is_empty() {
        return Err(misuse("", 2));
    }
    let given = options::parse(arguments).map_err(|text| misuse(&text, 2))?;
    if given.has("version") {
        return Err(Output::good(VERSION));
    }
    let uploads = given.has("upload-file");
    let kinds = [
        (uploads, "PUT", "-T, --upload-file"),
        (given.has("head"), "HEAD", "-I, --head"),
        (
            given.options.iter().any(|(own, _)| own.starts_with("form")),
            "multipart formpost",
            "-F, --form",
        ),
        (
            given.options.iter().any(|(own, _)| own.starts_with("data")),
            "POST",
            "-d, --data",
        ),
    ];
    let mut kinds = kinds.into_iter().filter(|kind| kind.0);
    if let (Some(one), Some(two)) = (kinds.next(), kinds.next()) {
        let first = format!(
            "You can only select one HTTP request method! You asked for both {} ",
            one.1
        );
        let text = format!(
            "Warning: {first}\nWarning: ({}) and {} ({}).",
            one.2, two.1, two.2
        );
        return Err(match given.has("silent") {
            true => Output::status(2),
            false => Output::bad(text, 2),
        });
    }
    let place = |name: &str| given.options.iter().position(|(own, _)| *own == name);
    let silent = place("silent").unwrap_or(usize::MAX);
    if place("ssl")
        .or(place("ftp-ssl"))
        .is_some_and(|ssl| ssl < silent)
    {
        at.complain("Warning: --ssl is an insecure option, consider --ssl-reqd instead\n");
    }
    if place("trace").or(place("trace-ascii")).is_some() {
        at.complain("curl: nothing is traced here; -v shows the dialogue\n");
    }
    let Some(url) = given.urls.first().cloned() else {
        return Err(misuse("no URL specified!", 2));
    };
    let span = |name: &str| {
        let seconds = given.value(name).and_then(platform::number);
        let seconds = seconds.filter(|s| (0.001..1e9).contains(s));
        seconds.map(|s| Duration::from_micros((s * 1e6) as u64))
    };
    let mut plan = Plan {
        timeout: span("max-time"),
        patience: span("connect-timeout"),
        given,
        ..Plan::default()
    };
    locate(&mut plan, &url, at)?;
    if let Some(login) = plan.given.value("user") {
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        plan.password = password.into();
        let asks = !login.contains(':');
        plan.user = Some(user.into());
        let curl = read_message(plan, at)?;
        return Ok(Box::new(Curl { asks, ..curl }));
    }
    read_message(plan, at).map(|curl| Box::new(curl) as Box<dyn Job>)
}

/// Reads the file that is to be sent, or writes the message of -F.
fn read_message(mut plan: Plan, at: &mut Machine) -> Result<Curl, Output> {
    let given = &plan.given;
    let is_mute = given.has("silent") && !given.has("show-error");
    let unread = |text: String| {
        let own = "curl: (26) Failed to open/read local data from file/application\n";
        let mut output = Output::status(26);
        output.complain(text);
        if !is_mute {
            output.complain(own);
        }
        output
    };
    let file = given.all("upload-file").next();
    let forms = given
        .options
        .iter()
        .filter(|(own, _)| own.starts_with("form"));
    let forms: Vec<(&str, bool)> = forms
        .map(|(own, value)| (value.as_str(), *own == "form-string"))
        .collect();
    let mut reads = false;
    let text = match file {
        Some("-" | ".") => {
            reads = true;
            None
        }
        Some(path) => match at.text(path) {
            Ok(text) => Some(text),
            Err(_) => {
                let text = format!("curl: Can't open '{path}'!\ncurl: try 'curl --help' or 'curl --manual' for more information\n");
                return Err(unread(text));
            }
        },
        None if !forms.is_empty() => {
            let made = form::parts(forms.into_iter(), |path| at.text(path).ok());
            let parts = made.map_err(|fault| match fault {
                None => unread(String::new()),
                Some(text) => {
                    let mut output = Output::bad(format!("Warning: {text}"), 2);
                    output.status = 2;
                    output
                }
            })?;
            let headers: Vec<&str> = given.all("header").collect();
            Some(form::message(&parts, &headers, at.world.now().0))
        }
        None => None,
    };
    let mut believed = vec!["/etc/ssl/certs".to_string()];
    believed.push("/etc/ssl/certs/ca-certificates.crt".into());
    for name in ["cacert", "capath"] {
        believed.extend(given.all(name).map(|path| at.path(path)));
    }
    if let Some(files) = crate::workstation::programs::files::files(at.world, at.host) {
        plan.anchors =
            crate::postfix::delivery::certificate::Certificate::anchors(files, &believed);
    }
    plan.message = text.map(|text| encode(&text));
    plan.size = plan.message.as_ref().map(Vec::len);
    Ok(Curl {
        plan: Some(plan),
        reads,
        asks: false,
        waits: false,
        begun: Vec::new(),
        dialogue: None,
    })
}

impl Curl {
    /// Asks for the password and reads the message from its input; whether all is there.
    fn prepare(&mut self, at: &mut Machine) -> bool {
        let Some(plan) = &mut self.plan else {
            return false;
        };
        if self.asks {
            if !self.waits {
                self.waits = true;
                let user = plan.user.as_deref().unwrap_or("");
                at.complain(&format!("Enter host password for user '{user}':"));
                if let Some(io) = at.system() {
                    io.set_echo(false);
                }
            }
            let line = at.type_line(&mut self.begun);
            if line == Line::Wait {
                return false;
            }
            if let Some(io) = at.system() {
                io.set_echo(true);
            }
            at.complain("\n");
            if let Line::Text(password) = line {
                plan.password = password;
            }
            self.asks = false;
            self.begun.clear();
        }
        while self.reads {
            match at.read_input(Take::ALL) {
                Read::Bytes(bytes) => self.begun.extend(bytes),
                Read::Wait => return false,
                Read::End | Read::Fault(_) => {
                    self.reads = false;
                    plan.message = Some(std::mem::take(&mut self.begun));
                }
            }
        }
        true
    }
}

impl Job for Curl {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        if self.dialogue.is_none() {
            if !self.prepare(at) {
                return None;
            }
            self.dialogue = self.plan.take().map(|plan| Dialogue::new(plan, at));
        }
        self.dialogue.as_mut()?.advance(at)
    }

    fn signal(&mut self, _: u8, at: &mut Machine) -> bool {
        if let Some(dialogue) = &mut self.dialogue {
            dialogue.abandon(at.world);
        }
        false
    }
}
