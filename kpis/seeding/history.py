"""Rows of the past mails: the states each draft went through, the calls it cost, the delivery."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from django.db import connection

from drafts.models import Assignment, Delivery, DeliveryTally, Draft, Experiment, LlmCall, Origin, State
from kpis.seeding import deliveries, letters
from kpis.seeding.deliveries import Mail
from kpis.seeding.world import World
from salesdash.models import User

S = State
_GENERATED: Final = (
    ("", S.QUEUED),
    (S.QUEUED, S.GENERATING),
    (S.GENERATING, S.CHECKING),
    (S.CHECKING, S.READY),
)
_MANUAL: Final = (("", S.EDITING), (S.EDITING, S.CHECKING), (S.CHECKING, S.READY))
_EDITED: Final = (*_GENERATED, (S.READY, S.EDITING), *_MANUAL[1:])
_SENT: Final = ((S.READY, S.SCHEDULED), (S.SCHEDULED, S.SENDING), (S.SENDING, S.SENT))
_WAYS: Final = {"generated": _GENERATED, "edited": _EDITED, "manual": _MANUAL}
# how many mails a person gives a link to a page of ours: the model writes none
_LINKED: Final = {Origin.GENERATED: 0.45, Origin.MANUAL: 0.75}
# USD per million tokens in and out, and the rate, of the model that the past is told with
_USD_IN, _USD_OUT, _JPY = Decimal("0.25"), Decimal("2.00"), Decimal("152.0000")
_PAST_MODEL: Final = "gpt-5-mini"


def create(rng: Random, world: World, experiment: Experiment, *, count: int) -> list[Mail]:
    mails = deliveries.plan(rng, world, experiment, count=count)
    for number, mail in enumerate(mails):
        _write(rng, mail, number)
    Draft.objects.bulk_create([mail.draft for mail in mails], batch_size=1000)
    sent = Delivery.objects.bulk_create(
        [deliveries.delivery_of(rng, mail) for mail in mails], batch_size=1000
    )
    _add_events(mails, world.reps)
    LlmCall.objects.bulk_create([call for mail in mails for call in _calls(rng, mail)], batch_size=2000)
    _expose(experiment, mails)
    for mail, delivery in zip(mails, sent, strict=True):
        mail.delivery = delivery
        linked = deliveries.keep_links(mail, delivery)
        mail.outcomes = deliveries.outcomes(rng, mail, delivery, world.now, linked=linked)
    DeliveryTally.objects.bulk_create(
        [tally for mail in mails if (tally := deliveries.tally_of(mail))], batch_size=1000
    )
    return mails


def _write(rng: Random, mail: Mail, number: int) -> None:
    draft = mail.draft
    known = letters.facts(rng, mail.lead)
    written, claims = letters.write(draft, known, variant=number % 7)
    linked = rng.random() < _LINKED[Origin(mail.origin)]
    text = letters.with_link(rng, written) if linked else written
    draft.subject, draft.body, draft.text_hash = text.subject, text.body, text.hash
    draft.facts = known
    if mail.origin == Origin.GENERATED:
        draft.claims = claims
        draft.ai_subject, draft.ai_body = written.subject, written.body
        draft.generation_ms = int(rng.lognormvariate(6.9, 0.45))
        draft.attempts = 1
    if linked or mail.origin == Origin.MANUAL:
        draft.text_author_id = mail.lead.owner_id
    draft.version = len(_steps(_way(draft)))


def _way(draft: Draft) -> str:
    if draft.origin == Origin.MANUAL:
        return "manual"
    return "edited" if draft.text_author_id else "generated"


def _steps(way: str) -> tuple[tuple[str, str], ...]:
    return (*_WAYS[way], *_SENT)


_INSERT_EVENTS: Final = """
INSERT INTO drafts_draftevent (draft_id, at, actor_id, actor_name, from_state, to_state, details)
SELECT d.id, d.created_at + (d.state_changed_at - d.created_at) * step.part,
       CASE WHEN step.person THEN d.requested_by_id END,
       CASE WHEN step.person THEN person.name ELSE 'system' END,
       step.from_state, step.to_state, '{}'
FROM drafts_draft d
JOIN unnest(%(people)s::bigint[], %(names)s::text[]) AS person(id, name) ON person.id = d.requested_by_id
JOIN unnest(%(drafts)s::bigint[], %(told)s::text[]) AS mail(draft_id, way) ON mail.draft_id = d.id
JOIN unnest(%(ways)s::text[], %(parts)s::float8[], %(persons)s::bool[], %(froms)s::text[], %(tos)s::text[])
  AS step(way, part, person, from_state, to_state) ON step.way = mail.way
"""


def _add_events(mails: list[Mail], reps: list[User]) -> None:
    """The way of each draft through its states, spread over the time that it took."""
    rows = []
    for way in _WAYS:
        steps = _steps(way)
        for number, (before, after) in enumerate(steps):
            by_person = after in (S.QUEUED, S.EDITING, S.SCHEDULED)
            rows.append((way, number / (len(steps) - 1), by_person, before, after))
    columns = [list(map(_plain, column)) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT_EVENTS,
            {
                "people": [rep.pk for rep in reps],
                "names": [str(rep) for rep in reps],
                **dict(zip(("ways", "parts", "persons", "froms", "tos"), columns, strict=True)),
                "drafts": [mail.draft.pk for mail in mails],
                "told": [_way(mail.draft) for mail in mails],
            },
        )


def _plain(value: object) -> object:
    """The driver knows strings, not enumerations."""
    return str(value) if isinstance(value, str) else value


def _calls(rng: Random, mail: Mail) -> list[LlmCall]:
    """One writing and two judgements per generated mail; moderation costs nothing and is not told."""
    if mail.origin != Origin.GENERATED:
        return []
    draft, at = mail.draft, mail.draft.created_at + timedelta(seconds=1)
    written = len(draft.subject + draft.body)
    rows = [(LlmCall.Purpose.GENERATION, 1150 + rng.randrange(300), written, draft.generation_ms or 0)]
    rows += [(LlmCall.Purpose.JUDGE, 900 + written, 90, 400 + rng.randrange(500))] * 2
    return [_call(draft, purpose, at, *figures) for purpose, *figures in rows]


def _call(draft: Draft, purpose: str, at: datetime, tokens_in: int, tokens_out: int, ms: int) -> LlmCall:
    usd = (tokens_in * _USD_IN + tokens_out * _USD_OUT) / 1_000_000
    return LlmCall(
        at=at,
        team_id=draft.team_id,
        draft=draft,
        prompt_version_id=draft.prompt_version_id,
        purpose=purpose,
        provider="openai",
        model=_PAST_MODEL,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        cost_usd=usd,
        fx_jpy=_JPY,
        cost_jpy=usd * _JPY,
        duration_ms=ms,
        outcome=LlmCall.Outcome.OK,
    )


def _expose(experiment: Experiment, mails: list[Mail]) -> None:
    first: dict[int, Assignment] = {}
    for mail in mails:
        if mail.arm and mail.lead.pk not in first:
            first[mail.lead.pk] = Assignment(
                experiment=experiment, arm=mail.arm, lead=mail.lead, at=mail.draft.created_at
            )
    Assignment.objects.bulk_create(first.values(), batch_size=2000)
