//! sudo, su and env: a program as somebody else, or with another environment.

use crate::files::who::fields_of;
use crate::network::World;
use crate::workstation::programs::files::who;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::others::{hint, PATH};
use crate::workstation::programs::output::{Become, Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new("env", env, "[-i] [-u NAME] [NAME=VALUE]... [COMMAND [ARG]...]|Runs a command with another environment, or shows it."),
    Program::new("su", su, "[-] [-c COMMAND] [USER]|A shell as somebody else; no password is asked here."),
    Program::new("sudo", sudo, "[-u USER] [-i | -s] [NAME=VALUE]... COMMAND|Runs a command as root; no password is asked here."),
];

impl Machine<'_> {
    /// The line of an account in /etc/passwd.
    fn account(&self, name: &str) -> Option<Vec<String>> {
        let passwd = self.files()?.get("/etc/passwd")?;
        let fields = fields_of(passwd, name)?;
        (fields.len() > 6).then(|| fields.iter().map(|f| f.to_string()).collect())
    }

    /// Whether there is a program of this name.
    pub(super) fn has_program(&self, name: &str) -> bool {
        let runs = |path: &str| {
            let who = crate::files::who::Who::ROOT;
            let path = self.path(path);
            let node = self.files().and_then(|files| files.stat(&path, &who).ok());
            node.is_some_and(|node| !node.is_directory() && node.mode & 0o111 != 0)
        };
        match name.contains('/') {
            true => runs(name),
            false => PATH
                .split(':')
                .any(|folder| runs(&format!("{folder}/{name}"))),
        }
    }
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| w.to_string()).collect()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_string(), value.to_string())
}

/// A login shell, or one that runs a command.
fn login(at: &Machine, user: &str, command: Option<&str>) -> Output {
    let words = match command {
        None => strings(&["-bash"]),
        Some(command) => strings(&["bash", "-c", command]),
    };
    Output::becoming(Become {
        words,
        user: Some(user.into()),
        // As whoever comes from outside: with nothing but what a login gives.
        host: Some(at.host.into()),
        is_bare: true,
        ..Become::default()
    })
}

