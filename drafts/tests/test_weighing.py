"""Weights of words and topics, summed over a sentence."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from drafts.models import SafetyRules
from drafts.safety import rulebook, weighing
from drafts.safety.hits import Hit
from drafts.safety.normal import clean
from drafts.safety.weighing import Names, Weights
from drafts.tests.safety import codes, context, flagged, letter

WEIGHTS = {
    "en": Weights({"idiot": 4.0, "~record": -3.0, "#insult": 2.0, "##insult": 1.0, "{r}": 1.0}, -2.0, 0.0),
    "ja": Weights({"愚か": 4.0, "記録": -4.0, "#threat": 3.0}, -2.0, 0.0),
}


NOBODY = Names()


def weighed(words: str, *topics: Hit, names: Names = NOBODY, spared=()) -> list[tuple[str, str]]:
    view = clean(words)
    hits = weighing.find(view, WEIGHTS, topics, names, list(spared))
    return [(hit.code, view.text[hit.start : hit.end]) for hit in hits]


def test_a_sentence_that_weighs_too_much_is_flagged_alone():
    assert weighed("Hello there. You idiot. Goodbye now.") == [("wording", "You idiot.")]


def test_words_of_good_mails_count_against_it():
    assert weighed("The idiot records are here.") == []
    assert weighed("愚かです。") == [("wording", "愚かです。")]
    assert weighed("愚かな記録です。") == []


def test_a_topic_gives_the_reason_its_name():
    assert weighed("倉庫が燃えますよ。", Hit("threat", 3, 6)) == [("threat", "倉庫が燃えますよ。")]
    assert weighed("倉庫が燃えますよ。") == []


def test_a_topic_in_another_sentence_lends_nothing():
    assert weighed("倉庫です。よろしくお願いします。", Hit("threat", 6, 8)) == [
        ("threat", "よろしくお願いします。")
    ]
    assert weighed("倉庫です。", Hit("threat", 40, 42)) == []


def test_a_topic_found_twice_weighs_more():
    once, twice = Hit("insult", 0, 3), Hit("insult", 4, 7)
    assert weighed("one two three", once) == []
    assert weighed("one two three", once, twice) == [("insult", "one two three")]


def test_a_topic_inside_a_name_is_none():
    assert weighed("倉庫が燃えますよ。", Hit("threat", 3, 6), spared=[(3, 6)]) == []


def test_names_and_numbers_are_alike_whatever_they_are():
    one = set(weighing.terms("Anna has 17 files", "en", Names(reader=("Anna",))))
    other = set(weighing.terms("Northwind Traders has 9 files", "en", Names(reader=("Northwind Traders",))))
    assert one == other
    assert "{r}" in one
    assert "{w} 0" in set(weighing.terms("Ken 5", "en", Names(writer=("Ken",))))


def test_a_name_is_not_looked_for_inside_words():
    assert "{r}" not in set(weighing.terms("an analysis", "en", Names(reader=("Ana",))))


@pytest.mark.parametrize(
    "guise", ["You ｉｄｉｏｔ.", "You іdіоt.", "You id\u200biot.", "You &#105;diot.", "You IDIOT."]
)
def test_a_disguised_word_weighs_as_much(guise):
    assert weighed(guise) == [("wording", clean(guise).text)]


@pytest.mark.parametrize("guise", ["愚\u200bかです。", "愚 か です。", "愚・かです。"])
def test_japanese_letters_apart_weigh_as_much(guise):
    assert weighed(guise) == [("wording", clean(guise).text)]


def test_a_heavy_sentence_lends_another_some_of_its_weight():
    alone, beside = Weights({}, 0.0, 0.0), Weights({}, 0.0, 0.0, support=0.5)
    assert alone.supported([2.0, 1.0, -3.0]) == [2.0, 1.0, -3.0]
    assert beside.supported([2.0, 1.0, -3.0]) == [2.5, 2.0, -2.0]
    # no company counts as a harmless one
    assert beside.supported([2.0]) == [1.5]
    assert beside.supported([2.0, -3.0]) == [1.5, -2.0]
    assert beside.supported([2.0, 2.0]) == [3.0, 3.0]


@pytest.mark.django_db
class TestShipped:
    def test_what_no_word_list_knows_is_flagged_and_shown(self):
        words = "お断りになる前に、お子さんの帰り道のことをよくお考えください。"
        assert codes(letter(words), "rules", context())
        assert any("お子さん" in place for place in flagged(letter(words), "rules", context()))

    @pytest.mark.parametrize(
        "words",
        [
            "ゴキブリの駆除と毒餌の設置の記録を紙に残しておられると伺いました。",
            "死亡保険金の請求書類の電子化についてご相談をいただきました。",
            "がん検診のお知らせの送り先が重なるとのことでした。",
        ],
    )
    def test_a_readers_own_topic_is_none_of_ours(self, words):
        assert codes(letter(words), "rules", context()) == set()

    def test_rules_without_weights_weigh_nothing(self):
        rules = SafetyRules(version=7, banned=[], promises=[], allowed=[])
        assert rulebook.compile_rules(rules).weights == {}

    def test_weights_of_a_version_that_was_in_force_stay(self):
        for column in ("weights", "statements"):
            with pytest.raises(IntegrityError, match="was in force"), transaction.atomic():
                SafetyRules.objects.filter(status="active").update(**{column: []})

    def test_a_pattern_with_a_topic_flags_nothing_by_itself(self):
        entry = {"pattern": "青空", "language": "ja", "code": "threat", "topic": "threat"}
        rules = SafetyRules(version=7, banned=[], promises=[entry], allowed=[])
        book = rulebook.compile_rules(rules)
        assert (len(book.promises), len(book.topics)) == (0, 1)
        assert codes(letter("青空です。"), "rules", context(rules=book)) == set()
