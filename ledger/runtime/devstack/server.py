"""What every server of the stack can do, be it embedded or given."""

from ledger.runtime.devstack.child import Child


class NotOurs(RuntimeError):
    """The server was given by its address; its life is not in our hands."""


class Server:
    """A server under one address for all its life: killed and started again, it is found where it was.

    A server given by its URL is used as it is: `start` and `stop` leave it alone, `kill` and `pid` raise
    `NotOurs`.
    """

    def __init__(self, url: str, child: Child | None = None) -> None:
        """Serve under `url`, by `child` unless somebody else runs it."""
        self.url = url
        self._child = child

    @property
    def ours(self) -> bool:
        """Whether this is an embedded server, whose life is in our hands."""
        return self._child is not None

    @property
    def pid(self) -> int:
        """The process id of the embedded server."""
        return self._own_child().pid

    def spawn(self) -> None:
        """Start the process without waiting for it."""
        if self._child is not None:
            self._child.spawn()

    def start(self) -> None:
        """Start the server, after `kill` or `stop` with what it had kept, and return when it is ready."""
        self.spawn()
        if self._child is not None:
            self._make_ready(self._child)

    def kill(self) -> None:
        """End the server as a power cut would (kill -9)."""
        self._own_child().kill()

    def stop(self) -> None:
        """End the server in order; harmless when it has ended."""
        if self._child is not None:
            self._child.stop()

    def _make_ready(self, child: Child) -> None:
        """Return when the server answers; raise `ServerDidNotStart` when it will not."""
        child.wait_until_it_listens()

    def _own_child(self) -> Child:
        if self._child is None:
            raise NotOurs(f"{type(self).__name__} was given by its address")
        return self._child
