"""Values of imported attributes, and texts as people compare them, by SQL functions of migration 0013.

The functions are immutable, so that an index on such an expression serves a condition or an order by it.
"""

from __future__ import annotations

from django.db.models import F, FloatField, Func, SmallIntegerField, TextField, Value

PREFIX = "attr."


class AttributeText(Func):
    """`attributes ->> 'name'`; unlike KeyTextTransform, also for a name that is a number."""

    template = "(%(expressions)s)"
    arg_joiner = " ->> "
    output_field = TextField()

    def __init__(self, name: str) -> None:
        super().__init__(F("attributes"), Value(name, output_field=TextField()))


class Folded(Func):
    """Width and case evened out, no spaces around: what a person takes for the same."""

    function = "leads_text"
    output_field = TextField()


class Key(Func):
    """The beginning of the folded text, as much as an index can hold: what is equal, what comes first."""

    function = "leads_key"
    output_field = TextField()


class AsNumber(Func):
    """−∞ for a text that is no number."""

    function = "leads_number"
    output_field = FloatField()


class AsDay(Func):
    """As `2026-11-28`, which sorts as it should; empty for a text that begins with no day."""

    function = "leads_day"
    output_field = TextField()


class AsYesNo(Func):
    """1 for yes, 0 for no, −1 for a text that says neither."""

    function = "leads_yes_no"
    output_field = SmallIntegerField()
