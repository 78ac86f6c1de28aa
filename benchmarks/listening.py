"""An ear at the monitor of tests/sound_server.py's null sink: when was each click heard?

PulseAudio says for each block how long ago it would have left a real device.
"""

import ctypes
import threading
import time

import numpy as np

from tests.sound_server import RATE

BLOCK = 240


class _Spec(ctypes.Structure):
    _fields_ = (
        ("format", ctypes.c_int),
        ("rate", ctypes.c_uint32),
        ("channels", ctypes.c_uint8),
    )


class _Buffer(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize")
    )


class Ear:
    """Hears the null sink's monitor.

    Attributes:
        clicks: when each click was heard, nanoseconds of the monotonic clock.
    """

    def __init__(self) -> None:
        self.clicks: list[int] = []
        self._library = ctypes.CDLL("libpulse-simple.so.0")
        self._library.pa_simple_new.restype = ctypes.c_void_p
        self._library.pa_simple_get_latency.restype = ctypes.c_uint64
        spec = _Spec(format=3, rate=RATE, channels=1)
        # A small fragment keeps the null sink awake and its own buffer short, as a real one's is.
        buffer = _Buffer(2**32 - 1, 2**32 - 1, 2**32 - 1, 2**32 - 1, BLOCK * 2)
        error = ctypes.c_int(0)
        self._stream = self._library.pa_simple_new(
            None, b"ear", 2, b"nowhere.monitor", b"clicks", ctypes.byref(spec), None,
            ctypes.byref(buffer), ctypes.byref(error),
        )  # fmt: skip
        if not self._stream:
            raise OSError(error.value, "the null sink cannot be listened to")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="ear")
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._library.pa_simple_free(ctypes.c_void_p(self._stream))

    def _listen(self) -> None:
        block = np.zeros(BLOCK, dtype=np.int16)
        stream, error = ctypes.c_void_p(self._stream), ctypes.c_int(0)
        quiet = True
        while not self._stopping.is_set():
            self._library.pa_simple_read(
                stream, ctypes.c_void_p(block.ctypes.data), block.nbytes, ctypes.byref(error)
            )
            # Of the sample behind the block: how long ago it was heard.
            ago = self._library.pa_simple_get_latency(stream, ctypes.byref(error))
            end = time.monotonic_ns() - ago * 1000
            loud = np.flatnonzero(np.abs(block.astype(np.int32)) > 8000)
            if quiet and len(loud):
                self.clicks.append(end - (BLOCK - int(loud[0])) * 1_000_000_000 // RATE)
            quiet = not len(loud)
