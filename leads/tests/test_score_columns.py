"""A rebuild writes every column of the score table, those that a later migration adds as well."""

import re

import pytest

from leads import sql
from leads.models import LeadScore

COLUMNS = {field.column for field in LeadScore._meta.concrete_fields}


def test_a_new_table_gets_every_column():
    (inserted,) = re.findall(r"INSERT INTO \{next\}\s*\((.*?)\)", sql.load("next_rows"), re.S)
    assert {name.strip() for name in inserted.split(",")} == COLUMNS


def test_a_row_that_changed_meanwhile_is_replaced_as_a_whole():
    replaced = set(re.findall(r"^\s+(\w+) = EXCLUDED\.\1", sql.load("next_conflict"), re.M))
    assert replaced == COLUMNS - {"lead_id"}


@pytest.mark.parametrize("base", ["base_kept", "base_refitted", "base_recomputed"])
def test_every_source_of_rows_yields_what_is_kept(base):
    computed = {"rank"}
    for column in COLUMNS - computed:
        assert re.search(rf"\b{column}\b", sql.load(base)), column
