"""What people type stays text on the page of the lead table."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from markupsafe import escape

from leads import saved_views
from leads.filters import LeadFilter
from leads.tests.factories import LeadFactory

HTMX = {"HX-Request": "true"}


def test_nothing_a_lead_says_becomes_markup(client, rep, company):
    LeadFactory(company=company, owner=rep, family_name="<b>x", next_action='"><script>alert(1)</script>')
    company.name = "<i>社</i>"
    company.save()
    client.force_login(rep)
    page = client.get("/leads/").text
    assert "<b>x" not in page
    assert "<script>alert" not in page
    assert "<i>社" not in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_nothing_a_view_or_a_condition_says_becomes_markup(client, rep, colleague, team, company, headers):
    typed = "\"'><b>x&amp;%s"
    LeadFactory(company=company, owner=rep, attributes={typed: typed})
    colleague.last_name = typed
    colleague.save()
    asked = urlencode({"c": f"title:is:{typed}", "q": typed, "cols": f"name,attr.{typed}"})
    kinds = ((rep, "a", True), (colleague, "b", True), (colleague, "c", False))
    views = [
        saved_views.create(
            user=user,
            name=name + typed,
            condition=LeadFilter.from_query(QueryDict(asked)),
            team_id=team.pk,
            pinned=pinned,
        )
        for user, name, pinned in kinds
    ]
    client.force_login(rep)
    for view in views:
        page = client.get(f"/leads/?v={view.pk}&{asked}", headers=headers).text
        assert f'>{escape(view.name)}</span><b id="vc-' in page
        assert f'title="{escape(typed)} 彩さんが共有"' in page
        assert f'<span class="v">{escape(typed)}</span>' in page
        assert f"{escape(typed)}</a></th>" in page
        assert "<b>x" not in page
        assert "x&amp;%" not in page
