//! The restrictions by name: what follows each in a list, since which release it is known, and
//! what it does. `host`, `recipient` and the files of the full build have tables of their own.

use crate::postfix::access::guard::MOST_NESTED;
use crate::postfix::access::parameters::Code;
use crate::postfix::access::{full, host, recipient, Cause, Check, Checker, Status, Subject};
use crate::smtp::policy::Crash;
use crate::smtp::release::Release;

/// A restriction that stands in a list.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    /// Its name, as it is written.
    pub(super) word: &'a str,
    /// What follows it: its argument, where it takes one.
    pub(super) next: Option<&'a str>,
    /// Who or what is judged, as a reply names it.
    pub(super) name: &'a str,
    pub(super) subject: Subject,
}

impl<'a> Call<'a> {
    /// The argument of a restriction that takes one.
    pub(super) fn argument(&self) -> &'a str {
        self.next.unwrap_or("")
    }
}

/// What a restriction takes from the list behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// Some are for the full build's restrictions alone.
#[allow(dead_code)]
pub(super) enum Takes {
    Nothing,
    /// `type:table`; anything else is an error of the server's.
    Table,
    /// A domain; without one nothing happens.
    Domain,
    /// Digits; anything else is an error of the server's.
    Number,
    /// `transport:server`; anything else is an error of the server's.
    Service,
}

/// A restriction that Postfix knows.
pub(super) struct Word {
    name: &'static str,
    takes: Takes,
    since: Release,
    run: fn(&mut Checker<'_>, &Call<'_>) -> Check,
}

impl Word {
    /// One that every release knows.
    pub(super) const fn new(
        name: &'static str,
        takes: Takes,
        run: fn(&mut Checker<'_>, &Call<'_>) -> Check,
    ) -> Word {
        Word {
            name,
            takes,
            since: Release(0, 0),
            run,
        }
    }

    /// The same, known since a release.
    pub(super) const fn since(mut self, release: Release) -> Word {
        self.since = release;
        self
    }
}

/// Restrictions that ask for nothing but what the session knows.
static WORDS: [Word; 8] = [
    Word::new("permit", Takes::Nothing, |c, call| {
        let status = c.permit(call.word, call.subject, call.name, "");
        c.ignored(call, "permit");
        Ok(status)
    }),
    Word::new("defer", Takes::Nothing, |c, call| {
        let code = c.access.code(Code::Defer);
        Ok(c.reject_all(call, code, "4.3.2", "Try again later", "defer"))
    }),
    Word::new("reject", Takes::Nothing, |c, call| {
        let code = c.access.code(Code::Reject);
        Ok(c.reject_all(call, code, "5.7.1", "Access denied", "reject"))
    }),
    Word::new("reject_unauth_pipelining", Takes::Nothing, |c, call| {
        if !c.facts.improper_pipelining {
            return Ok(Status::Dunno);
        }
        let reason = call.rejected("Improper use of SMTP command pipelining");
        Ok(c.reject(Cause::Policy, 503, "5.5.0", &reason))
    }),
    Word::new("defer_if_permit", Takes::Nothing, |c, call| {
        let reason = call.rejected("defer_if_permit requested");
        Ok(c.defer_if_permit(false, 450, "4.7.0", &reason))
    }),
    Word::new("defer_if_reject", Takes::Nothing, |c, call| {
        let reason = call.rejected("defer_if_reject requested");
        c.defer_if_reject(450, "4.7.0", &reason);
        Ok(Status::Dunno)
    }),
    Word::new("sleep", Takes::Number, |c, call| {
        let seconds = call.argument().parse().unwrap_or(u64::MAX);
        c.verdict.sleep = c.verdict.sleep.saturating_add(seconds.min(MOST_SECONDS));
        Ok(Status::Dunno)
    }),
    Word::new("check_policy_service", Takes::Service, |c, _| {
        c.warn("check_policy_service is not modelled: no policy server answers");
        Err(c.server_error())
    }),
];

