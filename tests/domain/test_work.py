"""Work that was given up."""

from uuid import UUID

from ledger.domain.work import Work
from tests.support.examples import PAYMENT
from tests.support.spec import Spec


def test_an_item_can_die_be_retried_and_die_again() -> None:
    """CONS-4."""
    buried = Work.bury(
        UUID(int=9), item_id="7:charge", queue="payment.initiated", stream_id=PAYMENT, attempts=5, error="boom"
    )
    spec = Spec(buried)
    spec.when(lambda w: w.die_again(attempts=6, error="boom")).then_nothing()
    spec.when(lambda w: w.retry()).then("work.retried")
    spec.when(lambda w: w.retry()).then_nothing()
    spec.when(lambda w: w.die_again(attempts=6, error="boom")).then("work.died_again")
