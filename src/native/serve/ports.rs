//! The ports: `--listen`, `--tls-listen`, and services of a master.cf that are given a port of their own.
//!
//! The engine knows services by a master.cf, so one is written of what is asked for: a line for each port,
//! with the options that its service has.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use smtp_terminal::postfix::config::master_cf::{self, Entry};

use crate::native::serve::{config, door};

/// A port that is listened on.
pub struct Port {
    /// Who takes connections.
    pub listener: TcpListener,
    /// Where it is.
    pub address: SocketAddr,
    /// Its service, for a reader.
    pub name: String,
    /// Its program: smtpd, or postscreen before it.
    program: &'static str,
    /// The program's options in master.cf.
    options: Vec<String>,
}

/// The programs that can be behind a port.
const PROGRAMS: [&str; 2] = ["smtpd", "postscreen"];

impl Port {
    /// Whether its service has what main.cf says and nothing else.
    pub fn is_plain(&self) -> bool {
        self.name == "smtp" && self.program == "smtpd" && self.options.is_empty()
    }
}

/// The ports, and what stands behind those of postscreen.
pub struct Ports {
    /// The first is that of `--listen`.
    pub all: Vec<Port>,
    /// Lines of the master.cf that is given: smtpd behind postscreen, and who helps postscreen.
    behind: Vec<Entry>,
}

/// What the command line says of ports.
pub struct Asked<'a> {
    /// `--listen`: the service `smtp`.
    pub listen: &'a str,
    /// `--tls-listen`: the same, with TLS from the first byte.
    pub tls_listen: Option<&'a str>,
    /// `--master`.
    pub master: Option<&'a Path>,
    /// `--service NAME=ADDRESS:PORT`.
    pub services: &'a [String],
}

/// Listens on all of them.
///
/// # Errors
/// Which is not possible, and why.
pub fn open(asked: &Asked) -> Result<Ports, String> {
    let entries = match asked.master {
        Some(path) => {
            let text = config::read(path)?;
            let fault = |bad: master_cf::Unreadable| format!("{}: {}", path.display(), bad.1);
            master_cf::parse(&text).map_err(fault)?
        }
        None => Vec::new(),
    };
    let (program, smtp) = find(&entries, "smtp").unwrap_or(("smtpd", Vec::new()));
    let mut ports = vec![port(
        "--listen",
        asked.listen,
        "smtp",
        (program, smtp.clone()),
    )?];
    if let Some(address) = asked.tls_listen {
        let wrapper = ["-o", "smtpd_tls_wrappermode=yes"].map(String::from);
        // What postscreen obeys is not for smtpd.
        let smtp = smtp.into_iter().filter(|_| program == "smtpd");
        let options = smtp.chain(wrapper).collect();
        ports.push(port("--tls-listen", address, "smtps", ("smtpd", options))?);
    }
    for service in asked.services {
        let (name, address) = service
            .split_once('=')
            .ok_or_else(|| format!("--service {service}: write it as NAME=ADDRESS:PORT"))?;
        let Some(entry) = find(&entries, name) else {
            let why = match asked.master {
                Some(path) => {
                    let path = path.display();
                    format!("{path} has no smtpd or postscreen of that name at inet")
                }
                None => "say with --master which master.cf has it".into(),
            };
            return Err(format!("--service {service}: {why}"));
        };
        ports.push(port("--service", address, name, entry)?);
    }
    let mut behind = entries;
    behind.retain(|e| e.field(1) == "pass" || matches!(e.field(0), "dnsblog" | "tlsproxy"));
    Ok(Ports { all: ports, behind })
}

/// The program of a service, and its options.
fn find(entries: &[Entry], name: &str) -> Option<(&'static str, Vec<String>)> {
    let mut own = entries
        .iter()
        .filter(|e| e.field(0) == name && e.field(1) == "inet");
    own.find_map(|entry| {
        let program = PROGRAMS.into_iter().find(|p| *p == entry.field(7))?;
        Some((program, entry.arguments().to_vec()))
    })
}

fn port(
    option: &str,
    asked: &str,
    name: &str,
    (program, options): (&'static str, Vec<String>),
) -> Result<Port, String> {
    let fail = |e| format!("{option} {asked}: {e}");
    let listener = door::bind(asked).map_err(fail)?;
    let address = listener.local_addr().map_err(fail)?;
    Ok(Port {
        listener,
        address,
        name: name.into(),
        program,
        options,
    })
}

/// A master.cf with these ports. The first is Postfix's `smtp`, which has no address of its own there
/// unless it has options.
pub fn master_cf(ports: &Ports) -> String {
    let mut text = String::new();
    for (place, port) in ports.all.iter().enumerate() {
        let is_plain = place == 0 && port.is_plain();
        match is_plain {
            true => text.push_str("smtp"),
            false => text.push_str(&port.address.to_string()),
        }
        text.push_str(&format!(" inet n - n - - {}", port.program));
        if !is_plain {
            text.push_str(&format!(" -o service_name={}", port.name));
        }
        push_options(&mut text, &port.options);
    }
    for entry in &ports.behind {
        let fields: Vec<&str> = (0..8).map(|at| entry.field(at)).collect();
        text.push_str(&fields.join(" "));
        push_options(&mut text, entry.arguments());
    }
    text
}

/// The options of a line, and its end.
fn push_options(text: &mut String, options: &[String]) {
    for option in options {
        // As master.cf has an argument with spaces.
        match option.contains(char::is_whitespace) {
            true => text.push_str(&format!(" {{ {option} }}")),
            false => text.push_str(&format!(" {option}")),
        }
    }
    text.push('\n');
}
