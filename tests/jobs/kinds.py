"""Job kinds that only tests know."""

import time

from apps.jobs.contract import Child, Handler, Params, register
from apps.jobs.enums import Queue
from apps.jobs.errors import JobError


class NoParams(Params):
    pass


class NamedParams(Params):
    name: str = ""


@register
class Noop(Handler):
    kind = "tests.noop"
    queue = Queue.CPU
    params_type = NamedParams
    title = "Nothing"

    def run(self, params, ctx):
        return {"name": params.name}


@register
class Capped(Noop):
    kind = "tests.capped"
    cap = 3


class FailParams(Params):
    code: str = "broken"
    retryable: bool = False


@register
class Fail(Handler):
    kind = "tests.fail"
    params_type = FailParams
    title = "Fail"

    def run(self, params, ctx):
        raise JobError(params.code, "It did not work.", retryable=params.retryable, staff_error="line 42")


@register
class Crash(Handler):
    kind = "tests.crash"
    params_type = NoParams
    title = "Raise what nobody foresaw"

    def run(self, params, ctx):
        return {"impossible": 1 // 0}


class FamilyParams(Params):
    parts: list[str]
    bad: list[str] = []


@register
class Family(Handler):
    kind = "tests.family"
    params_type = FamilyParams
    title = "Hand out parts"

    def run(self, params, ctx):
        before = ctx.step("before", lambda: {"epoch": ctx.epoch})
        children = [
            Child("tests.fail" if part in params.bad else "tests.noop", _params(part, params.bad), key=part)
            for part in params.parts
        ]
        outcomes = ctx.gather("parts", children)
        return {"names": [outcome.result["name"] for outcome in outcomes], "first_epoch": before["epoch"]}


def _params(part, bad):
    return FailParams() if part in bad else NamedParams(name=part)


@register
class Patient(Handler):
    kind = "tests.patient"
    params_type = NoParams
    title = "Work until told to stop"

    def run(self, params, ctx):
        for done in range(600):
            ctx.progress(done, 600, stage="waiting")
            time.sleep(0.05)
        return {}
