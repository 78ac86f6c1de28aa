"""What editing programs read: OpenTimelineIO, FCPXML and EDL."""
