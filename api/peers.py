"""Where a request comes from: its peer, or whom proxies of our own say they speak for."""

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from aiohttp import web

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FORWARDED_FOR: Final = "X-Forwarded-For"
# Whoever has one address of such a network usually has them all.
_HOME: Final = 64
_COUNTRY: Final = re.compile("[A-Z]{2}")
_NOWHERE: Final = frozenset({"XX", "ZZ"})
MOST_HOPS: Final = 16
REMEMBERED: Final = 4_096


class Peers:
    """Tells callers apart by address. Only the proxies in `trusted` are believed about anybody else's."""

    def __init__(self, trusted: Sequence[Network], country_header: str | None = None) -> None:
        """Believe what `trusted` networks add to X-Forwarded-For; with none of them the header means nothing.

        The same goes for `country_header`, in which they say where an address is.
        """
        self._trusted = tuple(trusted)
        self._country_header = country_header

    def of(self, request: web.Request) -> str:
        """Return whose request this is: an address, or the network that one IPv6 household has.

        Proxies append whom they heard from, so the list is read from its right, past every proxy of ours: the first
        that is none is the caller, and whatever stands left of it is the caller's own invention.
        """
        remote = request.remote or ""
        if not self._trusted:
            return _household_of(remote)
        peer = _address(remote)
        if peer is None or not self._is_ours(peer):
            return _household(peer)
        for written in reversed(_hops(request)):
            address = _address(written)
            if address is None:
                break
            peer = address
            if not self._is_ours(address):
                break
        return _household(peer)

    def country_of(self, request: web.Request) -> str | None:
        """Return the country of the caller's address (ISO 3166-1), if a proxy of ours says so."""
        peer = _address(request.remote or "")
        if self._country_header is None or peer is None or not self._is_ours(peer):
            return None
        written = request.headers.getall(self._country_header, ())
        # XX and ZZ are said of addresses that nobody knows the country of.
        code = written[0] if len(written) == 1 else ""
        return code if _COUNTRY.fullmatch(code) and code not in _NOWHERE else None

    def _is_ours(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _hops(request: web.Request) -> list[str]:
    written = ",".join(request.headers.getall(FORWARDED_FOR, ()))
    return [hop.strip() for hop in written.rsplit(",", MOST_HOPS)[-MOST_HOPS:] if hop.strip()]


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


@lru_cache(maxsize=REMEMBERED)
def _household_of(text: str) -> str:
    return _household(_address(text))


def _household(address: Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _HOME), strict=False))
    return "" if address is None else str(address)
