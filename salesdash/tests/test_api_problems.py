"""Whatever goes wrong below /api/ is a problem (RFC 9457), in the caller's language."""

import pytest

from salesdash import tokens
from salesdash.models import User

TYPE = "application/problem+json"


@pytest.fixture
def key(rep):
    return f"Bearer {tokens.create(user=rep, name='x', scope='write')[1]}"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/", 404, "not_found"),
        ("get", "/api/v1/nothing/", 404, "not_found"),
        ("post", "/api/v9/leads/", 404, "not_found"),
        ("get", "/api/v1/leads/x/", 404, "not_found"),
        ("delete", "/api/v1/leads/", 405, "method_not_allowed"),
        ("options", "/api/v1/leads/", 405, "method_not_allowed"),
        ("trace", "/api/v1/me/", 405, "method_not_allowed"),
        ("get", "/api/v1/me/?x=1", 400, "unknown_parameter"),
        ("get", "/api/v1/leads/?stage=sold", 400, "invalid"),
    ],
)
@pytest.mark.django_db
def test_an_address_or_method_that_is_none(client, key, method, path, status, code):
    answer = getattr(client, method)(path, headers={"Authorization": key})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, TYPE)
    body = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:salesdash:problem:{code}")
    assert body["title"]
    assert body["detail"]


def test_methods_that_are_there_are_named(client, key):
    answer = client.delete("/api/v1/leads/", headers={"Authorization": key})
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_no_other_format_is_given_out(client, key):
    answer = client.get("/api/v1/me/", headers={"Authorization": key, "Accept": "text/html"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{", "application/json", 400, "parse_error"),
        (b"\xff\xfe", "application/json", 400, "parse_error"),
        ("a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("x", "text/plain", 415, "unsupported_media_type"),
        ("x", "", 415, "unsupported_media_type"),
        ("[" * 100_000, "application/json", 400, "parse_error"),
        ("{}", "application/json; charset=zlib", 400, "invalid"),
        ("{}", "application/json; charset=undefined", 400, "invalid"),
        ("x" * 12_000_001, "application/json", 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_read(client, key, team, body, kind, status, code):
    answer = client.generic("POST", "/api/v1/leads/", body, kind, headers={"Authorization": key})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, TYPE)
    assert answer.json()["code"] == code


def test_an_odd_charset_spoils_no_address_either(client, key):
    answer = client.generic(
        "GET", "/api/v1/me/?a=%ff", "", "x/y; charset=zlib", headers={"Authorization": key}
    )
    assert answer.json()["code"] == "unknown_parameter"


def test_without_its_last_slash_an_address_is_found_all_the_same(client, key):
    answer = client.post("/api/v1/leads?a=1", {}, headers={"Authorization": key})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/api/v1/leads/?a=1")
    assert client.get("/api/v1/nothing").status_code == 404
    assert client.get("/api/v1//leads").status_code == 404


@pytest.mark.parametrize(
    ("header", "own", "said"),
    [
        ("en", "ja", "There is nothing"),
        ("ja", "en", "見つかりません"),
        (None, "en", "There is nothing"),
        (None, "", "見つかりません"),
    ],
)
def test_a_problem_speaks_the_callers_language(client, key, rep, header, own, said):
    User.objects.filter(pk=rep.pk).update(language=own)
    headers = {"Authorization": key, **({"Accept-Language": header} if header else {})}
    answer = client.get("/api/v1/leads/999/", headers=headers)
    assert said in answer.json()["detail"]
    assert answer.headers["Content-Language"] == ("ja" if "見" in said else "en")


def test_one_callers_language_is_not_the_next_ones(client, key, rep):
    User.objects.filter(pk=rep.pk).update(language="en")
    client.get("/api/v1/leads/999/", headers={"Authorization": key})
    assert client.get("/api/v1/leads/999/").headers["Content-Language"] == "ja"


def test_an_error_of_ours_is_a_problem_with_its_trace(client, key, monkeypatch):
    def broken(_user):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("salesdash.api.me._teams", broken)
    client.raise_request_exception = False
    answer = client.get("/api/v1/me/", headers={"Authorization": key})
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, TYPE)
    assert answer.json()["code"] == "internal_error"
    assert "secret detail" not in answer.text
    assert (
        client.get("/api/v1/me/", headers={"Authorization": key, "Host": "evil"}).headers["Content-Type"]
        == TYPE
    )


def test_answers_are_not_kept_by_shared_caches(client, key):
    answer = client.get("/api/v1/me/", headers={"Authorization": key})
    assert "private" in answer.headers["Cache-Control"]
    assert "Authorization" in answer.headers["Vary"]
