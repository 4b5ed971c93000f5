"""An order for every column, beyond those of the usual ones in sorting.py. Each value has a place, also none:
texts, numbers and days that are missing stand last.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from leads.conditions import catalogue, open_deals, sqltypes
from leads.conditions.fields import DEALS, FIELDS, GRADE, OWNER, TEAM, Field
from leads.conditions.operators import Kind
from leads.conditions.sqltypes import AsDay, AsNumber, AsYesNo, AttributeText
from leads.models import ActivityType, LeadScore
from leads.models.score import FIRST
from leads.sorting import HOTTEST, ID, LAST, ORDERS, Key, Order, Part, Sort, number
from salesdash import cursors
from salesdash.models import User

_UPCOMING = ("due", "recall")


def find(name: str, user: User) -> Order | None:
    """The order by the column of that name; an attribute as the person's catalogue reads it."""
    if name in ORDERS:
        return ORDERS[name]
    field = FIELDS.get(name) or catalogue.field(user, name)
    return order(field) if field and not field.only_asked else None


def sort(text: str, user: User) -> Sort | None:
    """What `sort=…` in a URL asks for."""
    found = find(text.removeprefix("-"), user)
    return Sort(found, text.startswith("-")) if found else None


def order(field: Field) -> Order:
    if field is OWNER:
        return Order(field.name, field.label, (*_OWNER, *HOTTEST), by_rank=True, parts=_owners)
    if field.is_attribute:
        keys: tuple[Key, ...] = (_attribute(field),)
    elif field is TEAM:
        keys = (_words("k_team", "team__name"),)
    elif field is GRADE:
        keys = (_column(FIELDS["fit"]),)
    else:
        keys = (_column(field),)
    return Order(field.name, field.label, (*keys, ID))


def _owners(user: User, _stages: Collection[str]) -> list[Part]:
    """In the database's own order of names; first the leads of nobody."""
    theirs = LeadScore.objects.filter(owner_id=OuterRef("pk"))
    if not user.has_perm("leads.view_all"):
        theirs = theirs.filter(team_id__in=user.team_ids)
    people = User.objects.filter(Exists(theirs)).order_by("last_name", "first_name", "pk")
    named = people.values_list("last_name", "first_name", "pk")
    nobody = Part(Q(owner_id__isnull=True, score__owner_id__isnull=True), ("", "", 0))
    return [nobody, *(Part(Q(owner_id=one[-1], score__owner_id=one[-1]), one) for one in named)]


def _attribute(field: Field) -> Key:
    """The very expression that an index on the attribute holds."""
    value = AttributeText(field.attribute)
    match field.kind:
        case Kind.NUMBER:
            return Key("k_value", AsNumber(value), number, descending=True)
        case Kind.DATE:
            return Key("k_value", AsDay(value), cursors.text, descending=True)
        case Kind.YES_NO:
            return Key("k_value", AsYesNo(value), cursors.whole, descending=True)
    return Key("k_value", sqltypes.Key(value), cursors.text)


def _column(field: Field) -> Key:
    if field is DEALS:
        amount = Coalesce(Cast(open_deals.order(), FloatField()), Value(float("-inf")))
        return Key("k_value", amount, number, descending=True)
    path = field.paths[0]
    match field.kind:
        case Kind.NUMBER:
            value = Coalesce(Cast(F(path), FloatField()), Value(float("-inf")))
            return Key("k_value", value, number, descending=True)
        case Kind.DATE if not field.nullable:
            return Key("k_value", F(path), cursors.moment, descending=True)
        case Kind.DATE:
            soonest = field.name in _UPCOMING
            return Key(
                "k_value", _moment(path, LAST if soonest else FIRST), cursors.moment, descending=not soonest
            )
        case Kind.YES_NO:
            return Key("k_value", Cast(F(path), IntegerField()), cursors.whole, descending=True)
        case Kind.CHOICE if field.choices and not field.free:
            return Key("k_value", _place(field), cursors.whole)
    return _words("k_value", path)


def _words(name: str, path: str) -> Key:
    return Key(name, Coalesce(F(path), Value(""), output_field=TextField()), cursors.text)


_OWNER = (
    _words("k_family", "owner__last_name"),
    _words("k_given", "owner__first_name"),
    Key("k_owner", Coalesce(F("owner_id"), Value(0)), cursors.whole),
)


def _moment(path: str, missing: datetime) -> Combinable:
    return Coalesce(F(path), Value(missing))


def _place(field: Field) -> Combinable:
    """In the order in which the choices are listed."""
    path = field.paths[0]
    keys: list[Any] = [_stored(field, key) for key, _label in field.choices]
    whens = [When(**{path: key}, then=Value(place)) for place, key in enumerate(keys)]
    return Case(*whens, default=Value(len(keys)), output_field=IntegerField())


def _stored(field: Field, key: str) -> Any:
    return ActivityType.from_key(key).value if field.name == "activity_type" else key
