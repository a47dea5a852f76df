//! A name server for the real Postfix, which answers from the zone of the tests.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use simple_dns::rdata::{RData, A, AAAA, CNAME, MX, NS, OPT, PTR, TXT};
use simple_dns::{Name, Packet, PacketFlag, ResourceRecord, CLASS, QTYPE, RCODE, TYPE};

use smtp_terminal::dns::{Data, Dns, Kind, Missing};

use super::support::scene;

/// How long an answer is good for, in seconds.
const TTL: u32 = 3600;

/// Starts one for the life of this process: its address.
pub fn start() -> std::io::Result<Ipv4Addr> {
    start_with(53, scene::dns())
}

/// Starts one that answers from another zone, in a network of its own.
pub fn start_with(network: u8, dns: Dns) -> std::io::Result<Ipv4Addr> {
    let number = std::process::id();
    let address = Ipv4Addr::new(127, network, (number >> 8) as u8, number as u8);
    let socket = UdpSocket::bind(SocketAddr::from((address, 53)))?;
    std::thread::spawn(move || {
        let mut buffer = [0; 1500];
        while let Ok((size, from)) = socket.recv_from(&mut buffer) {
            if let Some(reply) = answer(&dns, &buffer[..size]) {
                // Who has gone needs no answer.
                let _ = socket.send_to(&reply, from);
            }
        }
    });
    Ok(address)
}

fn answer(base: &Dns, query: &[u8]) -> Option<Vec<u8>> {
    let query = Packet::parse(query).ok()?;
    let question = query.questions.first()?.clone();
    let asked = question.qname.to_string();
    let mut dns = base.clone();
    if let Some(client) = scene::client_of(&asked) {
        scene::add_client(&mut dns, client);
    }
    let mut reply = Packet::new_reply(query.id());
    reply.set_flags(PacketFlag::RECURSION_AVAILABLE | PacketFlag::RECURSION_DESIRED);
    reply.questions.push(question.clone());
    if query.opt().is_some() {
        // Who knows EDNS is answered by one who does, as name servers are today.
        *reply.opt_mut() = Some(OPT {
            opt_codes: Vec::new(),
            udp_packet_size: 1232,
            version: 0,
        });
    }
    let kind = match question.qtype {
        QTYPE::TYPE(TYPE::A) => Some(Kind::A),
        QTYPE::TYPE(TYPE::AAAA) => Some(Kind::Aaaa),
        QTYPE::TYPE(TYPE::MX) => Some(Kind::Mx),
        QTYPE::TYPE(TYPE::TXT) => Some(Kind::Txt),
        QTYPE::TYPE(TYPE::PTR) => Some(Kind::Ptr),
        QTYPE::TYPE(TYPE::NS) => Some(Kind::Ns),
        QTYPE::TYPE(TYPE::CNAME) => Some(Kind::Cname),
        _ => None,
    };
    let mut name = asked;
    let mut records: Vec<(String, Data)> = Vec::new();
    let missing = loop {
        let Some(kind) = kind else {
            break Some(Missing::NoData);
        };
        if kind != Kind::Cname && records.len() < 12 {
            if let Ok(found) = dns.look_up(&name, Kind::Cname) {
                if let Some(Data::Cname(target)) = found.first() {
                    records.push((name, found[0].clone()));
                    name = target.clone();
                    continue;
                }
            }
        }
        match dns.look_up(&name, kind) {
            Ok(found) => records.extend(found.into_iter().map(|data| (name.clone(), data))),
            Err(Missing::NullMx) => records.push((name, Data::Mx(0, ".".into()))),
            Err(missing) => break Some(missing),
        }
        break None;
    };
    *reply.rcode_mut() = match missing {
        Some(Missing::NoDomain) => RCODE::NameError,
        Some(Missing::Timeout) => RCODE::ServerFailure,
        _ => RCODE::NoError,
    };
    for (name, data) in &records {
        let name = Name::new_unchecked(name).into_owned();
        reply
            .answers
            .push(ResourceRecord::new(name, CLASS::IN, TTL, record(data)?));
    }
    reply.build_bytes_vec_compressed().ok()
}

fn record(data: &Data) -> Option<RData<'_>> {
    let name = |text| Name::new_unchecked(text);
    Some(match data {
        Data::A(addr) => RData::A(A {
            address: addr.parse::<Ipv4Addr>().ok()?.into(),
        }),
        Data::Aaaa(addr) => RData::AAAA(AAAA {
            address: addr.parse::<std::net::Ipv6Addr>().ok()?.into(),
        }),
        Data::Mx(preference, host) => RData::MX(MX {
            preference: *preference,
            exchange: name(host.trim_end_matches('.')),
        }),
        Data::Txt(text) => RData::TXT(TXT::new().with_string(text).ok()?),
        Data::Ptr(host) => RData::PTR(PTR(name(host))),
        Data::Cname(host) => RData::CNAME(CNAME(name(host))),
        Data::Ns(host) => RData::NS(NS(name(host))),
    })
}
