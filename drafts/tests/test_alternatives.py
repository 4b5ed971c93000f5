"""The alternatives of a pattern, searched one by one, find what the whole pattern finds."""

from __future__ import annotations

import json

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from drafts.safety import alternatives, needed, rulebook
from drafts.safety.alternatives import Alternative
from drafts.tests.test_needed_words import FILES, _patterns


def whole(pattern, text):
    found = regex.compile(pattern, regex.ASCII).finditer(text)
    return [one.span() for one in found if one.end() > one.start()]


def one_by_one(pattern, text):
    each = [Alternative(source, needed.in_pattern(source)) for source in alternatives.split(pattern)]
    present = needed.Vocabulary([one.need for one in each]).of(text)
    some = [one for one in each if needed.possible(one.need, present)]
    return list(alternatives.places(some, pattern, text, seconds=1))


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("値引き|割引", ["値引き", "割引"]),
        ("(?:a|b)|c", ["(?:a|b)", "c"]),
        (r"a\|b|[|(]|\(c", [r"a\|b", "[|(]", r"\(c"]),
        ("[]|]|b", ["[]|]", "b"]),
        ("[^]|]|b", ["[^]|]", "b"]),
        ("(?<!a)b|(?=c)d", ["(?<!a)b", "(?=c)d"]),
    ],
)
def test_a_pattern_is_cut_at_its_top_level(pattern, parts):
    assert alternatives.split(pattern) == alternatives.written(pattern) == parts


@pytest.mark.parametrize("pattern", [r"(a)\1|b", "(?i)a|b", "(?P<n>a)|b", "a||b", "a|(?(1)b|c)", r"a\K|b"])
def test_what_hangs_together_stays_whole(pattern):
    assert alternatives.split(pattern) == [pattern]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("ab|a|b", "aab"),
        ("a|ab", "abab"),  # what is written first wins, not what is longer
        ("bc|ab", "abc"),  # what begins first wins, not what is written first
        ("(?=a)|ab", "abab"),
        ("x*|ab", "abxab"),
    ],
)
def test_places_are_those_of_the_whole(pattern, text):
    assert one_by_one(pattern, text) == whole(pattern, text)


@given(st.lists(_patterns, min_size=1, max_size=4).map("|".join), st.text("abc ", max_size=10))
def test_any_pattern_finds_the_same_in_parts(pattern, text):
    assert one_by_one(pattern, text) == whole(pattern, text)


@pytest.mark.django_db
def test_the_rules_in_force_find_the_same_in_parts():
    """Every pattern with alternatives on some mails of the red-team set."""
    rules = rulebook.active()
    patterns = {part.promise.pattern: part.promise for part in (*rules.promises, *rules.topics)}
    compared = matched = 0
    lines = [line for file in FILES for line in file.read_text(encoding="utf-8").splitlines() if line]
    for line in lines[::40]:
        text = json.loads(line).get("body", "").lower()[:300]
        for pattern in patterns:
            expected = whole(pattern, text)
            own = [part for part in (*rules.promises, *rules.topics) if part.promise.pattern == pattern]
            some = [part for part in own if needed.possible(part.need, rules.vocabulary.of(text))]
            assert list(alternatives.places(some, pattern, text, seconds=1)) == expected
            compared, matched = compared + 1, matched + bool(expected)
    assert matched > 20
    assert compared > 1_000
