"""Texts cut for a page: nothing lost, flags and sources where they belong."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drafts.marking import Flag, cut

FACTS = [{"id": "F1", "text": "製造業"}, {"id": "F2", "text": "料金ページをご覧"}]
TEXT = "料金ページをご覧いただき、必ず30%削減します。"


def flag(number: int, start: int, end: int) -> Flag:
    return Flag(number, "body", start, end, f"reason {number}")


def test_a_phrase_is_tied_to_its_fact():
    parts = cut(TEXT, claims=[{"phrase": "料金ページをご覧", "fact_id": "F2"}], facts=FACTS)
    assert [(part.text, part.source and part.source.id) for part in parts] == [
        ("料金ページをご覧", "F2"),
        ("いただき、必ず30%削減します。", None),
    ]


def test_claims_without_a_known_fact_or_place_are_left_out():
    claims = [{"phrase": "必ず", "fact_id": "F9"}, {"phrase": "ない", "fact_id": "F1"}, {"phrase": ""}]
    assert [part.source for part in cut(TEXT, claims=claims, facts=FACTS)] == [None]


def test_the_same_phrase_twice_marks_two_places():
    claims = [{"phrase": "ab", "fact_id": "F1"}, {"phrase": "ab", "fact_id": "F2"}]
    parts = cut("ab ab", claims=claims, facts=FACTS)
    assert [part.source.id for part in parts if part.source] == ["F1", "F2"]


def test_overlapping_flags_share_their_words():
    parts = cut("abcdef", flags=[flag(1, 0, 4), flag(2, 2, 6)])
    assert [(part.text, [f.number for f in part.flags]) for part in parts] == [
        ("ab", [1]),
        ("cd", [1, 2]),
        ("ef", [2]),
    ]
    assert [[f.number for f in part.opens] for part in parts] == [[1], [2], []]


def test_a_place_outside_the_text_is_ignored():
    assert [part.flags for part in cut("abc", flags=[flag(1, 1, 9), flag(2, 2, 2)])] == [()]


spans = st.tuples(st.integers(-2, 30), st.integers(-2, 30))


@given(st.text(max_size=25), st.lists(spans, max_size=6), st.lists(st.text(max_size=5), max_size=4))
def test_the_stretches_are_the_text(text, places, phrases):
    flags = [flag(number, start, end) for number, (start, end) in enumerate(places, 1)]
    claims = [{"phrase": phrase, "fact_id": "F1"} for phrase in phrases]
    parts = cut(text, claims=claims, facts=FACTS, flags=flags)
    assert "".join(part.text for part in parts) == text
    assert all(part.text for part in parts)
