"""A large set of leads and activities, made inside the server: skewed, 180 days, the same for the same seed.

For the operator's demand forecast (`manage.py bench_seed`) and for the benchmarks. One transaction: whoever
interrupts it leaves everything as it was. The activities come without properties.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from leads import rebuilding, sql
from leads.models import Activity, Lead
from salesdash.errors import DomainError
from salesdash.models import Team, User

TEAMS: Final = 3
REPS: Final = 12
DAYS: Final = 180
LEADS_PER_COMPANY: Final = 5
ACTIVITY_CHUNK: Final = 1_000_000
LEAD_CHUNK: Final = 50_000
TABLES: Final = ("leads_company", "leads_lead", "leads_leadscore", "leads_activity")
# the share of the work that is done when the rows are there and their indexes are still to be made
_ROWS_SHARE: Final = 0.6

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Shape:
    leads: int
    activities: int
    first_lead: int
    teams: list[int]
    reps: list[int]


@dataclass(frozen=True, slots=True)
class Table:
    """Bytes with indexes."""

    name: str
    rows: int
    size: int


def build(
    *,
    leads: int,
    activities: int,
    seed: int = 42,
    append: bool = False,
    progress: Progress = lambda step, share: None,
) -> Shape:
    """Leads, activities, accumulators; vacuumed and analysed as a server at rest would be.

    Without `append` the tables must be empty (error `not_empty`), and the indexes are made after the rows,
    which takes a third of the time. `progress` hears the step and how much of the whole is done, 0..1.
    """
    with transaction.atomic():
        sql.run("LOCK TABLE leads_lead, leads_activity IN SHARE ROW EXCLUSIVE MODE")
        _refuse_mixture(append)
        sql.rows("SELECT setseed(%(seed)s)", {"seed": (seed % 2001 - 1000) / 1000})
        if not append:
            # into a table emptied in the same transaction PostgreSQL writes without its log
            sql.run("TRUNCATE leads_activity")
            sql.run(sql.load("scale_drop_indexes"))
        shape = _fill(leads, activities, progress)
        if not append:
            progress("indexes", _ROWS_SHARE)
            # foreign keys are checked at the commit, or now: no index is made while a check is due
            sql.run("SET CONSTRAINTS ALL IMMEDIATE")
            sql.run(sql.load("scale_create_indexes"))
    progress("temperatures", 0.8)
    rebuilding.rebuild()
    progress("vacuum", 0.95)
    sql.run(f"VACUUM (ANALYZE) {', '.join(TABLES)}")
    sql.run("CHECKPOINT")
    return shape


def _refuse_mixture(append: bool) -> None:
    if not append and (Lead.objects.exists() or Activity.objects.exists()):
        raise DomainError("not_empty", _("This database already holds leads."))


def _fill(leads: int, activities: int, progress: Progress) -> Shape:
    number = Team.objects.filter(name__startswith="計測").count()
    teams = [Team.objects.create(name=f"計測{number + n}").pk for n in range(TEAMS)]
    number = User.objects.filter(username__startswith="bench").count()
    reps = [User.objects.create(username=f"bench{number + n}").pk for n in range(REPS)]
    first = _fill_leads(leads, teams, reps, progress)
    values = {"first": first, "leads": leads, "days": DAYS}
    for start, end in _chunks(activities, ACTIVITY_CHUNK):
        progress("activities", _ROWS_SHARE * (0.4 + 0.6 * start / activities))
        sql.run(sql.load("scale_activities"), values | {"start": start, "end": end})
    return Shape(leads, activities, first, teams, reps)


def _fill_leads(leads: int, teams: list[int], reps: list[int], progress: Progress) -> int:
    """Returns the id of the first; the others follow without a gap, for nobody else may add one meanwhile."""
    values = {"teams": teams, "reps": reps, "companies": max(1, leads // LEADS_PER_COMPANY)}
    sql.run(sql.load("scale_companies"), values)
    sql.run(sql.load("scale_names"))
    sql.run(
        "CREATE TEMPORARY TABLE scale_companies ON COMMIT DROP AS"
        " SELECT id, team_id, name, name_key, row_number() OVER (ORDER BY id) - 1 AS place"
        " FROM leads_company WHERE team_id = ANY(%(teams)s::bigint[])",
        values,
    )
    sql.run("ANALYZE scale_companies, scale_names")
    for start, end in _chunks(leads, LEAD_CHUNK):
        progress("leads", _ROWS_SHARE * 0.4 * start / leads)
        sql.run(sql.load("scale_leads"), values | {"start": start, "end": end})
    return Lead.objects.filter(team__in=teams).order_by("pk").values_list("pk", flat=True)[0]


def _chunks(number: int, size: int) -> list[tuple[int, int]]:
    return [(start, min(start + size - 1, number)) for start in range(1, number + 1, size)]


def sizes() -> list[Table]:
    """What the tables hold and take, partitions added up."""
    return [Table(*row) for row in sql.rows(sql.load("table_sizes"), {"tables": list(TABLES)})]


def bytes_each() -> tuple[float, float]:
    """Bytes per lead, its score and its part of a company included, and per activity."""
    company, lead, score, activity = sizes()
    return (
        (company.size + lead.size + score.size) / max(lead.rows, 1),
        activity.size / max(activity.rows, 1),
    )
