//! The programs of a host.
//!
//! # How a program is written
//!
//! A program is a row of a table, in the file that has its code:
//!
//! ```text
//! pub const PROGRAMS: &[Program] = &[
//!     Program::new("nl", nl, "[FILE]...|Numbers lines.").streaming(),
//! ];
//!
//! const NL: Known = Known { program: "nl", short: "b:", long: &["body-numbering=b"], status: 1 };
//!
//! fn nl(arguments: &[&str], at: &mut Machine) -> Outcome {
//!     let options = NL.read(arguments)?;          // getopt's own complaints
//!     let mut output = Output::default();
//!     let text = at.input()?;                     // standard input, when all of it is there
//!     output.text.push_str(text);                 // standard output
//!     output.complain("nl: x: No such file or directory\n");   // standard error, in its place
//!     output.status = 1;
//!     Ok(output)
//! }
//! ```
//!
//! and the file's `PROGRAMS` is named in [`TABLES`]. `Program::in_sbin`, `with_mail` and
//! `streaming` say what is special about it ([`table`]); a program that starts another (sudo, env)
//! returns [`output::Next::Become`]. Text carries bytes that are not UTF-8 as
//! [`crate::smtp::bytes`] has them. A program that asks for its input is called again when it is
//! there, so it changes nothing before that. `Machine` has the files of the host and its network.
//!
//! | file      | programs                                                        |
//! |-----------|-----------------------------------------------------------------|
//! | `builtin` | whoami, true, false, help                                        |
//! | `telnet`, `netcat`, `openssl`, `swaks`, `curl`, `ping` | those that talk to the network |
//! | `less`, `mailx`, `editor` | those that talk to the learner                   |
//! | `table`, `machine`, `output`, `options` | what a program is, where it runs, what it leaves behind, how it reads its words |
//! | `texts`, `grep` | cat, head, tail, wc; grep                                 |
//! | `awk`, `sed` | awk (mawk), sed                                              |
//! | `sort`, `uniq`, `columns`, `tr`, `diff`, `side`, `cmp`, `digest`, `dump` | sort, uniq; cut, paste, tac, rev, yes; diff, diff -y, cmp; base64 and sums; od, hexdump, xxd |
//! | `clock`   | date, sleep                                                     |
//! | `list`, `copy`, `folders`, `modes`, `paths` | ls, stat, du; cp, mv, ln; mkdir, rm, touch and their kind; chmod, chown; readlink, tee |
//! | `find`, `predicates`, `run`, `xargs` | find; timeout, watch; xargs            |
//! | `sudo`, `accounts` | sudo, su, env; who has an account                      |
//! | `meta`, `files` | what is known of a file; the files of a host              |
//! | `facts`, `scripts` | what scripts ask; the programs that are scripts        |
//! | `others`  | what there is in place of programs that are not here            |
//! | `names`   | dig, host, nslookup                                             |
//! | `postfix` | mailq, postqueue, postcat, postsuper, postconf, postmap, postfix, sendmail |

pub mod telnet;

#[cfg(not(feature = "full"))]
#[path = "../light/address.rs"]
pub mod address;

#[cfg(feature = "full")]
#[path = "."]
mod all {
    pub mod accounts;
    pub mod address;
    pub mod awk;
    pub mod builtin;
    pub mod catalogue;
    pub mod clock;
    pub mod cmp;
    pub mod columns;
    pub mod copy;
    pub mod curl;
    pub mod diff;
    pub mod digest;
    pub mod dump;
    pub mod editor;
    pub mod facts;
    pub mod files;
    pub mod find;
    pub mod folders;
    pub mod grep;
    pub mod io;
    pub mod job;
    pub mod less;
    pub mod list;
    pub mod machine;
    pub mod mailx;
    pub mod meta;
    pub mod modes;
    pub mod names;
    pub mod netcat;
    pub mod noise;
    pub mod openssl;
    pub mod options;
    pub mod others;
    pub mod output;
    pub mod paths;
    pub mod ping;
    pub mod postfix;
    pub mod predicates;
    pub mod remote;
    pub mod run;
    pub mod scripts;
    pub mod search;
    pub mod sed;
    pub mod side;
    pub mod sort;
    pub mod sudo;
    pub mod swaks;
    pub mod table;
    pub mod talk;
    pub mod texts;
    pub mod tr;
    pub mod uniq;
    pub mod wc;
    pub mod work;
    pub mod xargs;

    /// All programs.
    pub const TABLES: &[&[table::Program]] = &[
        awk::PROGRAMS,
        builtin::PROGRAMS,
        clock::PROGRAMS,
        cmp::PROGRAMS,
        columns::PROGRAMS,
        copy::PROGRAMS,
        diff::PROGRAMS,
        digest::PROGRAMS,
        dump::PROGRAMS,
        editor::PROGRAMS,
        facts::PROGRAMS,
        files::PROGRAMS,
        find::PROGRAMS,
        folders::PROGRAMS,
        grep::PROGRAMS,
        less::PROGRAMS,
        list::PROGRAMS,
        mailx::PROGRAMS,
        modes::PROGRAMS,
        names::PROGRAMS,
        netcat::PROGRAMS,
        openssl::PROGRAMS,
        paths::PROGRAMS,
        run::PROGRAMS,
        ping::PROGRAMS,
        postfix::PROGRAMS,
        remote::PROGRAMS,
        sudo::PROGRAMS,
        swaks::PROGRAMS,
        curl::PROGRAMS,
        talk::PROGRAMS,
        scripts::PROGRAMS,
        sed::PROGRAMS,
        sort::PROGRAMS,
        texts::PROGRAMS,
        tr::PROGRAMS,
        uniq::PROGRAMS,
        wc::PROGRAMS,
        xargs::PROGRAMS,
    ];
}

#[cfg(feature = "full")]
pub use all::*;
