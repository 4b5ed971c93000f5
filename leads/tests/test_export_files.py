"""Leads as a file: of the selection or of all, in the columns shown or in all, at once or from a list of one's own."""

import csv
import io
import uuid

import openpyxl
import pytest

from leads import export_jobs
from leads.models import Lead, LeadExport
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import crowd, warm
from salesdash.models import AuditEntry, Membership

HTMX = {"HX-Request": "true"}


@pytest.fixture
def leads(company, rep):
    return crowd(4, company=company, owner=rep)


@pytest.fixture
def ask(client, rep):
    """ask(format="csv", ids="1,2") or ask(all="1", query="owner=me"): the answer to the form."""

    def post(by=None, **data):
        client.force_login(by or rep)
        return client.post("/leads/export/", {"format": "xlsx", "columns": "every", **data})

    return post


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def sheet(response):
    return openpyxl.load_workbook(io.BytesIO(content(response))).active


def table(response) -> list[dict]:
    first, *rest = sheet(response).iter_rows(values_only=True)
    return [dict(zip(first, row, strict=True)) for row in rest]


def test_all_of_a_filter_in_its_order_as_a_workbook(ask, leads, company):
    LeadFactory(company=company)
    response = ask(all="1", query="owner=me", table="owner=me")
    assert response.headers["Content-Disposition"].endswith('.xlsx"')
    rows = table(response)
    assert [row["メールアドレス"] for row in rows] == [lead.email for lead in leads]
    assert isinstance(rows[0]["温度"], int)
    assert rows[0]["最終行動日時"].year >= 2026
    assert rows[3]["段階"] == "新規"


def test_selected_leads_alone_in_the_order_of_the_table(ask, leads):
    chosen = [leads[2], leads[0]]
    rows = table(ask(ids=",".join(str(lead.pk) for lead in chosen), table="view=all"))
    assert [row["メールアドレス"] for row in rows] == [leads[0].email, leads[2].email]


def test_selected_leads_that_the_filter_has_lost_meanwhile_are_still_exported(ask, leads):
    Lead.objects.filter(pk=leads[0].pk).update(owner=None)
    assert len(table(ask(ids=str(leads[0].pk), table="owner=me"))) == 1


def test_all_but_some(ask, leads):
    rows = table(ask(all="1", query="owner=me", ids=str(leads[1].pk), table="owner=me"))
    assert [row["メールアドレス"] for row in rows] == [leads[n].email for n in (0, 2, 3)]


def test_the_columns_of_the_table(ask, leads):
    warm(leads[0])
    Lead.objects.filter(pk=leads[0].pk).update(next_action="=1+1")
    response = ask(ids=str(leads[0].pk), columns="shown", table="view=all")
    first, row = sheet(response).iter_rows(values_only=True)
    assert first[:4] == ("温度", "氏名", "会社名", "段階")
    assert "メールアドレス" not in first
    assert row[first.index("次のアクション")] == "=1+1"


def test_columns_that_a_person_chose_are_typed(ask, leads):
    response = ask(ids=str(leads[0].pk), columns="shown", table="view=all&cols=name,employees")
    first, row = sheet(response).iter_rows(values_only=True)
    assert "従業員数" in first
    assert row[first.index("従業員数")] == 120


def test_csv_holds_the_same_and_is_inert(ask, leads):
    Lead.objects.filter(pk=leads[0].pk).update(next_action="=1+1")
    text = content(ask(format="csv", ids=str(leads[0].pk))).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["次のアクション"] == "'=1+1"


def test_it_speaks_the_persons_language(ask, rep, leads):
    rep.language = "en"
    rep.save()
    response = ask(ids=str(leads[0].pk))
    assert sheet(response)["B1"].value == "Company name"


def test_who_took_what_is_audited_without_the_search_text(ask, rep, leads):
    ask(all="1", query="owner=me&q=山田", table="owner=me&q=山田")
    ask(format="csv", ids=str(leads[0].pk))
    found, selected = AuditEntry.objects.filter(action="leads.export").order_by("pk")
    assert found.details == {"count": 4, "format": "xlsx", "filter": ["owner=me"]}
    assert selected.details == {"count": 1, "format": "csv", "selected": 1}
    assert selected.actor == rep


