"""A lead beside the table, as a person uses it: keys, clicks, back and forward, a slow server, a narrow screen."""

import re
import time

import pytest
from playwright.sync_api import expect

from leads import scoring
from leads.models import Lead
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import crowd

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
WIDE = {"viewport": {"width": 1440, "height": 900}}
NARROW = {"viewport": {"width": 1024, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def leads(company, rep):
    """In the order of the table: the first is the warmest."""
    leads = crowd(6, company=company, owner=rep)
    for place, lead in enumerate(leads):
        Lead.objects.filter(pk=lead.pk).update(family_name=f"第{place}", given_name="花子")
    return leads


@pytest.fixture
def table(browse, rep, leads):
    def open_table(path="/leads/?view=all", **options):
        return browse(rep, path, **{**WIDE, **options})

    return open_table


def shows(page, lead) -> None:
    expect(page.locator(f'#panel [data-lead-url="/leads/{lead.pk}/"]')).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/leads/{lead.pk}/$"))


def row(page, lead):
    return page.locator(f"#lead-{lead.pk}")


def closed(page) -> None:
    expect(page.locator("#panel")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/leads/\?view=all$"))


def test_a_click_opens_the_lead_and_the_table_stays(table, leads):
    page = table()
    page.evaluate("window.untouched = true")
    row(page, leads[1]).locator(".k-c").click()
    shows(page, leads[1])
    assert page.locator("#panel h2").inner_text() == "第1 花子 様"
    assert page.title().startswith("第1 花子")
    expect(page.locator("#tb tr")).to_have_count(6)
    row(page, leads[3]).locator(".name").click()
    shows(page, leads[3])
    assert page.evaluate("window.untouched")


def test_keys_open_walk_and_close_and_the_focus_returns(table, leads):
    page = table()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    shows(page, leads[1])
    expect(page.locator("#panel-title")).to_be_focused()
    page.keyboard.press("j")
    shows(page, leads[2])
    expect(row(page, leads[2])).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("k")
    shows(page, leads[0])
    page.keyboard.press("Escape")
    closed(page)
    expect(row(page, leads[0])).to_be_focused()
    page.keyboard.press("o")
    shows(page, leads[0])


def test_back_and_forward_close_and_open_it(table, leads):
    page = table()
    page.evaluate("window.untouched = true")
    row(page, leads[1]).locator(".name").click()
    shows(page, leads[1])
    row(page, leads[2]).locator(".name").click()
    shows(page, leads[2])
    page.go_back()
    shows(page, leads[1])
    page.go_back()
    closed(page)
    expect(row(page, leads[1])).to_be_focused()
    page.go_forward()
    shows(page, leads[1])
    assert page.evaluate("window.untouched")
    page.keyboard.press("Escape")
    closed(page)
    assert page.title().startswith("リード")


def test_a_reload_shows_the_page_and_back_the_table(table, leads):
    page = table()
    row(page, leads[1]).locator(".name").click()
    shows(page, leads[1])
    page.reload()
    expect(page.locator("#lead .page-in")).to_be_visible()
    assert page.locator("#panel").count() == 0
    page.go_back()
    closed(page)
    expect(page.locator("#tb tr")).to_have_count(6)
    page.go_forward()
    shows(page, leads[1])


def test_another_filter_closes_it_and_back_brings_both_again(table, leads):
    Lead.objects.filter(pk=leads[5].pk).update(owner=None)
    scoring.ensure([leads[5].pk])
    page = table()
    row(page, leads[5]).locator(".name").click()
    shows(page, leads[5])
    page.locator(".views a").first.click()
    expect(page.locator("#panel")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"owner=me"))
    expect(page.locator("#tb tr")).to_have_count(5)
    page.go_back()
    shows(page, leads[5])
    expect(page.locator("#tb tr")).to_have_count(6)


def test_a_slow_answer_never_covers_a_newer_one(table, leads):
    page = table()
    slow = re.compile(rf"/leads/{leads[1].pk}/$")
    page.route(slow, lambda route: (time.sleep(0.8), route.continue_()))
    row(page, leads[1]).locator(".name").click()
    page.locator("#panel .sk-line").first.wait_for()
    page.evaluate(f"document.querySelector('#lead-{leads[4].pk} .name').click()")
    shows(page, leads[4])
    page.wait_for_timeout(1200)
    shows(page, leads[4])


def test_nothing_of_the_last_lead_can_be_used_while_the_next_one_comes(table, leads):
    page = table(lost=True)
    row(page, leads[0]).locator(".name").click()
    shows(page, leads[0])
    page.route(re.compile(rf"/leads/{leads[1].pk}/$"), lambda route: route.abort())
    # asked when the key arrives: the refused answer makes the panel usable again a moment later
    page.evaluate(
        "document.addEventListener('sd:cursor', () => { window.inert = document.getElementById('panel').inert; })"
    )
    page.keyboard.press("j")
    page.wait_for_function("window.inert")
    page.get_by_role("button", name="もう一度試す").wait_for()
    page.unroute_all()
    page.get_by_role("button", name="もう一度試す").click()
    shows(page, leads[1])


def test_a_lead_that_is_gone_is_told_in_words(table, leads, other_team):
    page = table(lost=True)
    Lead.objects.filter(pk=leads[1].pk).update(team=other_team)
    row(page, leads[1]).locator(".name").click()
    expect(page.locator("#panel [role=alert]")).to_contain_text("このリードは表示できません")
    page.get_by_role("button", name="一覧に戻る").click()
    closed(page)


def test_what_is_typed_waits_for_its_lead(table, leads):
    page = table()
    row(page, leads[0]).locator(".name").click()
    page.fill("#note-body", "書きかけのメモ")
    page.keyboard.press("Escape")
    expect(page.locator("#panel-title")).to_be_focused()
    page.keyboard.press("j")
    shows(page, leads[1])
    assert page.input_value("#note-body") == ""
    page.keyboard.press("k")
    shows(page, leads[0])
    assert page.input_value("#note-body") == "書きかけのメモ"
    page.locator(".note .btn").click()
    page.locator("#panel .noted").wait_for()
    assert page.input_value("#note-body") == ""


def test_a_narrow_screen_covers_the_table(table, leads):
    page = table(**NARROW)
    row(page, leads[0]).locator(".name").click()
    shows(page, leads[0])
    assert page.locator("#work").evaluate("work => work.inert")
    page.keyboard.press("j")
    shows(page, leads[1])
    page.mouse.click(200, 400)
    closed(page)
    expect(row(page, leads[1])).to_be_focused()


def test_a_phone_shows_the_page(table, leads):
    page = table(**PHONE)
    row(page, leads[0]).locator(".name").click()
    expect(page.locator("#lead .page-in")).to_be_visible()
    page.go_back()
    expect(page.locator("#tb tr")).to_have_count(6)


def test_other_tabs_stay_other_tabs(table, leads):
    page = table()
    with page.context.expect_page() as opened:
        row(page, leads[1]).locator(".name").click(modifiers=["Control"])
    expect(opened.value).to_have_url(re.compile(rf"/leads/{leads[1].pk}/$"))
    with page.context.expect_page() as opened:
        row(page, leads[2]).locator(".k-c").click(button="middle")
    expect(opened.value).to_have_url(re.compile(rf"/leads/{leads[2].pk}/$"))
    page.keyboard.press("j")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    expect(opened.value).to_have_url(re.compile(rf"/leads/{leads[2].pk}/$"))
    expect(page.locator("#panel")).to_be_hidden()


def test_without_javascript_the_row_leads_to_the_page(browse, rep, leads):
    page = browse(rep, "/leads/?view=all", java_script_enabled=False)
    row(page, leads[1]).locator(".name").click()
    expect(page.locator("#lead .page-in")).to_be_visible()


def test_the_pill_survives_an_opened_lead(table, leads, company):
    page = table()
    LeadFactory(company=company)
    page.evaluate(
        "document.querySelector('.views').append(Object.assign(document.createElement('button'), {id: 'hotter'}))"
    )
    row(page, leads[1]).locator(".name").click()
    shows(page, leads[1])
    assert page.locator("#hotter").count() == 1
