"""The kinds of the jobs about people and what they are given."""

from uuid import UUID

from apps.jobs.contract import Params

EXPORT = "accounts.export"
DELETE = "accounts.delete"
TIDY = "accounts.tidy"
MAIL = "accounts.mail"


class ExportParams(Params):
    export_id: UUID


class DeleteParams(Params):
    person_id: UUID


class TidyParams(Params):
    """It looks for itself."""


class MailParams(Params):
    """Names the person instead of the address, which may be another one by then."""

    person_id: UUID
    letter: str
