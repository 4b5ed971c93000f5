"""The published description, and the page that is made from it."""

import html
import json
import re

import pytest
from openapi_spec_validator import validate

from salesdash.api import docs
from salesdash.api.schema import description
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

PAGE = "/api/v1/docs/"
SCHEMA = "/api/v1/schema/"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_description_is_openapi(language):
    whole = description(language)
    assert whole["openapi"].startswith("3.1")
    validate(whole)


def test_every_operation_is_named_described_and_guarded():
    for path, methods in description("en")["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            assert operation["security"] == [{"token": []}, {"session": []}], path
            answers = operation["responses"]
            assert {"400", "401", "403", "406", "429"} <= set(answers), path
            code, success = next((code, answer) for code, answer in answers.items() if code < "300")
            assert "example" in json.dumps(success) or code == "204", (path, method)


def test_examples_are_what_the_description_says():
    from jsonschema import Draft202012Validator

    whole = description("en")
    for path, methods in whole["paths"].items():
        for operation in methods.values():
            for holder in (operation.get("requestBody"), *operation["responses"].values()):
                for content in (holder or {}).get("content", {}).values():
                    validator = Draft202012Validator({**content["schema"], "components": whole["components"]})
                    for example in content.get("examples", {}).values():
                        assert not list(validator.iter_errors(example["value"])), path


def test_both_formats_and_languages_are_served(client):
    japanese = client.get(f"{SCHEMA}?format=json&lang=ja")
    assert japanese.json()["paths"]["/api/v1/me/"]["get"]["summary"] == "自分の情報、チーム、権限"
    english = client.get(f"{SCHEMA}?format=yaml&lang=en")
    assert "summary: Who you are" in english.text
    assert (japanese.headers["Content-Language"], english.headers["Content-Language"]) == ("ja", "en")
    assert client.get(f"{SCHEMA}?lang=../../x").json()["code"] == "unknown_language"


@pytest.mark.django_db
def test_the_description_is_not_sent_twice(client, django_assert_num_queries):
    tag = client.get(f"{SCHEMA}?format=json").headers["ETag"]
    with django_assert_num_queries(0):
        assert client.get(f"{SCHEMA}?format=json", headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{SCHEMA}?format=yaml", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_has_a_form_for_every_operation(client, rep, language):
    rep.language = language
    rep.save()
    client.force_login(rep)
    page = html.unescape(client.get(PAGE).text)
    operations = [one for group in docs.groups(language) for one in group.operations]
    assert len(operations) == sum(len(methods) for methods in description(language)["paths"].values())
    for one in operations:
        assert f'id="{one.id}"' in page
        assert one.summary in page
    assert re.findall(r'data-path="([^"]+)"', page) == [one.path for one in operations]


def test_the_page_needs_nothing_inline(client, rep):
    client.force_login(rep)
    assert findings(client.get(PAGE).text, MARKUP_RULES) == []


def test_the_page_costs_nothing_of_its_own(client, rep, django_assert_max_num_queries):
    client.force_login(rep)
    client.get(PAGE)
    with django_assert_max_num_queries(8):
        client.get(PAGE)


def test_a_visitor_is_sent_to_sign_in(client, db):
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")


def test_a_curl_line_survives_the_shell():
    import shlex

    for group in docs.groups("ja"):
        for one in group.operations:
            words = shlex.split(one.curl)
            assert words[0] == "curl"
            if one.body:
                assert json.loads(words[words.index("-d") + 1])