/// The longest that `sleep` can be told to wait.
const MOST_SECONDS: u64 = i32::MAX as u64;

/// The restriction of this name.
fn find(name: &str, release: Release) -> Option<&'static Word> {
    let common: [&[Word]; 3] = [&WORDS, &host::WORDS, &recipient::WORDS];
    let mut all = common.into_iter().chain(full::WORDS).flatten();
    all.find(|word| word.name.eq_ignore_ascii_case(name) && word.since <= release)
}

impl Call<'_> {
    /// `<name>: Client host rejected: …`
    pub(super) fn rejected(&self, why: &str) -> String {
        format!("<{}>: {} rejected: {why}", self.name, self.subject.name())
    }
}

impl Checker<'_> {
    /// Does what a restriction says; also whether it took what follows it.
    pub(super) fn one(&mut self, call: &Call) -> Result<(Status, bool), super::Abort> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(self.crash(Crash::Watchdog));
        }
        let Some(word) = find(call.word, self.ground.settings.release) else {
            return self.class(call).map(|status| (status, false));
        };
        // Postfix shows the word itself where nothing follows it.
        let next = call.next.unwrap_or(call.word);
        let problem = match word.takes {
            Takes::Nothing => return (word.run)(self, call).map(|status| (status, false)),
            Takes::Domain if call.next.is_none() => {
                let word = call.word;
                self.warn(format!("restriction {word} requires domain name argument"));
                return Ok((Status::Dunno, false));
            }
            Takes::Table if !next.contains(':') => {
                format!("bad argument \"{next}\": need maptype:mapname")
            }
            Takes::Number if !next.bytes().all(|b| b.is_ascii_digit()) => {
                "must be followed by number".into()
            }
            Takes::Service if !next.contains(':') => "must be followed by transport:server".into(),
            _ => return (word.run)(self, call).map(|status| (status, true)),
        };
        let separator = if word.takes == Takes::Table { ":" } else { "" };
        self.warn(format!("restriction {}{separator} {problem}", word.name));
        Err(self.server_error())
    }

    /// A restriction class, by its very name.
    fn class(&mut self, call: &Call) -> Check {
        let access = self.access;
        let word = call.word;
        let Some((_, words)) = access.classes.iter().find(|(name, _)| name == word) else {
            self.warn(format!("unknown smtpd restriction: \"{word}\""));
            return Err(self.server_error());
        };
        // More classes inside one another than there are: one of them is inside itself.
        self.nested += 1;
        if self.nested > access.classes.len() || self.recursion > MOST_NESTED {
            return Err(self.crash(Crash::Stack));
        }
        let status = self.generic(words, call.name, call.subject);
        self.nested -= 1;
        status
    }

    /// `defer` and `reject`: what follows them is never reached.
    fn reject_all(&mut self, call: &Call, code: u16, dsn: &str, why: &str, word: &str) -> Status {
        let is_serious = self.warn_if_reject == 0;
        let status = self.reject(Cause::Policy, code, dsn, &call.rejected(why));
        if is_serious {
            self.ignored(call, word);
        }
        status
    }

    /// Says that what follows a restriction is never reached.
    pub(super) fn ignored(&mut self, call: &Call, word: &str) {
        if let Some(next) = call.next {
            self.warn(format!("restriction `{next}' after `{word}' is ignored"));
        }
    }
}

/// Restrictions for one question, at most: Postfix would go on for hours, until its watchdog
/// (`daemon_timeout`) ends the process.
const MOST_STEPS: usize = 10_000;

/// The restriction that a bare table in a list stands for.
pub(super) fn default_check(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Client => Some("check_client_access"),
        Subject::Helo => Some("check_helo_access"),
        Subject::Sender => Some("check_sender_access"),
        Subject::Recipient => Some("check_recipient_access"),
        Subject::Etrn => Some("check_etrn_access"),
        _ => None,
    }
}
