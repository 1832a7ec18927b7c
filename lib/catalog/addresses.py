"""Which network addresses a picture may come from: public ones, and nothing that leads back inside."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# is_global of Python 3.11 lets through protocol assignments, old relays and addresses with another one inside.
_REFUSED_4 = tuple(map(ip_network, ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
                                    "224.0.0.0/4", "240.0.0.0/4")))  # fmt: skip
_PUBLIC_6 = ip_network("2000::/3")
_REFUSED_6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))


def is_public(address: str) -> bool:
    """False for anything private, local, reserved, multicast or unparsable, and for IPv6 that carries IPv4 inside."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        return ip in _PUBLIC_6 and ip.is_global and ip.scope_id is None and not any(ip in net for net in _REFUSED_6)
    return isinstance(ip, IPv4Address) and ip.is_global and not any(ip in net for net in _REFUSED_4)
