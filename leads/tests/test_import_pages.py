"""The import pages, step by step, and who may see them."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from leads.importing import jobs, running
from leads.models import ImportJob, Lead, Stage
from leads.tests.import_files import HEADER, SUZUKI, TANAKA, changed, people, text
from salesdash.models import AuditEntry, Membership

pytestmark = pytest.mark.django_db


def upload(client, content: bytes, name="list.csv", **data):
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post(reverse("leads:import_upload"), {"file": file, **data})


@pytest.fixture
def visitor(client, rep):
    rep.language = "en"
    rep.save()
    client.force_login(rep)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def job(team, rep):
    file = SimpleUploadedFile("list.csv", people())
    return jobs.create(team=team, author=rep, file=file, filename="list.csv")


def form_of(client, job) -> dict[str, str]:
    """What the browser would send from the mapping page."""
    form = client.get(reverse("leads:import_mapping", args=[job.pk])).context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in data.items() if value not in (None, False)}


def send(client, job, headers=None, **data):
    url = reverse("leads:import_mapping", args=[job.pk])
    return client.post(url, {**form_of(client, job), **data}, headers=headers)


def test_upload_shows_what_was_found(visitor, team):
    response = upload(visitor, people())
    job = ImportJob.objects.get()
    assert response.url == reverse("leads:import_mapping", args=[job.pk])
    page = visitor.get(response.url)
    assert "2 rows, 10 columns" in page.text
    assert '<option value="cp932" selected>' in page.text
    assert "(株)髙﨑製作所II-" in page.text
    assert page.text.count("選択") == 0
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04", "Excel workbook"),
        (b"<html>", "web page"),
        (people()[:-3], "breaks off at line 3"),
    ],
)
def test_an_unusable_file_is_refused_beside_the_field(visitor, content, said):
    response = upload(visitor, content)
    assert response.status_code == 422
    assert said in response.text
    assert not ImportJob.objects.exists()


def test_errors_in_the_readers_language(client, rep):
    client.force_login(rep)
    client.cookies["django_language"] = "ja"
    assert "ファイルが空です" in upload(client, b"").text
    assert "ファイルを選択してください" in client.post(reverse("leads:import_upload")).text


def test_too_large(visitor, settings):
    settings.IMPORT_MAX_BYTES = 100
    assert upload(visitor, people()).status_code == 422


def test_a_person_in_two_teams_chooses(visitor, rep, other_team, team):
    Membership.objects.create(user=rep, team=other_team)
    assert f">{other_team.name_en}</option>" in visitor.get(reverse("leads:imports")).text
    upload(visitor, people(), team=other_team.pk)
    assert ImportJob.objects.get().team == other_team


def test_a_team_of_others_cannot_be_chosen(visitor, rep, other_team, outsider):
    upload(visitor, people(), team=other_team.pk)
    assert ImportJob.objects.get().team_id in rep.team_ids


def test_a_changed_field_is_kept_and_the_preview_follows(visitor, job):
    response = send(visitor, job, {"HX-Request": "true"}, **{"column-5": "", "column-1": "attributes"})
    assert response.status_code == 200
    assert "<html" not in response.text
    assert "田中 健一" in response.text
    job.refresh_from_db()
    assert jobs.mapping_of(job).columns[5].field == ""
    assert "氏名: 田中 健一" in response.text


def test_stages_by_value(visitor, job, django_capture_on_commit_callbacks):
    form = visitor.get(reverse("leads:import_mapping", args=[job.pk])).context["form"]
    shown = {field.label: (field.name, rows) for field, rows in form.stages()}
    assert shown["商談中"][1] == 1
    send(visitor, job, **{shown["商談中"][0]: "proposal", "action": "start"})
    running.run(job_id=job.pk)
    assert set(Lead.objects.values_list("stage", flat=True)) == {Stage.PROPOSAL, Stage.NEW}


def test_a_column_made_a_status_is_looked_at_before_the_start(visitor, job):
    response = send(visitor, job, **{"column-9": "attributes", "column-8": "stage", "action": "start"})
    assert response.status_code == 200
    assert "Please check the columns and values" in response.text
    assert "大阪" in {field.label for field, _rows in response.context["form"].stages()}
    job.refresh_from_db()
    assert job.status == ImportJob.Status.UPLOADED


def test_another_encoding_reads_the_file_anew(visitor, team, rep):
    file = SimpleUploadedFile("a.csv", text(["氏名", "会社名"], ["田中", "髙﨑"]).encode())
    job = jobs.create(team=team, author=rep, file=file, filename="a.csv")
    response = send(visitor, job, encoding="utf-16-le")
    assert response.status_code == 422
    assert "cannot be read as UTF-16 LE" in response.text
    job.refresh_from_db()
    assert job.encoding == "utf-8"
    response = send(visitor, job, has_header="")
    job.refresh_from_db()
    assert jobs.mapping_of(job).headers == ["column_1", "column_2"]
    assert job.total_rows == 2


def test_one_field_for_two_columns_is_an_error_on_start(visitor, job):
    response = send(visitor, job, **{"column-5": "department", "action": "start"})
    assert response.status_code == 422
    assert "Two columns are assigned to “Department”" in response.text
    job.refresh_from_db()
    assert job.status == ImportJob.Status.UPLOADED


def test_a_form_for_other_columns_is_not_taken(visitor, job):
    response = send(visitor, job, shape="old", **{"column-5": "", "action": "start"})
    assert response.status_code == 422
    assert "The columns have changed meanwhile" in response.text
    job.refresh_from_db()
    assert jobs.mapping_of(job).columns[5].field == "title"


def test_start_progress_result(visitor, job, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr("leads.importing.tasks.run_import.delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        response = send(visitor, job, action="start")
    assert sent == [job.pk]
    detail = reverse("leads:import_detail", args=[job.pk])
    assert response.url == detail
    assert 'hx-trigger="every 1s"' in visitor.get(detail).text
    running.run(job_id=job.pk)
    fragment = visitor.get(detail, headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "every 1s" not in fragment
    assert "2 rows were read. None was lost." in fragment
    assert AuditEntry.objects.filter(action__startswith="import.").count() == 3


def test_started_twice(visitor, job, monkeypatch):
    monkeypatch.setattr("leads.importing.tasks.run_import.delay", lambda _pk: None)
    data = form_of(visitor, job)
    url = reverse("leads:import_mapping", args=[job.pk])
    for _ in range(2):
        assert visitor.post(url, {**data, "action": "start"}).url == reverse(
            "leads:import_detail", args=[job.pk]
        )
    assert AuditEntry.objects.filter(action="import.start").count() == 1


def test_discard(visitor, job):
    response = send(visitor, job, action="discard")
    assert response.url == reverse("leads:imports")
    assert not ImportJob.objects.exists()


def test_rejected_rows_come_back_as_a_file_that_can_be_mended(visitor, team, rep):
    bad = changed(SUZUKI, メールアドレス="suzuki@", 部署="=cmd|' /C calc'!A0")
    file = SimpleUploadedFile("list.csv", people(TANAKA, bad))
    job = jobs.create(team=team, author=rep, file=file, filename="list.csv")
    jobs.queue(job, user=rep)
    running.run(job_id=job.pk)
    response = visitor.get(reverse("leads:import_rejects", args=[job.pk]))
    content = b"".join(response.streaming_content).decode()
    header, row = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""))
    assert content[0] == "\ufeff"
    assert header == ["salesdash_line", "salesdash_reason", "salesdash_field", *HEADER]
    assert row[:3] == ["3", "This is not a valid e-mail address.", "メールアドレス"]
    assert row[7] == "'=cmd|' /C calc'!A0"

    mended = content.replace("suzuki@", "suzuki@mizuho.example.jp").encode()
    again = jobs.create(team=team, author=rep, file=SimpleUploadedFile("m.csv", mended), filename="m.csv")
    jobs.queue(again, user=rep)
    running.run(job_id=again.pk)
    suzuki = Lead.objects.get(family_name="鈴木")
    assert suzuki.department == "=cmd|' /C calc'!A0"
    assert "salesdash_reason" not in suzuki.attributes


def test_a_failed_import_says_why(visitor, job):
    jobs.queue(job, user=None)
    running.fail(job.pk, "file_gone")
    assert "Upload it again" in visitor.get(reverse("leads:import_detail", args=[job.pk])).text


PAGES = ("import_detail", "import_mapping", "import_rejects")


@pytest.mark.parametrize("page", PAGES)
def test_another_teams_import_does_not_exist(client, outsider, job, page):
    client.force_login(outsider)
    url = reverse(f"leads:{page}", args=[job.pk])
    assert client.get(url).status_code == 404
    assert client.post(url, {"action": "discard"}).status_code in (404, 405)
    assert ImportJob.objects.exists()
    assert "list.csv" not in client.get(reverse("leads:imports")).text


@pytest.mark.parametrize("page", PAGES)
def test_without_the_permission(client, reviewer, job, page):
    client.force_login(reviewer)
    assert client.get(reverse(f"leads:{page}", args=[job.pk])).status_code == 403
    assert client.get(reverse("leads:imports")).status_code == 403
    assert upload(client, people()).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_without_signing_in(client, job, page):
    assert client.get(reverse(f"leads:{page}", args=[job.pk])).status_code == 302


def test_the_list_asks_few_questions_of_the_database(visitor, team, rep, django_assert_max_num_queries):
    for number in range(30):
        file = SimpleUploadedFile("list.csv", people())
        jobs.create(team=team, author=rep, file=file, filename=f"{number}.csv")
    with django_assert_max_num_queries(10):
        page = visitor.get(reverse("leads:imports"))
    assert "29.csv" in page.text
    assert "?page=2" in page.text
    assert "0.csv" in visitor.get(reverse("leads:imports") + "?page=2").text


def test_a_team_less_person_is_told(client, db):
    from leads.tests.factories import UserFactory

    client.force_login(UserFactory(role="rep"))
    assert client.get(reverse("leads:imports")).status_code == 200
    assert upload(client, people()).status_code == 422
