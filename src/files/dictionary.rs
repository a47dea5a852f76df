//! Texts by name, in order of name.

use crate::files::sorted::Sorted;

/// Texts by name.
///
/// ```
/// use smtp_terminal::files::dictionary::Dictionary;
/// let mut files = Dictionary::default();
/// files.insert("/etc/mailname", "safeer.in\n");
/// assert_eq!(files.get("/etc/mailname"), Some("safeer.in\n"));
/// assert_eq!(files.get("/etc/passwd"), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary(Sorted<String>);

impl Dictionary {
    /// The text under a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether there is a text under a name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Sets the text under a name; gives the one that was there.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) -> Option<String> {
        self.0.insert(name.into(), text.into())
    }

    /// Sets the text under a name that has none yet.
    pub fn insert_new(&mut self, name: impl Into<String>, text: impl Into<String>) {
        let name = name.into();
        if !self.contains(&name) {
            self.insert(name, text);
        }
    }

    /// Takes the text under a name away, and says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Keeps those whose name is wanted.
    pub fn retain(&mut self, is_wanted: &dyn Fn(&str) -> bool) {
        self.0.retain(is_wanted);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All names with their texts, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, t)| (n.as_str(), t.as_str()))
    }
}
