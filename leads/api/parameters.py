"""The address of the list: the filters and orders of the table, but nothing is left out in silence."""

from __future__ import annotations

from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ErrorDetail, ValidationError

from leads.filters import LONGEST_TEXT, LeadFilter
from leads.models import Industry, Stage
from leads.sorting import DEFAULT, ORDERS
from salesdash.api import paging

SORTS: Final = [*ORDERS, *(f"-{name}" for name in ORDERS)]


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
        {"type": "string", "pattern": "^(me|none|[1-9][0-9]{0,17})$"},
        description=gettext_lazy("a person's id, “me” or “none”"),
    ),
    OpenApiParameter("team", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}),
    _several("stage", Stage.values, gettext_lazy("any of these; without: the open stages")),
    _several("industry", Industry.values, gettext_lazy("any of these")),
    OpenApiParameter(
        "min_t",
        {"type": "integer", "minimum": 1, "maximum": 100},
        description=gettext_lazy("temperature at least"),
    ),
    OpenApiParameter("sort", OpenApiTypes.STR, enum=SORTS, default=DEFAULT),
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


def table_query(query: QueryDict) -> QueryDict:
    """What the table reads. Raises ValidationError for each value that it would leave out."""
    read = LeadFilter.from_query(query)
    taken = {
        "q": len(query.get("q", "")) <= LONGEST_TEXT,
        "owner": read.owner is not None,
        "team": read.team is not None,
        "min_t": read.min_t is not None,
        "stage": set(query.getlist("stage")) == set(read.stages),
        "industry": set(query.getlist("industry")) == set(read.industries),
        "sort": query.get("sort") in SORTS,
        "after": "before" not in query,
    }
    message = _("This value is not known here.")
    faults = {
        name: [ErrorDetail(message, code="unknown")]
        for name, good in taken.items()
        if name in query and not good
    }
    if faults:
        raise ValidationError(faults)
    asked = query.copy()
    asked["view"] = "all"
    # a search is ordered by relevance only while few leads match: a program wants one order throughout
    asked.setdefault("sort", DEFAULT)
    return asked
