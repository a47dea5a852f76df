//! What a learning record store is told of a lesson: statements of xAPI (the Experience API 1.0.3).
//! Whose they are, the page knows.

use super::submission::Claim;
use super::teacher::Teacher;
use crate::json::Writer;

/// Verbs of ADL's vocabulary.
const VERBS: [(&str, &str); 2] = [
    ("http://adlnet.gov/expapi/verbs/progressed", "progressed"),
    ("http://adlnet.gov/expapi/verbs/completed", "completed"),
];

/// The statement that a lesson is as far as it is. `page` is the address of the page, by which the
/// lesson is named.
pub fn statement(teacher: &Teacher, page: &str) -> String {
    let lesson = teacher.lesson();
    let is_done = teacher.is_done();
    let [progressed, completed] = VERBS;
    let (verb, display) = if is_done { completed } else { progressed };
    let claim = Claim::of(teacher, String::new());
    let mut out = Writer::default();
    out.open("{")
        .member("verb")
        .open("{")
        .member("id")
        .text(verb);
    out.member("display")
        .open("{")
        .member("en")
        .text(display)
        .close("}")
        .close("}");
    out.member("object")
        .open("{")
        .member("objectType")
        .text("Activity");
    out.member("id").text(&format!("{page}#{}", lesson.id.0));
    out.member("definition").open("{");
    out.member("type")
        .text("http://adlnet.gov/expapi/activities/lesson");
    out.member("name").open("{");
    for (tag, title) in &lesson.title.0 {
        let tag = if tag.is_empty() { "en" } else { tag };
        out.member(tag).text(title);
    }
    out.close("}").close("}").close("}");
    out.member("result")
        .open("{")
        .member("completion")
        .truth(is_done);
    out.member("duration")
        .text(&format!("PT{}S", claim.took.0 / 1_000_000));
    out.member("score")
        .open("{")
        .member("raw")
        .number(claim.score.0);
    out.member("min")
        .number(0)
        .member("max")
        .number(100)
        .close("}");
    out.member("extensions").open("{");
    out.member("https://w3id.org/xapi/cmi5/result/extensions/progress");
    out.number((teacher.at() * 100 / lesson.steps.len().max(1)) as u64);
    out.close("}").close("}").close("}");
    out.done()
}
