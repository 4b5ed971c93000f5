"""A screen in a real browser, with a line that loses, doubles and reorders what the server says."""

import random

import pytest
from playwright.sync_api import expect

from leads.live import frames
from leads.models import LeadScore
from leads.tests.factories import LeadFactory
from leads.tests.line import Line, warm

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def leads(company):
    """Twelve, from 71 down to 16 degrees."""
    leads = LeadFactory.create_batch(12, company=company)
    for place, lead in enumerate(leads):
        warm(lead, 71 - 5 * place)
    return leads


@pytest.fixture
def line(browse, rep, leads):
    """A table on screen, its socket in our hands, complete."""

    def open_line(path="/leads/?view=all", **options):
        page = browse(rep, "/settings/")
        line = Line(page, **options)
        line.page = page
        page.goto(path)
        page.wait_for_selector("#live[data-s=live]")
        return line

    return open_line


def test_a_frame_changes_the_cell_in_place_and_is_acknowledged(line, leads):
    line, lead = line(), leads[5]
    cell = line.page.locator(f"#lead-{lead.pk} td.t")
    line.send(line.frame({lead.pk: 83}, traced=True))
    assert line.until(lambda: cell.locator(".v").inner_text() == "83")
    assert cell.locator(".fg").get_attribute("width") == "83"
    assert cell.locator(".temp").get_attribute("data-b") == "hot"
    assert cell.locator(".w").inner_text() == "ホット"
    assert cell.locator(".d").text_content() == "↑37上昇"
    assert "fl-up" in cell.get_attribute("class")
    assert line.until(lambda: {"ack": f"{line.team}.{line.seq}"} in line.heard)
    assert line.until(lambda: "fl-up" not in cell.get_attribute("class"))


def test_a_lead_that_a_rule_leaves_out_loses_its_number_and_gets_it_back(line, leads):
    line, lead = line(), leads[5]
    number = line.page.locator(f"#lead-{lead.pk} td.t .v")
    expect(number).to_have_text("46")
    LeadScore.objects.filter(pk=lead.pk).update(fit_factor=0, rank=float("-inf"))
    line.send(line.frame({lead.pk: None}))
    expect(number).to_have_count(0)
    LeadScore.objects.filter(pk=lead.pk).update(fit_factor=1)
    warm(lead, 46)
    line.send(line.frame({lead.pk: 46}))
    expect(number).to_have_text("46")


def test_at_most_eight_cells_flash_and_small_changes_are_silent(line, leads):
    line = line()
    line.send(line.frame({lead.pk: 72 - 5 * place for place, lead in enumerate(leads)}))
    assert line.until(lambda: line.shown() == line.truth)
    assert line.page.locator("td.fl-up").count() == 0
    line.send(line.frame({lead.pk: 40 for lead in leads}))
    assert line.until(lambda: line.shown() == line.truth)
    assert line.page.locator("td.fl-up, td.fl-dn").count() == 8


def test_nothing_moves_until_the_person_asks(line, leads):
    line, last = line(), leads[-1]
    line.send(line.frame({last.pk: 90}))
    pill = line.page.locator("#hotter")
    assert line.until(lambda: pill.count() == 1)
    assert "1件がより熱くなりました" in pill.inner_text()
    rows = line.page.locator("#tb tr")
    assert rows.last.get_attribute("id") == f"lead-{last.pk}"
    warm(last, 90)
    line.page.keyboard.press(".")
    assert line.until(lambda: rows.first.get_attribute("id") == f"lead-{last.pk}")
    assert pill.count() == 0


def test_a_lead_outside_the_page_is_counted_only_if_the_filter_lets_it_through(
    line, leads, company, other_team
):
    line = line("/leads/?view=all&min_t=30")
    in_filter, cold = leads[-1], leads[-2]
    assert line.page.locator(f"#lead-{in_filter.pk}").count() == 0
    warm(in_filter, 50)
    line.send(line.frame({in_filter.pk: 50, cold.pk: 25, 999_999: 60}))
    assert line.until(lambda: line.page.locator("#hotter").count() == 1)
    assert "1件" in line.page.locator("#hotter").inner_text()


