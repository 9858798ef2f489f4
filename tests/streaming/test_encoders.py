"""Which encoders are trusted, and what happens to a publication when one fails."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.catalog.enums import State as ItemState
from apps.core import health, site_settings
from apps.jobs import sweeper
from apps.jobs.enums import Queue
from apps.jobs.enums import State as JobState
from apps.jobs.models import Job, SlotLease, Worker
from apps.streaming.encode.codecs import Device
from apps.streaming.encode.codecs.base import NoDevice
from apps.streaming.encode.codecs.devices import nvidia_cards, render_nodes
from apps.streaming.encode.trial import explain
from apps.streaming.encoders import choose_hardware
from apps.streaming.enums import State
from apps.streaming.models import EncoderTest, Generation, Rendition
from apps.streaming.services.ingest import ingest_file
from apps.streaming.services.trust import examination_is_due, examine_encoders, forget_tests, trusted_device
from apps.streaming.vitals import encoders
from apps.streaming.work import ENCODE_CHUNK, ENCODE_CHUNK_GPU
from tests import clips
from tests.jobs.running import run_jobs
from tests.streaming.cards import CARD, NAME, breaks, forgets_the_grid, plug_in, start_worker
from tests.streaming.publishing import finish
from tests.streaming.reading import frame_times, master_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_rungs_in_chunks(settings):
    settings.STREAMING = {
        "chunk_s": 8,
        "segment_s": 2,
        "preset": "ultrafast",
        "ladder": ((72, 300), (36, 100)),
        "one_chunk_below_s": 5,
        "stream_copy": False,
    }


def row_of(name=NAME) -> EncoderTest:
    return EncoderTest.objects.get(encoder=name)


def ingest(path: Path, owner) -> tuple[Generation, Job]:
    item, job = ingest_file(path=path, title="", owner=owner)
    run_jobs("default")
    return Generation.objects.get(item=item), job


def of(generation: Generation, name: str) -> Rendition:
    return generation.renditions.get(name=name)


def test_without_a_card_every_hardware_encoder_says_why_and_the_cpu_ones_work(tmp_path):
    examine_encoders()
    found = {row.encoder: row for row in EncoderTest.objects.all()}
    assert {name for name, row in found.items() if row.works} >= {"libx264", "libx265", "libsvtav1"}
    for name in ("h264_nvenc", "hevc_nvenc", "av1_nvenc"):
        assert found[name].works or "NVIDIA" in found[name].reason or "card" in found[name].reason
    for name in ("h264_vaapi", "hevc_vaapi", "av1_vaapi"):
        assert found[name].works or "render node" in found[name].reason or "card" in found[name].reason.lower()
    assert "libx264 on CPU" in encoders()


def test_a_card_is_trusted_after_a_real_second_of_encoding(monkeypatch):
    plug_in(monkeypatch)
    assert examination_is_due()
    examine_encoders()
    assert row_of().works
    assert row_of().label == CARD.label
    assert not examination_is_due()
    assert trusted_device(encoders=[NAME], turn=3) == CARD


@pytest.mark.parametrize(
    ("trial", "reason"),
    [(breaks, "FFmpeg said: "), (forgets_the_grid, "It does not put its key frames where it is told to.")],
)
def test_a_card_that_fails_its_test_is_not_trusted(monkeypatch, trial, reason):
    plug_in(monkeypatch, trial=trial)
    examine_encoders(only=[NAME])
    assert not row_of().works
    assert row_of().reason.startswith(reason)
    with pytest.raises(NoDevice, match="h264_tests on Test card"):
        trusted_device(encoders=[NAME], turn=0)


def test_a_test_is_repeated_when_the_driver_or_the_day_has_changed_or_somebody_asks(monkeypatch):
    plug_in(monkeypatch)
    examine_encoders(only=[NAME])
    first = row_of()
    examine_encoders(only=[NAME])
    assert row_of().tested_at == first.tested_at
    plug_in(monkeypatch, devices=[Device("0", "Test card", "driver 2")], trial=breaks)
    examine_encoders(only=[NAME])
    assert not row_of().works
    plug_in(monkeypatch)
    EncoderTest.objects.update(tested_at=timezone.now() - timedelta(days=2))
    assert examination_is_due()
    examine_encoders(only=[NAME])
    assert row_of().works
    forget_tests(ids=[row_of().pk])
    assert examination_is_due()
    assert not EncoderTest.objects.trusted(timezone.now()).exists()
    examine_encoders(only=[NAME])
    assert EncoderTest.objects.trusted(timezone.now()).exists()


def test_a_card_that_was_pulled_out_leaves_and_says_so(monkeypatch):
    plug_in(monkeypatch)
    examine_encoders(only=[NAME])
    plug_in(monkeypatch, devices=())
    examine_encoders(only=[NAME])
    assert (row_of().device, row_of().works, row_of().reason) == ("", False, "There is no test card in this machine.")


def test_turns_go_round_the_cards(monkeypatch):
    cards = [Device(str(number), f"Card {number}") for number in range(2)]
    plug_in(monkeypatch, devices=cards)
    assert [trusted_device(encoders=[NAME], turn=turn) for turn in range(3)] == [cards[0], cards[1], cards[0]]


def test_hardware_is_chosen_only_where_every_machine_of_the_queue_has_it(monkeypatch):
    plug_in(monkeypatch)
    examine_encoders(only=[NAME])
    assert choose_hardware().why == "No worker for graphics cards has been seen lately."
    start_worker(Queue.GPU)
    assert choose_hardware().encoders == {"h264": NAME}
    other = start_worker(Queue.GPU, host="elsewhere")
    assert choose_hardware().why == "The graphics cards have not been tested on all machines yet."
    Worker.objects.filter(pk=other.pk).update(seen_at=timezone.now() - timedelta(minutes=5))
    assert choose_hardware().encoders == {"h264": NAME}


def test_the_reason_for_the_cpu_is_kept(owner, monkeypatch):
    plug_in(monkeypatch, trial=breaks)
    examine_encoders(only=[NAME])
    start_worker(Queue.GPU)
    generation, _ = ingest(clips.clip("short"), owner)
    assert of(generation, "v72").encoder == "libx264"
    assert of(generation, "v72").encoder_note.startswith("FFmpeg said: ")


def test_staff_may_choose_the_cpu(owner, monkeypatch):
    plug_in(monkeypatch)
    examine_encoders(only=[NAME])
    start_worker(Queue.GPU)
    site_settings.set("streaming.encoder", "cpu", by=None)
    generation, _ = ingest(clips.clip("short"), owner)
    assert (of(generation, "v72").encoder, of(generation, "v72").encoder_note) == ("libx264", "")


def test_a_card_makes_all_rungs_but_the_lowest_and_the_result_is_whole(owner, monkeypatch):
    plug_in(monkeypatch)
    examine_encoders(only=[NAME])
    start_worker(Queue.GPU)
    generation, job = ingest(clips.clip("cut25"), owner)
    kinds = Job.objects.filter(parent=job).values_list("kind", "queue").distinct()
    assert (ENCODE_CHUNK_GPU, "gpu") in kinds
    assert ENCODE_CHUNK not in {kind for kind, _ in kinds}
    made = finish(job)
    assert made == generation
    assert (of(made, "v72").encoder, of(made, "v36").encoder) == (NAME, "libx264")
    assert len(frame_times(made, "v72")) == len(frame_times(made, "v36")) == 750
    assert not SlotLease.objects.exists()


def test_a_card_encodes_as_many_chunks_at_once_as_staff_allow(owner, monkeypatch):
    held = []

    def note(options: dict) -> dict:
        held.extend(SlotLease.objects.filter(resource__startswith="encoder:").values_list("resource", flat=True))
        return options

    plug_in(monkeypatch, chunk=note)
    examine_encoders(only=[NAME])
    start_worker(Queue.GPU)
    _, job = ingest(clips.clip("short"), owner)
    finish(job)
    assert held == [f"encoder:{socket.gethostname()[:40]}:0"]


def test_a_card_that_fails_while_encoding_is_done_without_and_the_reason_is_kept(owner, monkeypatch):
    plug_in(monkeypatch, chunk=breaks)
    examine_encoders(only=[NAME])
    start_worker(Queue.GPU)
    generation, job = ingest(clips.clip("cut25"), owner)
    made = finish(job)
    generation.refresh_from_db()
    assert (generation.state, made.number, made.what_to_make.chunks) == (State.FAILED, 2, 4)
    assert made.note.startswith("hardware: FFmpeg said:")
    assert of(made, "v72").encoder == "libx264"
    assert of(made, "v72").encoder_note.startswith("On the CPU, because of the graphics card: FFmpeg said:")
    assert made.item.state == ItemState.READY
    assert len(frame_times(made, "v72")) == 750


def test_a_card_that_cuts_elsewhere_while_encoding_is_done_without(owner, monkeypatch):
    plug_in(monkeypatch, chunk=forgets_the_grid)
    examine_encoders(only=[NAME])
    start_worker(Queue.GPU)
    _, job = ingest(clips.clip("cut25"), owner)
    made = finish(job)
    assert made.number == 2
    assert not made.what_to_make.hardware


def test_a_card_that_has_gone_since_is_done_without(owner, monkeypatch):
    plug_in(monkeypatch)
    examine_encoders(only=[NAME])
    start_worker(Queue.GPU)
    _, job = ingest(clips.clip("short"), owner)
    plug_in(monkeypatch, devices=())
    made = finish(job)
    assert made.note == "hardware: There is no test card in this machine."


def test_a_chunk_that_no_card_takes_within_half_a_minute_is_done_without(owner, monkeypatch):
    plug_in(monkeypatch)
    examine_encoders(only=[NAME])
    start_worker(Queue.GPU)
    _, job = ingest(clips.clip("short"), owner)
    run_jobs("default", "cpu", "io")
    assert sweeper.fallback.move_held() == 0
    long_ago = timezone.now() - timedelta(seconds=40)
    Job.objects.filter(kind=ENCODE_CHUNK_GPU).update(run_after=long_ago, updated_at=long_ago)
    sweeper.sweep()
    run_jobs("default", "cpu", "io")
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED
    made = Generation.objects.published().get()
    assert made.note == "hardware: no worker for graphics cards took it within half a minute"


def test_extra_codecs_are_made_and_listed_after_h264(owner, settings):
    site_settings.set("streaming.hevc", value=True, by=None)
    site_settings.set("streaming.av1", value=True, by=None)
    settings.STREAMING = {**settings.STREAMING, "ladder": ((72, 300),)}
    _, job = ingest(clips.clip("cut25"), owner)
    made = finish(job)
    assert {row.name: row.encoder for row in made.renditions.filter(kind="video")} == {
        "v72": "libx264",
        "v72hevc": "libx265",
        "v72av1": "libsvtav1",
    }
    for name in ("v72", "v72hevc", "v72av1"):
        times = frame_times(made, name) if name != "v72av1" else None
        assert times is None or (len(times), times[0]) == (750, 0)
        assert of(made, name).samples == 750
    master = master_of(made)
    assert master.index('CODECS="avc1') < master.index('CODECS="av01') < master.index('CODECS="hvc1')


def test_an_extra_codec_that_does_not_work_is_left_out_with_the_reason(owner):
    site_settings.set("streaming.av1", value=True, by=None)
    start_worker(Queue.CPU, host="old")
    EncoderTest.objects.create(
        host="old",
        encoder="libsvtav1",
        works=False,
        reason="This FFmpeg was built without it.",
        tested_at=timezone.now(),
    )
    generation, _ = ingest(clips.clip("short"), owner)
    assert {row.name for row in generation.renditions.filter(kind="video")} == {"v72", "v36"}
    assert "No libsvtav1: This FFmpeg was built without it." in of(generation, "v72").encoder_note


def test_the_command_prints_what_works_and_why_the_rest_does_not(monkeypatch, capsys):
    plug_in(monkeypatch, devices=())
    call_command("encoders")
    assert "Nothing has been tested" in capsys.readouterr().out
    call_command("encoders", "--test")
    rows = [line.split("  ", 1) for line in capsys.readouterr().out.splitlines()]
    shown = {row[0].strip(): row[1] for row in rows}
    assert "yes" in shown["libx264"]
    assert "There is no test card in this machine." in shown[NAME]


def test_doctor_has_a_line_about_encoders():
    assert "not tested" in encoders()
    EncoderTest.objects.create(host="other", encoder="libx264", works=False, reason="No.", tested_at=timezone.now())
    assert "not tested" in encoders()
    examine_encoders(only=["libx264"])
    assert "libx264 on CPU; no graphics card encodes here" in encoders()
    EncoderTest.objects.update(works=False, reason="It is broken.")
    with pytest.raises(health.Unwell, match=r"libx264 does not work: It is broken\."):
        encoders()


def test_nvidias_cards_are_found_by_their_nodes_and_named_by_their_own_program(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoDevice, match="no NVIDIA card"):
        nvidia_cards(tmp_path)
    for name in ("nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm"):
        (tmp_path / name).touch()
    assert [card.name for card in nvidia_cards(tmp_path)] == ["0", "1"]
    smi = tmp_path / "nvidia-smi"
    smi.write_text("#!/bin/sh\necho 'GPU 0: NVIDIA L4 (UUID: GPU-1)'\necho 'GPU 1: NVIDIA H200 (UUID: GPU-2)'\n")
    smi.chmod(0o755)
    assert [(card.name, card.label) for card in nvidia_cards(tmp_path)] == [("0", "NVIDIA L4"), ("1", "NVIDIA H200")]
    smi.write_text("#!/bin/sh\nexit 9\n")
    with pytest.raises(NoDevice, match="does not answer"):
        nvidia_cards(tmp_path)


def test_render_nodes_are_found_by_their_names(tmp_path):
    with pytest.raises(NoDevice, match="no card with a render node"):
        render_nodes(tmp_path)
    (tmp_path / "dri").mkdir()
    (tmp_path / "dri" / "card0").touch()
    (tmp_path / "dri" / "renderD128").touch()
    (device,) = render_nodes(tmp_path)
    assert device.name == str(tmp_path / "dri" / "renderD128")
    assert device.label.endswith("renderD128")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("[h264_nvenc @ 0x55] Cannot load libcuda.so.1\n", "NVIDIA's driver is not installed here"),
        ("[h264_nvenc @ 0x1] OpenEncodeSessionEx failed: unsupported device (2)", "This card has no encoder"),
        ("[VAAPI @ 0x5] No VA display found for device /dev/dri/renderD128.", "VAAPI driver cannot be opened"),
        ("Svt[info]: \n[av1 @ 0x7] [enc:1 @ 0x2] It is \x1b[31mtoo\x1b[0m late", "FFmpeg said: It is too late"),
        ("", "FFmpeg said: ended with status 1"),
    ],
)
def test_what_an_encoder_complains_about_becomes_a_sentence(said, sentence):
    assert sentence in explain(said, "ended with status 1")
