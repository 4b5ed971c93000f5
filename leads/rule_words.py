"""Rules in words: fields, comparisons and values as a person reads and writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from leads import fit
from leads.fit import Op
from leads.models import Company, Lead
from salesdash.formatting import numbers

TABLES: Final[Mapping[str, type[Model]]] = {"lead": Lead, "company": Company}
TABLE_NAMES: Final = {"lead": gettext_lazy("Lead"), "company": gettext_lazy("Company")}
_OWN_NAMES: Final = {"lead.email_domain": gettext_lazy("domain of the e-mail address")}
_BOOLEANS: Final = {"true": gettext_lazy("yes"), "false": gettext_lazy("no")}
COMPETITOR: Final = "competitor"
BLOCKED_DOMAIN: Final = "do_not_contact_domain"
# reasons that have words in both languages; any other is shown as typed
REASONS: Final[Mapping[str, Promise]] = {
    COMPETITOR: gettext_lazy("Competitor"),
    BLOCKED_DOMAIN: gettext_lazy("Domain that must not be contacted"),
    "do_not_contact": gettext_lazy("Do not contact"),
}


def field_name(field: str) -> str:
    """`Job title`; an attribute by its own name; an unknown field as it stands."""
    table, _dot, name = field.partition(".")
    if name.startswith("attributes."):
        return name.removeprefix("attributes.")
    if own := _OWN_NAMES.get(field):
        return capfirst(str(own))
    column = _column(table, name)
    return capfirst(str(column.verbose_name)) if column else field


def full_field_name(field: str) -> str:
    """`Lead: Job title`."""
    table = TABLE_NAMES.get(field.partition(".")[0])
    return f"{table}: {field_name(field)}" if table else field


def known_fields(table: str) -> list[str]:
    return [field for field in fit.FIELDS if field.startswith(f"{table}.")]


def choices(field: str) -> dict[str, str]:
    """The values that a field can have, as stored, with their words; empty where anything goes."""
    table, _dot, name = field.partition(".")
    column = _column(table, name)
    if column is None:
        return {}
    if column.get_internal_type() == "BooleanField":
        return {key: str(word) for key, word in _BOOLEANS.items()}
    return {str(key): str(word) for key, word in column.flatchoices}


def value_word(field: str, value: Any) -> str:
    """A stored value as it is shown and typed: digits without commas, which would part values."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return choices(field).get(text, text)


def stored_value(field: str, word: str) -> str | None:
    """A typed word as it is stored: the key itself or its word; None if the field cannot have it."""
    known = choices(field)
    if not known:
        return word
    by_word = {label.casefold(): key for key, label in known.items()} | {key.casefold(): key for key in known}
    return by_word.get(word.casefold())


def sentence(rule: Mapping[str, Any]) -> str:
    """`Company: Employees from 50 to 999`; what is no rule as it stands."""
    field, value = str(rule.get("field", "")), rule.get("value")
    words = {"field": full_field_name(field), "value": _listed(field, value)}
    match rule.get("op"):
        case Op.EQUALS:
            return _("%(field)s is %(value)s") % words
        case Op.IN:
            return _("%(field)s is one of: %(value)s") % words
        case Op.CONTAINS:
            return _("%(field)s contains: %(value)s") % words
        case Op.EXISTS:
            if value is False:
                return _("%(field)s is empty") % words
            return _("%(field)s is filled in") % words
        case Op.RANGE if isinstance(value, Sequence) and len(value) == 2:
            return _between(words["field"], *value)
        case _:
            return str(dict(rule))


def _between(field: str, low: Any, high: Any) -> str:
    words = {"field": field, "low": _plain(low), "high": _plain(high)}
    if low is None:
        return _("%(field)s up to %(high)s") % words
    if high is None:
        return _("%(field)s from %(low)s") % words
    return _("%(field)s from %(low)s to %(high)s") % words


def _listed(field: str, value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    return pgettext("between values", ", ").join(value_word(field, one) for one in values)


def _plain(value: Any) -> str:
    if isinstance(value, int | float):
        return numbers.number(value) if value == int(value) else f"{value:g}"
    return str(value)


def _column(table: str, name: str) -> Field[Any, Any] | None:
    model = TABLES.get(table)
    found = {column.name: column for column in model._meta.fields} if model else {}
    return found.get(name)


def reason_word(reason: str) -> str:
    """A rule without a reason is told by its field."""
    if reason in fit.FIELDS:
        return str(field_name(reason))
    return str(REASONS.get(reason, reason))


def stored_reason(word: str) -> str:
    """The code of a reason that we have words for, else the words themselves."""
    codes = {str(label).casefold(): code for code, label in REASONS.items()}
    return codes.get(word.casefold(), word)
