"""Subtitles as other programs write them, and broken ones.

The files are written by hand: SRT as SubRip and Whisper write it, WebVTT after the examples of its
specification (w3.org/TR/webvtt1), ASS as Aegisub does.
"""

from pathlib import Path

import pytest

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.captions.writing import ASS, SRT, VTT
from bodycam_annotator.exchange.format import Format
from bodycam_annotator.exchange.timeline import Timeline
from tests.pace import assert_grows_no_faster


def read(folder: Path, text: str | bytes, format: Format) -> Timeline:
    path = folder / f"in.{format.name}"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return formats.read(path, format)[1]


def texts_of(timeline: Timeline) -> list[tuple[int, int, str | None, str | None]]:
    """Times in milliseconds, speaker and text."""
    return [
        (row.start_ns // 10**6, row.end_ns // 10**6, row.speaker, row.text) for row in timeline.rows
    ]


SRT_FILE = (
    "1\n00:00:01,000 --> 00:00:02,500\nStop.\nNow\n\n2\n00:00:03,000 --> 00:00:04,000\n42\n\n"
)
SRT_READ = [(1000, 2500, None, "Stop.\nNow"), (3000, 4000, None, "42")]


@pytest.mark.parametrize(
    "data",
    [
        SRT_FILE,
        SRT_FILE.encode("utf-8-sig"),
        SRT_FILE.encode("utf-16"),
        SRT_FILE.replace("\n", "\r\n"),
        SRT_FILE.replace("\n", "\r"),
        SRT_FILE.replace(",", "."),
        SRT_FILE.rstrip("\n"),
        SRT_FILE.replace("\n\n", "\n"),
        SRT_FILE.replace("\n2\n", "\n\n\n2\n"),
        SRT_FILE.replace("1\n00", "00", 1).replace("\n2\n", "\n"),
        SRT_FILE.replace("00:00:03,000", "00:00:03"),
        SRT_FILE.replace("00:00:04,000", "00:00:04,000  X1:53 X2:303 Y1:438 Y2:453"),
        SRT_FILE.replace("00:00:0", "0:0:"),
        SRT_FILE.replace(" --> ", "-->"),
    ],
)
def test_srt_however_it_is_written(tmp_path: Path, data: str | bytes) -> None:
    timeline = read(tmp_path, data, SRT)
    assert texts_of(timeline) == SRT_READ
    assert timeline.notice == ""
    assert timeline.rows[1].where.startswith("cue 2 (line ")


def test_blank_lines_within_a_text_stay(tmp_path: Path) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\none\n\ntwo\n\n\n2\n00:00:03,000 --> 00:00:04,000\nx\n"
    assert [row.text for row in read(tmp_path, text, SRT).rows] == ["one\n\ntwo", "x"]


def test_a_number_that_may_be_text_is_kept_and_named(tmp_path: Path) -> None:
    text = "00:00:01,000 --> 00:00:02,000\nplate\n77\n00:00:03,000 --> 00:00:04,000\nx\n"
    timeline = read(tmp_path, text, SRT)
    assert [row.text for row in timeline.rows] == ["plate\n77", "x"]
    assert timeline.notice == (
        "A number between it and the next, taken as its text: cue 1 (line 1)."
    )


def test_broken_cues_are_named(tmp_path: Path) -> None:
    text = (
        "title\n\n1\n00:00:02,000 --> 00:00:01,000\nback\n\n"
        "2\n00:00:03,000 --> 00:00:03,000\nflash\n\n3\n00:00:04,000 --> 00:00:05,000\n\n"
        '4\n00:00:01,500 --> 00:00:09,000\n{\\an8}<font color="red">Over</font> <inaudible>\n'
    )
    timeline = read(tmp_path, text, SRT)
    assert texts_of(timeline) == [
        (2000, 2000, None, "back"),
        (3000, 3000, None, "flash"),
        (1500, 9000, None, "Over <inaudible>"),
    ]
    assert timeline.notice == (
        "Ends before it starts, its start taken for both: cue 1 (line 4). "
        "Lasts no time, taken as it is: cue 2 (line 8). "
        "Has no text, not taken: cue 3 (line 12). "
        "Belongs to no cue, not taken: what stands before line 4. "
        "Formatting taken off the text: 1 cue."
    )


@pytest.mark.parametrize(
    ("text", "speaker", "said"),
    [
        ("Officer 1: Stop", "Officer 1", "Stop"),
        ("ДПС: Стой", "ДПС", "Стой"),
        ("look: there", None, "look: there"),
        ("At 12:30 he left", None, "At 12:30 he left"),
        ("No, wait: I said stop", None, "No, wait: I said stop"),
        ("So this is what I told him: stop", None, "So this is what I told him: stop"),
    ],
)
def test_speakers_of_srt(tmp_path: Path, text: str, speaker: str | None, said: str) -> None:
    (row,) = read(tmp_path, f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n", SRT).rows
    assert (row.speaker, row.text) == (speaker, said)


@pytest.mark.parametrize(
    ("times", "line"),
    [
        ("00:00:01,000 --> soon", 2),
        ("00:00:01,000 -->", 2),
        ("00:61:01,000 --> 00:62:00,000", 2),
        ("00:00:99,000 --> 00:01:40,000", 2),
        ("00:00:01,0000000000 --> 00:00:02,000", 2),
        ("1:2:3:4 --> 00:00:02,000", 2),
        ("1e9 --> 00:00:02,000", 2),
        ("99999999:00:00,000 --> 99999999:00:01,000", 2),
    ],
)
@pytest.mark.parametrize("format", [SRT, VTT], ids=lambda one: one.name)
def test_times_that_are_none_are_refused_by_line(
    tmp_path: Path, times: str, line: int, format: Format
) -> None:
    with pytest.raises(ExchangeError, match=rf"^in\.{format.name}, line {line}: .* mend it\.$"):
        read(tmp_path, f"1\n{times}\nx\n", format)


@pytest.mark.parametrize("format", [SRT, VTT, ASS], ids=lambda one: one.name)
def test_a_file_without_subtitles_is_refused(tmp_path: Path, format: Format) -> None:
    for text in ("", "WEBVTT\n\n", "hello\n"):
        with pytest.raises(ExchangeError, match="no subtitle"):
            read(tmp_path, text, format)


VTT_FILE = """WEBVTT - a title
Kind: captions

STYLE
::cue(v[voice="Esme"]) { color: cyan }

REGION
id:fred
width:40%

NOTE this --is a comment
of two lines

intro
00:00.000 --> 00:01.000 align:start position:10%,line-left
<v.loud Mary &amp; Ann>Hi &lt;you&gt; <i>there</i>&nbsp;<00:00:00.500>now</v>

00:01.000 --> 00:02.000 region:fred
- <v Esme>Yes
<v Mary>No
"""


def test_vtt_as_the_specification_has_it(tmp_path: Path) -> None:
    timeline = read(tmp_path, VTT_FILE, VTT)
    assert texts_of(timeline) == [
        (0, 1000, "Mary & Ann", "Hi <you> there\xa0now"),
        (1000, 2000, None, "-"),
        (1000, 2000, "Esme", "Yes"),
        (1000, 2000, "Mary", "No"),
    ]
    assert timeline.notice == "Formatting taken off the text: 1 cue."


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("WEBVTT\n00:01.000 --> 00:02.000\na\n", ""),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\na\n", ""),
        ("\ufeffWEBVTT\r\n\r\n7\r\n00:01,000 --> 00:02,000\r\na\r\n", ""),
        ("00:01.000 --> 00:02.000\na\n", "It does not begin with WEBVTT, taken as if it did."),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\na\n\nlost\nwords\n",
            "Belongs to no cue, not taken: lines 6 to 7.",
        ),
    ],
)
def test_vtt_that_is_broken(tmp_path: Path, text: str, notice: str) -> None:
    timeline = read(tmp_path, text, VTT)
    assert texts_of(timeline) == [(1000, 2000, None, "a")]
    assert timeline.notice == notice


