"""Changing leads by API: versions, refusals, and what is left behind."""

import pytest

from leads.models import Lead
from leads.tests.api import conforms
from salesdash.models import AuditEntry, Membership

PARTS = {
    "": {"title": "部長"},
    "stage/": {"stage": "meeting"},
    "owner/": {"owner": None},
    "next-action/": {"text": "見積もり", "due_at": "2026-12-01T10:00:00+09:00"},
    "consent/": {"basis": "customer", "note": "契約中"},
    "do-not-contact/": {"blocked": True, "reason": "本人の希望"},
}


def change(caller, lead, part, body, **headers):
    send = caller.put if part else caller.patch
    return send(f"leads/{lead.pk}/{part}", body, **headers)


@pytest.mark.parametrize("part", PARTS)
def test_a_change_answers_with_the_lead_and_its_new_version(api, client, rep, lead, part):
    answer = change(api(rep), lead, part, {**PARTS[part], "version": lead.version})
    assert answer.status_code == 200
    conforms(client, answer.json(), "Lead")
    assert answer.json()["version"] == Lead.objects.get().version == lead.version + 1
    assert answer.headers["ETag"].startswith(f'"{lead.version + 1}.')
    assert AuditEntry.objects.filter(actor=rep, action__startswith="lead.").count() == 1


@pytest.mark.parametrize("part", PARTS)
def test_a_change_needs_the_version_that_was_read(api, rep, lead, part):
    caller = api(rep)
    answer = change(caller, lead, part, PARTS[part])
    assert (answer.status_code, answer.json()["code"]) == (428, "version_missing")
    stale = change(caller, lead, part, {**PARTS[part], "version": 99})
    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (409, "stale", lead.version)
    old = change(caller, lead, part, PARTS[part], If_Match='"99.0000"')
    assert (old.status_code, old.json()["code"], old.json()["version"]) == (412, "stale", lead.version)
    assert Lead.objects.get().version == lead.version


@pytest.mark.parametrize("part", PARTS)
def test_the_tag_that_was_read_lets_one_change_through(api, rep, lead, part):
    caller = api(rep)
    tag = caller.get(f"leads/{lead.pk}/").headers["ETag"]
    assert change(caller, lead, part, PARTS[part], If_Match=tag).status_code == 200
    assert change(caller, lead, part, PARTS[part], If_Match=tag).status_code == 412
    assert change(caller, lead, part, PARTS[part], If_Match="*").status_code == 200


def test_a_weak_tag_matches_nothing(api, rep, lead):
    assert (
        change(api(rep), lead, "stage/", {"stage": "won"}, If_Match=f'W/"{lead.version}.x"').status_code
        == 412
    )


def test_what_has_not_changed_is_not_sent_again(api, rep, lead):
    caller = api(rep)
    first = caller.get(f"leads/{lead.pk}/")
    again = caller.get(f"leads/{lead.pk}/", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    caller.put(f"leads/{lead.pk}/stage/", {"stage": "won", "version": lead.version})
    assert caller.get(f"leads/{lead.pk}/", If_None_Match=first.headers["ETag"]).status_code == 200


def test_a_temperature_that_moves_is_a_new_tag_but_no_conflict(api, rep, lead):
    from leads.tests.table_cast import warm

    caller = api(rep)
    tag = caller.get(f"leads/{lead.pk}/").headers["ETag"]
    warm(lead, times=5)
    assert caller.get(f"leads/{lead.pk}/", If_None_Match=tag).status_code == 200
    assert change(caller, lead, "stage/", {"stage": "working"}, If_Match=tag).status_code == 200


@pytest.mark.parametrize(
    ("part", "body", "pointer"),
    [
        ("", {"stage": "won"}, "/stage"),
        ("", {"email": "nobody"}, "/email"),
        ("", {"family_kana": "山田"}, "/family_kana"),
        ("", {"title": 5}, "/title"),
        ("", {"title": None}, "/title"),
        ("", {"attributes": {"a": "\0"}}, "/attributes"),
        ("", {"attributes": {"a": "x" * 10_001}}, "/attributes"),
        ("", {"phone": "call me"}, "/phone"),
        ("stage/", {"stage": "sold"}, "/stage"),
        ("stage/", {}, "/stage"),
        ("stage/", {"stage": "won", "version": "1"}, "/version"),
        ("owner/", {"owner": "me"}, "/owner"),
        ("next-action/", {"text": "x", "due_at": "2026-12-01T10:00:00"}, "/due_at"),
        ("next-action/", {"text": "x", "due_at": "9999-12-31T23:59:59Z"}, "/due_at"),
        ("next-action/", {"text": "", "due_at": "2026-12-01T10:00:00Z"}, "/text"),
        ("do-not-contact/", {"blocked": 1}, "/blocked"),
    ],
)
def test_a_fault_is_named_by_its_place(api, rep, lead, part, body, pointer):
    answer = change(api(rep), lead, part, {"version": lead.version, **body})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]
    assert Lead.objects.get().version == lead.version


@pytest.mark.parametrize("body", ["5", "[]", "null", '"x"', "{", "[" * 100_000])
def test_a_body_of_another_shape_is_a_problem(api, rep, lead, body):
    assert change(api(rep), lead, "", body).status_code == 400


def test_the_owner_is_a_member_and_nobody_learns_of_others(api, rep, colleague, outsider, lead):
    caller = api(rep)
    moved = change(caller, lead, "owner/", {"owner": colleague.pk, "version": lead.version})
    assert moved.json()["owner"]["id"] == colleague.pk
    refusals = [
        change(caller, lead, "owner/", {"owner": pk, "version": lead.version + 1}).json()
        for pk in (outsider.pk, 10**9)
    ]
    assert [refusal["code"] for refusal in refusals] == ["owner_team"] * 2
    assert refusals[0]["detail"] == refusals[1]["detail"]


def test_a_deactivated_colleague_gets_no_lead(api, rep, colleague, lead):
    type(colleague).objects.filter(pk=colleague.pk).update(is_active=False)
    answer = change(api(rep), lead, "owner/", {"owner": colleague.pk, "version": lead.version})
    assert answer.json()["code"] == "owner_team"


def test_values_are_tidied_as_on_the_screen(api, rep, lead):
    body = {
        "family_name": "　髙﨑 ",
        "family_kana": "たかさき",
        "phone": "０３−１２３４",
        "version": lead.version,
    }
    answer = change(api(rep), lead, "", {**body, "phone": "０３－１２３４"}).json()
    assert (answer["family_name"], answer["family_kana"], answer["phone"]) == ("髙﨑", "タカサキ", "03-1234")


def test_who_leaves_the_team_changes_nothing_more(api, rep, lead):
    caller = api(rep)
    Membership.objects.filter(user=rep).delete()
    assert change(caller, lead, "stage/", {"stage": "won", "version": lead.version}).status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_a_change_costs_a_bounded_number_of_queries(api, rep, lead, part, django_assert_max_num_queries):
    caller = api(rep)
    with django_assert_max_num_queries(24):
        assert change(caller, lead, part, {**PARTS[part], "version": lead.version}).status_code == 200
