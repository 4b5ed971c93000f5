"""Word by word, nothing lost, cuts where a reader would cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drafts import diff

OLD = "料金ページを三度ご覧いただき、誠にありがとうございます。必ず30%のコスト削減をお約束します。"
NEW = "料金ページをご覧いただき、ありがとうございます。コスト削減につながった事例がございます。"
letters = st.text(alphabet="料金ページを見る。\nAb 1％\u3000🙂", max_size=60)


def texts(pieces, kind):
    return [piece.text for piece in pieces if piece.kind == kind]


def test_japanese_is_cut_at_words():
    sides = diff.sides(OLD, NEW)
    assert texts(sides.left, "del")[:3] == ["三度", "誠に", "必ず30%の"]
    assert texts(sides.right, "ins") == ["につながった事例がござい"]


def test_english_is_cut_at_words():
    sides = diff.sides("We promise a result.", "We expect a result.")
    assert texts(sides.left, "del") == ["promise"]
    assert texts(sides.right, "ins") == ["expect"]


def test_equal_texts_have_no_change():
    sides = diff.sides(OLD, OLD)
    assert sides.left == sides.right
    assert sides.share == 0


@given(letters, letters)
def test_both_sides_are_the_texts_themselves(old, new):
    sides = diff.sides(old, new)
    assert "".join(piece.text for piece in sides.left) == old
    assert "".join(piece.text for piece in sides.right) == new
    assert {piece.kind for piece in sides.left} <= {"same", "del"}
    assert {piece.kind for piece in sides.right} <= {"same", "ins"}
    assert "".join(texts(sides.left, "same")) == "".join(texts(sides.right, "same"))
