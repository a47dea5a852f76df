//! Twin of `full/postscreen`: nobody looks at who connects.

use crate::dns::Dns;
use crate::postfix::server::running::Server;
use crate::postfix::server::{Exchanged, Screened};
use crate::smtp::client::Client;
use crate::time::Time;

/// A client that is looked at: there is none.
#[derive(Debug)]
pub enum Screen {}

// Each is what its twin says; none of them can ever be called.
#[allow(missing_docs)]
impl Screen {
    pub fn arrive(&mut self) {
        match *self {}
    }

    pub fn receive(&mut self, _: &[u8]) {
        match *self {}
    }

    pub fn hang_up(&mut self) {
        match *self {}
    }

    pub fn start_tls(&mut self) {
        match *self {}
    }

    pub fn unread(&mut self) -> Vec<u8> {
        match *self {}
    }

    pub fn has_hung_up(&self) -> bool {
        match *self {}
    }

    pub fn deadline(&self) -> Option<Time> {
        match *self {}
    }

    pub fn is_pausing(&self) -> bool {
        match *self {}
    }

    pub fn awaits_handshake(&self) -> bool {
        match *self {}
    }
}

impl Server {
    /// Nobody is looked at.
    pub fn screen(&self, _: usize, _: &Client, _: (&str, u16)) -> Option<Screen> {
        None
    }

    /// There is nobody to be looked at.
    pub fn look(&mut self, screen: &mut Screen, _: &Dns, _: Time) -> (Vec<Exchanged>, Screened) {
        match *screen {}
    }

    /// There is nobody to be forgotten.
    pub fn forget(&mut self, screen: &Screen) {
        match *screen {}
    }
}
