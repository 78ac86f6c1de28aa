"""Every odd file the tests know, by file name, each with the truth about it.

`GOOD` can be stepped through (some have frames that can not be decoded); `BROKEN` have to be
refused in words; `ODD_FILES` is both. `build` makes one.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av

from tests import broken_files, mp4_surgery, ts_surgery
from tests.media_factory import (
    Clip,
    Made,
    Options,
    add_video,
    decode_stamps,
    encode,
    gop,
    later,
    make,
    mux,
    rounded,
    steady,
    truth,
    x264,
)
from tests.odd_mpeg4 import divx_packed_bitstream
from tests.paff import paff_clip
from tests.sounds import Sound, add_sound

Builder = Callable[[Path], Made]

MS = Fraction(1, 1000)
TS_TICK = Fraction(1, 90000)
FRAME = 3600
"""Ticks of a transport stream at 25 frames a second."""
TS_START = 903_000
"""10.0333 s, where a recorder that is already running begins."""
TS_FORMAT: Options = (("mpegts_copyts", "1"), ("max_delay", "0"))

B_FRAMES = gop(12, bframes=3, more="b-pyramid=normal")
B_LATER = gop(12, bframes=3, more="b-pyramid=normal:repeat-headers=1")
OPEN_GOP = gop(12, bframes=3, more="b-pyramid=normal:open-gop=1")


def _x265(more: str) -> Options:
    fixed = "log-level=none:pools=none:frame-threads=1:scenecut=0:b-adapt=0:crf=18"
    params = f"{fixed}:keyint=12:min-keyint=12:bframes=4:{more}"
    return (("preset", "ultrafast"), ("x265-params", params))


def _ts(count: int = 40, *, first: int = TS_START, options: Options = B_FRAMES) -> Clip:
    return Clip(
        pts=steady(count, FRAME, first),
        time_base=TS_TICK,
        options=options,
        format_options=TS_FORMAT,
    )


def _mkv(count: int = 40, *, options: Options = B_FRAMES) -> Clip:
    return Clip(pts=steady(count, 40), time_base=MS, options=options)


def _avi(codec: str = "libx264", options: Options = B_FRAMES, keyframes: str = "as coded") -> Clip:
    return Clip(
        pts=steady(40, 1),
        time_base=Fraction(1, 25),
        codec=codec,
        options=options,
        keyframes=keyframes,
    )


def _one_tick_later(clip: Clip) -> Builder:
    """AVI stores no PTS; FFmpeg gives frames of a codec that may reorder one more tick."""

    def build(path: Path) -> Made:
        return later(make(clip, path), 1)

    return build


def _moved(pts: tuple[int, ...], ordinal: int, to: int) -> tuple[int, ...]:
    return (*pts[:ordinal], to, *pts[ordinal + 1 :])


_GAPS = (0, 300, 1000, 1001, 1500, 2500, 2501, 9000)
_IRREGULAR = _GAPS + tuple(60000 + i * 777 + i % 3 * 200 for i in range(30))
_IRREGULAR_MS = tuple(v // 10 for v in _IRREGULAR if v not in (1001, 2501))
_TWICE = r"same (presentation )?time|duplicate|share"
_BACK = r"\bback|reset|earlier|contradict"
_UNTIMED = r"no (presentation )?time|without|missing"
_START = r"first frame|begin|start"


def _before_the_edit(path: Path) -> Made:
    """Five frames lie before the edit list's start: no player shows them."""
    clip = Clip(
        pts=steady(40, 512, -5 * 512),
        options=B_FRAMES,
        format_options=(("avoid_negative_ts", "disabled"),),
    )
    made = make(clip, path)
    return replace(
        made, pts=made.pts[5:], barcodes=made.barcodes[5:], oddities=("edit list|hidden",)
    )


def _without_edit_list(path: Path) -> Made:
    """Without its edit list, a file with B-frames begins as late as its decoder lags."""
    made = make(Clip(options=B_FRAMES), path)
    mp4_surgery.rename_box(path, "moov", "trak", "edts")
    return replace(later(made, 1024), oddities=(_START,))


def _without_sync_table(options: Options, count: int = 40) -> Builder:
    def build(path: Path) -> Made:
        made = make(Clip(pts=steady(count), options=options), path)
        mp4_surgery.rename_box(path, "moov", "trak", "mdia", "minf", "stbl", "stss")
        return made

    return build


def _empty_sync_table(path: Path) -> Made:
    made = make(Clip(options=B_FRAMES), path)
    mp4_surgery.empty_sync_table(path)
    return made


