"""The table on a phone, where no headings stand above the cards."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from leads.models import SavedView
from leads.tests.line import Line
from leads.tests.table_cast import crowd
from leads.tests.test_table_browser import AXE, PHONE, until

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def leads(company, rep):
    many = crowd(3, company=company, owner=rep)
    for lead, kana in zip(many, "ウアイ", strict=True):
        lead.family_kana, lead.phone = kana, "03-0000-0000"
        lead.save()
    return many


def rows(page) -> list[str]:
    return page.locator("#tb tr").evaluate_all("rows => rows.map(row => row.id)")


def test_another_order_in_two_touches_and_back(browse, rep, leads):
    page = browse(rep, "/leads/?view=all", **PHONE)
    first, second, third = (f"lead-{lead.pk}" for lead in leads)
    page.locator(".order").tap()
    page.locator("#orders").get_by_text("氏名").tap()
    page.wait_for_url("**sort=name**")
    page.wait_for_function("id => document.querySelector('#tb tr').id === id", arg=second)
    assert rows(page) == [second, third, first]
    assert not page.locator("#orders").is_visible()
    assert "氏名" in page.locator(".order").inner_text()
    page.go_back()
    page.wait_for_function("id => document.querySelector('#tb tr').id === id", arg=first)
    assert "温度" in page.locator(".order").inner_text()


def test_columns_and_export_are_reached(browse, rep, leads):
    page = browse(rep, "/leads/?view=all", **PHONE)
    page.locator(".order").tap()
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
    page.locator("#orders").get_by_text("列").tap()
    page.locator("#fb-slot .cols").wait_for()
    page.reload()
    page.locator(".order").tap()
    page.locator("#orders").get_by_text("書き出し").tap()
    page.wait_for_url("**/leads/export/**")


def test_without_scripts_too(browse, rep, leads):
    page = browse(rep, "/leads/?view=all", java_script_enabled=False, **PHONE)
    page.locator(".order").tap()
    page.locator("#orders").get_by_text("氏名").tap()
    page.wait_for_url("**sort=name**")
    assert rows(page)[0] == f"lead-{leads[1].pk}"


def test_beside_a_mouse_the_headings_do(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    assert not page.locator(".order").is_visible()


def test_the_shown_tab_is_in_sight(browse, rep, leads):
    views = [SavedView.objects.create(owner=rep, name=f"案件の一覧{n}", position=n) for n in range(4)]
    page = browse(rep, f"/leads/?v={views[-1].pk}", **PHONE)
    until(page, "3件中")
    inside = """tab => {
      const at = tab.getBoundingClientRect(), bar = tab.parentElement.getBoundingClientRect();
      return at.left >= bar.left && at.right <= bar.right + 1;
    }"""
    assert page.locator(".views [aria-current]").evaluate(inside)


def test_values_of_chosen_columns_stand_below_each_other(browse, rep, leads, company):
    company.employees = 1200
    company.save()
    page = browse(rep, "/leads/?view=all&cols=temperature,name,phone,employees", **PHONE)
    left = "cells => cells.map(cell => getComputedStyle(cell).textAlign)"
    assert set(page.locator("#tb td.k-x[data-label]").evaluate_all(left)) <= {"left", "start"}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_chip_of_the_filter_is_one_line(browse, rep, leads, language):
    rep.language = language
    rep.save()
    group = f"any(title:has:部長;attr.{'導入を検討している製品の名前' * 4}:has:x)"
    page = browse(rep, f"/leads/?view=all&c={group}&c=stage:in:new,won,lost", locale=language, **PHONE)
    lines = """span => {
      const range = document.createRange();
      range.selectNodeContents(span.lastChild);
      return new Set([...range.getClientRects()].map(line => Math.round(line.top))).size;
    }"""
    parts = page.locator(".fchip .edit > span")
    assert parts.count() == 5
    assert [parts.nth(n).evaluate(lines) for n in range(5)] == [1] * 5
    inside = "chip => chip.querySelector('.x').getBoundingClientRect().right <= chip.getBoundingClientRect().right + 1"
    assert page.locator(".fchip").evaluate_all(f"chips => chips.every({inside})")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_while_live_the_hint_of_the_search_has_room(browse, rep, leads, language):
    rep.language = language
    rep.save()
    page = browse(rep, "/settings/", locale=language, **PHONE)
    line = Line(page, beat=0.2)
    page.goto("/leads/?view=all")
    page.locator("#live[data-s=live]").wait_for()
    fits = """input => {
      const style = getComputedStyle(input), pen = document.createElement("canvas").getContext("2d");
      pen.font = style.font;
      const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      return pen.measureText(input.placeholder).width <= room;
    }"""
    assert page.locator("[data-search]").evaluate(fits)
    word = page.locator("#live span")
    assert word.inner_text() in ("ライブ", "Live")
    hidden = "word => getComputedStyle(word).clipPath !== 'none'"
    assert word.evaluate(hidden)
    line.answers = False
    page.locator("#live[data-s=reconnecting]").wait_for()
    assert not word.evaluate(hidden)
