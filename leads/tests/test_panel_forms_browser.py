"""What is done in the panel: the row follows, nothing typed is lost, what came in between is shown."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from leads.models import Lead, Note
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import warm

ASK_AGAIN = """() => {
  const draft = document.getElementById("draft");
  window.htmx.ajax("GET", draft.getAttribute("hx-get"), {source: draft, target: draft, swap: "innerHTML"});
}"""
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lead(company, rep):
    due = timezone.now() + timedelta(days=1)
    lead = LeadFactory(company=company, owner=rep, next_action="資料を送る", next_action_due_at=due)
    warm(lead, times=3)
    return lead


@pytest.fixture
def opened(browse, rep, lead):
    """The table with this lead beside it."""

    def open_panel(**options):
        wide = {"viewport": {"width": 1440, "height": 900}}
        page = browse(rep, "/leads/?view=all", **{**wide, **options})
        page.locator("#tb .name").first.click()
        page.locator("#panel-title").wait_for()
        return page

    return open_panel


def cell(page, css: str):
    return page.locator(f"#tb tr td.{css}")


def events(page):
    return page.locator("#timeline > li:not(.day, .older)")


def test_a_next_action_is_saved_and_taken_back_and_the_row_follows(opened):
    page = opened()
    expect(page.locator("#panel .due")).to_contain_text("明日")
    page.fill("#next-text", "見積もりの確認")
    page.fill("#next-due", "2020-01-05T10:00")
    page.locator("#next-form .btn").first.click()
    expect(cell(page, "k-a")).to_contain_text("見積もりの確認")
    expect(page.locator("#panel .due.over")).to_contain_text("超過")
    page.locator("#panel-title").focus()
    page.keyboard.press("u")
    expect(cell(page, "k-a")).to_contain_text("資料を送る")
    expect(page.locator("#next-text")).to_have_value("資料を送る")


def test_a_next_action_that_is_done_enters_the_history_until_it_is_taken_back(opened, lead):
    page = opened()
    page.locator("#next-form .done").click()
    expect(events(page).first).to_contain_text("アクション完了")
    expect(events(page).first).to_contain_text("資料を送る")
    expect(cell(page, "k-a")).to_have_text("—")
    assert page.locator("#next-form .done").count() == 0
    page.get_by_role("button", name="元に戻す").click()
    expect(cell(page, "k-a")).to_contain_text("資料を送る")
    expect(events(page).first).not_to_contain_text("アクション完了")
    expect(page.locator("#next-text")).to_have_value("資料を送る")
    lead.refresh_from_db()
    assert lead.next_action_due_at is not None


def test_a_press_ends_on_what_it_began_on_whatever_arrives_meanwhile(opened, lead):
    """The draft's part stands above the form and comes by a request of its own: it would move the button away."""
    page = opened()
    page.locator("#panel #draft-panel").wait_for()
    done = page.locator("#next-form .done")
    done.scroll_into_view_if_needed()
    box = done.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    own = f'data-lead="{lead.pk}" data-url="/drafts/lead/{lead.pk}/" data-kind="none"'
    tall = f'<div id="draft-panel" {own}>{"<p>下書き</p>" * 12}</div>'
    page.route("**/drafts/lead/*/", lambda route: route.fulfill(body=tall, content_type="text/html"))
    page.mouse.down()
    with page.expect_response("**/drafts/lead/*/") as arrived:
        page.evaluate(ASK_AGAIN)
    arrived.value.finished()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.locator("#draft-panel p", has_text="下書き").count() == 0
    page.mouse.up()
    expect(events(page).first).to_contain_text("アクション完了")
    expect(page.locator("#draft-panel p", has_text="下書き")).to_have_count(12)


def test_where_somebody_was_faster_both_values_stand_in_the_panel(opened, lead):
    page = opened(lost=True)
    page.fill("#next-text", "私の予定")
    Lead.objects.filter(pk=lead.pk).update(next_action="同僚の予定")
    page.locator("#next-form .btn").first.click()
    versus = page.locator("#next-form .versus")
    expect(versus).to_contain_text("同僚の予定")
    expect(versus).to_contain_text("私の予定")
    expect(page.locator("#next-text")).to_have_value("私の予定")
    page.get_by_role("button", name="自分の値で保存").click()
    expect(versus).to_have_count(0)
    expect(cell(page, "k-a")).to_contain_text("私の予定")


def test_what_is_refused_keeps_every_letter(opened, lead):
    page = opened(lost=True)
    page.fill("#next-text", "")
    page.locator("#next-form .btn").first.click()
    page.get_by_text("期限までに行う内容を入力してください。").wait_for()
    assert page.input_value("#next-text") == ""
    assert page.input_value("#next-due") != ""
    assert Lead.objects.get(pk=lead.pk).next_action == "資料を送る"


def test_news_of_the_lead_leave_what_is_being_typed_and_unfolded(opened, lead):
    page = opened(lost=True)
    page.fill("#next-text", "書きかけ")
    # it comes by itself and moves what stands below
    page.locator("#panel #draft-panel").wait_for()
    page.locator("#panel details.adjusting summary").click()
    expect(page.locator("#panel details.adjusting")).to_have_attribute("open", "")
    Lead.objects.filter(pk=lead.pk).update(next_action="同僚の予定", stage="working")
    Note.objects.create(lead=lead, author_name="鈴木", body="新しいメモ")
    page.evaluate("document.dispatchEvent(new CustomEvent('sd:resync'))")
    expect(page.locator("#panel .noted")).to_contain_text("新しいメモ")
    expect(page.locator("#next-text")).to_have_value("書きかけ")
    expect(page.locator("#panel details.adjusting")).to_have_attribute("open", "")
    page.locator("#next-form .btn").first.click()
    expect(page.locator("#next-form .versus")).to_have_count(1)


def test_a_frame_changes_number_word_and_history(opened, lead):
    page = opened()
    warm(lead, times=10)
    news = {"at": 0, "leads": [{"id": lead.pk, "t": 83.2, "band": "hot"}]}
    page.evaluate(f"document.dispatchEvent(new CustomEvent('sd:leads', {{detail: {json.dumps(news)}}}))")
    hero = page.locator("#panel .hero")
    assert (hero.locator(".v").inner_text(), hero.locator(".band").inner_text()) == ("83", "ホット")
    expect(events(page)).to_have_count(13)


def test_a_call_by_its_outcome_and_the_time_to_call_back(opened, lead):
    page = opened()
    page.locator("#panel .calls summary").click()
    page.locator("#panel .calls .menu-item").first.click()
    expect(events(page).first).to_contain_text("再架電")
    assert Lead.objects.get(pk=lead.pk).recall_at is not None


def test_old_events_come_by_scrolling_and_stay_when_the_lead_moves(opened, lead):
    warm(lead, times=52)
    page = opened()
    expect(events(page)).to_have_count(20)
    box = page.locator(".tl-box")
    box.scroll_into_view_if_needed()
    for shown in (40, 55):
        box.evaluate("box => { box.scrollTop = box.scrollHeight; }")
        expect(events(page)).to_have_count(shown)
    warm(lead)
    page.evaluate("document.dispatchEvent(new CustomEvent('sd:resync'))")
    expect(page.locator(".older")).to_have_count(1)
    assert events(page).count() == 55


def test_an_edit_in_the_row_reaches_the_panel(opened):
    page = opened()
    cell(page, "k-s").click()
    page.locator("#editor [data-digit='2']").click()
    expect(page.locator("#panel .marks .stage")).to_have_attribute("data-k", "working")
