//! pipe(8): what a service's line in master.cf asks for, the command that comes of it for a message and its
//! recipients, and the message as the program reads it.

use crate::postfix::config::master_cf::MASTER_CF;
use crate::postfix::config::template::{pieces, Piece};
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::maps::without_extension;
use crate::postfix::queue::file::{Addressee, QueueFile};
use crate::smtp::address::{quote_local, quote_local_info};
use crate::smtp::bytes::decode;
use crate::time::Time;

/// A service, as it is written.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix) struct Pipe {
    /// Its name.
    pub(in crate::postfix) name: String,
    /// `flags=`: how the message and the addresses are written.
    pub(super) flags: String,
    /// `eol=`: what ends a line.
    eol: String,
    /// `null_sender=`.
    nobody: String,
    /// `size=`: what is larger fails; 0 is none. In bytes.
    pub(super) largest: u64,
    /// `argv=`.
    argv: Vec<String>,
    /// Why it does not start.
    pub(super) fault: Option<String>,
}

/// The flags that there are.
const FLAGS: &str = "BDFORX.>hqu";

/// What each recipient has of its own: an argument with one of these is there for each of them.
const OF_RECIPIENTS: [&str; 6] = [
    "recipient",
    "original_recipient",
    "user",
    "extension",
    "mailbox",
    "domain",
];

/// Macros about the client, of whom nothing is known here.
const UNSEEN: [&str; 9] = [
    "client_address",
    "client_helo",
    "client_hostname",
    "client_port",
    "client_protocol",
    "envid",
    "sasl_method",
    "sasl_sender",
    "sasl_username",
];

