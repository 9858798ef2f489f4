"""What `/readyz` and `manage.py doctor` say about encoders."""

from apps.core.health import Unwell
from apps.streaming.encode.codecs import known_encoders
from apps.streaming.ladder import CPU_ENCODERS, H264
from apps.streaming.models import EncoderTest
from apps.streaming.services.trust import host


def encoders() -> str:
    """What works on this machine. Only without H.264 nothing can be made."""
    tests = list(EncoderTest.objects.of_host(host()).order_by("id"))
    if not tests:
        return "not tested on this machine yet: a worker for cpu does it when it starts, or `manage.py encoders --test`"
    broken = next((test for test in tests if test.encoder == CPU_ENCODERS[H264] and not test.works), None)
    if broken:
        raise Unwell(f"{CPU_ENCODERS[H264]} does not work: {broken.reason}")
    works = ", ".join(str(test) for test in tests if test.works)
    cards = any(test.works and known_encoders()[test.encoder].family.hardware for test in tests)
    return works if cards else f"{works}; no graphics card encodes here (`manage.py encoders` says why)"
