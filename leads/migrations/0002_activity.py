"""The activity table: hash-partitioned by lead, created by hand because Django cannot declare partitions."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

PARTITIONS = 32

CREATE = """
CREATE TABLE leads_activity (
    lead_id bigint NOT NULL,
    source varchar(40) NOT NULL,
    external_id varchar(120) NOT NULL,
    type smallint NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    properties jsonb NOT NULL,
    delivery_id bigint,
    actor_id bigint,
    CONSTRAINT leads_activity_pkey PRIMARY KEY (lead_id, source, external_id)
) PARTITION BY HASH (lead_id);
CREATE INDEX activity_lead_time ON leads_activity (lead_id, occurred_at) INCLUDE (type);
CREATE INDEX activity_occurred_brin ON leads_activity USING brin (occurred_at) WITH (pages_per_range = 32);
""" + "".join(
    f"CREATE TABLE leads_activity_{n:02d} PARTITION OF leads_activity"
    f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {n});\n"
    # the planner cannot guess how many leads a sample of a skewed table stands for
    f"ALTER TABLE leads_activity_{n:02d} ALTER COLUMN lead_id SET (n_distinct = -0.02);\n"
    for n in range(PARTITIONS)
)


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, "DROP TABLE leads_activity")],
            state_operations=[
                migrations.CreateModel(
                    name="Activity",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "lead_id",
                                "source",
                                "external_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("source", models.CharField(max_length=40, verbose_name="source")),
                        ("external_id", models.CharField(max_length=120, verbose_name="external id")),
                        (
                            "type",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "Opened a mail"),
                                    (2, "Clicked a link in a mail"),
                                    (3, "Replied"),
                                    (4, "Viewed a page"),
                                    (5, "Viewed the pricing page"),
                                    (6, "Requested a document"),
                                    (7, "Attended a webinar"),
                                    (8, "Booked a meeting"),
                                    (9, "Call: connected"),
                                    (10, "Call: absent"),
                                    (11, "Call: call back later"),
                                    (12, "Sent a form"),
                                    (13, "We sent a mail"),
                                    (14, "Mail bounced"),
                                    (15, "Opted out"),
                                    (16, "Mail opened by a machine"),
                                    (17, "Link clicked by a machine"),
                                    (18, "Meeting took place"),
                                    (24, "Adjusted by hand"),
                                ],
                                verbose_name="type",
                            ),
                        ),
                        ("occurred_at", models.DateTimeField(verbose_name="occurred at")),
                        ("received_at", models.DateTimeField(verbose_name="received at")),
                        ("properties", models.JSONField(default=dict, verbose_name="properties")),
                        ("delivery_id", models.BigIntegerField(null=True, verbose_name="delivery")),
                        ("actor_id", models.BigIntegerField(null=True, verbose_name="by")),
                        (
                            "lead",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="activities",
                                to="leads.lead",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "activity",
                        "verbose_name_plural": "activities",
                    },
                ),
                migrations.AddIndex(
                    model_name="activity",
                    index=models.Index(
                        fields=["lead", "occurred_at"], include=("type",), name="activity_lead_time"
                    ),
                ),
            ],
        ),
        # room for HOT updates: a score row changes often, its indexed columns seldom
        migrations.RunSQL(
            "ALTER TABLE leads_leadscore SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05)",
            migrations.RunSQL.noop,
        ),
    ]
