"""Telling staff what they should know, without telling it over and over."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from apps.jobs.models import Alert

COOL_DOWN = timedelta(seconds=300)


def raise_alert(event: str, *, subject: str = "", details: Mapping[str, Any] | None = None) -> Alert | None:
    """Stores an alert to be sent, unless the same event about the same subject was raised within the cool-down."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4712))", [f"{event}:{subject}"])
        recent = Alert.objects.filter(event=event, subject=subject, created_at__gt=Now() - COOL_DOWN)
        if recent.exists():
            return None
        return Alert.objects.create(event=event, subject=subject, details=dict(details or {}))
