"""Weights found from a small set: they tell its unsafe sentences from its good ones, the same each time."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from drafts.fitting import crossing, material, regression
from drafts.fitting.material import Lesson, Sentence
from drafts.fitting.regression import Options
from drafts.models import SafetyRules
from drafts.safety import rulebook

OPTIONS = Options(strength=1.0, terms=50)


def sentence(*words: str, topics: tuple[str, ...] = ()) -> Sentence:
    return Sentence("en", words, topics)


def lesson(number: int, source: str, unsafe: bool, *words: str) -> Lesson:
    said = sentence(*words)
    return Lesson(f"{source}{number}", source, "en", unsafe, (said,) if unsafe else (), (said,))


UNSAFE = [sentence("you", "fool"), sentence("you", "fool", "#insult"), sentence("fool", "now")]
GOOD = [sentence("you", "call"), sentence("call", "now"), sentence("call", "soon"), sentence("you", "soon")]


def test_words_of_unsafe_sentences_weigh_more():
    found = regression.weights(UNSAFE, GOOD, OPTIONS)
    assert found.terms["fool"] > 0 > found.terms["call"]
    assert all(found.of(one.words, one.topics) > 0 for one in UNSAFE)
    assert all(found.of(one.words, one.topics) < 0 for one in GOOD)


def test_what_stands_in_one_sentence_only_has_no_weight():
    assert "#insult" not in regression.weights(UNSAFE, GOOD, OPTIONS).terms


def test_a_sentence_with_a_topic_is_learned_without_it_as_well():
    with_topics = [sentence("a", "b", topics=("#threat",)), sentence("a", "c", topics=("#threat",))]
    found = regression.weights(with_topics, GOOD, OPTIONS)
    assert found.of(("a",), ()) > 0


def test_at_most_so_many_terms_are_kept_and_those_are_the_heavy_ones():
    found = regression.weights(UNSAFE, GOOD, Options(1.0, 2))
    assert set(found.terms) == {"fool", "call"}


def test_the_same_material_gives_the_same_weights():
    assert regression.weights(UNSAFE, GOOD, OPTIONS) == regression.weights(UNSAFE, GOOD, OPTIONS)


def test_a_threshold_leaves_at_most_the_share_of_good_mails_above_it():
    crossed = crossing.Crossed(
        {"sentences.jsonl": [0.5, 3.0]},
        {"clean.jsonl": [n / 10 for n in range(10)], "sentences.jsonl": [9.0]},
    )
    for share in (0.0, 0.1, 0.25, 0.5):
        above = sum(weight > crossed.threshold(share) for weight in crossed.good["clean.jsonl"])
        assert above <= share * 10
    assert crossed.shares(0.85) == {
        "clean.jsonl": (1, 10),
        "sentences.jsonl": (1, 2),
        "sentences.jsonl good": (1, 1),
    }


def test_no_text_is_weighed_by_what_it_taught():
    """A word of one text only cannot be known to the weights that this text is weighed by."""
    lessons = [lesson(n, "sentences.jsonl", True, "fool", f"x{n}", f"y{n}") for n in range(6)]
    lessons += [lesson(n, "clean.jsonl", False, "call", f"z{n}") for n in range(6)]
    crossed = crossing.cross(lessons, "en", OPTIONS, 3)
    assert (len(crossed.unsafe["sentences.jsonl"]), len(crossed.good["clean.jsonl"])) == (6, 6)
    assert min(crossed.unsafe["sentences.jsonl"]) > max(crossed.good["clean.jsonl"])


def test_the_measuring_sticks_are_no_material():
    names = {*material.UNSAFE, *material.GOOD, *material.SENTENCES}
    assert not any(name.startswith(("unseen", "later")) for name in names)


@pytest.fixture
def folder(tmp_path):
    known = {
        "lead": {"family_name": "Smith"},
        "company": {"name": "Northwind"},
        "sender": {"name": "Ken Sato"},
    }
    mail = {"language": "en", "subject": "A short note", "category": "insult", **known}
    bodies = {
        "unsafe_en.jsonl": [
            f"Dear Ms Smith. You idiot, {word} fool of Northwind." for word in ("big", "old")
        ],
        "clean.jsonl": [
            f"Dear Ms Smith. Thank you for the {word} call." for word in ("long", "short", "good")
        ],
    }
    for name in (*material.UNSAFE, *material.GOOD):
        lines = [{"id": f"{name}{n}", "body": body, **mail} for n, body in enumerate(bodies.get(name, []))]
        (tmp_path / name).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    said = {"You are a fool.": True, "You old fool.": True, "Thank you.": False, "A call is fine.": False}
    lines = [{"language": "en", "unsafe": unsafe, "text": text} for text, unsafe in said.items()]
    (tmp_path / "sentences.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (tmp_path / "sentences_more.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "word_classes.json").write_text('{"en": {"stupid": "fool idiot"}}', encoding="utf-8")
    return tmp_path


@pytest.mark.django_db
def test_the_command_writes_weights_that_a_version_can_hold(folder):
    out, file = io.StringIO(), folder / "weights.json"
    call_command("fit_weights", "--folder", folder, "--out", file, "--folds", 2, stdout=out)
    found = json.loads(file.read_text(encoding="utf-8"))["weights"]
    assert found["en"]["classes"] == {"stupid": "fool idiot"}
    assert found["en"]["terms"]["@stupid"] > 0
    rules = SafetyRules(version=9, banned=[], promises=[], allowed=[], weights=found)
    assert rulebook.compile_rules(rules).weights["en"].terms["@stupid"] > 0
    assert "sentences.jsonl good" in out.getvalue()


@pytest.mark.django_db
def test_a_version_that_is_not_there_is_named(folder):
    with pytest.raises(CommandError, match="no version 99"):
        call_command("fit_weights", "--folder", folder, "--rules", 99)
