"""What was for everyone inherits the site's policy, which is the same; what was for accounts has its own."""

import hashlib
import json

from django.db import migrations


def _row(state, kind):
    spec = {"kind": kind, "rank": None, "tiers": [], "early_access": [], "preview_s": 0}
    digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()
    policies = state.get_model("catalog", "AccessPolicy")
    return policies.objects.get_or_create(digest=digest, defaults={"kind": kind, "spec": spec})[0]


def name_rows(state, editor):
    items = state.get_model("catalog", "Item").objects
    signed_in = _row(state, "signed_in")
    items.filter(former_policy="signed_in").update(policy=signed_in, access=signed_in)
    items.filter(access=None).update(access=_row(state, "public"))


def name_columns(state, editor):
    """What the column cannot say is shut to those without an account, at least."""
    items = state.get_model("catalog", "Item").objects
    items.update(former_policy="signed_in")
    items.filter(access__kind="public").update(former_policy="public")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_policies")]

    operations = [migrations.RunPython(name_rows, name_columns)]
