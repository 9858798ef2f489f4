"""JSON shapes of notifications."""

from typing import Any, ClassVar

from rest_framework import serializers

from apps.notifications.models import Notification


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """`url` is a path on this site, empty where it leads nowhere."""

    class Meta:
        model = Notification
        fields: ClassVar = ["id", "kind", "text", "url", "created_at", "updated_at", "read_at"]
        read_only_fields = fields


class AllReadSerializer(serializers.Serializer[Any]):
    until = serializers.UUIDField(
        required=False, allow_null=True, help_text="The newest that was seen: what came since stays unread."
    )


class CountSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0)


class ChoiceSerializer(serializers.Serializer[Any]):
    """How the caller is told of one kind."""

    kind = serializers.CharField(source="kind.name")
    title = serializers.CharField(source="kind.title")
    on_site = serializers.BooleanField()
    by_mail = serializers.BooleanField()


class ChoiceChangeSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=60)
    on_site = serializers.BooleanField(required=False)
    by_mail = serializers.BooleanField(required=False)
