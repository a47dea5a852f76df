//! The restrictions by name, and those that ask for nothing but what the session knows. `host`,
//! `recipient` and the files of the full build have tables of their own.

use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::{Cause, Status};
use crate::postfix::access::parameters::Code;
use crate::postfix::access::restriction::{Call, Takes, Word};
use crate::postfix::access::{full, host, recipient};
use crate::smtp::release::Release;

/// Restrictions that ask for nothing but what the session knows.
static WORDS: [Word; 7] = [
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
];

/// The longest that `sleep` can be told to wait.
const MOST_SECONDS: u64 = i32::MAX as u64;

/// The restriction of this name.
pub(super) fn find(name: &str, release: Release) -> Option<&'static Word> {
    let common: [&[Word]; 3] = [&WORDS, &host::WORDS, &recipient::WORDS];
    let mut all = common.into_iter().chain(full::WORDS).flatten();
    all.find(|word| word.name.eq_ignore_ascii_case(name) && word.since <= release)
}

impl Checker<'_> {
    /// `defer` and `reject`: what follows them is never reached.
    fn reject_all(&mut self, call: &Call, code: i32, dsn: &str, why: &str, word: &str) -> Status {
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
