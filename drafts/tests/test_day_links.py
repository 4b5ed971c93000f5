"""From a section of "my day" to the table that says the same: as many leads, the same ones."""

from __future__ import annotations

import html
import random
import re
from datetime import datetime, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from leads import day, rules
from leads.day import Section
from leads.models import ActivityType, Lead, LeadScore
from leads.table import LeadTable
from leads.tests.events import event, record
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import shown
from leads.tests.test_day import busy, left_at, visits

PAGE = "/day/"


def links(page: str) -> dict[str, str]:
    """The address of all, by section."""
    found = {}
    for part in page.split('data-part="')[1:]:
        if address := re.search(r'class="day-all" href="([^"]+)"', part.partition("</section>")[0]):
            found[part.partition('"')[0]] = html.unescape(address[1])
    return found


@pytest.fixture
def world(company, rep, colleague):
    """Sixty leads of two people in all states, the same each time."""
    dice, now = random.Random(3), timezone.now()
    many = [
        LeadFactory(
            company=company,
            owner=[rep, colleague, rep, None][place // 6 % 4],
            stage=dice.choice(["new", "working", "proposal", "new", "lost"]),
            recall_at=dice.choice([None, now + timedelta(hours=dice.uniform(-60, 60))]),
            next_action="電話",
            next_action_due_at=dice.choice([None, now + timedelta(hours=dice.uniform(-60, 60))]),
        )
        for place in range(60)
    ]
    for place, lead in enumerate(many):
        match place % 6:
            case 0:
                visits(lead, 12, timedelta(minutes=5))
            case 1:
                visits(lead, 25, timedelta(days=6))
                visits(lead, 1, timedelta(minutes=5))
            case 2:
                visits(lead, 4, timedelta(days=6))
                heat = {"properties": {"heat": 90.0}, "source": "manual", "external_id": f"adjust-{place}"}
                record(event(lead, ActivityType.MANUAL, ago=timedelta(minutes=5), **heat))
            case 3 | 4:
                left_at(
                    lead, dice.choice([62, 62, 82, 82, 78, 99]), timedelta(days=dice.choice([1, 2, 2, 2]))
                )
    return many


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("section", list(Section))
def test_the_table_shows_the_leads_of_the_section(client, rep, world, section, together):
    found = day.of(rep, team=together)
    client.force_login(rep)
    address = links(client.get(f"{PAGE}?who={'team' if together else 'me'}").text)[section.value]
    table = LeadTable(rep, QueryDict(address.partition("?")[2]))
    entries = {entry.lead_id for entry in found.entries[section]}
    assert set(table.ids()) == entries
    assert (table.total.n, table.total.more) == (found.count(section).n, False)
    assert len(entries) > (2 if together else 0)


def test_the_table_says_it_in_words(client, rep, world):
    client.force_login(rep)
    addresses = links(client.get(PAGE).text)
    said = {
        "recall": "再架電の日時 が今日以前",
        "action": "次のアクションの期限 が今日以前",
        "risen": "新たにホット",
        "cooling": "冷めかけ",
    }
    for section, words in said.items():
        page = client.get(addresses[section])
        assert page.status_code == 200
        text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.text))
        assert words in text, section


def test_they_can_be_turned_round(rep, world):
    """Whoever did not rise, or does not cool, is every other lead."""
    everybody = set(LeadTable(rep, QueryDict("view=all")).ids())
    for name in ("risen", "cooling"):
        yes, no = (set(LeadTable(rep, QueryDict(f"c={name}:{op}")).ids()) for op in ("yes", "no"))
        assert yes | no == everybody
        assert not yes & no
        assert yes


def test_on_a_monday_friday_counts(rep, company, monkeypatch):
    """The filter looks back as far as the page does."""
    monday = datetime.fromisoformat("2026-11-30T09:00:00+09:00")
    lead = LeadFactory(company=company, owner=rep)
    visits(lead, 12, timezone.now() - datetime.fromisoformat("2026-11-27T08:00:00+09:00"))
    scale = rules.current().scale
    LeadScore.objects.filter(pk=lead.pk).update(rank=scale.rank_for(85, monday))
    assert [entry.lead_id for entry in day.of(rep, team=False, now=monday).entries[Section.RISEN]] == [
        lead.pk
    ]
    table = LeadTable(rep, QueryDict("c=risen:yes"))
    table.now = monday
    assert list(table.ids()) == [lead.pk]


def test_outsiders_are_led_to_nothing(client, rep, outsider, company):
    busy(LeadFactory(company=company, owner=rep))
    client.force_login(outsider)
    for query in ("c=recall:reached", "c=due:reached", "c=risen:yes", "c=cooling:no", "c=cooling:yes"):
        assert shown(client.get(f"/leads/?{query}").text) == []


def test_neither_is_a_column_or_an_order(client, rep, lead):
    client.force_login(rep)
    page = client.get("/leads/?view=all&cols=risen,cooling,title&sort=risen")
    assert [column.name for column in page.context["table"].columns] == ["temperature", "name", "title"]
    assert page.context["table"].sort_text == ""


def test_a_filter_by_movement_costs_what_others_cost(client, rep, company, django_assert_max_num_queries):
    for _ in range(12):
        lead = LeadFactory(company=company, owner=rep)
        visits(lead, 12, timedelta(minutes=5))
    client.force_login(rep)
    client.get("/leads/")
    for query in ("c=risen:yes", "c=cooling:no"):
        with django_assert_max_num_queries(9):
            assert len(shown(client.get(f"/leads/?{query}").text)) == Lead.objects.count()
