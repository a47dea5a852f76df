//! A host that speaks like another mail server: the replies are Postfix's, said in other words.

use crate::smtp::reply::Reply;
use crate::time::Time;

/// How replies are worded: by how Postfix's begins, the longest that fits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    words: Vec<(String, String)>,
}

impl Wording {
    /// Words for replies that begin in a certain way, each with its codes, lines separated by LF.
    /// They may contain `{client}`, its address; `{session}`, a name for the session; `{time}`
    /// and `{seconds}`; `{rest}`, what stood after the beginning.
    ///
    /// ```
    /// use smtp_terminal::postfix::server::full::wording::Wording;
    /// use smtp_terminal::smtp::reply::Reply;
    /// use smtp_terminal::time::Time;
    /// let wording = Wording::new(vec![("250 2.1.0".into(), "250 2.1.0 OK {client}".into())]);
    /// let said = wording.apply(Reply::from("250 2.1.0 Ok"), "10.25.0.57", 1, Time(0));
    /// assert_eq!(said.text(), "250 2.1.0 OK 10.25.0.57");
    /// ```
    pub fn new(mut words: Vec<(String, String)>) -> Wording {
        words.sort_by_key(|(start, _)| usize::MAX - start.len());
        Wording { words }
    }

    /// A reply in these words.
    pub fn apply(&self, reply: Reply, client: &str, session: u64, now: Time) -> Reply {
        let text = reply.text();
        let found = self
            .words
            .iter()
            .find_map(|(start, words)| Some((text.strip_prefix(start.as_str())?, words)));
        let Some((rest, words)) = found else {
            return reply;
        };
        let date = now.header_date();
        let session = (session + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let values = [
            ("{client}", client),
            ("{session}", &format!("{session:016x}")),
            ("{time}", date.strip_suffix(" (UTC)").unwrap_or(&date)),
            ("{seconds}", &now.seconds().to_string()),
            ("{rest}", rest),
        ];
        let mut new = words.clone();
        for (name, value) in values {
            new = new.replace(name, value);
        }
        let lines = new.lines().map(|line| line.get(4..).unwrap_or(""));
        let code = new.get(..3).and_then(|code| code.parse().ok());
        Reply::lines(code.unwrap_or(0), lines)
    }
}
