"""Scarce things inside a job: leases that run out with the job's own."""

from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from apps.jobs import conf
from apps.jobs.models import SlotLease


def try_take(
    resource: str, *, capacity: int, job_id: UUID, epoch: int, owner_id: UUID | None, per_owner: int | None = None
) -> int | None:
    """Takes one of `capacity` places of `resource`; returns the lease's id, or None if all are taken.

    Takers of the same resource queue up behind an advisory lock for the three statements that this costs.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4711))", [resource])
        SlotLease.objects.filter(resource=resource, lease_until__lt=Now()).delete()
        taken = SlotLease.objects.filter(resource=resource)
        if taken.count() >= capacity:
            return None
        if per_owner is not None and taken.filter(owner_id=owner_id).count() >= per_owner:
            return None
        lease = SlotLease.objects.create(
            resource=resource, job_id=job_id, epoch=epoch, owner_id=owner_id, lease_until=Now() + conf.LEASE
        )
        return int(lease.pk)


def give_back(lease_id: int) -> None:
    SlotLease.objects.filter(pk=lease_id).delete()


def renew(job_id: UUID, epoch: int) -> None:
    SlotLease.objects.filter(job_id=job_id, epoch=epoch).update(lease_until=Now() + conf.LEASE)
