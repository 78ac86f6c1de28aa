"""Making tags."""

from pathlib import Path

import pytest

from bodycam_annotator import app
from bodycam_annotator.errors import (
    CodebookError,
    EditError,
)
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.model.tag import Basis, Status, Tag
from bodycam_annotator.storage.session import ProjectSession
from tests.media_factory import Clip, make
from tests.unit.app.clips import BOOK, CLIP, FIRST, MS, MakeTag


class TestMakeTag:
    def test_a_mark_on_a_frame(self, tag_at: MakeTag, opened: app.OpenedFootage) -> None:
        tag = tag_at("door_opened", 160)
        assert (tag.start_frame, tag.end_frame) == (3, 3)
        assert (tag.start_pts, tag.end_pts) == (FIRST + 2048, FIRST + 2048)
        assert tag.end_ns == tag.start_ns == opened.index.first_ns + 160 * MS
        assert (tag.basis, tag.codebook, tag.coder) == (Basis.SEEN, BOOK.label, "Ada")
        assert tag.created_utc == tag.modified_utc

    @pytest.mark.parametrize(
        ("start", "end", "frames"),
        [
            (40, 160, (1, 2)),
            (40, 160.000001, (1, 3)),
            (41, 42, (1, 1)),
            (80, 280, (2, 5)),
            (-20, 40, (None, 0)),
            (-20, -10, (None, None)),
            (-20, 0, (None, None)),
            (100, 450, (2, 5)),
        ],
    )
    def test_a_spans_frames(
        self, tag_at: MakeTag, start: float, end: float, frames: tuple[int | None, int | None]
    ) -> None:
        tag = tag_at("utterance", start, end)
        assert (tag.start_frame, tag.end_frame) == frames
        pts = [None if frame is None else CLIP.pts[frame] for frame in frames]
        assert [tag.start_pts, tag.end_pts] == pts

    def test_nothing_is_heard_where_there_is_no_sound(
        self, tag_at: MakeTag, opened: app.OpenedFootage
    ) -> None:
        assert tag_at("shot", 100).basis is Basis.HEARD
        assert tag_at("shot", 450).basis is None
        assert tag_at("shot", 450, basis=Basis.HEARD).basis is Basis.HEARD
        assert tag_at("door_opened", 100).basis is Basis.SEEN

    def test_a_heard_mark_between_frames(self, tag_at: MakeTag) -> None:
        tag = tag_at("shot", 100)
        assert (tag.start_frame, tag.start_pts) == (2, FIRST + 1024)
        assert tag.uncertainty_ns is None

    @pytest.mark.parametrize(
        ("start", "end", "bound"),
        [
            (160, None, 80),
            (40, None, 40),
            (0, None, 40),
            (200, 240, 40),
            (40, 160, 80),
            (160, 200, 80),
            (240, 280, 40),
            (40, 161, None),
            (41, 80, None),
            (-20, 40, None),
        ],
    )
    def test_uncertainty_is_the_time_since_the_frame_before(
        self, tag_at: MakeTag, start: float, end: float | None, bound: int | None
    ) -> None:
        code = "shot" if end is None else "utterance"
        wanted = None if bound is None else bound * MS
        assert tag_at(code, start, end).uncertainty_ns == wanted

    def test_what_is_given_goes_before(self, tag_at: MakeTag) -> None:
        tag = tag_at("shot", 40, uncertainty_ns=5, basis=None, status=Status.CHECKED)
        assert (tag.uncertainty_ns, tag.basis, tag.status) == (5, None, Status.CHECKED)
        assert tag_at("shot", 40, uncertainty_ns=None).uncertainty_ns is None

    def test_the_frame_that_is_meant_where_two_have_one_time(self, tmp_path: Path) -> None:
        made = make(Clip(pts=(0, 512, 512, 1024), codec="mpeg4", options=()), tmp_path / "t.mkv")
        with app.new_project(
            tmp_path / "t.bodycam", [made.path], coder="Ada", codebook=BOOK
        ) as session:
            opened = app.open_footage(session, app.find_footage(session, camera=None))
            tags = [
                app.make_tag(
                    session.project,
                    opened.footage,
                    opened.index,
                    code="shot",
                    start_ns=opened.index.time_of(1),
                    coder="Ada",
                    on_frame=meant,
                )
                for meant in (1, 2, None)
            ]
            assert [tag.start_frame for tag in tags] == [1, 2, 2]
            session.do(add_tags(tuple(tags), label="Tag"))
            app.export(session, tmp_path / "t.csv")
            report = app.import_file(session, tmp_path / "t.csv")
            assert (report.changed, report.unchanged) == (0, 3)

    def test_the_last_frame_as_named_where_two_have_one_time(self, tmp_path: Path) -> None:
        made = make(Clip(pts=(0, 512, 512, 1024), codec="mpeg4", options=()), tmp_path / "t.mkv")
        with app.new_project(
            tmp_path / "t.bodycam", [made.path], coder="Ada", codebook=BOOK
        ) as session:
            opened = app.open_footage(session, app.find_footage(session, camera=None))
            index = opened.index

            def span(first: int, last: int) -> Tag:
                return app.make_tag(
                    session.project,
                    opened.footage,
                    index,
                    code="utterance",
                    start_ns=index.time_of(first),
                    coder="Ada",
                    on_frame=first,
                    to_frame=last,
                )

            tags = [span(*ends) for ends in ((0, 0), (0, 1), (0, 2), (1, 1), (2, 2), (1, 3))]
            assert [tag.end_frame for tag in tags] == [0, 1, 2, 1, 2, 3]
            assert [tag.end_pts for tag in tags] == [index.pts_of(n) for n in (0, 1, 2, 1, 2, 3)]
            times = [index.time_of(1), *[index.time_of(3)] * 4, index.end_ns]
            assert [tag.end_ns for tag in tags] == times
            with pytest.raises(EditError, match="cannot end with frame 1, before frame 2"):
                span(2, 1)
            session.do(add_tags(tuple(tags), label="Tag"))
            app.export(session, tmp_path / "t.csv")
            report = app.import_file(session, tmp_path / "t.csv")
            assert (report.changed, report.unchanged) == (0, len(tags))

    @pytest.mark.parametrize(
        ("code", "start", "end", "said"),
        [
            ("shot", 0, 40, "so it can have no end"),
            ("utterance", 0, None, "so it needs an end"),
            ("utterance", 40, 40, "must end after its start, not at it"),
            ("utterance", 40, 0, "not 0.040 s before it"),
            ("shot", -51, None, "would start at -0.051 s, outside .* from -0.050 to 0.450 s"),
            ("shot", 451, None, "would start at 0.451 s"),
            ("utterance", 0, 451, "would end at 0.451 s"),
        ],
    )
    def test_what_cannot_be(
        self, tag_at: MakeTag, code: str, start: float, end: float | None, said: str
    ) -> None:
        with pytest.raises(EditError, match=said):
            tag_at(code, start, end)

    def test_without_sound_a_tag_reaches_one_frame_beyond_the_picture(
        self, session: ProjectSession, opened: app.OpenedFootage
    ) -> None:
        def made(start: int) -> Tag:
            return app.make_tag(
                session.project,
                opened.footage,
                opened.index,
                code="shot",
                start_ns=opened.index.first_ns + start * MS,
                coder="Ada",
            )

        assert made(320).start_frame == 5
        assert made(40).basis is None
        for outside in (321, -1):
            with pytest.raises(EditError, match=r"from 0\.000 to 0\.280 s"):
                made(outside)

    def test_a_code_or_codebook_that_is_not_there(self, tag_at: MakeTag) -> None:
        with pytest.raises(CodebookError, match="no code 'gun'"):
            tag_at("gun", 0)
        with pytest.raises(CodebookError, match="no codebook 'mine@7'"):
            tag_at("shot", 0, codebook="mine@7")

    @pytest.mark.parametrize("text", ["a\0b", "\udce9"])
    def test_text_that_is_none(self, tag_at: MakeTag, text: str) -> None:
        with pytest.raises(EditError, match="note holds a character that is no text"):
            tag_at("shot", 0, note=text)
        with pytest.raises(EditError, match="attribute 'act' holds"):
            tag_at("shot", 0, attributes={"act": text})

    def test_attributes_are_the_codebooks(self) -> None:
        code = BOOK.code("utterance")
        app.check_attributes(code, {"act": "plea", "addressee": "driver"})
        with pytest.raises(EditError, match="has no attribute 'mood'; it has act, addressee"):
            app.check_attributes(code, {"mood": "calm"})
        with pytest.raises(EditError, match="act of utterance cannot be 'order'"):
            app.check_attributes(code, {"act": "order"})
