//! What stands under a path: a file, a directory, a link or a device.

use crate::time::Time;

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file with a text.
    File,
    /// A directory; its text is empty.
    Directory,
    /// A symbolic link; its text is where it leads.
    Link,
    /// A device such as /dev/null.
    Device,
    /// A named pipe or a socket of a daemon, which nobody here reads.
    Socket,
}

/// A file with all that `stat` says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// What it holds.
    pub text: String,
    /// Permissions: twelve bits, as chmod(2) has them.
    pub mode: u16,
    /// The owner, by number.
    pub uid: u32,
    /// The group, by number.
    pub gid: u32,
    /// When its text was last written.
    pub written: Time,
}

impl Node {
    /// A file of root's that everybody may read.
    pub fn file(text: impl Into<String>) -> Node {
        Node {
            kind: Kind::File,
            text: text.into(),
            mode: 0o644,
            uid: 0,
            gid: 0,
            written: Time::default(),
        }
    }

    /// A directory of root's that everybody may look into.
    pub fn directory() -> Node {
        Node {
            kind: Kind::Directory,
            mode: 0o755,
            ..Node::file("")
        }
    }

    /// A link to a path.
    pub fn link(to: impl Into<String>) -> Node {
        Node {
            kind: Kind::Link,
            mode: 0o777,
            ..Node::file(to)
        }
    }

    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.kind == Kind::Directory
    }

    /// The permissions as `ls -l` shows them: `drwxr-xr-x`.
    ///
    /// ```
    /// use smtp_terminal::files::node::Node;
    /// let maildrop = Node { mode: 0o1730, ..Node::directory() };
    /// assert_eq!(maildrop.permissions(), "drwx-wx--T");
    /// ```
    pub fn permissions(&self) -> String {
        let mut text = String::from(match self.kind {
            Kind::File => '-',
            Kind::Directory => 'd',
            Kind::Link => 'l',
            Kind::Device => 'c',
            Kind::Socket => 's',
        });
        for (shift, special, marks) in [(6, 0o4000, "sS"), (3, 0o2000, "sS"), (0, 0o1000, "tT")] {
            let bits = self.mode >> shift;
            text.push(if bits & 4 != 0 { 'r' } else { '-' });
            text.push(if bits & 2 != 0 { 'w' } else { '-' });
            let runs = bits & 1 != 0;
            text.push(match self.mode & special != 0 {
                true => marks.as_bytes()[usize::from(!runs)].into(),
                false if runs => 'x',
                false => '-',
            });
        }
        text
    }
}