def test_what_comes_late_does_not_undo_what_is_newer(line, leads):
    line, lead = line(), leads[0]
    older, newer = line.frame({lead.pk: 20}), line.frame({lead.pk: 60})
    for data in (newer, newer, older, line.frame({leads[1].pk: 31})):
        line.send(data)
    assert line.until(lambda: line.shown()[leads[1].pk] == 31)
    assert line.shown()[lead.pk] == 60
    # a fragment that was read before the frames, and arrives after them
    line.page.evaluate(
        """async () => {
            const html = await (await fetch("/leads/?view=all", {headers: {"HX-Request": "true"}})).text();
            const old = html.replaceAll(/data-at="[^"]*"/g, 'data-at="2020-01-01T00:00:00Z"');
            document.getElementById("work").innerHTML = old;
            document.dispatchEvent(new CustomEvent("htmx:after:swap", {detail: {}}));
        }"""
    )
    assert line.shown()[lead.pk] == 60


def test_a_lost_frame_is_asked_for_at_the_next_frame_or_beat(line, leads):
    line = line()
    asked = line.asked()
    line.frame({leads[0].pk: 10})  # lost
    line.send(line.frame({leads[1].pk: 11}))
    assert line.until(lambda: line.shown()[leads[0].pk] == 10)
    assert line.asked() == asked + 1
    line.frame({leads[0].pk: 20})  # lost, and nothing follows
    line.beat()
    assert line.until(lambda: line.shown()[leads[0].pk] == 20)
    assert any("beat" in message for message in line.heard)


def test_another_epoch_loads_the_rows_anew(line, leads):
    line, lead = line(), leads[3]
    warm(lead, 88)
    line.epoch, line.seq = 2, 0
    line.truth = {}
    line.send(line.frame({leads[0].pk: 12}))
    assert line.until(lambda: line.shown()[lead.pk] == 88)
    assert line.until(lambda: line.page.locator("#live").get_attribute("data-s") == "live")
    assert line.shown()[leads[0].pk] == 71  # the number of the other epoch was not believed


def test_a_silent_line_is_told_and_left(line):
    line = line(beat=0.2)
    badge = line.page.locator("#live")
    line.answers = False
    assert line.until(lambda: badge.get_attribute("data-s") == "reconnecting")
    line.answers = True
    assert line.until(lambda: len(line.sockets) > 1 and badge.get_attribute("data-s") == "live")


def test_what_colleagues_do_does_not_hide_that_the_pump_is_silent(line):
    line = line(beat=0.2)
    line.answers = False

    def is_told() -> bool:
        line.send(frames.message("rows", ids=[]))
        return line.page.locator("#live").get_attribute("data-s") != "live"

    assert line.until(is_told)


def test_whatever_is_lost_doubled_or_reordered_the_table_ends_as_the_server_has_it(line, leads):
    line = line()
    for seed in (1, 2, 3):
        _chaos(line, leads, random.Random(seed))
        line.beat()
        expected = {lead.pk: line.truth[lead.pk] for lead in leads}
        assert line.until(lambda: line.shown() == expected, within_s=8), seed  # noqa: B023


def _chaos(line, leads, chance):
    held = []
    for _ in range(40):
        chosen = chance.sample(leads, 3)
        data = line.frame({lead.pk: chance.randrange(5, 95) for lead in chosen})
        fate = chance.random()
        if fate < 0.2:
            continue  # lost
        if fate < 0.4:
            held.append(data)  # comes later
            continue
        for copy in [data] * chance.choice([1, 1, 2]) + held:
            line.send(copy)
        held.clear()
        line.page.wait_for_timeout(chance.choice([0, 0, 15]))
