"""Roles, the demo's doors, languages, the second factor."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from salesdash import audit, roles
from salesdash.models import AuditEntry, User
from salesdash.permissions import PermissionsAtOnce

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


def test_a_page_reads_its_person_with_rights_and_teams(client, rep, team, django_assert_num_queries):
    with django_assert_num_queries(1):
        person = PermissionsAtOnce().get_user(rep.pk)
        assert person == rep
        assert person.has_perm("leads.view_lead")
        assert not person.has_perm("drafts.review_draft")
        assert person.team_ids == [team.pk]
    client.force_login(rep)
    assert client.get("/settings/").status_code == 200
    User.objects.filter(pk=rep.pk).update(is_active=False)
    assert client.get("/settings/").status_code == 302


def test_who_may_all_and_who_is_nobody(django_user_model):
    root = django_user_model.objects.create_superuser("root")
    assert PermissionsAtOnce().get_user(root.pk).has_perm("drafts.review_draft")
    assert PermissionsAtOnce().get_user(0) is None


@pytest.mark.parametrize("name", ["tanaka", "tanaka@example.com", "TANAKA@example.com"])
def test_name_or_address_and_password_let_in(client, django_user_model, name):
    django_user_model.objects.create_user("tanaka", "tanaka@example.com", "correct horse battery")
    wrong = client.post("/accounts/login/", {"login": name, "password": "correct horse"})
    assert wrong.status_code == 200
    signed_in = client.post("/accounts/login/", {"login": name, "password": "correct horse battery"})
    assert signed_in.status_code == 302
    assert client.get("/settings/").status_code == 200


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
