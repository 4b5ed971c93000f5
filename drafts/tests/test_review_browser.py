"""The review page in a real browser: no single key decides, a lost lease keeps the text."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from drafts import review, workflow
from drafts.models import Draft, State
from leads.tests.factories import UserFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
ARMED_MS = 3000


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def second_reviewer(team):
    return UserFactory(role="reviewer", member_of=(team,), last_name="中村", first_name="舞")


def item_url(draft: Draft) -> str:
    return f"/admin/drafts/reviewitem/{draft.pk}/change/"


def state(draft: Draft) -> str:
    return Draft.objects.get(pk=draft.pk).state


def own_page(chromium, client, live_server, user):
    """Not `browse`: the browser notes a refused request as an error."""
    client.force_login(user)
    context = chromium().new_context(locale="ja-JP", base_url=live_server.url)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()


def test_no_single_key_approves(browse, reviewer, item):
    page = browse(reviewer, item_url(item))
    for key in ("Enter", "a", "x", "Enter"):
        page.keyboard.press(key)
    assert page.url.endswith(item_url(item))
    page.keyboard.press("a")
    assert page.locator(".armed").count() == 1
    page.wait_for_timeout(ARMED_MS + 500)
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert state(item) == State.IN_REVIEW


def test_two_keys_approve(browse, reviewer, item):
    page = browse(reviewer, item_url(item))
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/drafts/reviewitem/")
    assert state(item) == State.APPROVED


def test_enter_in_a_field_decides_nothing(browse, reviewer, item):
    page = browse(reviewer, item_url(item))
    page.locator("#id_subject").press("Enter")
    page.wait_for_timeout(300)
    assert page.url.endswith(item_url(item))
    assert state(item) == State.IN_REVIEW


def test_an_edit_is_compared_while_typing_and_changes_what_the_button_says(browse, reviewer, item):
    page = browse(reviewer, item_url(item))
    page.keyboard.press("i")
    page.keyboard.press("Control+End")
    page.keyboard.type("追伸です。")
    page.locator("#rv-right ins").wait_for()
    assert page.locator("#rv-right ins").inner_text() == "追伸です。"
    assert "再検査" in page.locator("[name=_approve]").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/drafts/reviewitem/")
    assert state(item) == State.CHECKING


def test_reject_by_keys(browse, reviewer, item):
    page = browse(reviewer, item_url(item))
    page.keyboard.press("r")
    page.keyboard.press("3")
    page.keyboard.press("Tab")
    page.keyboard.type("値引きの約束")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/drafts/reviewitem/")
    done = Draft.objects.get(pk=item.pk)
    assert (done.state, done.reject_code, done.reject_note) == ("rejected", "promise", "値引きの約束")


def test_a_lost_lease_locks_the_form_and_keeps_the_text(
    chromium, client, live_server, reviewer, second_reviewer, item
):
    page = own_page(chromium, client, live_server, reviewer)
    page.goto(item_url(item))
    page.locator("#id_body").fill("書きかけの文面")
    Draft.objects.filter(pk=item.pk).update(claimed_by=second_reviewer, claim_token=None)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator(".rv-lost").wait_for()
    assert "中村 舞" in page.locator("#rv-lease").inner_text()
    assert page.locator("#id_body").get_attribute("readonly") is not None
    assert page.input_value("#id_body") == "書きかけの文面"
    assert page.locator("[name=_approve]").is_disabled()


def test_a_forgotten_tab_lets_its_lease_end_says_so_and_learns_who_took_it(
    chromium, client, live_server, reviewer, second_reviewer, item
):
    page = own_page(chromium, client, live_server, reviewer)
    page.clock.install()
    beats: list[str] = []
    page.on("request", lambda request: beats.append(request.url) if "/lease/" in request.url else None)
    page.goto(item_url(item))
    page.locator("#id_body").fill("書きかけの文面")
    # a sign of life each minute, until five have gone by without a key; then the rest of the lease
    page.clock.run_for("06:00")
    page.wait_for_timeout(1000)
    given = len(beats)
    page.clock.run_for("15:00")
    # what was asked last may be answered later than the hands were moved
    for _ in range(50):
        if "10分間操作がなかった" in page.locator("#rv-news").inner_text():
            break
        page.wait_for_timeout(200)
        page.clock.run_for("01:00")
    expect(page.locator("#rv-news")).to_contain_text("10分間操作がなかった")
    assert 4 <= given == len(beats)
    Draft.objects.filter(pk=item.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    review.take(draft_id=item.pk, reviewer=second_reviewer)
    page.keyboard.press("Shift")
    expect(page.locator(".rv-lost")).to_contain_text("中村 舞")
    assert page.input_value("#id_body") == "書きかけの文面"


def test_what_is_typed_goes_along_with_a_refused_rejection(browse, reviewer, item):
    page = browse(reviewer, item_url(item))
    page.locator("#id_body").fill("書きかけの文面")
    Draft.objects.filter(pk=item.pk).update(version=item.version + 1)
    page.locator("[data-rv=reject] summary").click()
    page.keyboard.press("2")
    page.locator("#rv-note").fill("業種が違います")
    page.locator("[name=_reject]").click()
    expect(page.locator("#rv-mine")).to_have_value(re.compile("書きかけの文面"))
    expect(page.locator("#content-main")).to_contain_text("業種が違います")


def test_what_was_typed_into_an_item_that_is_gone_can_be_copied_and_is_not_skipped_unasked(
    chromium, client, live_server, reviewer, item
):
    page = own_page(chromium, client, live_server, reviewer)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(item_url(item))
    page.locator("#id_body").fill("書きかけの文面")
    page.locator("[data-rv=regenerate] summary").click()
    page.locator("#rv-instruction").fill("もっと短く")
    workflow.move(Draft.objects.get(pk=item.pk), to=State.EXPIRED)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator(".rv-lost").wait_for()
    page.locator("#rv-copy").click()
    expect(page.locator("#rv-copy")).to_have_text("コピーしました")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert [one for one in ("書きかけの文面", "もっと短く") if one not in copied] == []
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("[data-rv=skip]").click()
    assert len(asked) == 1
    assert page.url.endswith(item_url(item))


def test_escalated_by_keys(browse, reviewer, manager, item):
    manager.is_staff = True
    manager.save()
    page = browse(reviewer, item_url(item))
    page.keyboard.press("e")
    expect(page.locator("#rv-to")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("判断をお願いします")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/drafts/reviewitem/")
    done = Draft.objects.get(pk=item.pk)
    assert (done.escalated_to, done.escalation_note) == (manager, "判断をお願いします")


def test_leaving_the_page_gives_the_item_back(browse, reviewer, item):
    page = browse(reviewer, item_url(item))
    assert Draft.objects.get(pk=item.pk).claimed_by == reviewer
    page.goto(page.url.replace(item_url(item), "/settings/"))
    for _attempt in range(50):
        if Draft.objects.get(pk=item.pk).claimed_by is None:
            return
        page.wait_for_timeout(100)
    pytest.fail("the lease was kept")


@pytest.mark.parametrize(
    "size", [{"width": 390, "height": 844}, {"width": 1440, "height": 900}], ids=["phone", "desktop"]
)
def test_nothing_covers_the_button_of_an_open_sheet(browse, reviewer, item, size):
    page = browse(reviewer, item_url(item), viewport=size)
    page.locator('.rv-pop[data-rv="reject"] > summary').click()
    sheet = page.locator('.rv-pop[data-rv="reject"] .rv-sheet')
    assert sheet.locator("input[name=case]").bounding_box()["width"] < 30
    sheet.locator("input[type=radio]").first.check(trial=True)
    sheet.locator("button[name=_reject]").click(trial=True, timeout=5000)
