"""Files for tests of the import, built in the test that needs them."""

from __future__ import annotations

import csv
import io

from leads.importing.foreground import Report, import_file
from leads.importing.mapping import MappingFile

HEADER = (
    "顧客コード", "氏名", "フリガナ", "会社名", "部署", "役職", "メールアドレス", "電話番号", "都道府県",
    "ステータス",
)  # fmt: skip
TANAKA = (
    "C-1", "田中 健一", "タナカ ケンイチ", "㈱髙﨑製作所Ⅱ－", "営業部", "部長", "Tanaka@Takasaki.example.jp",
    "03-1234-5678", "東京都", "商談中",
)  # fmt: skip
SUZUKI = (
    "C-2", "鈴木 彩", "ｽｽﾞｷ ｱﾔ", "有限会社みずほ工房", "", "", "suzuki@mizuho.example.jp",
    "０６（１２３４）５６７８", "大阪", "新規",
)  # fmt: skip


def text(*rows, delimiter=",", end="\r\n", quoting=csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


def people(*rows) -> bytes:
    """A CP932 file with our column names."""
    return text(HEADER, *(rows or (TANAKA, SUZUKI))).encode("cp932")


def changed(row, **cells):
    """The row with other cells, named by their columns."""
    return tuple(cells.get(name, cell) for name, cell in zip(HEADER, row, strict=True))


def imported(tmp_path, content: bytes, team, by_hand: dict | None = None, **options) -> Report:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    return import_file(path, team=team, by_hand=MappingFile(**by_hand) if by_hand else None, **options)
