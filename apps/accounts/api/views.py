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
from apps.accounts.api.serializers import MadeTokenSerializer, MeSerializer, NewTokenSerializer, TokenSerializer
from apps.accounts.enums import Scope
from apps.accounts.models import PersonalToken, User
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
            OpenApiExample("For a script", value={"name": "laptop", "scopes": ["read", "play"]}, request_only=True)
        ],
    )
    def post(self, request: Request) -> Response:
        """Makes a token and answers with its secret, this once. A token cannot make one that may do more than itself."""
        wanted = NewTokenSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        _refuse_to_outgrow(request, wanted.validated_data["scopes"])
        row, secret = create_token(owner=request.user, **wanted.validated_data)  # type: ignore[arg-type]
        return Response({**TokenSerializer(row).data, "secret": secret}, status=status.HTTP_201_CREATED)


class TokenView(APIView):
    @extend_schema(operation_id="tokens_revoke", summary="Revoke a token", request=None, responses={204: None})
    def delete(self, request: Request, token_id: uuid.UUID) -> Response:
        """Revokes one of the person's own tokens."""
        revoke_token(owner=request.user, token_id=token_id)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)
