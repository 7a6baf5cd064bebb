"""The compact map of streams behaves like a dictionary."""

from random import Random
from uuid import UUID

from ledger.application.verification.versions import Versions


def test_it_remembers_the_last_version_of_every_stream_as_it_grows() -> None:
    random = Random(7)  # noqa: S311 - a test's numbers
    streams = [UUID(int=random.getrandbits(128)) for _ in range(5_000)]
    streams += [UUID(int=number) for number in range(1, 2_000)] + [
        UUID(int=number << 64) for number in range(1, 2_000)
    ]
    versions, plain = Versions(), dict[UUID, int]()
    for _ in range(30_000):
        stream, version = random.choice(streams), random.randrange(1, 1 << 20)
        versions.advance(stream, version)
        plain[stream] = version
    assert len(versions) == len(plain)
    assert {stream: versions.last(stream) for stream in streams} == {
        stream: plain.get(stream, 0) for stream in streams
    }


def test_a_stream_costs_at_most_36_bytes() -> None:
    versions = Versions()
    for number in range(1, 20_000):
        versions.advance(UUID(int=number), 1)
        if number > 1_000:
            assert 12 * len(versions._keys) <= 36 * number
