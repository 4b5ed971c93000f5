"""Every door of the API on leads: closed to outsiders, to people without the right, to dead tokens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads.models import Activity, Lead, Note
from leads.tests.factories import UserFactory
from salesdash import tokens
from salesdash.models import ApiToken, User

WRITES = {
    ("patch", ""): {"title": "部長", "version": 1},
    ("put", "stage/"): {"stage": "won", "version": 1},
    ("put", "owner/"): {"owner": None, "version": 1},
    ("put", "next-action/"): {"text": "x", "version": 1},
    ("put", "consent/"): {"basis": "opt_in", "version": 1},
    ("put", "do-not-contact/"): {"blocked": True, "version": 1},
    ("post", "notes/"): {"body": "x"},
    ("post", "calls/"): {"outcome": "absent"},
}
READS = [("get", ""), ("get", "activities/"), ("get", "notes/")]
DOORS = [*READS, *WRITES]


def knock(caller, lead, door):
    method, part = door
    path = f"leads/{lead.pk}/{part}"
    return caller.get(path) if method == "get" else caller.send(method, path, WRITES[door])


def untouched(lead) -> bool:
    now = Lead.objects.get(pk=lead.pk)
    return (
        (now.version, now.stage) == (1, "new") and not Note.objects.exists() and not Activity.objects.exists()
    )


@pytest.mark.parametrize("door", DOORS)
def test_outsiders_find_nothing(api, outsider, lead, door):
    answer = knock(api(outsider), lead, door)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert untouched(lead)


@pytest.mark.parametrize("door", DOORS)
def test_a_person_without_a_role_is_refused(api, team, lead, door):
    assert knock(api(UserFactory(member_of=[team])), lead, door).status_code == 403
    assert untouched(lead)


@pytest.mark.parametrize("door", WRITES)
def test_a_reviewer_only_looks(api, reviewer, lead, door):
    answer = knock(api(reviewer), lead, door)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert untouched(lead)


@pytest.mark.parametrize("door", DOORS)
def test_a_visitor_is_asked_to_sign_in(client, lead, door):
    method, part = door
    answer = getattr(client, method)(f"/api/v1/leads/{lead.pk}/{part}")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("end", ["revoked", "out of date", "deactivated"])
@pytest.mark.parametrize("door", DOORS)
def test_a_dead_token_opens_nothing(api, rep, lead, door, end):
    caller = api(rep)
    if end == "revoked":
        tokens.revoke(user=rep, token_id=ApiToken.objects.get().pk)
    elif end == "out of date":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        User.objects.filter(pk=rep.pk).update(is_active=False)
    answer = knock(caller, lead, door)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
    assert untouched(lead)


@pytest.mark.parametrize("door", DOORS)
def test_a_reading_token_only_reads(api, rep, lead, door):
    answer = knock(api(rep, scope="read"), lead, door)
    assert answer.status_code == (200 if door in READS else 403)
    if door not in READS:
        assert answer.json()["code"] == "token_read_only"
        assert untouched(lead)


@pytest.mark.parametrize("door", DOORS)
def test_an_administrator_sees_all_teams(api, admin, lead, door):
    assert knock(api(admin), lead, door).status_code in (200, 201)


def test_a_session_changes_nothing_without_its_csrf_header(rep, lead):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(rep)
    path = f"/api/v1/leads/{lead.pk}/stage/"
    answer = browser.put(path, {"stage": "won", "version": 1}, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert untouched(lead)
    assert browser.get(f"/api/v1/leads/{lead.pk}/").status_code == 200
