//! A client of Dovecot's, whose connection is driven as that of a client of postscreen's is.

use crate::postfix::server::full::dovecot::{serves, Reader};
use crate::postfix::server::full::postscreen::{Screen, Stage};
use crate::postfix::server::running::Server;
use crate::postfix::server::{Exchanged, Screened};

impl Screen {
    /// Lets Dovecot answer.
    pub(super) fn serve(&mut self, server: &mut Server, reader: &mut Reader) -> Screened {
        let tls = self.facts.tls;
        let by = serves(&server.neighbours, self.to.1).map_or("", |own| &own.by);
        match self.stage {
            Stage::Away => return Screened::Waits,
            _ if self.has_hung_up => {
                reader.log_out(server, tls, self.now);
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
        let (said, begins, is_over) = reader.hear(server, &mut self.input, tls, self.now);
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
