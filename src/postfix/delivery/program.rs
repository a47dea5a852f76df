//! What pipe(8) makes of how a program ends: a status of sysexits.h, and what it has written.

use crate::postfix::queue::outcome::Status;

/// What has come of it.
pub(super) struct Ran {
    pub(super) status: Status,
    pub(super) dsn: String,
    pub(super) why: String,
}

/// What each status means, from 64 on.
const STATUSES: [(&str, &str); 15] = [
    ("5.3.0", "command line usage error"),
    ("5.6.0", "data format error"),
    ("5.3.0", "cannot open input"),
    ("5.1.1", "user unknown"),
    ("5.1.2", "host name unknown"),
    ("5.3.0", "service unavailable"),
    ("5.3.0", "internal software error"),
    ("4.3.0", "system resource problem"),
    ("5.3.0", "critical OS file missing"),
    ("5.2.0", "can't create user output file"),
    ("5.3.0", "input/output error"),
    ("4.3.0", "temporary failure"),
    ("5.5.0", "remote error in protocol"),
    ("5.7.0", "permission denied"),
    ("5.3.5", "local configuration error"),
];

/// What master.cf has wrong.
pub(super) fn config_error() -> Ran {
    Ran {
        status: Status::Deferred,
        dsn: "4.3.5".into(),
        why: "mail system configuration error".into(),
    }
}

/// Reads `75 over quota`: the status that a program ends with, and what it writes before.
pub(super) fn ran(said: &str, path: &str) -> Ran {
    let (number, output) = said.split_once(' ').unwrap_or((said, ""));
    let number: usize = number.parse().unwrap_or(0);
    let known = number.checked_sub(64).and_then(|place| STATUSES.get(place));
    let (first, rest) = output.split_once(' ').unwrap_or((output, ""));
    let is_code = first.split('.').count() == 3
        && first.starts_with(['4', '5'])
        && first.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let (dsn, why) = match known {
        // Its own words go before.
        _ if is_code => (first, format!("{rest} ")),
        Some((dsn, why)) => (*dsn, (*why).to_string()),
        None => (
            "5.3.0",
            format!("Command died with status {number}: \"{path}\""),
        ),
    };
    let why = match output {
        output if !output.is_empty() && !is_code => format!("{why}. Command output: {output} "),
        _ => why,
    };
    let status = match (number, dsn.starts_with('4')) {
        (0, _) => Status::Sent,
        (_, true) => Status::Deferred,
        _ => Status::Bounced,
    };
    Ran {
        status,
        dsn: if number == 0 {
            "2.0.0".into()
        } else {
            dsn.into()
        },
        why,
    }
}