def test_vtt_without_blank_lines(tmp_path: Path) -> None:
    text = "WEBVTT\n1\n00:01.000 --> 00:02.000\na\n2\n00:02.000 --> 00:03.000\nb\n"
    assert texts_of(read(tmp_path, text, VTT)) == [(1000, 2000, None, "a"), (2000, 3000, None, "b")]


ASS_FILE = r"""[Script Info]
; Script generated by Aegisub 3.2.2
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:05.00,Default,,0,0,0,,note to self
Dialogue: 0,0:00:01.20,0:00:02.05,Default,Officer 1,0,0,0,,{\an8\i1}Put your gun{\i0} down,\Nnow\h!
Dialogue: 0,0:00:03.00,0:00:02.00,Default,,0,0,0,,back
Dialogue: 0,0:00:04.00,0:00:05.00,Default,,0,0,0,,{\p1}m 0 0 l 100 0 100 100{\p0}
"""


def test_ass_as_aegisub_writes_it(tmp_path: Path) -> None:
    timeline = read(tmp_path, "\ufeff" + ASS_FILE.replace("\n", "\r\n"), ASS)
    assert texts_of(timeline) == [
        (1200, 2050, "Officer 1", "Put your gun down,\nnow !"),
        (3000, 3000, None, "back"),
    ]
    assert timeline.notice == (
        "Ends before it starts, its start taken for both: cue 3 (line 13). "
        "Is a drawing, not taken: cue 4 (line 14). Is a comment, not taken: cue 1 (line 11). "
        "Formatting taken off the text: 1 cue."
    )


