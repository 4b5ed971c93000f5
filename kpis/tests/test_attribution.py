"""How long a mail is credited with what follows it: set per team, explained where it is set."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from kpis import figures, rollup
from kpis.figures import Period
from kpis.tests.worlds import mail
from leads import dealing, outcomes
from leads.tests.test_leads_admin import form_data
from salesdash.models import Team

pytestmark = pytest.mark.django_db


def counted(team: Team, metric: str) -> float:
    today = rollup.today(team)
    first = today - timedelta(days=60)
    rollup.roll_up(team=team, first=first, last=today + timedelta(days=1))
    return figures.totals([team], Period(first, today)).get((metric, ""), figures.Amount()).numerator


@pytest.mark.parametrize(("days", "credited"), [(30, 1), (7, 0)])
def test_what_a_rep_books_and_wins_counts_within_the_window(days, credited, lead, rep, team):
    team.attribution_days = days
    team.save()
    mail(lead, days_ago=10)
    outcomes.record(lead_id=lead.pk, user=rep, outcome="meeting_booked", request_id=uuid.uuid4())
    values = {"name": "年間契約", "status": "won", "amount_jpy": 500_000, "gross_margin_jpy": 300_000}
    step = dealing.create(lead_id=lead.pk, user=rep, values=values)
    assert counted(team, "meeting") == credited
    assert counted(team, "conversion") == credited
    assert counted(team, "gross_margin_jpy") == credited * 300_000
    dealing.undo(step_id=step.pk, user=rep)
    assert counted(team, "conversion") == 0


def test_a_deal_that_was_there_before_the_mail_is_not_its_merit(lead, rep, team):
    opened = timezone.now() - timedelta(days=12)
    mail(lead, days_ago=10)
    values = {"name": "年間契約", "status": "won", "amount_jpy": 9, "opened_at": opened}
    dealing.create(lead_id=lead.pk, user=rep, values=values)
    assert counted(team, "conversion") == 0


@pytest.mark.parametrize(("days", "kept"), [("14", 14), ("0", 30), ("366", 30), ("-3", 30), ("x", 30)])
def test_it_is_set_in_the_administration(days, kept, client, admin, team, settings):
    settings.ADMIN_SECOND_FACTOR = False
    client.force_login(admin)
    url = f"/admin/salesdash/team/{team.pk}/change/"
    page = client.get(url)
    assert "直前のメールの成果" in page.text
    client.post(url, form_data(page, attribution_days=days))
    team.refresh_from_db()
    assert team.attribution_days == kept


@pytest.mark.parametrize("person", ["manager", "reviewer", "outsider"])
def test_nobody_else_sets_it(person, client, team, request, settings):
    settings.ADMIN_SECOND_FACTOR = False
    client.force_login(request.getfixturevalue(person))
    answer = client.post(f"/admin/salesdash/team/{team.pk}/change/", {"attribution_days": 1})
    assert answer.status_code in (302, 403)
    team.refresh_from_db()
    assert team.attribution_days == 30
