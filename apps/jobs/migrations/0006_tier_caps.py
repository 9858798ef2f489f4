"""A cap that somebody's membership brings, beside the one that staff set for them; the claim's functions learn of it."""

from importlib import import_module

from django.db import migrations, models

_BEFORE = import_module("apps.jobs.migrations.0002_claims").CLAIM.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
_AFTER = _BEFORE.replace("coalesce(t.cap,", "coalesce(t.cap, t.tier_cap,")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0005_request_ids")]

    operations = [
        migrations.AddField(
            model_name="turn",
            name="tier_cap",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="What their membership brings; a cap goes before it.", null=True
            ),
        ),
        migrations.RunSQL(_AFTER, _BEFORE),
    ]
