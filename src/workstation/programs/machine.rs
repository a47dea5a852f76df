//! The programs that print and are done: each gets its arguments and what was piped into it, and
//! gives what it prints.

use crate::workstation::programs::{awk, files, names, postfix, sed, texts};
use std::time::Duration;

use crate::network::World;

/// Where a program runs.
pub struct Machine<'a> {
    /// The network with its hosts.
    pub world: &'a mut World,
    /// The host.
    pub host: &'a str,
    /// Who runs it.
    pub user: &'a str,
    /// The directory that it is in.
    pub directory: &'a str,
}

/// What a program leaves behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// What it prints for the next program or the screen.
    pub text: String,
    /// What it prints on the screen in any case.
    pub error: String,
    /// The complaint comes after the text.
    pub error_last: bool,
    /// Its exit status.
    pub status: i32,
}

impl Output {
    /// A text, and success.
    pub fn good(text: impl Into<String>) -> Output {
        Output {
            text: text.into(),
            ..Output::default()
        }
    }

    /// A complaint, with a status that says so.
    pub fn bad(error: impl Into<String>, status: i32) -> Output {
        Output {
            error: error.into() + "\n",
            status,
            ..Output::default()
        }
    }
}

/// The programs of a kind of host, for the list that `help` prints.
pub const HELP: &str = "\
  nc HOST PORT       send and show bytes: printf 'EHLO x\\r\\nQUIT\\r\\n' | nc smtp.safeer.in 25
  swaks --to PERSON  send a test message: swaks --to asha@safeer.in --server smtp.safeer.in
  openssl s_client   a connection with TLS: openssl s_client -starttls smtp -connect mail.penguins.example:25
  dig, host, nslookup  ask the domain name system: dig +short gmail.com MX
  ping HOST          see whether a host answers
  cat, less, head, tail, grep, wc, ls, base64, printf, date, sleep
  ssh HOST           log in on a server; there:
  mail, mailq, postqueue, postcat, postsuper, postconf, postmap, postfix, sendmail
                     look after its mail; the log is /var/log/mail.log
Each says more with --help.
";

/// Runs a program; `None` where there is none of this name.
pub fn run(words: &[String], input: Option<&str>, at: &mut Machine) -> Option<Output> {
    let (name, arguments) = words.split_first()?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let arguments = arguments.as_slice();
    let has_mail = at.world.host(at.host).is_some_and(|h| h.server.is_some());
    Some(match name.as_str() {
        "awk" | "mawk" => awk::awk(arguments, input, at),
        "sed" => sed::sed(arguments, input, at),
        "cat" => texts::cat(arguments, input, at),
        "head" => texts::head(arguments, input, at),
        "tail" => texts::tail(arguments, input, at),
        "grep" => texts::grep(arguments, input, at),
        "wc" => texts::wc(arguments, input, at),
        "base64" => texts::base64(arguments, input, at),
        "printf" => texts::printf(arguments),
        "ls" => files::ls(arguments, at),
        "date" => date(arguments, at),
        "pwd" => Output::good(format!("{}\n", at.directory)),
        "sleep" => sleep(arguments, at),
        "dig" => names::dig(arguments, at),
        "host" => names::host(arguments, at),
        "nslookup" => names::nslookup(arguments, at),
        "mailq" if has_mail => postfix::mailq(at),
        "postqueue" if has_mail => postfix::postqueue(arguments, at),
        "postcat" if has_mail => postfix::postcat(arguments, at),
        "postsuper" if has_mail => postfix::postsuper(arguments, at),
        "postconf" if has_mail => postfix::postconf(arguments, at),
        "postmap" if has_mail => postfix::postmap(arguments, at),
        "postfix" if has_mail => postfix::postfix(arguments, at),
        "newaliases" if has_mail => postfix::newaliases(at),
        "sendmail" if has_mail => postfix::sendmail(arguments, input, at),
        _ => return None,
    })
}

/// `program: invalid option -- 'x'`, as the programs of GNU say it.
pub(super) fn invalid_option(program: &str, option: char) -> Output {
    Output::bad(
        format!(
            "{program}: invalid option -- '{option}'\nTry '{program} --help' for more information."
        ),
        1,
    )
}

fn date(arguments: &[&str], at: &Machine) -> Output {
    let now = at.world.now();
    match arguments {
        [] => Output::good(format!("{}\n", now.shell_date())),
        ["+%s"] => Output::good(format!("{}\n", now.seconds())),
        ["-R" | "--rfc-email"] => {
            let text = now
                .header_date()
                .replace(" (UTC)", "")
                .replace(",  ", ", 0");
            Output::good(text + "\n")
        }
        ["-u" | "--utc"] => Output::good(format!("{}\n", now.shell_date())),
        [word, ..] if word.starts_with('-') => {
            invalid_option("date", word.chars().nth(1).unwrap_or('-'))
        }
        [word, ..] => Output::bad(format!("date: invalid date ‘{word}’"), 1),
    }
}

/// The clock of the world is put forward, so that nobody has to wait.
fn sleep(arguments: &[&str], at: &mut Machine) -> Output {
    let hint = "\nTry 'sleep --help' for more information.";
    if arguments.is_empty() {
        return Output::bad(format!("sleep: missing operand{hint}"), 1);
    }
    let mut total = Duration::ZERO;
    for word in arguments {
        let (number, unit) = match word.strip_suffix(['s', 'm', 'h', 'd']) {
            Some(number) => (number, &word[number.len()..]),
            None => (*word, "s"),
        };
        let factor = match unit {
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => 1,
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let millis = format!("{part:0<3}")
            .get(..3)
            .and_then(|p| p.parse::<u32>().ok());
        match (whole.parse::<u32>(), millis) {
            // A world that sleeps longer than a year has nothing left to do.
            (Ok(seconds), Some(millis)) if u64::from(seconds) * u64::from(factor) < 32_000_000 => {
                total += (Duration::from_secs(seconds.into())
                    + Duration::from_millis(millis.into()))
                    * factor;
            }
            _ => {
                return Output::bad(format!("sleep: invalid time interval ‘{word}’{hint}"), 1);
            }
        }
    }
    at.world.skip(total);
    Output::default()
}
