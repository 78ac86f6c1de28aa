"""How a footage's file compares with what the project took up."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What one look at a footage's file came to.

    `problem` is a sentence, empty when nothing is wrong. `verified_utc` is when all bytes of the
    file had been read and had the recorded SHA-256, as text like `utc_now`'s; None when they were
    not read or had another. `only_date` says that the problem is no more than another date.
    """

    problem: str = ""
    verified_utc: str | None = None
    only_date: bool = False

    @property
    def verified(self) -> bool:
        return self.verified_utc is not None
