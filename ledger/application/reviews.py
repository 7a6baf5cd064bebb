"""Reviews: what a person must decide, opened once for each doubt; closed by whoever looked or by what resolves it."""

from typing import Final
from uuid import UUID, uuid5

from ledger.application.context import acting
from ledger.application.repository import Repository, deciding
from ledger.domain.review import Doubt, Resolution, Review, ReviewTerms

NAMESPACE: Final = UUID("0e7a4f6c-52c1-4c0a-9d39-64c1b7a0e5d2")
"""The namespace of the ids of reviews, never to be changed."""


class Reviews:
    """The reviews of this ledger."""

    def __init__(self, repository: Repository) -> None:
        """Keep reviews in `repository`."""
        self._repository = repository

    async def get(self, review_id: UUID) -> Review:
        """Return the review or raise `NotFound`."""
        return await self._repository.get(Review, review_id)

    async def call(self, terms: ReviewTerms, *, cause: str, detail: str) -> UUID:
        """Call a person because of the event `cause`, once however often it is heard of; return the review's id."""

        async def decide() -> UUID:
            review_id = review_of(terms.doubt, terms.subject, terms.work_item)
            review = await self._repository.find(Review, review_id)
            if review is None:
                review = Review.open(review_id, terms, cause=cause, detail=detail)
            else:
                review.raise_again(cause=cause, detail=detail)
            with acting(tenant=terms.organization_id):
                await self._repository.save(review)
            return review_id

        return await deciding(decide)

    async def close(self, review_id: UUID, resolution: Resolution, note: str) -> None:
        """Close an open review, with a note; raise `NotFound`, `ReviewNotOpen` or `NoteRefused`."""

        async def decide() -> None:
            review = await self._repository.get(Review, review_id)
            review.close(resolution, note)
            with acting(tenant=review.terms.organization_id):
                await self._repository.save(review)

        await deciding(decide)

    async def settle(self, review_id: UUID, note: str) -> None:
        """Close a review whose doubt has resolved, if there is one and it is open."""

        async def decide() -> None:
            review = await self._repository.find(Review, review_id)
            if review is not None:
                review.settle(note)
                with acting(tenant=review.terms.organization_id):
                    await self._repository.save(review)

        await deciding(decide)


def review_of(doubt: Doubt, subject: UUID, work_item: str | None) -> UUID:
    """Return the id of the one review of a doubt about `subject`, to which a `work_item` may have given rise."""
    return uuid5(NAMESPACE, f"{subject.hex}/{doubt.value}/{work_item or ''}")
