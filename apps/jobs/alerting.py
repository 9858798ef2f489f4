"""stub"""


def deliver(alert: object) -> bool:  # noqa: ARG001
    return True
