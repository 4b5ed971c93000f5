"""Draft versions of the rules: made as a copy, edited, deleted, sent off to be published.

Only a draft changes, and only by whoever saw its latest revision. What publishing does: leads/publishing.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from leads import publishing, rule_checks
from leads.models import RuleSet, ScoreJob
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

CONTENT: Final = ("half_life_hours", "scale_heat", "weights", "bands", "fit_rules", "exclude_rules", "note")
PERMISSION: Final = "leads.publish_rules"


def copy(*, source_id: int, user: User) -> RuleSet:
    """A new draft with the content of any version; ConflictError if somebody took its number just now."""
    _require(user)
    source = RuleSet.objects.get(pk=source_id)
    content = {name: getattr(source, name) for name in CONTENT if name != "note"}
    newest = RuleSet.objects.aggregate(newest=Max("version"))["newest"]
    try:
        with transaction.atomic():
            draft = RuleSet.objects.create(version=newest + 1, created_by_name=str(user), **content)
            audit.record(actor=user, action="rules.create", target=draft, details={"from": source.version})
    except IntegrityError:
        raise ConflictError(
            "rules_version", _("Somebody made a new version at this moment. Please try again.")
        ) from None
    return draft


def save(*, rule_set_id: int, revision: int, content: Mapping[str, Any], user: User) -> list[str]:
    """The names of the fields that changed.

    ConflictError if it is no draft, is being published or was edited since `revision`; DomainError
    `rules_refused` with `problems`, [(field, sentence)], for content that could not be published.
    """
    _require(user)
    if problems := rule_checks.problems(RuleSet(**content)):
        raise DomainError("rules_refused", problems[0][1], {"problems": problems})
    with transaction.atomic():
        draft = _draft(rule_set_id)
        if draft.revision != revision:
            raise ConflictError(
                "rules_edited",
                _("Somebody else changed this draft since you opened it. Nothing was overwritten."),
            )
        changed = sorted(name for name, value in content.items() if getattr(draft, name) != value)
        if changed:
            RuleSet.objects.filter(pk=draft.pk).update(**content, revision=F("revision") + 1)
            details = {"fields": changed, "revision": revision + 1}
            audit.record(actor=user, action="rules.edit", target=draft, details=details)
    return changed


def delete(*, rule_set_id: int, user: User) -> None:
    _require(user)
    with transaction.atomic():
        draft = _draft(rule_set_id)
        audit.record(actor=user, action="rules.delete", target=draft, details={"version": draft.version})
        draft.delete()


def seen_token(rule_set: RuleSet, published: RuleSet) -> str:
    """What somebody looked at: a preview is void once either side has changed."""
    return f"{rule_set.pk}.{rule_set.revision}:{published.pk}"


def publish(*, rule_set_id: int, seen: str, user: User) -> ScoreJob:
    """Of a draft, or a return to a retired version. ConflictError if `seen` is not what there is now."""
    _require(user)
    with transaction.atomic():
        rule_set = RuleSet.objects.select_for_update().get(pk=rule_set_id)
        published = RuleSet.objects.get(status=RuleSet.Status.PUBLISHED)
        if seen != seen_token(rule_set, published):
            raise ConflictError(
                "rules_not_seen",
                _("The rules changed after this preview. Please look at the new figures before publishing."),
            )
        job = publishing.request(rule_set_id=rule_set_id, user=user)
        draft = rule_set.status == RuleSet.Status.DRAFT
        action = "rules.publish" if draft else "rules.roll_back"
        details = {"version": rule_set.version, "instead_of": published.version, "job": job.pk}
        audit.record(actor=user, action=action, target=rule_set, details=details)
    return job


def not_a_draft() -> ConflictError:
    return ConflictError(
        "rules_not_draft", _("This version is no longer a draft: it is kept as it was published.")
    )


def _draft(rule_set_id: int) -> RuleSet:
    draft = RuleSet.objects.select_for_update().filter(pk=rule_set_id, status=RuleSet.Status.DRAFT).first()
    if draft is None:
        raise not_a_draft()
    if draft.jobs.open().exists():
        raise ConflictError("rules_under_way", _("This version is being published at this moment."))
    return draft


def _require(user: User) -> None:
    if not user.has_perm(PERMISSION):
        raise DomainError("rules_permission", _("You may look at the rules but not change them."), status=403)
