"""API tokens: shown once, kept as a digest, revoked at once; and the page where people keep theirs."""

import re

import pytest
from django.db import connection

from salesdash import tokens
from salesdash.errors import DomainError
from salesdash.models import ApiToken, AuditEntry

PAGE = "/settings/tokens/"
FORM = {"name": "夜間の同期", "scope": "write", "days": "90"}


def secret_of(page: str) -> str:
    return re.search(r'id="token-secret"[^>]*>(sdt_[\w-]+)<', page)[1]


def test_the_token_itself_is_stored_nowhere(rep):
    _token, secret = tokens.create(user=rep, name="x", scope="read", days=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM salesdash_apitoken t")
        stored = cursor.fetchone()[0]
    assert secret not in stored
    assert len(secret) > 40
    assert tokens.find(secret).user == rep


def test_no_other_text_is_taken_for_it(rep):
    _token, secret = tokens.create(user=rep, name="x", scope="read")
    for text in ("", secret[:-1], secret + "x", secret.upper(), "鍵", "\0", "x" * 10_000):
        assert tokens.find(text) is None


def test_the_use_is_noted_once_a_minute(rep, django_assert_num_queries):
    _token, secret = tokens.create(user=rep, name="x", scope="read")
    with django_assert_num_queries(2):
        tokens.find(secret)
    assert ApiToken.objects.get().last_used_at is not None
    with django_assert_num_queries(1):
        tokens.find(secret)


def test_there_is_a_limit(rep):
    for n in range(tokens.MOST_TOKENS):
        tokens.create(user=rep, name=str(n), scope="read")
    with pytest.raises(DomainError) as failure:
        tokens.create(user=rep, name="x", scope="read")
    assert failure.value.code == "too_many_tokens"


def test_a_new_token_is_shown_once_and_works(client, rep):
    client.force_login(rep)
    page = client.post(PAGE, FORM)
    secret = secret_of(page.text)
    assert page.headers["Cache-Control"].startswith("max-age=0")
    assert secret not in client.get(PAGE).text
    client.logout()
    answer = client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["username"] == "rep"
    assert AuditEntry.objects.get(action="token.create").details == {"scope": "write", "days": 90}


def test_a_form_that_lacks_something_keeps_what_was_typed(client, rep):
    client.force_login(rep)
    page = client.post(PAGE, {**FORM, "name": "", "scope": "write"})
    assert (page.status_code, ApiToken.objects.exists()) == (422, False)
    assert 'value="write" selected' in page.text


def test_a_revoked_token_is_gone_at_once(client, rep):
    token, secret = tokens.create(user=rep, name="x", scope="read")
    client.force_login(rep)
    assert client.post(f"{PAGE}{token.pk}/revoke/").status_code == 302
    assert tokens.find(secret) is None
    assert AuditEntry.objects.get(action="token.revoke").object_id == str(token.pk)


def test_nobody_sees_or_revokes_the_tokens_of_others(client, rep, colleague):
    token, _secret = tokens.create(user=rep, name="ひみつ", scope="read")
    client.force_login(colleague)
    assert "ひみつ" not in client.get(PAGE).text
    assert client.post(f"{PAGE}{token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.exists()


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}1/revoke/"])
def test_a_visitor_is_sent_to_sign_in(client, db, path):
    answer = client.post(path)
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_the_settings_lead_there(client, rep):
    client.force_login(rep)
    assert f'href="{PAGE}"' in client.get("/settings/").text


@pytest.mark.parametrize("word", ["Bearer", "bearer", "Token"])
def test_both_words_are_understood(client, rep, word):
    _token, secret = tokens.create(user=rep, name="x", scope="read")
    assert client.get("/api/v1/me/", headers={"Authorization": f"{word} {secret}"}).status_code == 200
