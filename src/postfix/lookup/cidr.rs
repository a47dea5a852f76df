//! Networks such as `10.0.0.0/8` and `[2001:db8::]/32`.

use std::net::IpAddr;

/// An address and how many of its leading bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Reads `a.b.c.d`, `a.b.c.d/n`, `[a:b::]/n` and `a:b::/n`.
    ///
    /// ```
    /// use smtp_terminal::postfix::lookup::cidr::Network;
    /// let network = Network::parse("10.25.0.0/24").unwrap();
    /// assert!(network.contains("10.25.0.57".parse().unwrap()));
    /// assert!(!network.contains("10.26.0.57".parse().unwrap()));
    /// ```
    ///
    /// # Errors
    /// What is wrong with it: [`Fault::text`].
    pub fn parse(text: &str) -> Result<Network, Fault<'_>> {
        let mut pattern = text;
        let mut mask = None;
        if let Some(inner) = text.strip_prefix('[') {
            let (inside, after) = inner.split_once(']').ok_or(Fault::Bracket(inner))?;
            pattern = inside;
            match after.strip_prefix('/') {
                Some(bits) => mask = Some(bits),
                None if !after.is_empty() => return Err(Fault::After(inside)),
                None => {}
            }
        }
        if mask.is_none() {
            if let Some((address, bits)) = pattern.split_once('/') {
                (pattern, mask) = (address, Some(bits));
            }
        }
        let width = if pattern.contains(':') { 128 } else { 32 };
        // Of what only looks like an address the family is known by its colons.
        let address = pattern.parse::<IpAddr>().ok();
        let Some(mask) = mask else {
            let address = address.ok_or(Fault::Address(pattern))?;
            let bits = width;
            return Ok(Network { address, bits });
        };
        let is_number = !mask.is_empty() && mask.bytes().all(|b| b.is_ascii_digit());
        // Postfix keeps it in a byte: 280 is 24.
        let bits = u32::from(mask.parse().unwrap_or(i64::MAX) as u8);
        let fault = |what| Fault::Part(what, pattern, mask);
        if !is_number {
            return Err(fault("bad mask value"));
        }
        if bits > width {
            return Err(fault("bad mask length"));
        }
        let address = address.ok_or(fault("bad network value"))?;
        let base = match address {
            IpAddr::V4(own) => IpAddr::from((u32::from(own) & mask_v4(bits)).to_be_bytes()),
            IpAddr::V6(own) => IpAddr::from((u128::from(own) & mask_v6(bits)).to_be_bytes()),
        };
        match base == address {
            true => Ok(Network { address, bits }),
            false => Err(Fault::Host(pattern, mask, base, bits)),
        }
    }

    /// The network of all IPv4 addresses.
    pub fn any() -> Network {
        Network {
            address: IpAddr::from([0, 0, 0, 0]),
            bits: 0,
        }
    }

    /// Whether it is one of addresses such as this.
    pub fn is_like(&self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4()
    }

    /// Whether the address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (u32::from(own) ^ u32::from(other)) & mask_v4(self.bits) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (u128::from(own) ^ u128::from(other)) & mask_v6(self.bits) == 0
            }
            _ => false,
        }
    }
}

fn mask_v4(bits: u32) -> u32 {
    u32::MAX.checked_shl(32 - bits).unwrap_or(0)
}

fn mask_v6(bits: u32) -> u128 {
    u128::MAX.checked_shl(128 - bits).unwrap_or(0)
}

/// What is wrong with a network.
#[derive(Clone, Copy, Debug)]
pub enum Fault<'a> {
    /// A bracket without its partner.
    Bracket(&'a str),
    /// Something follows the brackets.
    After(&'a str),
    /// No address.
    Address(&'a str),
    /// What is wrong with either part.
    Part(&'a str, &'a str, &'a str),
    /// Bits of hosts are set; the network that may be meant.
    Host(&'a str, &'a str, IpAddr, u32),
}

impl Fault<'_> {
    /// What Postfix says of it.
    pub fn text(self) -> String {
        match self {
            Fault::Bracket(inner) => format!("missing ']' character after \"[{inner}\""),
            Fault::After(inner) => format!("garbage after \"[{inner}]\""),
            Fault::Address(pattern) => format!("bad address pattern: \"{pattern}\""),
            Fault::Part(what, pattern, mask) => format!("{what} in \"{pattern}/{mask}\""),
            Fault::Host(pattern, mask, base, bits) => format!(
                "non-null host address bits in \"{pattern}/{mask}\", \
                 perhaps you should use \"{base}/{bits}\" instead"
            ),
        }
    }
}
