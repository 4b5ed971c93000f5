"""The export: what the filter shows, inert, audited, for those who may."""

import csv
import io

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from leads.models import Lead, Stage
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import crowd, warm
from salesdash.models import AuditEntry


def rows(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def export(client, rep):
    client.force_login(rep)
    return lambda query="view=all": rows(client.get(f"/leads/export.csv?{query}"))


def test_it_is_a_file_for_excel(client, rep, lead):
    client.force_login(rep)
    response = client.get("/leads/export.csv")
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbf")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="leads-')
    assert "no-store" in response.headers["Cache-Control"]


def test_rows_are_those_of_the_filter_in_its_order(export, company, rep):
    leads = crowd(6, company=company, owner=rep)
    LeadFactory(company=company, owner=rep, stage=Stage.LOST)
    assert [row["メールアドレス"] for row in export("owner=me")] == [lead.email for lead in leads]
    assert len(export("stage=lost")) == 1


def test_what_is_shown_is_written(export, lead, rep):
    warm(lead)
    (row,) = export()
    assert (row["姓"], row["会社名"], row["段階"], row["担当"]) == (
        "山田",
        "株式会社青葉精機",
        "新規",
        "佐藤 健",
    )
    assert int(row["温度"]) > 0
    assert row["最終行動"] == "料金ページ閲覧"


def test_headings_speak_the_persons_language(export, client, rep, lead):
    rep.language = "en"
    rep.save()
    client.force_login(rep)
    (row,) = export()
    assert (row["Family name"], row["Stage"]) == ("山田", "New")


def test_no_cell_is_a_formula(export, lead):
    Lead.objects.filter(pk=lead.pk).update(
        next_action='=HYPERLINK("http://x")', department="@SUM(1)", title="-5"
    )
    (row,) = export()
    assert row["次のアクション"] == '\'=HYPERLINK("http://x")'
    assert row["部署"] == "'@SUM(1)"
    assert row["役職"] == "-5"


def test_many_rows_come_in_few_statements(client, rep, company, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("leads.exporting.CHUNK_ROWS", 40)
    crowd(100, company=company, owner=rep)
    client.force_login(rep)
    with django_assert_max_num_queries(12):
        assert len(rows(client.get("/leads/export.csv?owner=me"))) == 100


def test_who_took_how_many_is_audited_without_the_search_text(client, rep, lead):
    client.force_login(rep)
    client.get("/leads/export.csv?owner=me&q=山田&min_t=")
    entry = AuditEntry.objects.get(action="leads.export")
    assert entry.actor == rep
    assert entry.details == {"count": 1, "format": "csv", "filter": ["owner=me"]}


def test_outsiders_get_nothing_of_other_teams(client, outsider, lead):
    client.force_login(outsider)
    for query in ("view=all", f"team={lead.team_id}", f"owner={lead.owner_id}", "q=山田", "stage=new"):
        assert rows(client.get(f"/leads/export.csv?{query}")) == []


def test_a_reviewer_may_not(client, reviewer, lead):
    client.force_login(reviewer)
    assert client.get("/leads/export.csv").status_code == 403
    assert not AuditEntry.objects.filter(action="leads.export").exists()


def test_a_visitor_may_not(client, db):
    assert client.get("/leads/export.csv").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_it_streams_under_asgi_too(rep, lead, recwarn):
    async def fetch() -> bytes:
        client = AsyncClient()
        await client.aforce_login(rep)
        response = await client.get("/leads/export.csv")
        assert response.is_async
        return b"".join([part async for part in response.streaming_content])

    assert "山田" in async_to_sync(fetch)().decode()
    assert not [warning for warning in recwarn if "StreamingHttpResponse" in str(warning.message)]


def test_what_a_person_typed_stays_out_of_the_log(client, rep, lead):
    client.force_login(rep)
    client.get("/leads/export.csv?q=山田&c=any(name:has:山田;attr.x:is:秘密)&stage=new")
    entry = AuditEntry.objects.get(action="leads.export")
    assert entry.details["filter"] == ["stage=new", "c=name:has", "c=attr.x:is"]
