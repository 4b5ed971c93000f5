"""A next action is done: once, by whoever sees it, and taken back by whoever did it."""

import json

import pytest

from leads import auditing, timeline
from leads.models import Activity, ActivityType, Lead, LeadEdit

SEEN = json.dumps({"text": "電話", "due_at": None})


@pytest.fixture
def done(client, rep, lead):
    """Presses the button on the lead page."""
    Lead.objects.filter(pk=lead.pk).update(next_action="電話")
    client.force_login(rep)
    data = {"next_action": "電話", "seen": SEEN, "done": "1"}
    return lambda **headers: client.post(f"/leads/{lead.pk}/next-action/", data, headers=headers)


def told(lead) -> list[tuple[str, str, str]]:
    return [
        (event.label, event.detail, event.who) for day in timeline.read(lead).days for event in day.events
    ]


def undo_url(lead) -> str:
    return f"/leads/{lead.pk}/next-action/{LeadEdit.objects.get().pk}/undo/"


def test_it_is_told_in_the_history_and_leaves_its_place(done, lead):
    assert done().status_code == 302
    lead.refresh_from_db()
    assert lead.next_action == ""
    assert told(lead) == [("アクション完了", "電話", "佐藤 健")]


def test_a_second_click_finds_nothing_to_do(done, lead):
    done()
    assert done(**{"HX-Request": "true"}).status_code in (400, 409)
    assert Activity.objects.filter(type=ActivityType.TASK_DONE).count() == 1


def test_another_one_that_stands_there_by_now_is_shown(done, lead):
    Lead.objects.filter(pk=lead.pk).update(next_action="訪問")
    answer = done(**{"HX-Request": "true"})
    assert (answer.status_code, "訪問" in answer.text) == (409, True)
    assert not Activity.objects.exists()


def test_taken_back_it_stands_there_again_and_is_told_nowhere(done, client, lead):
    done()
    answer = client.post(undo_url(lead), headers={"HX-Request": "true"})
    told_screens = json.loads(answer.headers["HX-Trigger"])
    assert (told_screens["sd:lead"], told_screens["sd:rows"]) == ({"id": lead.pk}, {"ids": [lead.pk]})
    lead.refresh_from_db()
    assert (lead.next_action, told(lead)) == ("電話", [])
    assert auditing.audit().clean


def test_only_who_did_it_takes_it_back(done, client, lead, colleague, outsider):
    done()
    url = undo_url(lead)
    for person in (colleague, outsider):
        client.force_login(person)
        assert client.post(url, headers={"HX-Request": "true"}).status_code == 404
    assert Lead.objects.get(pk=lead.pk).next_action == ""


def test_a_reviewer_finishes_nothing(done, client, reviewer, lead):
    client.force_login(reviewer)
    assert done().status_code == 403
