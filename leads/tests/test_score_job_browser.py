"""The page of a rebuild in a real browser: it follows by itself and fits a phone."""

import pytest

from leads import publishing, rebuilding

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_follows_until_the_end(browse, admin, settings, theme):
    settings.ADMIN_SECOND_FACTOR = False
    job = publishing.request_rebuild(user=admin)
    page = browse(
        admin,
        f"/admin/leads/scorejob/{job.pk}/change/",
        viewport={"width": 390, "height": 700},
        color_scheme=theme,
    )
    page.get_by_role("progressbar").wait_for()
    rebuilding.finish(job)
    page.get_by_role("status").wait_for()
    assert page.get_by_role("progressbar").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
