"""GIF and WebP of pictures with times, in memory."""

import io
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Protocol, cast

import av
from av.container import OutputContainer
from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.clip_forms import AnimationForm

ENDINGS = {AnimationForm.WEBP: ".webp", AnimationForm.GIF: ".gif"}

TICKS = {AnimationForm.WEBP: 1000, AnimationForm.GIF: 100}
"""A second, of the times that the format keeps."""

MOST_TICKS = {AnimationForm.WEBP: 2**24 - 1, AnimationForm.GIF: 2**16 - 1}
"""That the format can show one picture for."""

WEBP_OPTIONS: Mapping[str, object] = {"quality": "70", "compression_level": "3"}

_FORWARD = "0"
"""Played again and again."""

_RATE = 25
"""An encoder has to be told one; the pictures have times of their own."""


class Animation(Protocol):
    """A file on its way; leaves nothing behind when it is dropped unfinished."""

    def add(self, bgra: Pixels, tick: int) -> None:
        """(height, width, 4), all of one size, shown from that tick to the next picture's."""
        ...

    @property
    def size(self) -> int:
        """Bytes so far."""
        ...

    def finished(self) -> bytes: ...


def animation(form: AnimationForm, width: int, height: int, *, last: int, end: int) -> Animation:
    """`last`: the tick at which the last picture begins, `end` where it ends."""
    if form is AnimationForm.GIF:
        return _Gif(width, height, last=last, end=end)
    return _WebP(width, height, last=last, end=end)


class _Base:
    def __init__(self, form: AnimationForm, codec: str, options: dict[str, str]) -> None:
        self._buffer = io.BytesIO()
        self._container: OutputContainer = av.open(
            self._buffer, "w", format=form.value, options=options
        )
        self._stream = cast(VideoStream, self._container.add_stream(codec, rate=_RATE))
        self._base = Fraction(1, TICKS[form])
        self._stream.time_base = self._stream.codec_context.time_base = self._base

    @property
    def size(self) -> int:
        return self._buffer.tell()

    def finished(self) -> bytes:
        self._container.close()
        return self._buffer.getvalue()

    def _frame(self, bgra: Pixels, tick: int) -> VideoFrame:
        frame = VideoFrame.from_ndarray(bgra, format="bgra")
        frame.pts, frame.time_base = tick, self._base
        return frame


class _WebP(_Base):
    """Each picture is whole, so that none is merged with another that looks the same."""

    def __init__(self, width: int, height: int, *, last: int, end: int) -> None:
        super().__init__(AnimationForm.WEBP, "libwebp", {"loop": _FORWARD})
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "bgra"
        self._stream.options = dict(WEBP_OPTIONS)
        self._last, self._lasts = last, end - last

    def add(self, bgra: Pixels, tick: int) -> None:
        for packet in self._stream.encode(self._frame(bgra, tick)):
            packet.pts = packet.dts = tick
            packet.time_base = self._base
            packet.duration = self._lasts if tick == self._last else 0
            self._container.mux(packet)


class _Gif(_Base):
    """Each picture has colours of its own."""

    def __init__(self, width: int, height: int, *, last: int, end: int) -> None:
        options = {"loop": _FORWARD, "final_delay": str(end - last)}
        super().__init__(AnimationForm.GIF, "gif", options)
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "pal8"
        self._graph, self._graph_in = _colours(width, height, self._base)

    def add(self, bgra: Pixels, tick: int) -> None:
        self._graph_in.push(self._frame(bgra, tick))
        self._mux()

    def finished(self) -> bytes:
        self._graph_in.push(None)
        self._mux()
        self._container.mux(self._stream.encode(None))
        return super().finished()

    def _mux(self) -> None:
        for frame in _pulled(self._graph):
            self._container.mux(self._stream.encode(frame))


def _colours(
    width: int, height: int, base: Fraction
) -> tuple[Graph, "av.filter.context.FilterContext"]:
    """Filters that choose 256 colours for each picture, and where it goes in."""
    graph = Graph()
    form = VideoFormat("bgra", width, height)
    start = graph.add_buffer(width=width, height=height, format=form, time_base=base)
    split = graph.add("split")
    chosen = graph.add("palettegen", "stats_mode=single")
    used = graph.add("paletteuse", "new=1:dither=bayer:bayer_scale=4")
    end = graph.add("buffersink")
    start.link_to(split)
    split.link_to(chosen, 0, 0)
    split.link_to(used, 1, 0)
    chosen.link_to(used, 0, 1)
    used.link_to(end)
    graph.configure()
    return graph, start


def _pulled(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            yield cast(VideoFrame, graph.pull())
        except (av.BlockingIOError, av.EOFError):
            return
