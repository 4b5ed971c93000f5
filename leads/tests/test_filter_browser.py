"""The filter builder as a person uses it: keys, chips, groups, a phone, without JavaScript, in two languages."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from leads.tests.factories import LeadFactory
from leads.tests.table_cast import crowd
from leads.tests.test_table_browser import AXE, PHONE, count, until

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def leads(company, rep, colleague):
    many = crowd(12, company=company, owner=rep, title="課長", attributes={"予算": "300"})
    return [
        *many,
        *(
            LeadFactory(company=company, owner=colleague, title="部長", attributes={"予算": "1,200"})
            for _ in range(3)
        ),
    ]


def counted(page, text: str) -> None:
    expect(page.locator("#fb-count")).to_contain_text(text)


def test_by_keys_alone(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("f")
    expect(page.locator("#fb-f0")).to_be_focused()
    page.select_option("#fb-f0", "title")
    # the row of the new field is there, and with it the focus again
    expect(page.locator("#fb-o0")).to_have_value("has")
    expect(page.locator("#fb-f0")).to_be_focused()
    page.locator("#fb-v0").press_sequentially("部長")
    counted(page, "3件が該当")
    page.keyboard.press("Enter")
    until(page, "3件中")
    assert page.url.endswith("/leads/?c=title:has:%E9%83%A8%E9%95%B7")
    expect(page.locator("#fb")).to_have_count(0)
    expect(page.locator("#flt")).to_be_focused()
    page.go_back()
    until(page, "15件中")


def test_escape_closes_and_returns_the_focus(browse, rep, leads):
    page = browse(rep, "/leads/?view=all&c=title:is:部長&c=stage:out:won")
    page.locator(".fchip .edit").last.click()
    expect(page.locator("#fb-v1")).to_be_focused()
    page.locator("#fb-p1 summary").click()
    page.keyboard.press("Escape")
    assert page.locator("#fb-p1").get_attribute("open") is None
    page.keyboard.press("Escape")
    expect(page.locator("#fb")).to_have_count(0)
    expect(page.locator(".fchip .edit").last).to_be_focused()
    page.keyboard.press("f")
    page.locator("#fb").wait_for()
    page.locator("#flt").click()
    expect(page.locator("#fb")).to_have_count(0)


def test_groups_and_choices(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.locator("#flt").click()
    page.select_option("#fb-f0", "owner")
    page.locator("#fb-p0 summary").click()
    page.locator("#fb-p0 label", has_text="自分").click()
    expect(page.locator("#fb-p0 .ell")).to_have_text("自分")
    counted(page, "12件が該当")
    page.locator("#fb [value=group]").click()
    page.select_option("#fb-f1", "attr.予算")
    page.select_option("#fb-o1", "ge")
    page.fill("#fb-v1", "1000")
    page.select_option("#fb-f2", "title")
    page.fill("#fb-v2", "課")
    counted(page, "12件が該当")
    page.select_option("[name='j.1']", "all")
    counted(page, "0件が該当")
    page.select_option("[name='j']", "any")
    page.locator("#fb [value='remove.0']").click()
    expect(page.locator("#fb .r")).to_have_count(2)
    counted(page, "0件が該当")
    page.select_option("[name='j.1']", "any")
    counted(page, "15件が該当")
    page.locator("#fb .btn-primary").click()
    until(page, "15件中")
    chip = page.locator(".fchip .edit").inner_text()
    assert "どれか" in chip
    assert "予算が1,000以上、または役職に「課」を含む" in re.sub(r"\s+", " ", chip)


def test_what_is_chosen_while_the_rows_are_on_their_way_is_kept(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.locator("#flt").click()
    page.locator("#fb [value=group]").click()
    page.locator("[name='j.1']").wait_for()
    held = []
    page.route("**/*do=refresh*", lambda route: held.append(route))
    page.select_option("#fb-f2", "title")
    page.select_option("[name='j.1']", "all")
    page.fill("#fb-v1", "30")
    held[0].continue_()
    expect(page.locator("#fb-o2")).to_have_value("has")
    expect(page.locator("[name='j.1']")).to_have_value("all")
    expect(page.locator("#fb-v1")).to_have_value("30")


def test_what_is_incomplete_is_said_at_its_field(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("f")
    page.fill("#fb-v0", "熱い")
    page.keyboard.press("Enter")
    expect(page.locator("#fb-e0")).to_have_text("数を入力してください。")
    expect(page.locator("#fb-v0")).to_be_focused()
    assert page.input_value("#fb-v0") == "熱い"


def test_a_live_refresh_leaves_the_open_builder_alone(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("f")
    page.fill("#fb-v0", "6")
    page.evaluate(
        "htmx.ajax('GET', location.href, {source: document.body, target: '#work', swap: 'innerMorph'})"
    )
    page.wait_for_load_state("networkidle")
    assert page.input_value("#fb-v0") == "6"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
def test_it_is_accessible_and_fits(browse, rep, leads, size, scheme):
    page = browse(
        rep,
        "/leads/?c=any(stage:in:new,won;due:last:7)&c=win:between:1,5&owner=me",
        color_scheme=scheme,
        **size,
    )
    page.locator("#flt").click()
    page.locator("#fb").wait_for()
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
    box = page.locator("#fb").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    if size:
        field = page.locator("#fb-f0")
        assert field.bounding_box()["height"] >= 44
        assert field.evaluate("node => getComputedStyle(node).fontSize") == "16px"
        assert box["y"] + box["height"] == page.viewport_size["height"]


def test_what_joins_a_group_is_as_high_as_any_other_list(browse, rep, leads):
    page = browse(rep, "/leads/?c=any(stage:in:new,won;due:last:7)&c=win:ge:1")
    page.locator("#flt").click()
    page.locator("#fb .gl").wait_for()
    assert page.locator("#fb .gl > .j").bounding_box()["height"] <= 40


def test_all_of_it_without_javascript(browse, rep, leads):
    page = browse(rep, "/leads/?view=all", java_script_enabled=False)
    page.locator("#flt").click()
    page.select_option("#fb-f0", "title")
    page.locator("#fb-refresh").click()
    page.select_option("#fb-o0", "is")
    page.locator("#fb .btn-primary").click()
    expect(page.locator("#fb-e0")).to_have_text("値を入力してください。")
    page.fill("#fb-v0", "部長")
    page.locator(".adds [value=add]").click()
    page.select_option("#fb-f1", "owner")
    page.locator("#fb-refresh").click()
    page.locator("#fb-p1 summary").click()
    page.locator("#fb-p1 [value=me]").check()
    page.fill("#fb-v0", "課長")
    page.keyboard.press("Enter")
    assert count(page).startswith("12件中")
    assert page.url.endswith("/leads/?owner=me&c=title:is:%E8%AA%B2%E9%95%B7")
    page.locator(".fchip .edit").last.click()
    assert page.input_value("#fb-v1") == "課長"


def test_in_english(browse, rep, leads):
    rep.language = "en"
    rep.save()
    page = browse(rep, "/leads/?c=activity:last:7&c=employees:ge:1000", locale="en-US")
    chips = page.locator(".fchip .edit").all_inner_texts()
    assert [re.sub(r"\s+", " ", text) for text in chips] == [
        "Change the condition: Last activity in the last 7 days",
        "Change the condition: Employees at least 1,000",
    ]
    page.keyboard.press("f")
    expect(page.locator("#fb-count")).to_contain_text("leads match")
