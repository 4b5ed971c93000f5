"""Drafts of today through the real doors: some stopped by the checks, some waiting for the worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Final

from django.conf import settings
from django.db.models import F

from drafts import generation, requests
from drafts.models import Check, Draft, DraftEvent, LlmCall, State
from leads.models import Lead, Stage
from salesdash.devllm import DevServer, Options
from salesdash.errors import DomainError

# what the writer is made to do wrong, so that the queue has something to decide
_FAULTS: Final = (
    ("unsafe", "draft", 3),
    ("judge", "judge", 6),
    ("unsafe", "draft", 3),
    ("disagree", "judge", 6),
)

_REP: Final = "rep"
_OWN: Final = 3


def create(rng: Random, *, wished: int, stopped: int) -> dict[str, int]:
    """Counts by state. The wished ones wait for the worker, which writes them as soon as it runs."""
    hot = list(
        Lead.objects.filter(
            stage__in=[Stage.NEW, Stage.WORKING], owner__isnull=False, do_not_contact=False, language="ja"
        )
        .exclude(consent_basis="unknown")
        .select_related("owner")
        .order_by(F("score__rank").desc())[: 4 * (wished + stopped)]
    )
    chosen = rng.sample(hot, wished + stopped)
    counts: Counter[str] = Counter()
    with _writer() as server:
        for number, lead in enumerate(chosen[:stopped]):
            fault, target, times = _FAULTS[number % len(_FAULTS)]
            value = 62 if fault == "judge" else None
            server.faults.next(fault, times=times, target=target, value=value)
            if draft := _wish(lead):
                generation.generate(draft_id=draft.pk)
                draft.refresh_from_db()
                _back_date(draft, timedelta(minutes=rng.randrange(5, 420)))
                counts[draft.state] += 1
            server.faults.clear()
    # whoever looks around as a rep finds some of their own
    own = [lead for lead in hot if lead.owner and lead.owner.username == _REP and lead not in chosen]
    for lead in [*own[:_OWN], *chosen[stopped:]][:wished]:
        if draft := _wish(lead):
            counts[draft.state] += 1
    return dict(counts)


@contextmanager
def _writer() -> Iterator[DevServer]:
    """The rule-based writer, for the seed alone: it must cost nothing, whatever model is configured."""
    with DevServer(Options()) as server:
        configured = settings.LLM_BASE_URL
        settings.LLM_BASE_URL = server.base_url
        try:
            yield server
        finally:
            settings.LLM_BASE_URL = configured


def _wish(lead: Lead) -> Draft | None:
    if lead.owner is None:
        return None
    try:
        return requests.request_draft(lead_id=lead.pk, user=lead.owner)
    except DomainError:
        return None


def _back_date(draft: Draft, by: timedelta) -> None:
    """As if it had been asked for earlier in the day."""
    times = {"created_at": F("created_at") - by, "state_changed_at": F("state_changed_at") - by}
    if draft.state == State.IN_REVIEW:
        times["entered_review_at"] = F("entered_review_at") - by
    Draft.objects.filter(pk=draft.pk).update(**times)
    for rows in (
        DraftEvent.objects.filter(draft=draft),
        Check.objects.filter(draft=draft),
        LlmCall.objects.filter(draft=draft),
    ):
        rows.update(at=F("at") - by)
