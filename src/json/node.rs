//! What a value of JSON is.

/// A value that has been opened, for one level: what is inside is not yet.
pub enum Node<V> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number; all are those of JavaScript.
    Number(f64),
    /// A text.
    String(String),
    /// A list: items with their numbers.
    Array(Vec<(String, V)>),
    /// Members, each name once.
    Object(Vec<(String, V)>),
}
