"""Conditions that a program writes: what reading an address would leave out in silence is refused here."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from leads.conditions import fields, tree
from leads.conditions.checking import LONGEST_TEXT, MOST_VALUES, Part, Wrong, check, is_choice
from leads.conditions.fields import Field
from leads.conditions.operators import Takes
from leads.conditions.tree import Condition, Group, Item

_NUMBER_OF_VALUES: Final = {Takes.NOTHING: 0, Takes.ONE: 1, Takes.DAYS: 1, Takes.TWO: 2}


class Refused(Exception):
    """`part` is what is wrong with it: the form, the field, the comparison or the value; the message quotes
    the condition that is meant, which may stand within a group.
    """

    def __init__(self, part: Part | None, condition: str, message: str) -> None:
        super().__init__(message)
        self.part = part or "form"
        self.message = _("“%(condition)s”: %(message)s") % {"condition": condition, "message": message}


def read(text: str) -> Item:
    """A condition or a group of them, in canonical form. Raises Refused."""
    item = tree.read(text)
    if item is None:
        raise Refused(None, text[:LONGEST_TEXT], _form())
    if isinstance(item, Condition):
        return _checked(item)
    if len(item.conditions) != tree.parts(text):
        raise Refused(None, text[:LONGEST_TEXT], _form())
    conditions = tuple(map(_checked, item.conditions))
    # a group of one says no more than the condition itself
    return Group(item.join, conditions) if len(conditions) > 1 else conditions[0]


def _form() -> str:
    return _("A condition is written field:comparison:value, a group any(…;…) or all(…;…).")


def _checked(condition: Condition) -> Condition:
    try:
        found = check(condition)
        field = fields.find(condition.field, condition.op)
        operator = field.operator(condition.op) if field else None
        if field and operator:
            _refuse_more(field, operator.takes, condition.values)
    except Wrong as wrong:
        raise Refused(wrong.part, condition.write()[:LONGEST_TEXT], wrong.message) from wrong
    return found


def _refuse_more(field: Field, takes: Takes, values: tuple[str, ...]) -> None:
    """More values than the comparison takes, one among several that is none, a text that would be cut."""
    if any(len(value) > LONGEST_TEXT for value in values):
        raise Wrong("value", _("A value has %(most)d characters at most.") % {"most": LONGEST_TEXT})
    if takes is Takes.MANY:
        if len(values) > MOST_VALUES:
            raise Wrong("value", _("At most %(most)d values.") % {"most": MOST_VALUES})
        unknown = next((value for value in values if not is_choice(field, value)), None)
        if unknown is not None:
            raise Wrong("value", _("There is no “%(value)s” to choose.") % {"value": unknown})
    elif len(values) != (wanted := _NUMBER_OF_VALUES[takes]):
        message = _("Number of values that this comparison takes: %(n)d. A comma within one is written %%2C.")
        raise Wrong("value", message % {"n": wanted})
