//! dig, host and nslookup, as Debian's bind9 9.18 has them.
//!
//! | file       | program                              |
//! |------------|--------------------------------------|
//! | `dig`      | dig                                  |
//! | `host`     | host                                 |
//! | `nslookup` | nslookup, at its prompt too          |
//! | `records`  | no program: what all of them know    |

mod dig;
mod host;
mod nslookup;
mod records;

use crate::workstation::programs::table::Program;

/// The programs of this folder.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "dig",
        |words, at| Ok(dig::dig(words, at)),
        "[@SERVER] [-t] [TYPE] NAME... [+short] [+noall] [+answer] [+stats] [+trace] | dig -x ADDRESS|Asks for records of the domain name system.",
    ),
    Program::new(
        "host",
        |words, at| Ok(host::host(words, at)),
        "[-a] [-v] [-t TYPE] NAME [SERVER]|Looks up a name or an address.",
    ),
    Program::job(
        "nslookup",
        nslookup::start,
        "[-type=TYPE] [NAME] [SERVER]|Looks up a name; without one it asks for names.",
    ),
];
