"""The conditions of the lead table, read from a URL and written back to one.

Whatever a URL holds, reading it never fails: a value that cannot be meant is left out. The common conditions
have a short parameter each (`owner=me&stage=new`); all others are `c=…`, see leads/conditions/tree.py.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, Self
from urllib.parse import quote

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from leads import folding
from leads.conditions import fields, terms, tree
from leads.conditions.checking import LARGEST_ID as LARGEST_ID
from leads.conditions.checking import meant
from leads.conditions.narrow import narrowed, of_the_score
from leads.conditions.tree import Condition, Item, Join
from leads.conditions.where import Asker, joined, where
from leads.models import Industry, Lead, LeadScore, Stage
from leads.temperature import Scale
from salesdash.models import User

Owner = int | Literal["me", "none"]
LONGEST_TEXT: Final = 200
# what says that a URL was chosen, and is not just the door
PARAMETERS: Final = (
    "q", "owner", "team", "stage", "industry", "min_t", "c", "match", "sort", "view", "after", "before", "v",
)  # fmt: skip
# with none of these, a URL that names a saved view means the view as it is saved
CHANGES: Final = ("owner", "team", "stage", "industry", "min_t", "c", "match", "sort", "view")
# as the common conditions are called among the parts of a filter
_COMMON: Final = {
    "owner": ("owner", "in"),
    "team": ("team", "in"),
    "stages": ("stage", "in"),
    "industries": ("industry", "in"),
    "min_t": ("temperature", "ge"),
}


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """`stages` empty means: the open ones, unless `more` speaks of stages. `min_t` is a temperature from 1
    to 100. `join` stands between all conditions; what is searched for (`q`) is asked for besides.
    """

    q: str = ""
    owner: Owner | None = None
    team: int | None = None
    stages: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    min_t: int | None = None
    more: tuple[Item, ...] = ()
    join: Join = Join.ALL

    @classmethod
    def from_query(cls, query: MultiValueDict[str, str]) -> Self:
        common = cls(
            q=_text(query.get("q")),
            owner=_owner(query.get("owner")),
            team=_identity(query.get("team")),
            stages=_choices(query.getlist("stage"), Stage.values),
            industries=_choices(query.getlist("industry"), Industry.values),
            min_t=_temperature(query.get("min_t")),
        )
        more = meant(filter(None, map(tree.read, query.getlist("c"))))
        join = Join.ANY if query.get("match") == Join.ANY else Join.ALL
        return cls.of(common.q, join, [*common.items.values(), *more])

    @classmethod
    def of(cls, q: str, join: Join, items: Iterable[Item]) -> Self:
        """From checked conditions: each common one at its own place if that is free."""
        common: dict[str, Condition] = {}
        more: list[Item] = []
        for item in items:
            name = _common_name(item)
            if isinstance(item, Condition) and name and name not in common:
                common[name] = item
            else:
                more.append(item)
        values = {name: condition.values for name, condition in common.items()}
        return cls(
            q=q,
            owner=_owner("".join(values["owner"]) or "none") if "owner" in values else None,
            team=int(values["team"][0]) if "team" in values else None,
            stages=values.get("stages", ()),
            industries=values.get("industries", ()),
            min_t=int(values["min_t"][0]) if "min_t" in values else None,
            more=tuple(more),
            join=join if len(common) + len(more) > 1 else Join.ALL,
        )

    @property
    def items(self) -> dict[str, Item]:
        """All conditions but the search, by the name of their part, in the order in which they are shown."""
        found: dict[str, Item] = {}
        for name, (field, op) in _COMMON.items():
            value = getattr(self, name)
            if value not in (None, ()):
                values = value if isinstance(value, tuple) else (str(value),)
                found[name] = Condition(field, op, values)
        return found | {f"c{place}": item for place, item in enumerate(self.more)}

    @property
    def active(self) -> list[str]:
        """Names of the parts that a person set, in the order in which they are shown."""
        return [*(["q"] if self.q else []), *self.items]

    def without(self, name: str) -> LeadFilter:
        if name == "q":
            return replace(self, q="")
        kept = [item for part, item in self.items.items() if part != name]
        return LeadFilter.of(self.q, self.join, kept)

    @property
    def speaks_of_stages(self) -> bool:
        return any(one.field == "stage" for item in self.items.values() for one in item.conditions)

    def possible_stages(self, closed_too: bool = False) -> Sequence[str]:
        """Those that leads shown can be in."""
        if self.stages and self.join is Join.ALL:
            return self.stages
        return Stage.values if closed_too or self.speaks_of_stages else Stage.open()

    @property
    def leaves_the_score_row(self) -> bool:
        """Whether it asks what only the lead or its company tells: no index answers that in order."""
        asked = (one for item in self.items.values() for one in item.conditions)
        return any(not _is_of_the_score(one) for one in asked)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The filter as parts of a URL."""
        if self.q:
            yield "q", self.q
        if self.owner is not None:
            yield "owner", str(self.owner)
        if self.team is not None:
            yield "team", str(self.team)
        yield from (("stage", stage) for stage in self.stages)
        yield from (("industry", industry) for industry in self.industries)
        if self.min_t is not None:
            yield "min_t", str(self.min_t)
        yield from (("c", item.write()) for item in self.more)
        if self.join is Join.ANY:
            yield "match", Join.ANY

    @property
    def outline(self) -> list[str]:
        """For the log: what was asked for, without what a person typed, which may be somebody's name."""
        short = LeadFilter(
            owner=self.owner, team=self.team, stages=self.stages, industries=self.industries, min_t=self.min_t
        )
        asked = [f"{name}={value}" for name, value in short.pairs()]
        return asked + [f"c={one.field}:{one.op}" for item in self.more for one in item.conditions]

    def apply(
        self, leads: QuerySet[Lead], *, user: User, scale: Scale, now: datetime, closed_too: bool = False
    ) -> QuerySet[Lead]:
        """The score row repeats what the standard filters ask for, so that one index answers in order.

        `closed_too`: without a word of stages, all of them.
        """
        found = leads.filter(self._asked(user, scale, now, closed_too))
        return folding.search_filter(found, self.q) if self.q else found

    def apply_to_leads(
        self, leads: QuerySet[Lead], *, user: User, scale: Scale, now: datetime, closed_too: bool = False
    ) -> QuerySet[Lead] | None:
        """The same without any other table than that of the leads; None if it asks for more."""
        asked = narrowed(self._asked(user, scale, now, closed_too))
        if asked is None:
            return None
        return folding.search_filter(leads.filter(asked), self.q) if self.q else leads.filter(asked)

    def needed_terms(self, *, user: User, scale: Scale, now: datetime) -> terms.Needed:
        """What the index of attributes tells of all leads that fulfil it."""
        asker = Asker(user.pk, scale, now, timezone.get_current_timezone())
        return terms.needed(self.join, list(self.items.values()), asker)

    def apply_to_scores(
        self,
        scores: QuerySet[LeadScore],
        *,
        user: User,
        scale: Scale,
        now: datetime,
        closed_too: bool = False,
    ) -> QuerySet[LeadScore] | None:
        """The same of score rows without their leads, for counting; None if it asks for more."""
        asked = None if self.q else of_the_score(self._asked(user, scale, now, closed_too))
        return None if asked is None else scores.filter(asked)

    def _asked(self, user: User, scale: Scale, now: datetime, closed_too: bool) -> Q:
        asker = Asker(user.pk, scale, now, timezone.get_current_timezone())
        # always something about the score row itself, so that it is joined in full
        every = closed_too or self.speaks_of_stages
        stages = Q(score__team_id__isnull=False) if every else Q(score__stage__in=Stage.open())
        return stages & joined(self.join, [where(item, asker) for item in self.items.values()])


