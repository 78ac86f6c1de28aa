"""Text that a spreadsheet would run as a formula, made harmless and restored.

A cell that begins with one of `= + - @`, tab, CR or LF is run by at least one common spreadsheet,
and in East Asian settings one with their full-width twins too (OWASP, "CSV Injection"). A leading
apostrophe stops that. Text that has the apostrophe already gets one more, so that taking one off
always restores what was there.

In CSV files the same is done within texts, behind each comma, semicolon, tab and line end: in many
countries spreadsheets take semicolons for what parts the cells, whatever the file has, and quotes
that do not begin a cell then hold nothing together.
"""

import re

_RUNS = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")

_WITHIN = re.compile(r"[,;\t\r\n]['\"]*(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
_DEFUSED_WITHIN = re.compile(r"([,;\t\r\n]['\"]*)'(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def defused(text: str) -> str:
    return f"'{text}" if _RUNS.match(text) else text


def restored(cell: str) -> str:
    """What `defused` was given; other text is left alone."""
    return cell[1:] if cell.startswith("'") and _DEFUSED.match(cell) else cell


def guarded(text: str) -> str:
    """Harmless within, for files whose cells may be parted elsewhere than we do."""
    return _WITHIN.sub(lambda found: f"{found[0]}'", text)


def restored_within(cell: str) -> str:
    """What `guarded(defused(...))` was made of; other text is left alone."""
    return restored(_DEFUSED_WITHIN.sub(r"\1", cell)) if "'" in cell else cell
