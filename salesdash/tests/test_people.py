"""Roles, the demo's doors, languages, the second factor."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from salesdash import audit, roles
from salesdash.models import AuditEntry, User

pytestmark = pytest.mark.django_db


def test_groups_hold_what_the_code_says_and_nothing_else():
    group = Group.objects.get(name=roles.Role.REVIEWER)
    group.permissions.clear()
    roles.sync()
    held = {
        f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")
    }
    assert held == set(roles.PERMISSIONS[roles.Role.REVIEWER])


def test_rights_and_teams_are_one_statement(rep, team, django_assert_num_queries):
    person = User.objects.get(pk=rep.pk)
    with django_assert_num_queries(1):
        assert person.has_perm("leads.view_lead")
        assert not person.has_perm("drafts.review_draft")
        assert person.team_ids == [team.pk]


def test_demo_doors_do_not_exist_outside_the_demo(client, rep):
    assert client.post("/demo/login/rep/").status_code == 404


def test_in_the_demo_one_click_signs_in(client, rep, settings):
    settings.DEMO = True
    assert client.post("/demo/login/rep/").status_code == 302
    assert client.get("/leads/").status_code == 200
    assert client.post("/demo/login/root/").status_code == 404


def test_the_accounts_language_wins_over_the_browsers(client, rep):
    rep.language = "en"
    rep.save()
    client.force_login(rep)
    answer = client.get("/leads/", headers={"Accept-Language": "ja"})
    assert answer.headers["Content-Language"] == "en"


def test_without_a_choice_the_browser_decides(client, db):
    for language in ("ja", "en"):
        answer = client.get("/accounts/login/", headers={"Accept-Language": language})
        assert f'<html lang="{language}"' in answer.text


def test_a_new_language_is_kept_with_the_account(client, rep):
    client.force_login(rep)
    client.post("/language/", {"language": "en"})
    rep.refresh_from_db()
    assert rep.language == "en"
    assert client.post("/language/", {"language": "xx"}).status_code == 404


def test_the_admin_wants_a_second_factor(client, admin, settings):
    settings.ADMIN_SECOND_FACTOR = True
    client.force_login(admin)
    assert client.get("/admin/").headers["Location"] == "/accounts/2fa/"


def test_a_session_that_used_a_second_factor_enters_the_admin(client, admin, settings):
    settings.ADMIN_SECOND_FACTOR = True
    client.force_login(admin)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password"}, {"method": "mfa"}]
    session.save()
    assert client.get("/admin/").status_code == 200


def test_a_fragment_of_an_expired_session_leads_to_the_sign_in_page(client, db):
    answer = client.get("/leads/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/")


def test_an_audit_entry_outlives_its_actor(rep, lead):
    audit.record(actor=rep, action="lead.view", target=lead)
    lead.owner = None
    lead.save()
    name = str(rep)
    rep.delete()
    entry = AuditEntry.objects.get(action="lead.view")
    assert (entry.actor, entry.actor_name, entry.object_id) == (None, name, str(lead.pk))
