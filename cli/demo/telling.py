"""What the scenes share: where it is played, who plays, and how it is told."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from cli.demo.notices import Notifier
from cli.demo.people import Customer, Merchant, expect
from cli.demo.stage import Stage


@dataclass
class Story:
    """What the scenes share; `payments` are those worth looking at afterwards, `billed` an invoice."""

    stage: Stage
    http: ClientSession
    console: Console
    organization: str = ""
    key: str = ""
    hook: str = ""
    webhook_secret: str = field(default_factory=lambda: f"whsec_{secrets.token_hex(24)}", repr=False)
    payments: list[str] = field(default_factory=list)
    billed: dict[str, Any] = field(default_factory=dict)

    @property
    def merchant(self) -> Merchant:
        """The merchant, once it has a key."""
        return Merchant(self.http, self.stage.api.url, self.key)

    @property
    def customer(self) -> Customer:
        """The customer."""
        return Customer(self.http, self.stage.api.url, self.stage.provider.url)

    @property
    def notifier(self) -> Notifier:
        """The provider's voice, once the merchant is connected."""
        return Notifier(self.http, self.hook, self.stage.provider.url, self.webhook_secret)

    @asynccontextmanager
    async def answers_held_back(self, path: str, *, seconds: float) -> AsyncIterator[None]:
        """Let the provider do what it is asked next at `path`, and answer much too late."""
        fault = {"mishap": "delay_after", "method": "POST", "path": path, "count": 1, "seconds": seconds}
        url = f"{self.stage.provider.url}/_faults"
        async with self.http.post(url, json=fault) as answer:
            expect(answer.status < 300, f"the fault was not accepted: {await answer.text()}")  # noqa: PLR2004
        yield
        async with self.http.delete(url):
            pass

    def tell(self, sentence: str) -> None:
        """Say what has just been seen to be so."""
        self.console.print(f"  [green]✓[/] {sentence}")

    def draw(self, table: Table) -> None:
        """Show a table under the sentence."""
        self.console.print(Padding(table, (0, 0, 0, 6)))

    async def runs(self, *words: str) -> str:
        """Run a command of ours, as an operator does, and return what it writes; raise `StoryFailed` if it fails."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "cli", *words),
            env={**os.environ, **self.stage.environment},  # noqa: TID251 - passed on, not read
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        expect(process.returncode == 0, f"`ledger {' '.join(words)}` ended with {process.returncode}: {err.decode()}")
        return out.decode()
