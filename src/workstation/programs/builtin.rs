//! The small programs that only print: whoami, true, false, help.

use crate::postfix::server::Server;
use crate::smtp::settings::Tls;
use crate::workstation::example_server;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(":", |_, _| Ok(Output::default()), ""),
    Program::new("false", |_, _| Ok(Output::status(1)), ""),
    Program::new("help", help, ""),
    Program::new("true", |_, _| Ok(Output::default()), ""),
    Program::new("whoami", whoami, ""),
];

/// Its examples name a server, one with TLS, a person and a domain of the world.
const HELP: &str = "\
You are at a workstation. These programs are here:

  telnet HOST PORT   talk to a server by hand, for example: telnet SERVER 25
  nc HOST PORT       send and show bytes: printf 'EHLO x\\r\\nQUIT\\r\\n' | nc SERVER 25
  swaks --to PERSON  send a test message: swaks --to SOMEBODY@DOMAIN --server SERVER
  openssl s_client   a connection with TLS: openssl s_client -starttls smtp -connect SECURE:25
  dig, host, nslookup
                     ask the domain name system: dig +short DOMAIN MX
  ping HOST          see whether a host answers
  cat, less, grep, ls, cp, find, awk, sed, date, ps, ss, man …
                     Debian's programs, as far as mail needs them
  history            list the lines typed so far
  clear              empty the screen (so does Ctrl-L)
  ssh HOST           log in on a server; there:
  sudo, systemctl, journalctl, nano, adduser …
                     look after the machine
  mail, mailq, postqueue, postcat, postsuper, postconf, postmap, postfix, sendmail
                     look after its mail; the log is /var/log/mail.log
  exit               leave the shell
  help               print this list

Each program says more with --help. In telnet, Ctrl-] gives a prompt of its own: try help or
quit there.
";

fn help(_: &[&str], at: &mut Machine) -> Outcome {
    let name = example_server(at.world, at.host);
    let server = at.world.host(name).and_then(|h| h.server.as_deref());
    let somebody = server.and_then(|s| s.users.iter().find(|u| u.name != at.user));
    let has_tls = |s: &&Server| s.settings().tls != Tls::None;
    let mut hosts = at.world.hosts.iter();
    let secure = hosts.find(|h| h.server.as_deref().filter(has_tls).is_some());
    let domain = server.map_or("DOMAIN".into(), |s| s.config.get("mydomain"));
    let text = HELP
        .replace("SERVER", name)
        .replace("SECURE", secure.map_or(name, |h| &h.name))
        .replace("SOMEBODY", somebody.map_or("postmaster", |u| &u.name))
        .replace("DOMAIN", &domain);
    Ok(Output::good(text))
}

fn whoami(words: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "whoami",
        short: "",
        long: &[],
        status: 1,
    };
    match KNOWN.read(words)?.operands.first() {
        None => Ok(Output::good(format!("{}\n", at.user))),
        Some(extra) => Err(KNOWN.mistake(&format!("extra operand ‘{extra}’"))),
    }
}
