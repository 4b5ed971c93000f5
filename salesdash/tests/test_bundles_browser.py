"""Production's joined files in a real browser: they style and do what their sources do."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from playwright.sync_api import expect

from leads.tests.factories import LeadFactory
from salesdash import assets
from salesdash.tests.static_files import collect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

RULES = "css => { const s = new CSSStyleSheet(); s.replaceSync(css); return [...s.cssRules].map(r => r.cssText); }"
# Bootstrap's selectors that match something here and are gone from what the page links
GONE = """source => {
  const walk = (rules) => [...rules].flatMap((rule) => rule.selectorText ?? (rule.cssRules ? walk(rule.cssRules) : []));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(source);
  const kept = new Set(walk([...document.styleSheets].flatMap((one) => [...one.cssRules])).flatMap((s) => s.split(", ")));
  const bare = (one) => one.replace(/::?(before|after|placeholder|-[\\w-]+|file-selector-button|hover|focus|active|disabled|checked)\\b/g, "") || "*";
  const matches = (one) => { try { return document.querySelector(bare(one)) !== null; } catch { return false; } };
  return [...new Set(walk(sheet.cssRules).flatMap((s) => s.split(", ")))].filter((one) => matches(one) && !kept.has(one));
}"""
PAGES = ("/leads/?view=all", "/day/", "/drafts/", "/settings/", "/help/", "/feedback/", "/leads/filter/")


def tight(rules: list[str]) -> list[str]:
    """A browser leaves the white space of a custom property's value as it is written."""
    return [re.sub(r"\s*([,/])\s*", r"\1", rule) for rule in rules]


@pytest.fixture
def source(settings):
    texts = {
        name: (settings.BASE_DIR / "static" / name).read_text()
        for name in set(sum(assets.STYLES.values(), ()))
    }
    return texts.__getitem__


@pytest.fixture
def collected(settings, tmp_path_factory):
    return collect(settings, tmp_path_factory.getbasetemp() / "collected")


@pytest.fixture
def leads(company, rep):
    return [LeadFactory(company=company, owner=rep) for _ in range(3)]


def test_the_table_works_from_its_joined_files(collected, browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    linked = page.evaluate("performance.getEntriesByType('resource').map(({name}) => name)")
    assert not [name for name in linked if re.search(r"/static/(js/(?!theme_boot)|css/)", name)]
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#panel [data-lead-url]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_visible()
    page.keyboard.press("f")
    expect(page.locator("#fb")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()


def test_each_page_of_the_frame_runs(collected, browse, rep, leads):
    for path in (*PAGES, f"/leads/{leads[0].pk}/", "/api/v1/docs/"):
        page = browse(rep, path)
        expect(page.locator("main")).to_be_visible()


def test_no_rule_of_bootstrap_that_matches_is_gone(collected, browse, rep, leads, source):
    for path in (*PAGES, f"/leads/{leads[0].pk}/"):
        page = browse(rep, path)
        assert page.evaluate(GONE, source(assets.BOOTSTRAP)) == [], path


def test_joined_rules_say_what_their_sources_say(collected, browse, rep, source):
    page = browse(rep, "/feedback/")
    for group, names in assets.STYLES.items():
        own = [source(name) for name in names if name != assets.BOOTSTRAP]
        joined = (collected / staticfiles_storage.stored_name(assets.styles_file(group))).read_text()
        wanted, got = (tight(page.evaluate(RULES, css)) for css in ("\n".join(own), joined))
        assert got[-len(wanted) :] == wanted
