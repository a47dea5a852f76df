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
        let base = base(address, bits);
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
        base(self.address, self.bits) == base(address, self.bits)
    }
}

/// The first address of the network of so many bits that an address is in.
pub fn base(address: IpAddr, bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(own) => IpAddr::from(masked(own.octets(), bits)),
        IpAddr::V6(own) => IpAddr::from(masked(own.octets(), bits)),
    }
}

fn masked<const N: usize>(mut octets: [u8; N], bits: u32) -> [u8; N] {
    for (octet, before) in octets.iter_mut().zip((0..).step_by(8)) {
        let kept = bits.saturating_sub(before).min(8);
        *octet &= !(0xff_u32 >> kept) as u8;
    }
    octets
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
