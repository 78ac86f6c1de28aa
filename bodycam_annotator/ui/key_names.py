"""Keys by their names: one spelling each, how they are shown, and who else needs them."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent, QKeySequence

from bodycam_annotator.model.codebook import RESERVED_KEYS, Codebook

SPARE_KEYS = ("=", "Ctrl+=")
"""Further keys of an action that need not be shown: `+` without Shift on many keyboards."""

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_KEY = Qt.Key
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_MODIFIERS = (
    (Qt.KeyboardModifier.ControlModifier, "Ctrl"),
    (Qt.KeyboardModifier.AltModifier, "Alt"),
    (_SHIFT, "Shift"),
    (Qt.KeyboardModifier.MetaModifier, "Meta"),
)

_SHOWN = {
    "Right": "→",
    "Left": "←",
    "Up": "↑",
    "Down": "↓",
    "Return": "Enter",
    "PgUp": "Page Up",
    "PgDown": "Page Down",
    "Ins": "Insert",
}

_ALIKE = {_KEY.Key_Enter: _KEY.Key_Return, _KEY.Key_Backtab: _KEY.Key_Tab}
"""The keypad's Enter is not told from the other, nor Qt's own name for Shift+Tab from that."""

_ONLY_HELD = (
    *(_KEY.Key_Shift, _KEY.Key_Control, _KEY.Key_Meta, _KEY.Key_Alt, _KEY.Key_AltGr),
    *(_KEY.Key_Super_L, _KEY.Key_Super_R, _KEY.Key_Hyper_L, _KEY.Key_Hyper_R),
    *(_KEY.Key_CapsLock, _KEY.Key_NumLock, _KEY.Key_ScrollLock, _KEY.Key_Multi_key),
    *(_KEY.Key_unknown, _KEY(0)),
)

_LISTS = ("Up", "Down", "PgUp", "PgDown")
_LEAVING = ("Return", "Esc", "Tab", "Shift+Tab")

_STANDARD = QKeySequence.StandardKey
_FIELDS_OWN = {
    _STANDARD.Copy: "copies",
    _STANDARD.Cut: "cuts",
    _STANDARD.Paste: "pastes",
    _STANDARD.SelectAll: "selects all",
    _STANDARD.Undo: "undoes what was typed",
    _STANDARD.Redo: "types it again",
    _STANDARD.MoveToNextWord: "goes to the next word",
    _STANDARD.MoveToPreviousWord: "goes to the word before",
    _STANDARD.SelectNextWord: "selects the next word",
    _STANDARD.SelectPreviousWord: "selects the word before",
    _STANDARD.MoveToStartOfDocument: "goes to the beginning",
    _STANDARD.MoveToEndOfDocument: "goes to the end",
    _STANDARD.DeleteStartOfWord: "deletes a word",
    _STANDARD.DeleteEndOfWord: "deletes a word",
}


def canonical(text: str) -> str:
    """The one spelling of a key, as in `Ctrl+Shift+T`. Raises `ValueError` in words."""
    keys = QKeySequence.fromString(text, _PORTABLE)
    if keys.count() > 1 and text.strip() != ",":
        raise ValueError(f"“{text}” is several keys one after the other; one is needed.")
    if not keys.count() or not keys.toString(_PORTABLE):
        raise ValueError(f"“{text}” is no key.")
    pressed = keys[0]
    name = _spelt(pressed.key(), pressed.keyboardModifiers())
    if not name:
        raise ValueError(f"“{text}” is no key.")
    return name


def pressed_key(event: QKeyEvent) -> str:
    """The key that was pressed in its one spelling; empty while only Shift or the like is held."""
    key, held = _KEY(event.key()), event.modifiers()
    if key in _ONLY_HELD:
        return ""
    text = event.text()
    # Shift is part of how `?` or `+` is typed, so it is not named with it.
    types_a_sign = bool(text) and text.isprintable() and not text.isalnum() and not text.isspace()
    return _spelt(key, held & ~_SHIFT if types_a_sign else held)


def bound(keys: tuple[str, ...]) -> list[QKeySequence]:
    """What Qt is to listen to for these keys: the keypad's Enter counts as Enter."""
    both = [*keys, *(_twin(key) for key in keys if _last(key) == "Return")]
    return [QKeySequence.fromString(key, _PORTABLE) for key in dict.fromkeys(both)]


def shown(key: str) -> str:
    """As people read it: `Shift+→`."""
    last = _last(key)
    return key.removesuffix(last) + _SHOWN.get(last, last)


_SIGNS = {",": "Comma", ".": "Period", ";": "Semicolon", ":": "Colon", "'": "Apostrophe"}


def spoken(key: str) -> str:
    """As `shown`, for within a sentence: `Ctrl+Comma`, as signs there would be read as its own."""
    last = _last(key)
    return key.removesuffix(last) + _SIGNS.get(last, _SHOWN.get(last, last))


def shown_keys(keys: tuple[str, ...], *, between: str = " or ") -> str:
    """All that need to be shown; empty when there are none."""
    return between.join(map(shown, _main(keys)))


def spoken_keys(keys: tuple[str, ...]) -> str:
    """As `shown_keys`, for within a sentence."""
    return " or ".join(map(spoken, _main(keys)))


def _main(keys: tuple[str, ...]) -> list[str]:
    return [key for key in keys if key not in SPARE_KEYS] or list(keys)


def why_not(key: str, codebook: Codebook | None) -> str:
    """Why an action cannot have that key; empty when it can."""
    codes = codebook.codes if codebook is not None else ()
    name = next((code.name for code in codes if code.key == key), "")
    if name:
        return (
            f"{key} is the key of the code “{name}”, which could not be tagged by it any more. "
            "Codes have their keys from the codebook."
        )
    return ""


def doubt(key: str) -> str:
    """What speaks against that key, to be asked about before; empty when nothing does."""
    if len(key) == 1 and key.isalnum() and key.isascii() and key not in RESERVED_KEYS:
        return (
            f"Plain letters and digits are for codes. Where a codebook has a code with {key}, "
            "that code gets the key and not this action."
        )
    if key in _LISTS:
        return f"Lists are walked through with {spoken(key)}; they could not be any more."
    if key in _LEAVING:
        return (
            f"Fields and lists need {shown(key)} to be left or walked through, so it stays theirs "
            "in there."
        )
    return ""


def remark(key: str) -> str:
    """What else to know of that key; empty when nothing."""
    typed = QKeySequence.fromString(key, _PORTABLE)
    for standard, what in _FIELDS_OWN.items():
        if typed in QKeySequence.keyBindings(standard):
            return f"While you are in a field, {spoken(key)} {what} there."
    first = typed[0]
    function_key = _KEY.Key_F1 <= first.key() <= _KEY.Key_F35
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    if not function_key and not first.keyboardModifiers() & held:
        return f"While you are in a field, {spoken(key)} is the field’s own."
    return ""


def _spelt(key: Qt.Key, held: Qt.KeyboardModifier) -> str:
    if key == _KEY.Key_Backtab:
        held |= _SHIFT
    plain = QKeySequence(int(_ALIKE.get(key, key))).toString(_PORTABLE)
    if not plain or key in _ONLY_HELD:
        return ""
    return "+".join([*(name for modifier, name in _MODIFIERS if held & modifier), plain])


def _last(key: str) -> str:
    """Without the keys that are held."""
    return "+" if key.endswith("+") else key.rpartition("+")[2]


def _twin(key: str) -> str:
    return key.removesuffix("Return") + "Enter"
