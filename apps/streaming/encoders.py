"""Which encoder makes a rung: decided once, when the generation is planned, because its chunks share one beginning."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils import timezone

from apps.jobs.enums import Queue
from apps.jobs.presence import hosts_serving
from apps.streaming.conf import CPU_ALONE
from apps.streaming.encode.codecs import Encoder, known_encoders
from apps.streaming.ladder import CPU_ENCODERS, H264, Rung
from apps.streaming.models import EncoderTest
from apps.streaming.plan import Plan

_LONGEST = 290


@dataclass(frozen=True)
class Choice:
    """An encoder per codec, and why there is none, or no better one."""

    encoders: Mapping[str, str]
    why: str


def bind_encoders(plan: Plan, wish: str) -> Plan:
    """The plan with an encoder named in every rung, and why it is that one. `wish` is `auto` or `cpu`.

    Hardware makes all rungs but the lowest, whose first seconds any worker may make. An extra codec that nothing here
    encodes is left out, which the notes of the others say.
    """
    video = plan.video
    if video is None:
        return plan
    cards = Choice({}, "") if wish == CPU_ALONE else choose_hardware()
    software = _software({rung.codec for rung in video.encoded})
    lowest = video.lowest
    bound = (_bound(rung, cards, software, spared=rung == lowest) for rung in video.rungs)
    return replace(plan, video=replace(video, rungs=tuple(rung for rung in bound if rung)))


def _bound(rung: Rung, cards: Choice, software: Choice, *, spared: bool) -> Rung | None:
    """None where nothing encodes this codec."""
    if rung.copied:
        return rung
    if rung.codec in cards.encoders and not spared:
        return replace(rung, encoder=cards.encoders[rung.codec], encoder_note=software.why[:_LONGEST])
    if rung.codec not in software.encoders:
        return None
    why = "Any worker may make its first seconds." if spared and cards.encoders else cards.why
    return rung.on_cpu(f"{why} {software.why}".strip()[:_LONGEST])


def _software(codecs: Iterable[str]) -> Choice:
    """libx264 is always used. The others must have worked, and on no machine that encodes may they have failed."""
    wanted = {codec: CPU_ENCODERS[codec] for codec in sorted(codecs) if codec != H264}
    tests = EncoderTest.objects.filter(encoder__in=wanted.values())
    if hosts := hosts_serving(Queue.CPU):
        tests = tests.filter(host__in=hosts)
    works = {test.encoder for test in tests.trusted(timezone.now())}
    fails = {test.encoder: test.reason for test in tests.filter(works=False)}
    found = {codec: name for codec, name in wanted.items() if name in works and name not in fails}
    missing = [name for name in wanted.values() if name not in found.values()]
    why = [f"No {name}: {fails.get(name, 'it has not been tested yet.')}" for name in missing]
    return Choice({H264: CPU_ENCODERS[H264], **found}, " ".join(why))


def choose_hardware() -> Choice:
    """The first family of which every machine that serves the gpu queue has a trusted H.264 encoder: any of them may be
    given a chunk. Two queries."""
    hosts = hosts_serving(Queue.GPU)
    if not hosts:
        return Choice({}, "No worker for graphics cards has been seen lately.")
    working: defaultdict[str, set[str]] = defaultdict(set)
    for test in EncoderTest.objects.filter(host__in=hosts).trusted(timezone.now()):
        working[test.encoder].add(test.host)
    everywhere = [e for e in known_encoders().values() if e.family.hardware and working[e.name] >= hosts]
    for encoder in everywhere:
        if encoder.codec == H264:
            return Choice(_of_family(encoder, everywhere), "")
    return Choice({}, _why_not(hosts))


def _of_family(chosen: Encoder, usable: Iterable[Encoder]) -> dict[str, str]:
    return {encoder.codec: encoder.name for encoder in usable if encoder.family is chosen.family}


def _why_not(hosts: Iterable[str]) -> str:
    """What was in the way, of the machines that serve the queue."""
    wanted = [e.name for e in known_encoders().values() if e.family.hardware and e.codec == H264]
    tests = EncoderTest.objects.filter(host__in=hosts, encoder__in=wanted)
    reasons = list(dict.fromkeys(test.reason for test in tests.order_by("encoder") if test.reason))
    if not reasons:
        return "The graphics cards have not been tested on all machines yet."
    return " ".join(reasons)
