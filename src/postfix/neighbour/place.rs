//! Where something answers: `inet:host:port`, `unix:path`, or the name of a table.

/// The folder that paths begin in, and that is the root of a program in its jail.
pub const QUEUE: &str = "/var/spool/postfix/";

/// Whether two texts name the same place. `inet` and `unix` have as many ways to be written as main.cf
/// has use for: a host of the loopback network is any of its names, a path may begin at the queue's
/// folder or at the root of a jail.
///
/// ```
/// use smtp_terminal::postfix::neighbour::place::is_same;
/// assert!(is_same("inet:127.0.0.1:10023", "inet:localhost:10023"));
/// assert!(is_same("unix:/var/spool/postfix/private/dovecot-lmtp", "unix:private/dovecot-lmtp"));
/// assert!(!is_same("inet:127.0.0.1:10023", "inet:127.0.0.1:10024"));
/// ```
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || plain(one) == plain(other)
}

/// A place in one form.
fn plain(place: &str) -> String {
    let (kind, rest) = place.split_once(':').unwrap_or(("", place));
    match kind {
        // As Milters write it, too: `inet:port@host`.
        "inet" => {
            let swapped = rest.split_once('@').map(|(port, host)| (host, port));
            let (host, port) = swapped.or(rest.rsplit_once(':')).unwrap_or(("", rest));
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let is_own = host.starts_with("127.") || matches!(host, "" | "localhost" | "::1");
            let host = if is_own { "localhost" } else { host };
            format!("inet:{host}:{port}").to_ascii_lowercase()
        }
        "unix" | "local" => {
            let path = rest.strip_prefix(QUEUE).unwrap_or(rest);
            format!("unix:{}", path.trim_start_matches('/'))
        }
        _ => place.into(),
    }
}
