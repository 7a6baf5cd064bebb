"""Receiving notifications: authenticated over raw bytes, kept once, sealed."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from ledger.adapters.vault import ClosedSealer
from ledger.application.ipn.received import Received
from ledger.application.ipn.verdict import Reason, Rejected, Signed
from ledger.application.provider_secrets import REMEMBERED, WEBHOOK_SECRET
from ledger.application.sealing import MasterKeyMissing, Place, SealBroken
from ledger.application.secret import Secret
from ledger.bootstrap import assemble
from ledger.domain.errors import NotFound
from tests.support.stripe_ipns import SIGNED_WITH, address, charge, deliver, intent, listen, signed, told
from tests.support.world import ACCOUNT, World

RAW = told("payment_intent.succeeded", intent("pay_" + "2" * 32, "pi_1", client_reference_id="ada@example.com"))


async def outcome(world: World, raw: bytes = RAW, *, secret: str = SIGNED_WITH, account: str = "") -> object:
    headers = signed(world, raw, secret)
    return await world.ledger.ipns.receive("stripe", account or address(world), raw, headers)


async def test_however_often_it_comes_it_is_one_event(world: World) -> None:
    """IPN-8, IPN-9."""
    await listen(world.ledger, world)
    first = await deliver(world, RAW)
    again = await deliver(world, RAW)
    assert (first.duplicate, again) == (False, replace(first, duplicates=frozenset(first.ipns)))
    assert await world.topics() == ["ipn.received"]


async def test_fifty_at_once_are_one_event(world: World) -> None:
    """IPN-9."""
    await listen(world.ledger, world)
    kept = await asyncio.gather(*[deliver(world, RAW) for _ in range(50)])
    assert len({each.ipn_id for each in kept}) == 1
    assert sum(not each.duplicate for each in kept) == 1
    assert await world.topics() == ["ipn.received"]


async def test_what_is_forged_leaves_nothing(world: World) -> None:
    """IPN-1, IPN-7."""
    await listen(world.ledger, world)
    mismatch = Rejected(Reason.SIGNATURE_MISMATCH)
    headers = signed(world, RAW)
    assert await outcome(world, secret="whsec_somebody_elses") == mismatch
    rewritten = RAW.replace(b'"id":', b'"id": ')
    assert await world.ledger.ipns.receive("stripe", address(world), rewritten, headers) == mismatch
    assert await world.topics() == []


async def test_an_unknown_account_says_what_a_wrong_signature_says(world: World) -> None:
    """IPN-7."""
    await listen(world.ledger, world)
    mismatch = Rejected(Reason.SIGNATURE_MISMATCH)
    organization, _, account = address(world).partition(".")
    strangers = (f"org_{'0' * 32}.{account}", f"{organization}.acct_2", account, ".", "org_1.acct_1", organization)
    assert [await outcome(world, account=each) for each in strangers] == [mismatch] * len(strangers)
    with pytest.raises(NotFound):
        await world.ledger.ipns.receive("nobody", address(world), RAW, [])


async def test_without_a_secret_nothing_is_authentic(world: World) -> None:
    """IPN-5: neither under no key nor under an empty one."""
    assert await outcome(world) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert await outcome(world, secret="") == Rejected(Reason.SIGNATURE_MISMATCH)
    assert await world.topics() == []


async def test_both_secrets_count_while_they_are_rotated(world: World) -> None:
    """IPN-6."""
    await listen(world.ledger, world)
    place = Place(world.merchant.organization_id, ACCOUNT.account_id, WEBHOOK_SECRET)
    await world.ledger.vault.put(place, Secret("whsec_new"), overlap=timedelta(hours=1))
    assert isinstance(await outcome(world), Received)
    assert isinstance(await outcome(world, secret="whsec_new"), Received)

    world.clock.advance(hours=1)
    assert await outcome(world) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert isinstance(await outcome(world, secret="whsec_new"), Received)


async def test_a_new_secret_is_heard_of_within_seconds(world: World) -> None:
    await listen(world.ledger, world)
    await deliver(world, RAW)
    place = Place(world.merchant.organization_id, ACCOUNT.account_id, WEBHOOK_SECRET)
    await world.ledger.vault.put(place, Secret("whsec_new"))
    world.clock.advance(seconds=REMEMBERED.seconds)
    assert isinstance(await outcome(world, secret="whsec_new"), Received)


async def test_what_is_of_the_other_mode_is_rejected(world: World) -> None:
    """IPN-17."""
    await listen(world.ledger, world)
    live = told("payment_intent.succeeded", intent("pay_1", "pi_1"), livemode=True)
    assert await outcome(world, live) == Rejected(Reason.WRONG_MODE, "livemode")
    assert await world.topics() == []


async def test_what_was_kept_verifies_again_with_the_secret_of_then(world: World) -> None:
    """IPN-19."""
    await listen(world.ledger, world)
    received = await deliver(world, RAW)
    place = Place(world.merchant.organization_id, ACCOUNT.account_id, WEBHOOK_SECRET)
    await world.ledger.vault.put(place, Secret("whsec_new"))
    world.clock.advance(hours=9600)
    ipn = await world.ledger.ipns.get(received.ipn_id)
    assert world.ledger.ipns.raw(ipn)[0] == RAW
    assert await world.ledger.ipns.verify(ipn) == Signed(1)


async def test_what_was_kept_is_sealed_and_bound_to_its_event(world: World) -> None:
    """IPN-19, SEC-7."""
    await listen(world.ledger, world)
    first, other = await deliver(world, RAW), await deliver(world, RAW.replace(b"evt_", b"evt_2"))
    records = b"".join([each.state for each in await world.ledger.recorder.select_notifications(1, 100)])
    assert SIGNED_WITH.encode() not in records
    assert b"ada@example.com" not in records
    assert b"t=1767" not in records

    ipn, another = await world.ledger.ipns.get(first.ipn_id), await world.ledger.ipns.get(other.ipn_id)
    ipn.receipt = another.receipt
    with pytest.raises(SealBroken):
        world.ledger.ipns.raw(ipn)
    ipn.receipt = replace(ipn.receipt, nonce="not base64")
    with pytest.raises(SealBroken):
        world.ledger.ipns.raw(ipn)


async def test_references_stand_apart(world: World) -> None:
    """IPN-20."""
    await listen(world.ledger, world)
    payment = UUID(int=7)
    claimed = charge(f"pay_{payment.hex}", "pi_7", client_reference_id="order-7")
    notice = (await world.ledger.ipns.get((await deliver(world, told("charge.succeeded", claimed))).ipn_id)).notice
    assert (notice.claimed_payment, notice.provider_reference, notice.object_id) == (payment, "pi_7", "ch_pi_7")
    assert notice.organization_id == world.merchant.organization_id


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"\xff", b'{"id":"evt_1"}', b'{"id":1,"id":2}', b"[" * 9999])
async def test_what_is_signed_and_makes_no_sense_is_rejected(world: World, raw: bytes) -> None:
    await listen(world.ledger, world)
    assert isinstance(await outcome(world, raw), Rejected)
    assert await world.topics() == []


async def test_without_a_master_key_nothing_is_kept_in_the_clear(world: World) -> None:
    """SEC-7."""
    await listen(world.ledger, world)
    closed = assemble(replace(world.ledger.ports, sealer=ClosedSealer()), name="closed")
    with pytest.raises(MasterKeyMissing):
        await closed.ipns.receive("stripe", address(world), RAW, signed(world, RAW))
    with pytest.raises(MasterKeyMissing):
        _ = ClosedSealer().key_id
    with pytest.raises(MasterKeyMissing):
        ClosedSealer().seal(b"", b"")
