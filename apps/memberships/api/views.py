"""`/api/v1/tiers/`, `/api/v1/grants/` and `/api/v1/gifts/`."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission, IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.accounts.api.authentication import HasScope
from apps.accounts.enums import Scope
from apps.accounts.models import User
from apps.core import rates
from apps.core.api_schema import errors
from apps.core.keyset import uuid_or_none
from apps.core.pagination import CursorPagination
from apps.memberships.api.serializers import (
    ClaimSerializer,
    GiftSerializer,
    GrantChangeSerializer,
    GrantSerializer,
    MadeGiftSerializer,
    NewGiftSerializer,
    NewGrantSerializer,
    NewTierSerializer,
    ReasonSerializer,
    TierChangeSerializer,
    TierSerializer,
)
from apps.memberships.find import find_person, find_tier
from apps.memberships.models import Gift, Grant, Tier
from apps.memberships.permissions import can_manage_members
from apps.memberships.services.complimentary import give_away
from apps.memberships.services.gifts import claim_gift, find_gift, link_of, make_gift, withdraw_gift
from apps.memberships.services.hold import change_grant, pause_grant, resume_grant, revoke_grant
from apps.memberships.services.tiers import archive_tier, change_tier, create_tier, delete_tier, restore_tier
from apps.memberships.services.trial import start_trial


class ManagesMembers(BasePermission):
    """For those who look after the members of the site."""

    message = "Only those who look after the members of this site may do that."
    code = "not_allowed"

    def has_permission(self, request: Request, view: Any) -> bool:
        return can_manage_members(request.user)


class TierPages(CursorPagination):
    """From the lowest rank to the highest."""

    ordering: Any = ("rank", "id")


def _caller(request: Request) -> Any:
    return request.user


class TierViewSet(GenericViewSet[Tier]):
    """What can be had here. Those who look after the members see all, the unlisted and the archived ones too."""

    permission_classes = (IsAuthenticatedOrReadOnly, HasScope)
    scope_to_change = Scope.ADMIN
    serializer_class = TierSerializer
    pagination_class = TierPages
    queryset = Tier.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Tier]:
        return Tier.objects.all() if can_manage_members(self.request.user) else Tier.objects.offered()

    def _tier(self, pk: UUID) -> Tier:
        return get_object_or_404(self.get_queryset(), pk=pk)

    @extend_schema(summary="Tiers", responses=TierSerializer(many=True))
    def list(self, request: Request) -> Response:
        """From the lowest rank to the highest."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(operation_id="tiers_read", summary="One tier")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """What it costs, what it brings."""
        return Response(self.get_serializer(self._tier(pk)).data)

    @extend_schema(
        operation_id="tiers_create",
        summary="Make a tier",
        request=NewTierSerializer,
        responses={201: TierSerializer, **errors(409)},
        examples=[
            OpenApiExample(
                "A tier",
                value={"title": "Backstage", "price_cents": 900, "currency": "EUR", "benefits": ["Early access"]},
                request_only=True,
            )
        ],
    )
    def create(self, request: Request) -> Response:
        """For those who look after the members."""
        wanted = NewTierSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        tier = create_tier(by=_caller(request), **wanted.validated_data)
        return Response(self.get_serializer(tier).data, status=201)

    @extend_schema(
        operation_id="tiers_change", summary="Change a tier", request=TierChangeSerializer, responses=TierSerializer
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Changes what is sent and leaves the rest; rank and limits are in force at once."""
        wanted = TierChangeSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        tier = change_tier(tier=self._tier(pk), by=_caller(request), **wanted.validated_data)
        return Response(self.get_serializer(tier).data)

    @extend_schema(operation_id="tiers_delete", summary="Delete a tier", responses={204: None, **errors(409)})
    def destroy(self, request: Request, pk: UUID) -> Response:
        """Only one that nobody ever had and that nothing names; 409 says what does. Archive the others."""
        delete_tier(tier=self._tier(pk), by=_caller(request))
        return Response(status=204)

    @extend_schema(operation_id="tiers_archive", summary="Archive a tier", request=None, responses=TierSerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: UUID) -> Response:
        """Nobody can get it any more; who has it keeps it."""
        return Response(self.get_serializer(archive_tier(tier=self._tier(pk), by=_caller(request))).data)

    @extend_schema(operation_id="tiers_restore", summary="Offer a tier again", request=None, responses=TierSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: UUID) -> Response:
        """Out of the archive."""
        return Response(self.get_serializer(restore_tier(tier=self._tier(pk), by=_caller(request))).data)

    @extend_schema(
        operation_id="tiers_trial",
        summary="Try a tier",
        request=None,
        responses={201: GrantSerializer, **errors(409)},
    )
    @action(detail=True, methods=["post"], scope_to_change=Scope.WRITE)
    def trial(self, request: Request, pk: UUID) -> Response:
        """For the caller, once: `trial_days` of it, from now on. 409 says why not."""
        rates.check("trial", rates.caller_of(request._request))  # noqa: SLF001
        return Response(GrantSerializer(start_trial(person=_caller(request), tier=self._tier(pk))).data, status=201)


