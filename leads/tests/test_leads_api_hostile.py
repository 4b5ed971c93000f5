"""Strings that break programs, in every place that takes one: stored as they are, or refused; never an error."""

import json

import pytest

from leads.models import Lead, Note

NAUGHTY = [
    "", " ", "　", "\0", "\x07", "\r\n", "\u200b", "\u202e abc", "\ufeff", "\ud800", "\udfff\ud800", "𠮷野家", "👩‍👩‍👧", "İ", "ß",
    "٠١٢", "①②", "㌔", "Ａ" * 300, "あ" * 5000, "' OR 1=1 --", "'; DROP TABLE leads_lead; --", "%s%n%d", "{{ 7*7 }}", "${7*7}",
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "../../etc/passwd", "null", "NaN", "-1", "1e309", "0x1F", "true", "\\", '"',
    "a\nb", "http://a@b:99999/", "x@y", "@", "a@b.c" * 60, "Z̮̞̠͙͔ͅ", "\U0010ffff", "\u2028",
]  # fmt: skip
TEXTS = ["family_name", "given_kana", "department", "title", "email", "phone", "external_id", "language"]


def fine(answer) -> bool:
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
    return True


@pytest.mark.parametrize("field", TEXTS)
def test_any_text_in_any_field(api, rep, lead, field):
    caller = api(rep)
    for text in NAUGHTY:
        body = json.dumps({field: text})
        assert fine(caller.patch(f"leads/{lead.pk}/", body, If_Match="*")), text
    assert fine(caller.get(f"leads/{lead.pk}/"))
    assert Lead.objects.get().erased_at is None


def test_any_text_as_a_key_or_value_of_attributes(api, rep, lead):
    caller = api(rep)
    for text in NAUGHTY:
        for value in ({text: 1}, {"a": text}, {"a": [{text: [text]}]}):
            assert fine(caller.patch(f"leads/{lead.pk}/", json.dumps({"attributes": value}), If_Match="*"))


@pytest.mark.parametrize("part", ["notes/", "calls/"])
def test_any_text_as_a_note(api, rep, lead, part):
    caller = api(rep)
    for text in NAUGHTY:
        body = {"body": text} if part == "notes/" else {"outcome": "absent", "note": text}
        assert fine(caller.post(f"leads/{lead.pk}/{part}", json.dumps(body)))
    assert fine(caller.get(f"leads/{lead.pk}/notes/"))
    assert Note.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["q", "owner", "team", "stage", "industry", "min_t", "sort", "limit", "after", "before", "format", "x"],
)
def test_any_text_in_the_address(api, rep, lead, name):
    caller = api(rep)
    for text in NAUGHTY:
        raw = text.encode("utf-8", "surrogatepass")
        query = name + "=" + "".join(f"%{byte:02x}" for byte in raw)
        for path in ("leads/", f"leads/{lead.pk}/activities/", "drafts/"):
            assert fine(caller.get(f"{path}?{query}")), (path, text)


@pytest.mark.parametrize(
    "header", ["If-Match", "If-None-Match", "Idempotency-Key", "Authorization", "Accept", "Accept-Language"]
)
def test_any_text_in_a_header(api, rep, lead, header):
    caller = api(rep)
    for text in [
        *NAUGHTY,
        '"',
        'W/"1"',
        '"1", "2"',
        "*",
        "Bearer",
        "Bearer ",
        "Token \udc80",
        "q=0",
        "text/html;q=x",
    ]:
        value = text.encode("utf-8", "surrogatepass").decode("latin-1").replace("\n", "").replace("\r", "")
        headers = {**caller.headers, header: value}
        path = f"/api/v1/leads/{lead.pk}/"
        assert fine(caller.client.get(path, headers=headers)), text
        assert fine(caller.client.patch(path, '{"title": "x"}', "application/json", headers=headers)), text


def test_deep_properties_of_activities_spoil_no_list(api, rep, lead):
    caller = api(rep)
    for depth in (10, 100, 400, 900, 5000):
        deep = "[" * depth + "]" * depth
        body = f'{{"lead": {lead.pk}, "type": "webinar", "properties": {{"a": {deep}}}}}'
        assert fine(caller.post("activities/", body))
        assert fine(caller.get(f"leads/{lead.pk}/activities/"))
