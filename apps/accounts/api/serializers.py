"""JSON shapes of a person's own account."""

from typing import Any, ClassVar

from rest_framework import serializers

from apps.accounts.enums import Scope
from apps.accounts.models import PersonalToken, User
from apps.accounts.registry import facts
from apps.core.flags import Flag


class MeSerializer(serializers.ModelSerializer[User]):
    """With what apps above know of the person (`apps.accounts.registry.register_fact`)."""

    flags = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields: ClassVar = ["id", "username", "name", "email", "role", "flags"]

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        for fact in facts():
            fields[fact.name] = fact.serializer(read_only=True)
            fields[fact.name].get_attribute = fact.read
        return fields

    def get_flags(self, person: User) -> list[str]:
        return [flag.value for flag in Flag if person.has_flag(flag)]


class TokenSerializer(serializers.ModelSerializer[PersonalToken]):
    """A token without its secret, which is not kept."""

    class Meta:
        model = PersonalToken
        fields: ClassVar = ["id", "name", "scopes", "created_at", "last_used_at", "expires_at"]


class NewTokenSerializer(serializers.Serializer[PersonalToken]):
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), allow_empty=False)


class MadeTokenSerializer(TokenSerializer):
    """The one answer that carries the secret."""

    secret = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields: ClassVar = [*TokenSerializer.Meta.fields, "secret"]
