"""Statistics can say that a table is empty while it fills: no statement may then read all of it for each row."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from leads import ingest, scoring, sql, taking_back
from leads.models import ActivityType, Lead
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = ["ensure_scores", "record_activities", "take_back"]


@pytest.fixture
def _empty_by_statistics(team):
    """As after a failed import: pages full of rows that were never committed."""
    with transaction.atomic():
        scoring.ensure([lead.pk for lead in LeadFactory.create_batch(300, team=team)])
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead, leads_company, leads_leadscore, leads_activity")
        cursor.execute("SELECT relpages > 0, reltuples FROM pg_class WHERE oid = 'leads_leadscore'::regclass")
        assert cursor.fetchone() == (True, 0)
    yield
    with connection.cursor() as cursor:
        # a new file: no statistics
        cursor.execute("TRUNCATE leads_lead, leads_company, leads_leadscore, leads_activity CASCADE")


@pytest.fixture
def plans():
    """Of the statements that write scores, as they are when they run."""
    found = {}

    def explain(execute, statement, parameters, many, context):
        for name in WRITERS:
            if statement.startswith(sql.load(name)[:40]):
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN {statement}", parameters)
                    found[name] = "\n".join(row[0] for row in cursor.fetchall())
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(explain):
        yield found


@pytest.mark.usefixtures("_empty_by_statistics")
def test_score_rows_are_looked_up_by_their_key(plans, team):
    leads = LeadFactory.create_batch(40, team=team)
    scoring.ensure([lead.pk for lead in leads])
    then = timezone.now() - timedelta(hours=1)
    ids = list(Lead.objects.values_list("pk", flat=True))
    ingest.record([ingest.NewActivity(pk, ActivityType.WEBINAR, then, "test", str(pk)) for pk in ids])
    taking_back.take_back([(pk, "test", str(pk)) for pk in ids])
    assert sorted(plans) == WRITERS
    for plan in plans.values():
        assert "Join Filter" not in plan