_GRANT_FILTERS = ("source", "state")


class GrantViewSet(GenericViewSet[Grant]):
    """Who has which tier, from where and until when: for those who look after the members."""

    permission_classes = (IsAuthenticated, HasScope, ManagesMembers)
    scope_to_change = Scope.ADMIN
    serializer_class = GrantSerializer
    queryset = Grant.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Grant]:
        return Grant.objects.select_related("person", "tier", "made_by")

    def _grant(self, pk: UUID) -> Grant:
        return get_object_or_404(self.get_queryset(), pk=pk)

    def _shown(self, grant: Grant) -> Response:
        return Response(self.get_serializer(self._grant(grant.pk)).data)

    @extend_schema(
        summary="Grants",
        parameters=[
            OpenApiParameter("person", str, many=True, description="Of any of these people, by id or user name."),
            OpenApiParameter("tier", str, many=True, description="Of any of these tiers, by id or slug."),
            *(OpenApiParameter(name, str, many=True, description=f"Any of these: {name}.") for name in _GRANT_FILTERS),
        ],
        responses=GrantSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """The newest first."""
        asked, grants = request.query_params, self.get_queryset()
        for name in _GRANT_FILTERS:
            if chosen := asked.getlist(name):
                grants = grants.filter(**{f"{name}__in": chosen})
        for name, key in (("person", "username"), ("tier", "slug")):
            if chosen := asked.getlist(name):
                grants = _either(grants, name, key, chosen)
        page = self.paginate_queryset(grants)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(operation_id="grants_read", summary="One grant")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """Whose it is, where it comes from, how long it lasts."""
        return Response(self.get_serializer(self._grant(pk)).data)

    @extend_schema(
        operation_id="grants_create",
        summary="Give somebody a tier",
        request=NewGrantSerializer,
        responses={201: GrantSerializer, **errors(409)},
        examples=[
            OpenApiExample(
                "For a year",
                value={"person": "mila", "tier": "backstage", "ends_at": "2027-11-30T00:00:00Z", "reason": "Moderates"},
                request_only=True,
            )
        ],
    )
    def create(self, request: Request) -> Response:
        """A grant of staff, for good or until an instant, with the reason why."""
        wanted = NewGrantSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = dict(wanted.validated_data)
        said.pop("source")
        said["person"], said["tier"] = find_person(said["person"]), find_tier(said["tier"])
        grant = give_away(by=_caller(request), **said)
        return Response(self.get_serializer(self._grant(grant.pk)).data, status=201)

    @extend_schema(
        operation_id="grants_change",
        summary="Change a grant",
        request=GrantChangeSerializer,
        responses={200: GrantSerializer, **errors(409)},
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Another end or reason. What Patreon or Ko-fi say of theirs replaces it at their next word."""
        wanted = GrantChangeSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self._shown(change_grant(grant=self._grant(pk), by=_caller(request), **wanted.validated_data))

    @extend_schema(
        operation_id="grants_revoke",
        summary="Take a grant back",
        request=ReasonSerializer,
        responses={200: GrantSerializer, **errors(409)},
    )
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: UUID) -> Response:
        """At once; 409 where it was taken back before."""
        return self._shown(revoke_grant(grant=self._grant(pk), by=_caller(request), reason=_reason(request)))

    @extend_schema(
        operation_id="grants_pause",
        summary="Pause a grant",
        request=ReasonSerializer,
        responses={200: GrantSerializer, **errors(409)},
    )
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: UUID) -> Response:
        """While it is paused it does not count, and its time stands still; 409 unless it is under way."""
        return self._shown(pause_grant(grant=self._grant(pk), by=_caller(request), reason=_reason(request)))

    @extend_schema(
        operation_id="grants_resume",
        summary="Let a grant go on",
        request=None,
        responses={200: GrantSerializer, **errors(409)},
    )
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: UUID) -> Response:
        """Its end comes as much later as it was paused; 409 unless it is paused."""
        return self._shown(resume_grant(grant=self._grant(pk), by=_caller(request)))


def _reason(request: Request) -> str:
    asked = ReasonSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    return str(asked.validated_data.get("reason", ""))


_NAMED: dict[str, Any] = {"person": User.objects, "tier": Tier.objects}


def _either(grants: Any, name: str, key: str, chosen: list[str]) -> Any:
    """Those of a person or tier that is named by its id or by its name; a name that nobody has finds nothing."""
    ids = {pk for text in chosen if (pk := uuid_or_none(text))}
    named = _NAMED[name].filter(**{f"{key}__in": chosen}).values_list("pk", flat=True)
    return grants.filter(**{f"{name}_id__in": ids | set(named)})


class GiftViewSet(GenericViewSet[Gift]):
    """Gifts: made by those who look after the members, claimed by whoever has the link."""

    permission_classes = (IsAuthenticated, HasScope, ManagesMembers)
    scope_to_change = Scope.ADMIN
    serializer_class = GiftSerializer
    queryset = Gift.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Gift]:
        return Gift.objects.select_related("tier", "made_by", "claimed_by")

    def _gift(self, pk: UUID) -> Gift:
        return get_object_or_404(self.get_queryset(), pk=pk)

    @extend_schema(
        summary="Gifts",
        parameters=[OpenApiParameter("state", str, many=True, description="Any of these: state.")],
        responses=GiftSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """The newest first, without their links."""
        gifts = self.get_queryset()
        if chosen := request.query_params.getlist("state"):
            gifts = gifts.filter(state__in=chosen)
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(gifts), many=True).data)

    @extend_schema(operation_id="gifts_read", summary="One gift")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """What became of it."""
        return Response(self.get_serializer(self._gift(pk)).data)

    @extend_schema(
        operation_id="gifts_create",
        summary="Make a gift",
        request=NewGiftSerializer,
        responses={201: MadeGiftSerializer, **errors(409)},
        examples=[OpenApiExample("A month", value={"tier": "backstage", "days": 30}, request_only=True)],
    )
    def create(self, request: Request) -> Response:
        """Answers with the link. With an address it goes out by mail as well, now or at `deliver_at`."""
        wanted = NewGiftSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = dict(wanted.validated_data)
        said["tier"] = find_tier(said["tier"])
        gift, _ = make_gift(by=_caller(request), **said)
        return Response({**self.get_serializer(gift).data, "url": link_of(gift)}, status=201)

    @extend_schema(
        operation_id="gifts_withdraw",
        summary="Withdraw a gift",
        request=None,
        responses={200: GiftSerializer, **errors(409)},
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: UUID) -> Response:
        """Nobody can claim it any more; 409 where somebody has."""
        return Response(self.get_serializer(withdraw_gift(gift=self._gift(pk), by=_caller(request))).data)

    @extend_schema(
        operation_id="gifts_claim",
        summary="Claim a gift",
        request=ClaimSerializer,
        responses={201: GrantSerializer, **errors(404, 409)},
        examples=[OpenApiExample("A link's end", value={"token": "q9Zl…"}, request_only=True)],
    )
    @action(detail=False, methods=["post"], permission_classes=[IsAuthenticated, HasScope], scope_to_change=Scope.WRITE)
    def claim(self, request: Request) -> Response:
        """For the caller: it begins now, or when what they have of the same tier ends. 409 where it is gone."""
        rates.check("gift", rates.caller_of(request._request))  # noqa: SLF001
        asked = ClaimSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        grant = claim_gift(gift=find_gift(asked.validated_data["token"]), person=_caller(request))
        return Response(GrantSerializer(grant).data, status=201)
