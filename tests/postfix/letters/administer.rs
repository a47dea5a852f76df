//! What an administrator types after the letters, and what is answered.

use super::super::support::shape;
use super::evidence::Evidence;

/// The lines; `ID` stands for each message that is left.
const COMMANDS: [&str; 57] = [
    "postcat -q ID",
    "postcat -qe ID",
    "postcat -qh ID",
    "postcat -qb ID",
    "postcat -qbh ID",
    "postcat -qo ID",
    "postcat -qd ID",
    "postcat -q NOSUCHFILE",
    "postcat NOSUCHFILE",
    "postcat -x",
    "postcat -q",
    "postqueue -j",
    "postqueue -i NOSUCHFILE",
    "postqueue",
    "postqueue -x",
    "postqueue -p extra",
    "postqueue -f -p",
    "postqueue -i",
    "postqueue -s gmail.com",
    "postsuper -h ID",
    "postqueue -p",
    "postsuper -H ID",
    "postsuper -h ALL deferred",
    "postsuper -e ALL",
    "postsuper -e ALL hold",
    "postqueue -p",
    "postsuper -d ALL deferred",
    "postsuper -r ALL nosuch",
    "postsuper -f NOSUCHFILE",
    "postsuper -x",
    "postsuper -d NOSUCHFILE -r NOSUCHFILE",
    "sendmail",
    "sendmail -bz",
    "sendmail -bp extra",
    "sendmail -q extra",
    "sendmail -qSx",
    "sendmail -B x y",
    "sendmail -n y",
    "sendmail -bv -t",
    "sendmail -X x y",
    "sendmail -t -q",
    "postsuper -r NOSUCHFILE",
    "postsuper -d ID",
    "postsuper -d ALL",
    "postsuper -d",
    "postconf no_such_parameter",
    "postconf mydomain myorigin",
    "postconf -h mydestination",
    "postconf -x myorigin",
    "postconf -d mydestination",
    "postconf -e nonsense",
    "postconf -b",
    "postconf -t",
    "postconf -b NOSUCHFILE",
    "postconf -t NOSUCHFILE x",
    "postconf -bt",
    "postconf -n",
];

/// What is typed on a host as people run it: what else there is to ask, the other sets ask.
const LOOK: [&str; 5] = [
    "postcat -q ID",
    "postqueue -j",
    // Before a flush: postsuper finds no message that is on its way from one folder to the next.
    "postsuper -d ALL",
    "postqueue -p",
    "postqueue -f",
];

/// Types them and keeps what is answered; `mailq` is what is left.
pub fn administer(
    evidence: &mut Evidence,
    main_cf: Option<&str>,
    mailq: &str,
    run: &mut dyn FnMut(&[&str]) -> String,
) {
    let left = ids(mailq);
    let commands = main_cf.map_or(&LOOK[..], |_| &COMMANDS);
    for command in commands.iter().copied() {
        let ids = match command.contains(" ID") {
            true => &left,
            false => &vec![String::new()],
        };
        for id in ids {
            let line = command.replace(" ID", &format!(" {id}"));
            let words: Vec<&str> = line.split(' ').collect();
            let text = match command {
                "postconf -n" => own_parameters(&run(&words), main_cf.unwrap_or("")),
                _ => run(&words),
            };
            evidence.add(format!("command {command}"), text);
        }
    }
}

/// The lines of `postconf -n` that are in a main.cf: the rest makes an instance private.
fn own_parameters(text: &str, main_cf: &str) -> String {
    let name = |line: &str| line.split('=').next().unwrap_or("").trim().to_string();
    let own: Vec<String> = main_cf.lines().map(name).collect();
    let lines = text.lines().filter(|l| own.contains(&name(l)));
    lines.map(|l| format!("{l}\n")).collect()
}

/// The queue IDs in a list.
fn ids(mailq: &str) -> Vec<String> {
    let id = |line: &str| {
        let word = line.split(' ').next()?.trim_end_matches(['*', '!']);
        shape::is_queue_id(word).then(|| word.to_string())
    };
    mailq.lines().filter_map(id).collect()
}
