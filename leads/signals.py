"""News for the apps above and the live channel, sent after the commit.

leads_changed(changed: list[ChangedLead])          a rank, an owner or a stage is new: screens are out of date
temperature_crossed(changed: list[ChangedLead])    `band_before` and `band_after` differ: once per crossing
mails_answered(delivery_ids: list[int])            replies that name the delivery they answer, each once
rows_edited(by_team: Mapping[int, Sequence[int]],  what a person edits of these leads is new, by team
            by: int | None)                        the user who did it
leads_replied(replies: list[Reply])                replies of the last days, also without a delivery
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.dispatch import Signal

from leads.models.score import Band

leads_changed = Signal()
temperature_crossed = Signal()
mails_answered = Signal()
rows_edited = Signal()
leads_replied = Signal()


@dataclass(frozen=True, slots=True)
class ChangedLead:
    """The bands are those last announced: up at a threshold, down three points below it."""

    lead_id: int
    team_id: int
    rank: float
    band_before: Band
    band_after: Band


@dataclass(frozen=True, slots=True)
class Reply:
    """The activity that carries it, by its key."""

    lead_id: int
    source: str
    external_id: str
    at: datetime


def announce(changed: Sequence[ChangedLead]) -> None:
    """After the commit. A receiver that fails is logged and harms neither the others nor the writer."""
    if not changed:
        return
    crossed = [lead for lead in changed if lead.band_before != lead.band_after]
    transaction.on_commit(lambda: _send(changed, crossed))


def _send(changed: Sequence[ChangedLead], crossed: Sequence[ChangedLead]) -> None:
    leads_changed.send_robust(sender=ChangedLead, changed=changed)
    announce_crossings(crossed)


def announce_answers(delivery_ids: Sequence[int]) -> None:
    """After the commit, as for `announce`."""
    if delivery_ids:
        transaction.on_commit(
            lambda: mails_answered.send_robust(sender=ChangedLead, delivery_ids=list(delivery_ids))
        )


def announce_rows(by_team: Mapping[int, Sequence[int]], by: int | None = None) -> None:
    """After the commit, as for `announce`. `by`: the user who changed them."""
    if by_team:
        transaction.on_commit(lambda: rows_edited.send_robust(sender=ChangedLead, by_team=by_team, by=by))


def announce_replies(replies: Sequence[Reply]) -> None:
    """After the commit, as for `announce`."""
    if replies:
        transaction.on_commit(lambda: leads_replied.send_robust(sender=Reply, replies=list(replies)))


def announce_crossings(crossed: Sequence[ChangedLead]) -> None:
    if crossed:
        temperature_crossed.send_robust(sender=ChangedLead, changed=crossed)
