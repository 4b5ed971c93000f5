"""A draft in three steps from the table: wished for, copied, marked as sent; in the panel and on a phone."""

import pytest
from playwright.sync_api import expect

from drafts.models import Draft, State
from drafts.tests.factories import BODY, SUBJECT, DraftFactory
from leads.models import Activity, ActivityType
from leads.tests.table_cast import warm

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
WIDE = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
REFUSING = """
navigator.clipboard.write = () => Promise.reject(new DOMException("refused", "NotAllowedError"));
document.execCommand = () => false;
"""


def kind(page, wanted: str) -> None:
    page.locator(f'#draft-panel[data-kind="{wanted}"]').wait_for()


def steps(page) -> list[str]:
    return [
        item.split("\n")[0]
        for item in page.locator(".steps li").evaluate_all("all => all.map(x => x.className)")
    ]


@pytest.fixture
def ready(lead, rep):
    warm(lead)
    return DraftFactory(lead=lead, requested_by=rep)


def test_d_in_the_table_opens_the_lead_and_asks_for_a_draft(browse, rep, lead):
    page = browse(rep, "/leads/?view=all", **WIDE)
    page.keyboard.press("d")
    kind(page, "working")
    assert page.url.endswith(f"/leads/{lead.pk}/")
    assert Draft.objects.get().requested_by == rep


def test_d_on_a_lead_with_a_draft_only_shows_it(browse, rep, ready):
    page = browse(rep, "/leads/?view=all", **WIDE)
    page.keyboard.press("d")
    kind(page, "ready")
    assert Draft.objects.count() == 1


def test_copied_by_key_taken_back_copied_again_and_sent(browse, rep, ready):
    page = browse(rep, "/leads/?view=all", **WIDE, **CLIPBOARD)
    page.keyboard.press("o")
    kind(page, "ready")
    assert steps(page) == ["ok", "now", ""]
    page.keyboard.press("c")
    kind(page, "handed")
    clipboard = page.evaluate("navigator.clipboard.readText()")
    assert SUBJECT in clipboard
    assert BODY.replace("\r", "") in clipboard.replace("\r", "")
    expect(page.locator(".snack")).to_contain_text("メールに貼り付けて送信してください")
    page.keyboard.press("u")
    kind(page, "ready")
    page.keyboard.press("c")
    kind(page, "handed")
    page.get_by_role("button", name="送信済みにする").click()
    kind(page, "sent")
    assert steps(page) == ["ok", "ok", "ok"]
    expect(page.locator("#timeline > li:not(.day)").first).to_contain_text("メール送信")
    assert Activity.objects.filter(lead=ready.lead, type=ActivityType.EMAIL_SENT).count() == 1


def test_sent_by_mistake_is_taken_back_by_the_toast_and_by_the_panel(browse, rep, ready):
    page = browse(rep, "/leads/?view=all", **WIDE, **CLIPBOARD)
    page.keyboard.press("o")
    kind(page, "ready")
    page.keyboard.press("c")
    kind(page, "handed")
    for take_back in (
        lambda: page.locator(".snack button", has_text="元に戻す").last.click(),
        lambda: page.get_by_role("button", name="送信済みを取り消す").click(),
    ):
        page.get_by_role("button", name="送信済みにする").click()
        kind(page, "sent")
        expect(page.locator("#timeline")).to_contain_text("メール送信")
        take_back()
        kind(page, "handed")
        expect(page.locator("#timeline")).not_to_contain_text("メール送信")
    assert Draft.objects.get().state == State.SCHEDULED
    page.goto("/leads/?view=all")
    expect(page.locator("#tb td.k-l")).to_contain_text("料金ページ")


def test_the_same_on_a_phone(browse, rep, ready):
    page = browse(rep, "/leads/?view=all", **PHONE, **CLIPBOARD)
    page.locator("#tb .name").first.click()
    kind(page, "ready")
    page.get_by_role("button", name="コピー").click()
    kind(page, "handed")
    assert SUBJECT in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="送信済みにする").click()
    kind(page, "sent")


def test_where_the_browser_refuses_the_text_stands_there_selected(browse, rep, ready):
    page = browse(rep, "/leads/?view=all", **WIDE)
    page.evaluate(REFUSING)
    page.keyboard.press("o")
    kind(page, "ready")
    page.keyboard.press("c")
    area = page.locator("#copy-by-hand textarea")
    expect(area).to_be_focused()
    assert SUBJECT in area.input_value()
    selected = area.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert selected == area.input_value()
    page.keyboard.press("Escape")
    kind(page, "handed")
    assert Draft.objects.get().state == State.SCHEDULED


def test_the_next_lead_never_gets_the_draft_of_the_last(browse, rep, ready, company):
    from leads.tests.factories import LeadFactory

    LeadFactory(company=company, owner=rep)
    page = browse(rep, "/leads/?view=all", **WIDE, **CLIPBOARD)
    page.keyboard.press("o")
    kind(page, "ready")
    page.keyboard.press("j")
    page.keyboard.press("c")
    kind(page, "none")
    assert Draft.objects.get().state == State.READY
