"""What may not stand in the safety rules, and that all that is shipped may."""

from __future__ import annotations

import pytest

from drafts.models import SafetyRules
from drafts.safety import alternatives, rule_checks, rule_entries
from drafts.safety.rule_checks import pattern_problem, problem
from drafts.safety.rule_entries import Entry, Search, Table


def banned(word: str, match: str = "token", code: str = "insult") -> Entry:
    return Entry(Table.BANNED, word, match, code=code)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a", "a)", "[a-", "*a", "a{2,1}", r"\p{NoSuch}", "(?P<x>a)(?P<x>b", "",
        "a*", "a?", "(?:)", "a||b", "|a", "b|", ".", r"\S", "。|\\w", "[a-z]",
        "(a+)+$", "(?:あ+い?)+[うえ]", "x" * 6001,
    ],
)  # fmt: skip
def test_patterns_that_may_not(pattern):
    assert problem(Entry(Table.PROMISES, pattern, language="ja", code="price"))


@pytest.mark.parametrize(
    "pattern", ["必ず.{0,6}儲か", r"\bfree of charge\b", "お?荷物(?:である|だと)", r"a\|", "[|]円"]
)
def test_patterns_that_may(pattern):
    assert pattern_problem(pattern) == ""


def test_what_is_wrong_is_named_with_its_place():
    said = pattern_problem("絶対に(儲かる")
    assert "(儲かる" in said


@pytest.mark.parametrize(
    "entry",
    [
        banned(""), banned("☆★"), banned("あ", "substring"), banned("ab", "word"), banned("バカ", "word"),
        banned("バカ", "regex"), banned("バカ", code="nonsense"), banned("長" * 61),
        Entry(Table.ALLOWED, "x"), Entry(Table.HOSTS, "https://example.co.jp"), Entry(Table.HOSTS, "co.jp"),
        Entry(Table.HOSTS, "localhost"), Entry(Table.HOSTS, "a..jp"), Entry(Table.HOSTS, "github.io"),
        Entry(Table.PROMISES, "安い", language="fr", code="price"),
        Entry(Table.PROMISES, "安い", language="ja", code=""),
    ],
)  # fmt: skip
def test_entries_that_may_not(entry):
    field, said = problem(entry)
    assert field in ("text", "match", "code", "language")
    assert said


@pytest.mark.parametrize(
    "entry",
    [
        banned("バカ"), banned("ばか", "substring"), banned("go to hell", "word"),
        Entry(Table.ALLOWED, "馬鹿貝"), Entry(Table.HOSTS, "www.example.co.jp"), Entry(Table.HOSTS, "a.github.io"),
    ],
)  # fmt: skip
def test_entries_that_may(entry):
    assert problem(entry) is None


@pytest.mark.django_db
def test_all_that_is_shipped_may_stand():
    for rules in SafetyRules.objects.all():
        found = [
            (entry.text, said)
            for entry, said in rule_checks.problems(rule_entries.content(rules))
            if "already" not in said[1] and "すでに" not in said[1]
        ]
        assert found == []


def test_a_flood_of_new_patterns_is_refused_before_they_are_tried():
    many = [{"pattern": f"(a+)+b{n}$", "language": "", "code": "price"} for n in range(300)]
    content = {"banned": [], "allowed": [], "url_hosts": [], "promises": many}
    assert len(list(rule_checks.problems(content))) == 1
    assert list(rule_checks.problems(content, proven=content)) == []


@pytest.mark.django_db
def test_a_version_is_the_same_after_a_round_trip():
    rules = SafetyRules.objects.get(status="active")
    for table in Table:
        assert [e.stored() for e in rule_entries.of(rules, table)] == getattr(rules, table.value)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("a|b", ["a", "b"]), ("(?:a|b)|c", ["(?:a|b)", "c"]), (r"a\|b", [r"a\|b"]), ("[|]|c", ["[|]", "c"])],
)
def test_alternatives(pattern, expected):
    assert alternatives.written(pattern) == expected


def test_a_search_folds_as_the_checks_do():
    entries = [banned("バカ"), banned("馬鹿"), banned("idiot", "word")]
    assert [e.text for e in entries if Search("ばか").fits(e)] == ["バカ"]
    assert [e.text for e in entries if Search("IDI").fits(e)] == ["idiot"]
    assert [e.text for e in entries if Search(match="token").fits(e)] == ["バカ", "馬鹿"]
