"""A computer that sleeps for minutes, a tab that nobody sees: the table ends as the server has it, and says so."""

from __future__ import annotations

import pytest

from leads.tests.factories import LeadFactory
from leads.tests.line import Line, warm

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
FIVE_MINUTES_MS = 300_000


@pytest.fixture
def leads(company):
    leads = LeadFactory.create_batch(6, company=company)
    for place, lead in enumerate(leads):
        warm(lead, 71 - 5 * place)
    return leads


@pytest.fixture
def line(browse, rep, leads):
    """A table on screen whose clock a test moves."""
    page = browse(rep, "/settings/")
    page.clock.install()
    line = Line(page)
    line.page = page
    page.goto("/leads/?view=all")
    page.wait_for_selector("#live[data-s=live]")
    return line


def badge(line) -> str:
    return line.page.locator("#live").get_attribute("data-s")


def sees(line, hidden: bool) -> None:
    line.page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", {configurable: true, get: () => hidden});
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_after_five_minutes_of_sleep_nothing_is_believed_until_it_was_asked_for(line, leads):
    line.answers = False
    for place, lead in enumerate(leads):
        line.frame({lead.pk: 20 + place})  # nobody hears it
    sockets = len(line.sockets)
    line.page.clock.fast_forward(FIVE_MINUTES_MS)
    assert line.until(lambda: badge(line) != "live")
    assert line.until(lambda: len(line.sockets) > sockets)
    assert badge(line) != "live"  # a new connection alone proves nothing
    assert line.shown() != line.truth
    line.answers = True
    assert line.until(lambda: badge(line) == "live", within_s=8)
    assert line.shown() == line.truth


def test_a_short_sleep_over_an_open_line_is_made_good_by_the_next_beat(line, leads):
    line.frame({leads[0].pk: 33})
    line.page.clock.fast_forward(9_000)
    line.beat()
    assert line.until(lambda: line.shown()[leads[0].pk] == 33)
    assert badge(line) == "live"


def test_a_tab_in_the_background_keeps_up_and_flashes_nothing_when_it_comes_back(line, leads):
    sees(line, hidden=True)
    for turn in range(20):
        line.send(line.frame({lead.pk: 30 + turn for lead in leads}))
    line.send(line.frame({leads[0].pk: 90}))
    assert line.until(lambda: line.shown() == line.truth)
    assert line.page.locator("td.fl-up, td.fl-dn").count() == 0
    sees(line, hidden=False)
    assert line.shown() == line.truth
    assert badge(line) == "live"


def test_a_tab_that_slept_in_the_background_asks_as_soon_as_it_is_seen(line, leads):
    sees(line, hidden=True)
    line.frame({leads[2].pk: 12})
    sockets = len(line.sockets)
    line.page.clock.fast_forward(FIVE_MINUTES_MS)
    sees(line, hidden=False)
    assert line.until(lambda: len(line.sockets) > sockets)
    assert line.until(lambda: badge(line) == "live" and line.shown()[leads[2].pk] == 12, within_s=8)


def test_a_line_that_stays_down_says_since_when_and_offers_to_reload(line, leads):
    line.answers = False
    line.page.clock.fast_forward(20_000)
    assert line.until(lambda: badge(line) == "reconnecting")
    line.page.clock.fast_forward(13_000)
    assert line.until(lambda: badge(line) == "stale")
    bar = line.page.locator("#stale")
    assert bar.get_by_role("button").count() == 1
    line.answers = True
    line.page.clock.fast_forward(31_000)
    assert line.until(lambda: badge(line) == "live", within_s=8)
    assert bar.count() == 0
