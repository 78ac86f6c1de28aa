"""docs/formats.md says of each format what the program does.

Run as a program, this writes what is to be there.
"""

import re
from pathlib import Path

from bodycam_annotator.exchange.formats import FORMATS

DOC = Path(__file__).resolve().parents[3] / "docs" / "formats.md"
_BEGIN, _END = "<!-- formats: begin -->\n", "<!-- formats: end -->\n"


def _wanted() -> str:
    lines = ["| format | name | endings | out | in |", "|---|---|---|---|---|"]
    for one in FORMATS.values():
        endings = " ".join(f"`{ending}`" for ending in one.endings)
        ways = ["yes" if way else "-" for way in (one.write, one.read)]
        lines.append(f"| {one.title} | `{one.name}` | {endings} | {ways[0]} | {ways[1]} |")
    lines += ["", "## What each cannot carry", ""]
    for one in FORMATS.values():
        if one.write is not None:
            lines.append(f"- **{one.title}**: {' '.join(one.loses) or 'nothing is lost.'}")
    return "\n".join(lines) + "\n"


def _parts() -> tuple[str, str, str]:
    before, rest = DOC.read_text(encoding="utf-8").split(_BEGIN)
    there, after = rest.split(_END)
    return before, there, after


def test_the_list_is_that_of_the_program() -> None:
    assert _parts()[1] == _wanted()


def test_losses_are_sentences() -> None:
    for one in FORMATS.values():
        for sentence in one.loses:
            assert re.fullmatch(r"[A-Z].*\.", sentence), (one.name, sentence)


if __name__ == "__main__":
    before, _, after = _parts()
    DOC.write_text(f"{before}{_BEGIN}{_wanted()}{_END}{after}", encoding="utf-8")
