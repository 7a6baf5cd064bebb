"""`ledger play-vies` says where it answers."""

import os
import re
import signal
import subprocess
import sys

from cli.play_vies import GRACE_S
from ledger.adapters.vies import open_vies
from ledger.application.vat.vies import Silence, VatState
from ledger.domain.vat.number import VatNumber


async def test_it_answers_where_it_says_and_ends_when_told_to() -> None:
    """VAT-1: the official test numbers, from a process of its own."""
    command = [sys.executable, "-m", "cli", "play-vies", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "200"})  # noqa: ASYNC220, S603, TID251
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline() for _ in range(3)]
        found = re.search(r"VIES_URL=(\S+)", "".join(lines))
        assert found is not None
        async with open_vies(found.group(1)) as vies:
            assert (await vies.ask(VatNumber("DE", "100"))).state is VatState.VALID
            assert (await vies.ask(VatNumber("DE", "301"))).reason is Silence.MS_UNAVAILABLE
        process.send_signal(signal.SIGTERM)
        assert process.wait(20 + GRACE_S) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
