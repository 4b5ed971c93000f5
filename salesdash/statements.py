"""Statements that are written once. The ORM takes longer to put together what a page asks than PostgreSQL
takes to answer it; what a person asks again, in the same words, is sent again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from copy import copy
from enum import Enum, auto
from functools import cached_property
from threading import Lock
from typing import Any, Final, Generic, TypeVar

import psycopg
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import NotSupportedError, connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from salesdash.telemetry import span

# some 20 KB each
MOST: Final = 256
Row = TypeVar("Row")
Value = TypeVar("Value")
Bound = Mapping[str, Any] | Sequence[Any]


class Plan(Enum):
    """When PostgreSQL plans a statement."""

    EACH_TIME = auto()
    # once per connection, for whatever values: where all are answered in the same way
    VALUES_ASIDE = auto()
    # once per connection from the second time on, for these values alone
    THESE_VALUES = auto()


class Statement(Generic[Row]):
    """A queryset as SQL with its values, for reading it again with others. An empty one asks nothing."""

    def __init__(self, queryset: QuerySet[Any, Row], plan: Plan = Plan.EACH_TIME) -> None:
        self._queryset = queryset
        self._compiler = queryset.query.get_compiler(queryset.db)
        self._plan = plan
        # a plan is kept for what is asked again
        self._was_asked = False
        try:
            self.sql, bound = self._compiler.as_sql()
        except EmptyResultSet:
            self.sql, bound = "", ()
        self.bound: tuple[Any, ...] = tuple(bound)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Statement) and (self.sql, self.bound) == (other.sql, other.bound)

    __hash__ = None  # type: ignore[assignment]

    def rows(self, bound: Sequence[Any] | None = None) -> list[Row]:
        """As the queryset gives them: rows of values, or models. `bound`: other values in the same places."""
        compiler = copy(self._compiler)
        # a connection belongs to its thread
        compiler.connection = connections[self._queryset.db]
        read = self._read(self.bound if bound is None else bound) if self.sql else []
        # what the queryset's own iteration asks for, with all that it knows of columns and related models
        compiler.execute_sql = _always([read])
        found = self._queryset.all()
        found.query.get_compiler = _always(compiler)  # type: ignore[method-assign]
        return list(found)

    def _read(self, bound: Sequence[Any]) -> list[tuple[Any, ...]]:
        if self._plan is Plan.THESE_VALUES and self._was_asked and tuple(bound) == self.bound:
            return fetched(self._spelt_out, None, planned=True)
        self._was_asked = True
        return fetched(self.sql, bound, planned=self._plan is Plan.VALUES_ASIDE)

    @cached_property
    def _spelt_out(self) -> str:
        return str(connection.ops.compose_sql(self.sql, self.bound))  # type: ignore[attr-defined]


def fetched(sql: str, bound: Bound | None, *, planned: bool = False) -> list[tuple[Any, ...]]:
    """All rows. `planned`: once per connection, see `Plan`."""
    if not planned:
        with connection.cursor() as cursor:
            cursor.execute(sql, bound)
            return list(cursor.fetchall())
    try:
        with prepared(sql, bound) as cursor:
            return list(cursor.fetchall())
    except NotSupportedError:
        # a migration has changed a column since: its plan cannot be used any more
        if connection.in_atomic_block:
            raise
        return fetched(sql, bound)


@contextmanager
def prepared(sql: str, bound: Bound | None) -> Iterator[CursorWrapper]:
    """Sends values beside the statement, as Django's own cursors do not, and so has it planned once."""
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    # instrumentation knows only cursors that a connection made
    traced = span("SELECT", **{"db.system": "postgresql"}) if settings.OTLP_ENDPOINT else nullcontext()
    with traced, wrap(psycopg.Cursor(raw)) as cursor:  # type: ignore[arg-type]  # the stubs name only Django's own
        # Django turns it off, for its own cursors bind on the client's side
        raw.prepare_threshold = 0
        try:
            cursor.execute(sql, bound)
        finally:
            raw.prepare_threshold = None
        if connection.queries_logged:
            # the driver does not tell what it has sent by name
            connection.queries_log[-1]["sql"] = sql
        yield cursor


class Written(Generic[Value]):
    """The statements of one place in the code, by what they depend on; the least used are forgotten.

    A key that leaves out what decides who sees what would show one person's rows to another. Tests therefore
    build each statement a second time (`checking`) and compare.
    """

    checking = False

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, write: Callable[[], Value]) -> Value:
        """`write` is called for a key that is not known. None as a key: nothing is kept."""
        if key is None:
            return write()
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        if found is None:
            found = write()
            with self._lock:
                self._kept[key] = found
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        elif self.checking and found != (fresh := write()):
            raise AssertionError(f"{key} does not say all that is asked: {found} became {fresh}")
        return found


def _always(answer: Value) -> Callable[..., Value]:
    return lambda *_args, **_options: answer