def _negative_in_matroska(path: Path) -> Made:
    """Its blocks' times are unsigned, so FFmpeg gives no PTS before zero."""
    clip = replace(
        _mkv(options=gop(12)),
        pts=steady(40, 40, -200),
        format_options=(("avoid_negative_ts", "disabled"),),
    )
    return replace(
        make(clip, path),
        unrecorded=frozenset(range(5)),
        oddities=(_UNTIMED,),
        plain_decode="FFmpeg gives frames before zero no PTS",
    )


def _cut(clip: Clip, pictures: int, first_shown: int) -> Builder:
    """Begins `pictures` coded pictures late; the first that can be shown is `first_shown`.

    All the pictures cut off belong before `first_shown`, so the rest of those can't be decoded.
    """

    def build(path: Path) -> Made:
        made = make(clip, path)
        path.write_bytes(ts_surgery.without_first_pictures(path.read_bytes(), pictures))
        return replace(
            made,
            pts=made.pts[first_shown:],
            barcodes=made.barcodes[first_shown:],
            oddities=(rf"\b{first_shown - pictures} frames?\b.*decode",),
        )

    return build


def _wraps_at_33_bits(path: Path) -> Made:
    """The clock runs over after 20 frames; FFmpeg counts those before as negative."""
    made = later(make(_ts(first=(1 << 33) - 20 * FRAME), path), -(1 << 33))
    return replace(made, oddities=(_START,))


def _two_recordings(path: Path) -> Made:
    """Two recordings joined bytewise: the clock goes back to its start."""
    one = make(_ts(), path)
    data = path.read_bytes()
    two = make(replace(_ts(30), first_barcode=40), path)
    path.write_bytes(data + path.read_bytes())
    return replace(
        one,
        pts=one.pts + two.pts,
        barcodes=one.barcodes + two.barcodes,
        end=None,
        jumps=(40,),
        oddities=(_BACK,),
    )


def _late_b_frames(first: Clip, then: Clip, *, derived: bool = False) -> Builder:
    """B-frames that begin behind the header: the packets of two encodes, one clock.

    Each keyframe brings its own headers along, as a recorder's do. `derived`: the container's
    times are FFmpeg's, made up in decoding order.
    """

    def build(path: Path) -> Made:
        packets = []
        for clip in (first, then):
            with av.open(str(path.with_suffix(".h264")), "w") as raw:
                packets += encode(clip, add_video(raw, clip))
        stamps = decode_stamps([packet.pts or 0 for packet in packets])
        with av.open(str(path), "w", options=dict(first.format_options)) as output:
            stream = add_video(output, first)
            for packet, dts in zip(packets, stamps, strict=True):
                packet.stream, packet.dts = stream, dts
            mux(output, packets)
        made = truth(replace(first, pts=first.pts + then.pts), path)
        if not derived:
            return made
        return replace(
            later(made, 1),
            oddities=("order|presentation time",),
            plain_decode="FFmpeg deals out PTS in decode order, so they are on the wrong frames",
        )

    return build


def _late(clip: Clip, count: int, step: int) -> tuple[Clip, Clip]:
    """`clip` without B-frames, and `count` frames with some that go on from it."""
    own = replace(clip, options=gop(12, more="repeat-headers=1"))
    more = steady(count, step, clip.pts[-1] + step)
    then = replace(clip, pts=more, first_barcode=len(clip.pts), options=B_LATER)
    return own, then


def _size_changes(path: Path) -> Made:
    """A camera that changes its resolution while the clock goes on."""
    one = make(_ts(24), path)
    data = path.read_bytes()
    clip = replace(_ts(24, first=one.pts[-1] + FRAME), first_barcode=24, width=640, height=360)
    two = make(clip, path)
    path.write_bytes(data + path.read_bytes())
    return replace(one, pts=one.pts + two.pts, barcodes=one.barcodes + two.barcodes, end=two.end)


