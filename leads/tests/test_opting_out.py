"""An opt-out counts by whatever way its news comes: API, file, webhook, link."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from leads import ingest, locking
from leads.models import ActivityType, Lead
from leads.tests.factories import LeadFactory


def word(lead, at, key="a", kind=ActivityType.OPT_OUT):
    return ingest.NewActivity(lead.pk, kind, at, "crm", external_id=key)


@pytest.mark.django_db
def test_the_first_word_counts_and_a_repetition_changes_nothing(lead):
    now = timezone.now()
    first, later = now - timedelta(days=2), now - timedelta(days=1)
    ingest.record([word(lead, later, "b"), word(lead, first, "a")])
    assert Lead.objects.get(pk=lead.pk).opted_out_at == first
    # consent was given again since; the old file read in once more does not take it back
    Lead.objects.filter(pk=lead.pk).update(opted_out_at=None)
    ingest.record([word(lead, first, "a")])
    assert Lead.objects.get(pk=lead.pk).opted_out_at is None


@pytest.mark.django_db
def test_other_activities_and_other_leads_stay_as_they_are(lead, company, rep):
    other = LeadFactory(company=company, owner=rep)
    now = timezone.now()
    ingest.record([word(other, now), word(lead, now, kind=ActivityType.EMAIL_REPLY)])
    assert Lead.objects.get(pk=lead.pk).opted_out_at is None
    assert Lead.objects.get(pk=other.pk).opted_out_at == now


@pytest.mark.django_db
def test_a_large_file_of_them(company, rep):
    leads = [LeadFactory(company=company, owner=rep) for _ in range(3)]
    now = timezone.now()
    words = [word(lead, now - timedelta(hours=n), str(n)) for n in range(1, 200) for lead in leads]
    assert ingest.record(words).created == len(words) > ingest.COPY_FROM
    times = set(Lead.objects.values_list("opted_out_at", flat=True))
    assert times == {now - timedelta(hours=199)}


@pytest.mark.django_db
def test_what_has_no_opt_out_asks_nothing_more(lead, django_assert_num_queries):
    ingest.record([word(lead, timezone.now(), "warm", ActivityType.PAGE_VIEW)])
    with django_assert_num_queries(2 + 2):  # the savepoint, the lock, the statement
        ingest.record([word(lead, timezone.now(), "x", ActivityType.PAGE_VIEW)])


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_who_holds_the_lead_and_meets_nobody_in_a_circle(lead):
    """Others lock the lead, then its score row; the news of an opt-out takes them in the same order."""
    done = threading.Event()

    def write():
        ingest.record([word(lead, timezone.now())])
        connection.close()
        done.set()

    writer = threading.Thread(target=write)
    with transaction.atomic():
        Lead.objects.select_for_update().get(pk=lead.pk)
        writer.start()
        assert not done.wait(0.3)
        locking.lock_scores([lead.pk])  # would be a deadlock if the writer held the score row
    writer.join(10)
    assert done.is_set()
    assert Lead.objects.get(pk=lead.pk).opted_out_at is not None