impl Pipe {
    /// Reads the arguments.
    pub(in crate::postfix) fn read(name: &str, arguments: &[String]) -> Pipe {
        let mut pipe = Pipe {
            name: name.into(),
            eol: "\n".into(),
            nobody: "MAILER-DAEMON".into(),
            ..Pipe::default()
        };
        let mut fault = None;
        let mut fail = |why: String| {
            fault.get_or_insert(why);
        };
        let mut user = None;
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word.starts_with('-') {
                if word == "-o" {
                    words.next();
                }
                continue;
            }
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            match name.to_ascii_lowercase().as_str() {
                "flags" => {
                    if let Some(odd) = value.chars().find(|c| !FLAGS.contains(*c)) {
                        fail(format!("unknown flag: {odd} (ignored)"));
                    }
                    pipe.flags = value.into();
                }
                "user" => {
                    user = value.split(':').next().map(String::from);
                }
                "eol" => pipe.eol = value.replace("\\r", "\r").replace("\\n", "\n"),
                "null_sender" => pipe.nobody = value.into(),
                "size" => match value.parse() {
                    Ok(size) => pipe.largest = size,
                    Err(_) => fail(format!("get_service_attr: bad size= value: {value}")),
                },
                "argv" => {
                    pipe.argv = [value.to_string()]
                        .into_iter()
                        .chain(words.cloned())
                        .collect();
                    break;
                }
                "directory" | "chroot" => {}
                _ => fail(format!("unknown attribute name: {word}")),
            }
        }
        match user.as_deref() {
            None => fail("missing user= command-line attribute".into()),
            _ if pipe.argv.is_empty() => fail("missing argv= command-line attribute".into()),
            Some("root") => fail("user= command-line attribute specifies root privileges".into()),
            Some("postfix") => {
                fail("user= command-line attribute specifies mail system owner postfix".into());
            }
            _ => {}
        }
        pipe.fault = fault;
        pipe
    }

    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    /// The program.
    pub(super) fn program(&self) -> &str {
        self.argv.first().map_or("", String::as_str)
    }

    /// Which of the flags for one recipient there is, where there are several.
    pub(super) fn wants_one(&self) -> Option<char> {
        ['D', 'O'].into_iter().find(|flag| self.has(*flag))
    }

    /// The command: each argument, filled in.
    ///
    /// # Errors
    /// What is warned of: a macro that is none.
    pub(super) fn command(
        &self,
        file: &QueueFile,
        recipients: &[&Addressee],
        (nexthop, delimiters): (&str, &str),
    ) -> Result<Vec<String>, String> {
        let quoted = |address: &str| match self.has('q') {
            true => quote_local(address),
            false => address.to_string(),
        };
        let folded = |address: &str| {
            let (user, domain) = address.rsplit_once('@').unwrap_or((address, ""));
            let user = if self.has('u') {
                fold(user)
            } else {
                user.into()
            };
            let domain = if self.has('h') {
                fold(domain)
            } else {
                domain.into()
            };
            match address.contains('@') {
                true => format!("{user}@{domain}"),
                false => user,
            }
        };
        let mut command = Vec::new();
        for argument in &self.argv {
            let is_own = OF_RECIPIENTS.iter().any(|name| names(argument, name));
            let times = if is_own { recipients.len() } else { 1 };
            for recipient in recipients.iter().take(times) {
                let address = folded(&recipient.address);
                let (mailbox, domain) = address.rsplit_once('@').unwrap_or((&address, ""));
                let user = without_extension(mailbox, delimiters);
                let value = |name: &str| {
                    Some(match name {
                        "recipient" => quoted(&address),
                        "original_recipient" => quoted(&folded(&recipient.original)),
                        "mailbox" => mailbox.into(),
                        "domain" => domain.into(),
                        "user" => user.clone().unwrap_or(mailbox.into()),
                        "extension" => {
                            let user = user.as_deref().unwrap_or(mailbox);
                            mailbox.get(user.len() + 1..).unwrap_or("").into()
                        }
                        "sender" if file.sender.is_empty() => self.nobody.clone(),
                        "sender" => quoted(&file.sender),
                        "nexthop" if self.has('h') => fold(nexthop),
                        "nexthop" => nexthop.into(),
                        "queue_id" => file.id.to_string(),
                        "size" => file.size().to_string(),
                        name if UNSEEN.contains(&name) => String::new(),
                        _ => return None,
                    })
                };
                let (mut filled, mut odd) = (String::new(), None);
                let cut = pieces(argument, |piece| {
                    match piece {
                        Piece::Text(text) => filled.push_str(text),
                        Piece::Name(name) => match value(name) {
                            Some(value) => filled.push_str(&value),
                            None => odd = Some(format!("unknown macro name: \"{name}\"")),
                        },
                    }
                    odd.is_none()
                });
                if let Some(why) = odd {
                    return Err(format!("file {MASTER_CF}: service {}: {why}", self.name));
                }
                if let Err(fault) = cut {
                    return Err(fault.warning(argument));
                }
                command.push(filled);
            }
        }
        Ok(command)
    }

    /// The message, as it is written to the program.
    pub(super) fn message(&self, file: &QueueFile, recipient: &Addressee, now: Time) -> String {
        let mut lines = Vec::new();
        if self.has('F') {
            let who = match file.sender.as_str() {
                "" => "MAILER-DAEMON".to_string(),
                sender => quote_local(sender),
            };
            lines.push(format!("From {who}  {}", now.mailbox_date()));
        }
        if self.has('R') {
            lines.push(format!("Return-Path: <{}>", quote_local_info(&file.sender)));
        }
        if self.has('O') && !recipient.original.is_empty() {
            lines.push(format!(
                "X-Original-To: {}",
                quote_local(&recipient.original)
            ));
        }
        if self.has('D') {
            lines.push(format!(
                "Delivered-To: {}",
                quote_local_info(&recipient.address)
            ));
        }
        let text = decode(&file.text);
        for line in text.strip_suffix('\n').unwrap_or(&text).split('\n') {
            let mark = match line {
                line if self.has('>') && line.starts_with("From ") => ">",
                line if self.has('.') && line.starts_with('.') => ".",
                _ => "",
            };
            lines.push(format!("{mark}{line}"));
        }
        if self.has('B') {
            lines.push(String::new());
        }
        lines.join(&self.eol) + &self.eol
    }
}

/// Whether an argument has a macro.
fn names(argument: &str, name: &str) -> bool {
    let rest = argument.split('$').skip(1);
    rest.map(|rest| rest.trim_start_matches(['{', '(']))
        .filter_map(|rest| rest.strip_prefix(name))
        .any(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}
