"""What conditions and orders may speak of: the columns of leads, and any imported attribute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leads.conditions.operators import KIND_OF, OPERATORS, Kind, Operator, operator
from leads.conditions.sqltypes import PREFIX
from leads.importing.places import PREFECTURES
from leads.models import ActivityType, Industry, Stage
from leads.models.lead import ConsentBasis
from leads.models.score import Band

LONGEST_NAME: Final = 120
Choices = Sequence[tuple[str, str | Promise]]


class Unit(StrEnum):
    """What a number counts, where that is to be said. Yearly sums are rounded on the screen, deals not."""

    NONE = ""
    YEN = "yen"
    YEN_SHORT = "yen_short"


@dataclass(frozen=True, slots=True)
class Field:
    """`paths` lead from Lead to what is compared; of several texts, one that fits is enough.

    `choices` empty: they depend on who asks (people, teams). `free`: a value that is not among them may be
    meant all the same. `scale`: a number as people see it, divided by this, is what is stored.
    """

    name: str
    label: str | Promise
    kind: Kind
    paths: tuple[str, ...] = ()
    choices: Choices = ()
    free: bool = False
    scale: float = 1.0
    unit: Unit = Unit.NONE
    # largest number that can be meant
    most: float = 1e15
    # whether it can lack a value at all
    nullable: bool = True
    # can be asked for, but stands in no column and gives no order
    only_asked: bool = False

    @property
    def is_attribute(self) -> bool:
        return self.name.startswith(PREFIX)

    @property
    def attribute(self) -> str:
        return self.name.removeprefix(PREFIX)

    @property
    def operators(self) -> list[Operator]:
        return [
            found for found in OPERATORS[self.kind] if self.nullable or found.name not in ("empty", "filled")
        ]

    def operator(self, name: str) -> Operator | None:
        found = operator(self.kind, name)
        return found if found in self.operators else None


def _text(name: str, label: str | Promise, *paths: str) -> Field:
    return Field(name, label, Kind.TEXT, paths or (name,))


def _date(name: str, label: str | Promise, path: str = "", *, nullable: bool = True) -> Field:
    return Field(name, label, Kind.DATE, (path or name,), nullable=nullable)


TEMPERATURE: Final = Field(
    "temperature", _("Temperature"), Kind.NUMBER, ("score__rank",), most=100, nullable=False
)
BAND: Final = Field(
    "band",
    pgettext_lazy("of a temperature", "Band"),
    Kind.CHOICE,
    ("score__rank",),
    [(band.key, band.label) for band in reversed(Band)],
    nullable=False,
    only_asked=True,
)
# as "my day" says it: leads/conditions/moved.py
RISEN: Final = Field("risen", _("Newly hot"), Kind.YES_NO, only_asked=True)
COOLING: Final = Field("cooling", _("Cooling off"), Kind.YES_NO, only_asked=True)
GRADE: Final = Field(
    "grade", _("Fit grade"), Kind.CHOICE, ("score__fit",), [(grade, grade) for grade in "ABCD"],
    nullable=False,
)  # fmt: skip
OWNER: Final = Field("owner", _("Owner"), Kind.CHOICE, ("score__owner_id",))
TEAM: Final = Field("team", _("Team"), Kind.CHOICE, ("score__team_id",), nullable=False)
STAGE: Final = Field("stage", _("Stage"), Kind.CHOICE, ("score__stage",), Stage.choices, nullable=False)
NAME: Final = Field(
    "name", _("Name"), Kind.TEXT,
    ("family_name+given_name", "given_name+family_name", "family_kana+given_kana"),
)  # fmt: skip

# the sum of the deals that are open, of no column: leads/open_deals.py reads it
DEALS: Final = Field("deals", _("Open deals"), Kind.NUMBER, unit=Unit.YEN)

FIELDS: Final[Mapping[str, Field]] = {
    field.name: field
    for field in (
        TEMPERATURE,
        BAND,
        RISEN,
        COOLING,
        NAME,
        _text("company", _("Company"), "company__name", "company__name_en"),
        STAGE,
        OWNER,
        TEAM,
        _text("next", _("Next action"), "next_action"),
        _date("due", _("Next action due"), "next_action_due_at"),
        _date("recall", _("Call back at"), "recall_at"),
        _date("activity", _("Last activity"), "score__last_activity_at"),
        Field(
            "activity_type", _("Type of the last activity"), Kind.CHOICE, ("score__last_activity_type",),
            [(kind.key, kind.label) for kind in ActivityType],
        ),
        Field(
            "industry", _("Industry"), Kind.CHOICE, ("score__industry",), Industry.choices, nullable=False
        ),
        Field(
            "region", _("Region"), Kind.CHOICE, ("score__region",), [(name, name) for name in PREFECTURES],
            free=True,
        ),
        Field("employees", _("Employees"), Kind.NUMBER, ("company__employees",)),
        Field("revenue", _("Yearly revenue"), Kind.NUMBER, ("company__revenue_jpy",), unit=Unit.YEN_SHORT),
        DEALS,
        Field("fit", _("Fit"), Kind.NUMBER, ("score__fit",), most=100, nullable=False),
        GRADE,
        Field("win", _("Win rate"), Kind.NUMBER, ("win_probability",), scale=100, most=100),
        _text("department", _("Department")),
        _text("title", _("Job title")),
        _text("email", _("E-mail")),
        _text("phone", _("Phone")),
        Field(
            "language", _("Mail language"), Kind.CHOICE, ("language",),
            [("ja", _("Japanese")), ("en", _("English"))], nullable=False,
        ),
        Field("do_not_contact", _("Do not contact"), Kind.YES_NO, ("do_not_contact",)),
        Field(
            "consent", _("Basis for mail"), Kind.CHOICE, ("consent_basis",), ConsentBasis.choices,
            nullable=False,
        ),
        _date("opted_out", _("Opted out at"), "opted_out_at"),
        _text("source", _("Source")),
        _text("external_id", _("External id")),
        _date("created", _("Since"), "created_at", nullable=False),
        _date("stage_since", _("Stage changed at"), "stage_changed_at", nullable=False),
        _date("updated", _("Changed at"), "updated_at", nullable=False),
    )
}  # fmt: skip


def attribute(name: str, kind: Kind) -> Field:
    """The imported attribute `name`, read as `kind`."""
    return Field(f"{PREFIX}{name}", name, kind, free=True)


def find(name: str, op: str = "") -> Field | None:
    """The field of that name; an attribute is of the kind that the operator asks of."""
    if not name.startswith(PREFIX):
        return FIELDS.get(name)
    key = name.removeprefix(PREFIX)
    if not key or len(key) > LONGEST_NAME or not _is_storable(key):
        return None
    return attribute(key, KIND_OF.get(op, Kind.TEXT))


def _is_storable(text: str) -> bool:
    """PostgreSQL takes neither zero bytes nor lone surrogates."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
