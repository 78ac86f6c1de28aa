"""Runs the benchmarks: `python3 run.py bench [NAME ...]`, all of them where none is named.

  stepping    steps, holds, seeks, drags and playing in the window, beside other libraries
  opening     opening footage
  timeline    painting the timeline with 10,000 tags
  desk        what holds up the whole window with 10,000 tags
  enhancing   seeing more in a picture
  sounding    the data behind waveform and spectrogram
  syncing     sound and picture while playing
  clips       writing clips, beside FFmpeg's program
  saving      kills, full disks, and what an edit costs
  exchange    exports of 100,000 tags, beside pandas
  hostile_files  files of 10 MB that mean harm
  soak        random seeks for a while: memory

Footage and what else is made for them stays in build/bench, so the next run starts at once.
"""

import argparse
import importlib
from collections.abc import Callable

from benchmarks import soak, stepping
from benchmarks.report import say, say_goals

NAMES = (
    "stepping",
    "opening",
    "timeline",
    "desk",
    "enhancing",
    "sounding",
    "syncing",
    "clips",
    "saving",
    "exchange",
    "hostile_files",
    "soak",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="run.py bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--minutes", type=float, help="of soak; 10 where it is named, else 1")
    parser.add_argument("--short", action="store_true", help="less of stepping, to try it")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in NAMES]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}: there are {', '.join(NAMES)}")
    minutes = asked.minutes or (soak.MINUTES if "soak" in asked.names else 1)
    for name in asked.names or NAMES:
        say(f"\n== {name}")
        _run(name, short=asked.short, minutes=minutes)
    say_goals()


def _run(name: str, *, short: bool, minutes: float) -> None:
    if name == "stepping":
        stepping.main(short=short)
    elif name == "soak":
        soak.main(minutes=minutes)
    else:
        # Only now: one that cannot be imported is no reason not to run the others.
        run: Callable[[], None] = importlib.import_module(f"benchmarks.{name}").main
        run()


if __name__ == "__main__":
    main()
