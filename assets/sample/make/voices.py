"""Speech from Debian's flite voices, made to sound shouted."""

from __future__ import annotations

import subprocess
import tempfile
import wave
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import script
from scipy.signal import butter, resample_poly, sosfilt

Floats = npt.NDArray[np.float64]

# flite voice, stretch (less is faster) and pitch rise in hundredths, per officer
VOICES = {"Officer 1": ("rms", 0.98, 114), "Officer 2": ("awb", 1.02, 107)}


def _spoken(text: str, voice: str, stretch: float) -> tuple[Floats, int]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        command = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch}"]
        subprocess.run([*command, "-t", text, "-o", str(path)], check=True)
        with wave.open(str(path), "rb") as file:
            data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
            return data.astype(float) / 32768, file.getframerate()


def _trim(sound: Floats) -> Floats:
    """Cut to where the 5 ms level is within 34 dB of the loudest, so the ends are honest."""
    span = script.SAMPLE_RATE // 200
    level = np.sqrt(np.convolve(sound**2, np.ones(span) / span, "same"))
    loud = np.flatnonzero(level > level.max() * 10 ** (-34 / 20))
    return sound[loud[0] : loud[-1] + 1]


@cache
def shouted(text: str, speaker: str) -> Floats:
    """Return the words at 48 kHz, loudest sample 1, nothing but voice from first to last."""
    voice, stretch, pitch = VOICES[speaker]
    raw, rate = _spoken(text, voice, stretch)
    sound = resample_poly(raw, script.SAMPLE_RATE * 100 // 100, rate)
    sound = resample_poly(sound, 100, pitch)
    rate = script.SAMPLE_RATE
    sound = sosfilt(butter(2, 170, "highpass", fs=rate, output="sos"), sound)
    # A raised voice has far more of its energy at 1 to 4 kHz than a speaking one.
    edge = sosfilt(butter(1, (1100, 4200), "bandpass", fs=rate, output="sos"), sound)
    sound = sound + 1.6 * edge
    span = rate // 60
    level = np.sqrt(np.convolve(sound**2, np.ones(span) / span, "same")) + 1e-4
    sound = sound / (level + 0.12 * level.max()) ** 0.45
    sound = np.tanh(2.2 * sound / np.abs(sound).max())
    sound = _trim(np.asarray(sound))
    ramp = np.linspace(0.2, 1.0, 96)
    sound[:96] *= ramp
    sound[-96:] *= ramp[::-1]
    return np.asarray(sound / np.abs(sound).max())
