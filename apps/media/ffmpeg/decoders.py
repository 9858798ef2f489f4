"""Which decoders FFmpeg may use on what people bring: formats that cameras, encoders and studios write, or once wrote.

Most of FFmpeg's five hundred decoders are for games, screen recorders and experiments that nobody uploads, and most of its
security reports are about those. What is not named here is not opened, whatever a file says (VVC and APAC among it: the
ffprobe that we ship writes out of bounds in them, CVE-2026-125244 and CVE-2026-125267).
"""

PICTURES = (
    "h264", "hevc", "libdav1d", "libaom-av1", "av1", "vp6", "vp6a", "vp6f", "vp7", "vp8", "libvpx", "vp9", "libvpx-vp9",
    "mpeg1video", "mpeg2video", "mpegvideo", "mpeg4", "msmpeg4v1", "msmpeg4v2", "msmpeg4", "wmv1", "wmv2", "wmv3", "vc1",
    "flv", "h261", "h263", "h263i", "h263p", "vp3", "vp4", "theora", "dirac", "prores", "dnxhd", "cfhd", "hap", "mjpeg",
    "mjpegb", "jpeg2000", "jpegls", "ffv1", "ffvhuff", "huffyuv", "utvideo", "magicyuv", "lagarith", "rawvideo", "v210", "v308",
    "v408", "v410", "y41p", "yuv4", "r210", "r10k", "dvvideo", "qtrle", "rpza", "svq1", "svq3", "cinepak", "indeo3", "indeo5",
    "rv10", "rv20", "rv30", "rv40", "speedhq", "snow", "png", "apng", "gif", "webp", "bmp", "tiff", "targa",
)  # fmt: skip

SOUNDS = (
    "aac", "aac_latm", "mp1float", "mp1", "mp2float", "mp2", "mp3float", "mp3", "mp3adufloat", "mp3adu", "mp3on4float",
    "mp3on4", "ac3", "eac3", "dca", "truehd", "mlp", "flac", "alac", "als", "vorbis", "libvorbis", "opus", "libopus", "speex",
    "wmav1", "wmav2", "wmapro", "wmalossless", "wmavoice", "ape", "tta", "wavpack", "tak", "mpc7", "mpc8", "cook", "real_144",
    "real_288", "sipr", "atrac3", "atrac3plus", "amrnb", "libopencore_amrnb", "amrwb", "libopencore_amrwb", "gsm", "gsm_ms",
    "qdm2", "qdmc", "mace3", "mace6", "nellymoser", "dvaudio", "s302m", "g722", "g726", "g726le", "g729", "ilbc",
    "dsd_lsbf", "dsd_lsbf_planar", "dsd_msbf", "dsd_msbf_planar", "dst",
    "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "adpcm_swf", "adpcm_yamaha", "adpcm_g722", "adpcm_g726",
    "pcm_alaw", "pcm_mulaw", "pcm_bluray", "pcm_dvd", "pcm_f16le", "pcm_f24le", "pcm_f32be", "pcm_f32le", "pcm_f64be",
    "pcm_f64le", "pcm_lxf", "pcm_s8", "pcm_s8_planar", "pcm_s16be", "pcm_s16be_planar", "pcm_s16le", "pcm_s16le_planar",
    "pcm_s24be", "pcm_s24daud", "pcm_s24le", "pcm_s24le_planar", "pcm_s32be", "pcm_s32le", "pcm_s32le_planar", "pcm_s64be",
    "pcm_s64le", "pcm_u8", "pcm_u16be", "pcm_u16le", "pcm_u24be", "pcm_u24le", "pcm_u32be", "pcm_u32le", "pcm_vidc",
)  # fmt: skip

# Those that are pictures are not made use of, but they stand in files, and a complaint about each would count as damage.
WORDS = (
    "ssa", "ass", "mov_text", "srt", "subrip", "text", "webvtt", "sami", "microdvd", "subviewer", "mpl2", "stl", "realtext",
    "dvbsub", "libzvbi_teletextdec", "dvdsub", "cc_dec", "pgssub", "xsub",
)  # fmt: skip

ALLOWED = ",".join(PICTURES + SOUNDS + WORDS)
