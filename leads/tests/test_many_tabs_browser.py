"""More tabs than fit, and long names: what acts on them stays at hand."""

import pytest
from playwright.sync_api import expect

from leads import saved_views
from leads.filters import LeadFilter

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
DESK = {"viewport": {"width": 1280, "height": 800}}
# what a press in its middle would reach
HIT = """node => {
    const box = node.getBoundingClientRect();
    return node.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}"""


@pytest.fixture
def views(rep):
    names = [f"展示会から来た製造業のリード {n}" for n in range(5)] + ["とても長いビューの名前" * 5]
    return [
        saved_views.create(user=rep, name=name, condition=LeadFilter.of("", "all", []), columns=[])
        for name in names
    ]


@pytest.mark.parametrize("shown", [0, 5])
def test_settings_and_new_views_can_be_pressed(browse, rep, views, shown):
    page = browse(rep, f"/leads/?v={views[shown].pk}", **DESK)
    gear, plus = page.locator(".viewacts .act").all()
    assert gear.evaluate(HIT)
    assert plus.evaluate(HIT)
    assert page.locator(".views [aria-current]").evaluate(HIT)
    plus.click()
    expect(page.locator("#view-name")).to_be_focused()


def test_a_long_name_leaves_room_for_the_others(browse, rep, views):
    page = browse(rep, f"/leads/?v={views[5].pk}", **DESK)
    assert page.locator(f"#view-{views[5].pk}").bounding_box()["width"] < 300
    expect(page.locator(f"#view-{views[5].pk}")).to_contain_text("とても長いビューの名前" * 5)


def test_the_wheel_moves_the_tabs(browse, rep, views):
    page = browse(rep, "/leads/", **DESK)
    last = page.locator(f"#view-{views[5].pk}")
    expect(last).not_to_be_in_viewport()
    page.locator(".views a").first.hover()
    page.mouse.wheel(0, 2000)
    expect(last).to_be_in_viewport(ratio=1)
