"""The records of a sending domain on the team's page in the administration, and for its managers."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from leads import notices
from leads.models import Notification
from leads.models.notification import OFF
from leads.tests.factories import UserFactory
from salesdash.models import AuditEntry, DomainProof, Team
from salesdash.sending_domains import proving
from salesdash.tests.sending_domains.test_proving import confirmed, publish
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

pytestmark = pytest.mark.django_db
PAGE, EN = "/settings/domains/", {"Accept-Language": "en"}


@pytest.fixture
def office(client, admin, settings):
    settings.ADMIN_SECOND_FACTOR = False
    admin.language = "en"
    admin.save()
    client.force_login(admin)
    return client


@pytest.fixture
def looked_again(monkeypatch):
    """The pause between two looks by hand is over."""
    from datetime import timedelta

    from salesdash.sending_domains import views

    monkeypatch.setattr(views, "JUST_LOOKED", timedelta(0))


def url(team, act=""):
    if not act:
        return reverse("admin:salesdash_team_change", args=[team.pk])
    return reverse("admin:salesdash_team_domain", args=[team.pk, act])


def said(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def test_an_administrator_sees_the_records_publishes_them_and_looks_again(
    office, dns, ours, proof, settings, looked_again
):
    settings.MAIL_SPF = "include:spf.mail.example"
    html = office.get(url(ours)).text
    asked = proving.question(proof)
    for part in (
        asked.token_name,
        f'data-copy="{asked.token_value}"',
        "v=spf1 include:spf.mail.example ~all",
    ):
        assert part in html
    assert findings(html, MARKUP_RULES) == []
    assert "Not confirmed: nothing is sent" in html
    answer = office.post(url(ours, "check"), follow=True)
    assert "Something required is not there yet" in said(answer)
    assert "There is no TXT record at _salesdash.ours.example yet." in answer.text
    mine = {"txt": ["v=spf1 mx -all"]}
    publish(dns, proof, **{"ours.example": mine, "spf.mail.example": {"txt": ["v=spf1 -all"]}})
    answer = office.post(url(ours, "check"), follow=True)
    assert "v=spf1 include:spf.mail.example mx -all" in answer.text
    mine["txt"] = ["v=spf1 include:spf.mail.example mx -all"]
    answer = office.post(url(ours, "check"), follow=True)
    assert "is confirmed: everything required is there" in said(answer)
    assert "Not confirmed" not in answer.text
    assert confirmed(ours)


def test_who_presses_twice_is_answered_from_what_was_just_found(office, dns, ours, proof):
    office.post(url(ours, "check"))
    publish(dns, proof)
    assert "a moment ago" in said(office.post(url(ours, "check"), follow=True))
    assert not confirmed(ours)


def test_by_hand_with_a_reason_and_back(office, ours, proof, admin):
    answer = office.post(url(ours, "override"), {"reason": "あ" * 301}, follow=True)
    assert "Say in up to 300 characters" in said(answer)
    assert "あ" * 301 in answer.text  # nothing typed is lost
    assert not confirmed(ours)
    answer = office.post(url(ours, "override"), {"reason": "DNS moves"}, follow=True)
    assert "DNS moves" in answer.text
    assert confirmed(ours)
    office.post(url(ours, "withdraw"))
    assert not confirmed(ours)
    actions = AuditEntry.objects.filter(actor=admin).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["team.domain_override", "team.domain_withdraw"]
    office.post(url(ours, "expect"), {"mechanism": "include:own.example", "selector": "S9"})
    proof.refresh_from_db()
    assert (proof.spf_mechanism, proof.dkim_selector) == ("include:own.example", "s9")
    assert office.get(url(ours, "override")).status_code == 404
    assert office.post(url(ours, "nonsense")).status_code == 404


def test_another_domain_is_unconfirmed_and_managers_hear_of_it(
    office, ours, proof, manager, django_capture_on_commit_callbacks
):
    Team.objects.update(sending_domain_verified_at=timezone.now())
    form = office.get(url(ours)).context["adminform"].form
    fields = {name: form[name].value() or "" for name in form.fields}
    formset = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    fields |= {"quiet_from": "19:00", "quiet_until": "8:00"} | formset
    for wrong in ("not a domain", "a@b.example", "example", "-a.example"):
        assert "such as example.co.jp" in office.post(url(ours), fields | {"sending_domain": wrong}).text
    with django_capture_on_commit_callbacks(execute=True):
        assert office.post(url(ours), fields | {"sending_domain": "Other.Example."}).status_code == 302
    ours.refresh_from_db()
    assert (ours.sending_domain, ours.sending_domain_verified_at) == ("other.example", None)
    held = DomainProof.objects.get()
    assert (held.domain, held.overridden_at) == ("other.example", None)
    assert held.token != proof.token
    assert Notification.objects.get().details == {"domain": "ours.example", "confirmed": False}


def test_managers_see_their_teams_and_may_look_again_nobody_else(
    client, dns, ours, proof, rep, manager, reviewer, outsider, other_team
):
    check = reverse("sending_domain_check", args=[ours.pk])
    assert client.get(PAGE).status_code == 302
    for person in (rep, reviewer, outsider):
        client.force_login(person)
        assert client.get(PAGE).status_code == 403
        assert client.post(check).status_code == 404
        assert client.post(url(ours, "override"), {"reason": "x"}).status_code in (302, 403)
    elsewhere = UserFactory(role="manager", member_of=[other_team], is_staff=True)
    client.force_login(elsewhere)
    assert "ours.example" not in client.get(PAGE).text
    assert client.post(check).status_code == 404
    publish(dns, proof)
    client.force_login(manager)
    html = client.get(PAGE, headers=EN).text
    assert "_salesdash.ours.example" in html
    assert findings(html, MARKUP_RULES) == []
    assert client.get(check).status_code == 405
    assert client.post(check).status_code == 302
    assert confirmed(ours)
    client.post(url(ours, "override"), {"reason": "x"})
    assert not AuditEntry.objects.filter(action="team.domain_override").exists()


def test_managers_of_the_team_hear_when_it_is_confirmed_and_when_it_is_lost(
    client, dns, ours, proof, rep, manager, admin, other_team, django_capture_on_commit_callbacks
):
    deaf = UserFactory(role="manager", member_of=[ours], preferences={OFF: ["domain"]})
    elsewhere = UserFactory(role="manager", member_of=[other_team])
    publish(dns, proof)
    with django_capture_on_commit_callbacks(execute=True):
        proving.check(proof)
    with django_capture_on_commit_callbacks(execute=True):
        proving.override(team_id=ours.pk, user=admin, reason="for a while")
        proving.withdraw(team_id=ours.pk, user=admin)
    texts = [(one.name, one.text, one.url) for one in notices.recent(manager)]
    assert texts == [
        (ours.name, "ours.exampleの確認が解除されました。このドメインからは送信されません", PAGE),
        (ours.name, "ours.exampleが確認されました。このドメインから送信できます", PAGE),
    ]
    assert notices.unread(manager) == 2
    for person in (deaf, elsewhere, rep, admin):
        assert not Notification.objects.filter(user=person).exists()
    client.force_login(manager)
    assert "ours.example" in client.get("/notifications/").text
    manager.memberships.all().delete()
    manager.__dict__.pop("team_ids", None)
    assert notices.recent(manager) == []


def test_the_list_of_teams_has_them_looked_up_in_the_background(office, dns, ours, proof):
    publish(dns, proof)
    path = reverse("admin:salesdash_team_changelist")
    form = {"action": "look_up_domains", "_selected_action": [ours.pk]}
    assert "1 sending domain is being looked up" in said(office.post(path, form, follow=True))
    from salesdash.tasks import check_sending_domains

    assert check_sending_domains() == 1
    assert confirmed(ours)
