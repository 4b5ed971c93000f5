"""What an import leaves in the tables."""

from __future__ import annotations

import pytest
from django.utils import timezone

from leads import folding, saving
from leads.importing.rows import Reason
from leads.models import Company, ImportJob, ImportReject, Industry, Lead, LeadScore, Stage
from leads.tests.factories import LeadFactory
from leads.tests.import_files import HEADER, SUZUKI, TANAKA, changed, imported, people, text
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


def counts(report):
    assert report.read == report.created + report.updated + report.unchanged + report.rejected
    return report.created, report.updated, report.unchanged, report.rejected


def test_a_row_becomes_a_lead_with_its_company_score_and_search(tmp_path, team):
    assert counts(imported(tmp_path, people(TANAKA), team)) == (1, 0, 0, 0)
    lead = Lead.objects.select_related("company").get()
    assert (lead.family_name, lead.given_name, lead.family_kana) == ("田中", "健一", "タナカ")
    assert (lead.email, lead.phone) == ("Tanaka@takasaki.example.jp", "03-1234-5678")
    assert (lead.company.name, lead.company.region) == ("(株)髙﨑製作所II-", "東京都")
    assert (lead.stage, lead.external_id, lead.source) == (Stage.MEETING, "C-1", "import")
    assert LeadScore.objects.get(lead=lead).stage == Stage.MEETING
    assert list(folding.search_filter(Lead.objects.all(), "高崎製作")) == [lead]


def test_the_same_file_again_changes_nothing(tmp_path, team):
    imported(tmp_path, people(), team)
    before = list(Lead.objects.order_by("pk").values())
    assert counts(imported(tmp_path, people(), team)) == (0, 0, 2, 0)
    assert list(Lead.objects.order_by("pk").values()) == before


def test_another_encoding_and_order_of_columns_is_the_same_list(tmp_path, team):
    imported(tmp_path, text(["A", "B"], ["1", "2"], ["3", "4"]).encode("cp932"), team)
    again = imported(tmp_path, text(["B", "A"], ["4", "3"], ["2", "1"]).encode("utf-16"), team)
    assert counts(again) == (0, 0, 2, 0)


def test_known_by_id_then_by_address(tmp_path, team):
    imported(tmp_path, people(), team)
    promoted = changed(TANAKA, 役職="本部長", メールアドレス="new@takasaki.example.jp")
    moved = text(["メール", "電話"], ["SUZUKI@mizuho.example.jp", "090-1111-2222"]).encode()
    assert counts(imported(tmp_path, people(promoted, SUZUKI), team)) == (0, 1, 1, 0)
    assert counts(imported(tmp_path, moved, team)) == (0, 1, 0, 0)
    tanaka, suzuki = Lead.objects.order_by("external_id")
    assert (tanaka.title, tanaka.email, tanaka.version) == ("本部長", "new@takasaki.example.jp", 2)
    assert (suzuki.phone, suzuki.family_name) == ("090-1111-2222", "鈴木")


def test_an_empty_cell_erases_nothing(tmp_path, team):
    imported(tmp_path, people(TANAKA), team)
    empty = changed(TANAKA, 部署="", 役職="", 電話番号="", 会社名="", 都道府県="", ステータス="")
    assert counts(imported(tmp_path, people(empty), team)) == (0, 0, 1, 0)
    assert Lead.objects.get().department == "営業部"


def test_a_lead_typed_by_hand_is_met_by_its_address(tmp_path, team, rep):
    lead = saving.create_lead(
        team=team, user=rep, company_name="株式会社髙﨑製作所II-", family_name="田中", given_name="健一",
        email="tanaka@TAKASAKI.example.jp",
    )  # fmt: skip
    assert counts(imported(tmp_path, people(TANAKA), team)) == (0, 1, 0, 0)
    lead.refresh_from_db()
    assert (lead.external_id, lead.title, lead.owner, lead.stage) == ("C-1", "部長", rep, Stage.MEETING)
    assert Company.objects.count() == 1


def test_identical_rows_without_id_or_address_are_as_many_leads(tmp_path, team):
    content = text(["年齢", "職業"], ["30", "会社員"], ["30", "会社員"], ["31", "会社員"]).encode()
    assert counts(imported(tmp_path, content, team)) == (3, 0, 0, 0)
    assert counts(imported(tmp_path, content, team)) == (0, 0, 3, 0)
    assert len(set(Lead.objects.values_list("external_id", flat=True))) == 3
    assert Company.objects.get().name == ""


