//! What an address resolves to, and the class of its domain (ADDRESS_CLASS_README).

/// The class of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// `mydestination`, and literals of this host's addresses.
    Local,
    /// `virtual_alias_domains`.
    VirtualAlias,
    /// `virtual_mailbox_domains`.
    VirtualMailbox,
    /// `relay_domains`.
    Relay,
    /// Everything else.
    Default,
}

impl Class {
    /// This server is where mail for the domain ends.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Class::Local | Class::VirtualAlias | Class::VirtualMailbox
        )
    }
}

/// What an address resolves to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The address, rewritten, in internal form, folded to lower case.
    pub recipient: String,
    /// The same as it was written.
    pub address: String,
    /// The class of its domain.
    pub class: Class,
    /// The address cannot be resolved at all.
    pub error: bool,
    /// It names a route in its local part (`user%host@relay`).
    pub routed: bool,
    /// The transport that delivers it.
    pub transport: String,
    /// Where that transport sends it.
    pub nexthop: String,
}

impl Resolved {
    /// The domain, after the last `@`.
    pub fn domain(&self) -> Option<&str> {
        self.recipient.rsplit_once('@').map(|(_, domain)| domain)
    }
}
