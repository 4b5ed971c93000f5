"""A text that is clean already is taken as it is; the short way there never differs from the long one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drafts.safety import normal

# what the long way is for: entities, tags, marks, fillers, other forms of letters
TRICKY = "&<>;amp#x20\n\t\r ﾞﾟ゛\u0301\u200b\u00ad\ufe0f\u3164\u115fｱﾊ㈱①Ａéがカー〜\U000e0041\ud800"


@given(st.text(st.one_of(st.sampled_from(TRICKY), st.characters()), max_size=30))
@example("カ\u3099")
@example("\u1100\u1161")
@example("<b>値</b>引き &amp;#27515;")
def test_the_short_way_says_what_the_long_one_says(text):
    assert normal.clean(text) == normal._cleaned(text)


@pytest.mark.parametrize(
    "text", ["佐藤様\n\nお世話になっております。", "Dear Ms. Sato,\n\nThank you — 3 visits."]
)
def test_usual_texts_take_the_short_way(text):
    assert normal._is_clean(text)


@given(st.text(st.sampled_from("aあア ・-\nー.*"), max_size=20))
def test_what_is_squeezed_knows_its_places(text):
    tight = normal.squeezed(normal.as_it_is(text))
    assert [text[start:end] for start, end in zip(tight.starts, tight.ends, strict=True)] == list(tight.text)
    assert not [char for char in tight.text if char != "\n" and normal._SEPARATORS.match(char)]
    assert tight.text.count("\n") == text.count("\n")
