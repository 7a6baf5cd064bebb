"""Two hundred lives in which anything may go wrong, and all that must hold does."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.living import live

LIVES = 200
AT_A_TIME = 20
ROOT = Path(__file__).parents[2]
DIGEST = "from tests.simulation.living import live; print(live({seed}).history.digest)"


@pytest.mark.parametrize("first", range(1, LIVES + 1, AT_A_TIME))
def test_whatever_happens_nothing_is_lost_and_nothing_happens_twice(first: int) -> None:
    """CONS-1, CONS-2, CONS-3, CONS-6, IDEM-9, IDEM-10, IPN-7, IPN-9, IPN-12, IPN-13, IPN-18, PAY-4, EVT-5, EVT-11."""
    for seed in range(first, first + AT_A_TIME):
        lived = live(seed)
        if lived.violation is not None:
            history = "\n".join(lived.history.lines())
            pytest.fail(f"{history}\n{lived.violation}\npython -m tests.simulation --seed {seed}", pytrace=False)


def test_a_seed_lives_the_same_life_in_every_process() -> None:
    """What failed once can be looked at again."""
    digests = set()
    for hash_seed in ("1", "2"):
        command = [sys.executable, "-c", DIGEST.format(seed=7)]
        ran = subprocess.run(  # noqa: S603 - our own interpreter
            command,
            cwd=ROOT,
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        digests.add(ran.stdout)
    assert digests == {f"{live(7).history.digest}\n"}
