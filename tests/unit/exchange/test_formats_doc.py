"""docs/formats.md says of each format what the program does.

Run as a program, this writes what is to be there.
"""

import re
from collections.abc import Iterator
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
    lines += _losses()
    return "\n".join(lines) + "\n"


def _losses() -> Iterator[str]:
    """A bullet for each; what several that follow one another share is said once, above them."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for one in FORMATS.values():
        if one.write is not None:
            alike.setdefault(one.loses, []).append(one.title)
    families: list[list[tuple[str, ...]]] = []
    for loses in alike:
        if families and len(_shared([*families[-1], loses])) > 1:
            families[-1].append(loses)
        else:
            families.append([loses])
    for family in families:
        shared = _shared(family)
        titles = [title for loses in family for title in alike[loses]]
        yield f"- **{'; '.join(titles)}**: {' '.join(shared) or 'nothing is lost.'}"
        for loses in family if len(family) > 1 else ():
            own = [sentence for sentence in loses if sentence not in shared]
            if own:
                yield f"  - **{'; '.join(alike[loses])}**: {' '.join(own)}"


def _shared(family: list[tuple[str, ...]]) -> list[str]:
    return [one for one in family[0] if all(one in loses for loses in family)]


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
