"""The review queue by API: handed to a manager and called back, as in the administration; never a text."""

from __future__ import annotations

import pytest

from drafts import review
from drafts.models import Draft, State
from drafts.tests.factories import BODY, DraftFactory
from leads.models import Notification
from leads.tests.api import conforms
from leads.tests.factories import LeadFactory
from salesdash.models import AuditEntry, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(manager):
    manager.is_staff = True
    manager.save()
    return manager


@pytest.fixture
def item(lead, rep):
    return DraftFactory(
        lead=lead, requested_by=rep, state=State.IN_REVIEW, flags={"rules": ["price"], "judge": ["low_score"]}
    )


def path(item: Draft, step: str = "") -> str:
    return f"drafts/reviews/{item.pk}/{step}"


def test_handed_to_a_manager_and_called_back(api, client, item, reviewer, manager):
    caller = api(reviewer)
    shown = caller.get(path(item)).json()
    conforms(client, shown, "ReviewDetail")
    assert shown["reasons"] == ["judge:low_score", "rules:price"]
    assert shown["managers"] == [{"id": manager.pk, "name": str(manager)}]
    body = {"to": manager.pk, "note": " 値引きの可否を\nご判断ください ", "version": shown["version"]}
    answer = caller.post(path(item, "escalate/"), body)
    assert answer.status_code == 200
    assert answer.json()["escalated_to"]["id"] == manager.pk
    assert answer.json()["escalation_note"] == "値引きの可否を ご判断ください"
    assert Notification.objects.filter(user=manager, kind="review").count() == 1
    # the manager has it now, and nobody else may take it
    assert [one["id"] for one in api(manager).get("drafts/reviews/?escalated=me").json()["results"]] == [
        item.pk
    ]
    assert (
        caller.post(path(item, "escalate/"), body | {"version": answer.json()["version"]}).json()["code"]
        == "escalated"
    )
    back = api(manager).post(path(item, "recall/"), {"version": answer.json()["version"]})
    assert (back.status_code, back.json()["escalated_to"]) == (200, None)
    assert api(manager).get(path(item)).status_code == 404
    deeds = AuditEntry.objects.filter(action__startswith="review.").values_list("action", flat=True)
    assert sorted(deeds) == ["review.escalate", "review.recall"]


def test_what_somebody_looks_at_or_has_changed_stays(api, item, reviewer, admin, manager):
    caller, body = api(reviewer), {"to": manager.pk}
    assert caller.post(path(item, "escalate/"), body).status_code == 428
    stale = caller.post(path(item, "escalate/"), body | {"version": item.version + 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert caller.post(path(item, "escalate/"), body, If_Match='"99.0"').status_code == 412
    # a refusal leaves no lease behind
    assert Draft.objects.get().claimed_by is None
    assert caller.post(path(item, "recall/"), {"version": item.version}).json()["code"] == "draft_moved_on"
    review.take(draft_id=item.pk, reviewer=admin)
    held = caller.post(path(item, "escalate/"), body | {"version": item.version})
    assert (held.status_code, held.json()["code"]) == (409, "claimed")
    assert Draft.objects.get().claimed_by == admin
    assert caller.get(path(item)).json()["claimed_by"]["id"] == admin.pk


def test_only_to_a_manager_who_may_decide(api, item, reviewer, manager, rep, outsider):
    for person in (rep, reviewer, outsider):
        answer = api(reviewer).post(path(item, "escalate/"), {"to": person.pk, "version": item.version})
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_manager")
    Draft.objects.update(requested_by=manager)
    answer = api(reviewer).post(path(item, "escalate/"), {"to": manager.pk, "version": item.version})
    assert answer.json()["code"] == "unknown_manager"


def test_who_sees_and_hands_on_nothing(api, client, item, rep, outsider, reviewer, manager, other_team):
    body = {"to": manager.pk, "version": item.version}
    for person in (rep, outsider):
        caller = api(person)
        assert caller.get("drafts/reviews/").status_code == 403
        assert caller.get(path(item)).status_code == 403
        assert caller.post(path(item, "escalate/"), body).status_code == 403
    # of another team; a manager to whom nothing was given
    foreign = DraftFactory(lead=LeadFactory(company__team=other_team), state=State.IN_REVIEW)
    for caller in (api(reviewer), api(manager)):
        assert caller.get(path(foreign)).status_code == 404
        assert caller.post(path(foreign, "recall/"), {"version": 1}).status_code == 404
    assert api(manager).get("drafts/reviews/").json()["results"] == []
    assert api(reviewer, scope="read").post(path(item, "escalate/"), body).status_code == 403
    # no longer of the staff: the administration is closed to them, and so is this
    User.objects.filter(pk=reviewer.pk).update(is_staff=False)
    assert api(reviewer).get(path(item)).status_code == 403
    assert client.get("/api/v1/drafts/reviews/").status_code == 401
    assert Draft.objects.get(pk=item.pk).escalated_to is None


def test_the_list_is_paged_narrowed_and_without_any_text(
    api, company, reviewer, django_assert_max_num_queries
):
    made = [
        DraftFactory(lead=LeadFactory(company=company), state=State.IN_REVIEW, flags={"rules": ["price"]})
        for _number in range(5)
    ]
    caller = api(reviewer)
    with django_assert_max_num_queries(9):
        first = caller.get("drafts/reviews/?limit=3")
    rest = caller.get(first.json()["next"].split("/api/v1/")[1])
    ids = [one["id"] for page in (first, rest) for one in page.json()["results"]]
    assert ids == sorted(draft.pk for draft in made)
    assert BODY[:10] not in first.text + caller.get(path(made[0])).text
    assert first.headers["Cache-Control"] == "no-store"
    assert caller.get("drafts/reviews/?escalated=yes").json()["results"] == []
    assert len(caller.get("drafts/reviews/?escalated=no&language=ja").json()["results"]) == 5
    assert caller.get("drafts/reviews/?escalated=perhaps").status_code == 400
