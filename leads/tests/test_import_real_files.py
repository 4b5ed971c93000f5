"""Files that nobody here wrote. Skipped where the folder with the shared data is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from leads.importing.foreground import import_file
from leads.importing.mapping import MappingFile
from leads.models import Company, ImportReject, Lead, LeadScore, Stage

DATA = Path(
    os.environ.get("SALESDASH_SHARED_DATA") or Path(__file__).resolve().parents[2].parent / "shared" / "data"
)
BANK = DATA / "bank_marketing" / "bank-full.csv"
COMPANIES = DATA / "japanese_companies" / "companies_no_individuals_cp932_crlf.csv"

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not DATA.is_dir(), reason="no shared data here")]


def test_every_contact_of_a_bank_campaign_becomes_a_lead(team):
    first = import_file(BANK, team=team)
    print(first, first.rows_per_second)

    assert (first.read, first.created, first.rejected) == (45_211, 45_211, 0)
    assert Lead.objects.filter(team=team).count() == LeadScore.objects.count() == 45_211
    assert Lead.objects.filter(stage=Stage.WON).count() == 5_289
    assert Lead.objects.filter(stage=Stage.LOST).count() == 39_922
    oldest = Lead.objects.order_by("pk").first()
    assert oldest.attributes["job"] == "management"
    assert len(oldest.attributes) == 17

    again = import_file(BANK, team=team)
    print(again.rows_per_second)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 45_211)
    assert Lead.objects.count() == 45_211


def test_every_company_of_a_cp932_list_becomes_a_company_with_a_lead(team):
    first = import_file(COMPANIES, team=team)
    print(first, first.rows_per_second)

    assert first.encoding == "cp932"
    assert (first.read, first.created, first.rejected) == (8_120, 8_120, 0)
    assert Lead.objects.count() == 8_120
    sakata = Lead.objects.get(external_id="E00006").company
    assert (sakata.name, sakata.region, sakata.corporate_number) == (
        "株式会社 サカタのタネ", "神奈川県", "6020001008662",
    )  # fmt: skip
    print(Company.objects.count())

    again = import_file(COMPANIES, team=team)
    print(again, again.rows_per_second)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 8_120)
