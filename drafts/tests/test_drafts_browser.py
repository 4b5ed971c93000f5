"""The draft panel and the review page in a real browser: keys, a lost lease, a line that is down, no scripts."""

import pytest

from drafts.models import Draft, State
from drafts.tests.factories import SUBJECT, DraftFactory
from leads.tests.factories import UserFactory

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("browser"),
]
ARMED_MS = 3000


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def ready(lead, rep):
    return DraftFactory(
        lead=lead,
        requested_by=rep,
        claims=[{"phrase": "弊社のサイトをご覧いただき", "fact_id": "F1"}],
        facts=[{"id": "F1", "kind": "page_view", "text": "弊社のサイトをご覧", "value": "3"}],
    )


@pytest.fixture
def item(lead, rep):
    return DraftFactory(lead=lead, requested_by=rep, state=State.IN_REVIEW, flags={"rules": ["price"]})


@pytest.fixture
def second_reviewer(team):
    return UserFactory(role="reviewer", member_of=(team,), last_name="中村", first_name="舞")


def panel_url(draft: Draft) -> str:
    return f"/drafts/lead/{draft.lead_id}/"


def item_url(draft: Draft) -> str:
    return f"/admin/drafts/reviewitem/{draft.pk}/change/"


def state(draft: Draft) -> str:
    return Draft.objects.get(pk=draft.pk).state


def kind(page, wanted: str) -> None:
    page.locator(f'#draft-panel[data-kind="{wanted}"]').wait_for()


def test_one_key_copies_what_is_seen_and_one_takes_it_back(browse, rep, ready):
    page = browse(rep, panel_url(ready), permissions=["clipboard-read", "clipboard-write"])
    page.keyboard.press("c")
    kind(page, "handed")
    assert page.evaluate("navigator.clipboard.readText()").count(SUBJECT) == 1
    page.keyboard.press("u")
    kind(page, "ready")
    assert state(ready) == State.READY


def test_a_double_click_hands_out_once(browse, rep, ready):
    page = browse(rep, panel_url(ready), permissions=["clipboard-read", "clipboard-write"])
    page.locator("[data-key=c]").dblclick()
    kind(page, "handed")
    page.get_by_role("button", name="送信済みにする").click()
    kind(page, "sent")
    assert ready.deliveries.count() == 1


def test_the_fact_behind_a_phrase_shows_on_focus(browse, rep, ready):
    page = browse(rep, panel_url(ready))
    phrase = page.locator(".mail u")
    phrase.focus()
    shown = phrase.evaluate("node => getComputedStyle(node, '::after').content")
    assert "弊社のサイトをご覧" in shown
    page.locator(".sources summary").click()
    assert page.locator("#fact-F1").inner_text() == "F1 弊社のサイトをご覧"


def test_a_page_whose_line_is_down_asks_by_itself(browse, rep, lead):
    draft = DraftFactory(lead=lead, requested_by=rep, state=State.GENERATING)
    page = browse(rep, panel_url(draft))
    page.evaluate("document.getElementById('live').dataset.s = 'stale'")
    ready = DraftFactory.build(lead=lead, team=lead.team, rules_version=1)
    Draft.objects.filter(pk=draft.pk).update(
        state=State.READY, subject=ready.subject, body=ready.body, text_hash=ready.text_hash, rules_version=1
    )
    kind(page, "ready")
    assert page.locator("#draft-panel [role=status]").inner_text() == "できました。"


def test_news_of_this_lead_redraws_the_panel_but_never_an_open_form(browse, rep, ready):
    page = browse(rep, panel_url(ready))
    page.get_by_role("link", name="編集").click()
    page.locator("#draft-body").fill("書きかけ")
    news = f"new CustomEvent('sd:draft', {{detail: {{lead: {ready.lead_id}}}}})"
    page.evaluate(f"document.dispatchEvent({news})")
    page.wait_for_timeout(500)
    assert page.input_value("#draft-body") == "書きかけ"
    page.get_by_role("link", name="キャンセル").click()
    kind(page, "ready")
    Draft.objects.filter(pk=ready.pk).update(state=State.IN_REVIEW)
    page.evaluate(f"document.dispatchEvent({news})")
    kind(page, "review")


def test_the_whole_way_without_scripts(browse, rep, ready):
    page = browse(rep, panel_url(ready), java_script_enabled=False)
    page.get_by_role("button", name="コピー").click()
    assert SUBJECT in page.input_value("#out-subject")
    assert "配信停止" in page.input_value("#out-body") or "不要な場合" in page.input_value("#out-body")
    page.get_by_role("button", name="送信済みにする").click()
    kind(page, "sent")
    assert state(ready) == State.SENT


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
    # not `browse`: the browser notes the refused request as an error
    client.force_login(reviewer)
    context = chromium().new_context(locale="ja-JP", base_url=live_server.url)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(item_url(item))
    page.locator("#id_body").fill("書きかけの文面")
    Draft.objects.filter(pk=item.pk).update(claimed_by=second_reviewer, claim_token=None)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator(".rv-lost").wait_for()
    assert "中村 舞" in page.locator("#rv-lease").inner_text()
    assert page.locator("#id_body").get_attribute("readonly") is not None
    assert page.input_value("#id_body") == "書きかけの文面"
    assert page.locator("[name=_approve]").is_disabled()


def test_leaving_the_page_gives_the_item_back(browse, reviewer, item):
    page = browse(reviewer, item_url(item))
    assert Draft.objects.get(pk=item.pk).claimed_by == reviewer
    page.goto(page.url.replace(item_url(item), "/settings/"))
    for _attempt in range(50):
        if Draft.objects.get(pk=item.pk).claimed_by is None:
            return
        page.wait_for_timeout(100)
    pytest.fail("the lease was kept")
