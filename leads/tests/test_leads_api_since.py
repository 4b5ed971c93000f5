"""What has changed since: in the order of the changes, no row lost while more is being changed."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.utils import timezone

from leads import page_reads, saving
from leads.api import listing
from leads.models import Lead
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import crowd
from leads.tests.test_leads_api_lists import HOST, pages
from leads.tests.test_saved_views import make

START = datetime(2026, 1, 1, tzinfo=UTC)


def since(moment) -> str:
    return f"leads/?updated_since={quote(moment.isoformat())}"


def changed(lead, minutes: float) -> Lead:
    Lead.objects.filter(pk=lead.pk).update(updated_at=START + timedelta(minutes=minutes))
    return lead


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.json()
    return [lead["id"] for lead in answer.json()["results"]]


def test_the_oldest_change_comes_first_and_the_moment_itself_is_in_it(api, rep, company):
    leads = [changed(LeadFactory(company=company), minutes) for minutes in (3, 1, 2)]
    caller = api(rep)
    assert ids(caller.get(since(START))) == [leads[1].pk, leads[2].pk, leads[0].pk]
    assert ids(caller.get(since(START + timedelta(minutes=2)))) == [leads[2].pk, leads[0].pk]
    assert ids(caller.get(since(START + timedelta(minutes=3, microseconds=1)))) == []


def test_closed_leads_are_changes_too(api, rep, company):
    won = changed(LeadFactory(company=company, stage="won"), 1)
    view = make(rep, text="c=title:is:課長&c=due:week&match=any")
    caller = api(rep)
    assert ids(caller.get("leads/")) == []
    assert ids(caller.get(since(START))) == [won.pk]
    assert ids(caller.get(f"{since(START)}&stage=new")) == []
    assert ids(caller.get(f"{since(START)}&view={view.pk}")) == [won.pk]


def test_pages_hold_every_lead_once(api, rep, company):
    leads = [changed(lead, place // 3) for place, lead in enumerate(crowd(11, company=company))]
    found = [lead["id"] for page in pages(api(rep), f"{since(START)}&limit=2") for lead in page["results"]]
    assert len(found) == len(set(found)) == len(leads)


def test_what_changes_while_one_reads_comes_again_at_its_new_place(api, rep, company):
    leads = [changed(LeadFactory(company=company), minutes) for minutes in range(6)]
    caller = api(rep)
    first = caller.get(f"{since(START)}&limit=2")
    changed(leads[1], 7)
    changed(leads[3], 8)
    rest = [
        lead["id"]
        for page in pages(caller, first.json()["next"].removeprefix(HOST))
        for lead in page["results"]
    ]
    assert ids(first) + rest == [leads[n].pk for n in (0, 1, 2, 4, 5, 1, 3)]


def test_a_later_run_begins_where_the_last_one_ended(api, rep, company):
    for minutes in range(4):
        changed(LeadFactory(company=company), minutes)
    caller = api(rep)
    *_all, last = caller.get(since(START)).json()["results"]
    again = caller.get(f"leads/?updated_since={quote(last['updated_at'])}")
    assert ids(again) == [last["id"]]


def test_what_people_change_shows_after_a_moment(api, rep, lead, monkeypatch):
    began = timezone.now()
    saving.set_next_action(lead_id=lead.pk, user=rep, text="電話", version=lead.version)
    caller = api(rep)
    assert ids(caller.get(since(began))) == []
    monkeypatch.setattr(listing, "MARGIN_SECONDS", 0.0)
    assert ids(caller.get(since(began))) == [lead.pk]


def test_a_company_that_changes_is_a_change_of_its_leads(api, rep, lead, monkeypatch):
    monkeypatch.setattr(listing, "MARGIN_SECONDS", 0.0)
    began = timezone.now()
    saving.update_company(company_id=lead.company_id, user=rep, name="青葉ホールディングス")
    assert ids(api(rep).get(since(began))) == [lead.pk]


@pytest.mark.django_db(transaction=True)
def test_nothing_passes_a_change_that_is_not_committed_yet(api, rep, company, monkeypatch):
    """A later change that is committed first waits for the earlier one: else the next run would miss that."""
    monkeypatch.setattr(listing, "MARGIN_SECONDS", 0.0)
    early, late = LeadFactory(company=company), LeadFactory(company=company)
    began, written, may_end = timezone.now(), Event(), Event()

    def slow():
        with transaction.atomic():
            saving.set_next_action(lead_id=early.pk, user=rep, text="先", version=1)
            written.set()
            may_end.wait(20)
        connection.close()

    thread = Thread(target=slow)
    thread.start()
    assert written.wait(20)
    saving.set_next_action(lead_id=late.pk, user=rep, text="後", version=1)
    caller = api(rep)
    before = ids(caller.get(since(began)))
    may_end.set()
    thread.join()
    assert before == []
    assert ids(caller.get(since(began))) == [early.pk, late.pk]


def test_outsiders_see_no_change(api, rep, outsider, lead):
    changed(lead, 1)
    assert ids(api(outsider).get(since(START))) == []
    assert ids(api(rep).get(since(START))) == [lead.pk]


@pytest.mark.parametrize("number", [1, 40])
def test_queries_do_not_grow(api, rep, company, number, django_assert_max_num_queries):
    for lead in crowd(number, company=company):
        changed(lead, 1)
    caller = api(rep)
    with django_assert_max_num_queries(9):
        assert len(ids(caller.get(since(START)))) == number


def test_the_index_answers_in_order(rep, company, settings):
    """Without sequential scans, which a planner takes for the few rows of a test: nothing is sorted."""
    crowd(3, company=company)
    from django.http import QueryDict

    table = listing.LeadList(rep, QueryDict("view=all&sort=-updated"), START)
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
        )
    plan = page_reads.ordered(table.leads(table.filter), table.sort, None).values("pk")[:101].explain()
    assert "lead_updated" in plan
    assert "Sort" not in plan


def test_a_cheap_filter_is_counted_once_and_up_to_the_cap(rep, company, monkeypatch):
    from django.http import QueryDict

    crowd(3, company=company)
    Lead.objects.update(updated_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(listing.LeadList, "_counted", None)
    assert listing.LeadList(rep, QueryDict("stage=new&min_t=0"), START).total.n == 3
