import apps.core.models
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

_KINDS = [
    ("public", "Everyone"),
    ("signed_in", "Everyone with an account"),
    ("rank", "Members from a rank on"),
    ("tiers", "Members with certain tiers"),
]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_studio")]

    operations = [
        migrations.CreateModel(
            name="AccessPolicy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("kind", models.CharField(choices=_KINDS, max_length=12)),
                ("rank", models.PositiveIntegerField(default=0)),
                (
                    "tiers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                ("preview_s", models.PositiveIntegerField(default=0)),
                ("spec", models.JSONField()),
                (
                    "first_opens_at",
                    models.DateTimeField(blank=True, help_text="The first step of early access.", null=True),
                ),
                ("base_opens", models.BooleanField(default=True, help_text="Whether the base opens by itself.")),
                (
                    "base_waits_for",
                    models.DateTimeField(blank=True, help_text="The step that the base comes after.", null=True),
                ),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "access policy",
                "verbose_name_plural": "access policies",
                "indexes": [models.Index(fields=["seen_at"], name="accesspolicy_age")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["public", "signed_in", "rank", "tiers"])),
                        name="accesspolicy_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opens_at", models.DateTimeField()),
                ("rank", models.PositiveIntegerField(default=0)),
                (
                    "tiers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="catalog.accesspolicy",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["policy", "opens_at"], name="policystep_of_policy")]},
        ),
        migrations.RemoveConstraint(model_name="item", name="item_policy_known"),
        migrations.RenameField(model_name="item", old_name="policy", new_name="former_policy"),
        migrations.AddField(
            model_name="item",
            name="policy",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Its own. Empty: as its home says, or the site.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.accesspolicy",
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="access",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="catalog.accesspolicy",
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="downloads",
            field=models.BooleanField(
                default=True, help_text="Whether those whose tier has downloads may keep the original."
            ),
        ),
    ]
