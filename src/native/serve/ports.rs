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
    /// The program's options in master.cf.
    options: Vec<String>,
}

impl Port {
    /// Whether its service has what main.cf says and nothing else.
    pub fn is_plain(&self) -> bool {
        self.name == "smtp" && self.options.is_empty()
    }
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

/// Listens on all of them; the first is that of `--listen`.
///
/// # Errors
/// Which is not possible, and why.
pub fn open(asked: &Asked) -> Result<Vec<Port>, String> {
    let entries = match asked.master {
        Some(path) => {
            let text = config::read(path)?;
            let fault = |bad: master_cf::Unreadable| format!("{}: {}", path.display(), bad.1);
            master_cf::parse(&text).map_err(fault)?
        }
        None => Vec::new(),
    };
    let smtp = find(&entries, "smtp").map_or(Vec::new(), |smtp| smtp.arguments().to_vec());
    let mut ports = vec![port("--listen", asked.listen, "smtp", smtp.clone())?];
    if let Some(address) = asked.tls_listen {
        let wrapper = ["-o", "smtpd_tls_wrappermode=yes"].map(String::from);
        let options = smtp.into_iter().chain(wrapper).collect();
        ports.push(port("--tls-listen", address, "smtps", options)?);
    }
    for service in asked.services {
        let (name, address) = service
            .split_once('=')
            .ok_or_else(|| format!("--service {service}: write it as NAME=ADDRESS:PORT"))?;
        let Some(entry) = find(&entries, name) else {
            let why = match asked.master {
                Some(path) => format!("{} has no smtpd of that name", path.display()),
                None => "say with --master which master.cf has it".into(),
            };
            return Err(format!("--service {service}: {why}"));
        };
        ports.push(port(
            "--service",
            address,
            name,
            entry.arguments().to_vec(),
        )?);
    }
    Ok(ports)
}

fn find<'a>(entries: &'a [Entry], name: &str) -> Option<&'a Entry> {
    let is_it = |e: &&Entry| e.field(0) == name && e.field(1) == "inet" && e.field(7) == "smtpd";
    entries.iter().find(is_it)
}

fn port(option: &str, asked: &str, name: &str, options: Vec<String>) -> Result<Port, String> {
    let fail = |e| format!("{option} {asked}: {e}");
    let listener = door::bind(asked).map_err(fail)?;
    let address = listener.local_addr().map_err(fail)?;
    Ok(Port {
        listener,
        address,
        name: name.into(),
        options,
    })
}

/// A master.cf with these ports. The first is Postfix's `smtp`, which has no address of its own there
/// unless it has options.
pub fn master_cf(ports: &[Port]) -> String {
    let mut text = String::new();
    for (place, port) in ports.iter().enumerate() {
        let is_plain = place == 0 && port.is_plain();
        match is_plain {
            true => text.push_str("smtp"),
            false => text.push_str(&port.address.to_string()),
        }
        text.push_str(" inet n - n - - smtpd");
        if !is_plain {
            text.push_str(&format!(" -o service_name={}", port.name));
        }
        for option in &port.options {
            // As master.cf has an argument with spaces.
            match option.contains(char::is_whitespace) {
                true => text.push_str(&format!(" {{ {option} }}")),
                false => text.push_str(&format!(" {option}")),
            }
        }
        text.push('\n');
    }
    text
}
