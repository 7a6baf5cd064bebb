"""A server run as a child of this process: it dies with us, and is ready when it says so."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

# Below the range from which outgoing connections take theirs: a server that is killed and started
# again on its port must find it free, and a client that knocks meanwhile must not reach itself.
PORTS = range(20_000, 32_000)
READY_WITHIN_S = 60.0
STOP_WITHIN_S = 15.0
POLL_S = 0.01

# Runs before the server, in a fresh interpreter rather than in `preexec_fn`, which can deadlock in a process
# with threads. The pid stays the same. 1 is PR_SET_PDEATHSIG; a parent that died meanwhile is noticed.
DIE_WITH_PARENT = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        sys.exit("the parent is gone")
os.execv(sys.argv[2], sys.argv[2:])
"""


class ServerDidNotStart(RuntimeError):
    """The server ended, or was not ready in time; the message holds the end of its log."""


class Child:
    """One server process, its log, and its life. Start it from the main thread."""

    def __init__(
        self, command: list[str], *, port: int, log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        """Describe `command`, which will listen on `port` and write to `log`; nothing runs yet.

        `environment` is added to this process's own.
        """
        self._environment = environment or {}
        self._name = Path(command[0]).name
        self._command = command
        self._port = port
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None, f"{self._name} is not running"
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process exists."""
        return self._process is not None and self._process.poll() is None

    def spawn(self) -> None:
        """Start the process without waiting for it to be ready; does nothing if it runs."""
        if self.running:
            return
        # The kernel sends the death signal when the *thread* that spawned the child ends.
        assert threading.current_thread() is threading.main_thread(), "servers are spawned from the main thread"
        self._wait_for_the_port()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                [sys.executable, "-ISc", DIE_WITH_PARENT, str(os.getpid()), *self._command],
                env={**os.environ, **self._environment},  # noqa: TID251 - passed on, not read
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until(self, ready: Callable[[], bool], within_s: float = READY_WITHIN_S) -> None:
        """Ask `ready` until it says yes; raise `ServerDidNotStart` when the process ends or time is up."""
        deadline = time.monotonic() + within_s
        while not ready():
            if not self.running:
                raise ServerDidNotStart(f"{self._name} ended: {self._last_words()}")
            if time.monotonic() > deadline:
                raise ServerDidNotStart(f"{self._name} was not ready in {within_s:g} s: {self._last_words()}")
            time.sleep(POLL_S)

    def wait_until_it_listens(self) -> None:
        """Return when the server accepts connections; raise as `wait_until` does."""
        self.wait_until(lambda: listens(self._port))

    def kill(self) -> None:
        """End the process as a power cut would (SIGKILL), and see it gone."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the process to end, insist after `STOP_WITHIN_S`, and see it gone."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_WITHIN_S)
        self._process = None

    def _wait_for_the_port(self) -> None:
        # A predecessor that died with its parent a moment ago may still be letting go.
        deadline = time.monotonic() + STOP_WITHIN_S
        while listens(self._port):
            if time.monotonic() > deadline:
                raise ServerDidNotStart(
                    f"{self._name}: port {self._port} is taken; does another stack run on this folder?"
                )
            time.sleep(POLL_S)

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return "\n".join(lines[-5:]) or "it said nothing"


def free_port() -> int:
    """Return a port of the loopback interface on which nothing listens now."""
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServerDidNotStart("no free port among a hundred tried")


def listens(port: int) -> bool:
    """Return whether something accepts connections on the port now."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0
