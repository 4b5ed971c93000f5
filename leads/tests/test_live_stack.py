"""Real processes that die under a real screen: it says so while it is not current, and ends as the database."""

from __future__ import annotations

import itertools
import time

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from leads import ingest, rules
from leads.live import frames
from leads.models import ActivityType, LeadScore
from leads.tests.factories import LeadFactory
from leads.tests.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
WITHIN_S = 45
ALIKE = 2 ** (3 / frames.STEPS_PER_DOUBLING)
LOOK = """() => [document.getElementById("live").dataset.s,
    [...document.querySelectorAll("#tb tr[data-id]")].map(row => [Number(row.dataset.id),
        Number(row.querySelector(".temp .v").textContent), row.querySelector(".temp").dataset.b])]"""
LEAVES = """
from salesdash.models import Membership
user, team, other = map(int, sys.argv[1:])
Membership.objects.create(user_id=user, team_id=other)
Membership.objects.get(user_id=user, team_id=team).delete()
"""


@pytest.fixture(scope="module")
def processes(tmp_path_factory, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        stack = Stack(tmp_path_factory.mktemp("stack"))
    yield stack
    stack.stop()


@pytest.fixture
def stack(processes, transactional_db):
    processes.start("redis", "web", "pump")
    return processes


@pytest.fixture
def leads(company, rep):
    """Ten, from warm down to cold."""
    leads = LeadFactory.create_batch(10, company=company, owner=rep)
    now = timezone.now()
    ingest.record(
        [
            ingest.NewActivity(lead.pk, ActivityType.PRICING_VIEW, now, "test")
            for place, lead in enumerate(leads)
            for _ in range(place // 2)
        ]
    )
    return leads


@pytest.fixture
def screen(stack, leads, rep, chromium):
    """screen(): another tab of one signed-in person, with the table in it."""
    client = Client()
    client.force_login(rep, backend="salesdash.permissions.PermissionsAtOnce")
    # the browser last: Django must not find its loop in this thread while it prepares the data
    context = chromium().new_context(locale="ja-JP", base_url=stack.url)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": stack.url}])

    def tab():
        page = context.new_page()
        page.goto("/leads/?view=all")
        assert until(page, lambda: badge(page) == "live")
        page.evaluate("window.untouched = true")
        return page

    yield tab
    # beside the browser's loop Django has a connection of its own, which would keep the test database alive
    connection.close()
    context.close()


def badge(page) -> str:
    return page.evaluate(LOOK)[0]


def rows(page) -> list[list]:
    """[lead, temperature, band], from the top."""
    return page.evaluate(LOOK)[1]


def ranks() -> dict[int, float]:
    return dict(LeadScore.objects.values_list("lead_id", "rank"))


def holds(shown: list[list]) -> bool:
    """Temperatures and bands, in whatever order. What is about to turn may be shown either way."""
    rules.forget()
    scale, now = rules.current().scale, timezone.now()
    known = {pk: scale.temperature(rank, now) for pk, rank in ranks().items()}

    def is_right(pk: int, number: int, band: str) -> bool:
        edges = (known[pk] - 0.05, known[pk] + 0.05)
        return number in map(int, edges) and band in {scale.band(max(0, edge)).key for edge in edges}

    return {row[0] for row in shown} == known.keys() and all(is_right(*row) for row in shown)


def in_order(page) -> bool:
    """As the database has them; those that a frame's levels do not tell apart may stand either way."""
    known = ranks()
    shown = [known[row[0]] for row in rows(page)]
    return all(later <= earlier * ALIKE for earlier, later in itertools.combinations(shown, 2))


def until(page, condition, within_s=WITHIN_S) -> bool:
    """Waits in the browser's time."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            return False
        page.wait_for_timeout(100)
    return True


def settles(page) -> None:
    """Values by themselves; rows that would change places only when the person asks for it."""
    assert until(page, lambda: badge(page) == "live" and holds(rows(page)))
    offered = page.locator("#hotter")
    assert until(page, lambda: in_order(page) or offered.count() == 1)
    if offered.count():
        page.keyboard.press(".")
        assert until(page, lambda: in_order(page))
    assert holds(rows(page))


@pytest.mark.parametrize("victim", ["redis", "web", "pump"])
def test_what_dies_is_told_and_what_was_missed_is_made_good(screen, stack, leads, victim):
    page = screen()
    before = rows(page)
    with stack.recording(leads):
        assert until(page, lambda: rows(page) != before)
        stack.kill(victim)
        assert until(page, lambda: badge(page) != "live")
        page.wait_for_timeout(1000)
    assert badge(page) != "live"
    assert not holds(rows(page))
    stack.start(victim)
    assert until(page, lambda: badge(page) == "live")
    # nothing was recorded since: what calls itself live is complete
    assert holds(rows(page))
    with stack.recording(leads[:4], every_s=0.02):
        page.wait_for_timeout(500)
    settles(page)
    assert page.evaluate("window.untouched")


def test_who_signs_out_in_one_tab_is_told_in_the_other_and_hears_no_more(screen, stack, leads):
    one, other = screen(), screen()
    shown = rows(other)
    one.locator("[popovertarget=usermenu]").click()
    one.locator('#usermenu form[action$="/logout/"] button').click()
    assert until(other, lambda: badge(other) != "live")
    with stack.recording(leads, every_s=0.02):
        other.wait_for_timeout(1500)
    assert rows(other) == shown
    other.reload()
    other.wait_for_url("**/accounts/login/**")


def test_who_leaves_a_team_loses_its_rows_from_the_screen(other_team, screen, stack, leads, rep, team):
    page = screen()
    stack.python(LEAVES, rep.pk, team.pk, other_team.pk)
    assert until(page, lambda: rows(page) == [] and badge(page) == "live")
    with stack.recording(leads, every_s=0.02):
        page.wait_for_timeout(1500)
    assert rows(page) == []
    assert page.evaluate("window.untouched")
