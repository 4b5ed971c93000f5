"""Templates for hand-written mail by API: what the pages allow, and to the same people."""

from __future__ import annotations

import pytest

from drafts.models import MailTemplate
from leads.tests.api import conforms
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db
BODY = "{{company.name}}\n{{lead.name}} 様\n\nいつもお世話になっております。{{sender.name}}です。"


def wording(team, **changes):
    return {
        "team": team.pk, "name": "ご案内", "language": "ja", "purpose": "follow_up", "subject": "ご案内の件",
        "body": BODY, **changes,
    }  # fmt: skip


@pytest.fixture
def made(api, rep, team):
    return api(rep).post("drafts/templates/", wording(team)).json()


def test_made_once_read_changed_copied_deleted_and_brought_back(api, client, rep, colleague, team):
    caller = api(rep)
    first = caller.post("drafts/templates/", wording(team), Idempotency_Key="t")
    again = caller.post("drafts/templates/", wording(team), Idempotency_Key="t")
    assert (first.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    path = f"drafts/templates/{MailTemplate.objects.get().pk}/"
    assert first.headers["Location"].endswith(f"/api/v1/{path}")
    conforms(client, first.json(), "Template")
    etag = caller.get(path).headers["ETag"]
    assert caller.get(path, If_None_Match=etag).status_code == 304
    # a colleague shares it, and a stale change of either is refused
    changed = api(colleague).patch(path, {"name": "ご案内（改）", "version": 1})
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (
        200,
        "ご案内（改）",
        2,
    )
    assert changed.json()["body"] == BODY
    assert (
        caller.patch(path, {"name": "x"}).status_code,
        caller.patch(path, {"name": "x"}, If_Match=etag).status_code,
    ) == (428, 412)
    stale = caller.patch(path, {"name": "x", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    copy = caller.post(f"{path}duplicate/", {})
    assert (copy.status_code, copy.json()["personal"]) == (201, True)
    assert caller.send("delete", path, {}).status_code == 204
    assert caller.get(path).status_code == 404
    assert caller.post(f"{path}restore/", {}).json()["name"] == "ご案内（改）"
    deeds = set(AuditEntry.objects.filter(action__startswith="template.").values_list("action", flat=True))
    assert deeds == {"template.create", "template.change", "template.delete", "template.restore"}


def test_filled_for_a_lead_with_what_the_checks_say(api, rep, lead, made):
    path = f"drafts/templates/{made['id']}/preview/"
    shown = api(rep).post(path, {"lead": lead.pk}).json()
    assert lead.family_name in shown["body"]
    assert "{{" not in shown["body"]
    assert shown["unknown"] == []
    assert isinstance(shown["objections"], list)
    assert api(rep).post(path, {"lead": 999_999}).json()["code"] == "lead_not_found"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"body": "{{lead.salary}} 様"}, "unknown_placeholder"), ({"subject": "{壊れた"}, "stray_brace"),
        ({"name": "　"}, "invalid"), ({"team": 999_999}, "no_team"),
        ({"language": "fr"}, "invalid"), ({"owner": 3}, "invalid"), ({"personal": "yes"}, "invalid"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_template_is_refused_by_name(api, rep, team, changes, code):
    answer = api(rep).post("drafts/templates/", wording(team) | changes)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not MailTemplate.objects.exists()


def test_nobody_else_sees_or_changes_them(api, client, rep, colleague, outsider, reviewer, team, made, lead):
    own = api(rep).post("drafts/templates/", wording(team, personal=True)).json()
    for person, paths in ((outsider, (made, own)), (colleague, (own,))):
        caller = api(person)
        for one in paths:
            path = f"drafts/templates/{one['id']}/"
            assert caller.get(path).status_code == 404
            assert caller.patch(path, {"name": "x", "version": 1}).status_code == 404
            assert caller.send("delete", path, {}).status_code == 404
            for step, body in (("restore", {}), ("duplicate", {}), ("preview", {"lead": lead.pk})):
                assert caller.post(f"{path}{step}/", body).status_code == 404
    assert api(outsider).get("drafts/templates/").json()["results"] == []
    assert api(outsider).post("drafts/templates/", wording(team)).json()["code"] == "no_team"
    # who writes no mail has no templates; a token that only reads changes none
    assert api(reviewer).get("drafts/templates/").status_code == 403
    assert api(rep, scope="read").post("drafts/templates/", wording(team)).status_code == 403
    assert client.get("/api/v1/drafts/templates/").status_code == 401
    assert MailTemplate.objects.count() == 2


def test_page_by_page_and_narrowed_in_a_fixed_number_of_queries(
    api, rep, team, django_assert_max_num_queries
):
    caller = api(rep)
    for number in range(6):
        caller.post("drafts/templates/", wording(team, name=str(number), language=("ja", "en")[number % 2]))
    with django_assert_max_num_queries(8):
        first = caller.get("drafts/templates/?limit=4").json()
    rest = caller.get(first["next"].split("/api/v1/")[1]).json()
    assert [one["name"] for one in first["results"] + rest["results"]] == ["5", "4", "3", "2", "1", "0"]
    assert rest["next"] is None
    assert len(caller.get("drafts/templates/?language=en").json()["results"]) == 3
    assert caller.get("drafts/templates/?language=fr").status_code == 400
    assert caller.get("drafts/templates/?owner=1").json()["code"] == "unknown_parameter"
