"""`/api/v1/me/` and the person's own tokens."""

import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.api.authentication import scopes_of
from apps.accounts.api.serializers import (
    ChangeMeSerializer,
    MadeTokenSerializer,
    MeSerializer,
    NewTokenSerializer,
    TokenSerializer,
)
from apps.accounts.enums import APP_SCOPES, Scope, TokenKind
from apps.accounts.impersonation import own_hands_only
from apps.accounts.models import PersonalToken, User
from apps.accounts.services.profile import edit_profile
from apps.accounts.services.tokens import create_token, revoke_token
from apps.core.api_schema import errors
from apps.core.errors import NotAllowed


def _refuse_to_outgrow(request: Request, scopes: list[str]) -> None:
    """A token may not make another one that can do more than itself."""
    own = scopes_of(request.auth)
    if own is None or Scope.ADMIN in own:
        return
    beyond = sorted(set(scopes) - set(own))
    if beyond:
        raise NotAllowed(f"This token has no {', '.join(beyond)} scope, so it cannot give it on.", code="missing_scope")


@extend_schema_view(get=extend_schema(operation_id="me_read", summary="Who is asking"))
class MeView(generics.RetrieveAPIView[User]):
    """Who is asking, and what they may do."""

    serializer_class = MeSerializer

    def get_object(self) -> Any:
        return self.request.user

    @extend_schema(
        operation_id="me_change",
        summary="Change one's profile",
        request=ChangeMeSerializer,
        responses={200: MeSerializer},
        examples=[
            OpenApiExample("A name", value={"display_name": "Mila", "time_zone": "Europe/Lisbon"}, request_only=True)
        ],
    )
    def patch(self, request: Request) -> Response:
        """Changes what is sent of these, and nothing else: a role or an address has ways of its own."""
        wanted = ChangeMeSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        person = self.get_object()
        edit_profile(person=person, changes=wanted.validated_data, request=request._request)  # noqa: SLF001
        return Response(self.get_serializer(person).data)


@own_hands_only
@extend_schema_view(get=extend_schema(operation_id="tokens_list", summary="One's own tokens"))
class TokenListView(generics.ListAPIView[PersonalToken]):
    """The person's own tokens, newest first, without their secrets."""

    serializer_class = TokenSerializer
    queryset = PersonalToken.objects.none()

    def get_queryset(self) -> QuerySet[PersonalToken]:
        return PersonalToken.objects.filter(owner_id=self.request.user.pk)

    @extend_schema(
        operation_id="tokens_create",
        summary="Make a token",
        request=NewTokenSerializer,
        responses={201: MadeTokenSerializer, **errors(409)},
        examples=[
            OpenApiExample("For a script", value={"name": "laptop", "scopes": ["read", "play"]}, request_only=True),
            OpenApiExample("For an app", value={"name": "my phone", "kind": "app_password"}, request_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        """Makes a token or an app password and answers with its secret, this once. A token cannot make one that may do more
        than itself.
        """
        wanted = NewTokenSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        told = wanted.validated_data
        is_app = told.get("kind") == TokenKind.APP_PASSWORD
        _refuse_to_outgrow(request, told.get("scopes", list(APP_SCOPES) if is_app else []))
        row, secret = create_token(owner=request.user, request=request._request, **told)  # type: ignore[arg-type] # noqa: SLF001
        return Response({**TokenSerializer(row).data, "secret": secret}, status=status.HTTP_201_CREATED)


@own_hands_only
class TokenView(APIView):
    @extend_schema(operation_id="tokens_revoke", summary="Revoke a token", request=None, responses={204: None})
    def delete(self, request: Request, token_id: uuid.UUID) -> Response:
        """Revokes one of the person's own tokens."""
        revoke_token(owner=request.user, token_id=token_id, request=request._request)  # type: ignore[arg-type] # noqa: SLF001
        return Response(status=status.HTTP_204_NO_CONTENT)
