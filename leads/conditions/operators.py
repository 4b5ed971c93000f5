"""What a condition may ask of a field, by the kind of the field. No two kinds share the name of an operator,
except for being empty: the operator alone tells how the values of an imported attribute are to be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


class Takes(StrEnum):
    """What stands behind the operator."""

    NOTHING = "nothing"
    ONE = "one"
    TWO = "two"
    MANY = "many"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Operator:
    name: str
    label: str | Promise
    takes: Takes = Takes.ONE


_EMPTY: Final = (
    Operator("empty", _("is empty"), Takes.NOTHING),
    Operator("filled", _("is filled in"), Takes.NOTHING),
)
OPERATORS: Final[Mapping[Kind, tuple[Operator, ...]]] = {
    Kind.TEXT: (
        Operator("has", _("contains")),
        Operator("lacks", _("does not contain")),
        Operator("is", _("equals")),
        Operator("starts", _("starts with")),
        *_EMPTY,
    ),
    Kind.NUMBER: (
        Operator("ge", _("at least")),
        Operator("le", _("at most")),
        Operator("between", _("between"), Takes.TWO),
        *_EMPTY,
    ),
    Kind.DATE: (
        Operator("last", _("in the last days"), Takes.DAYS),
        Operator("next", _("in the next days"), Takes.DAYS),
        Operator("older", _("longer ago than days"), Takes.DAYS),
        Operator("today", _("is today"), Takes.NOTHING),
        Operator("week", _("is this week"), Takes.NOTHING),
        Operator("reached", _("is today or earlier"), Takes.NOTHING),
        Operator("past", _("has passed"), Takes.NOTHING),
        Operator("before", _("before")),
        Operator("after", _("on or after")),
        *_EMPTY,
    ),
    Kind.CHOICE: (
        Operator("in", _("is any of"), Takes.MANY),
        Operator("out", _("is none of"), Takes.MANY),
        *_EMPTY,
    ),
    Kind.YES_NO: (
        Operator("yes", _("is yes"), Takes.NOTHING),
        Operator("no", _("is no"), Takes.NOTHING),
    ),
}
KIND_OF: Final[Mapping[str, Kind]] = {
    operator.name: kind
    for kind, operators in OPERATORS.items()
    for operator in operators
    if operator not in _EMPTY
}


def operator(kind: Kind, name: str) -> Operator | None:
    return next((found for found in OPERATORS[kind] if found.name == name), None)
