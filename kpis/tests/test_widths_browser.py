"""No page is wider than the screen, in either language: on a phone nothing scrolls sideways."""

import pytest
from playwright.sync_api import expect

from drafts import mail_templates
from drafts.mail_templates import Wording
from drafts.models import LlmCall
from kpis.tests.test_accessibility import PAGES, newcomer, world  # noqa: F401  the same pages, the same cast

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
MORE = [
    ("rep", "/settings/"),
    ("rep", "/settings/tokens/"),
    ("rep", "/api/v1/docs/"),
    ("rep", "/leads/columns/?view=all"),
    ("rep", "/leads/filter/?view=all"),
    ("rep", "/leads/export/?view=all"),
    ("rep", "/leads/exports/"),
    ("rep", "/drafts/batches/"),
    ("rep", "/drafts/templates/"),
    ("rep", "/drafts/templates/new/"),
    ("manager", "/drafts/reviews/"),
    ("manager", "/drafts/batches/new/?view=all"),
    ("manager", "/settings/domains/"),
    ("reviewer", "/admin/"),
    ("reviewer", "/admin/drafts/safetyrules/"),
    ("admin", "/admin/drafts/llmcall/"),
    ("admin", "/admin/leads/ruleset/"),
    ("admin", "/admin/leads/scorejob/"),
    ("admin", "/admin/drafts/promptversion/"),
]
# what a person would push sideways by mistake: the page itself, and the box in which it scrolls up and down
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll(".page, .panel, #main, .dlist")]
  .filter((box) => box.scrollWidth > box.clientWidth)
  .map((box) => `${box.tagName}.${box.className} ${box.scrollWidth} > ${box.clientWidth}`)"""


@pytest.fixture
def template(rep, team):
    wording = Wording("お礼とご案内", "ja", "ice_breaker", "{{company.name}}様へ", "{{lead.name}} 様")
    return mail_templates.create(user=rep, team_id=team.pk, wording=wording)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("who", ["rep", "manager", "reviewer", "admin"])
def test_on_a_phone_no_page_is_pushed_sideways(browse, world, template, request, who, language):  # noqa: F811
    user = request.getfixturevalue(who)
    user.language = language
    user.save()
    page = browse(user, "/help/", viewport=PHONE, has_touch=True)
    wide = {}
    for role, path in [*PAGES, *MORE]:
        if role == who:
            page.goto(path.format(**world))
            expect(page.locator("html")).to_have_attribute("lang", language)
            if found := page.evaluate(TOO_WIDE):
                wide[path] = found
    assert wide == {}


def test_on_a_phone_a_template_stands_on_one_card(browse, rep, template):
    page = browse(rep, "/drafts/templates/", viewport=PHONE, has_touch=True)
    assert page.locator(".dwrap").evaluate("box => box.scrollWidth - box.clientWidth") == 0
    row = page.get_by_role("row").filter(has_text="お礼とご案内")
    assert row.get_by_role("cell").count() == 6
    row.get_by_role("button", name="「お礼とご案内」を削除").click()
    expect(page.locator(".alertbar")).to_contain_text("削除しました")


@pytest.fixture
def model_call(team, settings):
    settings.ADMIN_SECOND_FACTOR = False
    return LlmCall.objects.create(
        at="2026-11-20T01:23:00Z", team=team, purpose="moderation", model="omni-moderation-latest",
        tokens_in=12_345, tokens_out=1_234, cost_jpy="12.345678", duration_ms=12_345, outcome="failed",
        error_code="rate_limited",
    )  # fmt: skip


def test_the_list_of_model_calls_fits_a_desktop(browse, admin, model_call):
    page = browse(admin, "/admin/drafts/llmcall/", viewport={"width": 1440, "height": 900})
    assert page.locator(".results").evaluate("box => box.scrollWidth - box.clientWidth") == 0
    expect(page.locator("td.field-cost")).to_have_text("12.35", use_inner_text=True)
    assert page.locator("td.field-purpose").evaluate("cell => cell.offsetHeight") < 40


@pytest.mark.parametrize("language", ["ja", "en"])
def test_on_a_phone_a_model_call_stands_on_one_card(browse, admin, model_call, language):
    admin.language = language
    admin.save()
    page = browse(admin, "/admin/drafts/llmcall/", viewport=PHONE, has_touch=True)
    assert page.locator(".results").evaluate("box => box.scrollWidth - box.clientWidth") == 0
    card = page.locator("#result_list tbody tr").bounding_box()
    assert card["width"] > 300
    assert card["height"] < 180
    words = {"ja": ("費用", "12.35"), "en": ("Cost", "12.35")}[language]
    for word in words:
        expect(page.locator("td.field-cost")).to_contain_text(word, use_inner_text=True)
    # the headings go on to sort
    page.locator("#result_list thead").get_by_role("link").filter(has_text=words[0]).tap()
    page.wait_for_url("**?o=*")
