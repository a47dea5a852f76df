//! Every part of serde's data model that JSON has, and what is said where it does not fit.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Step {
    say: String,
    wait: Option<f32>,
    form: Option<Form>,
    #[serde(rename = "$more")]
    more: Option<Vec<Step>>,
    names: Option<BTreeMap<String, i8>>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Form {
    Plain,
    One(bool),
    Two(u16, char),
    Named { left: i64, right: Option<()> },
}

#[derive(Debug, Deserialize, PartialEq)]
struct Wrapped(u8);

#[derive(Debug, Deserialize, PartialEq)]
struct Nothing;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Either {
    Number(u64),
    Texts(Vec<String>),
    Named { name: String },
}

fn of<T: DeserializeOwned>(text: &str) -> T {
    read("document", text).unwrap()
}

/// `place: problem` of a text that does not fit.
fn fault<T: DeserializeOwned + fmt::Debug>(text: &str) -> String {
    let fault = read::<T>("document", text).unwrap_err();
    format!("{}: {}", fault.place, fault.problem)
}

#[test]
fn all_that_json_has_is_read() {
    let step: Step = of(r#"{
        "names": { "a/b": -128, "": 127 },
        "$more": [{ "say": "b", "form": "plain" }, { "say": "c", "form": { "two": [25, "é"] } }],
        "form": { "named": { "right": null, "left": -9007199254740991 } },
        "wait": 1.5, "say": "a\u0000\ud83d\ude00"
    }"#);
    assert_eq!(step.say, "a\0😀");
    assert_eq!(step.wait, Some(1.5));
    assert_eq!(step.names.unwrap()["a/b"], -128);
    let left = -9_007_199_254_740_991;
    assert_eq!(step.form, Some(Form::Named { left, right: None }));
    let more = step.more.unwrap();
    assert_eq!(more[0].form, Some(Form::Plain));
    assert_eq!(more[1].form, Some(Form::Two(25, 'é')));

    assert_eq!(of::<Form>(r#"{ "one": true }"#), Form::One(true));
    assert_eq!(
        of::<(Wrapped, Nothing, f64)>("[255, null, 1e300]"),
        (Wrapped(255), Nothing, 1e300)
    );
    assert_eq!(of::<Vec<Option<bool>>>("[true, null]"), [Some(true), None]);
    assert_eq!(of::<Either>("7"), Either::Number(7));
    assert_eq!(of::<Either>(r#"["a"]"#), Either::Texts(vec!["a".into()]));
    assert_eq!(
        of::<Either>(r#"{ "name": "a" }"#),
        Either::Named { name: "a".into() }
    );
    let _: IgnoredAny = of(r#"{ "a": [1] }"#);
}

#[test]
fn a_fault_has_a_place_and_says_what_fits() {
    let cases = [
        (fault::<Step>("[]"), ": expected an object, { … }; this is a list"),
        (fault::<Step>(r#"{ "say": 1 }"#), "say: expected a text in quotes"),
        (fault::<Step>("{}"), "say: expected a text in quotes; there is nothing"),
        (fault::<Step>(r#"{ "sya": "a" }"#), ": there is no \"sya\" here; use say, wait, form, $more, names"),
        (
            fault::<Step>(r#"{ "say": "a", "$more": [{ "say": "b" }, { "say": "c", "wit": 1 }] }"#),
            "$more[1]: there is no \"wit\" here; use say, wait, form, $more, names. Did you mean \"wait\"?",
        ),
        (
            fault::<Step>(r#"{ "say": "a", "names": { "b c": 128 } }"#),
            "names[\"b c\"]: expected i8",
        ),
        (
            fault::<Step>(r#"{ "say": "a", "form": { "two": [1] } }"#),
            "form.two: expected tuple variant Form::Two with 2 elements; there are 1",
        ),
        (fault::<Form>(r#"{ "two": [1, "a", 2] }"#), "two: expected tuple variant Form::Two; there are 3"),
        (fault::<Form>(r#"{ "two": [1, "ab"] }"#), "two[1]: expected a character; this is a text"),
        (fault::<Form>(r#"{ "plain": true }"#), ": this stands alone, as a text in quotes"),
        (fault::<Form>(r#""one""#), ": write it as an object, { \"name\": … }"),
        (fault::<Form>(r#""plan""#), ": there is no \"plan\" here; use plain, one, two, named. Did you mean \"plain\"?"),
        (fault::<Form>(r#"{ "plain": 1, "one": 2 }"#), ": expected one of plain, one, two, named"),
        (fault::<(u8, u8)>("[1, 2, 3]"), ": expected a tuple of size 2; there are 3"),
        (fault::<u8>("256"), ": expected u8"),
        (fault::<u8>("-1"), ": expected u8"),
        (fault::<u64>("1.5"), ": expected u64"),
        (fault::<u64>("9007199254740993"), ": expected u64"),
        (fault::<Nothing>("0"), ": expected unit struct Nothing"),
        (fault::<Either>(r#"[["a"]]"#), ": data did not match any variant of untagged enum Either"),
    ];
    for (said, expected) in cases {
        assert_eq!(said, expected);
    }
}

#[test]
fn what_is_no_json_is_told_with_its_line() {
    assert_eq!(
        fault::<u8>("{\n  \"a\": }"),
        ": not JSON: expected value at line 2 column 8"
    );
}

#[test]
fn a_member_that_is_there_twice_is_told_with_its_line() {
    assert_eq!(
        fault::<Step>("{ \"say\": \"a\",\n  \"more\": [{ \"say\": \"b\", \"say\": \"c\" }] }"),
        ": \"say\" is here a second time at line 2 column 30"
    );
    // So it is where any name may stand.
    assert_eq!(
        fault::<BTreeMap<String, u8>>(r#"{ "a": 1, "\u0061": 2 }"#),
        ": \"a\" is here a second time at line 1 column 18"
    );
}

#[test]
fn no_document_is_too_deep_or_too_long_for_us() {
    for depth in [100, 100_000] {
        let text = "[".repeat(depth) + &"]".repeat(depth);
        assert!(read::<Vec<Vec<u8>>>("document", &text).is_err());
    }
    let text = format!("[{}]", " ".repeat(LONGEST));
    assert_eq!(
        fault::<Vec<u8>>(&text),
        ": it is too long: at most 8 MiB are read"
    );
    // A message repeats no more of a document than a line can show.
    let name = "\u{1b}[2J\n".repeat(10_000);
    let text = serde_json::json!({ "say": "a", "names": { name.clone(): "" } }).to_string();
    let place = read::<Step>("document", &text).unwrap_err().place;
    assert_eq!(place.chars().count(), 201);
    let text = serde_json::json!({ name: "" }).to_string();
    let problem = read::<Step>("document", &text).unwrap_err().problem;
    assert!(problem.len() < 200, "{problem}");
    for text in [place, problem] {
        assert!(!text.contains(char::is_control), "{text}");
    }
}
