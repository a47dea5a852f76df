//! What is different every time, known by its shape: a queue ID, a moment, a delay. Only what has
//! the shape is hidden, so whatever else stands in its place is seen.

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Whether a word may be a queue ID of Postfix's short form: five digits of microseconds and the
/// number of an inode, all hexadecimal.
pub fn is_queue_id(word: &str) -> bool {
    let is_digit = |b: u8| b.is_ascii_digit() || (b'A'..=b'F').contains(&b);
    let is_long = |b: u8| b.is_ascii_alphanumeric() && !b"AEIOUaeiou".contains(&b);
    let has_mark = word.as_bytes().get(10) == Some(&b'z');
    match word.len() {
        12..=20 if has_mark && word.bytes().all(is_long) => true,
        length => (8..=15).contains(&length) && word.bytes().all(is_digit),
    }
}

/// The length of what stands at the beginning of a text and fits a shape: `#` is a digit, `_` a
/// digit or a space, `D` the name of a day, `M` of a month.
fn fits(text: &str, shape: &str) -> Option<usize> {
    let mut rest = text;
    for c in shape.chars() {
        let named = |names: &[&str]| names.iter().any(|n| rest.starts_with(n)).then_some(3);
        let first = rest.chars().next()?;
        let length = match c {
            'D' => named(&DAYS)?,
            'M' => named(&MONTHS)?,
            '#' if first.is_ascii_digit() => 1,
            '_' if first.is_ascii_digit() || first == ' ' => 1,
            c if c == first => c.len_utf8(),
            _ => return None,
        };
        rest = &rest[length..];
    }
    Some(text.len() - rest.len())
}

/// The length of a line's stamp in mail.log: `Nov 24 10:00:00`.
pub fn stamp(text: &str) -> Option<usize> {
    fits(text, "M _# ##:##:##")
}

/// What moments look like in headers, in the line that begins a message in a mailbox, in mailq.
/// Where a year belongs it must be there, so the longer come first.
const MOMENTS: [(&str, &str); 5] = [
    ("D, _# M #### ##:##:## +0000", "(a date) +0000"),
    ("D, ## M #### ##:##:## +0000", "(a date) +0000"),
    ("D M _# ##:##:## ####", "(a moment of a year)"),
    ("D M _# ##:##:## UTC ####", "(a moment of UTC)"),
    ("D M _# ##:##:##", "(a moment)"),
];

/// A text without its moments.
pub fn without_moments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let moment = |(shape, name): &(&str, &'static str)| {
            let length = fits(rest, shape)?;
            let ends = rest[length..].chars().next();
            let ends = ends.is_none_or(|c| !c.is_ascii_alphanumeric());
            ends.then_some((length, *name))
        };
        let found = match before.is_ascii_alphanumeric() {
            true => None,
            false => MOMENTS.iter().find_map(moment),
        };
        let (length, shown) = found.unwrap_or((first.len_utf8(), &rest[..first.len_utf8()]));
        out.push_str(shown);
        before = first;
        rest = &rest[length..];
    }
    out
}

/// Whether a text is a number of seconds as Postfix writes delays: two digits that count, none
/// beyond hundredths, no zero at the end of a fraction.
pub fn is_delay(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let has_point = text.contains('.');
    let most = match whole {
        "0" => 2,
        one if one.len() == 1 => 1,
        _ => 0,
    };
    let is_whole = !whole.is_empty() && digits(whole) && (whole == "0" || !whole.starts_with('0'));
    let is_fraction = digits(fraction)
        && fraction.len() <= most
        && has_point != fraction.is_empty()
        && !fraction.ends_with('0');
    is_whole && is_fraction
}

#[test]
fn shapes() {
    for delay in ["0", "0.01", "0.1", "0.25", "1", "1.2", "9.9", "12", "123"] {
        assert!(is_delay(delay), "{delay}");
    }
    for other in [
        "", ".", "0.", ".1", "0.00", "0.10", "0.123", "1.23", "1.0", "12.3", "01", "00", "-1",
        "1,2", "0.1 ", "a",
    ] {
        assert!(!is_delay(other), "{other}");
    }
    for (text, without) in [
        (
            "; Tue, 24 Nov 2026 10:00:00 +0000 (UTC)",
            "; (a date) +0000 (UTC)",
        ),
        (
            "Date: Tue,  4 Nov 2026 10:00:00 +0000",
            "Date: (a date) +0000",
        ),
        (
            "Date: Tue, 24 Nov 2026 10:00:00 +0530",
            "Date: Tue, 24 Nov 2026 10:00:00 +0530",
        ),
        (
            "From x  Tue Nov  4 10:00:00 2026",
            "From x  (a moment of a year)",
        ),
        ("464 Tue Nov 24 10:00:00  x", "464 (a moment)  x"),
        ("Tue Nov 24 10:00:0~ 2026", "Tue Nov 24 10:00:0~ 2026"),
        ("Tue Nov 24 10:00:001", "Tue Nov 24 10:00:001"),
        ("xTue Nov 24 10:00:00", "xTue Nov 24 10:00:00"),
    ] {
        assert_eq!(without_moments(text), without);
    }
    assert!(is_queue_id("C53E7265CB0") && is_queue_id("12345678"));
    assert!(!is_queue_id("C53E7265CBG") && !is_queue_id("c53e7265cb0") && !is_queue_id("C53E726"));
    assert_eq!(stamp("Nov  4 10:00:00 x"), Some(15));
    assert_eq!(stamp("Nov 4 10:00:00 xx"), None);
}
