"""A large set of leads and activities, made inside the server: skewed, 180 days, the same at every run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.db import connection

from leads import folding, rebuilding
from leads.models import Lead
from salesdash.models import Team, User

TEAMS: Final = 3
REPS: Final = 12
DAYS: Final = 180
LEADS_PER_COMPANY: Final = 5
CHUNK: Final = 1_000_000
NAMES_CHUNK: Final = 5000


@dataclass(frozen=True)
class Shape:
    leads: int
    activities: int
    first_lead: int
    teams: list[int]
    reps: list[int]


def statement(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def build(*, leads: int, activities: int) -> Shape:
    """Leads, activities, accumulators; vacuumed and analysed as a server at rest would be."""
    teams = [Team.objects.create(name=f"計測{n}").pk for n in range(TEAMS)]
    reps = [User.objects.create(username=f"bench{n}").pk for n in range(REPS)]
    values = {"teams": teams, "reps": reps, "companies": leads // LEADS_PER_COMPANY, "leads": leads}
    _run("companies", values)
    _run("leads", values)
    first = Lead.objects.order_by("pk").values_list("pk", flat=True)[0]
    _fill_activities(leads, activities, first)
    _index_names()
    rebuilding.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) leads_leadscore, leads_activity, leads_lead, leads_company")
        cursor.execute("CHECKPOINT")
    return Shape(leads, activities, first, teams, reps)


def _run(name: str, values: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement(name), values)


def _fill_activities(leads: int, activities: int, first: int) -> None:
    """The indexes are built afterwards, which takes a third of the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
    _run("drop_indexes")
    for start in range(1, activities + 1, CHUNK):
        end = min(start + CHUNK - 1, activities)
        _run("activities", {"first": first, "leads": leads, "days": DAYS, "start": start, "end": end})
    _run("create_indexes")


def _index_names() -> None:
    leads = Lead.objects.select_related("company").order_by("pk").iterator(NAMES_CHUNK)
    while chunk := list(islice(leads, NAMES_CHUNK)):
        fields = [folding.search_fields(lead, lead.company) for lead in chunk]
        _run(
            "names",
            {
                "ids": [lead.pk for lead in chunk],
                "texts": [field.text for field in fields],
                "grams": ["\x01".join(field.grams) for field in fields],
            },
        )
