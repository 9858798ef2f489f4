import apps.catalog.models.policy
import apps.core.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_HOMELY = [
    ("album", "Album"),
    ("book", "Book"),
    ("series", "Series"),
    ("season", "Season"),
    ("playlist", "Playlist"),
    ("board", "Board"),
]


def _access(related_name, **more):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to="catalog.accesspolicy", **more
    )


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0007_former_policies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(model_name="item", name="former_policy"),
        # Twice: a default that asks the database is no business of a migration.
        migrations.AlterField(model_name="item", name="access", field=_access("items")),
        migrations.AlterField(
            model_name="item",
            name="access",
            field=_access("items", default=apps.catalog.models.policy.site_access),
        ),
        migrations.CreateModel(
            name="Collection",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("kind", models.CharField(choices=_HOMELY, max_length=12)),
                ("title", models.CharField(max_length=200)),
                ("slug", models.SlugField(db_index=False, max_length=80)),
                ("summary", models.CharField(blank=True, max_length=2000)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("trashed_at", models.DateTimeField(blank=True, null=True)),
                ("access", _access("collections", default=apps.catalog.models.policy.site_access)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="collections",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        help_text="A season's series.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="children",
                        to="catalog.collection",
                    ),
                ),
                ("policy", _access("+", blank=True, null=True, db_index=False)),
            ],
        ),
        migrations.CreateModel(
            name="PlaylistEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "collection",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="catalog.collection",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="catalog.item"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["collection", "number", "id"], name="entry_in_order")],
                "constraints": [models.UniqueConstraint(fields=("collection", "item"), name="entry_once")],
            },
        ),
        migrations.AddField(
            model_name="collection",
            name="entries",
            field=models.ManyToManyField(related_name="playlists", through="catalog.PlaylistEntry", to="catalog.item"),
        ),
        migrations.AddField(
            model_name="item",
            name="home",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="items",
                to="catalog.collection",
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="home_number",
            field=models.PositiveIntegerField(default=0, help_text="Its place in its home."),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("home__isnull", False)),
                fields=["home", "home_number", "id"],
                name="item_at_home",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("policy__isnull", False)), fields=["policy"], name="item_own_policy"
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("policy", None), ("policy", models.F("access")), _connector="OR"),
                name="item_own_policy_holds",
            ),
        ),
        migrations.AddIndex(
            model_name="collection",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False), ("trashed_at", None)),
                fields=["-id"],
                name="collection_listed",
            ),
        ),
        migrations.AddIndex(
            model_name="collection", index=models.Index(fields=["owner", "-id"], name="collection_mine")
        ),
        migrations.AddIndex(
            model_name="collection",
            index=models.Index(
                condition=models.Q(("policy__isnull", False)), fields=["policy"], name="collection_own_policy"
            ),
        ),
        migrations.AddIndex(
            model_name="collection",
            index=models.Index(
                condition=models.Q(("trashed_at__isnull", False)), fields=["trashed_at"], name="collection_trash"
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _ in _HOMELY])), name="collection_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="collection_has_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", None), ("kind", "season"), _connector="OR"),
                name="collection_season_of_series",
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=models.Q(("policy", None), ("policy", models.F("access")), _connector="OR"),
                name="collection_own_policy_holds",
            ),
        ),
    ]
