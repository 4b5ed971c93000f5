"""Texts that an order compares, as an index holds them."""

from __future__ import annotations

from django.db.models import F, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, NullIf


def first_filled(*expressions: str) -> Combinable:
    """The first of these that is not empty, else ''. Each is a column, or several joined by `+`."""
    parts = [NullIf(_joined(text), Value("")) for text in expressions]
    return Coalesce(*parts, Value(""), output_field=TextField())


def _joined(names: str) -> Combinable:
    first, *rest = names.split("+")
    return Concat(F(first), *(F(name) for name in rest), output_field=TextField()) if rest else F(first)
