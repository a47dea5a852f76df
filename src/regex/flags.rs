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

impl Flags {
    /// Turns the flag of a letter on or off; whether there is one.
    pub(super) fn turn(&mut self, letter: char, is_on: bool) -> bool {
        let flag = match letter {
            'i' => &mut self.ignores_case,
            'm' => &mut self.is_multi_line,
            's' => &mut self.dot_is_all,
            'x' => &mut self.is_spaced,
            'n' => &mut self.is_uncounted,
            'U' => &mut self.is_lazy,
            // Names that come twice: none is asked for here.
            'J' => return true,
            _ => return false,
        };
        *flag = is_on;
        true
    }

    /// As `^` leaves them.
    pub(super) fn fresh(self) -> Flags {
        Flags {
            is_lazy: self.is_lazy,
            is_strict: self.is_strict,
            ..Flags::default()
        }
    }
}
