"""Tokens of Django REST framework, which lay there in plain text, become ours: they go on working, hashed."""

from django.db import migrations

MOVE = """
DO $$ BEGIN
    IF to_regclass('authtoken_token') IS NOT NULL THEN
        INSERT INTO salesdash_apitoken (user_id, name, scope, start, digest, created_at)
        SELECT user_id, 'API', 'write', left(key, 10), sha256(convert_to(key, 'UTF8')), created
        FROM authtoken_token;
        DROP TABLE authtoken_token;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("salesdash", "0004_api")]
    # no way back: of a digest, no token can be made
    operations = [migrations.RunSQL(MOVE, migrations.RunSQL.noop)]
