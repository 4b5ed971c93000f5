"""All layers over one text. A layer that fails or times out counts as a flag, never as a pass."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Any, Final

import structlog
from django.utils import timezone

from drafts.llm import door
from drafts.llm.door import Answer
from drafts.llm.errors import LlmError
from drafts.llm.questions import Question
from drafts.models import Check, Draft
from drafts.safety import latest
from drafts.safety.base import Context, Layer, Reason, RemoteLayer, Verdict
from drafts.safety.format import FormatLayer
from drafts.safety.input_filter import InputFilter
from drafts.safety.judge import JudgeLayer
from drafts.safety.law import LawLayer
from drafts.safety.moderation import ModerationLayer
from drafts.safety.names import LAYERS
from drafts.safety.rules import RulesLayer
from drafts.texts import Text
from leads.sql import prepared_rows, prepared_run
from salesdash import telemetry

log = structlog.get_logger(__name__)

REUSE_HOURS: Final = 24
_LOCAL: Final[dict[str, Layer]] = {
    layer.name: layer for layer in (InputFilter(), FormatLayer(), RulesLayer(), LawLayer())
}
_REMOTE: Final[dict[str, RemoteLayer]] = {layer.name: layer for layer in (ModerationLayer(), JudgeLayer())}
# written out, as is the next one: every draft asks, and building it took longer than answering it
_REUSED: Final = """
SELECT spoken.layer, spoken.score
FROM unnest(%(layers)s::text[], %(versions)s::text[]) AS wanted (layer, version)
JOIN drafts_check AS spoken
    ON spoken.layer = wanted.layer AND spoken.layer_version = wanted.version
    AND spoken.text_hash = %(text)s AND spoken.context_hash = %(context)s
    AND spoken.verdict = 'pass' AND spoken.at >= %(since)s
JOIN drafts_draft AS draft ON draft.id = spoken.draft_id AND draft.team_id = %(team)s
ORDER BY spoken.id
"""
_KEEP: Final = """
INSERT INTO drafts_check (
    draft_id, layer, layer_version, verdict, blocking, reasons, score, text_hash, context_hash, attempt,
    duration_ms, at
)
SELECT %(draft)s, layer, version, verdict, blocking, reasons, score, %(text)s, context, %(attempt)s,
    ms, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS spoken (
    layer text, version text, verdict text, blocking boolean, reasons jsonb, score float8, context text,
    ms float8
)
WHERE unhurried()"""


class Decision(StrEnum):
    CLEARED = "cleared"
    RETRY = "retry"
    REVIEW = "review"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class Outcome:
    """`codes` are the flagged `layer:code` that no person has cleared; `failure` names the law's reason."""

    decision: Decision
    codes: tuple[str, ...] = ()
    score: int | None = None
    failure: str = ""


@dataclass(frozen=True)
class Spoken:
    layer: str
    version: str
    verdict: Verdict
    context_hash: str
    duration_ms: float


def run(draft: Draft, context: Context, *, may_retry: bool, is_new: bool = False) -> Outcome:
    """Check the draft's present text, keep the verdicts, decide.

    Whether anybody has judged the text before is not asked where it `is_new`: just written by a model.
    """
    text = Text(draft.subject, draft.body)
    spoken = [_speak(layer, text, context) for layer in _LOCAL.values()]
    # nothing is spent on a text that will be written anew or may not be sent at all
    if _stops(spoken, may_retry=may_retry):
        return _conclude(draft, text, context, spoken, may_retry=may_retry)
    known = {} if is_new else _reused(draft, text, context)
    asked = [layer for layer in _REMOTE.values() if layer.name not in known]
    spoken += [*known.values(), *_ask(asked, text, context)]
    return _conclude(draft, text, context, spoken, may_retry=may_retry)


def examine(text: Text, context: Context, layers: tuple[str, ...] = LAYERS) -> list[Spoken]:
    """The same layers over a text that is no draft: for files of examples and for measuring."""
    spoken = [_speak(_LOCAL[name], text, context) for name in layers if name in _LOCAL]
    spoken += _ask([_REMOTE[name] for name in layers if name in _REMOTE], text, context)
    return sorted(spoken, key=lambda one: layers.index(one.layer))


def _speak(layer: Layer, text: Text, context: Context) -> Spoken:
    started = time.perf_counter()
    verdict = _verdict(layer.name, lambda: layer.check(text, context))
    elapsed_ms = (time.perf_counter() - started) * 1000
    return Spoken(layer.name, layer.version(context), verdict, "", elapsed_ms)


def _ask(layers: Sequence[RemoteLayer], text: Text, context: Context) -> list[Spoken]:
    """All that these layers want to know of models is asked at once: none waits for what another hears."""
    asked = [_questions(layer, text, context) for layer in layers]
    started = time.perf_counter()
    with telemetry.span("safety.remote"):
        answers = iter(door.together([question for questions in asked for question in questions]))
    whole_ms = (time.perf_counter() - started) * 1000
    spoken = []
    for layer, questions in zip(layers, asked, strict=True):
        heard = [next(answers) for _question in questions]
        verdict = _verdict(layer.name, partial(_judged, layer, heard))
        durations = [whole_ms if isinstance(answer, Exception) else answer.duration_ms for answer in heard]
        longest_ms = float(max(durations, default=0))
        spoken.append(Spoken(layer.name, layer.version(context), verdict, context.hash, longest_ms))
    return spoken


