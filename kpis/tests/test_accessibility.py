"""No page breaks a rule of WCAG 2.2 AA, in either theme: axe-core looks at each in a real browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from drafts.models import State
from drafts.tests.factories import DraftFactory
from drafts.tests.test_views_evaluation import make_run
from leads.models import Notification
from leads.tests.factories import LeadFactory
from leads.tests.test_day import busy
from salesdash import tour

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "preload": False,  # axe would fetch the style sheets anew, which the pages' policy rightly blocks
}
PAGES = [
    ("rep", "/leads/?owner=&view=all"),
    ("rep", "/leads/?q=nobody-is-called-this"),
    ("rep", "/leads/{lead}/"),
    ("rep", "/day/"),
    ("manager", "/day/"),
    ("rep", "/day/?who=team"),
    ("rep", "/notifications/"),
    ("rep", "/notifications/settings/"),
    ("rep", "/leads/new/"),
    ("rep", "/leads/imports/"),
    ("rep", "/drafts/"),
    ("rep", "/drafts/lead/{lead}/"),
    ("rep", "/help/"),
    ("rep", "/feedback/?page=/leads/"),
    ("newcomer", "/leads/?owner=&view=all"),
    ("manager", "/kpi/"),
    ("manager", "/drafts/evaluation/"),
    ("manager", "/drafts/evaluation/{run}/"),
    ("manager", "/drafts/safety/"),
    ("reviewer", "/admin/drafts/reviewitem/"),
    ("reviewer", "/admin/drafts/reviewitem/{stopped}/change/"),
]


@pytest.fixture
def world(settings, lead, rep):
    """A lead with a draft to send, and one that the checks stopped."""
    settings.ADMIN_SECOND_FACTOR = False
    DraftFactory(lead=lead, requested_by=rep, state=State.READY)
    busy(lead)
    Notification.objects.create(user=rep, lead=lead, kind="recall", key="axe", at=timezone.now())
    stopped = DraftFactory(
        lead=LeadFactory(company=lead.company, owner=rep),
        requested_by=rep,
        state=State.IN_REVIEW,
        flags={"rules": ["price"]},
    )
    return {"lead": lead.pk, "stopped": stopped.pk, "run": make_run(lead.team, is_plumbing=True).pk}


@pytest.fixture
def newcomer(colleague):
    """The tour is open."""
    tour.restart(user=colleague)
    return colleague


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("who", "path"), PAGES, ids=[f"{who}-{path}" for who, path in PAGES])
def test_axe_finds_nothing(browse, world, request, who, path, scheme):
    page = browse(request.getfixturevalue(who), path.format(**world), color_scheme=scheme)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#tour:visible")).to_have_count(1 if who == "newcomer" else 0)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
