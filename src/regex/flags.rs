//! What an expression of Perl's may say of how it is to be read.

/// The flags that an expression may change inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `i`: case does not matter.
    pub ignores_case: bool,
    /// `m`: `^` and `$` match at line ends too.
    pub is_multi_line: bool,
    /// `s`: a dot stands for the end of a line too.
    pub dot_is_all: bool,
    /// `x`: blanks and comments do not count.
    pub is_spaced: bool,
    /// `n`: a group without a name is not counted.
    pub is_uncounted: bool,
    /// `U`: quantifiers take little, and with `?` much.
    pub is_lazy: bool,
    /// `E`: `$` does not match before the last end of a line.
    pub is_strict: bool,
}
