"""Drafts of the last hours: some ready, some stopped; each through the real request, writing and checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Final

from django.conf import settings
from django.db.models import F

from drafts import generation, requests
from drafts.models import Check, Draft, DraftEvent, LlmCall, State
from kpis.seeding.world import World
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


def create(rng: Random, world: World, *, ready: int, stopped: int) -> dict[str, int]:
    """Counts by state."""
    hot = list(
        Lead.objects.filter(
            stage__in=[Stage.NEW, Stage.WORKING], owner__isnull=False, do_not_contact=False, language="ja"
        )
        .exclude(consent_basis="unknown")
        .order_by(F("score__rank").desc())[: 4 * (ready + stopped)]
    )
    chosen = rng.sample(hot, ready + stopped)
    counts: dict[str, int] = {}
    with _writer() as server:
        for number, lead in enumerate(chosen):
            if number < stopped:
                fault, target, times = _FAULTS[number % len(_FAULTS)]
                server.faults.next(
                    fault, times=times, target=target, **({"value": 62} if fault == "judge" else {})
                )
            draft = _write(lead)
            server.faults.clear()
            if draft is not None:
                _back_date(draft, timedelta(minutes=rng.randrange(5, 420)))
                counts[draft.state] = counts.get(draft.state, 0) + 1
    return counts


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


def _write(lead: Lead) -> Draft | None:
    if lead.owner is None:
        return None
    try:
        draft = requests.request_draft(lead_id=lead.pk, user=lead.owner)
    except DomainError:
        return None
    generation.generate(draft_id=draft.pk)
    draft.refresh_from_db()
    return draft


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
