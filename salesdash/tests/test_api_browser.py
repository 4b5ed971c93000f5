"""A person tries the API on its page, makes a token and revokes it, under the real CSP."""

from urllib.parse import parse_qs, urlsplit

import pytest

from leads.models import Lead
from salesdash.models import ApiToken

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_form_really_reads_and_really_changes(browse, rep, lead):
    page = browse(rep, "/api/v1/docs/#leads_stage")
    stage = page.locator("#leads_stage")
    stage.get_by_label("id").fill(str(lead.pk))
    stage.locator("[data-body]").fill(f'{{"stage": "meeting", "version": {lead.version}}}')
    stage.get_by_role("button", name="送信").click()
    stage.locator("output").get_by_text("200").first.wait_for()
    assert '"stage": "meeting"' in stage.locator("output pre").inner_text()
    assert "etag:" in stage.locator(".op-heads").inner_text()
    assert Lead.objects.get().stage == "meeting"


def test_each_line_is_a_condition_of_its_own(browse, rep, lead):
    page = browse(rep, "/api/v1/docs/#leads_list")
    form = page.locator("#leads_list")
    form.locator("textarea[name=c]").fill("title:is:課長\n\n any(owner:in:me;due:week) \n")
    with page.expect_request("**/api/v1/leads/?*") as sent:
        form.get_by_role("button", name="送信").click()
    assert parse_qs(urlsplit(sent.value.url).query)["c"] == ["title:is:課長", "any(owner:in:me;due:week)"]
    form.locator("output").get_by_text("200").first.wait_for()
    assert f'"id": {lead.pk}' in form.locator("output pre").inner_text()


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, {"width": 390, "height": 844}])
def test_nothing_runs_out_of_the_page(browse, rep, size):
    page = browse(rep, "/api/v1/docs/#leads_create", viewport=size)
    page.locator("#leads_create .op-more").last.locator("summary").first.click()
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    inner = page.evaluate(
        "document.querySelector('.page').scrollWidth - document.querySelector('.page').clientWidth"
    )
    assert inner <= 0


def test_a_token_is_made_copied_and_revoked(browse, rep):
    page = browse(rep, "/settings/tokens/")
    page.get_by_label("用途").fill("夜間の同期")
    page.get_by_role("button", name="トークンを発行").click()
    assert page.locator("#token-secret").inner_text().startswith("sdt_")
    page.get_by_label("「夜間の同期」を無効にする").click()
    page.get_by_role("button", name="今すぐ無効にする").click()
    page.get_by_text("トークンはまだありません").wait_for()
    assert not ApiToken.objects.exists()
