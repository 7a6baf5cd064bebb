"""Which addresses a stranger may have us connect to (SEC-8)."""

import pytest

from ledger.adapters.outgoing.addresses import may_connect

FORBIDDEN = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - what must not be connected to
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.215.14",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::1",
    "2001:0:7f00:1::1",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "no address",
)


@pytest.mark.parametrize("address", FORBIDDEN)
def test_what_is_not_public_is_not_connected_to(address: str) -> None:
    """SEC-8."""
    assert not may_connect(address, loopback=False)


@pytest.mark.parametrize("address", [each for each in FORBIDDEN if each not in {"127.0.0.1", "127.8.8.8", "::1"}])
def test_development_opens_loopback_and_nothing_else(address: str) -> None:
    """SEC-8."""
    assert not may_connect(address, loopback=True) or address == "::ffff:127.0.0.1"


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111"])
def test_what_is_public_is(address: str) -> None:
    """SEC-8."""
    assert may_connect(address, loopback=False)
