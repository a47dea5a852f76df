//! Conversations as a capture file (the classic pcap of libpcap, times in microseconds): Ethernet,
//! IPv4 or IPv6, TCP, as tcpdump would have written it on the client's host.
//!
//! Bytes and times are those of the simulated network, which has no packets of its own: sequence
//! numbers, acknowledgements and checksums are made here. What was inside TLS stands there as
//! records of application data whose content is made up, since whoever listens cannot read it.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::network::tap::{Conversation, Frame, Seen};
use crate::time::Time;

/// The most bytes of data in one segment.
const SEGMENT: usize = 1_460;

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const PSH: u8 = 8;
const ACK: u8 = 16;

/// When a client that hears nothing calls again, in seconds since the first time (Linux).
const AGAIN: [u64; 6] = [1, 3, 7, 15, 31, 63];

/// The capture of some conversations.
pub fn pcap<'a>(conversations: impl Iterator<Item = &'a Conversation>) -> Vec<u8> {
    let mut packets: Vec<(Time, Vec<u8>)> = Vec::new();
    for (number, conversation) in conversations.enumerate() {
        let mut tcp = Tcp::new(conversation, number);
        tcp.play(conversation);
        packets.append(&mut tcp.packets);
    }
    packets.sort_by_key(|(at, _)| *at);
    let mut file = Vec::new();
    file.extend(0xa1b2_c3d4_u32.to_le_bytes());
    file.extend([2, 0, 4, 0]);
    file.extend([0; 8]);
    file.extend(65_535_u32.to_le_bytes());
    file.extend(1_u32.to_le_bytes());
    for (at, bytes) in packets {
        let length = (bytes.len() as u32).to_le_bytes();
        file.extend((at.seconds() as u32).to_le_bytes());
        file.extend((at.micros() as u32).to_le_bytes());
        file.extend(length);
        file.extend(length);
        file.extend(bytes);
    }
    file
}

/// One end.
struct Peer {
    address: IpAddr,
    port: u16,
    /// The number of its next byte.
    next: u32,
    /// It has said that it is at its end.
    has_ended: bool,
    /// How many packets it has sent.
    sent: u16,
}

/// A connection while it is written down.
struct Tcp {
    /// The client and the server.
    peers: [Peer; 2],
    packets: Vec<(Time, Vec<u8>)>,
    /// From a packet to its answer.
    way: Duration,
    is_open: bool,
    /// For bytes that nobody can read.
    noise: u32,
}

fn peer(end: &crate::network::tap::End, first: u32) -> Peer {
    Peer {
        address: end.address.parse().unwrap_or(Ipv4Addr::UNSPECIFIED.into()),
        port: end.port,
        next: first,
        has_ended: false,
        sent: 0,
    }
}

impl Tcp {
    fn new(conversation: &Conversation, number: usize) -> Tcp {
        // Any numbers will do; these are the same for the same conversation.
        let first = 0x1000_0000_u32.wrapping_add((number as u32).wrapping_mul(0x0101_6fe5));
        let at = |wanted: Seen| {
            let found = conversation.frames.iter().find(|f| f.what == wanted);
            found.map(|f| f.at)
        };
        let way = match (at(Seen::Call), at(Seen::Answer)) {
            (Some(call), Some(answer)) => answer - call,
            _ => Duration::ZERO,
        };
        let mut peers = [
            peer(&conversation.client, first),
            peer(&conversation.server, first.wrapping_mul(7)),
        ];
        // Both are of one kind, or nothing fits.
        if peers[0].address.is_ipv4() != peers[1].address.is_ipv4() {
            peers
                .iter_mut()
                .for_each(|p| p.address = Ipv4Addr::LOCALHOST.into());
        }
        Tcp {
            peers,
            packets: Vec::new(),
            way,
            is_open: false,
            noise: first,
        }
    }

    fn play(&mut self, conversation: &Conversation) {
        let frames = &conversation.frames;
        for (place, frame) in frames.iter().enumerate() {
            let next = frames.get(place + 1);
            let until = next.map_or(Time::LAST, |next| next.at);
            self.frame(frame, next, until, conversation);
        }
    }

    fn frame(&mut self, frame: &Frame, next: Option<&Frame>, until: Time, of: &Conversation) {
        let at = frame.at;
        match &frame.what {
            Seen::Call => self.send(0, SYN, &[], at),
            Seen::Answer => {
                self.is_open = true;
                self.send(1, SYN | ACK, &[], at);
                self.send(0, ACK, &[], at);
                for (peer, forgotten) in self.peers.iter_mut().zip(of.forgotten) {
                    peer.next = peer.next.wrapping_add(forgotten as u32);
                }
            }
            Seen::Refused => self.send(1, RST | ACK, &[], at),
            Seen::Silence => self.call_again(of, at),
            Seen::Secured => {}
            Seen::Bytes {
                by_client,
                is_secured,
                bytes,
            } => {
                let from = usize::from(!by_client);
                match is_secured {
                    true => {
                        let records = self.records(bytes);
                        self.data(from, &records, at);
                    }
                    false => self.data(from, bytes, at),
                }
                // An answer acknowledges what it answers.
                let is_answered = next.is_some_and(|next| match next.what {
                    Seen::Bytes { by_client: by, .. } | Seen::End { by_client: by } => {
                        by != *by_client && next.at <= at + self.way
                    }
                    _ => false,
                });
                if !is_answered {
                    self.acknowledge(1 - from, at, until);
                }
            }
            Seen::End { by_client } => {
                let from = usize::from(!by_client);
                if self.is_open && !self.peers[from].has_ended {
                    self.peers[from].has_ended = true;
                    self.send(from, FIN | ACK, &[], at);
                    self.acknowledge(1 - from, at, until);
                }
            }
        }
    }

