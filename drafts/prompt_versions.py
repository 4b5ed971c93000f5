"""Versions of prompts: written as drafts, tried, activated once, and from then on immutable."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts import prompts
from drafts.models import PromptTemplate, PromptTrial, PromptVersion
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

Status = PromptVersion.Status


def is_editable(version: PromptVersion) -> bool:
    return version.status == Status.DRAFT and version.first_used_at is None


@transaction.atomic
def copy(*, version: PromptVersion, user: User) -> PromptVersion:
    """The next version of the same template, as a draft with the same sources."""
    template = PromptTemplate.objects.select_for_update().get(pk=version.template_id)
    newest = template.versions.aggregate(newest=Max("number"))["newest"] or 0
    made = PromptVersion.objects.create(
        template=template,
        number=newest + 1,
        system_source=version.system_source,
        user_source=version.user_source,
        model=version.model,
        sampling=version.sampling,
        created_by=user,
    )
    audit.record(actor=user, action="prompt.add", target=made, details={"from": version.number})
    return made


def last_trial(version: PromptVersion) -> PromptTrial | None:
    """The newest finished trial of exactly these sources."""
    done = version.trials.filter(status=PromptTrial.Status.DONE, sources_hash=version.sources_hash)
    return done.order_by("-pk").first()


@transaction.atomic
def activate(*, version_id: int, user: User) -> PromptVersion:
    """This version writes from now on; the one before it is retired.

    Errors: `not_a_draft`, `not_tried`, `trial_without_text`, `prompt_broken`.
    """
    template = PromptTemplate.objects.select_for_update().get(versions=version_id)
    version = PromptVersion.objects.select_for_update().get(pk=version_id)
    if version.status != Status.DRAFT:
        raise ConflictError("not_a_draft", _("This version is active already, or retired."))
    prompts.check(version)
    trial = last_trial(version)
    if trial is None:
        message = _("Try this version on a sample first: these very sources have no finished trial.")
        raise DomainError("not_tried", message)
    if not trial.results.exclude(verdict="").exists():
        raise DomainError("trial_without_text", _("The trial brought no text at all."))
    former = template.versions.filter(status=Status.ACTIVE)
    replaced = list(former.values_list("number", flat=True))
    former.update(status=Status.RETIRED)
    version.status, version.activated_at = Status.ACTIVE, timezone.now()
    version.save(update_fields=["status", "activated_at"])
    audit.record(
        actor=user,
        action="prompt.activate",
        target=version,
        details={"number": version.number, "instead_of": replaced, "trial": trial.pk},
    )
    return version
