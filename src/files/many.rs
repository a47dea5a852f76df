//! Texts by name, in order of name, of which there may be very many: a main.cf of 200,000 lines. They lie in
//! lists of some hundred, so that a new one moves no more than those of its list.

/// How many names are in a list before it becomes two.
const MOST: usize = 512;

/// Texts by name.
///
/// ```
/// use smtp_terminal::files::many::Many;
/// let mut values = Many::default();
/// values.insert("myhostname", "smtp.safeer.in");
/// assert_eq!(values.get("myhostname"), Some("smtp.safeer.in"));
/// assert_eq!(values.get("mydomain"), None);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Many {
    /// None of them is empty.
    lists: Vec<Vec<(String, String)>>,
}

impl PartialEq for Many {
    fn eq(&self, other: &Many) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Many {}

impl Many {
    /// The list of a name, and its place there.
    fn place(&self, name: &str) -> (usize, Result<usize, usize>) {
        let begins = |list: &Vec<(String, String)>| list.first().is_some_and(|(n, _)| **n <= *name);
        let list = self.lists.partition_point(begins).saturating_sub(1);
        let own = self.lists.get(list).map_or(&[][..], Vec::as_slice);
        (list, own.binary_search_by(|(n, _)| n.as_str().cmp(name)))
    }

    /// The text under a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (list, place) = self.place(name);
        Some(&self.lists.get(list)?.get(place.ok()?)?.1)
    }

    /// Whether there is a text under a name.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets the text under a name; gives the one that was there.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) -> Option<String> {
        self.put(name.into(), text.into())
    }

    fn put(&mut self, name: String, text: String) -> Option<String> {
        let (at, place) = self.place(&name);
        let Some(list) = self.lists.get_mut(at) else {
            self.lists.push(vec![(name, text)]);
            return None;
        };
        match place {
            Ok(place) => Some(std::mem::replace(&mut list.get_mut(place)?.1, text)),
            Err(place) => {
                list.insert(place, (name, text));
                if list.len() > MOST {
                    // Who comes in order fills the lists.
                    let half = if place == MOST { MOST } else { MOST / 2 };
                    let rest = list.split_off(half);
                    self.lists.insert(at + 1, rest);
                }
                None
            }
        }
    }

    /// Takes the text under a name away, and says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.len();
        self.retain(&|other| other != name);
        self.len() < before
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.lists.iter().map(Vec::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// Keeps those whose name is wanted.
    pub fn retain(&mut self, is_wanted: &dyn Fn(&str) -> bool) {
        for list in &mut self.lists {
            list.retain(|(name, _)| is_wanted(name));
        }
        self.lists.retain(|list| !list.is_empty());
    }

    /// All names with their texts, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.lists.iter().flatten();
        all.map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_are_in_order_and_in_short_lists() {
        for step in [1, 7_919, 29_999] {
            let mut all = Many::default();
            for i in 0..30_000 {
                let name = format!("{:05}", i * step % 30_000);
                assert_eq!(all.insert(name, "a"), None);
            }
            assert_eq!(all.insert("00007", "b"), Some("a".into()));
            assert_eq!(all.get("00007"), Some("b"));
            assert!(all.contains("29999") && !all.contains("3"));
            assert!(all.remove("00000") && !all.remove("00000"));
            assert_eq!(all.len(), 29_999);
            let names = (1..30_000).map(|i| format!("{i:05}"));
            assert!(all.iter().map(|(name, _)| name.to_string()).eq(names));
            // What a new name moves.
            assert!(all.lists.iter().all(|list| list.len() <= MOST));
            assert!(all.lists.len() < 30_000 / (MOST / 2));
            all.retain(&|name| name.ends_with("99"));
            assert_eq!(all.len(), 300);
        }
    }
}
