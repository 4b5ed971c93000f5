"""A lead that comes to a company while the company changes gets the fit of what the company is now."""

import threading

import pytest
from django.db import transaction

from leads import auditing, saving, scoring
from leads.models import Company, Lead, LeadScore
from leads.tests.threads import in_threads

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_lead_waits_for_a_change_of_its_company(company, lead, rep, team):
    """The change has looked for the company's leads before the new one is there, and ends after it."""
    seen, made = threading.Event(), threading.Event()

    def change():
        with transaction.atomic():
            Company.objects.filter(pk=company.pk).update(employees=3000)
            ids = list(Lead.objects.filter(company=company).values_list("pk", flat=True))
            seen.set()
            made.wait(0.5)  # the new lead cannot come to be in this time
            scoring.ensure(ids)
        return 0

    def create():
        seen.wait(10)
        saving.create_lead(
            team=team, user=rep, company_name=company.name, family_name="新", email="new@shiken.example.jp"
        )
        made.set()
        return 0

    in_threads(change, create)
    assert LeadScore.objects.count() == 2
    assert auditing.audit().differences == []
