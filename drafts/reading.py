"""Drafts for screens: an uncleared text does not even leave the database."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Case, Exists, F, Field, JSONField, OuterRef, QuerySet, TextField, Value, When

from drafts.models import Draft
from salesdash.models import User

# loaded for no screen; those below stand in for them
_TEXT: Final = ("subject", "body", "ai_subject", "ai_body", "claims", "facts")


def shown_to(user: User) -> QuerySet[Any]:
    """What a rep's pages may know of drafts.

    Each row carries `readable` and `shown_subject`, `shown_body`, `shown_claims`, `shown_facts`, which are
    empty unless `DraftQuerySet.readable_by` lets this person read the text; the columns are deferred.
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
    rows = Draft.objects.visible_to(user).defer(*_TEXT).annotate(readable=Exists(readable))
    return rows.annotate(shown_subject=_if_readable("subject", Value(""), TextField()))


def _if_readable(column: str, otherwise: Value, kind: Field[Any, Any]) -> Case:
    return Case(When(readable=True, then=F(column)), default=otherwise, output_field=kind)
