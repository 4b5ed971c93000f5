"""Long statements, one file each, with named parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

from django.db import connection, models

from leads.models.activity import ACC_SLOTS, ActivityType
from salesdash.statements import Bound, fetched, prepared

M = TypeVar("M", bound=models.Model)


def _slot_sum(slot: int) -> str:
    """No other type is ever stored, and each sum costs every plan."""
    is_type = slot in set(ActivityType)
    return f"leads_sum(u) FILTER (WHERE type = {slot})" if is_type else "0::bigint"


# for so few rows planning costs more than running, and any of their joins has one good plan
FEW: Final = 20
# the accumulators of a group of activities with `type` and `u`
SLOT_SUMS: Final = f"ARRAY[{', '.join(map(_slot_sum, range(1, ACC_SLOTS + 1)))}]"


@cache
def load(name: str) -> str:
    """The statement, its `{slot_sums}` filled in; any other slot in braces is filled by the caller."""
    text = Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
    return text.replace("{slot_sums}", SLOT_SUMS)


def rows(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return fetched(statement, parameters)


def prepared_rows(statement: str, parameters: Bound) -> list[tuple[Any, ...]]:
    """The same, parsed and planned once per connection: for short statements that run all the time.

    The plan is a general one, so the statement must be quick by the same way whatever its parameters. What
    has no type by its place, as in the list of a SELECT, needs a cast.
    """
    return fetched(statement, parameters, planned=True)


def prepared_run(statement: str, parameters: Bound) -> int:
    """How many rows it touched."""
    with prepared(statement, parameters) as cursor:
        touched: int = cursor.rowcount
    return touched


def columns(model: type[models.Model], row: str) -> str:
    """All of the model's, of what the statement calls `row`: what `instance` reads."""
    return ", ".join(f"{row}.{field.column}" for field in model._meta.concrete_fields)


def instance(model: type[M], values: Iterable[Any]) -> M:
    """The next columns of a row, as the ORM reads them."""
    fields = model._meta.concrete_fields
    read = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, islice(values, len(fields)), strict=True)
    ]
    return model.from_db(connection.alias, [field.attname for field in fields], read)


def run(statement: str, parameters: Mapping[str, Any] | None = None) -> int:
    """How many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        touched: int = cursor.rowcount
    return touched
