"""The rule editor in the administration: who sees what, what a form does, what it costs."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from drafts import rule_files, rule_trials, rule_versions
from drafts.models import RulesComparison, SafetyRules
from drafts.safety import rule_entries
from drafts.safety.rule_entries import Entry, Table
from drafts.tests.factories import DraftFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/drafts/safetyrules/"
WORD = Entry(Table.BANNED, "幸い", "token", code="banned")
PAGES = ("", "tryout/", "compare/", "diff/", "export/", "import/", "recheck/", "publish/")


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def active():
    return SafetyRules.objects.get(status="active")


@pytest.fixture
def draft(active, reviewer):
    return rule_versions.copy(source_id=active.pk, user=reviewer)


@pytest.fixture
def office(client, admin):
    client.force_login(admin)
    return client


def url(rules, name="change") -> str:
    return f"{LIST}{rules.pk}/{name}/"


def form(entry: Entry, **more) -> dict[str, str]:
    fields = {"table": entry.table.value, "text": entry.text, "match": entry.match, "code": entry.code}
    return fields | {"language": entry.language, "back": "table=banned&q=x"} | more


@pytest.mark.parametrize("who", ["rep", "colleague", "manager", "outsider", None])
def test_others_see_nothing_of_it(client, request, draft, active, who):
    if who:
        person = request.getfixturevalue(who)
        person.is_staff = True
        person.save()
        client.force_login(person)
    for rules in (draft, active):
        for page in PAGES:
            assert client.get(f"{LIST}{rules.pk}/{page or 'change/'}").status_code in (302, 403), page
        for name in ("entry", "copy", "describe", "publish", "compare", "import", "tryout"):
            assert client.post(url(rules, name), form(WORD)).status_code in (302, 403), name
    assert client.get(LIST).status_code in (302, 403)
    assert SafetyRules.objects.count() == 1 + active.version
    draft.refresh_from_db()
    assert draft.revision == 1


def test_reviewers_write_but_do_not_put_into_force(desk, draft, active):
    for page in ("", "tryout/", "compare/", "diff/", "import/"):
        assert desk.get(f"{LIST}{draft.pk}/{page or 'change/'}").status_code == 200, page
    assert url(draft, "publish") not in desk.get(url(draft)).text
    assert desk.get(url(draft, "publish")).status_code == 403
    assert desk.post(url(draft, "publish"), {"confirmed": "1"}).status_code == 403
    assert desk.post(url(draft, "entry"), form(WORD)).status_code == 302
    assert SafetyRules.objects.get(pk=draft.pk).changes == {"banned": [1, 0]}


def test_a_draft_is_deleted_and_a_version_that_was_in_force_is_not(desk, draft, active):
    assert desk.post(url(active, "delete"), {"post": "yes"}).status_code == 403
    assert desk.post(url(draft, "delete"), {"post": "yes"}).status_code == 302
    assert not SafetyRules.objects.filter(pk=draft.pk).exists()
    assert SafetyRules.objects.filter(pk=active.pk).exists()


def test_a_version_in_force_offers_no_form(desk, active):
    html = desk.get(url(active)).text
    assert url(active, "entry") not in html
    assert desk.post(url(active, "entry"), form(WORD)).status_code == 409
    active.refresh_from_db()
    assert active.revision == 1


@pytest.mark.parametrize(("language", "said"), [("ja", "繰り返しを重ねないで"), ("en", "repetition inside")])
def test_what_is_wrong_is_said_in_the_reader_s_language_and_nothing_is_lost(
    client, reviewer, draft, language, said
):
    reviewer.language = language
    reviewer.save()
    client.force_login(reviewer)
    pattern = Entry(Table.PROMISES, "(a+)+$", language="en", code="price")
    answer = client.post(url(draft, "entry"), form(pattern))
    assert answer.status_code == 422
    assert said in answer.text
    assert "(a+)+$</textarea>" in answer.text
    assert SafetyRules.objects.get(pk=draft.pk).revision == 1


def test_an_entry_is_changed_in_its_row_and_the_list_stays_where_it_was(desk, draft):
    entry = rule_entries.of(draft, Table.BANNED)[0]
    html = desk.get(f"{url(draft)}?table=banned&edit={entry.key}").text
    assert f'value="{entry.key}"' in html
    other = Entry(Table.BANNED, "幸甚", "token", code="banned")
    answer = desk.post(url(draft, "entry"), form(other, key=entry.key))
    assert answer.status_code == 302
    assert answer.url == f"{url(draft)}?table=banned&q=x"
    assert SafetyRules.objects.get(pk=draft.pk).banned[0]["word"] == "幸甚"


def test_a_stale_form_gets_a_page_of_its_own_that_keeps_the_words(desk, draft, admin):
    entry = rule_entries.of(draft, Table.BANNED)[0]
    rule_versions.remove(rules_id=draft.pk, table=Table.BANNED, key=entry.key, user=admin)
    answer = desk.post(url(draft, "entry"), form(WORD, key=entry.key))
    assert answer.status_code == 409
    assert 'value="幸い"' in answer.text
    assert desk.post(url(draft, "entry"), form(WORD)).status_code == 302


def test_ten_thousand_entries_are_fifty_rows(desk, draft, django_assert_max_num_queries):
    words = [{"word": f"ことば{n}", "language": "ja", "match": "token", "code": "rude"} for n in range(9000)]
    SafetyRules.objects.filter(pk=draft.pk).update(banned=words)
    with django_assert_max_num_queries(9):
        html = desk.get(f"{url(draft)}?table=banned&q=ことば8&page=3").text
    assert html.count("sr-acts") == 50
    assert html.count("<input") < 250
    assert "3 / " in html


def test_a_search_in_patterns_names_the_alternatives(desk, active):
    html = desk.get(f"{url(active)}?table=promises&q=足手まとい").text
    assert "<code>足手まとい</code>" in html
    assert "1件" in html


@pytest.mark.parametrize(
    "query", ["?table=x&code=x&match=x", "?page=x", "?page=-1&q=%00", "?edit=zzz", "?q=" + "x" * 999]
)
def test_strange_addresses_are_harmless(desk, draft, query):
    assert desk.get(url(draft) + query).status_code == 200


def test_the_list_counts_and_loads_no_table(desk, draft, django_assert_max_num_queries):
    rule_versions.add(rules_id=draft.pk, entry=WORD, user=draft_author(draft))
    with django_assert_max_num_queries(10):
        html = desk.get(LIST).text
    assert "+1 −0" in html
    assert "馬鹿" not in html


def draft_author(_draft):
    from salesdash.models import User

    return User.objects.get(username="reviewer")


def test_a_text_is_tried_under_both_versions_and_kept_nowhere(desk, draft, django_assert_max_num_queries):
    rule_versions.add(rules_id=draft.pk, entry=WORD, user=draft_author(draft))
    text = {"subject": "ご案内", "body": "ご覧いただけますと幸いです。<b>", "language": "ja"}
    desk.post(url(draft, "tryout"), text)
    with django_assert_max_num_queries(8):
        html = desk.post(url(draft, "tryout"), text).text
    assert "<sup>1</sup>幸い</mark>" in html
    assert html.count("</mark>") == 1
    assert "新たに止める理由" in html
    assert "&lt;b&gt;" in html


def test_publishing_wants_a_tick_and_leads_to_the_progress(office, draft, lead, rep):
    DraftFactory(lead=lead, requested_by=rep)
    page = office.get(url(draft, "publish"))
    assert "<b>1</b>" in page.text
    now = {"revision": draft.revision, "in_force": draft.based_on}
    assert office.post(url(draft, "publish"), now).status_code == 400
    assert office.post(url(draft, "publish"), now | {"confirmed": "1", "revision": "7"}).status_code == 409
    answer = office.post(url(draft, "publish"), now | {"confirmed": "1"})
    assert answer.url == url(draft, "recheck")
    html = office.get(answer.url).text
    assert 'hx-trigger="every 2s"' in html
    partial = office.get(answer.url, headers={"HX-Request": "true"}).text
    assert partial.lstrip().startswith("<section")


def test_what_cannot_come_into_force_is_named_with_a_way_to_it(office, draft):
    SafetyRules.objects.filter(pk=draft.pk).update(
        banned=[*draft.banned, {"word": "☆", "language": "ja", "match": "token", "code": "rude"}]
    )
    html = office.get(url(draft, "publish")).text
    assert "☆" in html
    assert 'name="confirmed"' not in html


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_file_of_a_version_read_again_is_the_same(desk, draft, kind):
    made = desk.get(f"{url(draft, 'export')}?format={kind}")
    assert "attachment" in made["Content-Disposition"]
    content = rule_files.read(made.content, proven=rule_entries.content(draft))
    assert content == rule_entries.content(draft)


def test_a_file_becomes_a_new_draft(desk, active):
    content = rule_entries.content(active) | {"url_hosts": ["www.example.co.jp"]}
    sent = SimpleUploadedFile("rules.json", json.dumps(content).encode())
    answer = desk.post(url(active, "import"), {"file": sent})
    made = SafetyRules.objects.first()
    assert answer.url == url(made, "diff")
    assert (made.based_on, made.changes) == (active.version, {"url_hosts": [1, 0]})
    assert "www.example.co.jp" in desk.get(answer.url).text


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"table,text\n", "1"),
        ("table,text,match,language,code,topic\nbanned,あ,substring,,rude,\nhosts,x,,,,\n".encode(), "3"),
        ("table,text,match,language,code,topic\nbanned,あ,substring,,rude,\n".encode(), "2"),
        ('table,text,match,language,code,topic\nbanned,"あ'.encode(), "2"),
        (b'{"banned": []}', "promises"),
        (b'{"banned": [1], "allowed": [], "url_hosts": [], "promises": []}', "banned[0]"),
        (b"{", "JSON"),
        (b"", "1"),
    ],
)
def test_a_broken_row_is_named_and_nothing_is_taken(desk, active, raw, said):
    before = SafetyRules.objects.count()
    answer = desk.post(url(active, "import"), {"file": SimpleUploadedFile("rules.csv", raw)})
    assert answer.status_code in (200, 422)
    if raw:
        assert said in answer.text.split('role="alert"')[1][:600]
    assert SafetyRules.objects.count() == before


def test_a_comparison_counts_what_each_version_gets_wrong(desk, draft, reviewer, tmp_path, monkeypatch):
    """A small set: one unsafe text that only the draft's new word stops, and a clean one that it stops, too."""
    from drafts.safety import redteam

    lines = {
        "unsafe_ja.jsonl": [{"id": "a", "language": "ja", "subject": "件名です", "body": "幸いです。" * 20}],
        "clean.jsonl": [
            {"id": "b", "language": "ja", "subject": "件名です", "body": "ご連絡です。幸いです。" * 9}
        ],
    }
    for name, rows in lines.items():
        (tmp_path / name).write_text("\n".join(json.dumps(row) for row in rows))
    monkeypatch.setattr(redteam, "FOLDER", tmp_path)
    monkeypatch.setattr(redteam.run, "__kwdefaults__", redteam.run.__kwdefaults__ | {"folder": tmp_path})
    monkeypatch.setattr(redteam.size, "__defaults__", (tmp_path,))
    rules = rule_versions.add(rules_id=draft.pk, entry=WORD, user=reviewer)
    job = rule_trials.start(rules=rules, user=reviewer)
    assert 'hx-trigger="every 1s"' in desk.get(url(draft, "compare")).text
    assert rule_trials.run(comparison_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, job.total) == ("done", 4, 4)
    assert job.figures["seen"]["texts"] == 1
    assert job.figures["seen"]["wrong"] <= job.figures["seen"]["was"]
    assert job.figures["clean"]["wrong"] == 1
    html = desk.get(url(draft, "compare")).text
    assert "every 1s" not in html


def test_one_comparison_at_a_time_and_none_without_the_right(desk, draft, reviewer):
    rule_trials.start(rules=draft, user=reviewer)
    answer = desk.post(url(draft, "compare"), follow=True)
    assert "すでに比較中" in answer.text
    assert RulesComparison.objects.count() == 1


def test_a_word_that_a_spreadsheet_would_calculate_is_text_there_and_comes_back(draft):
    draft.banned = [
        *draft.banned,
        {"word": "=cmd|calc", "match": "substring", "language": "", "code": "banned"},
    ]
    draft.save()
    made = rule_files.as_csv(draft)
    assert "banned,'=cmd|calc," in made
    content = rule_files.read(made.encode(), proven=rule_entries.content(draft))
    assert "=cmd|calc" in [entry["word"] for entry in content["banned"]]
