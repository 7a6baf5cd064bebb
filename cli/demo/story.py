"""Telling the story: everything starts, every scene is played and checked, the history is shown and verified."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from aiohttp import ClientSession, ClientTimeout
from rich.console import Console
from rich.rule import Rule

from cli import screen
from cli.demo.people import StoryFailed
from cli.demo.scenes import SCENES
from cli.demo.scenes_after import SCENES_AFTER
from cli.demo.scenes_tax import SCENES_TAX
from cli.demo.stage import Stage, stage
from cli.demo.telling import Story
from cli.demo.waiting import PATIENCE_S
from ledger.runtime.devstack import ServerDidNotStart

ALL_SCENES = (*SCENES, *SCENES_AFTER, *SCENES_TAX)


def play(folder: Path, *, once: bool) -> int:
    """Play the story on data under `folder` and return the exit status; then stay up for trying, unless `once`."""
    console = screen.console()
    begun = perf_counter()
    try:
        console.print("  starting MongoDB, Valkey, the stand-ins and the API …")
        with stage(folder) as running:
            _say_what_runs(console, running, perf_counter() - begun)
            story = asyncio.run(_told(running, console))
            _look_back(console, running, story)
            console.print(Rule(f"the story ended well after {perf_counter() - begun:.0f} s", style="green"))
            if not once:
                _stay(console, running, story)
    except (StoryFailed, ServerDidNotStart, TimeoutError, OSError) as error:
        console.print(f"\n  [red]✗ The story did not end well:[/] {str(error) or type(error).__name__}")
        console.print(f"    what the processes said is in {folder}/*.log")
        return 1
    except KeyboardInterrupt:
        console.print("\n  stopped")
    return 0


async def _told(running: Stage, console: Console) -> Story:
    async with ClientSession(timeout=ClientTimeout(total=PATIENCE_S)) as http:
        story = Story(running, http, console)
        for number, scene in enumerate(ALL_SCENES, 1):
            console.print(f"\n[b]{number}. {(scene.__doc__ or '').rstrip('.')}[/]")
            await scene(story)
        return story


def _say_what_runs(console: Console, running: Stage, took_s: float) -> None:
    console.print(Rule("a payment ledger you can replay"))
    console.print(f"  everything runs, after {took_s:.1f} s, on loopback alone:")
    rows = {
        "api": running.api.url,
        "journal": f"MongoDB, one node, the role may only find and insert (pid {running.servers.mongo.pid})",
        "queue": f"Valkey at {running.servers.valkey.url}",
        "provider": f"Stripe's stand-in at {running.servers.stripe.url}, behind a proxy that can lose answers",
        "vies": f"a stand-in for the register of VAT numbers at {running.vies.url}",
    }
    for name, what in rows.items():
        console.print(f"    [cyan]{name:9}[/] {what}")


def _look_back(console: Console, running: Stage, story: Story) -> None:
    last = story.payments[-1]
    console.print(
        f"\n[b]{len(ALL_SCENES) + 1}. The history of the payment whose worker died[/]   ledger replay {last}\n"
    )
    _command(running, "replay", last)
    console.print(f"\n[b]{len(ALL_SCENES) + 2}. Do the books balance?[/]   ledger books\n")
    _command(running, "books")
    console.print(f"\n[b]{len(ALL_SCENES) + 3}. Was anything changed?[/]   ledger verify\n")
    _command(running, "verify")


def _command(running: Stage, *words: str) -> None:
    environment = {**os.environ, **running.environment}  # noqa: TID251 - passed on, not read
    done = subprocess.run([sys.executable, "-m", "cli", *words], env=environment, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise StoryFailed(f"`ledger {' '.join(words)}` ended with {done.returncode}")


def _stay(console: Console, running: Stage, story: Story) -> None:
    console.print("\n  To try by hand (Ctrl-C ends everything):\n")
    console.print(f"    API={running.api.url}\n    SK={story.key}\n", soft_wrap=True)
    body = '{"amount": {"minor": 500, "currency": "EUR"}}'
    console.print('    curl -s $API/api/v1/checkouts -H "Authorization: Bearer $SK" \\')
    console.print(f"      -H 'Content-Type: application/json' -d '{body}'", soft_wrap=True, markup=False)
    console.print(f"\n    the whole surface:   {running.api.url}/openapi.json")
    running.wait()
