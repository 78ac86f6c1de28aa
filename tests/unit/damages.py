"""What can happen to a file on its disk, at random places."""

import random
from collections.abc import Callable

PAGE = 4096


def zeroed(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice([1, 1, 2, 5])):
        at = chance.randrange(len(data) // PAGE) * PAGE
        data[at : at + PAGE] = bytes(PAGE)
    return data


def truncated(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.randrange(len(data))]


def flipped(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice([1, 2, 8, 50])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def overwritten(data: bytearray, chance: random.Random) -> bytearray:
    at, count = chance.randrange(len(data)), chance.randrange(1, 9000)
    end = min(at + count, len(data))
    data[at:end] = chance.randbytes(end - at)
    return data


def header_flipped(data: bytearray, chance: random.Random) -> bytearray:
    data[chance.randrange(100)] ^= 1 << chance.randrange(8)
    return data


Damage = Callable[[bytearray, random.Random], bytearray]
DAMAGES: tuple[Damage, ...] = (zeroed, truncated, flipped, overwritten, header_flipped)
