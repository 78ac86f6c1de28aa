"""Intervals as sentences that can be read out: the length, its bound, and how that comes about."""

from collections.abc import Iterable, Sequence

from bodycam_annotator.model.codebook import Code
from bodycam_annotator.model.intervals import (
    Edge,
    Interval,
    Pick,
    Question,
    Rule,
    common_ns,
    edge_frame,
    edge_ns,
)
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Tag
from bodycam_annotator.timing import clock_text, seconds_text, ticks_to_ns

UNKNOWN = "not known"
UNSYNCED = "The cameras are not synchronised, so the time between them is not known."

_CONDITION = "condition"
"""The group of codes that say what cannot be judged."""

_LONGEST = 80
_MINUS = "\N{MINUS SIGN}"


def in_figures(length_ns: int, bound_ns: int | None) -> tuple[str, str]:
    """Length and bound in seconds, such as `1.268` and `0.067`.

    With milliseconds, or as many decimals more as the bound needs to have two figures; the bound
    is rounded up and takes in what rounding the length has moved it, so that what holds exactly
    holds as shown too.
    """
    decimals = 3
    while bound_ns is not None and decimals < 9 and bound_ns < 10 ** (10 - decimals):
        decimals += 1
    step = 10 ** (9 - decimals)
    whole, rest = divmod(abs(length_ns), step)
    shown = (whole + (2 * rest >= step)) * step
    length = _decimals(shown if length_ns >= 0 else -shown, decimals)
    if bound_ns is None:
        return length, UNKNOWN
    most = bound_ns + abs(abs(length_ns) - shown)
    return length, _decimals(-(-most // step) * step, decimals)


def length_text(length_ns: int | None, bound_ns: int | None) -> str:
    """`1.268 s ± 0.067 s`"""
    if length_ns is None:
        return UNKNOWN
    length, bound = in_figures(length_ns, bound_ns)
    return f"{length} s, ± {UNKNOWN}" if bound_ns is None else f"{length} s ± {bound} s"


def sentence(project: Project, interval: Interval) -> str:
    """All that is needed to read it out: length, bound, frames, times, tags, footage."""
    one, other = interval.from_tag, interval.to_tag
    where = [
        f"{edge_place(project, one, interval.from_edge, across=interval.is_across)}, "
        f"{edge_words(project, one, interval.from_edge)}",
        f"{edge_place(project, other, interval.to_edge, across=interval.is_across)}, "
        f"{edge_words(project, other, interval.to_edge)}",
    ]
    footage = " and ".join(
        f"{project.camera_of(one).name}, {project.footage[one].path.rpartition('/')[2]}"
        for one in dict.fromkeys((one.footage_id, other.footage_id))
    )
    if interval.length_ns is None:
        return f"{UNSYNCED} From {where[0]}; to {where[1]}. {footage}."
    length = length_text(interval.length_ns, interval.uncertainty_ns)
    return f"{length}, from {where[0]}, to {where[1]}. {footage}."


def explanation(project: Project, interval: Interval) -> list[str]:
    """How the length and its bound come about, a paragraph each."""
    one, other = interval.from_tag, interval.to_tag
    told = [
        _exactly(interval),
        f"From: {_edge_account(project, one, interval.from_edge)}",
        f"To: {_edge_account(project, other, interval.to_edge)}",
        _sync_account(project, interval) if interval.is_across else "",
        _bound_account(project, interval),
        _unjudged(project, interval),
    ]
    return [paragraph for paragraph in told if paragraph]


def edge_words(project: Project, tag: Tag, edge: Edge) -> str:
    """`end of Utterance “Get out of the car!” by Officer 2`; a mark has no edges."""
    text = f" “{_cut(tag.text)}”" if tag.text else ""
    speaker = f" by {tag.speaker}" if tag.speaker else ""
    of = "" if tag.start_ns == tag.end_ns else f"{edge} of "
    return f"{of}{_code_name(project, tag)}{text}{speaker}"


def edge_place(project: Project, tag: Tag, edge: Edge, *, across: bool = False) -> str:
    """`frame 1459 (00:00:48.633)`: the frame and the edge's time from the first frame."""
    frame = edge_frame(tag, edge)
    named = "before the first frame" if frame is None else f"frame {frame}"
    on = f"{project.camera_of(tag.footage_id).name} " if across else ""
    return f"{on}{named} ({clock_text(_from_first(project, tag, edge))})"


def pick_words(project: Project, pick: Pick) -> str:
    """`Utterance (act: command) · Officer 1`"""
    name, value = pick.attribute or ("", "")
    said = f"{_kind_name(project, pick.code)} ({_readable(name)}: {value})" if name else ""
    kind = said or _kind_name(project, pick.code)
    return f"{kind} · {pick.speaker}" if pick.speaker else kind


def attribute_words(project: Project, picks: Sequence[Pick], chosen: Iterable[str]) -> str:
    """A sentence on what stands in brackets among `picks`, and on what could: fields with fixed
    values of the codes `chosen` that no tag has filled in. Empty where there is neither."""
    valued = {(pick.code, pick.attribute[0]) for pick in picks if pick.attribute}
    codes = {code.id: code for known in project.codebooks.values() for code in known.codes}
    there, lacking = [], []
    for code in dict.fromkeys(one for one in chosen if one in codes):
        for name, values in codes[code].attributes.items():
            field, kind = _readable(name).capitalize(), codes[code].name
            if (code, name) in valued:
                there.append(f"{field} of {kind}")
            elif values:
                lacking.append(
                    f"Fill in the field {field} of tags {kind}, and they can be chosen by it "
                    f"({', '.join(values)})."
                )
    known = f"In brackets is what the tags’ own fields say: {', '.join(there)}." if there else ""
    return " ".join(filter(None, [known, *lacking]))


def question_words(project: Project, question: Question) -> str:
    """What was measured, for an export's reader."""
    start, end = question.start, question.end
    edges = f"from {start.edge} to {end.edge}"
    if question.rule is Rule.SELECTED:
        return f"{question.rule}, {edges}"

    def side(name: str, pick: Pick, footage_id: str) -> str:
        return f"{name} = {pick_words(project, pick)} on {project.camera_of(footage_id).name}"

    sides = [side("A", start.pick, start.footage_id)]
    if question.rule is not Rule.SUCCESSIVE:
        sides.append(side("B", end.pick, end.footage_id))
    return f"{question.rule}, {edges}; {'; '.join(sides)}"


def _exactly(interval: Interval) -> str:
    if interval.length_ns is None:
        return UNSYNCED
    bound = interval.uncertainty_ns
    said = UNKNOWN if bound is None else f"{seconds_text(bound)} s"
    late = ""
    if interval.length_ns < 0:
        late = " Negative: what it goes to is earlier than what it goes from."
    length = seconds_text(interval.length_ns).replace("-", _MINUS)
    return f"Exactly {length} s, ± {said}.{late}"


def _edge_account(project: Project, tag: Tag, edge: Edge) -> str:
    time = seconds_text(_from_first(project, tag, edge)).replace("-", _MINUS)
    bound = tag.uncertainty_ns
    said = UNKNOWN if bound is None else f"{seconds_text(bound)} s"
    basis = tag.basis or "basis not said"
    return (
        f"{edge_words(project, tag, edge)}, {edge_place(project, tag, edge)}, "
        f"at {time} s ± {said} ({basis}; {tag.status}; {tag.coder})."
    )


def _sync_account(project: Project, interval: Interval) -> str:
    names = [project.camera_of(tag.footage_id).name for tag in (interval.from_tag, interval.to_tag)]
    if interval.length_ns is None:
        return ""
    bound = interval.sync_uncertainty_ns
    said = UNKNOWN if bound is None else f"{seconds_text(bound)} s"
    return (
        f"{names[0]} and {names[1]} are compared in incident time; their sync is ± {said}. Sound "
        "reaches each microphone in its own time (about 3 ms a metre), which is not taken off."
    )


def _bound_account(project: Project, interval: Interval) -> str:
    one, other = interval.from_tag, interval.to_tag
    if interval.length_ns is None:
        return ""
    if interval.uncertainty_ns is None:
        return "A bound is missing, so that of the time between is not known. It is not zero."
    sync = " and of the sync" if interval.is_across else ""
    told = (
        f"The ± is the sum of those of both edges{sync}: one may be early while the other is late."
    )
    bounds = (one.uncertainty_ns or 0, other.uncertainty_ns or 0)
    if _are_on_one_grid(project, interval):
        told += (
            " A mark on a frame has happened between the frame before and the one after. If this "
            "camera’s frames all lag alike behind what they show, both lag alike and "
            f"± {seconds_text(max(bounds))} s holds; files do not say whether they do."
        )
    return told


def _are_on_one_grid(project: Project, interval: Interval) -> bool:
    """Whether both tags are seen, and placed on frames of one footage as their only doubt.

    A bound that is longer than frames last has other causes, such as a reaction time.
    """
    tags = (interval.from_tag, interval.to_tag)
    footage = project.footage[tags[0].footage_id]
    longest_ns = 2 * (footage.end_ns - footage.first_ns) // max(1, footage.frames)
    return not interval.is_across and all(
        tag.basis is Basis.SEEN
        and tag.start_pts is not None
        and ticks_to_ns(tag.start_pts, footage.time_base) == tag.start_ns
        and (tag.uncertainty_ns or 0) < longest_ns
        for tag in tags
    )


def _unjudged(project: Project, interval: Interval) -> str:
    """What lies between and cannot be judged: a shot or a command may be missing from there."""
    across = interval.is_across
    edges = [
        common_ns(project, interval.from_tag, interval.from_edge, across=across),
        common_ns(project, interval.to_tag, interval.to_edge, across=across),
    ]
    known = sorted(edge for edge in edges if edge is not None)
    if len(known) < 2:
        return ""
    on = {interval.from_tag.footage_id, interval.to_tag.footage_id}
    found = [
        edge_words(project, tag, Edge.START).removeprefix("start of ")
        + f" from {edge_place(project, tag, Edge.START, across=across)}"
        + f" to {edge_place(project, tag, Edge.END, across=across)}"
        for tag in project.standing_tags
        if tag.footage_id in on
        and _group(project, tag) == _CONDITION
        and (common_ns(project, tag, Edge.START, across=across) or 0) < known[1]
        and (common_ns(project, tag, Edge.END, across=across) or 0) > known[0]
    ]
    if not found:
        return ""
    return f"In between: {'; '.join(found)}. What happened there may not be tagged."


def _decimals(time_ns: int, decimals: int) -> str:
    text = seconds_text(time_ns).replace("-", _MINUS)
    return text[: len(text) - 9 + decimals]


def _from_first(project: Project, tag: Tag, edge: Edge) -> int:
    return edge_ns(tag, edge) - project.footage[tag.footage_id].first_ns


def _kind_name(project: Project, code: str) -> str:
    book = {one.id: one.name for known in project.codebooks.values() for one in known.codes}
    return book.get(code, code)


def _readable(attribute: str) -> str:
    return attribute.replace("_", " ")


def _code(project: Project, tag: Tag) -> Code | None:
    book = project.codebooks.get(tag.codebook)
    return book.find(tag.code) if book else None


def _code_name(project: Project, tag: Tag) -> str:
    code = _code(project, tag)
    return code.name if code else tag.code


def _group(project: Project, tag: Tag) -> str:
    code = _code(project, tag)
    return code.group if code else ""


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
