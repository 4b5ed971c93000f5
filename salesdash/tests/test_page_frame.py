"""The frame of every page: language, theme, error pages, sign-in, the demo's doors."""

from __future__ import annotations

import json
import re

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults

from salesdash.templatetags import sd

JA = {"Accept-Language": "ja"}
EN = {"Accept-Language": "en"}


def test_the_sign_in_page_speaks_the_browsers_language(client, db):
    ja = client.get("/accounts/login/", headers=JA).text
    en = client.get("/accounts/login/", headers=EN).text
    assert '<html lang="ja"' in ja
    assert "ログイン" in ja
    assert '<html lang="en"' in en
    assert "Sign in" in en


def test_a_visitor_may_choose_the_language(client, db):
    client.post("/language/", {"language": "en"}, headers={"Referer": "/accounts/login/", **JA})
    assert '<html lang="en"' in client.get("/accounts/login/", headers=JA).text


def test_demo_accounts_are_offered_in_the_demo_only(client, db, settings):
    assert "/demo/login/" not in client.get("/accounts/login/").text
    settings.DEMO = True
    html = client.get("/accounts/login/", headers=JA).text
    assert re.findall(r'action="/demo/login/(\w+)/"', html) == [
        "rep",
        "colleague",
        "manager",
        "reviewer",
        "admin",
    ]


@pytest.mark.parametrize(("theme", "rendered"), [("dark", "dark"), ("light", "light"), ("auto", "light")])
def test_the_server_renders_the_chosen_theme(client, rep, theme, rendered):
    rep.theme = theme
    rep.save()
    client.force_login(rep)
    html = client.get("/settings/").text
    assert f'data-theme="{theme}" data-bs-theme="{rendered}"' in html
    # "auto" is settled before the first paint: the script blocks, and stands before every stylesheet
    assert html.index("theme_boot.js") < html.index("stylesheet")


def test_row_height_zone_and_keys_follow_the_settings(client, rep):
    client.force_login(rep)
    answers = {
        "language": "en",
        "time_zone": "Europe/London",
        "theme": "dark",
        "density": "compact",
        "signature": "",
    }
    client.post("/settings/", answers)
    html = client.get("/settings/").text
    assert '<html lang="en"' in html
    assert 'data-density="compact" data-tz="Europe/London"' in html
    assert 'data-keys="off"' in html
    assert "Your settings are saved." in html


@pytest.mark.parametrize(("target", "replaces"), [("", False), ("#x", True)])
def test_neighbouring_pages_are_linked_as_far_as_there_are_any(target, replaces):
    html = sd.pages("?a=1&b=<i>", "", target)
    assert '<a class="btn" rel="prev" href="?a=1&amp;b=&lt;i&gt;"' in html
    assert ('hx-get="?a=1&amp;b=&lt;i&gt;" hx-target="#x"' in html) is replaces
    assert 'rel="next"' not in html
    assert html.count("disabled") == 1
    with translation.override("ja"):
        assert "次へ" in sd.pages("", "")


def test_a_bad_setting_is_told_at_its_field(client, rep):
    client.force_login(rep)
    html = client.post("/settings/", {"time_zone": "Mars/Olympus", "theme": "auto", "density": "normal"}).text
    assert 'class="error"' in html


def test_scripts_get_their_texts_in_the_readers_language(client, rep):
    client.force_login(rep)
    html = client.get("/settings/", headers=JA).text
    block = re.search(r'<script id="sd-texts" type="application/json">(.*?)</script>', html)
    assert json.loads(block[1])["undo"] == "元に戻す"


def test_requests_of_htmx_carry_the_token(client, rep):
    client.force_login(rep)
    assert re.search(r"""hx-headers:inherited='{"X-CSRFToken": "\w{64}"}'""", client.get("/settings/").text)


def test_an_unknown_address_is_a_page_in_words(client, rep):
    client.force_login(rep)
    answer = client.get("/no-such-page/", headers=JA)
    assert answer.status_code == 404
    assert "見つかりません" in answer.text


def test_an_unknown_address_tells_a_visitor_too(client, db):
    assert client.get("/no-such-page/").status_code == 404


def test_the_broken_page_needs_neither_database_nor_context():
    answer = defaults.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert b"salesdash" in answer.content


def test_a_bad_request_is_a_page():
    answer = defaults.bad_request(RequestFactory().get("/"), ValueError())
    assert answer.status_code == 400
    assert b"<h1>" in answer.content


def test_a_stale_form_says_that_nothing_was_changed(rep):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rep)
    answer = client.post("/settings/", {}, headers=JA)
    assert answer.status_code == 403
    assert "何も変更されていません" in answer.text


def test_a_script_hears_that_the_page_is_stale(rep):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rep)
    answer = client.post("/tour/seen/", headers={"HX-Request": "true", **JA})
    assert answer.status_code == 403
    assert "再読み込み" in answer.json()["detail"]


@pytest.mark.parametrize("door", ["/accounts/login/", "/demo/login/manager/"])
def test_a_second_tab_that_signs_in_goes_on_as_who_is_signed_in(rep, door):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rep)
    answer = client.post(door, {"next": "/settings/"}, headers=JA, follow=True)
    assert answer.redirect_chain[-1][0] == "/settings/"
    assert "佐藤" in str(*answer.context["messages"])


def test_a_stale_form_for_signing_in_is_offered_anew(client, db):
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "x" * 32
    answer = client.post("/accounts/login/", {"next": "/settings/"}, headers=JA, follow=True)
    assert answer.redirect_chain == [("/accounts/login/?next=/settings/", 302)]
    assert "もう一度ログイン" in answer.text


@pytest.mark.parametrize("path", ["/accounts/logout/", "/accounts/password/change/", "/accounts/2fa/"])
def test_account_pages_have_our_look(client, rep, path):
    client.force_login(rep)
    html = client.get(path, follow=True).text
    assert "css/plain.css" in html
    assert 'class="brand"' in html


def test_password_reset_has_our_look(client, db):
    assert "css/plain.css" in client.get("/accounts/password/reset/").text


@pytest.mark.parametrize(("who", "seen"), [("rep", False), ("manager", True)])
def test_the_kpi_entry_shows_to_those_who_may(client, db, request, who, seen):
    client.force_login(request.getfixturevalue(who))
    assert ('data-go="k"' in client.get("/settings/").text) is seen


def test_the_demo_writer_is_named(client, rep, settings):
    client.force_login(rep)
    assert "demo-tag" not in client.get("/settings/").text
    settings.DEV_WRITER = True
    assert "デモ作成機能（AI未接続）" in client.get("/settings/", headers=JA).text


def test_a_problem_page_shows_the_reason():
    html = render_to_string("error.html", {"error": type("E", (), {"message": "Already <sent>"})()})
    assert "Already &lt;sent&gt;" in html
