"""Subtitles: WebVTT, SRT and ASS."""
