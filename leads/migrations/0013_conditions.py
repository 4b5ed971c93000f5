"""Values of imported attributes, equal in conditions, orders and indexes; saved views with order and columns."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations, models

_YEAR, _MONTH, _DATE = (
    r"^\s*([0-9]{4})[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}(?![0-9])",
    r"^\s*[0-9]{4}[-/.年]([0-9]{1,2})[-/.月][0-9]{1,2}(?![0-9])",
    r"^\s*[0-9]{4}[-/.年][0-9]{1,2}[-/.月]([0-9]{1,2})(?![0-9])",
)
YES = (
    "yes",
    "y",
    "true",
    "t",
    "1",
    "on",
    "はい",
    "有",
    "有り",
    "あり",
    "可",
    "済",
    "済み",
    "○",
    "◯",
    "〇",
    "✓",
)
NO = ("no", "n", "false", "f", "0", "off", "いいえ", "無", "無し", "なし", "不可", "未", "×", "✗")


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


# Bodies that the planner can inline; all that they call is immutable. None answers NULL: a value that is missing
# sorts before all others, and one index serves conditions and orders. What is plain already goes the short way.
CREATE = f"""
CREATE FUNCTION leads_text(value text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN value IS NULL THEN ''
         WHEN octet_length(value) = char_length(value) THEN lower(btrim(value))
         ELSE lower(btrim(normalize(value, NFKC))) END;

-- as much of it as an index can hold
CREATE FUNCTION leads_key(value text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    left(CASE WHEN value IS NULL THEN ''
              WHEN octet_length(value) = char_length(value) THEN lower(btrim(value))
              ELSE lower(btrim(normalize(value, NFKC))) END, 200);

CREATE FUNCTION leads_number(value text)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN value ~ '^-?[0-9]{{1,15}}([.][0-9]{{1,6}})?$' THEN value::float8
         ELSE COALESCE(substring(
             translate(normalize(value, NFKC), '−,¥円% ' || chr(9), '-')
             FROM '^[+-]?[0-9]{{1,15}}(?:[.][0-9]{{1,6}})?$')::float8, '-infinity'::float8) END;

CREATE FUNCTION leads_day(value text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN value ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}($|[^0-9])' THEN left(value, 10)
         ELSE COALESCE(
             substring(normalize(value, NFKC) FROM '{_YEAR}')
             || '-' || lpad(substring(normalize(value, NFKC) FROM '{_MONTH}'), 2, '0')
             || '-' || lpad(substring(normalize(value, NFKC) FROM '{_DATE}'), 2, '0'), '') END;

CREATE FUNCTION leads_yes_no(value text)
RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN lower(btrim(normalize(value, NFKC))) IN ({_list(YES)}) THEN 1::smallint
         WHEN lower(btrim(normalize(value, NFKC))) IN ({_list(NO)}) THEN 0::smallint ELSE (-1)::smallint END;
"""
DROP = """
DROP FUNCTION leads_yes_no(text);
DROP FUNCTION leads_day(text);
DROP FUNCTION leads_number(text);
DROP FUNCTION leads_key(text);
DROP FUNCTION leads_text(text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0012_lead_edits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.CreateModel(
            name="Attribute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="attribute")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number"),
                            ("date", "Date"),
                            ("yes_no", "Yes or no"),
                        ],
                        default="text",
                        max_length=8,
                        verbose_name="read as",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("plain", "Without an index"),
                            ("queued", "Index requested"),
                            ("building", "Index is being built"),
                            ("ready", "Indexed"),
                            ("removing", "Index is being removed"),
                            ("failed", "Index failed"),
                        ],
                        default="plain",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=400, verbose_name="error")),
                ("asked_by_name", models.CharField(blank=True, max_length=200, verbose_name="asked for by")),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
            ],
            options={
                "verbose_name": "attribute of leads",
                "verbose_name_plural": "attributes of leads",
                "ordering": ["name"],
            },
        ),
        migrations.RemoveConstraint(model_name="savedview", name="view_name_once"),
        migrations.AddField(
            model_name="savedview",
            name="columns",
            field=models.JSONField(blank=True, default=list, verbose_name="columns"),
        ),
        migrations.AddField(
            model_name="savedview",
            name="deleted_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="deleted at"),
        ),
        migrations.AddField(
            model_name="savedview",
            name="sort",
            field=models.CharField(blank=True, max_length=160, verbose_name="order"),
        ),
        migrations.AddField(
            model_name="savedview",
            name="updated_at",
            field=models.DateTimeField(auto_now=True, verbose_name="updated at"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=("owner", "name"),
                name="view_name_once",
            ),
        ),
    ]
