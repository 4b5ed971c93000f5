"""`manage.py import_leads`."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from leads.models import ImportJob, Lead
from leads.tests.import_files import people, text

pytestmark = pytest.mark.django_db


def run(path, *options) -> str:
    out = StringIO()
    call_command("import_leads", str(path), *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def listed(tmp_path, team):
    path = tmp_path / "list.csv"
    path.write_bytes(people())
    return path


def test_counts_reconcile_in_words(listed):
    said = run(listed)
    assert "cp932, comma" in said
    assert "read 2 = created 2 + updated 0 + unchanged 0 + rejected 0" in said
    assert "商談中 → meeting" in said


def test_counts_reconcile_as_json(listed, team, other_team):
    report = json.loads(run(listed, "--json", "--team", "West"))
    assert (report["read"], report["created"], report["team"]) == (2, 2, other_team.name)
    assert Lead.objects.filter(team=other_team).count() == 2


def test_the_first_team_is_meant_if_none_is_named(listed, team, other_team):
    assert json.loads(run(listed, "--json"))["team"] == team.name


def test_dry_run(listed):
    assert "nothing was written" in run(listed, "--dry-run")
    assert not Lead.objects.exists()
    assert not ImportJob.objects.exists()


def test_mapping_file(tmp_path, listed):
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"columns": {"氏名": ""}, "stages": {"新規": "won"}}), encoding="utf-8")
    report = json.loads(run(listed, "--mapping", str(mapping), "--json"))
    assert report["columns"]["氏名"] == ""
    assert Lead.objects.filter(stage="won", family_name="").count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04rest", "This is an Excel workbook"),
        (b"<html></html>", "This is a web page"),
        (text(["a", "b"], ["1", "2"]).encode()[:-4], "breaks off at line 2"),
    ],
)
def test_an_unreadable_file_is_one_clear_line_and_nothing_written(tmp_path, team, content, said):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        run(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.returncode != 0
    assert not ImportJob.objects.exists()


def test_a_missing_file_and_an_unknown_team(tmp_path, listed):
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "nosuch.csv")
    with pytest.raises(CommandError, match="東日本営業部"):
        run(listed, "--team", "North")


def test_without_any_team(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(people())
    with pytest.raises(CommandError, match="no team yet"):
        run(path)
