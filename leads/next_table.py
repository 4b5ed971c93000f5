"""The new score table: made like the present one, filled by others, put in its place under the same names.

Each job has a table of its own, `leads_leadscore_<job>`, with indexes named likewise: what a dead or
cancelled worker left can never be mistaken for another job's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.db import connection

from leads import sql
from leads.models import ScoreJob

TABLE: Final = "leads_leadscore"
_OURS: Final = re.compile(rf"{TABLE}_(\d+)")


@dataclass(frozen=True)
class Index:
    name: str
    definition: str
    primary: bool


def name_of(job_id: int) -> str:
    return f"{TABLE}_{job_id}"


def exists(job_id: int) -> bool:
    return bool(sql.rows("SELECT to_regclass(%(name)s) IS NOT NULL", {"name": name_of(job_id)})[0][0])


def create(job_id: int) -> None:
    """Columns, defaults, constraints, storage and rights of the present table; no index yet."""
    drop(job_id)
    new = name_of(job_id)
    sql.run(f"CREATE TABLE {new} (LIKE {TABLE} INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS)")
    for (statement,) in sql.rows(_COPY_OPTIONS, {"old": TABLE, "new": new}):
        sql.run(statement)
    # nobody asks by the accumulators, and statistics of arrays take a third of the time
    sql.run(f"ALTER TABLE {new} ALTER COLUMN acc SET STATISTICS 0")


# what LIKE leaves behind: fillfactor and vacuum settings, and who else may read
_COPY_OPTIONS: Final = """
SELECT format('ALTER TABLE %%I SET (%%s)', %(new)s::text, array_to_string(reloptions, ', '))
FROM pg_class WHERE oid = %(old)s::regclass AND reloptions IS NOT NULL
UNION ALL
SELECT format('GRANT %%s ON %%I TO %%s', privilege_type, %(new)s::text,
              CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
FROM pg_class, aclexplode(relacl) WHERE oid = %(old)s::regclass AND grantee <> relowner
"""


def indexes() -> list[Index]:
    """Those of the present table, those with most columns first: they take longest to sort, and of two
    workers none shall be left alone with one of them at the end.
    """
    found = sql.rows(
        "SELECT relname, pg_get_indexdef(indexrelid), indisprimary"
        " FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid = %(table)s::regclass"
        " ORDER BY indnkeyatts DESC, relname",
        {"table": TABLE},
    )
    return [Index(*row) for row in found]


def missing_indexes(job_id: int) -> list[Index]:
    return [index for index in indexes() if not _has(_index_name(index, job_id))]


def create_index(index: Index, job_id: int) -> None:
    """The definition as PostgreSQL writes it, for the other table and under the other name."""
    head, using, columns = index.definition.partition(" USING ")
    # others are built at the same time: helpers of its own would only take turns with them
    sql.run("SET LOCAL max_parallel_maintenance_workers = 0")
    unique = "UNIQUE " if head.startswith("CREATE UNIQUE ") else ""
    sql.run(
        f"CREATE {unique}INDEX {_quoted(_index_name(index, job_id))} ON {name_of(job_id)}{using}{columns}"
    )


def analyze(job_id: int) -> None:
    sql.run(f"ANALYZE {name_of(job_id)}")


def settle_leads(job_id: int) -> bool:
    """Drop leads that have gone since they were copied; False if it lacks one of the present table.

    Counts, which cost little, say first whether leads have to be compared one by one.
    """
    made, present, leads = sql.rows(_of_next("next_counts", job_id), {})[0]
    if made > leads:
        made -= sql.run(_of_next("next_vanished", job_id))
    return made >= present or not sql.rows(_of_next("next_lacking", job_id), {})[0][0]


def _of_next(name: str, job_id: int) -> str:
    return sql.load(name).replace("{next}", name_of(job_id))


def put_in_place(job_id: int) -> None:
    """The caller holds the present table alone, for good."""
    names = [(index, _index_name(index, job_id)) for index in indexes()]
    sql.run(f"DROP TABLE {TABLE}")
    sql.run(f"ALTER TABLE {name_of(job_id)} RENAME TO {TABLE}")
    for index, name in names:
        if index.primary:
            key = f"ADD CONSTRAINT {_quoted(index.name)} PRIMARY KEY USING INDEX {_quoted(name)}"
            sql.run(f"ALTER TABLE {TABLE} {key}")
        else:
            sql.run(f"ALTER INDEX {_quoted(name)} RENAME TO {_quoted(index.name)}")


def drop(job_id: int) -> None:
    sql.run(f"DROP TABLE IF EXISTS {name_of(job_id)}")


def drop_abandoned() -> None:
    """Tables of jobs that have ended."""
    found = sql.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE %(like)s",
        {"like": TABLE.replace("_", r"\_") + r"\_%"},
    )
    ids = {int(match[1]) for (name,) in found if (match := _OURS.fullmatch(name))}
    for job_id in ids - set(ScoreJob.objects.open().filter(pk__in=ids).values_list("pk", flat=True)):
        drop(job_id)


def _has(name: str) -> bool:
    return bool(sql.rows("SELECT to_regclass(%(name)s) IS NOT NULL", {"name": _quoted(name)})[0][0])


def _index_name(index: Index, job_id: int) -> str:
    return f"{index.name}_{job_id}"


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
