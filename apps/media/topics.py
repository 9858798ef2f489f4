"""Who may follow an upload's events."""

from uuid import UUID

from apps.media.models import Upload


def may_follow_upload(person: object, upload_id: str) -> bool:
    return Upload.objects.visible_to(person).filter(pk=UUID(upload_id)).exists()
