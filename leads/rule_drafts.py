"""Draft versions of the rules: made as a copy, edited, deleted. Publishing stands elsewhere.

Only a draft changes, and only by whoever saw its latest revision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from leads.models import RuleSet
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
    """The names of the fields that changed. ConflictError if it is no draft or was edited since `revision`."""
    _require(user)
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


def _draft(rule_set_id: int) -> RuleSet:
    draft = RuleSet.objects.select_for_update().filter(pk=rule_set_id, status=RuleSet.Status.DRAFT).first()
    if draft is None:
        raise ConflictError(
            "rules_not_draft", _("This version is no longer a draft: it is kept as it was published.")
        )
    return draft


def _require(user: User) -> None:
    if not user.has_perm(PERMISSION):
        raise DomainError("rules_permission", _("You may look at the rules but not change them."), status=403)
