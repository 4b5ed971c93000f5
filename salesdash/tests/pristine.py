"""The tables as the migrations left them, brought back after each test with real transactions.

Django's own way is to truncate all tables and to save each row of the migrations again: two seconds of a test
that wrote ten rows.
"""

from __future__ import annotations

from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from psycopg.errors import DeadlockDetected

# beyond it the tables are truncated, which gives the pages of deleted rows back
DELETE_UP_TO_BYTES = 8_000_000
ATTEMPTS = 5
_FINGERPRINT = "(SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {0} t)"
_ANY = "SELECT EXISTS (SELECT FROM {0})"
_DELETE = "IF EXISTS (SELECT FROM {0}) THEN DELETE FROM {0}; END IF;"
_DELETE_CHANGED = "IF {2} <> '{3}' THEN DELETE FROM {0}; {1} END IF;"
_FILL = "INSERT INTO {0} SELECT * FROM pristine.{0};"
# Foreign keys are checked when it commits, so that the order does not matter. The lock waits for what a
# server's thread has not finished yet, as a truncation would.
_RESTORE = """
CREATE FUNCTION pristine.restore() RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
    LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE;
    IF (SELECT sum(pg_relation_size(relid)) FROM pg_stat_user_tables) > {limit} THEN
        TRUNCATE {tables};
        {fill}
    ELSE
        {delete}
    END IF;
END $function$
"""


def keep() -> None:
    """Remember what all tables of models hold now."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in sorted(names)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA pristine")
        filled = [table for table in tables if _one(cursor, _ANY.format(table))]
        for table in filled:
            cursor.execute(f"CREATE TABLE pristine.{table} AS TABLE {table}")
        delete = [
            _delete_changed(cursor, table) if table in filled else _DELETE.format(table) for table in tables
        ]
        cursor.execute(
            _RESTORE.format(
                tables=", ".join(tables),
                limit=DELETE_UP_TO_BYTES,
                fill="\n".join(map(_FILL.format, filled)),
                delete="\n".join(delete),
            )
        )


def restore(*_test_case: object) -> None:
    """To what `keep` found; sequences go on."""
    for attempt in range(ATTEMPTS):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pristine.restore()")
            return
        except OperationalError as error:
            # a request that a page left behind takes its tables in another order; once this side has let go
            # of its locks it comes to its end
            if not isinstance(error.__cause__, DeadlockDetected) or attempt == ATTEMPTS - 1:
                raise


def leave_alone() -> None:
    """End all other sessions: a server's thread may hold one, and DROP DATABASE waits five seconds for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _delete_changed(cursor: CursorWrapper, table: str) -> str:
    fingerprint = _FINGERPRINT.format(table)
    kept = _one(cursor, f"SELECT {fingerprint}")
    return _DELETE_CHANGED.format(table, _FILL.format(table), fingerprint, kept)


def _one(cursor: CursorWrapper, query: str) -> object:
    cursor.execute(query)
    return cursor.fetchone()[0]