def _clock_glitch(path: Path) -> Made:
    """One picture of a recorder without B-frames carries a PTS from 17 frames ago."""
    pts = steady(40, FRAME, TS_START)
    clip = replace(_ts(options=gop(12)), pts=_moved(pts, 20, pts[3] + FRAME // 2))
    return replace(make(clip, path), glitches=(20,), oddities=(_BACK,))


def _clock_reset(path: Path) -> Made:
    clip = replace(_mkv(48, options=gop(12)), pts=steady(24, 40, 2000) + steady(24, 40))
    return replace(make(clip, path), end=None, jumps=(24,), oddities=(_BACK,))


def _without_pts(options: Options, *, every: int) -> Builder:
    """Pictures 1, 1 + every, ... in decode order have no PTS and no DTS."""

    def build(path: Path) -> Made:
        clip = _ts(options=options)
        with av.open(str(path), "w", options=dict(clip.format_options)) as output:
            packets = encode(clip, add_video(output, clip))
            order = [clip.pts.index(packet.pts or 0) for packet in packets]
            mux(output, packets)
        data = ts_surgery.without_pts(path.read_bytes(), lambda number: number % every == 1)
        path.write_bytes(data)
        return replace(
            truth(clip, path),
            unrecorded=frozenset(order[1::every]),
            end=None,
            oddities=(_UNTIMED,),
            plain_decode="FFmpeg gives frames without a PTS as None",
        )

    return build


def _without_durations(path: Path) -> Made:
    """The track's default duration is voided, and simple blocks have none."""
    made = make(_mkv(options=gop(12)), path)
    data = path.read_bytes()
    at = data.index(b"\x23\xe3\x83")
    size = 4 + (data[at + 3] & 0x7F)
    void = b"\xec" + bytes([0x80 | (size - 2)]) + bytes(size - 2)
    path.write_bytes(data[:at] + void + data[at + size :])
    return replace(made, end=None)


def _b_frames_in_avi(path: Path) -> Made:
    """AVI can not say that H.264 reorders; FFmpeg makes up PTS in decode order."""
    return replace(
        later(make(_avi(), path), 1),
        oddities=("order|presentation time",),
        plain_decode="FFmpeg deals out PTS in decode order, so they are on the wrong frames",
    )


def _two_cameras(path: Path) -> Made:
    """A second, slower and shorter stream beside the first."""
    front = Clip(options=B_FRAMES)
    rear = Clip(
        pts=steady(12, 1280),
        rate=Fraction(10),
        camera=1,
        width=160,
        height=96,
        options=gop(6),
    )
    with av.open(str(path), "w") as output:
        packets = encode(front, add_video(output, front))
        packets += encode(rear, add_video(output, rear))
        mux(output, [*packets, *add_sound(output, Sound(codec="aac", samples=48000))])
    return replace(truth(front, path), others={1: truth(rear, path)})


def _cover_first(path: Path) -> Made:
    """The cover picture becomes stream 0, because its box precedes the track's."""
    clip = Clip(options=B_FRAMES)
    cover = Clip(pts=(0,), codec="mjpeg", options=(), pixel_format="yuvj420p", camera=7)
    with av.open(str(path), "w") as output:
        film, picture = add_video(output, clip), add_video(output, cover)
        picture.disposition = av.stream.Disposition.attached_pic
        mux(output, encode(cover, picture) + encode(clip, film))
    mp4_surgery.user_data_first(path)
    return truth(clip, path)


def _anamorphic(aspect: Fraction, width: int) -> Clip:
    return Clip(width=width, sample_aspect=aspect)


def _turned(degrees: int, *, mirrored: bool = False) -> Clip:
    return Clip(rotation=degrees, mirrored=mirrored, height=176, options=B_FRAMES)


def _flagged(clip: Clip, keyframes: str) -> Clip:
    return replace(clip, keyframes=keyframes)


_NTSC, _NTSC60 = Fraction(30000, 1001), Fraction(60000, 1001)
_MPEG2: Options = (("qscale", "2"), ("g", "12"), ("bf", "2"), ("flags", "+ildct+ilme"))
_MPEG4: Options = (("qscale", "3"), ("g", "12"), ("bf", "2"))
_REFRESH = gop(12, more="intra-refresh=1")

_SPOKEN = Clip(pts=steady(20, 100), time_base=MS, rate=Fraction(10), sound=Sound())
"""Two seconds of film and, unless replaced, of a tone."""

GOOD: dict[str, Clip | Builder] = {
    # What most cameras write.
    "steady.mp4": Clip(),
    "b_pyramid_long_gop.mp4": Clip(
        pts=steady(280), options=gop(250, bframes=3, more="b-pyramid=normal:ref=3")
    ),
    "ntsc.mp4": Clip(
        pts=steady(40, 1001), time_base=1 / Fraction(30000), rate=_NTSC, options=B_FRAMES
    ),
    "ntsc_ms.mkv": replace(_mkv(), pts=rounded(40, rate=_NTSC, time_base=MS), rate=_NTSC),
    "ntsc60_ms.mkv": replace(_mkv(), pts=rounded(40, rate=_NTSC60, time_base=MS), rate=_NTSC60),
    "running_clock.ts": replace(_ts(), oddities=(_START,)),
    "one_frame.mp4": Clip(pts=(0,)),
    # Open GOP: leading pictures need the GOP before.
    "open_gop.mp4": Clip(options=OPEN_GOP),
    "open_gop.mkv": _mkv(options=OPEN_GOP),
    "open_gop.ts": _ts(options=OPEN_GOP),
    "open_gop_hevc.mp4": Clip(codec="libx265", options=_x265("open-gop=1")),
    "open_gop_hevc.mkv": replace(_mkv(), codec="libx265", options=_x265("open-gop=1")),
    "open_gop_hevc.ts": replace(_ts(), codec="libx265", options=_x265("open-gop=1")),
    # Clocks.
    "variable_rate.mp4": Clip(pts=_IRREGULAR, options=B_FRAMES, variable_rate=True),
    "variable_rate.mkv": replace(_mkv(), pts=_IRREGULAR_MS, variable_rate=True),
    "wraps_at_33_bits.ts": _wraps_at_33_bits,
    "late_start.mp4": Clip(pts=steady(40, 512, 6400), options=B_FRAMES, oddities=(_START,)),
    "edit_list_hides.mp4": _before_the_edit,
    "no_edit_list.mp4": _without_edit_list,
    "same_pts.mp4": Clip(pts=_moved(steady(40), 7, 6 * 512), oddities=(_TWICE,)),
    "same_pts.mkv": replace(_mkv(), pts=_moved(steady(40, 40), 7, 6 * 40), oddities=(_TWICE,)),
    # The later frame of the pair comes first in the file: only the codec's order tells.
    "same_pts_reordered.mkv": replace(
        _mkv(), pts=_moved(steady(40, 40), 8, 7 * 40), oddities=(_TWICE,)
    ),
    "same_pts.ts": replace(
        _ts(options=gop(12)),
        pts=_moved(steady(40, FRAME, TS_START), 7, TS_START + 6 * FRAME),
        oddities=(_TWICE,),
    ),
    "same_pts_over_gop.mp4": Clip(pts=_moved(steady(40), 12, 11 * 512), oddities=(_TWICE,)),
    "same_pts_over_gop.mkv": replace(
        _mkv(options=gop(12)), pts=_moved(steady(40, 40), 24, 23 * 40), oddities=(_TWICE,)
    ),
    "clock_glitch.ts": _clock_glitch,
    "clock_reset.mkv": _clock_reset,
    "two_recordings.ts": _two_recordings,
    "no_pts.ts": _without_pts(gop(12), every=3),
    "no_pts_b_frames.ts": _without_pts(B_FRAMES, every=3),
    "negative_pts.mkv": _negative_in_matroska,
    "no_durations.mkv": _without_durations,
    # Starting points that are missing or lie.
    # Without B-frames at first, so the header says that none change places.
    "late_b_frames.ts": _late_b_frames(*_late(_ts(36), 36, FRAME)),
    "late_b_frames.mkv": _late_b_frames(*_late(_mkv(36), 36, 40)),
    "late_b_frames.avi": _late_b_frames(
        *_late(replace(_avi(), pts=steady(36, 1)), 36, 1), derived=True
    ),
    "cut_in_gop.ts": _cut(_ts(), 5, 12),
    "cut_at_open_gop.ts": _cut(_ts(options=OPEN_GOP), 9, 12),
    "cut_at_open_gop_hevc.ts": _cut(
        replace(_ts(), codec="libx265", options=_x265("open-gop=1")), 11, 12
    ),
    "no_sync_table.mp4": _without_sync_table(gop(12)),
    "no_sync_table_b_frames.mp4": _without_sync_table(B_FRAMES),
    "no_sync_table_one_gop.mp4": _without_sync_table(gop(250, bframes=3), count=60),
    "sync_table_empty.mp4": _empty_sync_table,
    "no_keyframes.mkv": _flagged(_mkv(), "none"),
    "all_keyframes.mkv": _flagged(_mkv(), "all"),
    "no_keyframes.avi": _one_tick_later(_avi(options=gop(12), keyframes="none")),
    "all_keyframes.avi": _one_tick_later(_avi(options=gop(12), keyframes="all")),
    "claims_2_31_frames.avi": broken_files.claims_2_31_frames,
    "all_keyframes_mpeg4.avi": _one_tick_later(_avi("mpeg4", _MPEG4, keyframes="all")),
    "intra_refresh.mp4": Clip(pts=steady(60), options=_REFRESH),
    "intra_refresh.mkv": _mkv(60, options=_REFRESH),
    "intra_refresh.ts": _ts(60, options=_REFRESH),
    # Other codecs and containers.
    "mpeg4.avi": _one_tick_later(_avi("mpeg4", _MPEG4)),
    "mpeg4_packed.avi": divx_packed_bitstream,
    "mjpeg.avi": replace(_avi("mjpeg", (("qmin", "2"), ("qmax", "2"))), pixel_format="yuvj420p"),
    "h264_b_frames.avi": _b_frames_in_avi,
    "hevc.mp4": Clip(codec="libx265", options=_x265("open-gop=0")),
    "ten_bit.mp4": Clip(pts=steady(24), options=B_FRAMES, pixel_format="yuv420p10le"),
    "ten_bit_hevc.mp4": Clip(
        pts=steady(24),
        codec="libx265",
        options=_x265("open-gop=0"),
        pixel_format="yuv420p10le",
    ),
    "four_k60.mp4": Clip(
        pts=steady(6, 1001),
        time_base=Fraction(1, 60000),
        rate=_NTSC60,
        width=3840,
        height=2160,
        options=x264("keyint=4:min-keyint=4:bframes=1:subme=0:me=dia:no-cabac=1:ref=1"),
    ),
    "interlaced.ts": replace(_ts(options=gop(12, bframes=2, more="tff=1")), height=192),
    "interlaced.mkv": replace(_mkv(options=gop(12, bframes=2, more="tff=1")), height=192),
    "dvd.ts": replace(
        _ts(26, options=_MPEG2),
        codec="mpeg2video",
        width=720,
        height=576,
        sample_aspect=Fraction(64, 45),
    ),
    "paff.ts": paff_clip,
    "paff.mkv": paff_clip,
    # Shapes.
    "turned_90.mp4": _turned(90),
    "turned_180.mp4": _turned(180),
    "turned_270.mp4": _turned(270),
    "mirrored.mp4": _turned(0, mirrored=True),
    "mirrored_90.mp4": _turned(90, mirrored=True),
    "mirrored_180.mp4": _turned(180, mirrored=True),
    "mirrored_270.mp4": _turned(270, mirrored=True),
    "wide_pixels.mp4": _anamorphic(Fraction(2), 160),
    "wide_pixels.mkv": replace(_mkv(), sample_aspect=Fraction(2), width=160),
    "wide_pixels_4_3.mp4": _anamorphic(Fraction(4, 3), 240),
    "wide_pixels_turned.mp4": replace(_turned(90), sample_aspect=Fraction(2), width=160),
    "size_changes.ts": _size_changes,
    # Streams.
    "two_cameras.mp4": _two_cameras,
    "cover_first.mp4": _cover_first,
    # Sound.
    "sound_late.mkv": replace(_SPOKEN, sound=Sound(samples=48_000, start=48_000)),
    "sound_before.mkv": replace(_SPOKEN, pts=steady(20, 100, 500), oddities=(_START,)),
    "sound_shorter.mkv": replace(_SPOKEN, sound=Sound(samples=48_000)),
    "sound_longer.mkv": replace(_SPOKEN, sound=Sound(samples=4 * 48_000)),
    "silent_spans.mkv": replace(
        _SPOKEN, sound=Sound(silences=((0, 24_000), (40_007, 80_001)), clicks=(60_000,))
    ),
    "clicks.mkv": replace(
        _SPOKEN, sound=Sound(silences=((0, 96_000),), clicks=(4_800, 52_801, 95_999))
    ),
    # Damage that leaves most frames whole.
    "unread_b_frame.mp4": broken_files.unreadable_b_frame,
    "damaged_reference.mp4": broken_files.damaged_reference,
    "last_packet_cut.mp4": broken_files.last_packet_cut,
    "last_packet_cut.ts": broken_files.last_packet_cut_ts,
    "last_packet_cut.mkv": broken_files.last_packet_cut_mkv,
}

BROKEN: dict[str, Callable[[Path], None]] = broken_files.BROKEN

ODD_FILES: dict[str, Clip | Builder | Callable[[Path], None]] = {**GOOD, **BROKEN}


def build(name: str, folder: Path) -> Made:
    """Make the good file `name` in `folder`."""
    how = GOOD[name]
    path = folder / name
    return make(how, path) if isinstance(how, Clip) else how(path)
