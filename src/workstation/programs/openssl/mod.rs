//! openssl, as Debian's 3.0 has it, as far as mail goes.
//!
//! | file          | commands                                      |
//! |---------------|-----------------------------------------------|
//! | `client`      | s_client                                      |
//! | `coding`      | base64, enc, md5, dgst, passwd, rand, version |
//! | `certificate` | genrsa, req, x509, rsa, verify, dhparam       |
//! | `ciphers`     | ciphers                                       |
//! | `command`     | no command: what one wants and is given       |
//! | `phrase`      | keys under a pass phrase                      |
//! | `shown`       | what x509 shows of a certificate              |

mod certificate;
mod ciphers;
mod client;
mod coding;
mod command;
mod phrase;
mod shown;

use crate::smtp::bytes::decode;
use crate::workstation::programs::io::{Read, Take};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::{Line, Machine};
use crate::workstation::programs::openssl::command::{Given, Want};
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::Program;

/// The program of this folder.
pub const PROGRAMS: &[Program] = &[Program::job(
    "openssl",
    start,
    "s_client -connect HOST:PORT [-starttls smtp] [-crlf] [-quiet] [-brief] | base64 [-d] [-A] | enc -base64 | req | x509 | genrsa | passwd -6 | rand | md5 | version|Opens a connection with TLS, codes text, makes keys and certificates.",
)];

/// A command at work: it is asked again with what it has wanted.
#[derive(Debug)]
struct Command {
    words: Vec<String>,
    given: Given,
    begun: Vec<u8>,
    asks: bool,
}

fn start(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let words: Vec<String> = arguments.iter().map(|w| w.to_string()).collect();
    if arguments.first() == Some(&"s_client") {
        return Ok(client::start(&words, at));
    }
    Ok(Box::new(Command {
        words,
        given: Given::default(),
        begun: Vec::new(),
        asks: false,
    }))
}

fn run(words: &[&str], given: &Given, at: &mut Machine) -> Result<Output, Want> {
    let Some((command, rest)) = words.split_first() else {
        return Ok(Output::good("help:\n\nhere there are: base64 ciphers dgst dhparam enc genrsa md5 passwd rand req rsa s_client sha1 sha256 sha512 verify version x509\n"));
    };
    match *command {
        "base64" | "enc" => coding::base64(command, rest, given, at),
        "md5" | "sha1" | "sha256" | "sha512" | "dgst" => coding::digest(command, rest, given, at),
        "passwd" => coding::passwd(rest, given),
        "ciphers" => Ok(ciphers::ciphers(rest)),
        "rand" => Ok(coding::rand(rest, at)),
        "version" => Ok(coding::version(rest)),
        "genrsa" | "genpkey" | "dhparam" => certificate::genrsa(command, rest, given, at),
        "req" => certificate::req(rest, given, at),
        "x509" => certificate::x509(rest, given, at),
        "rsa" | "pkey" => certificate::rsa(command, rest, given, at),
        "verify" => Ok(certificate::verify(rest, at)),
        "help" => run(&[], given, at),
        other => {
            let text = format!("Invalid command '{other}'; type \"help\" for a list.");
            Ok(Output::bad(text, 1))
        }
    }
}

impl Job for Command {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        loop {
            let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
            match run(&words, &self.given, at) {
                Ok(output) => {
                    for (is_error, text) in output.pieces() {
                        match is_error {
                            true => at.complain(text),
                            false => at.print(text),
                        }
                    }
                    return Some(output.status);
                }
                Err(Want::Input) => match at.read_input(Take::ALL) {
                    Read::Bytes(bytes) => self.begun.extend(bytes),
                    Read::Wait => return None,
                    Read::End | Read::Fault(_) => {
                        let bytes = std::mem::take(&mut self.begun);
                        self.given.input = Some(decode(&bytes).into_owned());
                    }
                },
                Err(Want::Line(question)) => {
                    let is_phrase = question.contains("pass phrase");
                    let hides = is_phrase || question.contains("assword:");
                    if !self.asks {
                        self.asks = true;
                        at.complain(&question);
                        if let Some(io) = at.system() {
                            io.set_echo(!hides);
                        }
                    }
                    let line = match at.read_line(&mut self.begun) {
                        Line::Wait => return None,
                        Line::Text(line) => line,
                        Line::End => String::new(),
                    };
                    match is_phrase {
                        true => self.given.phrases.push(line),
                        false => self.given.answers.push(line),
                    }
                    self.asks = false;
                    if hides {
                        if let Some(io) = at.system() {
                            io.set_echo(true);
                        }
                        at.complain("\n");
                    }
                }
            }
        }
    }
}
