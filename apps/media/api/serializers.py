from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.media.enums import UploadState
from apps.media.models import Upload
from apps.media.names import title_from


class UploadErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """An upload as its owner sees it. `url` is its tus address; `size_bytes` is null until its client says it.

    `item_id`, `item_url` and `job_id` (the publication) are there from `done` on.
    """

    state = serializers.SerializerMethodField()
    title = serializers.SerializerMethodField()
    size_bytes = serializers.IntegerField(source="length", allow_null=True, read_only=True)
    url = serializers.SerializerMethodField()
    item_url = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()

    class Meta:
        model = Upload
        fields = (
            *("id", "state", "filename", "title", "kind", "content_type", "size_bytes", "offset", "expires_at"),
            *("created_at", "url", "item_id", "item_url", "job_id", "error"),
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=UploadState.choices))
    def get_state(self, upload: Upload) -> str:
        return UploadState.EXPIRED if upload.has_expired else upload.state

    def get_title(self, upload: Upload) -> str:
        return upload.title or title_from(upload.filename)

    def get_url(self, upload: Upload) -> str:
        return reverse("api:upload-detail", args=[upload.pk])

    def get_item_url(self, upload: Upload) -> str | None:
        return upload.item_url or None

    @extend_schema_field(UploadErrorSerializer(allow_null=True))
    def get_error(self, upload: Upload) -> dict[str, str] | None:
        return {"code": upload.error_code, "message": upload.error} if upload.error_code else None
