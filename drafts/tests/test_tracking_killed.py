"""The judge of opens and clicks is killed (kill -9) between its statements: nothing is lost or counted twice."""

from __future__ import annotations

import os
import signal
from datetime import timedelta

import pytest
from django.db import connection

from drafts import tracking
from drafts.models import DeliveryTally, TrackingHit
from drafts.tests.trackable import addresses, ask, path, sent_mail, settle
from drafts.tracking import judging
from leads.models import Activity, ActivityType, Lead
from leads.tests.victims import database_url, python, stopped

JUDGE = """
import django
django.setup()
from drafts.tracking import judging
judging.judge()
"""
# where the victim stops: it holds what its statements before have written, and has committed nothing
POINTS = {
    "recording activities": ("leads_leadscore", "NEW.last_activity_at IS NOT NULL"),
    "adding to a tally": ("drafts_deliverytally", "NEW.opens > OLD.opens"),
    "closing the hits": ("drafts_trackinghit", "NEW.judged_at IS NOT NULL"),
}


@pytest.fixture
def mail(lead):
    """Opened once, and counted; opened again, clicked by a person and asked for by a machine since."""
    mail = sent_mail(lead, ago=timedelta(days=3))
    pixel, (first, *_others) = path(tracking.pixel(mail.pk)), addresses(mail)
    ask(pixel)
    settle(ago=timedelta(days=2))
    judging.judge()
    ask(pixel)
    ask(first)
    ask(pixel, method="head")
    settle()
    return mail


def figures(mail):
    tally = DeliveryTally.objects.get(delivery=mail)
    return tally.opens, tally.clicks, tally.machine_opens, tally.machine_clicks


def types(lead):
    return sorted(Activity.objects.filter(lead=lead, source="tracking").values_list("type", flat=True))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("table", "condition"), POINTS.values(), ids=POINTS)
def test_a_judge_killed_between_its_statements(table, condition, mail, lead):
    url = database_url(connection.settings_dict["NAME"])
    with stopped(url, table, condition, JUDGE, 0) as victim:
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
    assert TrackingHit.objects.filter(judged_at__isnull=True).count() == 3
    assert (figures(mail), types(lead)) == ((1, 0, 0, 0), [ActivityType.EMAIL_OPEN])

    with python(JUDGE, DATABASE_URL=url) as after, python(JUDGE, DATABASE_URL=url) as beside:
        assert after.communicate(timeout=60)[1] is not None
        assert beside.communicate(timeout=60)[1] is not None
    assert judging.judge() == 0
    assert not TrackingHit.objects.filter(judged_at__isnull=True).exists()
    assert figures(mail) == (2, 1, 1, 0)
    happened = [ActivityType.EMAIL_OPEN] * 2 + [ActivityType.EMAIL_CLICK, ActivityType.EMAIL_OPEN_MACHINE]
    assert types(lead) == sorted(happened)
    assert Lead.objects.get(pk=lead.pk).score.last_activity_at is not None
