"""Texts of few different values that lead an index, compared there by their hash.

Sorting a million rows by such a text takes twice the time of sorting them by a number: abbreviated keys do
not pay where values repeat, and behind a column of any width no key of an index entry lies at a fixed place.
The index is built on every publish of rules, so it holds `hashtext`, and each lookup asks for the hash too.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Exact, In
from django.db.models.sql.compiler import SQLCompiler


class HashText(models.Func):
    """PostgreSQL's own hash of a text, 32 bits: the one of its hash indexes."""

    function = "hashtext"
    output_field = models.IntegerField()


class HashedCharField(models.CharField[str, str]):
    """A CharField whose lookups by value also compare the hash, so that an index on HashText serves them."""


@HashedCharField.register_lookup
class HashedExact(Exact):
    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        plain, parameters = super().as_sql(compiler, connection)
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        return (
            f"(hashtext({left}) = hashtext({right}) AND {plain})",
            [*left_parameters, *right_parameters, *parameters],
        )


@HashedCharField.register_lookup
class HashedIn(In):
    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        plain, parameters = super().as_sql(compiler, connection)
        if not self.rhs_is_direct_value():
            return plain, parameters
        left, left_parameters = self.process_lhs(compiler, connection)
        _right, values = self.process_rhs(compiler, connection)
        hashes = ", ".join(["hashtext(%s)"] * len(values))
        return (
            f"(hashtext({left}) IN ({hashes}) AND {plain})",
            [*left_parameters, *values, *parameters],
        )
