"""A person's own keys over those we ship, in a file that people can read and write."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.atomic_file import write_whole
from bodycam_annotator.errors import UserError
from bodycam_annotator.ui.action_list import ACTIONS
from bodycam_annotator.ui.key_names import SPARE_KEYS, canonical, spoken
from bodycam_annotator.ui.named_action import Named

_NAMED = {named.id: named for named in ACTIONS}

SHIPPED = {named.id: tuple(dict.fromkeys(map(canonical, named.keys))) for named in ACTIONS}
"""The keys of each action that nobody has changed."""

_LARGEST = 1_000_000
"""Bytes; nobody has that many keys."""

_HEAD = """\
# Keys of Bodycam Annotator. Each line is an action and its keys; [] is none.
# What is not listed has the keys that it comes with. Codes have theirs from the codebook.

[keys]
"""


class OwnKeys(QObject):
    """Which keys each action has. Every change is written at once.

    Signals: `changed` when any action has other keys.

    Attributes:
        problems: sentences on what in the file could not be used.
    """

    changed = pyqtSignal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        """Reads `path`, which need not exist; whatever is in it, there are keys afterwards."""
        super().__init__(parent)
        self.path = path
        self._unknown: dict[str, Any] = {}
        self._keys = dict(SHIPPED)
        self._is_broken = False
        self.problems: list[str] = []
        try:
            self._take(path)
        except FileNotFoundError:
            return
        except UserError as error:
            self._is_broken = True
            self.problems = [f"{error} The keys are those that the program comes with."]

    @property
    def before(self) -> Path:
        """Where the file is kept that was replaced as a whole."""
        return self.path.with_name(f"{self.path.stem}.before{self.path.suffix}")

    def every(self) -> dict[str, tuple[str, ...]]:
        """The keys of each action by its id."""
        return dict(self._keys)

    def of(self, action_id: str) -> tuple[str, ...]:
        return self._keys[action_id]

    def is_own(self, action_id: str) -> bool:
        """Whether it has other keys than those it comes with."""
        return self._keys[action_id] != SHIPPED[action_id]

    @property
    def any_own(self) -> bool:
        return self._keys != SHIPPED

    def holder(self, key: str) -> Named | None:
        """The action that has that key."""
        return next((_NAMED[one] for one, keys in self._keys.items() if key in keys), None)

    def give(self, action_id: str, keys: Iterable[str]) -> list[str]:
        """The action has just these keys from now on; other actions lose them.

        Returns sentences on what lost a key. Raises `UserError` when the file cannot be written;
        the keys hold nevertheless until the program ends.
        """
        given = tuple(dict.fromkeys(keys))
        lost = []
        for other, had in self._keys.items():
            kept = tuple(key for key in had if key not in given)
            if other != action_id and kept != had:
                self._keys[other] = kept
                taken = " and ".join(spoken(key) for key in had if key in given)
                lost.append(f"{taken} is not “{_NAMED[other].label}” any more.")
        self._keys[action_id] = given
        self._save()
        return lost

    def reset(self, action_id: str) -> list[str]:
        """As `give`, of the keys it comes with; keys that it had taken go back to the actions that
        come with them, where these have none now."""
        freed = set(self._keys[action_id]) - set(SHIPPED[action_id])
        for other, shipped in SHIPPED.items():
            if shipped and not self._keys[other] and freed >= set(shipped):
                self._keys[other] = shipped
        return self.give(action_id, SHIPPED[action_id])

    def reset_all(self) -> None:
        """Keeps the file that was. Raises `UserError` as `give` does."""
        self._keys = dict(SHIPPED)
        self._save(whole=True)

    def export_to(self, path: Path) -> None:
        """Every action with its keys, for others or to be edited. Raises `UserError`."""
        _write(path, self._text(SHIPPED))

    def import_from(self, path: Path) -> None:
        """The keys of that file instead of the own ones, which are kept; `problems` are then on
        it. Raises `UserError` when it has none, and as `give` does."""
        before = self._keys, self._unknown, self.problems
        try:
            self._take(path)
        except (UserError, FileNotFoundError) as error:
            self._keys, self._unknown, self.problems = before
            if isinstance(error, FileNotFoundError):
                raise UserError(f"{path} is not there.") from error
            raise
        self._save(whole=True)

    # How

    def _take(self, path: Path) -> None:
        """Raises `UserError`, and `FileNotFoundError` when there is no such file."""
        table = _read(path)
        asked: dict[str, tuple[str, ...]] = {}
        self._unknown, self.problems = {}, []
        for action_id, value in table.items():
            if action_id in SHIPPED:
                asked[action_id] = self._spelt(action_id, value, path)
            else:
                self._unknown[action_id] = value
                self.problems.append(f"{path.name}: there is no action “{action_id}”.")
        self._keys = self._without_doubles(asked, path)

    def _spelt(self, action_id: str, value: Any, path: Path) -> tuple[str, ...]:  # noqa: ANN401
        """What of it are keys; those it comes with where it is no list of texts."""
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.problems.append(f"{path.name}: {action_id} needs a list of keys, as in [“F9”].")
            return SHIPPED[action_id]
        keys = []
        for one in value:
            try:
                keys.append(canonical(one))
            except ValueError as error:
                self.problems.append(f"{path.name}: {action_id}: {error}")
        return tuple(dict.fromkeys(keys))

    def _without_doubles(
        self, asked: Mapping[str, tuple[str, ...]], path: Path
    ) -> dict[str, tuple[str, ...]]:
        """What the file says goes before what an action comes with, its first line before the
        next."""
        given: dict[str, str] = {}
        found = {}
        for action_id in (*asked, *(one for one in SHIPPED if one not in asked)):
            kept = []
            for key in asked.get(action_id, SHIPPED[action_id]):
                holder = given.setdefault(key, action_id)
                if holder == action_id:
                    kept.append(key)
                elif action_id in asked or key not in SPARE_KEYS:
                    self.problems.append(
                        f"{path.name}: {spoken(key)} is “{_NAMED[holder].label}” and so not "
                        f"“{_NAMED[action_id].label}”."
                    )
            found[action_id] = tuple(kept)
        return {action_id: found[action_id] for action_id in SHIPPED}

    def _save(self, *, whole: bool = False) -> None:
        """`whole` when not just one line of the file is another then."""
        self.changed.emit()
        if whole or self._is_broken:
            self._set_aside()
            self._is_broken = False
        own = {one: keys for one, keys in self._keys.items() if self.is_own(one)}
        _write(self.path, self._text(own))

    def _set_aside(self) -> None:
        try:
            _refuse_odd(self.path)
            write_whole(self.before, self.path.read_bytes())
        except FileNotFoundError:
            return
        except OSError as error:
            raise _not_written(self.before, error) from error

    def _text(self, listed: Iterable[str]) -> str:
        """A file that says the keys of those actions."""
        lines = [f"{one} = {_toml(list(self._keys[one]))}  # {_NAMED[one].label}" for one in listed]
        unknown = [
            f"{_toml(one)} = {_toml(value)}"
            for one, value in self._unknown.items()
            if _is_plain(value)
        ]
        return _HEAD + "".join(f"{line}\n" for line in [*lines, *unknown])


def _read(path: Path) -> dict[str, Any]:
    try:
        _refuse_odd(path)
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise UserError(f"{path} is too large to be a file of keys.")
        table = tomllib.loads(data.decode("utf-8"))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is no file of keys: {error}.") from error
    keys = table.get("keys")
    if not isinstance(keys, dict):
        raise UserError(f"{path} is no file of keys: it has no table [keys].")
    return keys


def _refuse_odd(path: Path) -> None:
    """Raises `UserError` for a pipe or device, which may never come to an end, and a folder."""
    if path.exists() and not path.is_file():
        raise UserError(f"{path} is no ordinary file, so it cannot hold keys.")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-8"))
    except OSError as error:
        raise _not_written(path, error) from error


def _not_written(path: Path, error: OSError) -> UserError:
    return UserError(f"{path} cannot be written: {error.strerror or error}.")


def _toml(value: Any) -> str:  # noqa: ANN401
    """A text or a list of texts; what JSON says of them TOML says too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_plain(value: Any) -> bool:  # noqa: ANN401
    """Whether `_toml` can write it back."""
    many = value if isinstance(value, list) else [value]
    return all(isinstance(one, str) for one in many)
