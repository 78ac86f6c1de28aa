"""Text that a spreadsheet would run as a formula, made harmless and restored.

A cell that begins with one of `= + - @`, tab, CR or LF is run by at least one common spreadsheet,
and in East Asian settings one with their full-width twins too (OWASP, "CSV Injection"). A leading
apostrophe stops that. Text that has the apostrophe already gets one more, so that taking one off
always restores what was there.
"""

import re

_RUNS = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def defused(text: str) -> str:
    return f"'{text}" if _RUNS.match(text) else text


def restored(cell: str) -> str:
    """What `defused` was given; other text is left alone."""
    return cell[1:] if cell.startswith("'") and _DEFUSED.match(cell) else cell
