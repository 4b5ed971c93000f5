"""The mark “do not contact” stops the address while it stands, whoever sets it; migrations carry over what was."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from drafts.models import Suppression
from drafts.safety import law
from leads import saving
from leads.models import Lead
from leads.tests.api import Caller
from leads.tests.factories import CompanyFactory, LeadFactory
from leads.tests.import_files import imported, text

ADDRESS = "hanako@example.jp"
WIDE = "ＨＡＮＡＫＯ@example.jp"


def stopped(team, email: str = ADDRESS) -> bool:
    return law.is_suppressed(team_id=team.pk, email=email)


def held(team) -> set[tuple[str, str]]:
    return set(Suppression.objects.filter(team=team).values_list("email", "reason"))


def mark(lead: Lead, user, blocked: bool) -> None:
    lead.refresh_from_db()
    saving.set_do_not_contact(lead_id=lead.pk, user=user, blocked=blocked, version=lead.version)


@pytest.fixture
def lead(company):
    return LeadFactory(company=company, email=ADDRESS)


@pytest.mark.django_db
def test_a_file_stops_the_address_for_new_and_known_leads(tmp_path, team, other_team, lead):
    columns = ["会社名", "氏名", "メール", "配信停止"]
    rows = [
        ["株式会社青葉精機", "田中 一郎", ADDRESS, "停止"],
        ["株式会社青葉精機", "鈴木 次郎", "jiro@example.jp", "1"],
    ]
    imported(
        tmp_path,
        text(columns, *rows, ["株式会社青葉精機", "森 三郎", "saburo@example.jp", ""]).encode(),
        team,
    )
    assert stopped(team)
    assert stopped(team, "Jiro@EXAMPLE.jp")
    assert not stopped(team, "saburo@example.jp")
    assert not stopped(other_team)
    # the other lead that gets the address later may not be written to either
    Lead.objects.filter(email=ADDRESS).delete()
    LeadFactory(company=CompanyFactory(team=team), email=WIDE)
    assert stopped(team, WIDE)


@pytest.mark.django_db
def test_the_api_sets_and_lifts_it_and_former_addresses_go_with_it(lead, team, rep):
    caller = Caller(rep)

    def put(blocked: bool) -> None:
        version = Lead.objects.get(pk=lead.pk).version
        answer = caller.put(f"leads/{lead.pk}/do-not-contact/", {"blocked": blocked, "version": version})
        assert answer.status_code == 200

    put(True)
    Lead.objects.filter(pk=lead.pk).update(email="new@example.jp")
    assert held(team) == {(ADDRESS, "no_contact"), ("new@example.jp", "no_contact")}
    put(False)
    assert held(team) == set()


@pytest.mark.django_db
def test_lifting_it_frees_nothing_that_somebody_else_holds(lead, team, rep):
    mark(lead, rep, True)
    twin = LeadFactory(company=CompanyFactory(team=team), email=WIDE, do_not_contact=True)
    mark(lead, rep, False)
    # of the other lead with the same mailbox
    assert stopped(team)
    mark(lead, rep, True)
    Lead.objects.filter(pk=lead.pk).update(opted_out_at=timezone.now())
    assert held(team) == {(ADDRESS, "no_contact"), (ADDRESS, "opt_out")}
    mark(lead, rep, False)
    mark(twin, rep, False)
    assert held(team) == {(ADDRESS, "opt_out")}
    with pytest.raises(IntegrityError), transaction.atomic():
        Suppression.objects.create(team=team, email=ADDRESS.upper(), reason="manual")


@contextmanager
def migrated_back(to: str):
    call_command("migrate", "drafts", to, verbosity=0)
    try:
        yield
    finally:
        call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_what_was_known_before_is_carried_over_and_stays_when_the_code_goes_back(company, team):
    at = timezone.now()
    with migrated_back("0040"):
        LeadFactory(company=company, email="Out@Example.jp", opted_out_at=at)
        LeadFactory(company=company, email="barred@example.jp", do_not_contact=True)
        LeadFactory(company=company, email="both@example.jp", do_not_contact=True, opted_out_at=at)
        LeadFactory(company=company, email="", opted_out_at=at, do_not_contact=True)
        LeadFactory(company=company, email="free@example.jp")
        LeadFactory(company=company, email="told@example.jp", opted_out_at=at)
        for email in ("told@example.jp", "ｗｉｄｅ@example.jp", "twice@example.jp", "ｔｗｉｃｅ@example.jp"):
            Suppression.objects.create(team=team, email=email, reason="complaint")
        assert len(held(team)) == 4
    assert held(team) == {
        ("Out@Example.jp", "opt_out"), ("both@example.jp", "opt_out"), ("both@example.jp", "no_contact"),
        ("barred@example.jp", "no_contact"), ("told@example.jp", "complaint"), ("wide@example.jp", "complaint"),
        # one of them holds the mailbox already
        ("twice@example.jp", "complaint"), ("ｔｗｉｃｅ@example.jp", "complaint"),
    }  # fmt: skip
    with migrated_back("0042"):
        kept = held(team)
        assert {("both@example.jp", "opt_out"), ("barred@example.jp", "manual")} <= kept
        assert not any(reason == "no_contact" for _email, reason in kept)
        # the triggers of opt-outs are still there, those of the mark are not
        LeadFactory(company=company, email="later@example.jp", do_not_contact=True)
        LeadFactory(company=company, email="gone@example.jp", opted_out_at=at)
        assert {email for email, _reason in held(team)} - {email for email, _reason in kept} == {
            "gone@example.jp"
        }
    assert ("later@example.jp", "no_contact") in held(team)
