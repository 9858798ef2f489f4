"""What each encoder is told, and what comes out of those that run here."""

import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from apps.media.ffmpeg.facts import Probe, Rate, VideoStream
from apps.media.ffmpeg.run import run
from apps.streaming.conf import StreamingSettings
from apps.streaming.encode.codecs import Device, named
from apps.streaming.encode.codecs.base import NoDevice
from apps.streaming.encode.parts import Part, PartReader
from apps.streaming.encode.pictures import chunk_line
from apps.streaming.plan import Plan
from apps.streaming.planning import make_plan
from tests import clips

SETTINGS = StreamingSettings(segment_s=2, chunk_s=8, preset="ultrafast", extra_codecs=("hevc", "av1"))


def plan_of(size=(128, 72), chosen=SETTINGS, **rungs) -> Plan:
    """A plan for `cut25`; `rungs` give encoders by rung."""
    video = VideoStream(0, "h264", *size, Rate(25), constant_rate=True, duration_ms=30_000)
    plan = make_plan(Probe("mov", 30_000, 0, 1, video, ()), chosen)
    changed = tuple(replace(rung, encoder=rungs.get(rung.name, rung.encoder)) for rung in plan.video.rungs)
    return replace(plan, video=replace(plan.video, rungs=changed))


def encode(plan: Plan, index: int, folder: Path) -> dict[str, Part]:
    for rung in plan.video.rungs:
        (folder / rung.name).mkdir(parents=True)
    run(chunk_line(clips.clip("cut25"), plan, plan.video.rungs, index, folder), wall_s=120)
    begins = Fraction(index * plan.video.chunk_frames, 25)
    return {rung.name: PartReader(folder / rung.name, moved_by=begins).finish() for rung in plan.video.rungs}


def test_every_codec_is_cut_on_the_grid_and_has_one_beginning_in_all_chunks(tmp_path):
    plan = plan_of()
    first, second, last = (encode(plan, index, tmp_path / str(index)) for index in (0, 1, 3))
    for name, part in first.items():
        assert [segment.samples for segment in part.segments] == [50, 50, 50, 50]
        assert part.segments[0].shown_from == 0
        assert [segment.shown_from for segment in part.segments] == [segment.start for segment in part.segments]
        assert second[name].segments[0].start == part.segments[-1].start + part.segments[-1].ticks
        assert last[name].samples == 150
        assert {part.init_sha256, second[name].init_sha256, last[name].init_sha256} == {part.init_sha256}
    assert {name: part.codec.split(".")[0] for name, part in first.items()} == {
        "v360": "avc1",
        "v360hevc": "hvc1",
        "v360av1": "av01",
    }


def test_a_header_says_nothing_about_the_machine_that_wrote_it(tmp_path, settings):
    """Chunks come from machines with other numbers of cores."""
    few = encode(plan_of(), 0, tmp_path / "few")
    settings.JOB_QUEUE_SLOTS = {"cpu": 0.3}
    many = encode(plan_of(), 0, tmp_path / "many")
    assert {name: part.init_sha256 for name, part in few.items()} == {
        name: part.init_sha256 for name, part in many.items()
    }


def test_codec_names_say_eight_bits_and_the_profile_that_everything_plays(tmp_path):
    made = encode(plan_of(), 3, tmp_path)
    assert made["v360hevc"].codec == "hvc1.1.6.L30.90"  # Main, level 1, progressive frames only
    assert made["v360av1"].codec == "av01.0.00M.08"


@pytest.mark.parametrize("frames", [1, 2, 51])
def test_the_shortest_clips_come_out_whole(tmp_path, frames):
    plan = plan_of()
    source = tmp_path / "few.mp4"
    clips.ffmpeg("-i", clips.clip("cut25"), "-frames:v", frames, "-c:v", "libx264", source)
    for rung in plan.video.rungs:
        (tmp_path / rung.name).mkdir()
    run(chunk_line(source, plan.in_one_chunk(), plan.video.rungs, 0, tmp_path), wall_s=60)
    for rung in plan.video.rungs:
        assert PartReader(tmp_path / rung.name).finish().samples == frames


def test_a_listing_that_leaves_a_segment_out_loses_none(tmp_path, monkeypatch):
    """As the system may do it while FFmpeg renames files into the folder: one is left out, the next is there."""
    plan = plan_of()
    folder = tmp_path / "v360"
    whole = encode(plan, 0, tmp_path)["v360"]
    hidden = {folder / whole.segments[1].name}
    listed = Path.glob

    def incomplete(self, pattern):
        found = [path for path in listed(self, pattern) if path not in hidden]
        hidden.clear()
        return found

    monkeypatch.setattr(Path, "glob", incomplete)
    reader = PartReader(folder)
    assert [segment.name for segment in reader.look(but_last=True).segments] == [
        one.name for one in whole.segments[:-1]
    ]
    assert reader.finish().segments == whole.segments