/// How much of its words is sudo's: an operand that sets a variable is.
fn sudo(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "sudo",
        short: "+AbBEeHg:h::ikKlnPp:Su:U:VvsC:D:R:T:t:r:",
        long: &[
            "user=u",
            "login=i",
            "shell=s",
            "preserve-env=E",
            "non-interactive=n",
            "set-home=H",
            "list=l",
            "validate=v",
            "version=V",
            "help=h",
            "stdin=S",
            "reset-timestamp=k",
            "remove-timestamp=K",
            "group=g",
            "edit=e",
            "background=b",
            "prompt=p",
        ],
        status: 1,
    };
    let usage = |text: &str| {
        let mut output = Output::status(1);
        if !text.is_empty() {
            output.complain(format!("sudo: {text}\n"));
        }
        output.complain(USAGE);
        output
    };
    let found = KNOWN.read(arguments).map_err(|early| {
        let text = early.error();
        usage(
            text.lines()
                .next()
                .unwrap_or("")
                .trim_start_matches("sudo: "),
        )
    })?;
    if found.has('h') {
        return Ok(Output::good(format!(
            "sudo - execute a command as another user\n\n{USAGE}"
        )));
    }
    if found.has('V') {
        return Ok(Output::good("Sudo version 1.9.13p3\nSudoers policy plugin version 1.9.13p3\nSudoers file grammar version 50\nSudoers I/O plugin version 1.9.13p3\nSudoers audit plugin version 1.9.13p3\n"));
    }
    let user = found.value('u').unwrap_or("root");
    let user = match user.strip_prefix('#') {
        Some(number) => {
            let passwd = at.files().and_then(|f| f.get("/etc/passwd")).unwrap_or("");
            let number = number.parse().unwrap_or(u32::MAX);
            crate::files::who::name_of(passwd, number)
                .unwrap_or(user)
                .to_string()
        }
        None => user.to_string(),
    };
    let Some(account) = at.account(&user) else {
        return Err(Output::bad(
            format!(
                "sudo: unknown user {user}\nsudo: error initializing audit plugin sudoers_audit"
            ),
            1,
        ));
    };
    let own = at.who();
    // Members of the group sudo may do everything.
    const SUDO: u32 = 27;
    if !own.is_root() && !own.is_in(SUDO) {
        return Err(Output::bad(
            format!("{} is not in the sudoers file.", at.user),
            1,
        ));
    }
    let short = at.host.split('.').next().unwrap_or("").to_string();
    if found.has('l') && found.operands.is_empty() {
        let me = found.value('U').unwrap_or(at.user);
        if at.account(me).is_none() {
            return Err(Output::bad(format!("sudo: unknown user {me}"), 1));
        }
        let who = who(at.files(), me);
        if !who.is_root() && !who.is_in(SUDO) {
            let text = format!("User {me} is not allowed to run sudo on {short}.\n");
            return Ok(Output::good(text));
        }
        return Ok(Output::good(format!("Matching Defaults entries for {me} on {short}:\n    env_reset, mail_badpass, secure_path=/usr/local/sbin\\:/usr/local/bin\\:/usr/sbin\\:/usr/bin\\:/sbin\\:/bin, use_pty\n\nUser {me} may run the following commands on {short}:\n    (ALL : ALL) ALL\n")));
    }
    let mut words = found.operands.clone();
    let mut set = Vec::new();
    while let Some((name, value)) = words.first().and_then(|w| w.split_once('=')) {
        set.push(pair(name, value));
        words.remove(0);
    }
    if found.has('e') {
        words.insert(0, "editor");
    }
    if words.is_empty() && !found.has('i') && !found.has('s') {
        return match found.has('v') || found.has('k') || found.has('K') {
            true => Ok(Output::default()),
            false => Err(usage("")),
        };
    }
    let command = words.join(" ");
    if found.has('i') {
        return Ok(login(
            at,
            &user,
            Some(command.as_str()).filter(|c| !c.is_empty()),
        ));
    }
    let mut run = strings(&words);
    if found.has('s') {
        run = strings(&["/bin/bash"]);
        if !words.is_empty() {
            run.extend(strings(&["-c", &command]));
        }
    } else if let Some(name) = words.first() {
        if !at.has_program(name) {
            return Err(Output::bad(missing(name, at.world), 1));
        }
    }
    let mut environment = match found.has('E') {
        true => at.environment(),
        false => Vec::new(),
    };
    let kept = ["TERM", "LANG", "DISPLAY", "COLORTERM"];
    for (name, value) in at.environment() {
        if kept.contains(&name.as_str()) && !found.has('E') {
            environment.push((name, value));
        }
    }
    let home = account.get(5).map_or("/", String::as_str);
    for (name, value) in [
        ("HOME", home),
        ("LOGNAME", &user),
        ("MAIL", &format!("/var/mail/{user}")),
        ("PATH", PATH),
        ("SHELL", account.get(6).map_or("", String::as_str)),
        ("SUDO_COMMAND", &run.join(" ")),
        ("SUDO_GID", &own.gid.to_string()),
        ("SUDO_UID", &own.uid.to_string()),
        ("SUDO_USER", at.user),
        ("USER", &user),
    ] {
        environment.retain(|(n, _)| n != name);
        environment.push(pair(name, value));
    }
    environment.extend(set);
    Ok(Output::becoming(Become {
        words: run,
        user: Some(user),
        environment,
        is_bare: true,
        ..Become::default()
    }))
}