    /// The other end has got something: at once if it is the client, later if it is the server.
    fn acknowledge(&mut self, from: usize, at: Time, until: Time) {
        let later = if from == 0 { at } else { at + self.way };
        self.send(from, ACK, &[], later.min(until));
    }

    fn call_again(&mut self, conversation: &Conversation, until: Time) {
        let Some(begun) = conversation.frames.front().map(|f| f.at) else {
            return;
        };
        for seconds in AGAIN {
            let at = begun + Duration::from_secs(seconds);
            if at < until {
                // The same call, with the same number.
                self.peers[0].next = self.peers[0].next.wrapping_sub(1);
                self.send(0, SYN, &[], at);
            }
        }
    }

    fn data(&mut self, from: usize, bytes: &[u8], at: Time) {
        let last = bytes.chunks(SEGMENT).count();
        for (place, segment) in bytes.chunks(SEGMENT).enumerate() {
            let push = if place + 1 == last { PSH } else { 0 };
            self.send(from, ACK | push, segment, at);
        }
    }

    /// Records of TLS with as many bytes as these and a tag.
    fn records(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for chunk in bytes.chunks(16_384) {
            let length = chunk.len() + 17;
            out.extend([0x17, 3, 3]);
            out.extend((length as u16).to_be_bytes());
            for _ in 0..length {
                self.noise = self
                    .noise
                    .wrapping_mul(1_664_525)
                    .wrapping_add(1_013_904_223);
                out.push((self.noise >> 24) as u8);
            }
        }
        out
    }

    fn send(&mut self, from: usize, flags: u8, data: &[u8], at: Time) {
        let acknowledged = match flags & ACK {
            0 => 0,
            _ => self.peers[1 - from].next,
        };
        let [client, server] = &self.peers;
        let (source, target) = match from {
            0 => (client, server),
            _ => (server, client),
        };
        let segment = segment(source, target, flags, acknowledged, data);
        let packet = packet(source, target, segment);
        self.packets.push((at, packet));
        let counted = data.len() + usize::from(flags & (SYN | FIN) != 0);
        let own = &mut self.peers[from];
        own.next = own.next.wrapping_add(counted as u32);
        own.sent = own.sent.wrapping_add(1);
    }
}

/// A segment of TCP (RFC 9293 section 3.1), with its checksum.
fn segment(source: &Peer, target: &Peer, flags: u8, acknowledged: u32, data: &[u8]) -> Vec<u8> {
    // The one option is the size of segments, when a connection begins.
    let options: &[u8] = match flags & SYN {
        0 => &[],
        _ => &[2, 4, (SEGMENT >> 8) as u8, SEGMENT as u8],
    };
    let mut bytes = Vec::with_capacity(24 + data.len());
    bytes.extend(source.port.to_be_bytes());
    bytes.extend(target.port.to_be_bytes());
    bytes.extend(source.next.to_be_bytes());
    bytes.extend(acknowledged.to_be_bytes());
    bytes.extend([((20 + options.len()) as u8 / 4) << 4, flags]);
    bytes.extend(64_240_u16.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(options);
    bytes.extend(data);
    let mut pseudo = Vec::new();
    for peer in [source, target] {
        match peer.address {
            IpAddr::V4(address) => pseudo.extend(address.octets()),
            IpAddr::V6(address) => pseudo.extend(address.octets()),
        }
    }
    pseudo.extend((bytes.len() as u32).to_be_bytes());
    pseudo.extend(6_u32.to_be_bytes());
    let sum = checksum(&[&pseudo, &bytes]);
    bytes[16..18].copy_from_slice(&sum);
    bytes
}

/// A frame of Ethernet with a segment in it.
fn packet(source: &Peer, target: &Peer, segment: Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(54 + segment.len());
    for peer in [target, source] {
        // A card's address of one's own making, from the end of the host's.
        let tail = match peer.address {
            IpAddr::V4(address) => address.octets(),
            IpAddr::V6(address) => {
                let [.., a, b, c, d] = address.octets();
                [a, b, c, d]
            }
        };
        bytes.extend([2, 0]);
        bytes.extend(tail);
    }
    match (source.address, target.address) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            bytes.extend([8, 0]);
            let mut header = vec![0x45, 0];
            header.extend(((20 + segment.len()) as u16).to_be_bytes());
            header.extend(source.sent.to_be_bytes());
            header.extend([0x40, 0, 64, 6, 0, 0]);
            header.extend(from.octets());
            header.extend(to.octets());
            let sum = checksum(&[&header]);
            header[10..12].copy_from_slice(&sum);
            bytes.extend(header);
        }
        (from, to) => {
            bytes.extend([0x86, 0xdd, 0x60, 0, 0, 0]);
            bytes.extend((segment.len() as u16).to_be_bytes());
            bytes.extend([6, 64]);
            for address in [from, to] {
                if let IpAddr::V6(address) = address {
                    bytes.extend(address.octets());
                }
            }
        }
    }
    bytes.extend(segment);
    bytes
}

/// The checksum of IP and TCP (RFC 1071) over some bytes, each part but the last of an even length.
fn checksum(parts: &[&[u8]]) -> [u8; 2] {
    let mut sum: u32 = 0;
    for part in parts {
        for pair in part.chunks(2) {
            let high = u32::from(pair[0]) << 8;
            sum += high + pair.get(1).map_or(0, |&low| u32::from(low));
            sum = (sum & 0xffff) + (sum >> 16);
        }
    }
    let sum = (sum & 0xffff) + (sum >> 16);
    (!(sum as u16)).to_be_bytes()
}
