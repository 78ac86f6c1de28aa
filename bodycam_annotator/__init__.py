"""Bodycam Annotator: step through body-camera footage to the frame, tag it, export timelines."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("bodycam-annotator")
except PackageNotFoundError:
    __version__ = "0+unpackaged"
