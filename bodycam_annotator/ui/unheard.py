"""Why nothing can be heard in a stretch of footage, in words that are put down beside it."""

from bodycam_annotator.media.probe import FootageFacts


def why_unheard(facts: FootageFacts, start_ns: int, end_ns: int) -> str:
    """Of a stretch within one of `facts.unheard`: a sentence on the sound that is listened to."""
    audio, streams = facts.audio, facts.sound.streams
    if audio is None:
        return "No sound of the file can be decoded." if streams else "The file has no sound."
    sound = "the sound track" if len(streams) == 1 else f"sound stream {audio.stream}"
    if end_ns <= audio.start_ns:
        return f"{sound[0].upper()}{sound[1:]} begins only after this."
    if start_ns >= audio.end_ns:
        return f"{sound[0].upper()}{sound[1:]} has ended before this."
    return f"Digital silence, or no sound at all, in {sound}."
