"""One draft from the wish to the verdict. Safe to run twice and to be killed at any point."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from typing import Any, Final

import structlog
from django.db import InterfaceError, OperationalError, transaction

from drafts import prompts, queue
from drafts.llm import cache, door, ledger
from drafts.llm.errors import LlmError
from drafts.llm.ledger import Account
from drafts.llm.questions import ChatRequest
from drafts.models import Check, Draft, LlmCall, Origin, PromptVersion, State
from drafts.safety import context as contexts
from drafts.safety import latest, pipeline, reasons, rulebook
from drafts.safety.base import Context
from drafts.safety.pipeline import Decision, Outcome
from drafts.texts import BODY_MAX_CHARS, SUBJECT_MAX_CHARS, Text, tidy
from drafts.workflow import Attempt, AttemptLost
from salesdash import telemetry
from salesdash.errors import TemporaryError

log = structlog.get_logger(__name__)

# the first text and two more
MAX_TEXTS: Final = 3
_MAX_CLAIMS: Final = 30
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["subject", "body", "claims"],
    "properties": {
        "subject": {"type": "string"},
        "body": {"type": "string"},
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["phrase", "fact_id"],
                "properties": {"phrase": {"type": "string"}, "fact_id": {"type": "string"}},
            },
        },
    },
}


class Unwritable(Exception):
    """The draft cannot be written at all; `code` is one of drafts.failures."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def generate(*, draft_id: int) -> None:
    """Write and check until a person has something to do. TemporaryError: try again later."""
    attempt = Attempt.claim(draft_id)
    if attempt is None:
        return
    draft = attempt.draft
    with (
        telemetry.joined(draft.traceparent),
        telemetry.span("draft.work", draft=draft_id, lead=draft.lead_id),
    ):
        try:
            _work(attempt)
        except AttemptLost:
            log.info("draft taken over", draft=draft_id)
        except TemporaryError:
            attempt.release()
            raise
        except (LlmError, Unwritable) as error:
            log.warning("draft failed", draft=draft_id, code=error.code, detail=str(error))
            _fail(attempt, error.code)
        except (OperationalError, InterfaceError):
            # the database went away: nothing can be written now, the sweeper resumes it
            raise
        except Exception:
            # the worker's boundary: the rep learns of it, the error goes on to the log
            _fail(attempt, "internal_error")
            raise


def give_up(*, draft_id: int, code: str) -> None:
    """After the last try of a job: the draft fails with a reason instead of waiting for ever."""
    attempt = Attempt.claim(draft_id)
    if attempt is not None:
        _fail(attempt, code)


def _fail(attempt: Attempt, code: str) -> None:
    try:
        attempt.fail(code)
    except AttemptLost:
        log.info("draft taken over", draft=attempt.draft.pk)


def _work(attempt: Attempt) -> None:
    while attempt.draft.state in (State.QUEUED, State.GENERATING, State.REGENERATING, State.CHECKING):
        if attempt.draft.state == State.CHECKING:
            _check(attempt)
        else:
            _write(attempt)


def _write(attempt: Attempt) -> None:
    """A text from the cache or the model, then its check while the flight is still ours."""
    draft = attempt.draft
    version = prompts.active_version(purpose=draft.purpose, language=draft.language)
    if version is None:
        raise Unwritable("no_prompt")
    context = contexts.for_draft(draft, rules=_rules(), attempt=attempt)
    prompt = _prompt(draft, version, context)
    prompts.mark_used(version)
    # what would be asked first is part of the key
    model, provider = door.first_choice(prompt.model)
    key = cache.key_of(model=model, sampling=prompt.sampling, messages=prompt.messages, variant=draft.variant)

    def begin() -> None:
        if draft.state == State.QUEUED:
            attempt.move(State.GENERATING, prompt_version=version)

    with cache.flight(key, on_wait=begin) as flight:
        if flight.waited:
            attempt.alive()
        account = Account(draft.team_id, LlmCall.Purpose.GENERATION, draft.pk, version.pk)
        if flight.answer is None:
            begin()
            answer, elapsed_ms = _ask(prompt, account, attempt)
        else:
            answer, elapsed_ms = read_answer(flight.answer), 0
            ledger.note_cached(account, provider=provider, model=model)
        _take_text(attempt, answer, context, version, elapsed_ms, cached=flight.answer is not None)
        at_once = flight.answer is not None and not flight.waited
        still_true = contexts.with_text(context, draft) if at_once else None
        if _check(attempt, still_true, is_new=flight.answer is None) == Decision.CLEARED:
            cache.store(key, answer, text_hash=draft.text_hash)
        elif flight.answer is not None:
            cache.evict(draft.text_hash)


def _prompt(draft: Draft, version: PromptVersion, context: Context) -> prompts.Prompt:
    try:
        return prompts.render(version, data=prompts.draft_data(draft, context, avoid=_avoid(draft)))
    except prompts.PromptBroken:
        # what is wrong with it quotes the prompt: the preview in the admin says it
        log.error("prompt cannot be rendered", version=version.pk)
    raise Unwritable("prompt_broken")


def _rules() -> rulebook.RuleBook:
    try:
        return rulebook.active()
    except rulebook.NoRules:
        log.error("no safety rules are active")
    raise Unwritable("internal_error")


