"""The register of VAT numbers in the story: a process of its own that can be told to fail."""

import sys
from pathlib import Path

from aiohttp import ClientSession

from cli.demo.people import expect
from ledger.adapters.vies.stand_in import PATH
from ledger.runtime.devstack import Server
from ledger.runtime.devstack.child import Child, free_port

MS_UNAVAILABLE = "301"
NO_CONTENT = 204


class ViesServer(Server):
    """`ledger play-vies` on loopback. Its `url` is where VAT numbers are checked."""

    def __init__(self, folder: Path) -> None:
        """Prepare a server that logs into `folder`; nothing runs yet."""
        port = free_port()
        command = [sys.executable, "-m", "cli", "play-vies", "--port", str(port)]
        self.told = f"http://127.0.0.1:{port}/told"
        super().__init__(f"http://127.0.0.1:{port}{PATH}", Child(command, port=port, log=folder / "vies.log"))

    async def goes_down(self, http: ClientSession, state: str) -> None:
        """Let a member state's node be unavailable."""
        async with http.put(f"{self.told}/{state}", params={"as": MS_UNAVAILABLE}) as answer:
            expect(answer.status == NO_CONTENT, f"the register should have accepted it: {await answer.text()}")

    async def comes_back(self, http: ClientSession, state: str) -> None:
        """Let a member state's node answer again."""
        async with http.delete(f"{self.told}/{state}") as answer:
            expect(answer.status == NO_CONTENT, f"the register should have accepted it: {await answer.text()}")
