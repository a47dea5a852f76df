//! A client of Dovecot's, whose connection is driven as that of a client of postscreen's is.

use crate::postfix::server::full::imap::{serves, Imap};
use crate::postfix::server::full::postscreen::{Screen, Stage};
use crate::postfix::server::running::Server;
use crate::postfix::server::{Exchanged, Screened};

impl Screen {
    /// Lets Dovecot answer.
    pub(super) fn serve(&mut self, server: &mut Server, imap: &mut Imap) -> Screened {
        let tls = self.facts.tls;
        let by = serves(&server.neighbours, self.to.1).map_or("", |own| &own.by);
        match self.stage {
            Stage::Away => return Screened::Waits,
            _ if self.has_hung_up => {
                imap.log_out(server, self.now);
                return Screened::Closed;
            }
            Stage::New if by == "ssl" && !tls => {
                self.stage = Stage::Handshake;
                return Screened::Waits;
            }
            // Who does not begin one now is sent away.
            Stage::Handshake if !tls && self.input.is_empty() => return Screened::Waits,
            Stage::Handshake if !tls => return Screened::Closed,
            _ => self.stage = Stage::Deep,
        }
        let (said, begins, is_over) = imap.hear(server, &mut self.input, tls, self.now);
        if !said.is_empty() {
            self.exchanged.push(Exchanged::Said(said));
        }
        if begins {
            self.stage = Stage::Handshake;
        }
        if is_over {
            Screened::Closed
        } else {
            Screened::Waits
        }
    }
}
