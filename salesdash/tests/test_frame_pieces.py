"""Pieces of the frame that are kept: nobody sees what is another's, and nothing is kept that changes."""

from __future__ import annotations

import re

from django.test import Client, override_settings
from django.utils.safestring import SafeString

from salesdash import frame
from salesdash.templatetags import sd

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w{64})"')


def topbar(html: str) -> str:
    return html[html.index('<span class="grow">') : html.index("<main")]


def page(person) -> str:
    client = Client()
    client.force_login(person)
    return client.get("/settings/").text


def test_a_persons_words_are_escaped(rep):
    rep.last_name, rep.first_name, rep.email = "<b>", "\"x'", "a&b@example.com"
    rep.save()
    html = topbar(page(rep))
    assert "<b><b>" not in html
    assert "&quot;x&#x27; &lt;b&gt;" in html
    assert "\"x'" not in html
    assert "a&amp;b@example.com" in html


def test_two_persons_one_after_the_other_see_their_own(rep, colleague):
    rep.last_name, colleague.last_name = "最初", "二番目"
    for person in (rep, colleague):
        person.email = f"{person.username}@example.com"
        person.save()
    first, second, again = page(rep), page(colleague), page(rep)
    assert "二番目" in topbar(second)
    assert colleague.email in topbar(second)
    assert f'data-user="{colleague.pk}"' in second
    for html in (first, again):
        assert "最初" in topbar(html)
        assert "二番目" not in html
        assert colleague.email not in html


def test_a_mark_in_a_persons_text_is_a_text():
    words = {"name": "\0token\0", "token": "secret"}
    for word in ("person", "initial", "email", "dot", "page"):
        words[word] = ""
    html = frame.filled("_topbar.html", words, dev_writer=False, bell=False, on_desktop=False,
                        mailbox=False, staff=False, is_feedback=False)  # fmt: skip
    assert html.count("secret") == 2
    assert "<b>\0token\0</b>" in html


def test_the_same_text_safe_and_not_is_two_texts():
    assert sd.icon(SafeString("<i>")) != sd.icon("<i>")
    assert "&lt;i&gt;" in sd.icon("<i>")


def test_another_language_is_another_piece(rep):
    assert "ログアウト" in topbar(page(rep))
    rep.language = "en"
    rep.save()
    html = topbar(page(rep))
    assert "Sign out" in html
    assert "ログアウト" not in html


def test_each_session_gets_a_token_of_its_own_that_works(rep, colleague):
    tokens = []
    for person in (rep, colleague):
        client = Client(enforce_csrf_checks=True)
        client.force_login(person)
        found = TOKEN.findall(topbar(client.get("/settings/").text))
        assert len(found) == 2
        tokens.append(found[0])
        answer = client.post("/tour/restart/", {"csrfmiddlewaretoken": found[0]})
        assert answer.status_code == 302
    assert tokens[0] != tokens[1]
    # the last client holds the colleague's cookie
    assert client.post("/accounts/logout/", {"csrfmiddlewaretoken": tokens[0]}).status_code == 403
    assert client.post("/accounts/logout/", {"csrfmiddlewaretoken": tokens[1]}).status_code == 302


def test_the_token_is_masked_anew_on_each_page(client, rep):
    client.force_login(rep)
    first, second = (TOKEN.search(client.get("/settings/").text)[1] for _ in range(2))
    assert first != second


def test_the_way_to_the_form_names_the_page(client, rep):
    client.force_login(rep)
    assert '/feedback/?page=%2Fsettings%2F"' in client.get("/settings/").text
    assert '/feedback/?page=%2Fhelp%2F"' in client.get("/help/").text


def test_counts_are_those_of_now(rep):
    def rail(drafts: int) -> str:
        words = {"drafts": sd.nav_dot(drafts), "review": sd.nav_dot(0)}
        return frame.filled("_rail.html", words, nav="", mailbox=False, may_view=True)

    assert '<span class="dot">3<' in rail(3)
    assert '<span class="dot">4<' in rail(4)
    assert "dot" not in rail(0)


def test_rights_decide_about_entries_whoever_looked_before(rep, manager):
    assert 'data-go="k"' in page(manager)
    assert 'data-go="k"' not in page(rep)
    assert 'data-go="k"' in page(manager)


def test_a_new_storage_is_linked_at_once():
    before = frame.stylesheets("frame")
    with override_settings(STATIC_URL="/elsewhere/"):
        assert "/elsewhere/" in frame.stylesheets("frame")
        assert "/elsewhere/" in frame.modules("app")
        assert "/elsewhere/" in frame.fixed("_head.html", theme="")
    assert frame.stylesheets("frame") == before
