"""Groups of conditions are read as sentences, in both languages."""

import pytest
from django.utils import translation

from leads.conditions import tree
from leads.conditions.words import Names, words

pytestmark = pytest.mark.django_db
SENTENCES = [
    ("name:has:田", "氏名に「田」を含む", "Name contains “田”"),
    ("title:is:部長", "役職が「部長」と一致", "Job title equals “部長”"),
    ("title:starts:部", "役職が「部」で始まる", "Job title starts with “部”"),
    ("employees:ge:1000", "従業員数が1,000以上", "Employees is at least 1,000"),
    ("employees:between:10,50", "従業員数が10〜50", "Employees is in the range 10–50"),
    ("stage:in:new,won", "段階が新規、受注のいずれか", "Stage is any of New, Won"),
    ("owner:in:me", "担当が自分", "Owner is me"),
    ("title:empty", "役職 空欄", "Job title is empty"),
    ("activity:last:7", "最終行動 過去7日以内", "Last activity in the last 7 days"),
]


@pytest.mark.parametrize(("text", "japanese", "english"), SENTENCES)
def test_a_condition_of_a_group(rep, text, japanese, english):
    group = tree.read(f"any({text};due:week)")
    with translation.override("ja"):
        assert words(group, Names(rep)).value.startswith(f"{japanese}、または")
    with translation.override("en"):
        assert words(group, Names(rep)).value.startswith(f"{english} or ")
