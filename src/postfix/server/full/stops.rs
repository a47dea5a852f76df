//! Why no program starts at a host, by what the host has.

use crate::postfix::address::resolve::Resolver;
use crate::postfix::config::main_cf::{Config, Fatal, EVERY_PROGRAM};
use crate::postfix::lookup::tables::Tables;
use crate::postfix::server::full::faults::{bad_name, no_owner};
use crate::postfix::server::full::services::interfaces;
use crate::postfix::server::running::Server;

impl Server {
    /// Looks, once the host has its files, whether there is whom the programs run as.
    pub fn find_owners(&mut self) {
        if let Some(fatal) = no_owner(&self.config, &self.files) {
            self.is_stopped = true;
            self.fault.get_or_insert(fatal);
        }
    }

    /// Why no program starts with a main.cf at this host: its names, the file that `myorigin`
    /// names, who the programs run as, its interfaces.
    pub fn stops_every(&self, config: &Config) -> Option<Fatal> {
        let (files, addresses) = (&self.files, &self.addresses);
        let mut tables = Tables::new(config, files);
        Resolver::new(config, addresses, &mut tables);
        let of_all = |fatal: &Fatal| fatal.program == EVERY_PROGRAM;
        let named = bad_name(config).or_else(|| tables.finish().err().filter(of_all));
        let owned = named.or_else(|| no_owner(config, files));
        owned.or_else(|| interfaces(config, files, addresses).err())
    }
}
