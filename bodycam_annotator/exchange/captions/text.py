"""Text and speaker of a subtitle as each format writes them, and taken back out of it.

Where a format has no escapes, U+2060 (word joiner, invisible) keeps text apart from formatting, as
FFmpeg does in ASS; one that is there already gets another, so that taking one off restores it.
"""

import html
import re
from dataclasses import dataclass

from bodycam_annotator.exchange.labels import one_line

EVERY_TAG = "Bodycam Annotator: every tag as code: [speaker] text"
"""Says in a file that its lines are `label_of` tags."""

_JOINER = "\u2060"
_BREAK = re.compile(r"\r\n?|\n")


@dataclass(frozen=True)
class Said:
    """What one speaker says. `formatted` where formatting was taken off the text."""

    speaker: str
    text: str
    formatted: bool = False


_VTT_KEPT = re.compile(r"(?<=\n)\n|\A\n|\n\Z|\r|\A[ \t]+|[ \t]+\Z|(?<=\n)[ \t]+(?=\n)")
_VTT_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>v|c|i|b|u|ruby|rt|lang)(?:\.[^\s<>]*)?(?:[ \t\n](?P<rest>[^<>]*))?>"
    r"|<[0-9:.]{5,20}>"
)

# Shorter than Python's limit on digits.
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def vtt_text(speaker: str, text: str) -> str:
    """A cue's text; line breaks that would end the cue, and spaces that are alone in a line or at
    its ends, are written as character references."""
    kept = _VTT_KEPT.sub(
        lambda found: "".join(f"&#{ord(char)};" for char in found[0]), _escaped(text)
    )
    name = one_line(speaker)
    return f"<v {_escaped(name)}>{kept}" if name else kept


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescaped(text: str) -> str:
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text)


def read_vtt_text(payload: str) -> list[Said]:
    """What each voice of a cue says; tags that WebVTT does not have are left in the text."""
    speaker = ""
    pieces: list[str] = []
    found: list[Said] = []
    formatted = False
    reading = False
    place = 0

    def finish() -> None:
        nonlocal pieces, formatted, reading
        raw = "".join(pieces) + ")" * reading
        reading = False
        if raw.strip() or speaker:
            found.append(Said(speaker, _unescaped(without_layout(raw)), formatted))
        pieces, formatted = [], False

    for tag in _VTT_TAG.finditer(payload):
        pieces.append(payload[place : tag.start()])
        place = tag.end()
        if tag["name"] != "v":
            formatted = True
            if tag["name"] in ("rt", "ruby"):
                # How the words before it are read.
                begins = tag["name"] == "rt" and not tag["end"]
                pieces.append(")" * reading + "(" * begins)
                reading = begins
            continue
        finish()
        speaker = "" if tag["end"] else one_line(_unescaped(tag["rest"] or ""))
    pieces.append(payload[place:])
    finish()
    return found


def without_layout(text: str) -> str:
    """Without what only places a text on the screen: blank lines and spaces at its ends."""
    lines = [line for line in text.split("\n") if line.strip(" \t")]
    return "\n".join(lines).strip(" \t")


_SRT_TAG = re.compile(
    r"</?(?:b|i|u|s|em|strong|font|span)(?:\s[^<>]*)?/?>|\{\\[^{}]*\}|\{[biusy]:[^{}]*\}", re.I
)
_SRT_BREAK = re.compile(r"<br ?/?>", re.I)
_RISKY = r"(?<=<)(?=\u2060*/?[A-Za-z])|(?<=\{)(?=\u2060*[\\A-Za-z])|(?<=--)(?=\u2060*>)"
_TO_JOIN = re.compile(_RISKY)
_TO_PART = re.compile(
    r"(?<=<)\u2060(?=\u2060*/?[A-Za-z])|(?<=\{)\u2060(?=\u2060*[\\A-Za-z])|(?<=--)\u2060(?=\u2060*>)"
)
_NAMED = re.compile(
    r"(?P<who>[^\W_a-z][^\s:.,;!?]{0,40}(?: [^\s:.,;!?]{1,40}){0,3})(?P<colon>: )(?=\S)"
)


def srt_text(speaker: str, text: str) -> str:
    """Without blank lines, which would end it."""
    lines = [line for line in _BREAK.split(text) if line.strip()]
    joined = _TO_JOIN.sub(_JOINER, "\n".join(lines).strip())
    name = one_line(speaker).rstrip(_JOINER)
    if name:
        name = _TO_JOIN.sub(_JOINER, name)
        joined = f"{name}: {joined}"
    named = _NAMED.match(joined)
    if named is None or named["who"] == name:
        return joined
    # Not who speaks, or only the beginning of it.
    colon = named.start("colon")
    return f"{joined[:colon]}{_JOINER}{joined[colon:]}"


def read_srt_text(payload: str) -> Said:
    """Formatting off, a name before the first colon as the speaker."""
    plain = _SRT_BREAK.sub("\n", payload)
    plain, taken_off = _SRT_TAG.subn("", plain)
    plain = plain.strip()
    named = _NAMED.match(plain)
    speaker = ""
    if named is not None:
        colon = named.start("colon")
        if named["who"].endswith(_JOINER):
            plain = plain[: colon - 1] + plain[colon:]
        else:
            speaker, plain = named["who"], plain[named.end() :]
    return Said(_TO_PART.sub("", speaker), _TO_PART.sub("", plain), bool(taken_off))


_ASS_JOIN = re.compile(r"\\(?=[Nnh\u2060])")
_ASS_TAKEN = re.compile(
    r"(?P<brace>\\[{}])|\\(?P<joined>\u2060)|(?P<line>\\N|\\n)|(?P<space>\\h)|(?P<block>\{[^{}]*\})"
)
_DRAWS = re.compile(r"\\p[1-9]")


def ass_text(text: str) -> str:
    r"""With `\N` for line breaks and `\{`, as libass has it, for braces."""
    joined = _ASS_JOIN.sub(lambda found: "\\" + _JOINER, text)
    # A backslash before a brace is one itself, which the brace's own must not hide.
    braced = re.sub(r"(\\?)([{}])", lambda found: _braced(found[1], found[2]), joined)
    return _BREAK.sub(r"\\N", braced)


def _braced(slash: str, brace: str) -> str:
    return f"{slash}{_JOINER if slash else ''}\\{brace}"


def read_ass_text(text: str) -> Said | None:
    """Without override blocks; None for a drawing, which is no text."""
    formatted = False
    draws = False

    def plain(found: re.Match[str]) -> str:
        nonlocal formatted, draws
        if found["block"]:
            formatted = True
            draws = draws or bool(_DRAWS.search(found["block"]))
            return ""
        if found["brace"]:
            return found["brace"][1]
        if found["joined"]:
            return "\\"
        return "\n" if found["line"] else " "

    read = _ASS_TAKEN.sub(plain, text)
    return None if draws else Said("", read, formatted)
