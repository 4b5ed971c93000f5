"""What a pattern needs may rule it out, and never rules out a text that it matches."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from drafts.safety import needed, normal, rulebook

FILES = sorted((Path(__file__).parents[1] / "redteam").glob("*.jsonl"))


def possible(pattern: str, text: str) -> bool:
    need = needed.in_pattern(pattern)
    return needed.possible(need, needed.Vocabulary([need]).of(text))


@pytest.mark.parametrize(
    ("pattern", "without"),
    [
        ("値引き", "値 引き"),
        ("(?:値引き|割引)(?:します)?", "値上げします"),
        ("お?安く(?:し|でき)ます", "お安いです"),
        (r"\d{2}%.{0,4}削減", "30%の改善"),
        ("[○×]印", "△印"),
        ("(?>abc)+d", "abd"),
    ],
)
def test_a_text_without_the_words_is_ruled_out(pattern, without):
    assert not possible(pattern, without)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?i)free",  # of any case
        "(?:free){e<=1}",  # with a slip
        "[[:alpha:]]x",
        r"\p{Han}x",
        "a*",
        "(?:値引き|.)",
        "(?<!値)引き|",
        "(unbalanced",
    ],
)
def test_where_the_syntax_does_not_tell_nothing_is_needed(pattern):
    assert needed.in_pattern(pattern) is None


def test_a_statement_needs_the_words_of_both_its_parts():
    need = needed.in_all(["無料|無償", "です|お試し"])
    vocabulary = needed.Vocabulary([need])
    assert needed.possible(need, vocabulary.of("無償でお試しください"))
    assert not needed.possible(need, vocabulary.of("無料の駐車場"))
    assert needed.in_all(["a*", "無料"]) == needed.in_pattern("無料")


@pytest.mark.django_db
def test_no_rule_is_ruled_out_for_a_text_that_it_matches():
    """Every active pattern on every seventh text of the red-team set, without its blanks."""
    rules = rulebook.active()
    searched = matched = 0
    lines = [line for file in FILES for line in file.read_text(encoding="utf-8").splitlines() if line]
    for line in lines[::7]:
        text = "".join(json.loads(line).get("body", "").lower().split())[:400]
        if not text:
            continue
        present = rules.vocabulary.of(text)
        for rule in (*rules.promises, *rules.topics):
            found = rule.pattern.search(text) is not None
            searched, matched = searched + 1, matched + found
            assert needed.possible(rule.need, present) or not found, rule.source
    assert matched > 20
    assert searched > 10_000


_words = st.text("abc", min_size=1, max_size=3)
_patterns = st.recursive(
    st.one_of(_words, st.sampled_from([".", "[ab]", "[^a]", r"\b", "^", r"\w"])),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: f"(?:{'|'.join(each)})"),
        st.tuples(inner, st.sampled_from(["?", "{2}", "{0,2}", "{1,2}?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        inner.map(lambda one: f"(?={one})"),
        inner.map(lambda one: f"(?!{one})"),
    ),
    max_leaves=8,
)


@given(_patterns, st.text("abc ", max_size=6))
def test_any_pattern_that_matches_is_possible(pattern, text):
    assert possible(pattern, text) or not regex.search(pattern, text, regex.ASCII)


@pytest.mark.django_db
def test_most_rules_are_ruled_out_for_an_ordinary_mail():
    from drafts.tests.factories import BODY

    rules = rulebook.active()
    present = rules.vocabulary.of(normal.lowered(BODY)[0])
    left = [rule for rule in rules.promises if needed.possible(rule.need, present)]
    assert len(left) < len(rules.promises) / 5


@given(st.lists(_patterns, max_size=5), st.lists(st.text("abc ", max_size=6), max_size=2))
def test_the_index_finds_what_a_look_at_each_pattern_finds(patterns, texts):
    rules = [SimpleNamespace(number=at, need=needed.in_pattern(one)) for at, one in enumerate(patterns)]
    vocabulary = needed.Vocabulary(rule.need for rule in rules)
    index = needed.Index(rules, vocabulary)
    expected = [
        rule.number
        for rule in rules
        if rule.need is None or any(needed.possible(rule.need, vocabulary.of(text)) for text in texts)
    ]
    assert [rule.number for rule in index.possible(*texts)] == expected


def test_the_index_keeps_rules_that_need_nothing():
    rules = [SimpleNamespace(need=None), SimpleNamespace(need=needed.in_pattern("値引き"))]
    index = needed.Index(rules, needed.Vocabulary(rule.need for rule in rules))
    assert index.possible("よろしく") == rules[:1]
    assert index.possible("よろしく", "値引きです") == rules
