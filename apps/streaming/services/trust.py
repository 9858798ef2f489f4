"""Which encoders work on this machine: tried, noted for all to see, and tried again when something has changed."""

import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from apps.media.errors import ProgramError
from apps.streaming.conf import TEST_AGAIN_AFTER, streaming
from apps.streaming.encode.codecs import Device, Encoder, known_encoders, named
from apps.streaming.encode.codecs.base import NoDevice
from apps.streaming.encode.fingerprint import fingerprint
from apps.streaming.encode.trial import explain, try_encoder
from apps.streaming.ladder import CPU_ENCODERS
from apps.streaming.models import EncoderTest

_NOWHERE = Device("", "")
Tell = Callable[[EncoderTest], None]


def host() -> str:
    return socket.gethostname()


def examination_is_due() -> bool:
    """Whether this machine has something to test: never done, too long ago, or asked for. One query."""
    rows = EncoderTest.objects.of_host(host())
    return rows.due(timezone.now()).exists() or not rows.exists()


def examine_encoders(*, again: bool = False, only: Sequence[str] = (), tell: Tell | None = None) -> list[EncoderTest]:
    """Tests all encoders (or `only` these) on all devices of this machine; with `again` also what is known and still holds.

    Rows of devices that have gone leave. `tell` hears of each as it is done.
    """
    chosen = [encoder for encoder in known_encoders().values() if not only or encoder.name in only]
    found = []
    for encoder in chosen:
        for device, absent in _devices(encoder):
            test = _current(encoder, device) if not again else None
            found.append(test or _test(encoder, device, absent))
            if tell:
                tell(found[-1])
    kept = EncoderTest.objects.of_host(host()).filter(encoder__in=[encoder.name for encoder in chosen])
    kept.exclude(pk__in=[test.pk for test in found]).delete()
    return found


def prove_extra_encoders() -> list[str]:
    """Tests the CPU's encoders of the extra codecs that the settings ask for, where this machine has not. Returns those
    that work.

    Machines that encode test theirs when they start; this is for the very first publication, which may be faster.
    """
    wanted = [CPU_ENCODERS[codec] for codec in streaming().extra_codecs]
    return [test.encoder for test in examine_encoders(only=wanted) if test.works] if wanted else []


def forget_tests(*, ids: Sequence[int]) -> int:
    """Has these tests repeated by their machines, within seconds where a worker runs; until then nothing relies on them."""
    return EncoderTest.objects.filter(pk__in=ids).update(fingerprint="")


def trusted_device(*, encoders: Sequence[str], turn: int) -> Device:
    """A device of this machine on which all of these encoders work now; the `turn`s go round. Raises NoDevice with the reason.

    What has changed since it was tested is tested here.
    """
    families = {named(name).family for name in encoders}
    if len(families) != 1:
        raise NoDevice("These encoders have no device in common.")
    (family,) = families
    reason, usable = "", []
    for device in family.find():
        tests = [_current(named(name), device) or _test(named(name), device, "") for name in encoders]
        reasons = [f"{test}: {test.reason}" for test in tests if not test.works]
        reason = reason or next(iter(reasons), "")
        usable += [] if reasons else [device]
    if not usable:
        raise NoDevice(reason)
    return usable[turn % len(usable)]


def _devices(encoder: Encoder) -> Iterator[tuple[Device, str]]:
    """Each device, or none and why."""
    try:
        for device in encoder.family.find():
            yield device, ""
    except NoDevice as error:
        yield _NOWHERE, str(error)


def _current(encoder: Encoder, device: Device) -> EncoderTest | None:
    """What is known, if it still holds."""
    known = EncoderTest.objects.of_host(host()).filter(encoder=encoder.name, device=device.name).first()
    if known is None or known.tested_at < timezone.now() - TEST_AGAIN_AFTER:
        return None
    try:
        return known if known.fingerprint == fingerprint(device) else None
    except ProgramError:
        return None


def _test(encoder: Encoder, device: Device, absent: str) -> EncoderTest:
    with tempfile.TemporaryDirectory(prefix="bst-trial-") as folder:
        try:
            reason = absent or try_encoder(encoder, device, Path(folder))
            mark = fingerprint(device)
        except ProgramError as error:
            reason, mark = explain(error.stderr, str(error)), ""
    with transaction.atomic():
        made, _ = EncoderTest.objects.update_or_create(
            host=host(),
            encoder=encoder.name,
            device=device.name,
            defaults={
                "label": device.label,
                "works": not reason,
                "reason": reason[:300],
                "fingerprint": mark,
                "tested_at": timezone.now(),
            },
        )
    return made