def test_identical_rows_with_an_id_are_one_lead(tmp_path, team):
    assert counts(imported(tmp_path, people(TANAKA, TANAKA), team)) == (1, 0, 1, 0)


@pytest.mark.parametrize("column", ["メールアドレス", "顧客コード"])
def test_two_people_with_one_key_are_not_merged(tmp_path, team, column):
    shared = dict(zip(HEADER, TANAKA, strict=True))[column]
    other = changed(SUZUKI, **{column: shared})
    by_hand = {"columns": {"顧客コード": "external_id"}}
    report = imported(tmp_path, people(TANAKA, other), team, by_hand)
    assert counts(report) == (1, 0, 0, 1)
    assert report.reasons in ({Reason.REPEATED: 1}, {Reason.EMAIL_TAKEN: 1})
    assert Lead.objects.get().family_name == "田中"


def test_a_customers_number_on_several_contacts_is_not_their_id(tmp_path, team):
    other = changed(SUZUKI, 顧客コード="C-1")
    assert counts(imported(tmp_path, people(TANAKA, other), team)) == (2, 0, 0, 0)
    assert Lead.objects.filter(attributes__顧客コード="C-1").count() == 2


def test_an_address_of_another_lead_is_refused(tmp_path, team):
    imported(tmp_path, people(), team)
    report = imported(tmp_path, people(changed(TANAKA, メールアドレス="suzuki@mizuho.example.jp")), team)
    assert (counts(report), report.reasons) == ((0, 0, 0, 1), {Reason.EMAIL_TAKEN: 1})
    assert Lead.objects.filter(email__startswith="suzuki").count() == 1


def test_an_erased_person_does_not_come_back(tmp_path, team):
    imported(tmp_path, people(TANAKA), team)
    Lead.objects.update(erased_at=timezone.now(), family_name="", email="")
    report = imported(tmp_path, people(TANAKA), team)
    assert report.reasons == {Reason.ERASED: 1}
    assert Lead.objects.get().family_name == ""


def test_broken_rows_are_kept_with_line_reason_and_cells(tmp_path, team):
    bad = changed(SUZUKI, メールアドレス="suzuki@")
    report = imported(tmp_path, people(TANAKA, bad, SUZUKI[:4], SUZUKI), team)
    assert counts(report) == (2, 0, 0, 2)
    first, second = ImportReject.objects.all()
    assert (first.line, first.reason_code, first.field) == (3, Reason.BAD_EMAIL, "メールアドレス")
    assert first.cells == list(bad)
    assert (second.line, second.reason_code) == (4, Reason.TOO_FEW_CELLS)


def test_a_list_of_nothing_but_broken_rows(tmp_path, team):
    report = imported(tmp_path, text(["氏名", "備考"], ["A", "1", "2"]).encode(), team)
    assert (counts(report), report.reasons) == ((0, 0, 0, 1), {Reason.TOO_MANY_CELLS: 1})


def test_a_stage_set_here_stays_until_the_file_says_something_new(tmp_path, team, rep):
    imported(tmp_path, people(TANAKA), team)
    lead = Lead.objects.get()
    saving.change_stage(lead_id=lead.pk, user=rep, stage=Stage.PROPOSAL, version=lead.version)
    assert counts(imported(tmp_path, people(TANAKA), team)) == (0, 0, 1, 0)
    assert Lead.objects.get().stage == Stage.PROPOSAL
    assert counts(imported(tmp_path, people(changed(TANAKA, ステータス="受注")), team)) == (0, 1, 0, 0)
    assert LeadScore.objects.get().stage == Lead.objects.get().stage == Stage.WON


def test_another_meaning_of_a_status_reaches_leads_nobody_touched(tmp_path, team):
    imported(tmp_path, people(TANAKA), team)
    imported(tmp_path, people(TANAKA), team, {"stages": {"商談中": "proposal"}})
    assert Lead.objects.get().stage == Stage.PROPOSAL


def test_owners_known_unknown_and_by_default(tmp_path, team, rep, colleague, outsider):
    content = text(["氏名", "営業担当"], ["A", "佐藤 健"], ["B", "outsider"], ["C", ""]).encode()
    report = imported(tmp_path, content, team, {"owner": "colleague"})
    assert counts(report) == (3, 0, 0, 0)
    assert report.unknown_owners == ["outsider"]
    owners = dict(Lead.objects.values_list("family_name", "owner__username"))
    assert owners == {"A": "rep", "B": "colleague", "C": "colleague"}
    assert Lead.objects.get(family_name="B").attributes == {"営業担当": "outsider"}


