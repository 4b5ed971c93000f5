"""Drafts for screens: an uncleared text does not even leave the database."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Field,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)

from drafts.models import Draft, SafetyRules, State
from drafts.models.draft import BOUND_TO_RULES
from salesdash.models import User

# loaded for no screen; those below stand in for them
_TEXT: Final = ("subject", "body", "ai_subject", "ai_body", "claims", "facts")


def shown_to(user: User) -> QuerySet[Any]:
    """What a rep's pages may know of drafts.

    Each row carries `readable` and `shown_subject`, `shown_body`, `shown_claims`, `shown_facts`, which are
    empty unless `DraftQuerySet.readable_by` lets this person read the text; the columns are deferred.
    `outdated`: it was cleared once, by rules that are no longer in force, and is or will be checked again.
    """
    rows: QuerySet[Any] = titles_shown_to(user).annotate(
        shown_body=_if_readable("body", Value(""), TextField()),
        shown_claims=_if_readable("claims", Value([], JSONField()), JSONField()),
        shown_facts=_if_readable("facts", Value([], JSONField()), JSONField()),
    )
    return rows


def titles_shown_to(user: User) -> QuerySet[Any]:
    """The same for lists: of the text, only `shown_subject`."""
    readable = Draft.objects.readable_by(user).filter(pk=OuterRef("pk"))
    rows = (
        Draft.objects.visible_to(user).defer(*_TEXT).annotate(readable=Exists(readable), outdated=_outdated())
    )
    return rows.annotate(shown_subject=_if_readable("subject", Value(""), TextField()))


def _outdated() -> Case:
    """Also while the check goes on, so that what is said of the draft does not change in between."""
    once_cleared = Q(state__in=BOUND_TO_RULES) | Q(state=State.CHECKING, rules_version__isnull=False)
    in_force = Q(rules_version=Subquery(SafetyRules.objects.in_force()), rules_version__isnull=False)
    return Case(
        When(in_force, then=False), When(once_cleared, then=True), default=False, output_field=BooleanField()
    )


def _if_readable(column: str, otherwise: Value, kind: Field[Any, Any]) -> Case:
    return Case(When(readable=True, then=F(column)), default=otherwise, output_field=kind)