def test_ass_with_its_fields_in_another_order(tmp_path: Path) -> None:
    text = "[Events]\nFormat: End, Start, Actor, Text\nDialogue: 0:00:02.00,0:00:01.00,Ada,a,b\n"
    assert texts_of(read(tmp_path, text, ASS)) == [(1000, 2000, "Ada", "a,b")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Dialogue: 0,0:00:01.00", "2 fields, but its Format has 10"),
        ("Dialogue: 0,nan,0:00:01.00,,,,,,,x", "'nan' or '0:00:01.00' is no time"),
        ("Format: Start, Text, End", "not Text as its last"),
    ],
)
def test_ass_that_cannot_be_read_is_refused_by_line(tmp_path: Path, line: str, why: str) -> None:
    with pytest.raises(ExchangeError, match=rf"in\.ass, line 2: .*{why}"):
        read(tmp_path, f"[Events]\n{line}\n", ASS)


def test_nul_and_other_bytes_are_refused(tmp_path: Path) -> None:
    for data in (b"1\n00:00:01,000 --> 00:00:02,000\na\0b", b"\xff\xfea", b"caf\xe9"):
        with pytest.raises(ExchangeError, match=r"in\.srt"):
            read(tmp_path, data, SRT)


_CUE = "00:00:01.000 --> 00:00:02.000\n"
_DIALOGUE = "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,,,,,,,"
HOSTILE = (
    [(VTT, "WEBVTT\n\n" + _CUE, piece) for piece in ("< v ", "&#9", "&", "<c.a", "\u2060", "a ")]
    + [
        (SRT, "1\n" + _CUE, piece)
        for piece in ("A", "A ", "{\\", "<b ", "\u2060", "\n1", "-->", "--")
    ]
    + [(ASS, _DIALOGUE, piece) for piece in ("{", "{}", "\\", "\\\u2060", "{\\p", ",")]
)


@pytest.mark.parametrize(("format", "begin", "piece"), HOSTILE)
def test_long_hostile_text_takes_no_more_than_its_length(
    tmp_path: Path, format: Format, begin: str, piece: str
) -> None:
    def taken(length: int) -> None:
        text = begin + piece * (length // len(piece.encode())) + "\n"
        assert len(read(tmp_path, text, format).rows) <= 2

    assert_grows_no_faster(taken, 400_000)


@pytest.mark.parametrize(
    ("format", "text"),
    [
        (SRT, "0:0-->0:1\na\n" * 120_001),
        (VTT, "WEBVTT\n\n" + "a\n\n" * 120_001),
        (VTT, f"WEBVTT\n\n{_CUE}" + f"\n{_CUE}".join(["<v A>x" * 1000] * 121)),
    ],
    ids=["srt", "vtt", "voices"],
)
def test_more_cues_than_anybody_can_say_are_refused(
    tmp_path: Path, format: Format, text: str
) -> None:
    with pytest.raises(ExchangeError, match="more than 120000 cues"):
        read(tmp_path, text, format)


def test_a_cue_of_voices_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match=r"cue 1 \(line 3\): more than 1000 voices"):
        read(tmp_path, f"WEBVTT\n\n{_CUE}" + "<v A>x" * 1001, VTT)


def test_captions_that_roll_up_are_said(tmp_path: Path) -> None:
    """As YouTube writes them: each line once more while the next one comes."""
    text = (
        "WEBVTT\nKind: captions\nLanguage: en\n\n"
        "00:01.000 --> 00:02.000 align:start position:0%\n \nput<00:01.200><c> your</c>\n\n"
        "00:02.000 --> 00:02.010 align:start position:0%\nput your\n \n\n"
        "00:02.010 --> 00:03.000 align:start position:0%\nput your\nhands<c> up</c>\n\n"
        "00:03.000 --> 00:03.010 align:start position:0%\nhands up\n \n"
    )
    timeline = read(tmp_path, text, VTT)
    assert [row.text for row in timeline.rows] == [
        "put your",
        "put your",
        "put your\nhands up",
        "hands up",
    ]
    assert "3 cues repeat the words of the cue before" in timeline.notice


def test_how_words_are_read_stands_in_brackets(tmp_path: Path) -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<ruby>x<rt>y</rt>z<rt>w</ruby> and <ruby>a<rt>b\n"
    (row,) = read(tmp_path, text, VTT).rows
    assert row.text == "x(y)z(w) and a(b)"
