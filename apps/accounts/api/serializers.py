"""JSON shapes of a person's own account, and of people as staff see them."""

from typing import Any, ClassVar

from rest_framework import serializers

from apps.accounts.avatars import avatar_url
from apps.accounts.enums import Audience, Role, Scope, TokenKind
from apps.accounts.models import PersonalToken, User
from apps.accounts.names import LONGEST_BIO, LONGEST_DISPLAY
from apps.accounts.reasons import LONGEST as LONGEST_REASON
from apps.accounts.registry import facts
from apps.core.flags import Flag


class MeSerializer(serializers.ModelSerializer[User]):
    """With what apps above know of the person (`apps.accounts.registry.register_fact`)."""

    flags = serializers.SerializerMethodField()
    avatar_url = serializers.SerializerMethodField(help_text="A path on this site; empty without a picture.")
    profile_url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = User
        fields: ClassVar = [
            "id",
            "username",
            "name",
            "email",
            "role",
            "flags",
            "display_name",
            "bio",
            "avatar_url",
            "profile_url",
            "time_zone",
            "language",
            "profile_seen_by",
            "created_at",
        ]

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        for fact in facts():
            fields[fact.name] = fact.serializer(read_only=True)
            fields[fact.name].get_attribute = fact.read
        return fields

    def get_flags(self, person: User) -> list[str]:
        return [flag.value for flag in Flag if person.has_flag(flag)]

    def get_avatar_url(self, person: User) -> str:
        return avatar_url(person.pk, person.avatar)


class ChangeMeSerializer(serializers.Serializer[User]):
    """What somebody may change of themselves; whatever else is sent along changes nothing."""

    display_name = serializers.CharField(max_length=LONGEST_DISPLAY, allow_blank=True, required=False)
    bio = serializers.CharField(max_length=LONGEST_BIO, allow_blank=True, required=False)
    time_zone = serializers.CharField(
        max_length=60, allow_blank=True, required=False, help_text="As Europe/Lisbon; empty: the browser's."
    )
    language = serializers.CharField(
        max_length=12, allow_blank=True, required=False, help_text="As pt-br; empty: the browser's."
    )
    profile_seen_by = serializers.ChoiceField(choices=Audience.choices, required=False)


class PersonSerializer(serializers.ModelSerializer[User]):
    """Somebody as those who manage members see them."""

    active = serializers.BooleanField(source="is_active", help_text="False while the account is disabled.")
    last_login_at = serializers.DateTimeField(source="last_login", allow_null=True)
    profile_url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = User
        read_only_fields: ClassVar = [
            "id",
            "username",
            "name",
            "display_name",
            "email",
            "role",
            "active",
            "disabled_at",
            "disabled_reason",
            "leaving_at",
            "created_at",
            "last_login_at",
            "profile_url",
        ]
        fields = read_only_fields


class ChangePersonSerializer(serializers.Serializer[User]):
    role = serializers.ChoiceField(choices=Role.choices, required=False)
    display_name = serializers.CharField(max_length=LONGEST_DISPLAY, allow_blank=True, required=False)


class ReasonSerializer(serializers.Serializer[User]):
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="Why; it is kept in the activity.")


class TokenSerializer(serializers.ModelSerializer[PersonalToken]):
    """A token without its secret."""

    class Meta:
        model = PersonalToken
        fields: ClassVar = [
            "id",
            "kind",
            "name",
            "scopes",
            "created_at",
            "last_used_at",
            "last_used_from",
            "expires_at",
        ]


class NewTokenSerializer(serializers.Serializer[PersonalToken]):
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices),
        allow_empty=False,
        required=False,
        help_text="Needed for a token; an app password reads and plays.",
    )
    kind = serializers.ChoiceField(choices=TokenKind.choices, required=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Empty: until it is revoked.")


class MadeTokenSerializer(TokenSerializer):
    """The one answer that carries the secret."""

    secret = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields: ClassVar = [*TokenSerializer.Meta.fields, "secret"]
