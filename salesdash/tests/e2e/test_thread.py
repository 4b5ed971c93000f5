"""The thread through the product, as rep, reviewer and manager would walk it."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import expect

from salesdash.tests.e2e.conftest import PATIENCE_MS, arm

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

CSV = """氏名,会社名,メールアドレス,部署,役職,電話番号,状況,展示会コード
{family} 一郎,株式会社試験商会{mark},ichiro@{mark}.example,営業部,部長,03-0000-0001,新規,A-1
{family} 二郎,株式会社試験商会{mark},jiro@{mark}.example,総務部,課長,03-0000-0002,対応中,A-2
{family} 三郎,株式会社試験物産{mark},not-an-address,総務部,課長,03-0000-0003,対応中,A-3
"""


@pytest.fixture
def imported(sign_in, product):
    """Two new leads by import (a third row is refused); yields (page, mark)."""
    mark = f"t{uuid.uuid4().hex[:8]}"
    page = sign_in("rep")
    page.goto(f"{product}/leads/imports/")
    page.locator("input[type=file]").set_input_files(
        {
            "name": "展示会.csv",
            "mimeType": "text/csv",
            "buffer": CSV.format(family="検証", mark=mark).encode("cp932"),
        }
    )
    page.get_by_role("button", name=re.compile("アップロード")).click()
    page.wait_for_url("**/mapping/")
    page.locator("button[value=start]").click()
    page.locator(".rejected").wait_for(timeout=PATIENCE_MS)
    return page, mark


def _open_lead(page, product, mark, given):
    page.goto(f"{product}/leads/?q={mark}")
    page.get_by_role("link", name=f"検証 {given}").first.click()
    page.wait_for_url(re.compile(r"/leads/\d+/"))


def _record_consent(page):
    """Imported leads come without a basis for mail: the law layer would stop the draft."""
    page.locator("details.consent summary").click()
    page.locator(".consent-form button[value=business_card]").click()
    expect(page.locator("details.consent summary")).to_have_text("変更", timeout=PATIENCE_MS)


def test_import_refuses_one_row_and_shows_the_other_two(imported, product):
    page, mark = imported
    with page.expect_download() as download:
        page.locator('a[href$="rejects.csv"]').first.click()
    refused = download.value.path().read_text("utf-8-sig")
    assert "not-an-address" in refused
    assert "ichiro" not in refused
    page.goto(f"{product}/leads/?q={mark}")
    expect(page.locator("tbody tr[id^=lead-]")).to_have_count(2)


def test_a_call_is_logged_in_two_clicks(imported, product):
    page, mark = imported
    _open_lead(page, product, mark, "一郎")
    page.get_by_role("button", name="不在").click()
    expect(page.locator("#timeline, .tl").first).to_contain_text("不在", timeout=PATIENCE_MS)


def test_a_new_activity_changes_the_row_without_reload(imported, product):
    page, mark = imported
    page.goto(f"{product}/leads/?q={mark}")
    row = page.locator("tbody tr[id^=lead-]").filter(has_text="検証 一郎")
    lead_id = int(row.get_attribute("id").removeprefix("lead-"))
    expect(page.locator("#live")).to_have_attribute("data-s", "live", timeout=PATIENCE_MS)
    page.evaluate("window.untouched = true")
    before = int(row.locator(".temp .v").inner_text())
    created = page.evaluate(
        """async ([lead, external]) => {
          const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
          const answer = await fetch("/api/v1/activities/", {
            method: "POST",
            headers: { "Content-Type": "application/json", "X-CSRFToken": token },
            body: JSON.stringify({ activities: [{
              lead, type: "meeting_booked", source: "e2e", external_id: external,
              occurred_at: new Date().toISOString(),
            }]}),
          });
          const told = await answer.json();
          return [answer.status, told.created, JSON.stringify(told)];
        }""",
        [lead_id, mark],
    )
    assert created[1] == 1, created
    expect(row.locator(".temp .v")).not_to_have_text(str(before), timeout=PATIENCE_MS)
    assert int(row.locator(".temp .v").inner_text()) > before
    assert page.evaluate("window.untouched")


def test_a_draft_in_three_steps(imported, product):
    page, mark = imported
    _open_lead(page, product, mark, "二郎")
    _record_consent(page)
    page.locator("#draft-panel [data-key=d]").click()
    copy = page.locator("#draft-panel [data-key=c]")
    copy.wait_for(timeout=PATIENCE_MS)
    expect(page.locator("#draft-panel")).to_contain_text("検証")
    copy.click()
    sent = page.get_by_role("button", name="送信済みにする")
    sent.wait_for(timeout=PATIENCE_MS)
    clipboard = page.evaluate("navigator.clipboard.readText()")
    assert "検証" in clipboard
    assert f"試験商会{mark}" in clipboard
    sent.click()
    expect(page.locator("#draft-panel .alertbar[data-tone=ok]")).to_be_visible(timeout=PATIENCE_MS)


def test_the_reviewer_approves_a_stopped_draft_and_the_rep_may_copy_it(sign_in, product):
    page = sign_in("reviewer")
    page.goto(f"{product}/admin/drafts/reviewitem/")
    queue = page.locator("#result_list tbody tr")
    waiting = queue.count()
    assert waiting > 0
    # one with a flagged passage: what the judge alone stopped has none
    queue.filter(has=page.locator("mark")).first.locator("th a, td a").first.click()
    expect(page.locator("mark").first).to_be_visible()
    address = page.url
    page.keyboard.press("Enter")
    assert page.url == address, "one key must never approve"
    arm(page)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != address, timeout=PATIENCE_MS)
    page.goto(f"{product}/admin/drafts/reviewitem/")
    expect(queue).to_have_count(waiting - 1)


def test_the_manager_sees_generated_against_manual(sign_in, product):
    page = sign_in("manager")
    page.goto(f"{product}/kpi/")
    for layer in ("システム", "営業プロセス", "投資対効果"):
        expect(page.get_by_role("heading", name=layer)).to_be_visible()
    expect(page.locator("table.dtable").first).to_contain_text("Newcombe")
    expect(page.locator("canvas[data-chart]")).to_be_visible()
