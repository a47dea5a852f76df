//! The small programs that only print: echo, hostname, whoami, help.

use crate::network::World;
use crate::scenario::Workstation;
use crate::workstation::example_server;

const HELP: &str = "\
You are at a workstation. These programs are here:

  telnet HOST PORT   talk to a server by hand, for example: telnet SERVER 25
  echo TEXT          print a text
  hostname           print the name of this workstation
  whoami             print who is logged in
  history            list the lines typed so far
  clear              empty the screen (so does Ctrl-L)
  exit               leave the shell
  help               print this list

In telnet, Ctrl-] gives a prompt of its own: try help or quit there.
";

/// Programs that only the full build has.
const FULL: &str = "apt awk base64 cat cp curl date dig find grep head host journalctl less ls mail \
mailq mkdir mutt mv nano nc netcat newaliases nslookup openssl perl ping postcat postconf postfix \
postmap postqueue postsuper printf ps sed sendmail service sleep ss ssh su swaks systemctl tail tee \
touch vi vim wc";

type Run = fn(&[String], &Workstation, &World) -> (String, i32);

const PROGRAMS: [(&str, Run); 8] = [
    (":", |_, _, _| (String::new(), 0)),
    ("echo", |words, _, _| (echo(words), 0)),
    ("false", |_, _, _| (String::new(), 1)),
    ("help", |_, at, world| {
        (HELP.replace("SERVER", example_server(world, &at.host)), 0)
    }),
    ("hostname", |words, at, _| hostname(words, &at.host)),
    ("pwd", |_, at, _| (at.home() + "\n", 0)),
    ("true", |_, _, _| (String::new(), 0)),
    ("whoami", |words, at, _| whoami(words, &at.user)),
];

/// Runs a program: what it prints and its exit status.
pub fn run(name: &str, words: &[String], at: &Workstation, world: &World) -> (String, i32) {
    match PROGRAMS.iter().find(|(n, _)| *n == name) {
        Some((_, run)) => run(words, at, world),
        None => {
            let why = match name.contains('/') {
                true => "No such file or directory",
                false => "command not found",
            };
            let base = name.rsplit('/').next().unwrap_or(name);
            let hint = match FULL.split(' ').any(|known| known == base) {
                true => format!("{base} is not here: try help\n"),
                false => String::new(),
            };
            (format!("bash: {name}: {why}\n{hint}"), 127)
        }
    }
}

fn hostname(words: &[String], host: &str) -> (String, i32) {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["-f" | "--fqdn"] => (format!("{host}\n"), 0),
        ["-s" | "--short"] => {
            let short = host.split('.').next().unwrap_or("");
            (format!("{short}\n"), 0)
        }
        _ => (
            "hostname: you must be root to change the host name\n".into(),
            1,
        ),
    }
}

fn whoami(words: &[String], user: &str) -> (String, i32) {
    match words.first() {
        None => (format!("{user}\n"), 0),
        Some(extra) => (
            format!("whoami: extra operand ‘{extra}’\nTry 'whoami --help' for more information.\n"),
            1,
        ),
    }
}

/// echo with `-n`, `-e` and `-E`, as bash has it.
fn echo(arguments: &[String]) -> String {
    let (mut newline, mut escapes) = (true, false);
    let mut words = arguments;
    while let Some((option, rest)) = words.split_first() {
        let letters = option.strip_prefix('-').unwrap_or("");
        if letters.is_empty() || !letters.chars().all(|c| "neE".contains(c)) {
            break;
        }
        for c in letters.chars() {
            match c {
                'n' => newline = false,
                'e' => escapes = true,
                _ => escapes = false,
            }
        }
        words = rest;
    }
    let mut text = words.join(" ");
    if escapes {
        text = text
            .replace("\\r", "\r")
            .replace("\\n", "\n")
            .replace("\\t", "\t");
    }
    if newline {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_commands_say_what_bash_says() {
        let workstation = Workstation {
            host: "penguinpower".into(),
            user: "safeer".into(),
            prompt: "$ ".into(),
        };
        let world = World::default();
        let (text, status) = run("telnett", &[], &workstation, &world);
        assert_eq!(
            (text.as_str(), status),
            ("bash: telnett: command not found\n", 127)
        );
        assert_eq!(
            run("echo", &["-n".into(), "a".into()], &workstation, &world).0,
            "a"
        );
    }
}
