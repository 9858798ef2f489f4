"""Who may follow a job live."""

from uuid import UUID

from apps.jobs.models import Job


def may_follow(person: object, job_id: str) -> bool:
    try:
        wanted = UUID(job_id)
    except ValueError:
        return False
    return Job.objects.visible_to(person).filter(pk=wanted).exists()
