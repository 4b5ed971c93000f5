from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("drafts", "0034_sending_by_smtp")]

    operations = [
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=400, unique=True, verbose_name="mailbox")),
                ("uid_validity", models.BigIntegerField(default=0, verbose_name="UIDVALIDITY")),
                ("last_uid", models.BigIntegerField(default=0, verbose_name="read up to UID")),
                ("lease_token", models.UUIDField(editable=False, null=True)),
                ("lease_until", models.DateTimeField(editable=False, null=True)),
                ("tried_at", models.DateTimeField(null=True, verbose_name="tried at")),
                ("succeeded_at", models.DateTimeField(null=True, verbose_name="last read at")),
                ("retry_at", models.DateTimeField(null=True, verbose_name="next try at")),
                ("error_code", models.CharField(blank=True, max_length=40, verbose_name="error")),
                ("replies", models.PositiveIntegerField(default=0, verbose_name="replies")),
                ("bounces", models.PositiveIntegerField(default=0, verbose_name="bounces")),
                ("complaints", models.PositiveIntegerField(default=0, verbose_name="complaints")),
                ("automatic", models.PositiveIntegerField(default=0, verbose_name="automatic answers")),
                ("unrelated", models.PositiveIntegerField(default=0, verbose_name="unrelated mails")),
            ],
            options={"verbose_name": "mailbox", "verbose_name_plural": "mailboxes", "ordering": ["name"]},
        )
    ]
