//! What the shell does itself.
//!
//! | file       | commands                                                          |
//! |------------|-------------------------------------------------------------------|
//! | `flow`     | exit return break continue eval source exec : true false command builtin |
//! | `print`    | echo printf pwd test type hash                                    |
//! | `names`    | declare export readonly local unset set shift let alias shopt getopts |
//! | `read`     | read mapfile                                                      |
//! | `place`    | cd pushd popd dirs umask                                          |
//! | `table`    | which there are                                                   |
//! | `jobs`     | jobs fg bg kill wait disown trap history times                    |

mod declare;
mod flow;
mod jobs;
mod names;
mod place;
mod print;
mod read;
pub mod table;

use std::rc::Rc;

use crate::workstation::programs::io::{signal, Io};
use crate::workstation::programs::options::Options;
use crate::workstation::shell::bash::Bash;
use crate::workstation::system::kernel::Kernel;

/// Usage lines, for those that print them.
const USAGE: &[(&str, &str)] = &[
    ("ulimit", "ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]"),
    (".", ". filename [arguments]"),
    ("alias", "alias [-p] [name[=value] ... ]"),
    ("bg", "bg [job_spec ...]"),
    ("builtin", "builtin [shell-builtin [arg ...]]"),
    ("cd", "cd [-L|[-P [-e]] [-@]] [dir]"),
    ("command", "command [-pVv] command [arg ...]"),
    ("declare", "declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]"),
    ("disown", "disown [-h] [-ar] [jobspec ... | pid ...]"),
    ("eval", "eval [arg ...]"),
    ("exec", "exec [-cl] [-a name] [command [argument ...]] [redirection ...]"),
    ("export", "export [-fn] [name[=value] ...] or export -p"),
    ("fg", "fg [job_spec]"),
    ("getopts", "getopts optstring name [arg ...]"),
    ("hash", "hash [-lr] [-p pathname] [-dt] [name ...]"),
    ("history", "history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]"),
    ("jobs", "jobs [-lnprs] [jobspec ...] or jobs -x command [args]"),
    ("kill", "kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]"),
    ("let", "let arg [arg ...]"),
    ("local", "local [option] name[=value] ..."),
    ("mapfile", "mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]"),
    ("printf", "printf [-v var] format [arguments]"),
    ("pwd", "pwd [-LP]"),
    ("read", "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]"),
    ("readarray", "readarray [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]"),
    ("readonly", "readonly [-aAf] [name[=value] ...] or readonly -p"),
    ("set", "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]"),
    ("shopt", "shopt [-pqsu] [-o] [optname ...]"),
    ("source", "source filename [arguments]"),
    ("trap", "trap [-lp] [[arg] signal_spec ...]"),
    ("type", "type [-afptP] name [name ...]"),
    ("typeset", "typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]"),
    ("umask", "umask [-p] [-S] [mode]"),
    ("unalias", "unalias [-a] name [name ...]"),
    ("unset", "unset [-f] [-v] [-n] [name ...]"),
    ("wait", "wait [-fn] [-p var] [id ...]"),
];

impl Bash {
    /// Complains in a command's name.
    fn complain_as(&mut self, name: &str, text: &str, k: &mut Kernel) {
        self.complain(&format!("{name}: {text}"), k);
    }

    /// How a command is called, after a complaint about its options; its status.
    fn misuse(&mut self, name: &str, text: &str, k: &mut Kernel) -> i32 {
        self.complain_as(name, text, k);
        if let Some((_, usage)) = USAGE.iter().find(|(n, _)| *n == name) {
            let _ = k.write(2, &format!("{name}: usage: {usage}\n"));
        }
        2
    }

    /// Reads options as bash's own getopt does: all before the first operand.
    fn options<'a>(
        &mut self,
        words: &'a [Rc<str>],
        known: &str,
        k: &mut Kernel,
    ) -> Result<Options<'a>, i32> {
        let name = words.first().map_or("", |w| w);
        let mut found = Options::default();
        let mut rest = words.iter().skip(1);
        while let Some(word) = rest.next() {
            let option = word.strip_prefix('-').filter(|o| !o.is_empty());
            let Some(letters) = option else {
                found.operands.push(word);
                break;
            };
            if letters == "-" {
                break;
            }
            for (at, letter) in letters.char_indices() {
                let Some(place) = known.find(letter).filter(|_| letter != ':') else {
                    return Err(self.misuse(name, &format!("-{letter}: invalid option"), k));
                };
                if !known[place + 1..].starts_with(':') {
                    found.given.push((letter, ""));
                    continue;
                }
                let value = match &letters[at + 1..] {
                    "" => match rest.next() {
                        Some(value) => value,
                        None => {
                            let text = format!("-{letter}: option requires an argument");
                            return Err(self.misuse(name, &text, k));
                        }
                    },
                    value => value,
                };
                found.given.push((letter, value));
                break;
            }
        }
        found.operands.extend(rest.map(|w| &**w));
        Ok(found)
    }

    /// Prints for a command; its status.
    fn print(&mut self, name: &str, text: &str, k: &mut Kernel) -> i32 {
        match k.write(1, text) {
            Ok(()) => 0,
            Err("") => {
                let pid = k.os.me().pid;
                k.os.kill(pid, signal::PIPE);
                1
            }
            Err(why) => {
                self.complain_as(name, &format!("write error: {why}"), k);
                1
            }
        }
    }
}
