"""Stripe's stand-in for development and tests, as a process of its own."""

import sys
from pathlib import Path

from ledger.runtime.devstack.child import Child, ServerDidNotStart, free_port
from ledger.runtime.devstack.server import Server

# The stand-in is under the GPL, so nothing shipped imports it: a launcher in the test tree does.
LAUNCHER = Path(__file__).parents[3] / "tests" / "support" / "localstripe_server.py"


class EmbeddedStripe(Server):
    """localstripe on loopback; it keeps nothing, so that killing it forgets every charge."""

    def __init__(self, folder: Path) -> None:
        """Prepare a server that logs into `folder`; nothing runs yet. It is to be had in a checkout alone."""
        if not LAUNCHER.exists():
            raise ServerDidNotStart("Stripe's stand-in comes with a checkout; set STRIPE_API_URL elsewhere")
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        child = Child([sys.executable, str(LAUNCHER), str(port)], port=port, log=folder / "localstripe.log")
        super().__init__(f"http://127.0.0.1:{port}", child)
