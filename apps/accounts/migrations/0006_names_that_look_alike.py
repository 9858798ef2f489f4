"""Fills `name_look` of those who were there before. What this says of a name may change later; then it is filled anew."""

from django.db import migrations

from apps.accounts.names import look_of


def fill(apps, schema_editor):
    people = apps.get_model("accounts", "User").objects.filter(name_look="")
    for pk, username in people.values_list("pk", "username").iterator(chunk_size=2000):
        people.filter(pk=pk).update(name_look=look_of(username))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_activity_append_only")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