def test_many_rows_come_in_few_statements(client, company, rep, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("leads.exporting.CHUNK_ROWS", 40)
    crowd(100, company=company, owner=rep)
    client.force_login(rep)
    data = {"format": "xlsx", "columns": "every", "all": "1", "query": "owner=me", "table": "owner=me"}
    # session, person, rights, teams; count, audit, order; three chunks
    with django_assert_max_num_queries(10):
        assert len(table(client.post("/leads/export/", data))) == 100


def test_a_large_one_is_made_by_a_worker_and_fetched_from_the_list(
    ask, client, leads, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(export_jobs, "AT_ONCE", {"csv": 2, "xlsx": 2})
    sent = []
    monkeypatch.setattr("leads.tasks.run_export.delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        response = ask(all="1", query="owner=me", table="owner=me")
    assert response.headers["Location"] == "/leads/exports/"
    export = LeadExport.objects.get()
    assert sent == [str(export.pk)]
    assert "4行中 0行" in client.get("/leads/exports/").text
    assert 'hx-trigger="every 1s"' in client.get("/leads/exports/", headers=HTMX).text
    assert client.get(f"/leads/exports/{export.pk}/").status_code == 404
    export_jobs.run(export_id=export.pk)
    assert f'href="/leads/exports/{export.pk}/"' in client.get("/leads/exports/", headers=HTMX).text
    rows = table(client.get(f"/leads/exports/{export.pk}/"))
    assert [row["メールアドレス"] for row in rows] == [lead.email for lead in leads]
    assert AuditEntry.objects.get(action="leads.export_download").object_id == str(export.pk)


@pytest.mark.parametrize("data", [{}, {"ids": "0"}, {"ids": "1", "format": "pdf"}, {"ids": "999999"}])
def test_what_cannot_be_meant_is_refused_in_words(ask, leads, data):
    response = ask(**data)
    assert response.status_code == 400
    assert "選" in response.text or "ありません" in response.text


def test_more_than_a_sheet_holds_is_said(ask, leads, monkeypatch):
    monkeypatch.setattr("leads.workbook.MOST_ROWS", 4)
    assert "CSVを選" in ask(all="1", query="owner=me").text


def test_nobody_starts_a_dozen(ask, leads, monkeypatch):
    monkeypatch.setattr(export_jobs, "AT_ONCE", {"csv": 0, "xlsx": 0})
    answers = [ask(ids=str(leads[0].pk)).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]


def test_outsiders_get_nothing(ask, outsider, leads):
    assert ask(by=outsider, ids=str(leads[0].pk)).status_code == 400
    assert ask(by=outsider, all="1", query="view=all").status_code == 400


@pytest.fixture
def finished(ask, leads, monkeypatch):
    monkeypatch.setattr(export_jobs, "AT_ONCE", {"csv": 0, "xlsx": 0})
    ask(format="csv", ids=str(leads[0].pk))
    export = LeadExport.objects.get()
    export_jobs.run(export_id=export.pk)
    return export


def test_only_its_owner_opens_it(client, rep, colleague, manager, admin, outsider, finished):
    url = f"/leads/exports/{finished.pk}/"
    for person in (colleague, manager, admin, outsider):
        client.force_login(person)
        assert client.get(url).status_code == 404
        assert str(finished.pk) not in client.get("/leads/exports/").text
    client.force_login(rep)
    assert "山田" in content(client.get(url)).decode()
    assert client.get(f"/leads/exports/{uuid.uuid4()}/").status_code == 404


def test_who_left_the_team_does_not_open_it_any_more(client, rep, finished):
    Membership.objects.filter(user=rep).delete()
    client.force_login(rep)
    assert client.get(f"/leads/exports/{finished.pk}/").status_code == 404


def test_a_reviewer_may_not_and_a_visitor_signs_in(client, reviewer, finished):
    urls = ("/leads/export/", "/leads/exports/", f"/leads/exports/{finished.pk}/", "/leads/export.csv")
    for url in urls:
        assert client.get(url, headers={}).status_code in (302, 200)
    client.logout()
    assert {client.get(url).status_code for url in urls} == {302}
    client.force_login(reviewer)
    assert {client.get(url).status_code for url in urls} == {403}
    assert client.post("/leads/export/").status_code == 403
    assert "data-export" not in client.get("/leads/?view=all").text
