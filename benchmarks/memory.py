"""How much memory this process has resident."""

from pathlib import Path

_STATUS = Path("/proc/self/status")


def resident_mb() -> float | None:
    """Now, in MB of 1,000,000 bytes; None where the system does not say it this way."""
    return _status("VmRSS")


def most_resident_mb() -> float | None:
    """The most since the process began."""
    return _status("VmHWM")


def _status(field: str) -> float | None:
    if not _STATUS.exists():
        return None
    for line in _STATUS.read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0]) * 1024 / 1e6
    return None


def megabytes(value: float | None) -> str:
    return "not measured on this system" if value is None else f"{value:.0f} MB"
