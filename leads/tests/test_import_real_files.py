"""Files that nobody here wrote. Skipped where the folder with the shared data is absent."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from leads.importing.foreground import import_file
from leads.models import Company, Lead, LeadScore, Stage
from leads.tests.import_files import imported, text

DATA = Path(
    os.environ.get("SALESDASH_SHARED_DATA") or Path(__file__).resolve().parents[2].parent / "shared" / "data"
)
BANK = DATA / "bank_marketing" / "bank-full.csv"
COMPANIES = DATA / "japanese_companies" / "companies_no_individuals_cp932_crlf.csv"

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not DATA.is_dir(), reason="no shared data here")]


def test_every_contact_of_a_bank_campaign_becomes_a_lead(team):
    first = import_file(BANK, team=team)
    assert (first.read, first.created, first.rejected) == (45_211, 45_211, 0)
    assert Lead.objects.filter(team=team).count() == LeadScore.objects.count() == 45_211
    assert Lead.objects.filter(stage=Stage.WON).count() == 5_289
    assert Lead.objects.filter(stage=Stage.LOST).count() == 39_922
    oldest = Lead.objects.order_by("pk").first()
    assert oldest.attributes == {
        "age": "58", "job": "management", "marital": "married", "education": "tertiary", "default": "no",
        "balance": "2143", "housing": "yes", "loan": "no", "contact": "unknown", "day": "5", "month": "may",
        "duration": "261", "campaign": "1", "pdays": "-1", "previous": "0", "poutcome": "unknown", "y": "no",
    }  # fmt: skip

    again = import_file(BANK, team=team)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 45_211)
    assert Lead.objects.count() == 45_211


def test_every_company_of_a_cp932_list_becomes_a_company_with_a_lead(team):
    first = import_file(COMPANIES, team=team)
    assert first.encoding == "cp932"
    assert (first.read, first.created, first.rejected) == (8_120, 8_120, 0)
    assert Lead.objects.count() == 8_120
    # foreign funds and governments have none
    assert Company.objects.exclude(corporate_number="").count() > 7_200
    sakata = Lead.objects.get(external_id="E00006")
    assert (sakata.family_name, sakata.email) == ("", "")
    assert sakata.company.name == "株式会社 サカタのタネ"
    assert sakata.company.name_kana == "カブシキガイシャ サカタノタネ"
    assert (sakata.company.region, sakata.company.corporate_number) == ("神奈川県", "6020001008662")
    assert Company.objects.filter(name__contains="髙").exists()

    again = import_file(COMPANIES, team=team)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 8_120)


def test_strings_that_break_programs_are_just_text(team, tmp_path):
    naughty = json.loads((DATA / "naughty_strings" / "blns.json").read_text(encoding="utf-8"))
    strings = [string for string in naughty if string.strip()]
    rows = [[str(i), string, string[:200]] for i, string in enumerate(strings)]
    report = imported(tmp_path, text(["id", "メモ", "会社名"], *rows).encode(), team)
    assert (report.created, report.rejected) == (len(strings), 0)
    kept = dict(Lead.objects.values_list("external_id", "attributes__メモ"))
    for i, string in enumerate(strings):
        assert kept[str(i)] == string.strip()


def test_formula_payloads_are_stored_as_they_are(team, tmp_path):
    payloads = (DATA / "csv_injection" / "payloads.txt").read_text().splitlines()
    rows = [[str(i), payload] for i, payload in enumerate(filter(str.strip, payloads))]
    imported(tmp_path, text(["id", "メモ"], *rows).encode(), team)
    assert {lead.attributes["メモ"] for lead in Lead.objects.all()} == {
        payload.strip() for _i, payload in rows
    }
