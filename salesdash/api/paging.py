"""Lists page by page. A cursor holds the keys of the last row seen: what is added or removed in between moves
no other row into or out of the next page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from salesdash import cursors
from salesdash.errors import DomainError

M = TypeVar("M", bound=Model)
PAGE: Final = 50
MOST: Final = 200
PARAMETERS: Final = (
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE},
        description=gettext_lazy("how many at most"),
    ),
    OpenApiParameter(
        "after", OpenApiTypes.STR, description=gettext_lazy("cursor: use the address in “next”")
    ),
)


@dataclass(frozen=True, slots=True)
class Key:
    """`read` turns what JSON kept back into a value of the column; it raises ValueError or TypeError."""

    column: str
    read: Callable[[Any], Any]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Its keys together are unique."""

    name: str
    keys: tuple[Key, ...]

    def page(self, request: Request, rows: QuerySet[M]) -> tuple[list[M], str | None]:
        """The rows that the address asks for, and the address of those after them. One statement.

        Errors: `bad_cursor`, `bad_limit`.
        """
        size = limit(request.query_params)
        if cursor := request.query_params.get("after"):
            rows = rows.filter(self._beyond(self._read(cursor)))
        found = list(rows.order_by(*(f"{'-' * key.descending}{key.column}" for key in self.keys))[: size + 1])
        if len(found) <= size:
            return found, None
        query = request.query_params.copy()
        query["after"] = self._write(found[size - 1])
        return found[:size], request.build_absolute_uri(f"{request.path}?{query.urlencode()}")

    def _beyond(self, values: tuple[Any, ...]) -> Q:
        condition = Q()
        for key, value in reversed(list(zip(self.keys, values, strict=True))):
            past = Q(**{f"{key.column}__{'lt' if key.descending else 'gt'}": value})
            condition = past | (Q(**{key.column: value}) & condition) if condition else past
        return condition

    def _write(self, row: Model) -> str:
        return cursors.write([self.name, *(getattr(row, key.column) for key in self.keys)])

    def _read(self, cursor: str) -> tuple[Any, ...]:
        try:
            name, *values = cursors.read(cursor)
            if name == self.name:
                return tuple(key.read(value) for key, value in zip(self.keys, values, strict=True))
        except (ValueError, TypeError, OverflowError):
            pass
        raise bad_cursor()


NEWEST_FIRST: Final = Order("newest", (Key("pk", cursors.whole, descending=True),))


def limit(query: Mapping[str, Any], default: int = PAGE) -> int:
    """How many rows the address asks for. Errors: `bad_limit`."""
    written = query.get("limit")
    if written is None:
        return default
    if written.isascii() and written.isdecimal() and len(written) < 4 and 1 <= int(written) <= MOST:
        return int(written)
    raise DomainError("bad_limit", _("“limit” is a number from 1 to %(n)s.") % {"n": MOST})


def bad_cursor() -> DomainError:
    message = _("This cursor belongs to another list or order, or is out of date. Please start anew.")
    return DomainError("bad_cursor", message)