def _avoid(draft: Draft) -> list[str]:
    """What was wrong with the last text, in codes and labels, never in its words."""
    if draft.state != State.REGENERATING:
        return []
    codes = [code.split(":", 1)[1] for code in latest.flagged_codes(latest.checks(draft))]
    return [f"{code}: {reasons.label(code)}" for code in dict.fromkeys(codes)]


def _ask(prompt: prompts.Prompt, account: Account, attempt: Attempt) -> tuple[dict[str, Any], int]:
    started = time.perf_counter()
    with telemetry.span("draft.generate", draft=account.draft_id or 0):
        answer = door.complete(replace(asked(prompt, account), attempt=attempt))
    return answer.value, int((time.perf_counter() - started) * 1000)


def asked(prompt: prompts.Prompt, account: Account) -> ChatRequest[dict[str, Any]]:
    """What the model is asked for a draft, by whomever: a rep, a trial, an evaluation."""
    return ChatRequest(
        account=account,
        messages=prompt.messages,
        schema_name="draft",
        schema=SCHEMA,
        parse=read_answer,
        model=prompt.model,
        sampling=prompt.sampling,
    )


def read_answer(answer: Any) -> dict[str, Any]:
    """Subject, body and claims of the agreed form; ValueError for any other."""
    subject, body, claims = answer["subject"], answer["body"], answer["claims"]
    if not isinstance(subject, str) or not isinstance(body, str) or not isinstance(claims, list):
        raise ValueError("types")
    text = tidy(subject, body)
    if not text.subject or not text.body:
        raise ValueError("empty")
    if len(text.subject) > SUBJECT_MAX_CHARS or len(text.body) > BODY_MAX_CHARS or len(claims) > _MAX_CLAIMS:
        raise ValueError("too long")
    if not all(isinstance(c["phrase"], str) and isinstance(c["fact_id"], str) for c in claims):
        raise ValueError("claims")
    kept = [{"phrase": c["phrase"], "fact_id": c["fact_id"]} for c in claims]
    return {"subject": text.subject, "body": text.body, "claims": kept}


def _take_text(
    attempt: Attempt,
    answer: dict[str, Any],
    context: Context,
    version: PromptVersion,
    elapsed_ms: int,
    *,
    cached: bool,
) -> None:
    text = Text(answer["subject"], answer["body"])
    attempt.move(
        State.CHECKING,
        details={"text": text.hash, "cached": cached, "ms": elapsed_ms},
        prompt_version=version,
        subject=text.subject,
        body=text.body,
        ai_subject=text.subject,
        ai_body=text.body,
        text_hash=text.hash,
        text_author=None,
        # whatever it was begun as: from here on the words are the model's, and are judged as such
        origin=Origin.GENERATED,
        mail_template=None,
        claims=answer["claims"],
        facts=[asdict(fact) for fact in context.facts],
        from_cache=cached,
        generation_ms=elapsed_ms,
        judge_score=None,
        # of the version that the UPDATE insists on
        attempts=attempt.draft.attempts + 1,
    )


def _check(attempt: Attempt, context: Context | None = None, *, is_new: bool = False) -> Decision:
    """The layers over the present text, and the move that follows from them.

    `context` only where nobody was waited for since it was read; the text `is_new` straight from a model.
    """
    draft = attempt.draft
    if context is None:
        context = contexts.for_draft(
            draft,
            rules=_rules(),
            facts=contexts.read_facts(draft.facts),
            claims=contexts.read_claims(draft.claims),
            attempt=attempt,
        )
    machine_made = draft.origin == Origin.GENERATED and draft.text_author_id is None
    may_retry = machine_made and draft.attempts < MAX_TEXTS and draft.rules_version is None
    outcome = pipeline.run(draft, context, may_retry=may_retry, is_new=is_new)
    try:
        _conclude(attempt, outcome, context.rules.version)
    except rulebook.RulesChanged:
        # while the layers were at work: what they said counts for nothing
        return _check(attempt)
    return outcome.decision


def _conclude(attempt: Attempt, outcome: Outcome, rules_version: int) -> None:
    details = {"codes": list(outcome.codes), "text": attempt.draft.text_hash}
    written = {"judge_score": outcome.score, "rules_version": rules_version}
    match outcome.decision:
        case Decision.CLEARED:
            with transaction.atomic():
                rulebook.hold(rules_version)
                _make_sure(attempt.draft, rules_version)
                attempt.move(State.READY, details=details, **written)
        case Decision.RETRY:
            attempt.move(State.REGENERATING, details=details, judge_score=outcome.score)
        case Decision.REVIEW:
            risk = queue.risk(outcome.codes)
            attempt.move(State.IN_REVIEW, details=details, review_risk=risk, **written)
        case Decision.FORBIDDEN:
            attempt.move(State.FAILED, details=details, error_code=outcome.failure)


def _make_sure(draft: Draft, rules_version: int) -> None:
    """The second lock on the way out: what the database holds must say the same as the decision."""
    checks = latest.checks(draft)
    flagged = set(latest.flagged_codes(checks))
    open_codes = flagged and flagged - latest.cleared_codes(draft, rules_version=rules_version)
    blocked = any(check.blocking and check.verdict != Check.Verdict.PASS for check in checks)
    same = Text(draft.subject, draft.body).hash == draft.text_hash
    if not same or not latest.complete(checks) or open_codes or blocked:
        raise RuntimeError("a text was about to be cleared that its checks do not clear")
