"""Files into leads: rows per second by what a row holds, and the memory that a large file takes."""

from __future__ import annotations

import csv
import random
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure
from leads import saving
from leads.importing import detect
from leads.importing.foreground import Report, import_file
from leads.models import Lead
from salesdash.models import Membership, Team, User


@dataclass(frozen=True)
class Size:
    rows: int
    one_by_one: int
    large_file_mb: int


SIZES: Final = {"quick": Size(30_000, 300, 50), "full": Size(500_000, 2_000, 199)}
ROWS_PER_SECOND: Final = 5_000
FAMILIES: Final = ("佐藤", "鈴木", "高橋", "田中", "渡辺", "山﨑", "髙橋", "小林", "加藤", "吉田")
GIVEN: Final = ("健一", "美咲", "翔太", "由美子", "大輔", "さくら", "隆", "彩")
PEOPLE: Final = (
    "顧客コード", "氏名", "フリガナ", "会社名", "部署", "役職", "メールアドレス", "電話番号", "業種",
    "ステータス",
)  # fmt: skip


def run(size: str) -> Iterator[Figure]:
    chosen, chance = SIZES[size], random.Random(7)
    team = Team.objects.create(name="Bench")
    with tempfile.TemporaryDirectory() as folder:
        contacts = _file(Path(folder) / "contacts.csv", *_contacts(chosen.rows, chance), encoding="utf-8")
        people = _file(Path(folder) / "people.csv", PEOPLE, _people(chosen.rows, chance), encoding="cp932")
        yield Figure("rows", chosen.rows, "rows")
        yield Figure("one lead at a time", _one_by_one(team, chosen.one_by_one), "leads/s")
        yield _rate("contacts without a name", import_file(contacts, team=team))
        yield _rate("people with companies", import_file(people, team=team))
        again = import_file(people, team=team)
        yield _rate("the same people again", again)
        yield Figure("rows of it taken for new", again.created + again.updated, "rows", 0)
        there = Lead.objects.count() - chosen.one_by_one
        yield Figure("rows lost or doubled", abs(2 * chosen.rows - there), "rows", 0)
        yield from _large(people, Path(folder) / "large.csv", chosen.large_file_mb)


def _rate(figure: str, report: Report) -> Figure:
    return Figure(figure, report.rows_per_second, "rows/s", ROWS_PER_SECOND, at_least=True)


def _one_by_one(team: Team, number: int) -> float:
    """Rows per second through the form's door."""
    user = User.objects.create(username="bench")
    Membership.objects.create(user=user, team=team)
    started = time.perf_counter()
    for i in range(number):
        saving.create_lead(
            team=team,
            user=user,
            company_name=f"株式会社手入力{i % 50}",
            family_name="田中",
            given_name="健一",
            email=f"typed{i}@example.jp",
        )
    return number / (time.perf_counter() - started)


def _large(source: Path, path: Path, megabytes: int) -> Iterator[Figure]:
    header, *lines = source.read_bytes().splitlines(keepends=True)
    with path.open("wb") as file:
        file.write(header)
        for line in cycle(lines):
            if file.tell() > megabytes * 1_000_000:
                break
            file.write(line)
    before, started = _peak_mb(), time.perf_counter()
    with path.open("rb") as stream:
        inspection = detect.inspect(stream)
    elapsed = time.perf_counter() - started
    yield Figure(f"reading {megabytes} MB before the import", inspection.rows / elapsed, "rows/s")
    yield Figure("… memory that it took on top", _peak_mb() - before, "MB", 60)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _file(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, encoding: str) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def _contacts(number: int, chance: random.Random) -> tuple[list[str], Iterator[list[str]]]:
    """Sixteen columns that nothing is known of, and an outcome."""

    def rows() -> Iterator[list[str]]:
        for _ in range(number):
            yield [*(str(chance.randrange(1_000_000)) for _ in range(16)), chance.choice(["yes", "no"])]

    return [*(f"field {i}" for i in range(16)), "outcome"], rows()


def _people(number: int, chance: random.Random) -> Iterator[list[str]]:
    for i in range(number):
        company = chance.randrange(number // 4)
        yield [
            f"C{i:07d}",
            f"{chance.choice(FAMILIES)} {chance.choice(GIVEN)}",
            "タナカ ケンイチ",
            f"株式会社サンプル{company}商事",
            chance.choice(["営業部", "購買部"]),
            chance.choice(["部長", "課長", ""]),
            f"user{i}@sample{company}.example.jp",
            f"03-{chance.randrange(1000, 9999)}-{chance.randrange(1000, 9999)}",
            chance.choice(["製造業", "小売業"]),
            chance.choice(["新規", "対応中", "商談中"]),
        ]
