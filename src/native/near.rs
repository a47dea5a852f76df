//! What somebody has meant who has misspelled a name.

/// `; did you mean …?` where a name is near enough, else nothing.
pub fn meant<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> String {
    let far = 1 + name.len() / 5;
    let found = names
        .filter(|known| known.len().abs_diff(name.len()) <= far)
        .map(|known| (distance(name, known), known))
        .min()
        .filter(|(steps, _)| *steps <= far);
    found.map_or(String::new(), |(_, known)| {
        format!("; did you mean {known}?")
    })
}

/// The name that was meant where one or two letters are wrong, and no more.
pub fn slip<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let far = if name.len() < 10 { 1 } else { 2 };
    let found = names
        .filter(|known| known.len().abs_diff(name.len()) <= far)
        .map(|known| (distance(name, known), known))
        .min()?;
    (1..=far).contains(&found.0).then_some(found.1)
}

/// How many letters have to be changed, put in or left out.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, byte) in one.bytes().enumerate() {
        let mut left = at + 1;
        let mut corner = at;
        for (cell, letter) in row.iter_mut().skip(1).zip(other.bytes()) {
            let is_other = usize::from(!byte.eq_ignore_ascii_case(&letter));
            left = (corner + is_other).min(*cell + 1).min(left + 1);
            corner = std::mem::replace(cell, left);
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[test]
fn what_is_near_is_named() {
    let names = || ["mynetworks", "myhostname", "mydomain"].into_iter();
    assert_eq!(meant("mynetwork", names()), "; did you mean mynetworks?");
    assert_eq!(meant("my_hostname", names()), "; did you mean myhostname?");
    assert_eq!(meant("banner", names()), "");
    assert_eq!(slip("mynetwork", names()), Some("mynetworks"));
    assert_eq!(slip("mynetworks", names()), None);
    assert_eq!(slip("my_hostnames", names()), Some("myhostname"));
    assert_eq!(slip("our_hostname", names()), None);
    assert_eq!(distance("kitten", "sitting"), 3);
}
