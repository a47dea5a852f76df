//! A command run to its end without a terminal, with its outputs apart: for tests, and for whoever
//! wants to know what a command line does.

use std::rc::Rc;

use crate::network::World;
use crate::workstation::programs::files::home_of;
use crate::workstation::shell::launch::{launch, login_environment};
use crate::workstation::system::aside;
pub use crate::workstation::system::aside::Result;

/// Runs a command of a person's on a host, in the home there.
pub fn run(world: &mut World, host: &str, user: &str, words: &[String], input: &[u8]) -> Result {
    let home = home_of(world, host, user);
    let place = (host.into(), user.into(), home.into());
    aside::run(world, (launch, 0), place, words, input, &mut |kernel| {
        kernel.os.me_mut().environment = Rc::new(login_environment(kernel));
        launch(words, kernel)
    })
}