def _is_of_the_score(condition: Condition) -> bool:
    field = fields.find(condition.field, condition.op)
    return field is not None and bool(field.paths) and field.paths[0].startswith("score__")


def _common_name(item: Item) -> str:
    """The part that says the same as this condition, or ''."""
    if not isinstance(item, Condition):
        return ""
    asked = (item.field, item.op)
    if asked in (("owner", "empty"), ("owner", "in")):
        return "owner" if len(item.values) < 2 else ""
    name = next((name for name, common in _COMMON.items() if common == asked), "")
    if name == "team" and len(item.values) > 1:
        return ""
    return "" if name == "min_t" and int(item.values[0]) < 1 else name


# what separates within a condition, and is harmless in a URL
_READABLE: Final = ":,;()"


def query_string(*pairs: tuple[str, str]) -> str:
    return "&".join(f"{quote(name, _READABLE)}={quote(value, _READABLE)}" for name, value in pairs)


def _text(value: str | None) -> str:
    return (value or "").replace("\x00", "").strip()[:LONGEST_TEXT]


def _identity(value: str | None) -> int | None:
    text = unicodedata.normalize("NFKC", value or "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        return None
    return int(text) if 0 < int(text) <= LARGEST_ID else None


def _owner(value: str | None) -> Owner | None:
    if value == "me":
        return "me"
    return "none" if value == "none" else _identity(value)


def _choices(values: list[str], known: list[str]) -> tuple[str, ...]:
    return tuple(choice for choice in known if choice in values)


def _temperature(value: str | None) -> int | None:
    number = _identity(value)
    return number if number is not None and number <= 100 else None
