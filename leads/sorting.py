"""Orders of the lead table, and cursors that say where a page ends.

Each order is a list of keys that ends in the lead's id, so that no two rows are equal. A cursor holds the
keys of the last row seen: the next page is found by comparing, whatever was added or removed in between.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leads import folding
from leads.models import Stage
from leads.models.score import FIRST
from leads.models.texts import first_filled
from salesdash import cursors
from salesdash.models import User

LAST: Final = datetime(9999, 12, 30, tzinfo=UTC)


def number(value: Any) -> float:
    number = float(value)
    if math.isnan(number):
        raise ValueError("not a number")
    return number


@dataclass(frozen=True, slots=True)
class Key:
    """`read` turns what JSON kept back into a value of the column; it raises ValueError or TypeError."""

    name: str
    expression: Combinable
    read: Callable[[Any], Any]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Leads that stand together in an order. `values`: of the first keys, the same for all of them."""

    condition: Q
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """`parts`: in this order, for a person and the stages shown; within each an index gives the rest."""

    name: str
    label: str | Promise
    keys: tuple[Key, ...]
    # ranks of another epoch cannot be compared
    by_rank: bool = False
    parts: Callable[[User, Collection[str]], list[Part]] | None = None

    def order_by(self, reverse: bool) -> list[str]:
        return [f"{'-' if key.descending != reverse else ''}{key.name}" for key in self.keys]

    def beyond(self, values: tuple[Any, ...], reverse: bool, skip: int = 0) -> Q:
        """Rows strictly after `values` in this order; the first key's own bound lets an index start there.

        `skip` so many keys, which are equal in all rows.
        """
        condition: Q | None = None
        keys, values = self.keys[skip:], values[skip:]
        for key, value in reversed(list(zip(keys, values, strict=True))):
            sign = "lt" if key.descending != reverse else "gt"
            past = Q(**{f"{key.name}__{sign}": value})
            condition = past | (Q(**{key.name: value}) & condition) if condition else past
        first = keys[0]
        bound = "lte" if first.descending != reverse else "gte"
        return Q(**{f"{first.name}__{bound}": values[0]}) & (condition or Q())


ID = Key("k_id", F("score__lead_id"), cursors.whole, descending=True)
_RANK = Key("k_rank", F("score__rank"), number, descending=True)
_FIT = Key("k_fit", F("score__fit"), cursors.whole, descending=True)


_NAME = Key(
    "k_name",
    first_filled("family_kana+given_kana", "family_name+given_name", "email"),
    cursors.text,
)
_COMPANY = Key("k_company", first_filled("company__name_kana", "company__name_key"), cursors.text)
_PLACES: Final = {stage: place for place, stage in enumerate(Stage.values)}
_STAGE = Key(
    "k_stage",
    Case(
        *(When(stage=stage, then=Value(place)) for stage, place in _PLACES.items()),
        default=Value(99),
        output_field=IntegerField(),
    ),
    cursors.whole,
)
_DUE = Key("k_due", Coalesce(F("next_action_due_at"), Value(LAST)), cursors.moment)
_ACTIVE = Key(
    "k_active", Coalesce(F("score__last_activity_at"), Value(FIRST)), cursors.moment, descending=True
)
# as the indexes of the score table have them
HOTTEST: Final = (_RANK, _FIT, ID)


def _stages(_user: User, stages: Collection[str]) -> list[Part]:
    places = ((stage, place) for stage, place in _PLACES.items() if stage in stages)
    return [Part(Q(stage=stage, score__stage=stage), (place,)) for stage, place in places]


def _dates(_user: User, _stages: Collection[str]) -> list[Part]:
    return [Part(Q(next_action_due_at__isnull=False)), Part(Q(next_action_due_at__isnull=True), (LAST,))]


ORDERS: Final[Mapping[str, Order]] = {
    order.name: order
    for order in (
        Order("temperature", _("Temperature"), HOTTEST, by_rank=True),
        Order("name", _("Name"), (_NAME, ID)),
        Order("company", _("Company"), (_COMPANY, _NAME, ID)),
        Order("stage", _("Stage"), (_STAGE, *HOTTEST), by_rank=True, parts=_stages),
        Order("next", _("Next action"), (_DUE, *HOTTEST), by_rank=True, parts=_dates),
        Order("activity", _("Last activity"), (_ACTIVE, ID)),
    )
}
DEFAULT: Final = "temperature"
RELEVANCE: Final = "relevance"


def relevance(text: str) -> Sort:
    """For a search: the better match first, then the hotter lead."""
    match = Key("k_match", folding.match_class(text), cursors.whole)
    return Sort(Order(RELEVANCE, _("Relevance"), (match, *HOTTEST), by_rank=True))


@dataclass(frozen=True, slots=True)
class Sort:
    """An order, as it is or turned round (`-name` in the URL)."""

    order: Order
    reverse: bool = False

    @classmethod
    def from_text(cls, text: str | None) -> Self:
        name = (text or "").removeprefix("-")
        order = ORDERS.get(name)
        return cls(order, (text or "").startswith("-")) if order else cls(ORDERS[DEFAULT])

    @property
    def text(self) -> str:
        return f"{'-' if self.reverse else ''}{self.order.name}"

    @property
    def is_default(self) -> bool:
        return self.order.name == DEFAULT and not self.reverse

    @property
    def descending(self) -> bool:
        return self.order.keys[0].descending != self.reverse

    def next_on(self, order: Order, default: Sort | None = None) -> Sort:
        """What a press on the heading asks for: this order, turned round, then the default again."""
        if order.name != self.order.name:
            return Sort(order)
        return (default or Sort(ORDERS[DEFAULT])) if self.reverse else Sort(self.order, reverse=True)


@dataclass(frozen=True, slots=True)
class Cursor:
    """`at` is the number of the row where the page begins, for display alone."""

    values: tuple[Any, ...]
    backward: bool = False
    at: int = 1

    def write(self, sort: Sort, epoch: int) -> str:
        return cursors.write([epoch, sort.text, self.at, *self.values])

    @classmethod
    def read(cls, text: str, sort: Sort, epoch: int, *, backward: bool) -> Self | None:
        """None where the text is not ours, or belongs to another order or epoch: that is the first page."""
        try:
            written_epoch, written_sort, at, *values = cursors.read(text)
            if written_sort != sort.text or (sort.order.by_rank and written_epoch != epoch):
                return None
            keys = sort.order.keys
            read = tuple(key.read(value) for key, value in zip(keys, values, strict=True))
            return cls(read, backward, max(1, min(cursors.whole(at), 10**9)))
        except (ValueError, TypeError, OverflowError):
            return None