def options_of(line: list[str], encoder: str) -> dict[str, str]:
    """Those of the one output of this encoder: from its `-map` to its address."""
    at = line.index(encoder)
    begins = max(number for number in range(at) if line[number] == "-map")
    ends = next(number for number in range(at, len(line)) if line[number].startswith("file:"))
    return dict(zip(line[begins:ends:2], line[begins + 1 : ends : 2], strict=True))


def hardware_line(tmp_path, kind: str, device: Device) -> list[str]:
    plan = plan_of((1920, 1080), v1080=f"h264_{kind}", v1080hevc=f"hevc_{kind}", v1080av1=f"av1_{kind}")
    rungs = [rung for rung in plan.video.rungs if rung.name.startswith(("v1080", "v360"))]
    return chunk_line(clips.clip("cut25"), plan, rungs, 0, tmp_path, device=device)


def test_nvenc_is_told_the_grid_the_quality_and_the_cap(tmp_path):
    line = hardware_line(tmp_path, "nvenc", Device("1", "A card"))
    for encoder, quality, cap in (
        ("h264_nvenc", "21", "5000k"),
        ("hevc_nvenc", "24", "3500k"),
        ("av1_nvenc", "33", "2750k"),
    ):
        found = options_of(line, encoder)
        wanted = {
            "-gpu": "1",
            "-rc": "vbr",
            "-cq": quality,
            "-b:v": "0",
            "-maxrate": cap,
            "-g": "50",
            "-force_key_frames": "expr:eq(mod(n,50),0)",
            "-forced-idr": "1",
            "-no-scenecut": "1",
            "-bf": "0",
        }
        assert {name: found.get(name) for name in wanted} == wanted
    assert options_of(line, "hevc_nvenc")["-tag:v"] == "hvc1"
    assert "-vaapi_device" not in line
    assert "libx264" in line  # the smallest rung, by the same decoder


def test_ffmpeg_knows_every_option_that_nvenc_is_given(tmp_path):
    """Options are read before the driver is looked for, so that it is the driver that is missed here."""
    for rung in ("v1080", "v1080hevc", "v1080av1"):
        plan = plan_of((1920, 1080), v1080="h264_nvenc", v1080hevc="hevc_nvenc", v1080av1="av1_nvenc")
        chosen = [found for found in plan.video.rungs if found.name == rung]
        (tmp_path / rung).mkdir()
        line = chunk_line(clips.clip("cut25"), plan, chosen, 0, tmp_path, device=Device("0", "A card"))
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        if done.returncode:
            assert "option" not in done.stderr.lower().replace("incorrect parameters", "")
            assert "libcuda" in done.stderr or "capable" in done.stderr


def test_vaapi_is_told_the_device_and_gets_its_pictures_uploaded(tmp_path):
    line = hardware_line(tmp_path, "vaapi", Device("/dev/dri/renderD129", "A card"))
    assert line[line.index("-vaapi_device") + 1] == "/dev/dri/renderD129"
    graph = line[line.index("-filter_complex") + 1]
    assert graph.count("format=nv12") == graph.count("hwupload") == 3
    assert graph.count("format=yuv420p") == 3  # three rungs of 360 lines stay on the CPU
    for encoder, quality in (("h264_vaapi", "21"), ("hevc_vaapi", "24"), ("av1_vaapi", "132")):
        found = options_of(line, encoder)
        assert (found["-rc_mode"], found["-global_quality"], found["-bf"]) == ("QVBR", quality, "0")
        assert (found["-g"], found["-idr_interval"]) == ("50", "0")
        assert found["-force_key_frames"] == "expr:eq(mod(n,50),0)"
    assert options_of(line, "hevc_vaapi")["-tag:v"] == "hvc1"


def test_a_card_is_needed_where_one_is_named(tmp_path):
    with pytest.raises(NoDevice):
        chunk_line(clips.clip("cut25"), plan_of(v360="h264_nvenc"), plan_of(v360="h264_nvenc").video.rungs, 0, tmp_path)


def test_every_rung_has_an_encoder_of_its_codec():
    for rung in plan_of((3840, 2160)).video.rungs:
        assert named(rung.encoder).codec == rung.codec
        assert not rung.hardware
