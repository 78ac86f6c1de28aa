"""A tag in one line of text, for formats that have nothing but a label: `code: [who] what`."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bodycam_annotator.model.tag import Tag

_CODED = re.compile(r"(?P<code>[A-Za-z][A-Za-z0-9_]*):(?:\s|$)(?P<rest>.*)", re.S)
_SPOKEN = re.compile(r"\[(?P<who>[^\]\n]*)\](?:\s|$)(?P<text>.*)", re.S)

ONE_CODE = "label"
"""What labels are tagged as that are no codes but texts."""

_FEW = 12
_LONGEST_CODE = 40
_MOST_WORDS = 4
_UNREADABLE = re.compile(r"[\]\n]")


@dataclass(frozen=True)
class Label:
    """`code` is blank where the line begins with none."""

    code: str
    speaker: str
    text: str


def one_line(text: str) -> str:
    """White space, with its line breaks, as single spaces; none at the ends."""
    return " ".join(text.split())


def label_of(tag: Tag, *, unreadable: re.Pattern[str] = _UNREADABLE) -> str:
    """Read back by `read_label`, but for speakers with `]` or line breaks, or other characters that
    the format does not keep: they are part of the text, so that nobody else is read for them."""
    who, text = tag.speaker, tag.text
    if unreadable.search(who):
        who, text = "", f"{who}: {text}"
    speaker = f"[{who}]" if who or text.startswith("[") else ""
    return " ".join(part for part in (f"{tag.code}:", speaker, text) if part)


def read_label(line: str) -> Label:
    """Its parts; a line that is not as `label_of` writes it is all text."""
    coded = _CODED.fullmatch(line)
    if coded is None:
        return Label(code="", speaker="", text=line)
    spoken = _SPOKEN.fullmatch(coded["rest"])
    if spoken is None:
        return Label(code=coded["code"], speaker="", text=coded["rest"])
    return Label(code=coded["code"], speaker=spoken["who"], text=spoken["text"])


def read_labels(lines: Sequence[str]) -> list[Label]:
    """As `read_label`, a code for each.

    Lines without one that are short are codes themselves where there are few different ones, at
    most 12 or half as many as lines; all others are texts of one code, `label`.
    """
    labels = [read_label(line) for line in lines]
    bare = Counter(one.text.strip() for one in labels if not one.code)
    are_codes = len(bare) <= max(_FEW, bare.total() // 2)
    return [_coded(one, are_codes=are_codes) for one in labels]


def may_be_code(line: str) -> bool:
    """Whether it is as short as what people call codes: at most 40 characters and 4 words."""
    return len(line) <= _LONGEST_CODE and len(line.split()) <= _MOST_WORDS


def _coded(label: Label, *, are_codes: bool) -> Label:
    text = label.text.strip()
    if label.code:
        return label
    if are_codes and text and may_be_code(text):
        return Label(code=text, speaker="", text="")
    return Label(code=ONE_CODE, speaker="", text=label.text)
