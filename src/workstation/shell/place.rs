//! Where a shell stands among the files of its host.

use std::cell::OnceCell;
use std::rc::Rc;

use crate::files::who::Who;
use crate::files::Files;
use crate::time::Time;
use crate::workstation::programs::files;
use crate::workstation::system::kernel::Kernel;

/// Where file names are looked up.
#[derive(Debug)]
pub struct Place<'a> {
    /// The files of the host.
    pub files: Option<&'a Files>,
    /// The name of whoever does it.
    user: Rc<str>,
    /// On whose behalf: most words never ask.
    who: OnceCell<Who>,
    /// The directory.
    pub directory: Rc<str>,
    /// The time.
    pub now: Time,
    /// The number of the process.
    pub pid: u32,
}

impl<'a> Place<'a> {
    /// Where the process stands whose turn it is.
    pub fn of(k: &'a Kernel) -> Place<'a> {
        let me = k.os.me();
        Place {
            files: files::files(k.world, &me.host),
            user: me.user.clone(),
            who: OnceCell::new(),
            directory: me.directory.clone(),
            now: k.world.now(),
            pid: me.pid,
        }
    }

    /// On whose behalf.
    pub fn who(&self) -> &Who {
        self.who.get_or_init(|| files::who(self.files, &self.user))
    }
}
