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
    pub fn parse(text: &str) -> Option<Network> {
        let (address, bits) = match text.rsplit_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let address = address
            .strip_prefix('[')
            .and_then(|a| a.strip_suffix(']'))
            .unwrap_or(address);
        let address: IpAddr = address.parse().ok()?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        (bits <= width).then_some(Network { address, bits })
    }

    /// The network of all IPv4 addresses.
    pub fn any() -> Network {
        Network {
            address: IpAddr::from([0, 0, 0, 0]),
            bits: 0,
        }
    }

    /// Whether the address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
                (u32::from(own) ^ u32::from(other)) & mask == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
                (u128::from(own) ^ u128::from(other)) & mask == 0
            }
            _ => false,
        }
    }
}
