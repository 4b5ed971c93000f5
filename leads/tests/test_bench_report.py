"""The benchmark document is written from the lines of `make bench`, and says no more than they do."""

from xml.etree import ElementTree

import pytest

from benchmarks import chart, report
from benchmarks.figures import Fact, Figure, faster

DOCUMENT = """# Benchmarks
By hand.
<!-- figures: bench_x -->
old
<!-- end -->
<!-- figures: bench_y -->
kept
<!-- end -->
"""
FIGURES = [
    Figure("leads", 1_000_000, "leads"),
    faster("all temperatures", 0.1, 24.0, reach=100),
    Figure("hot list", 3.4, "ms", reach=3),
    Figure("lost & found", 0, "rows", reach=0),
    Figure("at 100,000 leads: hot list", 1.2, "ms"),
    Figure("growth: leads", 1_000_000, "leads", baseline=100_000, ratio=10),
    Figure("growth: hot list", 3.4, "ms", baseline=1.2, ratio=3.4 / 1.2),
]


@pytest.fixture
def output():
    lines = [item.line("bench_x") for item in (Fact("machine", "2 cores"), *FIGURES)]
    return "\n".join(["installing …", *lines, "make: done"])


@pytest.fixture
def written(output, tmp_path):
    return report.updated(DOCUMENT, [output], tmp_path)


def test_figures_stand_with_their_reach_and_verdict(written):
    assert "| all temperatures | 100 ms | 24 s | 240 × | ≥ 100 × | held |" in written
    assert "| hot list | 3.4 ms |  |  | ≤ 3 ms | **not held** |" in written
    assert "Not held: hot list." in written
    assert "- machine: 2 cores" in written


def test_words_by_hand_and_other_benchmarks_stay(written):
    assert "By hand." in written
    assert "kept" in written
    assert "old" not in written


def test_growth_has_a_table_of_its_own(written):
    assert "| figure | 100,000 leads | 1,000,000 leads | × |" in written
    assert "| hot list | 1.2 ms | 3.4 ms | 2.8 |" in written
    assert "at 100,000 leads: hot list" not in written


def test_writing_again_changes_nothing(written, output, tmp_path):
    assert report.updated(written, [output], tmp_path) == written


def test_the_chart_is_an_image_of_those_that_have_a_reach(written, tmp_path):
    root = ElementTree.parse(tmp_path / "bench_x.svg").getroot()  # noqa: S314  (our own file)
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "all temperatures" in texts
    assert "113 %" in texts
    assert "leads" not in texts


def test_a_name_with_signs_is_escaped():
    line = {"figure": "a < b & c", "value": 1, "ratio": None, "reach": 2, "at_least": False, "holds": True}
    assert "a &lt; b &amp; c" in chart.draw([line])


def test_a_benchmark_without_a_place_is_told(tmp_path):
    with pytest.raises(SystemExit, match="no place for bench_z"):
        report.updated(DOCUMENT, [Figure("f", 1, "s").line("bench_z")], tmp_path)
