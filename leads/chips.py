"""The conditions of the table in words, and the lists to choose them from."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from leads.conditions.words import Names, words
from leads.table import CLOSED_TOO, LeadTable
from salesdash.formatting import names
from salesdash.models import Membership, User


@dataclass(frozen=True, slots=True)
class Chip:
    """`query` is the table without this condition."""

    name: str
    field: str
    operator: str
    value: str
    query: str
    # the first of its rows in the builder
    at: int


@dataclass(frozen=True, slots=True)
class Options:
    """Teams and people that a user may filter by, as (id, name)."""

    teams: list[tuple[int, str]]
    owners: list[tuple[int, str]]

    @property
    def names(self) -> Names:
        return Names(dict(self.owners), dict(self.teams))

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
            teams[team_id] = names.in_page_language(name, name_en)
            owners[user_id] = names.full_name(family, given) or username
        if not everything:
            user.team_ids = list(teams)
        return cls(sorted(teams.items(), key=lambda team: team[1]), list(owners.items()))


def part_label(table: LeadTable, options: Options, name: str) -> str:
    """What a part of the filter speaks of."""
    if name == CLOSED_TOO:
        return _("Open stages only")
    return _("Search") if name == "q" else words(table.filter.items[name], options.names).field


def chips(table: LeadTable, options: Options) -> list[Chip]:
    """The search text is not among them: it stands in its field."""
    found, at = [], 0
    for name, item in table.filter.items.items():
        query = table.query(table.filter.without(name))
        found.append(Chip(name, *words(item, options.names), query, at))
        at += len(item.conditions)
    return found
