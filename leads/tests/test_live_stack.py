"""The table on a real screen, over real processes that die: it ends as the database, and says so while it is not."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.utils import timezone

from leads import ingest, rules
from leads.models import ActivityType, Lead, LeadScore
from leads.tests.factories import LeadFactory
from leads.tests.stack import Stack
from salesdash.models import Membership

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
WITHIN_S = 45
# a crash is noticed when the beats stay away
NOTICED_WITHIN_S = 30


class Screens:
    """Pages of one signed-in person."""

    def __init__(self, stack, browser, user, leads):
        self.stack, self.leads = stack, leads
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        self.client = client
        session = client.cookies["sessionid"].value
        self._context = browser.new_context(locale="ja-JP", base_url=stack.url)
        self._context.add_cookies([{"name": "sessionid", "value": session, "url": stack.url}])
        self.pages = []

    def open(self, path="/leads/?view=all"):
        page = self._context.new_page()
        page.goto(path)
        page.wait_for_selector("#live[data-s=live]", timeout=WITHIN_S * 1000)
        self.pages.append(page)
        return page

    def close(self):
        self._context.close()


def badge(page) -> str:
    return page.locator("#live").get_attribute("data-s")


def shown(page) -> dict[int, int]:
    """In one look, and only as long as the page says that it is live."""
    return dict(
        page.evaluate(
            """() => document.getElementById("live").dataset.s !== "live" ? [] :
            [...document.querySelectorAll("#tb tr")].map(row =>
                [Number(row.dataset.id), Number(row.querySelector(".v").textContent)])"""
        )
    )


def truth(stack) -> dict[int, float]:
    def read():
        rules.forget()
        scale, now = rules.current().scale, timezone.now()
        values = dict(LeadScore.objects.values_list("lead_id", "rank"))
        return {pk: scale.temperature(rank, now) for pk, rank in values.items()}

    return stack.do(read)


def is_true(page, stack) -> bool:
    seen, expected = shown(page), truth(stack)
    # a number that is about to turn may be shown either way
    same = (int(t - 0.05) <= seen[pk] <= int(t + 0.05) for pk, t in expected.items() if pk in seen)
    return bool(seen) and seen.keys() == expected.keys() and all(same)


def until(page, condition, within_s=WITHIN_S) -> bool:
    """Waits in the browser's time."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            return False
        page.wait_for_timeout(150)
    return True


def happens(stack, *leads, times=1):
    """Somebody looks at the pricing page: four points or more each."""
    now = timezone.now()
    news = [
        ingest.NewActivity(lead.pk, ActivityType.PRICING_VIEW, now, "test")
        for lead in leads
        for _ in range(times)
    ]
    stack.do(lambda: ingest.record(news))


@pytest.fixture
def stack(tmp_path, transactional_db):
    stack = Stack(tmp_path)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def leads(company, rep):
    leads = LeadFactory.create_batch(8, company=company, owner=rep)
    now = timezone.now()
    ingest.record(
        [
            ingest.NewActivity(lead.pk, ActivityType.PRICING_VIEW, now, "test")
            for place, lead in enumerate(leads)
            for _ in range(place + 1)
        ]
    )
    return leads


@pytest.fixture
def screens(leads, rep, stack, chromium):
    # the browser last: what came before may use this thread's own loop
    made = Screens(stack, chromium(), rep, leads)
    yield made
    made.close()


def test_a_redis_that_dies_and_comes_back_empty(screens, stack, leads):
    page = screens.open()
    assert is_true(page, stack)
    stack.kill("redis")
    happens(stack, *leads[:3], times=3)
    assert until(page, lambda: badge(page) != "live", NOTICED_WITHIN_S)
    happens(stack, leads[3], times=5)
    stack.start_redis()
    happens(stack, leads[4], times=2)
    assert until(page, lambda: is_true(page, stack))


def test_a_web_server_that_dies_and_comes_back(screens, stack, leads):
    page = screens.open()
    stack.kill("web")
    happens(stack, *leads[:4], times=3)
    assert until(page, lambda: badge(page) != "live", NOTICED_WITHIN_S)
    stack.start_web()
    happens(stack, leads[5], times=3)
    assert until(page, lambda: is_true(page, stack))


def test_a_pump_that_dies_is_noticed_although_the_socket_stands(screens, stack, leads):
    page = screens.open()
    stack.kill("pump")
    happens(stack, *leads[:4], times=3)
    assert until(page, lambda: badge(page) != "live", NOTICED_WITHIN_S)
    stack.start_pump()
    assert until(page, lambda: is_true(page, stack))


def test_two_tabs_show_the_same(screens, stack, leads):
    one, other = screens.open(), screens.open()
    for _ in range(3):
        happens(stack, *leads[:5])
    assert until(one, lambda: is_true(one, stack))
    assert until(other, lambda: is_true(other, stack))
    one.close()
    happens(stack, leads[7], times=4)
    assert until(other, lambda: is_true(other, stack))


def test_signing_out_in_one_tab_ends_the_other(screens, stack, leads):
    one, other = screens.open(), screens.open()
    before = shown(other)
    one.locator(".avatar").click()
    one.locator('#usermenu form[action="/accounts/logout/"] button').click()
    assert until(other, lambda: badge(other) != "live", NOTICED_WITHIN_S)
    happens(stack, *leads, times=4)
    other.wait_for_timeout(1500)
    rows = other.eval_on_selector_all("#tb tr .v", "cells => cells.map(cell => Number(cell.textContent))")
    assert rows == list(before.values())


def test_leaving_a_team_takes_its_rows_from_the_screen(screens, stack, leads, rep, other_team):
    page = screens.open()
    own = stack.do(lambda: LeadFactory(company__team=other_team, owner=rep))

    def moves():
        Membership.objects.create(user=rep, team=other_team)
        Membership.objects.get(user=rep, team=leads[0].team).delete()

    stack.do(moves)
    rows = page.locator("#tb tr")
    assert until(page, lambda: rows.count() == 1 and badge(page) == "live")
    assert rows.first.get_attribute("id") == f"lead-{own.pk}"
    assert Lead.objects.filter(pk=own.pk).exists()


def test_a_flood_through_restarts_ends_as_the_database(screens, stack, leads):
    page = screens.open()
    for name in ("web", "redis", "pump"):
        happens(stack, *leads[:6])
        stack.kill(name)
        happens(stack, *leads[2:])
        getattr(stack, f"start_{name}")()
        happens(stack, leads[0])
    assert until(page, lambda: is_true(page, stack))
