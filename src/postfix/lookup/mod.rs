//! Lookup tables of each type, match lists, and the parts of an address that are looked up in
//! order.
//!
//! | file       | holds                                                             |
//! |------------|-------------------------------------------------------------------|
//! | `table`    | a table, whatever its type                                        |
//! | `tables`   | the tables that a server has open                                 |
//! | `map`      | keys with their values                                            |
//! | `texthash` | a file that is read as it is                                      |
//! | `source`   | the lines that they are made of                                   |
//! | `index`    | what postmap makes of them                                        |
//! | `combined` | tables made of tables                                             |
//! | `rules`    | rules of which the first that matches decides                     |
//! | `pattern`  | their regular expressions                                         |
//! | `cidr`     | networks                                                          |
//! | `database` | tables that are asked elsewhere                                   |
//! | `replies`  | what filters leave of name servers' replies                       |
//! | `maps`     | the tables of a parameter, and the parts of an address asked for  |
//! | `list`     | names, networks and tables to match with                          |
//! | `retry`    | a look-up that failed                                             |
//! | `fold`     | upper and lower case                                              |

pub mod cidr;
pub mod fold;
pub mod list;
mod map;
pub mod maps;
pub mod retry;
pub mod source;
pub mod table;
pub mod tables;

#[cfg(feature = "full")]
#[path = "."]
mod full {
    pub(super) mod combined;
    pub(super) mod database;
    pub mod index;
    pub mod pattern;
    pub mod replies;
    pub(super) mod rules;
    pub(super) mod texthash;
}
#[cfg(feature = "full")]
pub use full::*;

#[cfg_attr(feature = "full", path = "full.rs")]
#[cfg_attr(not(feature = "full"), path = "light.rs")]
mod build;

pub use build::make_tables;
