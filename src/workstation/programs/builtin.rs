//! The small programs that only print: echo, hostname, whoami, help.

use crate::scenario::Workstation;

const HELP: &str = "\
You are at a workstation. These programs are here:

  telnet HOST PORT   talk to a server by hand, for example: telnet smtp.safeer.in 25
  echo TEXT          print a text
  hostname           print the name of this workstation
  whoami             print who is logged in
  history            list the lines typed so far
  clear              empty the screen (so does Ctrl-L)
  exit               leave the shell
  help               print this list

In telnet, Ctrl-] gives a prompt of its own: try help or quit there.
";

/// Runs a program: what it prints and its exit status.
pub fn run(name: &str, arguments: &[String], workstation: &Workstation) -> (String, i32) {
    match name {
        "echo" => (echo(arguments), 0),
        "hostname" => match arguments {
            [] => (format!("{}\n", workstation.host), 0),
            [option] if matches!(option.as_str(), "-s" | "--short") => {
                let short = workstation.host.split('.').next().unwrap_or("");
                (format!("{short}\n"), 0)
            }
            [option] if matches!(option.as_str(), "-f" | "--fqdn") => {
                (format!("{}\n", workstation.host), 0)
            }
            _ => (
                "hostname: you must be root to change the host name\n".into(),
                1,
            ),
        },
        "whoami" => match arguments.first() {
            None => (format!("{}\n", workstation.user), 0),
            Some(extra) => (
                format!(
                    "whoami: extra operand ‘{extra}’\nTry 'whoami --help' for more information.\n"
                ),
                1,
            ),
        },
        "pwd" => (workstation.home() + "\n", 0),
        "true" | ":" => (String::new(), 0),
        "false" => (String::new(), 1),
        #[cfg(feature = "full")]
        "help" => (
            HELP.replace(
                "  echo TEXT",
                &format!(
                    "{}  echo TEXT",
                    crate::workstation::programs::help::PROGRAMS
                ),
            ),
            0,
        ),
        #[cfg(not(feature = "full"))]
        "help" => (HELP.into(), 0),
        _ if name.contains('/') => (format!("bash: {name}: No such file or directory\n"), 127),
        _ => (format!("bash: {name}: command not found\n"), 127),
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
        let (text, status) = run("telnett", &[], &workstation);
        assert_eq!(
            (text.as_str(), status),
            ("bash: telnett: command not found\n", 127)
        );
        assert_eq!(run("echo", &["-n".into(), "a".into()], &workstation).0, "a");
    }
}
