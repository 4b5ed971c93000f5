"""The address of the list: the filters and orders of the table, a saved view, what has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ErrorDetail, ValidationError

from leads import orders, saved_views
from leads.api import filtering
from leads.api.fields import MomentField
from leads.conditions.tree import LONGEST, Join
from leads.filters import LONGEST_TEXT
from leads.models import Industry, SavedView, Stage
from leads.sorting import DEFAULT
from salesdash.api import paging
from salesdash.cursors import LARGEST_ID
from salesdash.models import User

OWNER_PATTERN: Final = "^(me|none|[1-9][0-9]{0,17})$"
# a column's name, or that of an attribute, turned round or not
SORT_PATTERN: Final = r"^-?([a-z_]+|attr\..+)$"
CONDITION_PATTERN: Final = r"^(all|any)\(.+\)$|^[^:]+:[a-z]+(:.*)?$"
# the oldest change first
BY_CHANGE: Final = "-updated"
_ID: Final = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}


def _several(name: str, values: list[str], words: Any) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, enum=values, many=True, description=words)


FILTERS: Final = [
    OpenApiParameter(
        "q",
        {"type": "string", "maxLength": LONGEST_TEXT},
        description=gettext_lazy("name, kana, company, e-mail or phone"),
    ),
    OpenApiParameter(
        "owner",
        {"type": "string", "pattern": OWNER_PATTERN},
        description=gettext_lazy("a person's id, “me” or “none”"),
    ),
    OpenApiParameter("team", _ID),
    _several("stage", Stage.values, gettext_lazy("any of these; without: the open stages")),
    _several("industry", Industry.values, gettext_lazy("any of these")),
    OpenApiParameter(
        "min_t",
        {"type": "integer", "minimum": 1, "maximum": 100},
        description=gettext_lazy("temperature at least"),
    ),
    OpenApiParameter(
        "c",
        {"type": "array", "items": {"type": "string", "pattern": CONDITION_PATTERN, "maxLength": LONGEST}},
        description=gettext_lazy(
            "a condition, field:comparison:value, or a group any(…;…) or all(…;…); may be repeated"
        ),
    ),
    OpenApiParameter(
        "match",
        OpenApiTypes.STR,
        enum=list(Join),
        default=Join.ALL,
        description=gettext_lazy("whether all conditions hold or any of them"),
    ),
    OpenApiParameter(
        "view",
        _ID,
        description=gettext_lazy(
            "id of a saved view: its conditions and order; what else you name narrows it or replaces its own"
        ),
    ),
    OpenApiParameter(
        "updated_since",
        OpenApiTypes.DATETIME,
        description=gettext_lazy(
            "what was changed at this time or later, the oldest change first, closed leads too; "
            "five seconds pass before a change shows, so that none is missed"
        ),
    ),
    OpenApiParameter(
        "sort",
        {"type": "string", "pattern": SORT_PATTERN, "default": DEFAULT},
        description=gettext_lazy(
            "a column: temperature, name, company, stage, next, activity, any other or attr.…; "
            "with “-” the other way round"
        ),
    ),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": paging.MOST, "default": 100},
        description=gettext_lazy("how many at most"),
    ),
    OpenApiParameter(
        "after", OpenApiTypes.STR, description=gettext_lazy("cursor: use the address in “next”")
    ),
    OpenApiParameter(
        "before", OpenApiTypes.STR, description=gettext_lazy("cursor: use the address in “previous”")
    ),
]
NAMES: Final = frozenset(parameter.name for parameter in FILTERS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the table reads, and since when."""

    query: QueryDict
    since: datetime | None


def read(query: QueryDict, user: User) -> Asked:
    """Raises ValidationError for each value that the table would leave out."""
    condition = filtering.read(query)
    view = _view(query, user)
    since = _since(query)
    if faults := _faults(query, user, since):
        raise ValidationError(faults)
    if view is not None:
        condition = filtering.within(view, condition)
    asked = QueryDict(mutable=True)
    for name, value in condition.pairs():
        asked.appendlist(name, value)
    asked["view"] = "all"
    asked["sort"] = BY_CHANGE if since else _sort(query, view, user)
    for name in ("after", "before"):
        if name in query:
            asked[name] = _text(query, name)
    return Asked(asked, since)


def _faults(query: QueryDict, user: User, since: datetime | None) -> dict[str, Any]:
    faults: dict[str, Any] = {}
    if "sort" in query and orders.sort(_text(query, "sort"), user) is None:
        faults["sort"] = filtering.unknown()
    elif since and query.get("sort", BY_CHANGE) != BY_CHANGE:
        message = _(
            "With “updated_since” the oldest change comes first: in another order rows would be missed."
        )
        faults["sort"] = [ErrorDetail(message, code="order")]
    if "view" in query and "match" in query:
        message = _("A view says itself how its conditions are joined.")
        faults["match"] = [ErrorDetail(message, code="view")]
    if "after" in query and "before" in query:
        faults["after"] = filtering.unknown()
    return faults


def _text(query: QueryDict, name: str) -> str:
    return query.get(name) or ""


def _view(query: QueryDict, user: User) -> SavedView | None:
    if "view" not in query:
        return None
    found = saved_views.find(user, _text(query, "view"))
    if found is None:
        raise ValidationError({"view": filtering.unknown(_("There is no such view, or not for you."))})
    return found


def _since(query: QueryDict) -> datetime | None:
    if "updated_since" not in query:
        return None
    try:
        moment: datetime = MomentField().run_validation(query["updated_since"])
    except ValidationError as error:
        raise ValidationError({"updated_since": error.detail}) from error
    return moment


def _sort(query: QueryDict, view: SavedView | None, user: User) -> str:
    """A search is ordered by relevance only while few leads match: a program wants one order throughout."""
    for text in (query.get("sort"), view.sort if view else None):
        if text and (found := orders.sort(text, user)):
            return found.text
    return DEFAULT
