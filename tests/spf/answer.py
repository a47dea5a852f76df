"""Answers the questions in questions.txt by Debian's python3-spf, as it would with these names in the DNS.

    /usr/bin/python3 tests/spf/answer.py < tests/spf/questions.txt
"""

import sys

import spf

zone = {}
silent = set()


def look_up(name, kind, tcpfallback=True, timeout=30):
    """In the place of the resolver."""
    name = name.lower().rstrip(".")
    if name in silent:
        raise spf.TempError("DNS timeout")
    found = []
    for target in [n for k, n in zone.get(name, []) if k == "CNAME"]:
        found.append(((name, "CNAME"), target))
        found += look_up(target, kind)
    for own, value in zone.get(name, []):
        if own != kind:
            continue
        if kind == "TXT":
            value = (value.encode(),)
        elif kind == "MX":
            value = (10, value)
        elif kind == "AAAA":
            import ipaddress

            value = ipaddress.IPv6Address(value).packed
        found.append(((name, kind), value))
    return found


spf.DNSLookup = look_up
names, _, questions = sys.stdin.read().partition("\n----\n")
for line in names.splitlines():
    name, kind, *value = line.split(None, 2)
    if kind == "SILENT":
        silent.add(name)
    else:
        zone.setdefault(name, []).append((kind, value[0] if value else ""))
sys.stdout.write(names + "\n----\n")
for line in questions.splitlines():
    asked = line.partition(" = ")[0]
    address, sender, helo = asked.split()
    sender = "" if sender == "<>" else sender
    query = spf.query(i=address, s=sender or "postmaster@" + helo, h=helo, querytime=20)
    result, _, why = query.check()
    print(f"{asked} = {result}: {why}".rstrip(": ") if not why else f"{asked} = {result}: {why}")
