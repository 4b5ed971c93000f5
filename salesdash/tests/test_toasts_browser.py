"""Messages at the bottom of a page: they come and go, and nothing that can be pressed moves."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SIZES = [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]
SAY = """([text, undo]) => document.dispatchEvent(
    new CustomEvent("sd:toast", {detail: {text, undo, sticky: true}}))"""


@pytest.fixture(params=SIZES, ids=["desktop", "phone"])
def page(browse, rep, request):
    opened = browse(rep, "/settings/", viewport=request.param)
    opened.wait_for_load_state("networkidle")
    return opened


def say(page, text, undo=None):
    page.evaluate(SAY, [text, undo])
    return page.locator(".snack", has_text=text)


def test_one_that_comes_moves_nothing(page):
    save = page.get_by_role("button", name="保存").first
    before = save.bounding_box()
    first = say(page, "段階を変えました", "/undo/1/").get_by_role("button", name="元に戻す")
    place = first.bounding_box()
    say(page, "担当を変えました。こちらの文はずっと長く、二行になることもあります。", "/undo/2/")
    assert first.bounding_box() == place
    assert save.bounding_box() == before


def test_one_that_goes_moves_nothing_and_leaves_no_hole_behind(page):
    toasts = [say(page, text, "/undo/1/") for text in ("はじめの文", "次の文", "最後の文")]
    last = toasts[2].bounding_box()
    for toast in toasts[:2]:
        toast.get_by_role("button", name="閉じる").click()
        expect(toast).to_have_count(0)
        assert toasts[2].bounding_box() == last
    toasts[2].get_by_role("button", name="閉じる").click()
    assert page.locator("#toasts > *").count() == 0


def test_a_press_ends_on_the_button_it_began_on(page):
    asked = []
    page.route("**/undo/**", lambda route: (asked.append(route.request.url), route.fulfill(status=204)))
    button = say(page, "段階を変えました", "/undo/1/").get_by_role("button", name="元に戻す")
    button.hover()
    page.mouse.down()
    say(page, "担当を変えました", "/undo/2/")
    page.mouse.up()
    expect(page.locator(".snack", has_text="段階を変えました")).to_have_count(0)
    assert [url.rpartition("/undo/")[2] for url in asked] == ["1/"]
