"""Who may do what with a job."""

from apps.core.errors import NotAllowed
from apps.core.flags import Flag, has_flag
from apps.jobs.models import Job


def check_change_job(person: object, job: Job) -> None:
    """Its owner and whoever operates the site may cancel a job and try it again."""
    if not can_change_job(person, job):
        raise NotAllowed("This is not your job.")


def can_change_job(person: object, job: Job) -> bool:
    own = job.owner_id is not None and getattr(person, "pk", None) == job.owner_id
    return own or has_flag(person, Flag.OPERATE)


def can_see_all_jobs(person: object) -> bool:
    return has_flag(person, Flag.OPERATE)


def can_read_staff_errors(person: object) -> bool:
    return has_flag(person, Flag.OPERATE)
