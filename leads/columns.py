"""The columns of the lead table: those that everybody begins with, and any field or imported attribute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from leads.conditions import catalogue, open_deals
from leads.conditions.fields import DEALS, FIELDS, NAME, TEAM, TEMPERATURE, Field, Unit
from leads.conditions.operators import Kind
from leads.conditions.sqltypes import PREFIX, AttributeText
from leads.models import ActivityType
from leads.temperature import grade
from salesdash.formatting import numbers, times
from salesdash.models import Team, User

# what a row's own template prints, with the class of its cells and headings
BUILT_IN: Final = {
    "temperature": "c-t",
    "name": "c-n",
    "company": "c-c",
    "stage": "c-s",
    "next": "c-a",
    "activity": "c-l",
    "win": "c-p n",
    "owner": "c-o",
}
USUAL: Final = tuple(BUILT_IN)
# who it is and how hot: a row without them is no row, and live values need their cell
LOCKED: Final = (TEMPERATURE, NAME)
MOST_COLUMNS: Final = 20
LONGEST_VALUE: Final = 200
PREFERENCE: Final = "lead_columns"
_AMOUNTS: Final[Mapping[Unit, Callable[[Any], str]]] = {
    Unit.NONE: numbers.number,
    Unit.YEN: numbers.yen,
    Unit.YEN_SHORT: numbers.yen_short,
}


@dataclass(frozen=True, slots=True)
class Column:
    field: Field

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def label(self) -> str | Promise:
        return self.field.label

    @property
    def is_built_in(self) -> bool:
        return self.name in BUILT_IN

    @property
    def is_locked(self) -> bool:
        return self.field in LOCKED

    @property
    def css(self) -> str:
        return BUILT_IN.get(self.name) or ("c-x n" if self.is_number else "c-x")

    @property
    def is_number(self) -> bool:
        return self.field.kind is Kind.NUMBER

    @property
    def expression(self) -> Combinable:
        """What is read for a cell that is not built in."""
        if self.field.is_attribute:
            return AttributeText(self.field.attribute)
        if self.field is DEALS:
            return open_deals.amount()
        return Team.shown_name("team") if self.field is TEAM else F(self.field.paths[0])

    def text(self, value: Any, now: datetime) -> str:
        """'' for nothing."""
        if value is None or value == "":
            return ""
        if self.field.is_attribute:
            return str(value)[:LONGEST_VALUE]
        match self.field.kind:
            case Kind.NUMBER if self.field.scale != 1:
                return numbers.percent(value)
            case Kind.NUMBER:
                return _AMOUNTS[self.field.unit](value)
            case Kind.DATE:
                return times.day(value, now)
            case Kind.YES_NO:
                return _("yes") if value else ""
            case Kind.CHOICE:
                return self._choice(value)
        return str(value)

    def _choice(self, value: Any) -> str:
        if self.name == "grade":
            return grade(value)
        if self.name == "activity_type":
            value = ActivityType(value).key if value in ActivityType.values else ""
        return next((str(label) for key, label in self.field.choices if key == value), str(value))


def find(user: User, names: Iterable[str]) -> list[Column]:
    """The columns of these names, each once; those of LOCKED are always among them."""
    found: dict[str, Column] = {}
    for name in names:
        if name in found:
            continue
        field = FIELDS.get(name) or (catalogue.field(user, name) if name.startswith(PREFIX) else None)
        if field and not field.only_asked:
            found[name] = Column(field)
    missing = {field.name: Column(field) for field in LOCKED if found and field.name not in found}
    return list((missing | found).values())[:MOST_COLUMNS]


def of(user: User, chosen: Sequence[str] = ()) -> list[Column]:
    """Those that are asked for, else the person's own, else the usual ones."""
    own = user.preferences.get(PREFERENCE) if isinstance(user.preferences, dict) else None
    for names in (chosen, own):
        if isinstance(names, (list, tuple)) and (found := find(user, [str(name) for name in names])):
            return found
    return find(user, USUAL)


def has_own(user: User) -> bool:
    return isinstance(user.preferences, dict) and bool(user.preferences.get(PREFERENCE))


def choose(*, user: User, names: Sequence[str]) -> None:
    """Keep them as the person's own; none: the usual ones again."""
    preferences = dict(user.preferences or {})
    kept = [column.name for column in find(user, names)]
    if kept and kept != list(USUAL):
        preferences[PREFERENCE] = kept
    else:
        preferences.pop(PREFERENCE, None)
    user.preferences = preferences
    user.save(update_fields=["preferences"])


def available(user: User, chosen: Sequence[Column]) -> list[Column]:
    """What could be shown besides."""
    shown = {column.name for column in chosen}
    fields = [field for field in FIELDS.values() if not field.only_asked]
    fields += [known.field for known in catalogue.attributes(user).values()]
    return [Column(field) for field in fields if field.name not in shown]
