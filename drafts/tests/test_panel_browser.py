"""The draft panel in a real browser: keys, double clicks, a line that is down, no scripts."""

import pytest
from playwright.sync_api import expect

from drafts.models import Draft, State
from drafts.tests.factories import SUBJECT, DraftFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ready(lead, rep):
    return DraftFactory(
        lead=lead,
        requested_by=rep,
        claims=[{"phrase": "弊社のサイトをご覧いただき", "fact_id": "F1"}],
        facts=[{"id": "F1", "kind": "page_view", "text": "弊社のサイトをご覧", "value": "3"}],
    )


def panel_url(draft: Draft) -> str:
    return f"/drafts/lead/{draft.lead_id}/"


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
    assert "F1 · ページ閲覧 — 弊社のサイトをご覧" in shown
    page.keyboard.press("Escape")
    assert phrase.evaluate("node => getComputedStyle(node, '::after').content") == "none"
    assert phrase.evaluate("node => node === document.activeElement")
    page.locator(".sources summary").click()
    assert page.locator("#fact-F1").inner_text() == "F1 弊社のサイトをご覧 ページ閲覧"


def test_a_page_whose_line_is_down_asks_by_itself(browse, rep, lead):
    draft = DraftFactory(lead=lead, requested_by=rep, state=State.GENERATING)
    page = browse(rep, panel_url(draft))
    page.evaluate("document.getElementById('live').dataset.s = 'stale'")
    ready = DraftFactory.build(lead=lead, team=lead.team)
    text = {name: getattr(ready, name) for name in ("subject", "body", "text_hash", "rules_version")}
    Draft.objects.filter(pk=draft.pk).update(state=State.READY, **text)
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


def test_an_answer_from_before_the_press_does_not_take_back_what_the_press_brought(browse, rep, lead):
    page = browse(rep, f"/drafts/lead/{lead.pk}/")
    page.wait_for_timeout(500)
    early = []

    def hold(route):
        if early:
            route.continue_()
        else:
            early.append((route, route.fetch()))

    page.route(f"**/drafts/lead/{lead.pk}/", hold)
    with page.expect_request(f"**/drafts/lead/{lead.pk}/"):
        page.evaluate("document.dispatchEvent(new CustomEvent('sd:resync', {detail: {}}))")
    page.get_by_role("button", name="下書きを作成").click()
    kind(page, "working")
    route, answer = early[0]
    route.fulfill(response=answer)
    page.wait_for_timeout(500)
    kind(page, "working")


def test_the_whole_way_without_scripts(browse, rep, ready):
    page = browse(rep, panel_url(ready), java_script_enabled=False)
    page.get_by_role("button", name="コピー").click()
    assert SUBJECT in page.input_value("#out-subject")
    assert "配信停止" in page.input_value("#out-body") or "不要な場合" in page.input_value("#out-body")
    page.get_by_role("button", name="送信済みにする").click()
    kind(page, "sent")
    assert state(ready) == State.SENT
    page.get_by_role("button", name="送信済みを取り消す").click()
    kind(page, "handed")
    expect(page.get_by_text("送信済みを取り消し、履歴から除きました。")).to_be_visible()
    assert state(ready) == State.SCHEDULED
