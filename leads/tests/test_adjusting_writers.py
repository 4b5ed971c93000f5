"""Undo, expiry, double clicks and other writers at the same moment."""

import uuid
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from leads import adjusting, auditing, saving
from leads.models import Activity, ActivityType
from leads.models.activity import TemperatureAdjustment
from leads.tests.events import acc, event, record
from leads.tests.factories import LeadFactory
from leads.tests.threads import in_threads
from salesdash.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)


def adjust(lead, user, points=20, **fields):
    return adjusting.adjust(lead_id=lead.pk, user=user, points=points, reason="理由", **fields)


def test_undo_and_expiry_at_once_subtract_once(lead, rep):
    for _round in range(4):
        made = adjust(lead, rep)
        TemperatureAdjustment.objects.filter(pk=made.pk).update(expires_at=timezone.now())

        def undo(pk=made.pk):
            # where the expiry came first
            with suppress(DomainError):
                adjusting.undo(adjustment_id=pk, user=rep)

        in_threads(undo, adjusting.expire_due, undo, adjusting.expire_due)
    assert acc(lead) == [0] * 24
    assert auditing.audit().clean


def test_a_double_click_at_once_adjusts_once(lead, rep):
    request_id = uuid.uuid4()
    made = in_threads(*[lambda: adjust(lead, rep, request_id=request_id)] * 4)
    assert len(set(made)) == 1
    assert Activity.objects.filter(lead=lead, type=ActivityType.MANUAL).count() == 1
    assert auditing.audit().clean


def test_it_waits_for_other_writers_and_never_in_a_circle(lead, rep, company):
    other = LeadFactory(company=company)

    def rename():
        for n in range(8):
            saving.update_company(company_id=company.pk, user=rep, employees=100 + n)

    def act():
        for _round in range(8):
            record(event(other, ago=timedelta(0)), event(lead, ago=timedelta(0)))

    def adjust_both():
        for _round in range(8):
            # where the other one has reached the limit
            with suppress(DomainError):
                adjust(other, rep, 5)
                adjusting.undo(adjustment_id=adjust(lead, rep, 5).pk, user=rep)

    in_threads(rename, act, adjust_both, adjust_both)
    assert auditing.audit().clean
