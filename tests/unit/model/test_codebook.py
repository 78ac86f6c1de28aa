import re

import pytest

from bodycam_annotator.config import default_codebook
from bodycam_annotator.errors import CodebookError
from bodycam_annotator.model.codebook import Code, Codebook, Kind
from bodycam_annotator.model.tag import Basis

HEAD = 'id = "b"\nname = "B"\nversion = 3\n'
SHOT = '[[code]]\nid = "shot"\nname = "Shot"\nkind = "point"\n'


def test_a_small_codebook() -> None:
    book = Codebook.from_toml(HEAD + SHOT)
    assert book.label == "b@3"
    assert book.codes == (Code(id="shot", name="Shot", kind=Kind.POINT, group="other"),)
    assert book.source == HEAD + SHOT


def test_a_code_with_everything() -> None:
    text = HEAD + SHOT + 'group = "force"\nkey = "s"\ncolor = "#FF6F59"\nbasis = "heard"\n'
    text += 'attributes = { shooter = [], attributed = ["yes", "no"] }\n'
    code = Codebook.from_toml(text).code("shot")
    assert (code.group, code.key, code.color, code.basis) == ("force", "S", "#FF6F59", Basis.HEARD)
    assert code.attributes == {"shooter": (), "attributed": ("yes", "no")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id =", "not valid TOML"),
        (HEAD, "no [[code]] entries"),
        (HEAD + "code = 3", "no [[code]] entries"),
        (HEAD + "code = [3]", "Code 1 of the codebook is not a"),
        (SHOT, "needs id"),
        (HEAD.replace("3", '"3"') + SHOT, "needs version"),
        (HEAD.replace("3", "0") + SHOT, "needs version"),
        (HEAD.replace("3", "true") + SHOT, "needs version"),
        (HEAD + SHOT.replace("Shot", " "), "needs name"),
        (HEAD + SHOT.replace('"shot"', '"Shot 1"'), "needs an id of small letters"),
        (HEAD + SHOT.replace("point", "state"), 'kind = "point" or "interval"'),
        (HEAD + SHOT + 'basis = "guessed"', "has basis 'guessed'"),
        (HEAD + SHOT + "basis = []", "has basis []"),
        (HEAD + SHOT + 'key = "F1"', "needs a key of one letter"),
        (HEAD + SHOT + 'key = "é"', "needs a key of one letter"),
        (HEAD + SHOT + "key = 1", "needs a key of one letter"),
        (HEAD + SHOT + 'key = "j"', "cannot have the key J"),
        (HEAD + SHOT + 'color = "red"', "needs a color"),
        (HEAD + SHOT + "attributes = 1", "needs attributes as"),
        (HEAD + SHOT + 'attributes = {act = "plea"}', "the attribute act as a list"),
        (HEAD + SHOT + SHOT, "Two codes of the codebook have the id 'shot'"),
        (
            HEAD + SHOT + 'key = "S"\n' + SHOT.replace("shot", "shout") + 'key = "s"\n',
            "Two codes of the codebook have the key 'S'",
        ),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(CodebookError, match=re.escape(said)):
        Codebook.from_toml(text)


def test_a_code_that_is_not_there() -> None:
    book = Codebook.from_toml(HEAD + SHOT)
    assert book.find("gun") is None
    with pytest.raises(CodebookError, match=r"b@3 has no code 'gun'\. It has: shot\."):
        book.code("gun")


def test_the_default_codebook_has_what_is_promised() -> None:
    book = Codebook.from_toml(default_codebook().read_text(encoding="utf-8"))
    kinds = {code.id: code.kind.value for code in book.codes}
    assert kinds == {
        "utterance": "interval",
        "shot": "point",
        "weapon_visible": "interval",
        "hands_on_force": "interval",
        "vehicle_departure": "interval",
        "vehicle_collision": "point",
        "door_opened": "point",
        "officer_approach": "interval",
        "not_assessable": "interval",
    }
    keys = {code.id: code.key for code in book.codes}
    assert (keys["utterance"], keys["shot"], keys["vehicle_departure"]) == ("U", "S", "V")
    acts = book.code("utterance").attributes["act"]
    assert acts == ("command", "warning", "threat", "plea", "other")
    assert book.code("shot").attributes["attributed"] == ("yes", "no")
    assert book.groups == ("speech", "force", "vehicle", "scene", "condition")