def _questions(layer: RemoteLayer, text: Text, context: Context) -> list[Question[Any]]:
    """Nothing where the layer cannot even ask: of no answer it has no verdict."""
    try:
        return layer.questions(text, context)
    except Exception as error:
        log.error("safety layer failed", layer=layer.name, error=type(error).__name__)
        return []


def _judged(layer: RemoteLayer, heard: Sequence[Answer[Any] | Exception]) -> Verdict:
    if not heard:
        raise LookupError("nothing was asked")
    for answer in heard:
        if isinstance(answer, Exception):
            raise answer
    return layer.verdict([answer.value for answer in heard if isinstance(answer, Answer)])


def _verdict(layer: str, speak: Callable[[], Verdict]) -> Verdict:
    with telemetry.span(f"safety.{layer}") as span:
        verdict = _guarded(layer, speak)
        span.set_attributes({"verdict": verdict.outcome, "reasons": len(verdict.reasons)})
    return verdict


def _guarded(layer: str, speak: Callable[[], Verdict]) -> Verdict:
    try:
        return speak()
    except LlmError as error:
        log.warning("safety layer unavailable", layer=layer, code=error.code, detail=error.detail)
        # with what tells a timeout from other failures, for the scoreboard
        detail = str(error)
    except Exception as error:
        # the boundary of a layer: whatever breaks in it must neither pass a text nor quote it in a log
        log.error("safety layer failed", layer=layer, error=type(error).__name__)
        detail = type(error).__name__
    return Verdict(Check.Verdict.ERROR, (Reason("unavailable", detail),), retry=False)


def _stops(spoken: list[Spoken], *, may_retry: bool) -> bool:
    flagged = [one.verdict for one in spoken if one.verdict.outcome != Check.Verdict.PASS]
    if any(verdict.blocking for verdict in flagged):
        return True
    return may_retry and bool(flagged) and all(verdict.retry for verdict in flagged)


def _reused(draft: Draft, text: Text, context: Context) -> dict[str, Spoken]:
    """Remote verdicts on the same text in the same context by the same version of the layer."""
    versions = {layer.name: layer.version(context) for layer in _REMOTE.values()}
    asked: dict[str, Any] = {
        "layers": list(versions),
        "versions": list(versions.values()),
        "text": text.hash,
        "context": context.hash,
        "team": draft.team_id,
        "since": timezone.now() - timedelta(hours=REUSE_HOURS),
    }
    return {
        name: Spoken(name, versions[name], Verdict(Check.Verdict.PASS, score=score), context.hash, 0.0)
        for name, score in prepared_rows(_REUSED, asked)
    }


def _conclude(
    draft: Draft, text: Text, context: Context, spoken: list[Spoken], *, may_retry: bool
) -> Outcome:
    _keep(draft, text, spoken)
    flagged = [one for one in spoken if one.verdict.outcome != Check.Verdict.PASS]
    cleared = latest.cleared_codes(draft, rules_version=context.rules.version) if flagged else set()
    score = next(
        (round(s.verdict.score) for s in spoken if s.layer == "judge" and s.verdict.score is not None), None
    )
    open_codes, open_verdicts = [], []
    for one in flagged:
        codes = {f"{one.layer}:{reason.code}" for reason in one.verdict.reasons}
        if one.verdict.blocking or not codes or not codes <= cleared:
            open_codes += sorted(codes - cleared if not one.verdict.blocking else codes)
            open_verdicts.append(one)
    return _decide(tuple(open_codes), open_verdicts, len(spoken) == len(LAYERS), score, may_retry=may_retry)


def _decide(
    codes: tuple[str, ...], open_verdicts: list[Spoken], complete: bool, score: int | None, *, may_retry: bool
) -> Outcome:
    law = next((one for one in open_verdicts if one.layer == "law" and one.verdict.blocking), None)
    if law is not None:
        return Outcome(Decision.FORBIDDEN, codes, score, law.verdict.reasons[0].code)
    if not open_verdicts and complete:
        return Outcome(Decision.CLEARED, (), score)
    if may_retry and open_verdicts and all(one.verdict.retry for one in open_verdicts):
        return Outcome(Decision.RETRY, codes, score)
    return Outcome(Decision.REVIEW, codes, score)


def _keep(draft: Draft, text: Text, spoken: list[Spoken]) -> None:
    """One statement, and none of them without the others."""
    rows = [
        {
            "layer": one.layer,
            "version": one.version[:40],
            "verdict": one.verdict.outcome.value,
            "blocking": one.verdict.blocking,
            "reasons": [reason.as_json() for reason in one.verdict.reasons],
            "score": one.verdict.score,
            "context": one.context_hash,
            "ms": round(one.duration_ms, 3),
        }
        for one in spoken
    ]
    asked: dict[str, Any] = {
        "draft": draft.pk,
        "text": text.hash,
        "attempt": draft.attempts,
        "now": timezone.now(),
    }
    prepared_run(_KEEP, asked | {"rows": json.dumps(rows, ensure_ascii=False)})
