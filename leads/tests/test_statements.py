"""What the table asks again in the same words: for the same person, and for the moment when it is asked."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from drafts.context import Counts
from leads import kept_counts
from leads.models import ActivityType
from leads.table import LeadTable
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import shown, warm
from salesdash.models import Membership, User
from salesdash.statements import Written


@pytest.fixture(autouse=True)
def unchecked(monkeypatch):
    """As in production: a statement that is known is not written a second time."""
    monkeypatch.setattr(Written, "checking", False)


def pages(person, query="view=all", now=None):
    """The ids of a first page, asked as a request does: with a person freshly read."""
    table = LeadTable(User.objects.get(pk=person.pk), QueryDict(query))
    table.now = now or table.now
    return [int(row.id) for row in table.page().rows]


@pytest.mark.parametrize(
    "query", ["view=all", "min_t=1", "q=山田", "sort=name", "stage=new&industry=software"]
)
def test_the_second_time_it_says_the_same(rep, company, query):
    for name in ("山田", "佐々木", "山田"):
        warm(LeadFactory(company=company, owner=rep, family_name=name))
    asked = []
    for _again in range(2):
        kept_counts.forget(rep.pk)
        with CaptureQueriesContext(connection) as queries:
            found = pages(rep, query)
        asked.append((found, [query["sql"].split("WHERE")[0] for query in queries]))
    assert asked[0] == asked[1]


def test_temperatures_fall_between_two_askings(rep, company):
    lead = LeadFactory(company=company, owner=rep)
    warm(lead, times=4)
    assert pages(rep, "min_t=60") == [lead.pk]
    later = timezone.now() + timedelta(days=90)
    assert pages(rep, "min_t=60", later) == []
    assert pages(rep, "min_t=60") == [lead.pk]


def test_what_is_written_for_one_person_is_not_sent_for_another(client, rep, outsider, company, lead):
    warm(lead, kind=ActivityType.PRICING_VIEW)
    for person, expected in ((rep, [lead.pk]), (outsider, []), (rep, [lead.pk])):
        client.force_login(person)
        for query in ("view=all", "min_t=1", "stage=new", "sort=name"):
            assert shown(client.get(f"/leads/?{query}").text) == expected


def test_who_changes_teams_asks_for_the_new_ones(rep, other_team, lead):
    assert pages(rep) == [lead.pk]
    Membership.objects.filter(user=rep).update(team=other_team)
    assert pages(rep) == []
    Membership.objects.filter(user=rep).delete()
    assert pages(rep) == []


def test_rights_that_are_taken_away(manager, admin, lead):
    assert pages(admin) == [lead.pk]
    admin.groups.clear()
    assert pages(admin) == []


def test_a_column_speaks_the_language_of_the_page(rep, lead):
    told = []
    for language in ("ja", "en", "ja"):
        with translation.override(language):
            table = LeadTable(User.objects.get(pk=rep.pk), QueryDict("view=all&cols=team"))
            (row,) = table.page().rows
            told.append({column.name: text for column, text in row.cells}["team"])
    assert told == ["東日本営業部", "East", "東日本営業部"]


def test_what_depends_on_the_day_is_written_each_time(rep, company):
    lead = LeadFactory(company=company, owner=rep, next_action_due_at=timezone.now() + timedelta(minutes=1))
    assert pages(rep, "c=due:past") == []
    assert pages(rep, "c=due:past", timezone.now() + timedelta(days=1)) == [lead.pk]


def test_marks_of_the_frame_are_those_of_the_person(rep, colleague, lead):
    from drafts.models import State
    from drafts.tests.factories import DraftFactory

    DraftFactory(lead=lead, requested_by=rep, state=State.READY)
    told = [Counts(User.objects.get(pk=person.pk)).drafts for person in (rep, colleague, rep)]
    assert told == [1, 0, 1]
