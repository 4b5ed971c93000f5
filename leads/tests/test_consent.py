from __future__ import annotations

import pytest

from leads.models import Lead
from leads.models.lead import ConsentBasis
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


def _record(client, lead, basis="business_card", **data):
    return client.post(
        f"/leads/{lead.pk}/consent/", {"consent_basis": basis, "seen": lead.consent_basis, **data}
    )


def test_a_rep_records_why_mail_is_lawful(client, rep, lead):
    client.force_login(rep)
    _record(client, lead, consent_note="展示会で名刺交換")
    lead.refresh_from_db()
    assert (lead.consent_basis, lead.consent_note) == (ConsentBasis.BUSINESS_CARD, "展示会で名刺交換")
    assert lead.consent_at is not None
    assert AuditEntry.objects.filter(action="lead.consent", actor=rep, object_id=lead.pk).exists()


def test_taking_the_basis_back_takes_its_date_back(client, rep, lead):
    client.force_login(rep)
    _record(client, lead)
    lead.refresh_from_db()
    _record(client, lead, basis="unknown")
    lead.refresh_from_db()
    assert (lead.consent_basis, lead.consent_at) == (ConsentBasis.UNKNOWN, None)


def test_a_stale_form_changes_nothing_and_shows_both_values(client, rep, lead):
    client.force_login(rep)
    Lead.objects.filter(pk=lead.pk).update(consent_basis=ConsentBasis.OPT_IN)
    lead.consent_basis = ConsentBasis.UNKNOWN
    answer = _record(client, lead, basis="customer", consent_note="取引あり")
    assert answer.status_code == 409
    for word in (ConsentBasis.OPT_IN.label, ConsentBasis.CUSTOMER.label, "取引あり", "自分の値"):
        assert str(word) in answer.text
    lead.refresh_from_db()
    assert lead.consent_basis == ConsentBasis.OPT_IN


def test_a_change_of_something_else_is_no_conflict(client, rep, lead):
    client.force_login(rep)
    Lead.objects.filter(pk=lead.pk).update(version=lead.version + 1, stage="working")
    assert _record(client, lead, basis="customer").status_code == 302


def test_an_outsider_finds_no_such_lead(client, outsider, lead):
    client.force_login(outsider)
    assert _record(client, lead).status_code == 404


def test_an_unknown_basis_is_refused(client, rep, lead):
    client.force_login(rep)
    assert _record(client, lead, basis="because").status_code == 400
