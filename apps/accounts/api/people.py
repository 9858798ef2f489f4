"""`/api/v1/people/`: everyone who has an account, for those who manage members."""

from typing import cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.accounts.api.serializers import ChangePersonSerializer, PersonSerializer, ReasonSerializer
from apps.accounts.enums import Scope
from apps.accounts.models import User
from apps.accounts.permissions import check_manage_people
from apps.accounts.services import people
from apps.core.api_schema import errors


class PeopleViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[User]):
    """People, the newest first. Each change asks who may do it to whom: nobody reaches above themselves."""

    serializer_class = PersonSerializer
    queryset = User.objects.none()
    scope_to_read = scope_to_change = Scope.ADMIN
    lookup_value_converter = "uuid"

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        check_manage_people(request.user)

    def get_queryset(self) -> QuerySet[User]:
        found = User.objects.everyone()
        if self.action != "list":
            return found
        asked = self.request.query_params
        if text := asked.get("q", "")[:80]:
            found = found.found_by(text)
        if roles := asked.getlist("role"):
            found = found.in_roles(roles)
        if states := asked.getlist("state"):
            found = found.in_states(states)
        return found

    @extend_schema(
        operation_id="people_list",
        summary="People",
        parameters=[
            OpenApiParameter("q", str, description="How a user name, an e-mail or a name begins."),
            OpenApiParameter("role", str, many=True, description="Any of these roles."),
            OpenApiParameter("state", str, many=True, description="Any of these: active, disabled, leaving."),
        ],
    )
    def list(self, request: Request) -> Response:
        """Everyone who has an account here, the newest first."""
        return super().list(request)

    @extend_schema(operation_id="people_read", summary="One person")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """Who it is, their role, and whether the account is open."""
        return super().retrieve(request)

    @extend_schema(
        operation_id="people_change",
        summary="Give somebody a role or a name",
        request=ChangePersonSerializer,
        responses={200: PersonSerializer, **errors(409)},
        examples=[OpenApiExample("A role", value={"role": "creator"}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Nobody raises anybody above themselves; 409 for the last owner."""
        wanted = ChangePersonSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        changes, person, by = wanted.validated_data, self.get_object(), _who(request)
        with transaction.atomic():
            if "role" in changes:
                person = people.change_role(
                    person_id=person.pk,
                    role=changes["role"],
                    by=by,
                    request=request._request,  # noqa: SLF001
                )
            if "display_name" in changes:
                person = people.rename_display(
                    person_id=person.pk,
                    display_name=changes["display_name"],
                    by=by,
                    request=request._request,  # noqa: SLF001
                )
        return Response(self.get_serializer(person).data)

    @extend_schema(
        operation_id="people_disable",
        summary="Disable an account",
        request=ReasonSerializer,
        responses={200: PersonSerializer, **errors(409)},
    )
    @action(detail=True, methods=["post"])
    def disable(self, request: Request, pk: UUID) -> Response:
        """Ends sign-ins, sockets and tokens at once, playback within ten seconds. Nothing is deleted; 409 for the last owner."""
        person, reason = self.get_object(), _reason(request)
        done = people.disable(person_id=person.pk, reason=reason, by=_who(request), request=request._request)  # noqa: SLF001
        return Response(self.get_serializer(done).data)

    @extend_schema(
        operation_id="people_enable",
        summary="Enable an account",
        request=ReasonSerializer,
        responses={200: PersonSerializer, **errors(409)},
    )
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, pk: UUID) -> Response:
        """Opens a disabled account again; its owner has to sign in anew."""
        person, reason = self.get_object(), _reason(request)
        done = people.enable(person_id=person.pk, reason=reason, by=_who(request), request=request._request)  # noqa: SLF001
        return Response(self.get_serializer(done).data)


def _who(request: Request) -> User:
    return cast("User", request.user)


def _reason(request: Request) -> str:
    told = ReasonSerializer(data=request.data)
    told.is_valid(raise_exception=True)
    return str(told.validated_data["reason"])
