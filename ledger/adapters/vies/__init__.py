"""VIES over HTTP: the question and answer in SOAP by zeep, the bytes by a transport of our own with caps."""

from ledger.adapters.vies.client import ViesOverHttp, open_vies

__all__ = ["ViesOverHttp", "open_vies"]
