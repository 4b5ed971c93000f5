"""Trying a prompt version on a sample: the real writer, every layer, the books; nobody is sent anything.

A killed worker leaves finished results behind, and the next one goes on with those that still wait.
"""

from __future__ import annotations

import random
import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts import generation, prompts
from drafts.llm import door
from drafts.llm.errors import LlmError
from drafts.llm.ledger import Account
from drafts.models import Check, Draft, LlmCall, PromptTrial, PromptVersion, TrialResult
from drafts.safety import context as contexts
from drafts.safety import pipeline, rulebook
from drafts.texts import Text
from leads import leases
from leads.models import Lead
from salesdash import audit, telemetry
from salesdash.errors import ConflictError, DomainError, TemporaryError
from salesdash.models import User

MOST_LEADS: Final = 20
USUAL_LEADS: Final = 5
# one text with its checks takes much less; a worker silent for this long is dead
lease: Final = timedelta(minutes=5)
resumed_for: Final = timedelta(hours=2)
_WORST_FIRST: Final = (Check.Verdict.ERROR, Check.Verdict.FLAG, Check.Verdict.PASS)
Status = PromptTrial.Status


def writable(user: User, language: str) -> QuerySet[Lead]:
    """Leads that a trial may write to on paper: visible to the person, lawful to mail."""
    return Lead.objects.visible_to(user).filter(
        language=language, do_not_contact=False, opted_out_at=None, erased_at=None
    ).exclude(email="")  # fmt: skip


def sample(user: User, language: str, number: int) -> list[int]:
    """Ids of `number` leads at random, found by jumps on the key; fewer where there are fewer."""
    leads = writable(user, language).order_by()
    ends = leads.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return []
    found: set[int] = set()
    for _try in range(number * 4):
        if len(found) >= number:
            break
        start = random.randint(ends["first"], ends["last"])  # noqa: S311 -- a sample, not a secret
        pk = leads.filter(pk__gte=start).exclude(pk__in=found).order_by("pk").values_list("pk", flat=True)
        found.update(pk[:1])
    return sorted(found)


def start(*, version: PromptVersion, user: User, leads: int = USUAL_LEADS) -> PromptTrial:
    """The caller enqueues the worker after the commit. Errors: `nothing_to_try`, `trial_running`."""
    prompts.check(version)
    ids = sample(user, version.template.language, max(1, min(leads, MOST_LEADS)))
    if not ids:
        raise DomainError("nothing_to_try", _("There is no lead of this language to try it on."))
    try:
        with transaction.atomic():
            trial = PromptTrial.objects.create(
                version=version, author=user, sources_hash=version.sources_hash, attempt_at=timezone.now()
            )
            TrialResult.objects.bulk_create(TrialResult(trial=trial, lead_id=pk) for pk in ids)
            audit.record(actor=user, action="prompt.trial", target=version, details={"leads": len(ids)})
    except IntegrityError as error:
        if "one_trial_of_a_version" not in str(error):
            raise
        raise ConflictError("trial_running", _("This version is being tried out already.")) from None
    return trial


def run(*, trial_id: int) -> bool:
    """Do a queued trial, or go on with one whose worker died. False if there was nothing to do."""
    token = leases.claim(PromptTrial.objects.all(), trial_id, lease)
    if token is None:
        return False
    trial = PromptTrial.objects.select_related("version__template", "author").get(pk=trial_id)
    with telemetry.span("drafts.trial", trial=trial_id), leases.working(partial(fail, trial_id)):
        _work(trial, token)
        return True
    return False


def _work(trial: PromptTrial, token: uuid.UUID) -> None:
    ours = leases.held(PromptTrial.objects.all(), trial.pk, token)
    waiting = trial.results.filter(done_at=None).select_related("lead__company", "lead__team")
    for result in waiting:
        leases.renew(ours)
        # a lead that left this person's sight meanwhile stays out
        if Lead.objects.visible_to(trial.author).filter(pk=result.lead_id).exists():
            found = _try(trial, result.lead)
        else:
            found = {"error_code": "lead_not_found"}
        leases.renew(ours)
        TrialResult.objects.filter(pk=result.pk, done_at=None).update(done_at=timezone.now(), **found)
    ours.update(status=Status.DONE, finished_at=timezone.now(), attempt_token=None)


def _try(trial: PromptTrial, lead: Lead) -> dict[str, Any]:
    """Columns of the result."""
    version = trial.version
    draft = Draft(
        lead=lead,
        team=lead.team,
        requested_by=trial.author,
        purpose=version.template.purpose,
        language=version.template.language,
    )
    context = contexts.for_draft(draft, rules=rulebook.active())
    before = timezone.now()
    try:
        prompt = prompts.render(version, data=prompts.draft_data(draft, context, avoid=[]))
        account = Account(lead.team_id, LlmCall.Purpose.GENERATION, None, version.pk)
        answer = door.complete(generation.asked(prompt, account)).value
    except prompts.PromptBroken:
        return {"error_code": "prompt_broken"}
    except (LlmError, TemporaryError) as error:
        return {"error_code": getattr(error, "code", "llm_unavailable"), "cost_jpy": _cost(version, before)}
    text = Text(answer["subject"], answer["body"])
    context = replace(context, claims=contexts.read_claims(answer["claims"]))
    spoken = pipeline.examine(text, context)
    return {"subject": text.subject, "body": text.body, "cost_jpy": _cost(version, before), **_said(spoken)}


def _said(spoken: list[pipeline.Spoken]) -> dict[str, Any]:
    verdicts = [one.verdict for one in spoken]
    worst = next(kind for kind in _WORST_FIRST if any(verdict.outcome == kind for verdict in verdicts))
    reasons = [{"layer": one.layer, "code": reason.code} for one in spoken for reason in one.verdict.reasons]
    score = next((one.verdict.score for one in spoken if one.layer == "judge"), None)
    unique = list({(r["layer"], r["code"]): r for r in reasons}.values())
    return {"verdict": worst, "reasons": unique, "score": None if score is None else round(score)}


def _cost(version: PromptVersion, since: Any) -> Decimal:
    """Of the calls of this version without a draft: there is one trial of it at a time."""
    calls = LlmCall.objects.filter(prompt_version=version, draft=None, at__gte=since)
    return sum(calls.values_list("cost_jpy", flat=True), Decimal(0))


def fail(trial_id: int) -> None:
    leases.unfinished(PromptTrial.objects.filter(pk=trial_id)).update(
        status=Status.FAILED, finished_at=timezone.now(), attempt_token=None
    )


def sweep() -> list[int]:
    """Ids of the trials that need a worker; ends those that none could finish."""
    return leases.sweep(PromptTrial.objects.all(), lease=lease, resumed_for=resumed_for, fail=fail)
