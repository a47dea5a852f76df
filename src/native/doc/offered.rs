//! What a server has offered in its reply to EHLO, where the document shows the whole of it: a server that
//! offers no STARTTLS and no AUTH does not accept them either.

use crate::native::doc::compare::{is_wild, plain};
use crate::native::doc::dialogue::{code, is_well_parted, Shown};
use crate::native::doc::doubt::is_foreign;
use crate::native::doc::words::is_gap;

/// What the last reply to EHLO has offered.
#[derive(Clone, Debug, Default)]
pub struct Offered {
    /// Its lines in capitals, without their codes; none where they are not known.
    lines: Option<Vec<String>>,
}

impl Offered {
    /// What comes of a command and its reply.
    pub fn hear(&mut self, verb: &str, shown: Option<&Shown>) {
        let code = shown.map_or(0, code);
        match (verb, code) {
            ("EHLO", 250) => self.lines = shown.and_then(whole),
            // TLS begins all anew, and HELO asks for nothing.
            ("EHLO" | "HELO", _) | ("STARTTLS", 220) => self.lines = None,
            _ => {}
        }
    }

    /// The lines of main.cf of the server that offers this and no more, where a document has it accept what
    /// it has not offered, or refuse AUTH, which it says one thing to.
    pub fn without(&self, verb: &str, line: &str, code: u16) -> Option<String> {
        let lines = self.lines.as_ref()?;
        let has = |word: &str| lines.iter().any(|line| line == word);
        match (verb, code) {
            ("STARTTLS", 220) if !has("STARTTLS") => Some("smtpd_tls_security_level = none".into()),
            // 530 is what smtpd_tls_security_level = encrypt has for everything.
            ("AUTH", 200..) if code != 530 => {
                let offers = lines.iter().filter_map(|line| line.strip_prefix("AUTH"));
                let mechanisms: Vec<&str> = offers
                    .flat_map(|offer| offer.split([' ', '=']))
                    .filter(|word| !word.is_empty())
                    .collect();
                let asked = line.split_whitespace().nth(1).unwrap_or("");
                if mechanisms.is_empty() {
                    let is_secured = has("STARTTLS");
                    return Some(if is_secured {
                        "smtpd_tls_auth_only = yes".into()
                    } else {
                        "smtpd_sasl_auth_enable = no".into()
                    });
                }
                let is_offered = mechanisms
                    .iter()
                    .any(|offer| offer.eq_ignore_ascii_case(asked));
                // smtpd_sasl_mechanism_filter hides a mechanism, and forbids none.
                (!is_offered && code < 400 && is_foreign(&asked.to_uppercase())).then(String::new)
            }
            _ => None,
        }
    }
}

/// The offers of a reply, where nothing of them is left out.
fn whole(shown: &Shown) -> Option<Vec<String>> {
    let lines = shown.iter().skip(1).map(|line| {
        let text = plain(line.text.trim());
        let offer = text.get(4..).unwrap_or("").trim();
        let is_left_out = is_wild(offer) || is_gap(offer) || line.is_accepted;
        (!is_left_out).then(|| offer.to_uppercase())
    });
    let lines: Option<Vec<String>> = lines.collect();
    lines.filter(|lines| !lines.is_empty() && is_well_parted(shown))
}
