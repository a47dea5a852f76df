//! Which commands are the shell's own.

use super::{declare, flow, jobs, names, place, print, read};
use crate::workstation::shell::bash::{Bash, Builtin};

const TABLE: &[(&str, Builtin)] = &[
    (".", flow::source),
    (":", flow::succeed),
    ("[", print::test),
    ("alias", names::alias),
    ("bg", jobs::bg),
    ("bind", flow::succeed),
    ("break", flow::leave_loop),
    ("builtin", flow::builtin),
    ("caller", flow::fail),
    ("cd", place::cd),
    ("command", flow::command),
    ("complete", flow::succeed),
    ("compopt", flow::succeed),
    ("continue", flow::leave_loop),
    ("declare", declare::declare),
    ("dirs", place::dirs),
    ("disown", jobs::disown),
    ("echo", print::echo),
    ("enable", flow::succeed),
    ("eval", flow::eval),
    ("exec", flow::exec),
    ("exit", flow::exit),
    ("export", declare::declare),
    ("false", flow::fail),
    ("fc", flow::fail),
    ("fg", jobs::fg),
    ("getopts", names::getopts),
    ("hash", print::hash),
    ("history", jobs::history),
    ("jobs", jobs::jobs),
    ("kill", jobs::kill),
    ("let", names::arithmetic),
    ("local", declare::declare),
    ("logout", flow::exit),
    ("mapfile", read::mapfile),
    ("popd", place::pushd),
    ("printf", print::printf),
    ("pushd", place::pushd),
    ("pwd", place::pwd),
    ("read", read::read),
    ("readarray", read::mapfile),
    ("readonly", declare::declare),
    ("return", flow::leave_function),
    ("select", read::select),
    ("set", names::set),
    ("shift", names::shift),
    ("shopt", names::shopt),
    ("source", flow::source),
    ("suspend", flow::fail),
    ("test", print::test),
    ("times", jobs::times),
    ("trap", jobs::trap),
    ("true", flow::succeed),
    ("type", print::kinds),
    ("typeset", declare::declare),
    ("ulimit", print::ulimit),
    ("umask", place::umask),
    ("unalias", names::alias),
    ("unset", names::unset),
    ("wait", jobs::wait),
];

/// One of them by its name.
pub fn find(name: &str) -> Option<Builtin> {
    let at = TABLE.binary_search_by(|(n, _)| n.cmp(&name)).ok()?;
    TABLE.get(at).map(|(_, builtin)| *builtin)
}

/// All their names.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, _)| *name)
}

impl Bash {
    /// A command of the shell's own by its name.
    pub fn builtin(&self, name: &str) -> Option<Builtin> {
        find(name)
    }
}
