"""A PulseAudio server of one's own with a device that is not there: its null sink plays in real
time, its monitor hears what is played."""

import os
import shutil
import subprocess
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RATE = 48_000


@contextmanager
def sound_server(folder: Path) -> Iterator[subprocess.Popen[str] | None]:
    """The server, which Qt and PulseAudio's clients will find, until the end; None without
    PulseAudio. To be called before Qt looks for devices, as it looks for a server only once."""
    program = shutil.which("pulseaudio")
    if program is None:
        yield None
        return
    socket = folder / "pulse.socket"
    running = subprocess.Popen(
        (
            *(program, "--daemonize=no", "-n", "--exit-idle-time=20", "--log-level=info"),
            "--log-target=stderr",
            *("-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"),
            *("-L", f"module-null-sink sink_name=nowhere rate={RATE}"),
        ),
        env={**os.environ, "LC_ALL": "C", "PULSE_RUNTIME_PATH": str(folder), "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    # It would stand still with nobody to read what it says.
    reading = threading.Thread(target=deque, args=(running.stderr, 0), daemon=True)
    os.environ["PULSE_SERVER"] = f"unix:{socket}"
    try:
        # Where it cannot start, what it says comes to an end.
        started = any("Daemon startup complete" in line for line in running.stderr)
        reading.start()
        yield running if started else None
    finally:
        running.terminate()
        running.wait()
        if reading.is_alive():
            reading.join()
        running.stderr.close()
        del os.environ["PULSE_SERVER"]
