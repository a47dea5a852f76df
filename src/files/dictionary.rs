//! Texts by name, in order of name. A sorted list: half the code of a `BTreeMap`, which counts
//! in a bundle, and as quick for the few hundred names that a host has.

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
pub struct Dictionary(Vec<(String, String)>);

impl Dictionary {
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(n, _)| n.as_str().cmp(name))
    }

    /// The text under a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let place = self.place(name).ok()?;
        Some(self.0.get(place)?.1.as_str())
    }

    /// Whether there is a text under a name.
    pub fn contains(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    /// Sets the text under a name; gives the one that was there.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) -> Option<String> {
        self.put(name.into(), text.into())
    }

    fn put(&mut self, name: String, text: String) -> Option<String> {
        match self.place(&name) {
            Ok(place) => Some(std::mem::replace(&mut self.0.get_mut(place)?.1, text)),
            Err(place) => {
                self.0.insert(place, (name, text));
                None
            }
        }
    }

    /// Sets the text under a name that has none yet.
    pub fn insert_new(&mut self, name: impl Into<String>, text: impl Into<String>) {
        let name = name.into();
        if !self.contains(&name) {
            self.put(name, text.into());
        }
    }

    /// Takes the text under a name away, and says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let place = self.place(name);
        place.map(|place| self.0.remove(place)).is_ok()
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