def test_do_not_contact_is_set_and_never_taken_back(tmp_path, team):
    columns = ["id", "氏名", "配信停止"]
    imported(tmp_path, text(columns, ["1", "A", "停止"], ["2", "B", "0"]).encode(), team)
    imported(tmp_path, text(columns, ["1", "A", "0"], ["2", "B", ""]).encode(), team)
    assert dict(Lead.objects.values_list("family_name", "do_not_contact")) == {"A": True, "B": False}


def test_companies_of_one_name_stay_apart_by_their_corporate_numbers(tmp_path, team):
    columns = ["id", "会社名", "法人番号"]
    rows = [["1", "株式会社アルファ", "1" * 13], ["2", "アルファ(株)", "2" * 13], ["3", "㈱アルファ", ""]]
    content = text(columns, *rows).encode()
    assert counts(imported(tmp_path, content, team)) == (3, 0, 0, 0)
    assert counts(imported(tmp_path, content, team)) == (0, 0, 3, 0)
    by_id = dict(Lead.objects.values_list("external_id", "company__corporate_number"))
    assert by_id == {"1": "1" * 13, "2": "2" * 13, "3": "1" * 13}


def test_the_first_row_about_a_company_has_the_say_and_others_fill_blanks(tmp_path, team):
    columns = ["id", "会社名", "従業員数", "業種"]
    content = text(columns, ["1", "A社", "100", ""], ["2", "A社", "200", "製造業"]).encode()
    imported(tmp_path, content, team)
    company = Company.objects.get()
    assert (company.employees, company.industry) == (100, Industry.MANUFACTURING)
    assert counts(imported(tmp_path, content, team)) == (0, 0, 2, 0)
    assert set(LeadScore.objects.values_list("industry", flat=True)) == {Industry.MANUFACTURING}


def test_news_about_a_company_reach_all_its_leads(tmp_path, team, lead):
    row = ["9", lead.company.name, "アオバセイキ", "小売業"]
    report = imported(tmp_path, text(["id", "会社名", "会社名カナ", "業種"], row).encode(), team)
    assert counts(report) == (1, 0, 0, 0)
    assert LeadScore.objects.get(lead=lead).industry == Industry.RETAIL
    assert lead in folding.search_filter(Lead.objects.all(), "アオバセイキ")


def test_another_teams_leads_are_neither_met_nor_changed(tmp_path, team, other_team):
    theirs = LeadFactory(company__team=other_team, external_id="C-1", email=TANAKA[6])
    assert counts(imported(tmp_path, people(TANAKA), team)) == (1, 0, 0, 0)
    theirs.refresh_from_db()
    assert theirs.version == 1


def test_a_name_that_a_person_cut_in_two_stays_cut(tmp_path, team):
    content = text(["id", "氏名"], ["1", "田中健一"]).encode()
    imported(tmp_path, content, team)
    Lead.objects.update(family_name="田中", given_name="健一")
    assert counts(imported(tmp_path, content, team)) == (0, 0, 1, 0)
    assert Lead.objects.get().given_name == "健一"


def test_what_our_export_neutralised_comes_back_as_it_was(tmp_path, team):
    imported(tmp_path, text(["id", "備考"], ["1", "'=1+1"], ["2", "'tis"]).encode(), team)
    assert [lead.attributes["備考"] for lead in Lead.objects.order_by("pk")] == ["=1+1", "'tis"]


def test_a_dry_run_counts_the_same_and_leaves_nothing(tmp_path, team):
    content = people(TANAKA, SUZUKI[:3], TANAKA, SUZUKI, changed(SUZUKI, 顧客コード="C-3"))
    dry = imported(tmp_path, content, team, dry_run=True)
    for model in (Lead, Company, LeadScore, ImportJob, ImportReject, AuditEntry):
        assert not model.objects.exists()
    wet = imported(tmp_path, content, team)
    assert counts(dry) == counts(wet) == (2, 0, 1, 2)
    assert dry.reasons == wet.reasons


def test_the_audit_names_counts_and_no_person(tmp_path, team, rep):
    imported(tmp_path, people(), team, author=rep)
    last = AuditEntry.objects.get(action="import.finish")
    assert (last.actor, last.team) == (rep, team)
    assert last.details == {"rows": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0}


def test_the_uploaded_copy_is_gone_afterwards(tmp_path, team, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        imported(tmp_path, people(), team)
    job = ImportJob.objects.get()
    assert job.status == ImportJob.Status.DONE
    assert not job.file.storage.exists(job.file.name)
