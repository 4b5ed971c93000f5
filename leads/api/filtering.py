"""A filter that a program names: the table's own, but nothing of it is left out in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from leads import saved_views
from leads.conditions import strict
from leads.conditions.tree import MOST_CONDITIONS, Condition, Group, Item, Join
from leads.filters import LONGEST_TEXT, LeadFilter
from leads.models import SavedView

SHORT: Final = ("q", "owner", "team", "stage", "industry", "min_t")
_ONCE: Final = (
    "owner",
    "team",
    "min_t",
    "match",
    "q",
    "view",
    "updated_since",
    "sort",
    "limit",
    "after",
    "before",
)


def read(query: MultiValueDict[str, str]) -> LeadFilter:
    """Raises ValidationError for each value that the table would leave out."""
    if faults := dict(_faults(query)):
        raise ValidationError(faults)
    return LeadFilter.from_query(query)


def unknown(message: str = "") -> list[ErrorDetail]:
    return [ErrorDetail(message or _("This value is not known here."), code="unknown")]


def _faults(query: MultiValueDict[str, str]) -> Iterator[tuple[str, Any]]:
    # read without the conditions, which may say the same and take their places
    short = LeadFilter.from_query(MultiValueDict({name: query.getlist(name) for name in SHORT}))
    taken = {
        "q": len(query.get("q") or "") <= LONGEST_TEXT,
        "owner": short.owner is not None,
        "team": short.team is not None,
        "min_t": short.min_t is not None,
        "stage": set(query.getlist("stage")) == set(short.stages),
        "industry": set(query.getlist("industry")) == set(short.industries),
        "match": query.get("match") in tuple(Join),
    }
    yield from ((name, unknown()) for name, good in taken.items() if name in query and not good)
    for name in _ONCE:
        if len(query.getlist(name)) > 1:
            yield name, [ErrorDetail(_("Only one value can be given here."), code="once")]
    if conditions := _conditions(query.getlist("c")):
        yield "c", conditions


def _conditions(texts: list[str]) -> Any:
    """Faults by the place of the condition, or one of all."""
    found: dict[str, list[ErrorDetail]] = {}
    number = 0
    for place, text in enumerate(texts):
        try:
            number += len(strict.read(text).conditions)
        except strict.Refused as refused:
            found[str(place)] = [ErrorDetail(refused.message, code=f"condition_{refused.part}")]
    return found or (_too_many() if number > MOST_CONDITIONS else None)


def _too_many() -> list[ErrorDetail]:
    message = _("At most %(n)d conditions at a time.") % {"n": MOST_CONDITIONS}
    return [ErrorDetail(message, code="too_many")]


def within(view: SavedView, own: LeadFilter) -> LeadFilter:
    """The view's conditions, and these besides: a short parameter takes the place of the view's own of that
    name, `c` narrows. Raises ValidationError.
    """
    base = saved_views.condition_of(view)
    if not own.items:
        return replace(base, q=own.q)
    mine = own.items
    kept = [item for name, item in base.items.items() if name not in mine or name not in _NAMES]
    if base.join is Join.ANY:
        kept = [_one_of(list(base.items.values()))]
    found = LeadFilter.of(own.q, Join.ALL, [*mine.values(), *kept])
    if sum(len(item.conditions) for item in found.more) > MOST_CONDITIONS:
        raise ValidationError({"c": _too_many()})
    return found


# parts of a filter that have one place each
_NAMES: Final = ("owner", "team", "stages", "industries", "min_t")


def _one_of(items: list[Item]) -> Group:
    if any(isinstance(item, Group) for item in items):
        message = _("This view joins groups by “or”: it cannot be narrowed further.")
        raise ValidationError({"view": [ErrorDetail(message, code="view_or")]})
    return Group(Join.ANY, tuple(item for item in items if isinstance(item, Condition)))
