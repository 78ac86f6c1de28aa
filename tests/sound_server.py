"""A PulseAudio server of one's own with a device that is not there: its null sink plays in real
time, its monitor hears what is played."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RATE = 48_000


@contextmanager
def sound_server(folder: Path) -> Iterator[subprocess.Popen[bytes] | None]:
    """The server, which Qt and PulseAudio's clients will find, until the end; None without
    PulseAudio. To be called before Qt looks for devices, as it looks for a server only once."""
    program = shutil.which("pulseaudio")
    if program is None:
        yield None
        return
    socket = folder / "pulse.socket"
    running = subprocess.Popen(
        (
            *(program, "--daemonize=no", "-n", "--exit-idle-time=20", "--log-level=error"),
            *("-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"),
            *("-L", f"module-null-sink sink_name=nowhere rate={RATE}"),
        ),
        env={**os.environ, "PULSE_RUNTIME_PATH": str(folder), "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.environ["PULSE_SERVER"] = f"unix:{socket}"
    try:
        for _ in range(400):
            if socket.exists() or running.poll() is not None:
                break
            time.sleep(0.025)
        yield running if socket.exists() else None
    finally:
        running.terminate()
        running.wait()
        del os.environ["PULSE_SERVER"]
