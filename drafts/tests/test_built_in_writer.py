"""The built-in writer asks for no review of its own making: whatever it writes passes the layers without a model."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from drafts import prompts
from drafts.evaluation import golden
from drafts.models import Draft, Keigo, Length, Revision, Tone
from drafts.safety import context as contexts
from drafts.safety import pipeline, rulebook
from drafts.texts import tidy
from salesdash.devllm import writer
from salesdash.devllm.prompt import read_task

pytestmark = pytest.mark.django_db
WISHES = list(itertools.product(Tone.values, Length.values, Keigo.values, ("", *Revision.values)))
# of the wishes, so many variants of each lead: together all of them
STEP = 12


def written(draft: Draft, data: dict) -> dict:
    """What becomes shorter or softer is the writer's own text from before."""
    if draft.revision in (Revision.SHORTER, Revision.SOFTER):
        before = writer.draft(read_task(data | {"revision": ""}))
        data = data | {"current": {"subject": before["subject"], "body": before["body"]}}
    return writer.draft(read_task(data))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_variant_and_wish_passes(language):
    rules, flagged, texts = rulebook.active(), [], 0
    cases = [case for case in golden.load() if case.language == language]
    for number, (case, variant) in enumerate(itertools.product(cases, range(6))):
        context = case.context(rules, team_id=0)
        for tone, length, keigo, revision in WISHES[number % STEP :: STEP]:
            draft = Draft(
                pk=0, team_id=0, purpose=case.purpose, language=language, tone=tone, length=length,
                keigo=keigo, revision=revision, variant=variant,
            )  # fmt: skip
            answer = written(draft, prompts.draft_data(draft, context, avoid=[]))
            spoken = pipeline.examine(
                tidy(answer["subject"], answer["body"]),
                replace(context, claims=contexts.read_claims(answer["claims"])),
                ("format", "rules"),
            )
            texts += 1
            flagged += [
                (case.id, variant, tone, length, keigo, revision, reason.code)
                for one in spoken
                for reason in one.verdict.reasons
            ]
    assert texts > 800
    assert flagged == []
