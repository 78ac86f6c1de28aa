"""Tags from times: which frames they lie on, how exact they are, whether they can be."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict, Unpack

from bodycam_annotator.app.footage import check_index
from bodycam_annotator.errors import CodebookError, EditError
from bodycam_annotator.model.codebook import Code, Kind
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import NO_TEXT, Basis, Confidence, Status, Tag, new_id, utc_now
from bodycam_annotator.timing import NS

if TYPE_CHECKING:
    from bodycam_annotator.media.index import FrameIndex

Span = tuple[int, int]


class TagFields(TypedDict, total=False):
    """What a tag may be given besides its code, times and coder.

    `codebook` is a label the project has; left out, it is the project's own.
    """

    id: str
    text: str
    speaker: str
    target: str
    basis: Basis | None
    confidence: Confidence | None
    status: Status
    note: str
    attributes: Mapping[str, str]
    uncertainty_ns: int | None
    codebook: str
    created_utc: str
    modified_utc: str
    origin: str


def make_tag(
    project: Project,
    footage: Footage,
    index: "FrameIndex",
    *,
    code: str,
    start_ns: int,
    end_ns: int | None = None,
    coder: str,
    sound: Span | None = None,
    on_frame: int | None = None,
    to_frame: int | None = None,
    **fields: Unpack[TagFields],
) -> Tag:
    """A new tag, not yet in the project. Times are on the footage's own clock.

    A point code takes no end, an interval code an end after the start. `sound` is where the
    footage's sound begins and ends; tags reach as far. `on_frame` says which frame is meant where
    several begin at `start_ns`. `to_frame` is the last frame that belongs; the end is then where
    it is shown no more, whatever `end_ns` says. Basis and uncertainty that are left out come from
    the code (but nothing is heard where there is no sound) and from the frames' spacing; given as
    None they are unknown.

    Raises `EditError` for a tag that cannot be, `CodebookError` for a code or codebook that is not
    there, `FootageError` when `index` is not that of `footage`.
    """
    check_index(index, footage)
    label = fields.get("codebook", project.incident.codebook)
    entry = _code(project, code, label)
    if to_frame is not None:
        end_ns = index.end_of(to_frame)
    end_ns = _end(entry, start_ns, end_ns)
    _refuse_outside(index, start_ns, end_ns, sound)
    _refuse_unwritable(coder, fields)
    start_frame = _frame_at(index, start_ns, on_frame)
    is_mark = end_ns == start_ns
    end_frame = start_frame if is_mark else _end_frame(index, end_ns, to_frame, start_frame)
    created_utc = fields.get("created_utc", utc_now())
    usual = TagFields(
        id=new_id(),
        basis=_usual_basis(entry, start_ns, sound),
        uncertainty_ns=spacing(index, start_ns, end_ns),
        codebook=label,
        created_utc=created_utc,
        modified_utc=created_utc,
    )
    return Tag(
        footage_id=footage.id,
        code=code,
        start_ns=start_ns,
        end_ns=end_ns,
        start_frame=start_frame,
        end_frame=end_frame,
        start_pts=None if start_frame is None else index.pts_of(start_frame),
        end_pts=None if end_frame is None else index.pts_of(end_frame),
        coder=coder,
        **(usual | fields),
    )


def check_attributes(code: Code, attributes: Mapping[str, str]) -> None:
    """Raises `EditError` for an attribute or a value that the codebook does not have."""
    for name, value in attributes.items():
        if name not in code.attributes:
            known = ", ".join(code.attributes) or "none"
            raise EditError(f"{code.id} has no attribute {name!r}; it has {known}.")
        allowed = code.attributes[name]
        if allowed and value not in allowed:
            raise EditError(
                f"{name} of {code.id} cannot be {value!r}; it is one of {', '.join(allowed)}."
            )


def spacing(index: "FrameIndex", start_ns: int, end_ns: int) -> int | None:
    """How far, either way, the edges may be off when they are those of frames; else None.

    Whether a frame shows what was before or after its time, cameras do not say: what is first
    seen in it happened between the frame before and the frame after. The bound is the longer of
    the two gaps, at the edge where it is larger.
    """
    edges = {start_ns, end_ns}
    bounds = [bound for edge in edges if (bound := _around(index, edge)) is not None]
    return max(bounds) if len(bounds) == len(edges) else None


def _usual_basis(code: Code, start_ns: int, sound: Span | None) -> Basis | None:
    silent = sound is None or not sound[0] <= start_ns < sound[1]
    return None if code.basis is Basis.HEARD and silent else code.basis


def _around(index: "FrameIndex", edge_ns: int) -> int | None:
    """The longer of the gaps to the frames before and after an edge; None when it is none."""
    if edge_ns == index.end_ns:
        return edge_ns - index.time_of(len(index) - 1)
    at = index.nearest(edge_ns)
    start, end = index.span_of(at)
    if start != edge_ns:
        return None
    before = index.nearest(edge_ns - 1)
    return max(end - start, start - index.time_of(before))


def _span_at(index: "FrameIndex", time_ns: int) -> int:
    start, end = index.span_of(index.nearest(time_ns))
    return end - start


def _code(project: Project, code: str, label: str) -> Code:
    book = project.codebooks.get(label)
    if book is None:
        known = ", ".join(project.codebooks)
        raise CodebookError(f"The project has no codebook {label!r}; it has {known}.")
    return book.code(code)


def _end(code: Code, start_ns: int, end_ns: int | None) -> int:
    if code.kind is Kind.POINT:
        if end_ns is not None and end_ns != start_ns:
            raise EditError(f"{code.id} marks one instant, so it can have no end.")
        return start_ns
    if end_ns is None:
        raise EditError(f"{code.id} marks a stretch of time, so it needs an end.")
    if end_ns <= start_ns:
        raise EditError(f"{code.id} must end after its start, not {_gap(start_ns - end_ns)}.")
    return end_ns


def _gap(early_ns: int) -> str:
    return "at it" if early_ns == 0 else f"{early_ns / NS:.3f} s before it"


def _refuse_outside(index: "FrameIndex", start_ns: int, end_ns: int, sound: Span | None) -> None:
    """A tag may reach one frame beyond the picture's end, and as far as there is sound."""
    _, ends = index.span_of(len(index) - 1)
    grace_ns = _span_at(index, ends)
    earliest, latest = index.first_ns, ends
    if sound is not None:
        earliest, latest = min(earliest, sound[0]), max(latest, sound[1])
    for what, time_ns in (("start", start_ns), ("end", end_ns)):
        if not earliest <= time_ns <= max(latest, ends + grace_ns):
            shown = [f"{(t - index.first_ns) / NS:.3f}" for t in (time_ns, earliest, latest)]
            raise EditError(
                f"The tag would {what} at {shown[0]} s, outside the footage, which is from "
                f"{shown[1]} to {shown[2]} s."
            )


def _refuse_unwritable(coder: str, fields: TagFields) -> None:
    texts: dict[str, str] = {"coder": coder}
    for name, value in fields.items():
        if isinstance(value, str):
            texts[name] = value
        elif isinstance(value, Mapping):
            texts |= {f"attribute {key!r}": f"{key}{text}" for key, text in value.items()}
    for name, text in texts.items():
        if NO_TEXT.search(text):
            raise EditError(f"The tag's {name} holds a character that is no text; retype it.")


def _frame_at(index: "FrameIndex", time_ns: int, meant: int | None) -> int | None:
    if time_ns < index.first_ns:
        return None
    if meant is not None and index.time_of(meant) == time_ns:
        return meant
    return index.nearest(time_ns)


def _end_frame(
    index: "FrameIndex", end_ns: int, to_frame: int | None, start_frame: int | None
) -> int | None:
    if to_frame is None:
        return _last_before(index, end_ns)
    if start_frame is not None and to_frame < start_frame:
        raise EditError(f"A tag cannot end with frame {to_frame}, before frame {start_frame}.")
    return to_frame


def _last_before(index: "FrameIndex", end_ns: int) -> int | None:
    return index.nearest(end_ns - 1) if end_ns > index.first_ns else None
