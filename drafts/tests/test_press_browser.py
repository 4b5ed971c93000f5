"""What comes by itself moves nothing from under a finger: a press that has begun ends on what it began on."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from drafts import prompt_versions, prompts
from drafts.models import PromptVersion, State
from drafts.tests.factories import DraftFactory
from leads.tests.factories import LeadFactory
from leads.tests.line import Line

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
TALL = "<p>動いた</p>" * 12


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def leads(company, rep):
    due = timezone.now() - timedelta(hours=1)
    return [LeadFactory(company=company, owner=rep, recall_at=due) for _ in range(53)]


class Held:
    """Requests that wait for their answer until a press is under way."""

    def __init__(self, page: Page, pattern: str) -> None:
        self.page = page
        self.waiting: list[Route] = []
        page.route(pattern, lambda route: self.waiting.append(route))

    def press(self, control, **answer) -> None:
        """Answers the last one between pointer down and up."""
        _down(self.page, control)
        self.waiting[-1].fulfill(**answer)
        _frames(self.page)
        self.page.mouse.up()


def _down(page: Page, control) -> None:
    control.scroll_into_view_if_needed()
    box = control.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()


def _frames(page: Page) -> None:
    """Whatever was to be drawn has been."""
    page.wait_for_timeout(100)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_my_day(browse, rep, leads):
    page = browse(rep, "/day/")
    text = page.locator("#day").inner_html()
    name = page.locator(".day-line .name").first
    path = name.get_attribute("href")
    held = Held(page, "**/day/**")
    with page.expect_request("**/day/**"):
        page.evaluate("document.dispatchEvent(new CustomEvent('sd:resync', {detail: {all: true}}))")
    held.press(name, content_type="text/html", body=TALL + text)
    page.unroute_all()
    page.wait_for_url(f"**{path}")


def test_the_bar_of_a_broken_line(browse, rep, leads):
    page = browse(rep, "/settings/")
    page.clock.install()
    line = Line(page)
    page.goto("/leads/?view=all")
    page.wait_for_selector("#live[data-s=live]")
    line.answers = False
    page.clock.fast_forward(20_000)
    page.wait_for_selector("#live[data-s=reconnecting]")
    page.clock.fast_forward(11_000)
    box = page.locator("#tb tr").nth(2).locator(".ck input")
    _down(page, box)
    page.clock.fast_forward(2000)
    expect(page.locator("#live")).to_have_attribute("data-s", "stale")
    _frames(page)
    page.mouse.up()
    expect(box).to_be_checked()
    expect(page.locator("#stale")).to_be_visible()


def test_all_of_a_filter_selected(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.locator("#pick-page").click()
    held = Held(page, "**/count/**")
    with page.expect_request("**/count/**"):
        page.locator("#bulk [data-all]").click()
    held.press(page.locator("#bulk [data-bulk=stage]"), json={"n": 53})
    expect(page.locator("#editor [value=working]")).to_be_visible()
    expect(page.locator("#bulk b")).to_contain_text("53")


def test_the_count_of_a_filter(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("f")
    page.select_option("#fb-f0", "title")
    expect(page.locator("#fb-f0")).to_be_focused()
    held = Held(page, "**/leads/filter/count/**")
    with page.expect_request("**/leads/filter/count/**"):
        page.locator("#fb-v0").fill("課長")
    held.press(page.locator("#fb .btn-primary"), body="とても長い件数の文です。" * 12)
    page.wait_for_url("**/leads/?c=title**")


def test_the_preview_of_a_prompt(browse, admin, lead):
    version = prompt_versions.copy(
        version=prompts.active_version(purpose="ice_breaker", language="ja"), user=admin
    )
    page = browse(admin, "/admin/")
    held = Held(page, "**/preview/")
    with page.expect_request("**/preview/"):
        page.goto(f"/admin/drafts/promptversion/{version.pk}/change/")
    before = PromptVersion.objects.count()
    held.press(
        page.locator(".pv-acts form[action$='/copy/'] button"),
        content_type="text/html",
        body=f'<select id="pv-lead"></select><div id="pv-result">{TALL}</div>',
    )
    page.wait_for_url(lambda url: f"/{version.pk}/" not in url)
    assert PromptVersion.objects.count() == before + 1


def test_who_holds_a_review(browse, reviewer, rep, lead, company):
    other = LeadFactory(company=company, owner=rep)
    items = [
        DraftFactory(lead=one, requested_by=rep, state=State.IN_REVIEW, flags={"rules": ["price"]})
        for one in (lead, other)
    ]
    page = browse(reviewer, "/admin/")
    held = Held(page, "**/reviewitem/held/**")
    with page.expect_request("**/reviewitem/held/**"):
        page.goto("/admin/drafts/reviewitem/")
    line = {"held": True, "mine": False, "escalated": False, "lines": ["中村 舞"] * 9}
    held.press(
        page.locator("#result_list tbody tr").last.locator("th a"),
        json={"items": {i.pk: line for i in items}},
    )
    page.wait_for_url("**/change/")
