"""The Big List of Naughty Strings through the doors of the workspace: each is kept or refused, found again and
shown as the text that it is; in Chromium none of them runs.
"""

import json
import os
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import transaction

from leads import notes
from leads.editing import values
from leads.models import Activity, Lead, Note, SavedView
from leads.tests.factories import LeadFactory

DATA = Path(
    os.environ.get("SALESDASH_SHARED_DATA") or Path(__file__).resolve().parents[2].parent / "shared" / "data"
)
LIST = DATA / "naughty_strings" / "blns.json"
HTMX = {"HX-Request": "true", "HX-Target": "work"}
AT_ONCE = 60

pytestmark = pytest.mark.skipif(not LIST.exists(), reason="the shared data is not beside this checkout")


@pytest.fixture(scope="module")
def naughty() -> list[str]:
    return json.loads(LIST.read_text(encoding="utf-8"))


class _Runs(HTMLParser):
    """Our pages have neither scripts of their own inline nor handlers: what has one is of the list."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        inline = tag == "script" and "src" not in given and given.get("type") != "application/json"
        elsewhere = tag != "img" and "src" in given and not given["src"].startswith("/static/")
        handled = any(name.startswith("on") for name in given)
        led = given.get("href", "").strip().lower().startswith("javascript:")
        if inline or elsewhere or handled or led:
            self.found.append(self.get_starttag_text() or tag)


def runs(html: str) -> list[str]:
    reader = _Runs()
    reader.feed(html)
    return reader.found


@pytest.mark.parametrize(
    "html",
    ["<script>1</script>", "<img src=x onerror=a()>", '<a href=" JavaScript:a()">', '<script src="//x">'],
)
def test_what_would_run_is_noticed(html):
    assert runs(f"<p>{html}") != []
    assert runs('<script src="/static/a.js"></script><script type="application/json">{}</script>') == []


def test_every_search_answers_with_the_text_in_its_field(client, rep, lead, naughty):
    client.force_login(rep)
    for place, text in enumerate(naughty):
        query = urlencode({"q": text, "view": "all"})
        answer = client.get(f"/leads/?{query}", headers=HTMX if place % 4 else {})
        assert answer.status_code == 200, text
        assert runs(answer.text) == [], text
        assert client.get("/leads/companies/?" + urlencode({"company_name": text})).status_code == 200, text


def test_new_leads_are_kept_or_refused_at_their_field(client, rep, naughty):
    client.force_login(rep)
    texts = ("family_name", "given_name", "company_name", "department", "title")
    kept = 0
    for place, text in enumerate(naughty):
        # every fifth also where an address or a number is expected
        fields = texts if place % 5 else (*texts, "email", "phone")
        answer = client.post("/leads/new/", dict.fromkeys(fields, text))
        assert answer.status_code in (200, 302), text
        assert runs(answer.text) == [], text
        kept += Lead.objects.all().delete()[0] > 0
    assert kept > len(naughty) / 2


def test_notes_calls_next_actions_and_views_hold_what_was_typed(client, rep, lead, naughty):
    client.force_login(rep)
    page, nothing = f"/leads/{lead.pk}/", json.dumps(values.next_action("", None))
    stored: set[str] = set()
    for place, text in enumerate(naughty):
        Lead.objects.update(next_action="", next_action_due_at=None)
        doors = (
            (f"{page}notes/", {"body": text}),
            (f"{page}calls/", {"outcome": "absent", "note": text}),
            (f"{page}edit/next_action/", {"next_action": text, "seen": nothing}),
            ("/leads/views/new/?view=all", {"name": text, "query": "view=all"}),
        )
        # a note each time, the others in turn
        for path, data in (doors[0], doors[1 + place % 3]):
            answer = client.post(path, data, headers=HTMX)
            assert answer.status_code in (200, 204, 302, 400, 422), (path, text)
            assert runs(answer.text) == [], (path, text)
        stored.update(Note.objects.values_list("body", flat=True))
        for model in (SavedView, Activity, Note):
            model.objects.all().delete()
    shown = {unicodedata.normalize("NFC", body).strip() for body in stored}
    typed = {unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip() for text in naughty}
    assert len(shown & typed) > len(typed) * 0.9


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [{}, {"viewport": {"width": 390, "height": 844}}], ids=["desktop", "phone"])
def test_in_a_browser_none_of_them_runs(browse, rep, company, naughty, monkeypatch, size):
    texts = [text.replace("\x00", "") for text in naughty]
    monkeypatch.setattr("leads.table.PAGE_ROWS", len(texts))
    with transaction.atomic():
        for text in texts:
            LeadFactory(
                company=company, owner=rep, family_name=text[:80], given_name="", next_action=text[:200]
            )
        first = Lead.objects.order_by("pk").first()
        company.name = texts[-1][:200] or "x"
        company.save()
        for text in filter(str.strip, texts[:AT_ONCE]):
            notes.add_note(lead=first, user=rep, body=text)
    page = browse(rep, "/leads/?view=all&sort=name", **size)
    said = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    for path in ("/leads/?view=all&sort=name", f"/leads/{first.pk}/", "/day/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    page.goto("/leads/?view=all&sort=name")
    assert page.locator("#tb tr").count() == len(texts)
    shown = page.locator("#tb a.name").all_text_contents()
    assert sum(any(text[:80].strip() == one.strip() for one in shown) for text in texts) > len(texts) * 0.8
    assert page.locator("#tb :is(script, img, iframe, object, embed, style)").count() == 0
    assert said == []
