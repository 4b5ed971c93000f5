"""The conditions of the table in words, and the lists to choose them from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from leads.filters import LeadFilter
from leads.models import Industry, Stage
from leads.table import CLOSED_TOO, LeadTable
from salesdash.formatting import names
from salesdash.models import Membership, User

# how many choices a chip names before it counts the rest
NAMED: Final = 2


@dataclass(frozen=True, slots=True)
class Chip:
    """`query` is the table without this condition."""

    name: str
    field: str
    operator: str
    value: str
    query: str


@dataclass(frozen=True, slots=True)
class Options:
    """Teams and people that a user may filter by, as (id, name)."""

    teams: list[tuple[int, str]]
    owners: list[tuple[int, str]]

    @classmethod
    def of(cls, user: User) -> Options:
        """One statement for both lists, and for the user's own teams on the way."""
        memberships = Membership.objects.order_by("user__last_name", "user__first_name", "user_id")
        everything = user.has_perm("leads.view_all")
        if not everything:
            memberships = memberships.filter(team__in=Membership.objects.filter(user=user).values("team"))
        teams: dict[int, str] = {}
        owners: dict[int, str] = {}
        rows = memberships.values_list(
            "team_id", "team__name", "team__name_en",
            "user_id", "user__last_name", "user__first_name", "user__username",
        )  # fmt: skip
        for team_id, name, name_en, user_id, family, given, username in rows:
            teams[team_id] = _own_language(name, name_en)
            owners[user_id] = names.full_name(family, given) or username
        if not everything:
            user.team_ids = list(teams)
        return cls(sorted(teams.items(), key=lambda team: team[1]), list(owners.items()))


def _own_language(name: str, name_en: str) -> str:
    return name_en if name_en and not (get_language() or "").startswith("ja") else name


def field_label(name: str) -> str:
    return {
        "q": _("Search"),
        "owner": _("Owner"),
        "team": _("Team"),
        "stages": _("Stage"),
        "industries": _("Industry"),
        "min_t": _("Temperature"),
        CLOSED_TOO: _("Open stages only"),
    }[name]


def chips(table: LeadTable, options: Options) -> list[Chip]:
    """The search text is not among them: it stands in its field."""
    parts = {name: (operator, value) for name, operator, value in _words(table.filter, options)}
    return [
        Chip(name, field_label(name), *parts[name], table.query(table.filter.without(name)))
        for name in table.filter.active
        if name in parts
    ]


def _words(condition: LeadFilter, options: Options) -> Iterator[tuple[str, str, str]]:
    if condition.owner is not None:
        yield "owner", _("is"), _owner(condition.owner, options)
    if condition.team is not None:
        yield "team", _("is"), dict(options.teams).get(condition.team, _("another team"))
    yield "stages", _("is any of"), _some(str(Stage(name).label) for name in condition.stages)
    yield "industries", _("is any of"), _some(str(Industry(name).label) for name in condition.industries)
    if condition.min_t is not None:
        yield "min_t", _("at least"), str(condition.min_t)


def _owner(owner: int | str, options: Options) -> str:
    if owner == "me":
        return _("me")
    if owner == "none":
        return _("nobody")
    return dict(options.owners).get(int(owner), _("somebody else"))


def _some(words: Iterable[str]) -> str:
    every = list(words)
    text = pgettext("between the items of a list", ", ").join(every[:NAMED])
    rest = len(every) - NAMED
    if rest <= 0:
        return text
    return ngettext("%(text)s and %(n)d more", "%(text)s and %(n)d more", rest) % {"text": text, "n": rest}
