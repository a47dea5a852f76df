//! Things by name, in order of name. A sorted list: half the code of a `BTreeMap`, which counts
//! in a bundle, and as quick for the few hundred names that a host has.

/// Things by name.
///
/// ```
/// use smtp_terminal::files::sorted::Sorted;
/// let mut files = Sorted::default();
/// files.insert("/etc/mailname".into(), 0o644);
/// assert_eq!(files.get("/etc/mailname"), Some(&0o644));
/// assert_eq!(files.get("/etc/passwd"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted<T>(Vec<(String, T)>);

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Sorted(Vec::new())
    }
}

impl<T> Sorted<T> {
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(n, _)| n.as_str().cmp(name))
    }

    /// What is under a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        let place = self.place(name).ok()?;
        Some(&self.0.get(place)?.1)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        let place = self.place(name).ok()?;
        Some(&mut self.0.get_mut(place)?.1)
    }

    /// Whether there is something under a name.
    pub fn contains(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    /// Sets what is under a name; gives what was there.
    pub fn insert(&mut self, name: String, value: T) -> Option<T> {
        match self.place(&name) {
            Ok(place) => Some(std::mem::replace(&mut self.0.get_mut(place)?.1, value)),
            Err(place) => {
                self.0.insert(place, (name, value));
                None
            }
        }
    }

    /// Takes away what is under a name.
    pub fn remove(&mut self, name: &str) -> Option<T> {
        let place = self.place(name).ok()?;
        Some(self.0.remove(place).1)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Keeps those whose name is wanted.
    pub fn retain(&mut self, is_wanted: &dyn Fn(&str) -> bool) {
        self.0.retain(|(name, _)| is_wanted(name));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All in order of name.
    pub fn iter(&self) -> std::slice::Iter<'_, (String, T)> {
        self.0.iter()
    }

    /// Those whose names begin so.
    pub fn below(&self, start: &str) -> &[(String, T)] {
        let first = self.place(start).unwrap_or_else(|place| place);
        let rest = self.0.get(first..).unwrap_or(&[]);
        let end = rest.iter().position(|(name, _)| !name.starts_with(start));
        rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest)
    }
}
