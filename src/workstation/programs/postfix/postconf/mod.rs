//! postconf: the parameters of main.cf, and the services of master.cf.
//!
//! | file       | holds                                                        |
//! |------------|--------------------------------------------------------------|
//! | `book`     | the parameters that there are, who uses which, their values  |
//! | `service`  | an entry of master.cf, as it is read and written             |
//! | `show`     | what is shown of either                                      |
//! | `edit`     | lines of either written anew                                 |
//! | `database` | the parameters of databases that no Postfix here can ask     |
//! | `templates`| the words of notifications                                   |

mod book;
mod database;
mod edit;
mod service;
mod show;
mod templates;

use book::Book;

use crate::smtp::printable::printable;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::postfix::paths::directory;

/// The options in the order in which complaints name them.
const ORDER: &str = "aAbCdefFhHlmMnopPtTxX#";

/// Of each of these only one can be given.
const EXCLUSIVE: [&str; 6] = ["aAblmMpFPtT", "denX#", "feX#", "xeX#", "odeX#", "heX#H"];

/// What else may be given beside an option.
const WITH: [(char, &str); 11] = [
    ('a', ""),
    ('A', ""),
    ('b', ""),
    ('l', ""),
    ('m', ""),
    ('T', ""),
    ('t', ""),
    ('p', "eX#fhxdnoH"),
    ('M', "eX#fox"),
    ('F', "efhoxH"),
    ('P', "eXfhoxH"),
];

const USAGE: &str = "usage: postconf [-a (server SASL types)] [-A (client SASL types)] \
    [-b (bounce templates)] [-c config_dir] [-c param_class] [-d (parameter defaults)] \
    [-e (edit configuration)] [-f (fold lines)] [-F (master.cf fields)] [-h (no names)] \
    [-H (no values)] [-l (lock types)] [-m (map types)] [-M (master.cf)] \
    [-n (non-default parameters)] [-o name=value (override parameter value)] \
    [-p (main.cf, default)] [-P (master.cf parameters)] [-t (bounce templates)] \
    [-T compile-version|run-version|public-key-algorithms] [-v (verbose)] \
    [-x (expand parameter values)] [-X (exclude)] [-# (comment-out)] [name...]";

/// The types of tables that Debian's package has (`-m`).
const TYPES: &str = "btree cidr environ fail hash inline internal memcache nis pcre pipemap \
    proxy randmap regexp socketmap static tcp texthash unionmap unix";

/// postconf.
pub(super) fn postconf(words: &[&str], at: &mut Machine) -> Outcome {
    let known = Known {
        program: "postconf",
        short: "+aAbc:C:deEfFhHlmMno:pPtT:vxX#",
        long: &[],
        status: 1,
    };
    let options = match known.read(words) {
        Ok(options) => options,
        Err(said) => return Err(at.misused("postconf", said, USAGE.into())),
    };
    let names = options.operands.clone();
    let mut mode: String = options.given.iter().map(|(letter, _)| *letter).collect();
    let has = |mode: &str, set: &str| mode.contains(|c| set.contains(c));
    if mode.contains('b') && mode.contains('t') {
        return Err(at.fatal("postconf", "specify one of -b and -t".into()));
    }
    if !has(&mode, EXCLUSIVE[0]) {
        mode.push('p');
    }
    if has(&mode, "pMFP") && names.first().is_some_and(|name| name.contains('=')) {
        mode.push('e');
    }
    let among = |wanted: &dyn Fn(char) -> bool| -> Vec<String> {
        let all = ORDER.chars().filter(|c| mode.contains(*c) && wanted(*c));
        all.map(|c| format!("-{c}")).collect()
    };
    for set in EXCLUSIVE {
        let given = among(&|c| set.contains(c));
        if given.len() > 1 {
            return Err(at.fatal("postconf", format!("specify one of {}", given.join(" "))));
        }
    }
    for (letter, with) in WITH.iter().filter(|(letter, _)| mode.contains(*letter)) {
        let excess = among(&|c| c != *letter && c != 'C' && !with.contains(c));
        if !excess.is_empty() {
            let excess = excess.join(" ");
            let text = format!("with option -{letter}, do not specify {excess}");
            return Err(at.fatal("postconf", text));
        }
    }
    if mode.contains('e') && names.is_empty() {
        return Err(at.fatal("postconf", "-e requires name=value argument".into()));
    }
    let lines = |words: &str| Output::good(words.replace(' ', "\n") + "\n");
    let plain = mode.chars().find(|c| "alAT".contains(*c));
    match plain {
        Some('l') => return Ok(lines("flock fcntl dotlock")),
        Some('a') => return Ok(lines("cyrus dovecot")),
        Some('A') => return Ok(lines("cyrus")),
        Some(_) => {
            return match options.value('T').unwrap_or("") {
                "compile-version" => Ok(Output::good("OpenSSL 3.0.11 19 Sep 2023\n")),
                "run-version" => Ok(Output::good("OpenSSL 3.0.19 27 Jan 2026\n")),
                "public-key-algorithms" => Ok(lines("dsa ecdsa rsa")),
                other => {
                    let text = format!("postconf: warning: unknown 'postconf -T' mode: {other}");
                    Err(Output::bad(text, 1))
                }
            }
        }
        None => {}
    }
    let mut class = 0;
    for word in options
        .value('C')
        .unwrap_or("all")
        .split([' ', ',', '\t', '|'])
    {
        class |= match word.to_ascii_lowercase().as_str() {
            "" => 0,
            "builtin" => book::BUILTIN,
            "service" => book::SERVICE,
            "user" => book::USER,
            "all" => book::ANY,
            _ => {
                let all = options.value('C').unwrap_or("");
                let text = format!("unknown -C option value \"{word}\" in \"{all}\"");
                return Err(at.fatal("postconf", text));
            }
        };
    }
    let mut overrides = options.given.iter().filter(|(letter, _)| *letter == 'o');
    let mut book = Book::new(directory(options.value('c'), at), mode);
    let shows_templates = ['b', 't'].into_iter().find(|letter| book.has(*letter));
    let done = if let Some(letter) = shows_templates {
        templates::run(&mut book, letter == 'b', &names, at)
    } else if book.has('m') {
        book.text.push_str(&lines(TYPES).text);
        book.read_main(at)
    } else if has(&book.mode, "eX#") {
        edit::run(&mut book, &names, at)
    } else {
        book.open(&mut overrides.by_ref().map(|(_, value)| *value), at)
            .and_then(|()| show::run(&mut book, &names, class, at))
    };
    if let Err(why) = done {
        // What it had printed is lost in its buffer, unless it came before a warning.
        return Err(at.end(book.output, why));
    }
    book.flush();
    Ok(book.output)
}

impl Machine<'_> {
    fn end(&self, mut output: Output, why: String) -> Output {
        let why = printable(&why, '?', false);
        output.fail(1, format!("postconf: fatal: {why}\n"));
        output
    }
}
