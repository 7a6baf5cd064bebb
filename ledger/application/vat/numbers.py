"""Checks VAT numbers within a budget of time, so that no customer ever waits for a member state's register."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Final

from ledger.application.clock import Clock
from ledger.application.vat.answers import Question, RememberedAnswers, VatCheck
from ledger.application.vat.counting import FORMAT, MALFORMED, Count, Counted, Occasion, counted, uncounted
from ledger.application.vat.node import Node
from ledger.application.vat.vies import Answer, Silence, Vies, unknown
from ledger.domain.vat.members import PREFIXES
from ledger.domain.vat.number import VatNumber, VatNumberMalformed, parse

BUDGET_S: Final = 3.0
RETRY_AFTER_S: Final = 0.4
"""The longest pause before an outage is asked about once more."""

Chance = Callable[[], float]
"""Returns a number from 0 to 1."""


class VatNumbers:
    """What is known of VAT numbers. All it remembers is a saving: forgotten, it is asked for again."""

    def __init__(
        self, vies: Vies, clock: Clock, *, chance: Chance, budget_s: float = BUDGET_S, count: Count = uncounted
    ) -> None:
        """Ask `vies`; a whole check takes at most `budget_s`. `chance` spreads the second tries.

        `count` is told how each check ended, whoever asked for it.
        """
        self._vies = vies
        self._clock = clock
        self._chance = chance
        self._budget_s = budget_s
        self._count = count
        self._remembered = RememberedAnswers()
        self._nodes: defaultdict[str, Node] = defaultdict(Node)

    def node(self, prefix: str) -> Node:
        """Return what this process observed of a member state's node."""
        assert prefix in PREFIXES, "only members have a node, so that there are never many"
        return self._nodes[prefix]

    def read(
        self, written: str, country: str | None = None, *, occasion: Occasion = Occasion.VALIDATION
    ) -> VatNumber:
        """Return the number that `written` means, as `parse` does; what is malformed is counted as a check, too."""
        try:
            return parse(written, country)
        except VatNumberMalformed as malformed:
            self._count(Counted(occasion, MALFORMED, str(malformed.facts["reason"]), FORMAT))
            raise

    async def check(
        self,
        number: VatNumber,
        requester: VatNumber | None = None,
        *,
        anew: bool = False,
        occasion: Occasion = Occasion.VALIDATION,
    ) -> VatCheck:
        """Return what is known of `number` within the budget: valid, invalid, or unknown with a reason.

        With a `requester`, the organization's own number, the answer has a consultation number, and is evidence.
        A silence that is remembered is not relied on if the register is to be asked `anew`. Never raises for anything
        the register does.
        """
        question = (number, requester)
        check = self._known(question, anew=anew) or await self._asked(question, anew=anew)
        self._count(counted(check, occasion))
        return check

    def _known(self, question: Question, *, anew: bool) -> VatCheck | None:
        known = self._remembered.find(question, self._clock.now())
        return None if known is not None and anew and not known.has_spoken else known

    async def _asked(self, question: Question, *, anew: bool) -> VatCheck:
        node, answer = self.node(question[0].country), unknown(Silence.BUSY)
        try:
            async with asyncio.timeout(self._budget_s), node.slots:
                # Somebody who had the slot before us may have asked the same.
                known = self._known(question, anew=anew)
                if known is not None:
                    return known
                answer = unknown(Silence.TIMEOUT)
                answer = await self._patiently(question, node)
        except TimeoutError:
            if answer.reason is Silence.TIMEOUT:
                node.failed(self._clock.now())
        now = self._clock.now()
        if answer.reason in {Silence.BUSY, Silence.CIRCUIT_OPEN}:
            return self._remembered.without_asking(question, answer, now)
        return self._remembered.keep(question, answer, now)

    async def _patiently(self, question: Question, node: Node) -> Answer:
        answer = await self._once(question, node)
        if answer.reason is Silence.INVALID_REQUESTER_INFO:
            # The merchant's own number is wrong; the customer's may still be right.
            return await self._once((question[0], None), node)
        if not answer.is_outage:
            return answer
        await asyncio.sleep(self._chance() * RETRY_AFTER_S)
        again = await self._once(question, node)
        return answer if again.reason is Silence.CIRCUIT_OPEN else again

    async def _once(self, question: Question, node: Node) -> Answer:
        if not node.admits(self._clock.now()):
            return unknown(Silence.CIRCUIT_OPEN)
        answer = await self._vies.ask(*question)
        note = node.failed if answer.is_outage else node.answered
        note(self._clock.now())
        return answer
