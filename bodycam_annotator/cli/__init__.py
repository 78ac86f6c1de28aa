"""The command line: one function a command, plain words for what goes wrong."""

from bodycam_annotator.cli.start import run

__all__ = ["run"]
