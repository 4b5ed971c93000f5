"""Words that stand for each other, and what a sentence has of them."""

from __future__ import annotations

import pytest

from drafts.models import SafetyRules
from drafts.safety import rulebook, weighing, wordclasses
from drafts.safety.normal import clean
from drafts.safety.weighing import Names, Weights
from drafts.safety.wordclasses import WordClasses

EN = WordClasses.of({"family": "wife son", "harm": "burn hurt", "you": "your you"})
JA = WordClasses.of({"family": "奥様 息子", "harm": "燃 痛い目", "home": "奥"})


def of_sentence(words: str, language: str, names: Names | None = None) -> set[str]:
    view = clean(words)
    classes = EN if language == "en" else JA
    start, end = 0, len(view.text)
    return set(weighing.class_terms(view.text, start, end, language, classes, names or Names()))


def test_words_of_one_class_are_alike():
    assert of_sentence("Think of your wife.", "en") == of_sentence("Think of your son.", "en")
    assert of_sentence("奥様が待っています。", "ja") == of_sentence("息子が待っています。", "ja")


def test_pairs_are_found_in_any_order_and_close_ones_in_theirs():
    found = of_sentence("We burn a lot, and by the way you have a lovely wife.", "en")
    assert {"@family", "@harm", "@you", "@family&harm", "@you>family"} - found == {"@you>family"}
    assert "@you>family" in of_sentence("your dear wife", "en")
    assert "@family>you" not in of_sentence("your dear wife", "en")


@pytest.mark.parametrize("form", ["burn", "burns", "burned", "burning", "BURN"])
def test_inflected_forms_count(form):
    assert "@harm" in of_sentence(f"They {form} it.", "en")


def test_a_class_is_no_part_of_a_word():
    assert of_sentence("A season of burnt sienna", "en") == set()


def test_the_longest_japanese_word_counts_and_only_where_one_begins():
    assert of_sentence("奥様です。", "ja") == {"@family"}
    assert of_sentence("奥です。", "ja") == {"@home"}
    # 痛い目 begins inside no other word
    assert "@harm" in of_sentence("痛い目を見ます。", "ja")


def test_the_readers_name_has_no_class():
    assert of_sentence("Dear Ms Burn", "en", Names(reader=("Burn",))) == set()


def test_a_typographic_apostrophe_is_one():
    classes = WordClasses.of({"not": "don't"})
    assert list(wordclasses.terms(classes.english("we don’t"))) == ["@not"]


def test_classes_weigh_like_words():
    weights = {"en": Weights({"@you>family": 3.0}, -1.0, 0.0, EN)}
    view = clean("Good day. Your wife called. My wife called.")
    hits = weighing.find(view, weights, [], Names(), [])
    assert [view.text[hit.start : hit.end] for hit in hits] == ["Your wife called."]


def test_rules_without_classes_have_none():
    entry = {"base": 0, "flag_above": 0, "terms": {}}
    rules = SafetyRules(version=7, banned=[], promises=[], allowed=[], weights={"en": entry})
    assert rulebook.compile_rules(rules).weights["en"].classes is None
