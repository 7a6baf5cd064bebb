"""Which addresses a stranger may have us connect to: public ones, whatever they are dressed up as."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

_EVERY_PUBLIC_IPV6: Final = ip_network("2000::/3")
# What the library calls global and is not, and the forms of IPv6 that carry an IPv4 address inside: a
# translator or tunnel of ours would take us to the inner one.
_NEVER: Final = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments (RFC 6890)
            "192.88.99.0/24",  # 6to4 relays (RFC 7526)
            "100.64.0.0/10",  # carriers' own; some clouds keep their metadata there
            "168.63.129.16/32",  # a cloud's wire server, a public address that is none
            "2001::/23",  # protocol assignments, Teredo among them (RFC 4380)
            "2002::/16",  # 6to4 (RFC 3056)
        ),
    )
)


def may_connect(host: str, *, loopback: bool) -> bool:
    """Tell whether `host`, an IP address in digits, may be connected to; `loopback` allows that, too."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if loopback and address.is_loopback:
        return True
    return _is_public(address)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    # IPv4-mapped, NAT64 (64:ff9b::/96), site-local and whatever else is not ordinary lies outside of 2000::/3.
    if isinstance(address, IPv6Address) and address not in _EVERY_PUBLIC_IPV6:
        return False
    return not any(address in network for network in _NEVER if network.version == address.version)
