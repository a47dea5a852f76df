//! On whose behalf something is done with a file, and whether that may be.

use crate::files::node::Node;

/// What is to be done with a file; the bits are those of a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Its text is read, or the names in a directory.
    Read = 4,
    /// Its text is written, or names are put into a directory and taken out.
    Write = 2,
    /// It is run, or something in a directory is reached.
    Execute = 1,
}

/// A user and the groups that the user is in, by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The user.
    pub uid: u32,
    /// The group that new files get.
    pub gid: u32,
    /// The other groups.
    pub groups: Vec<u32>,
    /// It may do what root may: the learner on a host with a mail server.
    pub rules: bool,
}

impl Who {
    /// Who may do everything.
    pub const ROOT: Who = Who {
        uid: 0,
        gid: 0,
        groups: Vec::new(),
        rules: false,
    };

    /// Whether this is root.
    pub fn is_root(&self) -> bool {
        self.uid == 0 || self.rules
    }

    /// Whether the user is in a group.
    pub fn is_in(&self, gid: u32) -> bool {
        self.gid == gid || self.groups.contains(&gid)
    }

    /// Whether this may be done (path_resolution(7)): the owner's bits count for the owner, the
    /// group's for the group, and the last three for everybody else. Root may read and write
    /// everything, and run what anybody may run.
    ///
    /// ```
    /// use smtp_terminal::files::node::Node;
    /// use smtp_terminal::files::who::{Access, Who};
    /// let shadow = Node { mode: 0o640, gid: 42, ..Node::file("") };
    /// let asha = Who { uid: 1000, gid: 1000, groups: vec![], rules: false };
    /// assert!(!asha.may(Access::Read, &shadow));
    /// assert!(Who::ROOT.may(Access::Read, &shadow));
    /// ```
    pub fn may(&self, access: Access, node: &Node) -> bool {
        if self.is_root() {
            return access != Access::Execute || node.is_directory() || node.mode & 0o111 != 0;
        }
        let shift = match () {
            () if self.uid == node.uid => 6,
            () if self.is_in(node.gid) => 3,
            () => 0,
        };
        node.mode >> shift & access as u16 != 0
    }

    /// Reads a user out of the texts of /etc/passwd and /etc/group.
    ///
    /// ```
    /// use smtp_terminal::files::who::Who;
    /// let who = Who::named("asha", "asha:x:1000:1000::/home/asha:/bin/bash\n", "sudo:x:27:asha\n").unwrap();
    /// assert_eq!((who.uid, who.gid, who.groups), (1000, 1000, vec![27]));
    /// ```
    pub fn named(name: &str, passwd: &str, group: &str) -> Option<Who> {
        let account = fields_of(passwd, name)?;
        let groups = group.lines().filter_map(|line| {
            let mut fields = line.split(':').skip(2);
            let (gid, members) = (fields.next()?, fields.next()?);
            let is_member = members.split(',').any(|member| member == name);
            is_member.then(|| gid.parse().ok()).flatten()
        });
        Some(Who {
            uid: account.get(2)?.parse().ok()?,
            gid: account.get(3)?.parse().ok()?,
            groups: groups.collect(),
            rules: false,
        })
    }
}

/// The fields of the line of an account or a group.
pub fn fields_of<'a>(text: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let of = |line: &'a str| line.split(':').collect::<Vec<_>>();
    text.lines()
        .map(of)
        .find(|fields| fields.first() == Some(&name))
}

/// The name of a number in /etc/passwd or /etc/group.
pub fn name_of(text: &str, number: u32) -> Option<&str> {
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(number)).then_some(name)
    })
}
