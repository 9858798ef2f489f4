"""JSON shapes of what comes from where memberships are paid for. Tokens, secrets and messages' bodies are in none of them."""

from typing import Any

from rest_framework import serializers

from apps.memberships.api.serializers import TierNameSerializer
from apps.memberships.elsewhere import DeliveryState, Link, Provider, RunState
from apps.memberships.models import KofiSupporter, SyncRun, WebhookDelivery


class RunSerializer(serializers.ModelSerializer[SyncRun]):
    """One reading of a campaign. `complete`: nearly everybody was shown, so that who is missing twice counts as gone."""

    campaign_id = serializers.UUIDField(read_only=True)
    state = serializers.ChoiceField(RunState.choices, read_only=True)
    duration_s = serializers.FloatField(read_only=True, allow_null=True)

    class Meta:
        model = SyncRun
        fields = (
            "id",
            "campaign_id",
            "cause",
            "state",
            "pages",
            "seen",
            "expected",
            "changed",
            "granted",
            "complete",
            "error",
            "started_at",
            "ended_at",
            "duration_s",
        )
        read_only_fields = fields


class CampaignSerializer(serializers.Serializer[Any]):
    """A campaign at Patreon and how reading it goes. `trouble` is empty while all is well."""

    id = serializers.UUIDField(source="campaign.pk")
    patreon_id = serializers.CharField(source="campaign.campaign_id")
    name = serializers.CharField(source="campaign.name")
    link = serializers.ChoiceField(Link.choices, source="campaign.link")
    trouble = serializers.CharField(allow_blank=True)
    members = serializers.IntegerField(help_text="All that Patreon has shown.")
    entitled = serializers.IntegerField(help_text="Those with a right to a tier.")
    unmatched = serializers.IntegerField(help_text="Those of them without an account here.")
    unmapped = serializers.IntegerField(help_text="Tiers there that mean nothing here yet.")
    failed_messages = serializers.IntegerField()
    last_run = RunSerializer(source="last", allow_null=True)
    next_at = serializers.DateTimeField(allow_null=True)


class SyncJobSerializer(serializers.Serializer[Any]):
    """The job that reads the campaign."""

    job_id = serializers.UUIDField()


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """One message of Patreon or Ko-fi and what came of it. `subject` is the member or the payment that it names."""

    provider = serializers.ChoiceField(Provider.choices, read_only=True)
    state = serializers.ChoiceField(DeliveryState.choices, read_only=True)
    campaign_id = serializers.UUIDField(read_only=True, allow_null=True)
    account_id = serializers.UUIDField(read_only=True, allow_null=True)

    class Meta:
        model = WebhookDelivery
        fields = (
            "id",
            "provider",
            "campaign_id",
            "account_id",
            "event",
            "subject",
            "state",
            "note",
            "repeats",
            "job_id",
            "received_at",
        )
        read_only_fields = fields


class SupporterSerializer(serializers.ModelSerializer[KofiSupporter]):
    """Somebody who pays for a membership at Ko-fi. `person` is their user name here, null for nobody known."""

    account_id = serializers.UUIDField(read_only=True)
    email = serializers.CharField(read_only=True)
    tier = TierNameSerializer(read_only=True, allow_null=True)
    person = serializers.SerializerMethodField()

    class Meta:
        model = KofiSupporter
        fields = (
            "id",
            "account_id",
            "name",
            "email",
            "person",
            "tier",
            "tier_name",
            "since",
            "paid_at",
            "paid_until",
            "annual",
            "revoked_at",
        )
        read_only_fields = fields

    def get_person(self, row: KofiSupporter) -> str | None:
        return row.person.username if row.person else None


class AssignSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=40)
