//! The reply to EHLO that a document shows, beside the one that Postfix gives: what it offers, in which order, and
//! what is left out without a word.

use crate::native::doc::compare::{compare, is_wild, plain, Fault, Manner, Rule};
use crate::native::doc::dialogue::{code, is_well_parted, Shown};
use crate::native::doc::words::is_gap;
use crate::native::doc::world::is_name;

/// What is wrong with a reply, to EHLO or to anything else.
pub fn faults(shown: &Shown, said: &str, manner: Manner) -> Vec<Fault> {
    let mut faults = match manner.is_ehlo && code(shown) == 250 && said.starts_with("250") {
        true => offers(shown, said, manner),
        false => compare(shown, said, manner),
    };
    // All lines of a reply have one code.
    for (line, piece) in shown.iter().enumerate().skip(1) {
        let text = plain(piece.text.trim());
        let rest = text.get(3..).unwrap_or("");
        let is_told = is_wild(rest)
            || faults
                .iter()
                .any(|fault| fault.line == line || fault.line == 0);
        if !is_told && text.get(..3).and_then(|code| code.parse().ok()) != Some(code(shown)) {
            faults.push(Fault {
                rule: Rule::WrongCode,
                line,
                expected: format!("{}{rest}", code(shown)),
            });
        }
    }
    faults
}

/// What is wrong with a banner.
pub fn greeting(shown: &Shown) -> Option<Fault> {
    let first = shown.first().filter(|line| !line.is_accepted)?;
    let rest = plain(first.text.trim()).get(3..)?.to_string();
    (matches!(code(shown), 200..=399) && code(shown) != 220).then(|| Fault {
        rule: Rule::WrongCode,
        line: 0,
        expected: format!("220{rest}"),
    })
}

/// The reply to EHLO: each line is one that Postfix may have, in its order.
fn offers(shown: &Shown, said: &str, manner: Manner) -> Vec<Fault> {
    let mut faults = Vec::new();
    let offered: Vec<&str> = said
        .lines()
        .skip(1)
        .filter_map(|line| line.get(4..))
        .collect();
    let mut fault = |rule, line, expected: String| {
        faults.push(Fault {
            rule,
            line,
            expected,
        });
    };
    let mut last = 0;
    for (i, line) in shown.iter().enumerate() {
        let text = plain(line.text.trim());
        let rest = text.get(4..).unwrap_or("").trim();
        let sign = text.get(3..4).unwrap_or(" ");
        if i == 0 {
            if !is_name(rest) && !is_wild(rest) && !rest.is_empty() {
                let name = said.lines().next().unwrap_or("");
                fault(Rule::WrongText, i, name.into());
            }
            continue;
        }
        if is_wild(rest) || is_gap(rest) {
            continue;
        }
        let place = offered.iter().position(|o| keyword(o) == keyword(rest));
        match place {
            _ if ["XVERP", "REQUIRETLS"].contains(&rest) => {}
            None => fault(Rule::UnknownExtension, i, String::new()),
            Some(at) if at < last => {
                let order: Vec<&str> = offered.iter().map(|o| keyword(o)).collect();
                fault(Rule::WrongOrder, i, order.join(", "));
            }
            Some(at) => {
                last = at;
                let own = offered.get(at).copied().unwrap_or("");
                let is_size = manner.is_known && rest.starts_with("SIZE ") && !is_wild(rest);
                if !same_offer(rest, own) || is_size && rest != own {
                    fault(Rule::WrongText, i, format!("250{sign}{own}"));
                }
            }
        }
    }
    let is_whole = is_well_parted(shown);
    let words: Vec<&str> = offered.iter().map(|offer| keyword(offer)).collect();
    let missing = lacking(shown, &words, manner);
    if !missing.is_empty() && (is_whole || !manner.is_cut) {
        fault(
            Rule::MissingExtension,
            shown.len().saturating_sub(1),
            missing.join(", "),
        );
    }
    let ends_wild = shown.last().is_some_and(|line| is_wild(&line.text));
    if !is_whole && !manner.is_cut && !ends_wild {
        let last = shown.len().saturating_sub(1);
        let wrong = shown.iter().enumerate().find(|(i, line)| {
            let sign = line.text.trim().get(3..4).unwrap_or(" ");
            (sign == "-") != (*i < last)
        });
        if let Some((i, line)) = wrong {
            let text = plain(line.text.trim());
            let sign = if i < last { "-" } else { " " };
            let rest = text.get(4..).unwrap_or("");
            fault(Rule::BrokenReply, i, format!("250{sign}{rest}"));
        }
    }
    faults
}

/// What Postfix offers whatever its main.cf says, or where that is known, and the document does not show.
fn lacking<'o>(shown: &Shown, offered: &[&'o str], manner: Manner) -> Vec<&'o str> {
    let lines: Vec<String> = shown.iter().map(|line| plain(line.text.trim())).collect();
    let mut offers = lines.iter().skip(1).filter_map(|line| line.get(4..));
    let has = |word: &str| offers.clone().any(|offer| keyword(offer.trim()) == word);
    let is_lacking = |word: &&&str| {
        let is_sure = match **word {
            "PIPELINING" | "SIZE" | "8BITMIME" => true,
            // Both came with Postfix 2.3, and DSN is what people discard.
            "ENHANCEDSTATUSCODES" => has("DSN"),
            word => manner.is_given && word != "AUTH=",
        };
        is_sure && !has(word)
    };
    let missing = offered.iter().filter(is_lacking).copied().collect();
    match offers.any(|offer| is_wild(offer) || is_gap(offer)) {
        true => Vec::new(),
        false => missing,
    }
}

/// The word of an offer, `AUTH=` as its own.
fn keyword(offer: &str) -> &str {
    let word = offer.split(' ').next().unwrap_or(offer);
    match word.to_ascii_uppercase().starts_with("AUTH=") {
        true => "AUTH=",
        false => canonical(word),
    }
}

/// In capitals, where it is a word that Postfix knows.
fn canonical(word: &str) -> &str {
    let known = [
        "PIPELINING",
        "SIZE",
        "VRFY",
        "ETRN",
        "STARTTLS",
        "AUTH",
        "XCLIENT",
        "XFORWARD",
        "ENHANCEDSTATUSCODES",
        "8BITMIME",
        "DSN",
        "SMTPUTF8",
        "CHUNKING",
    ];
    let found = known.iter().find(|name| name.eq_ignore_ascii_case(word));
    found.copied().unwrap_or(word)
}

/// Mechanisms, sizes and attributes are the author's; the rest is Postfix's.
fn same_offer(shown: &str, own: &str) -> bool {
    let (word, value) = shown.split_once([' ', '=']).unwrap_or((shown, ""));
    match keyword(own) {
        "SIZE" => {
            word == "SIZE"
                && (value.is_empty() || is_wild(value) || value.bytes().all(|b| b.is_ascii_digit()))
        }
        "AUTH" | "AUTH=" => word == "AUTH" && !value.is_empty(),
        "XCLIENT" | "XFORWARD" => word.starts_with('X') && word == word.to_ascii_uppercase(),
        own => shown == own,
    }
}
