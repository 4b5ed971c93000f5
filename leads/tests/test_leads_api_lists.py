"""Lists of the API: what an address cannot mean is refused, and no row is lost or doubled between pages."""

import base64
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from leads.api.histories import NEWEST
from leads.models import Activity, Lead, Note
from leads.tests.api import conforms
from leads.tests.events import event, record
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import crowd
from salesdash.api import paging

HOST = "http://testserver/api/v1/"


def pages(caller, path):
    while path:
        body = caller.get(path).json()
        yield body
        path = (body["next"] or "").removeprefix(HOST)


def cursor(*values) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "query",
    ["stage=sold", "stage=won&stage=x", "industry=x", "min_t=101", "min_t=x", "owner=you", "team=x", "sort=age",
     "limit=0", "limit=201", "limit=x", "limit=１", "after=x", "before=x", "after=x&before=x", "stages=won", "page=2"],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(api, rep, query):
    answer = api(rep).get(f"leads/?{query}")
    assert answer.status_code == 400
    assert answer.json()["code"] in ("invalid", "bad_cursor", "bad_limit", "unknown_parameter")


def test_a_cursor_of_another_order_is_refused(api, rep, company):
    crowd(5, company=company)
    caller = api(rep)
    following = caller.get("leads/?sort=name&limit=2").json()["next"]
    token = following.split("after=")[1].split("&")[0]
    answer = caller.get(f"leads/?sort=activity&limit=2&after={token}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_the_size_of_pages_stays_as_asked(api, rep, company):
    crowd(7, company=company)
    sizes = [len(body["results"]) for body in pages(api(rep), "leads/?limit=3&sort=name")]
    assert sizes == [3, 3, 1]


def test_the_end_stays_the_end(api, rep, company):
    """A sync that asks once more after everything was read must not be given the first page again."""
    leads = crowd(3, company=company)
    caller = api(rep)
    following = caller.get("leads/?limit=2").json()["next"].removeprefix(HOST)
    Lead.objects.filter(pk=leads[2].pk).update(team=LeadFactory().team)
    assert caller.get(following).json() == {"next": None, "previous": None, "results": []}


def test_a_search_keeps_one_order(api, rep, company):
    crowd(5, company=company)
    found = [lead["id"] for body in pages(api(rep), "leads/?q=青葉&limit=2") for lead in body["results"]]
    assert len(found) == len(set(found)) == 5


def test_what_happened_comes_once_while_more_happens(api, client, rep, lead):
    now = timezone.now()
    for minutes in range(7):
        record(event(lead, at=now - timedelta(minutes=minutes)))
    seen = []
    for body in pages(api(rep), f"leads/{lead.pk}/activities/?limit=3"):
        conforms(client, body, "HistoryPage")
        seen += [item["external_id"] for item in body["results"]]
        record(event(lead, at=timezone.now()))
    wanted = Activity.objects.filter(lead=lead).order_by("-occurred_at").values_list("external_id", flat=True)
    assert seen == list(wanted)[-7:]


def test_notes_come_newest_first(api, client, rep, lead):
    notes = [Note.objects.create(lead=lead, author=rep, author_name="佐藤 健", body=str(n)) for n in range(5)]
    bodies = list(pages(api(rep), f"leads/{lead.pk}/notes/?limit=2"))
    conforms(client, bodies[0], "NotePage")
    assert [note["id"] for body in bodies for note in body["results"]] == [
        note.pk for note in reversed(notes)
    ]


@pytest.mark.parametrize(
    "token",
    ["x", "é", "=", "W10", cursor(), cursor("newest"), cursor("newest", 1, 2), cursor("newest", "x"),
     cursor("newest", 2**63), cursor("newest", True), cursor("newest", None), cursor("newest", 1.5),
     cursor("activities", "x", "y", "z"), cursor("activities", "2026-01-01T00:00:00", "y", "z"),
     cursor("activities", "2026-01-01T00:00:00+00:00", "\0", "z"),
     cursor("activities", "2026-01-01T00:00:00+00:00", "\ud800", "z"), cursor(["newest"], 1), "A" * 8000],
)  # fmt: skip
@pytest.mark.parametrize("part", ["activities", "notes"])
def test_an_odd_cursor_is_a_problem(api, rep, lead, part, token):
    answer = api(rep).get(f"leads/{lead.pk}/{part}/?after={token}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_a_moment_before_the_first_year_is_just_early(api, rep, lead):
    token = cursor("activities", "0001-01-01T00:00:00+14:00", "a", "b")
    assert api(rep).get(f"leads/{lead.pk}/activities/?after={token}").json()["results"] == []


def test_an_order_reads_what_it_wrote(lead, db):
    record(event(lead))
    activity = Activity.objects.get()
    assert NEWEST._read(NEWEST._write(activity)) == (
        activity.occurred_at,
        activity.source,
        activity.external_id,
    )
    assert paging.NEWEST_FIRST._read(paging.NEWEST_FIRST._write(lead)) == (lead.pk,)


@pytest.mark.parametrize("number", [1, 40])
@pytest.mark.parametrize("part", ["activities", "notes"])
def test_queries_do_not_grow(api, rep, colleague, lead, part, number, django_assert_max_num_queries):
    for n in range(number):
        Note.objects.create(lead=lead, author=rep, author_name="x", body=str(n))
        record(event(lead, actor_id=(rep, colleague)[n % 2].pk))
    caller = api(rep)
    with django_assert_max_num_queries(9):
        assert len(caller.get(f"leads/{lead.pk}/{part}/").json()["results"]) == number
