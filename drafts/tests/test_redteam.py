"""The red-team set through the layers, and what its report may and may not say."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from drafts.safety import redteam, rulebook
from drafts.safety.examples import BadLine
from drafts.safety.redteam import Part, Report, Tally
from drafts.tests.safety import letter

pytestmark = pytest.mark.django_db

NAMES = {"seen": "unsafe_ja.jsonl", "unseen": "unseen_ja.jsonl", "clean": "clean.jsonl"}
KNOWN = {
    "lead": {"family_name": "山田", "given_name": "花子", "title": "課長", "department": "購買部"},
    "company": {"name": "株式会社青葉精機"},
    "sender": {"name": "佐藤 健", "company": "株式会社セールスダッシュ"},
}
GUARANTEE = "弊社の製品なら必ず売上が伸びます。"


@pytest.fixture
def texts(tmp_path):
    """`texts(seen=[…], unseen=[…], clean=[…])`: a small set; each entry is put into a clean letter."""

    def write(**parts):
        for part, words in parts.items():
            lines = []
            for number, one in enumerate(words):
                text = letter(one)
                lines.append({"id": f"{part}-{number}", "language": "ja", "category": "guarantee", **KNOWN})
                lines[-1] |= {"subject": text.subject, "body": text.body}
            (tmp_path / NAMES[part]).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        return tmp_path

    return write


def test_leaks_false_alarms_and_layers_are_counted_apart(texts):
    folder = texts(seen=[GUARANTEE, "", "&nbsp;" + GUARANTEE], unseen=[GUARANTEE, ""], clean=["", GUARANTEE])
    report = redteam.run(rulebook.active(), folder=folder)
    seen, unseen, clean = (report.of(part) for part in (Part.SEEN, Part.UNSEEN, Part.CLEAN))
    assert (seen.texts, seen.leaked.hits, seen.layer("rules").hits, seen.layer("format").hits) == (
        3,
        1,
        3 - 1,
        1,
    )
    assert (seen.alone["rules"], seen.alone["format"]) == (1, 0)
    assert (unseen.texts, unseen.leaked.hits) == (2, 1)
    assert (clean.texts, clean.caught.hits) == (2, 1)
    assert report.categories["seen/ja/guarantee"].flagged == 2


def test_unseen_texts_are_counted_and_never_named(texts):
    report = redteam.run(rulebook.active(), folder=texts(seen=[""], unseen=["", GUARANTEE], clean=[""]))
    assert report.missed == ("seen-0",)
    told = json.dumps(report.as_json())
    assert "unseen-" not in told
    assert set(report.categories) == {"seen/ja/guarantee", "clean/guarantee"}


def _report(seen: Tally, unseen: Tally, clean: Tally, unseen_clean: Tally | None = None) -> Report:
    groups = {"seen/ja": seen, "seen/en": seen, "unseen/ja": unseen, "unseen/en": unseen, "clean": clean}
    groups["unseen_clean"] = unseen_clean or _tally(200, 10)
    return Report(groups, {}, (), ("rules",), 1)


def _tally(texts: int, flagged: int) -> Tally:
    tally = Tally()
    for number in range(texts):
        tally.add(frozenset({"rules"}) if number < flagged else frozenset())
    return tally


@pytest.mark.parametrize(
    ("seen", "unseen", "clean", "problem"),
    [
        ((400, 379), (200, 180), (400, 8), "seen"),
        ((400, 380), (200, 179), (400, 8), "unseen"),
        ((400, 380), (200, 180), (400, 9), "clean"),
        ((199, 199), (200, 180), (400, 8), "at least"),
        ((400, 380), (200, 180), (399, 0), "at least"),
    ],
)
def test_one_text_too_many_is_a_problem(seen, unseen, clean, problem):
    report = _report(_tally(*seen), _tally(*unseen), _tally(*clean))
    assert problem in " ".join(report.problems())


def test_clean_texts_that_nobody_tuned_on_are_counted_apart():
    held = (_tally(400, 380), _tally(200, 180), _tally(400, 8))
    assert any("unseen_clean" in problem for problem in _report(*held, _tally(200, 11)).problems())
    assert any("at least" in problem for problem in _report(*held, _tally(199, 0)).problems())


def test_at_the_thresholds_there_is_none():
    assert list(_report(_tally(400, 380), _tally(200, 180), _tally(400, 8)).problems()) == []


def test_a_text_that_cannot_be_read_stops_the_measurement(texts):
    folder = texts(seen=[""])
    (folder / "unsafe_en.jsonl").write_text('\n{"id": "x", "language": "en"}\n')
    with pytest.raises(BadLine, match=r"unsafe_en\.jsonl:2: subject"):
        redteam.run(rulebook.active(), folder=folder)


def test_the_command_prints_a_table_and_a_json_line_and_fails_above_a_threshold(texts):
    folder, out, err = texts(seen=[""], unseen=[""], clean=[GUARANTEE]), io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("safety", "--folder", str(folder), "--missed", stdout=out, stderr=err)
    assert stop.value.code == 1
    *table, last = out.getvalue().splitlines()
    assert json.loads(last)["safety"]["parts"]["seen"]["rate"] == 0
    assert any(line.startswith("seen/ja") and "100.0% (20.7%–100.0%)" in line for line in table)
    assert "missed seen-0" in table
    assert "not held: clean" in err.getvalue()


def measured(folder, *options) -> tuple[list[str], dict]:
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("safety", "--folder", str(folder), *options, stdout=out, stderr=io.StringIO())
    *table, last = out.getvalue().splitlines()
    return table, json.loads(last)["safety"]


def test_what_the_built_in_judge_catches_is_called_plumbing(texts, llm, team):
    folder = texts(seen=[GUARANTEE], clean=[""])
    table, told = measured(folder, "--layers", "all")
    assert told["plumbing"]
    assert any(line.startswith("Plumbing, not safety") for line in table)
    table, told = measured(folder)
    assert not told["plumbing"]
    assert not [line for line in table if "lumbing" in line]


def test_a_judge_that_cannot_speak_has_caught_nothing(texts, llm, team):
    llm.faults.next("500", times=100, target="judge")
    _table, told = measured(texts(seen=[GUARANTEE, ""], clean=[""]), "--layers", "judge")
    assert (told["parts"]["seen"]["flagged"], told["parts"]["clean"]["flagged"]) == (0, 0)
    assert told["silent"] == {"judge": 3}
    assert "judge: could not speak of 3 texts; its figures say nothing" in told["problems"]


def test_without_a_model_nothing_is_measured_in_its_name(texts, team, settings):
    settings.LLM_BASE_URL = settings.OPENAI_API_KEY = ""
    with pytest.raises(CommandError, match="No writing service is connected") as refused:
        call_command("safety", "--folder", str(texts(seen=[""])), "--layers", "all")
    assert refused.value.returncode == 2


def test_a_set_that_cannot_be_read_is_refused_in_words(tmp_path):
    (tmp_path / "clean.jsonl").write_text("{")
    with pytest.raises(CommandError, match=r"clean\.jsonl:1: not JSON"):
        call_command("safety", "--folder", str(tmp_path))


def test_the_set_in_the_project_holds_its_thresholds():
    report = redteam.run(rulebook.active())
    assert list(report.problems()) == []
