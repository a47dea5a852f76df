//! Why something cannot be done with a file, in the words of the C library (`strerror`).

use std::fmt;

/// An error of a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errno {
    /// `EPERM`: it takes the owner or root.
    NotPermitted,
    /// `ENOENT`
    NoEntry,
    /// `EACCES`
    Denied,
    /// `EEXIST`
    Exists,
    /// `ENOTDIR`
    NotDirectory,
    /// `EISDIR`
    IsDirectory,
    /// `EINVAL`
    Invalid,
    /// `ENOSPC`: the bound of what a host keeps is reached.
    NoSpace,
    /// `ENAMETOOLONG`
    NameTooLong,
    /// `ENOTEMPTY`
    NotEmpty,
    /// `ELOOP`
    Loop,
}

impl Errno {
    /// As `strerror` says it.
    pub fn text(self) -> &'static str {
        match self {
            Errno::NotPermitted => "Operation not permitted",
            Errno::NoEntry => "No such file or directory",
            Errno::Denied => "Permission denied",
            Errno::Exists => "File exists",
            Errno::NotDirectory => "Not a directory",
            Errno::IsDirectory => "Is a directory",
            Errno::Invalid => "Invalid argument",
            Errno::NoSpace => "No space left on device",
            Errno::NameTooLong => "File name too long",
            Errno::NotEmpty => "Directory not empty",
            Errno::Loop => "Too many levels of symbolic links",
        }
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.text())
    }
}
