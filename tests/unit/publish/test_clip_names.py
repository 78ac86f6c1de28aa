"""Names of clips are ones that any file system takes."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.publish.clip_names import DEFAULT, LONGEST, Names, safe_stem

FIELDS = {
    "incident": "Traffic stop 12/3",
    "camera": "Officer 1",
    "code": "shot",
    "n": "03",
    "start": "00:00:36.203",
    "speaker": "Driver",
}


def test_a_template_names_a_clip() -> None:
    assert Names().new(DEFAULT, FIELDS, ending=".mp4") == (
        "Traffic stop 12-3 Officer 1 03 shot 00-00-36.203.mp4"
    )


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("CON", "_CON"),
        ("com1.part", "_com1.part"),
        ("LPT³", "_LPT³"),
        ("console", "console"),
        ("..", "clip"),
        ("../../etc/passwd", "etc-passwd"),
        ("a.", "a"),
        ("a. . ", "a"),
        (" .hidden", "hidden"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("tab\tand\nline", "tab and line"),
        ("\x00\ud800", "clip"),
        ('what? "a*b" <c>|d', "what- -a-b- -c--d"),
        ("-rf", "rf"),
    ],
)
def test_what_a_file_system_minds_is_not_in_a_name(given: str, safe: str) -> None:
    assert safe_stem(given) == safe


@given(st.text(max_size=300))
def test_any_text_becomes_a_name(text: str) -> None:
    name = Names().new("{speaker}", {"speaker": text}, ending=".mp4")
    assert len(name.encode()) <= LONGEST
    assert Path(name).name == name
    assert not set(name) & set('<>:"/\\|?*')
    assert not name.startswith((".", " ", "-"))
    assert not name.removesuffix(".mp4").endswith((".", " "))
    assert all(unicodedata.category(one) not in ("Cc", "Cs", "Zl", "Zp") for one in name)
    assert not set(name) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@given(st.lists(st.text(max_size=250), min_size=2, max_size=12))
def test_no_two_clips_have_names_that_are_alike_anywhere(texts: list[str]) -> None:
    names = Names()
    taken = [names.new("{code}", {"code": text}, ending=".mkv") for text in texts]
    assert len({unicodedata.normalize("NFC", name).casefold() for name in taken}) == len(taken)
    assert all(len(name.encode()) <= LONGEST for name in taken)


def test_names_that_differ_in_case_alone_are_numbered() -> None:
    names = Names(["Shot.mp4", "shot (2).mp4"])
    assert names.new("{code}", {"code": "SHOT"}, ending=".mp4") == "SHOT (3).mp4"


def test_a_name_whose_account_would_replace_another_is_numbered() -> None:
    names = Names(["shot.mp4.json"])
    assert names.new("{code}", {"code": "shot"}, ending=".mp4") == "shot (2).mp4"


@pytest.mark.parametrize("template", ["{colour}", "{n!r}", "{n:>9}", "{n", "{}", "{n.real}"])
def test_what_is_no_template_is_refused_in_words(template: str) -> None:
    with pytest.raises(ExchangeError, match=r"\{incident\}|no template"):
        Names().new(template, FIELDS, ending=".mp4")


def test_a_long_name_is_not_cut_within_a_character() -> None:
    name = Names().new("{speaker}", {"speaker": "é" * 300}, ending=".mp4")
    assert set(name.removesuffix(".mp4")) == {"é"}
