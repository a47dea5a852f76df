//! Pass phrases: keys that are written under one, and read again.

use crate::postfix::delivery::certificate as pem;
use crate::workstation::programs::openssl::command::{Given, Want};
use crate::workstation::programs::openssl::shown::size_of;

const KIND: &str = "ENCRYPTED PRIVATE KEY";

/// What `-passin` or `-passout` gives, else what is answered.
fn asked(
    passed: Option<&str>,
    place: usize,
    question: String,
    answers: &Given,
) -> Result<String, Want> {
    match passed.and_then(|p| p.strip_prefix("pass:")) {
        Some(phrase) => Ok(phrase.into()),
        None => match answers.phrases.get(place) {
            Some(phrase) => Ok(phrase.clone()),
            None => Err(Want::Line(question)),
        },
    }
}

/// A new key under a phrase, which is asked for twice, after `start`; `None` where the two differ.
pub(super) fn seal(
    own: &str,
    passed: Option<&str>,
    start: &str,
    answers: &Given,
) -> Result<Option<String>, Want> {
    let question = start.to_string() + "Enter PEM pass phrase:";
    let phrase = asked(passed, 0, question, answers)?;
    let question = "Verifying - Enter PEM pass phrase:";
    let again = asked(passed, 1, question.into(), answers)?;
    let size = size_of(own) * 73 / 128 + 144;
    Ok((phrase == again).then(|| pem::write(KIND, &[own, &phrase], size)))
}

/// What a key is made of; `None` where it is no key, or the phrase is not its own.
pub(super) fn open(
    text: &str,
    path: &str,
    passed: Option<&str>,
    answers: &Given,
) -> Result<Option<String>, Want> {
    if let Some(mut lines) = pem::read(KIND, text) {
        let phrase = asked(passed, 0, format!("Enter pass phrase for {path}:"), answers)?;
        let own = lines.pop();
        return Ok((own == Some(phrase)).then(|| lines.join(" ")));
    }
    Ok(pem::read("PRIVATE KEY", text).map(|lines| lines.join(" ")))
}
