"""Who they are: rules over any field of lead, company and attributes, compiled to SQL with bound values.

    {"field": "company.employees", "op": "range", "value": [50, 2000], "points": 15}

Fit is 50 plus the points of the rules that hold, kept within 0..100. An exclude rule that holds takes the
lead out of the ranking altogether: its fit factor is 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Any, Final

from django.utils.translation import gettext as _

from salesdash.errors import DomainError

NEUTRAL_FIT: Final = 50


class Op(StrEnum):
    EQUALS = "equals"
    IN = "in"
    CONTAINS = "contains"
    RANGE = "range"
    EXISTS = "exists"


_TEXT: Final = {
    "lead": (
        "department", "title", "email", "phone", "language", "stage", "source", "consent_basis",
        "external_id", "family_name", "given_name", "do_not_contact",
    ),
    "company": (
        "name", "name_en", "industry", "region", "address", "website", "domain", "phone", "corporate_number",
        "external_id",
    ),
}  # fmt: skip
_NUMBERS: Final = {"company": ("employees", "revenue_jpy")}
# no columns, but worked out from one
_COMPUTED: Final = {"lead.email_domain": "lower(split_part(l.email, '@', 2))"}
_ALIAS: Final = {"lead": "l", "company": "c"}
FIELDS: Final = (
    *(f"{table}.{name}" for source in (_TEXT, _NUMBERS) for table, names in source.items() for name in names),
    *_COMPUTED,
)
_ATTRIBUTE: Final = re.compile(r"(lead|company)\.attributes\.(.{1,120})", re.DOTALL)
# as a number where it looks like one
_SAFE_NUMBER: Final = r"CASE WHEN {0} ~ '^\s*-?\d{{1,15}}(\.\d{{1,6}})?\s*$' THEN ({0})::numeric END"


@dataclass(frozen=True)
class Condition:
    """A piece of SQL over `l` (lead) and `c` (company), and the values bound to it, in order."""

    sql: str
    values: tuple[Any, ...]

    def named(self, prefix: str) -> tuple[str, dict[str, Any]]:
        """The same with named parameters, to stand in a statement beside others."""
        numbers = count()
        sql = re.sub("%s", lambda _match: f"%({prefix}{next(numbers)})s", self.sql)
        return sql, {f"{prefix}{n}": value for n, value in enumerate(self.values)}


@dataclass(frozen=True)
class FitRule:
    """`points` for a fit rule, `reason` for an exclude rule."""

    field: str
    op: Op
    value: Any
    points: int = 0
    reason: str = ""

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> FitRule:
        """Raises DomainError: `rule_op`, `rule_field`, `rule_value`."""
        try:
            op = Op(raw.get("op", ""))
        except ValueError:
            raise DomainError(
                "rule_op", _("A rule has an unknown comparison."), {"rule": dict(raw)}
            ) from None
        points = raw.get("points", 0)
        if isinstance(points, bool) or not isinstance(points, int) or abs(points) > 100:
            raise DomainError(
                "rule_value",
                _("The points of a rule are a whole number from −100 to 100."),
                {"rule": dict(raw)},
            )
        rule = cls(str(raw.get("field", "")), op, raw.get("value"), points, str(raw.get("reason", "")))
        rule.condition()
        return rule

    def condition(self) -> Condition:
        """Never NULL: a missing value is a rule that does not hold."""
        text, number, values = _column(self.field)
        match self.op:
            case Op.EXISTS:
                test = f"coalesce({text}, '') <> ''"
                return Condition(test if self.value is not False else f"NOT ({test})", values)
            case Op.EQUALS:
                return Condition(f"coalesce(lower({text}) = %s, false)", (*values, _lower(self._item())))
            case Op.IN:
                wanted = [_lower(item) for item in self._items()]
                return Condition(f"coalesce(lower({text}) = ANY(%s::text[]), false)", (*values, wanted))
            case Op.CONTAINS:
                patterns = [f"%{_like(_lower(item))}%" for item in self._items()]
                return Condition(f"coalesce(lower({text}) LIKE ANY(%s::text[]), false)", (*values, patterns))
            case Op.RANGE:
                low, high = self._bounds()
                return Condition(
                    f"coalesce({number} BETWEEN %s::float8 AND %s::float8, false)",
                    (*values * number.count("%s"), low, high),
                )

    def _item(self) -> Any:
        if isinstance(self.value, list):
            raise self._bad_value()
        return self._items()[0]

    def _items(self) -> list[Any]:
        items = self.value if isinstance(self.value, list) else [self.value]
        if not items or any(item in (None, "") or isinstance(item, (list, dict)) for item in items):
            raise self._bad_value()
        if not all(_is_storable(str(item)) for item in items):
            raise self._bad_value()
        return items

    def _bounds(self) -> tuple[float, float]:
        if not isinstance(self.value, Sequence) or isinstance(self.value, str) or len(self.value) != 2:
            raise self._bad_value()
        low, high = self.value
        if any(isinstance(b, bool) or not isinstance(b, int | float | None) for b in (low, high)):
            raise self._bad_value()
        try:
            bounds = (
                float("-inf") if low is None else float(low),
                float("inf") if high is None else float(high),
            )
        except OverflowError:
            raise self._bad_value() from None
        # also refuses NaN
        if not bounds[0] <= bounds[1]:
            raise self._bad_value()
        return bounds

    def _bad_value(self) -> DomainError:
        return DomainError(
            "rule_value", _("The value of the rule on %(field)s does not fit.") % {"field": self.field}
        )


def parse(raw: Sequence[Mapping[str, Any]]) -> tuple[FitRule, ...]:
    return tuple(FitRule.parse(rule) for rule in raw)


def fit_expression(rules: Sequence[FitRule]) -> Condition:
    """The fit, 0..100."""
    terms = [f"CASE WHEN {rule.condition().sql} THEN {rule.points:d} ELSE 0 END" for rule in rules]
    total = " + ".join([str(NEUTRAL_FIT), *terms])
    return Condition(f"LEAST(GREATEST({total}, 0), 100)", _bound(rules))


def excluded_expression(rules: Sequence[FitRule]) -> Condition:
    """Whether any exclude rule holds."""
    return Condition(" OR ".join(["false", *(rule.condition().sql for rule in rules)]), _bound(rules))


def matches_expression(rules: Sequence[FitRule]) -> Condition:
    """An array of booleans, one per rule."""
    terms = ", ".join(rule.condition().sql for rule in rules)
    return Condition(f"ARRAY[{terms}]::boolean[]", _bound(rules))


def _bound(rules: Sequence[FitRule]) -> tuple[Any, ...]:
    return tuple(value for rule in rules for value in rule.condition().values)


def _column(field: str) -> tuple[str, str, tuple[Any, ...]]:
    """(as text, as a number, values bound in either). Only names from the lists above reach the SQL."""
    if (attribute := _ATTRIBUTE.fullmatch(field)) and _is_storable(field):
        text = f"({_ALIAS[attribute[1]]}.attributes ->> %s::text)"
        return text, _SAFE_NUMBER.format(text), (attribute[2],)
    if computed := _COMPUTED.get(field):
        return computed, _SAFE_NUMBER.format(computed), ()
    table, _dot, name = field.partition(".")
    if name in _NUMBERS.get(table, ()):
        column = f"{_ALIAS[table]}.{name}"
        return f"{column}::text", column, ()
    if name in _TEXT.get(table, ()):
        column = f"{_ALIAS[table]}.{name}"
        return f"{column}::text", _SAFE_NUMBER.format(f"{column}::text"), ()
    raise DomainError("rule_field", _("There is no field “%(field)s”.") % {"field": field}, {"field": field})


def _is_storable(text: str) -> bool:
    """PostgreSQL takes neither zero bytes nor lone surrogates."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _lower(value: Any) -> str:
    return str(value).lower()


def _like(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
