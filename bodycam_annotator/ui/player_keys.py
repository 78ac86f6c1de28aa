"""What keys and buttons do with the player alone."""

from collections.abc import Callable

from bodycam_annotator.timing import NS
from bodycam_annotator.ui.ab_marks import AbMarks
from bodycam_annotator.ui.player import Player


def player_handlers(player: Player, marks: AbMarks) -> dict[str, Callable[[], object]]:
    """By action, what it does."""
    return {
        "next_frame": lambda: player.step(1),
        "previous_frame": lambda: player.step(-1),
        "forward_10": lambda: player.step(10),
        "back_10": lambda: player.step(-10),
        "forward_1s": lambda: player.step_time(NS),
        "back_1s": lambda: player.step_time(-NS),
        "first_frame": lambda: player.seek(0),
        "last_frame": lambda: player.seek(len(player.index or ()) - 1),
        "play": player.toggle,
        "shuttle_back": lambda: player.shuttle(-1),
        "shuttle_stop": player.stop_shuttle,
        "shuttle_forward": lambda: player.shuttle(1),
        "slower": lambda: player.change_speed(-1),
        "faster": lambda: player.change_speed(1),
        "mark_a": lambda: player.when_settled(lambda: marks.mark_a(player.ordinal)),
        "mark_b": lambda: player.when_settled(lambda: marks.mark_b(player.ordinal)),
        "clear_marks": marks.clear,
        "mute": lambda: player.set_muted(not player.muted),
    }