/// What sudo says where there is no such program; a shell's own commands are none.
fn missing(name: &str, world: &World) -> String {
    let mut text = format!("sudo: {name}: command not found{}", hint(name, world));
    const OWN: &str = " alias bg cd declare dirs eval exec exit export fg history jobs local read readonly set shift source trap umask unalias unset ";
    if OWN.contains(&format!(" {name} ")) {
        text.push_str(&format!("\nsudo: \"{name}\" is a shell built-in command, it cannot be run directly.\nsudo: the -s option may be used to run a privileged shell.\nsudo: the -D option may be used to run a command in a specific directory."));
    }
    text
}

const USAGE: &str = "\
usage: sudo -h | -K | -k | -V
usage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]
usage: sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user] [command [arg ...]]
usage: sudo [-ABbEHkNnPS] [-r role] [-t type] [-C num] [-D directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] [VAR=value] [-i | -s] [command [arg ...]]
usage: sudo -e [-ABkNnS] [-r role] [-t type] [-C num] [-D directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] file ...
";

fn su(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "su",
        short: "lmpc:s:fPg:G:w:",
        long: &["login=l", "command=c", "shell=s", "preserve-environment=p"],
        status: 1,
    };
    let found = KNOWN.read(arguments)?;
    let mut operands = found.operands.clone();
    let is_login = found.has('l') || operands.contains(&"-");
    operands.retain(|word| *word != "-");
    let user = operands.first().copied().unwrap_or("root");
    let Some(account) = at.account(user) else {
        return Err(Output::bad(format!("su: user {user} does not exist or the user entry does not contain all the required fields"), 1));
    };
    let own = account.get(6).map_or("", String::as_str);
    let shell = found.value('s').unwrap_or(own);
    if !shell.ends_with("sh") {
        return Err(Output::with(
            "This account is currently not available.\n",
            1,
        ));
    }
    let command = found.value('c');
    if is_login {
        return Ok(login(at, user, command));
    }
    let mut words = strings(&["bash"]);
    if let Some(command) = command {
        words.extend(strings(&["-c", command]));
    }
    let mut environment = Vec::new();
    for (name, value) in [
        ("HOME", account.get(5).map_or("/", String::as_str)),
        ("SHELL", shell),
        ("USER", user),
        ("LOGNAME", user),
    ] {
        // Root keeps the names of whoever it was.
        if user != "root" || !matches!(name, "USER" | "LOGNAME") {
            environment.push(pair(name, value));
        }
    }
    Ok(Output::becoming(Become {
        words,
        user: Some(user.into()),
        environment,
        ..Become::default()
    }))
}

fn env(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "env",
        short: "+iu:0C:S:v",
        long: &[
            "ignore-environment=i",
            "unset=u",
            "null=0",
            "chdir=C",
            "split-string=S",
        ],
        status: 125,
    };
    let found = KNOWN.read(arguments)?;
    let mut words = found.operands.clone();
    let mut bare = found.has('i');
    if words.first() == Some(&"-") {
        words.remove(0);
        bare = true;
    }
    let mut environment = if bare { Vec::new() } else { at.environment() };
    for (_, name) in found.given.iter().filter(|(letter, _)| *letter == 'u') {
        environment.retain(|(n, _)| n != name);
    }
    while let Some((name, value)) = words.first().and_then(|w| w.split_once('=')) {
        let value = value.to_string();
        match environment.iter_mut().find(|(n, _)| n == name) {
            Some(there) => there.1 = value,
            None => environment.push((name.into(), value)),
        }
        words.remove(0);
    }
    if let Some(text) = found.value('S') {
        let more: Vec<&str> = text.split_ascii_whitespace().collect();
        words.splice(0..0, more);
    }
    let Some(name) = words.first() else {
        let end = if found.has('0') { '\0' } else { '\n' };
        let mut output = Output::default();
        for (name, value) in environment {
            output.text.push_str(&format!("{name}={value}{end}"));
        }
        return Ok(output);
    };
    if !at.has_program(name) {
        let text = format!("env: ‘{name}’: No such file or directory");
        return Err(Output::bad(text, 127));
    }
    Ok(Output::becoming(Become {
        words: strings(&words),
        environment,
        is_bare: true,
        ..Become::default()
    }))
}
