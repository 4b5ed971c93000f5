"""Names: order, honorifics, letter forms, language marks."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import translation

from salesdash.formatting import names
from salesdash.templatetags import sd


def person(family: str, given: str) -> SimpleNamespace:
    return SimpleNamespace(family_name=family, given_name=given)


@pytest.mark.parametrize(
    ("family", "given", "text"),
    [
        ("田中", "健一", "田中 健一"),
        ("髙橋", "慎太郎", "髙橋 慎太郎"),
        ("山﨑", "隆", "山﨑 隆"),
        ("Müller", "Alexander", "Alexander Müller"),
        ("김", "민준", "김 민준"),
        ("田中", "", "田中"),
        ("", "", ""),
    ],
)
def test_family_name_first_in_east_asian_scripts_only(family, given, text):
    assert names.full_name(family, given) == text


def test_a_title_stands_before_the_name_and_never_takes_the_honorific():
    assert names.salutation("田中", "健一", "部長") == "部長 田中様"
    assert names.salutation("田中", "健一") == "田中様"
    assert names.company_salutation("株式会社青葉精工") == "株式会社青葉精工 御中"


def test_honorific_on_a_japanese_page():
    with translation.override("ja"):
        assert sd.honorific(person("田中", "健一")) == "田中 健一 様"
        assert sd.honorific(person("Müller", "Alexander")) == '<span lang="en">Alexander Müller</span>'


def test_honorific_on_an_english_page_is_the_plain_name_in_its_language():
    with translation.override("en"):
        assert sd.honorific(person("田中", "健一")) == '<span lang="ja">田中 健一</span>'
        assert sd.honorific(person("Müller", "Alexander")) == "Alexander Müller"


def test_a_name_cannot_carry_markup():
    with translation.override("ja"):
        assert "<script>" not in sd.person_name(person("<script>", "alert(1)"))
        assert "<b>" not in sd.person_name(person("<b>田中", "健一"))


def test_a_user_has_a_name_too():
    user = SimpleNamespace(last_name="佐藤", first_name="葵")
    assert sd.person_text(user) == "佐藤 葵"
    assert sd.initial(user) == "佐"


def test_the_initial_of_a_latin_name_is_a_capital():
    assert sd.initial(person("müller", "alexander")) == "A"
    assert sd.initial(person("", "")) == "・"
