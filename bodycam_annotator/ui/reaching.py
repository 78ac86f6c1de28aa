"""What is done by the mouse on buttons and choices, done by keys; and the texts that name keys."""

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QWidget

from bodycam_annotator.ui.keys_dialog import KeysDialog
from bodycam_annotator.ui.shortcuts import ShortcutsDialog
from bodycam_annotator.ui.showing import ShowingWindow


def reaching(window: ShowingWindow) -> dict[str, Callable[[], object]]:
    """The handlers of the actions that reach parts of the window, by action id."""
    transcript, intervals, history = window.transcript, window.intervals, window.history
    seeing = window.seeing

    def front(panel: QWidget, then: Callable[[], object]) -> Callable[[], None]:
        """What is in a panel is read only once it is seen."""

        def do() -> None:
            window.desk.bring(panel)
            then()

        return do

    def press(button: QAbstractButton, otherwise: str) -> Callable[[], None]:
        return lambda: button.click() if button.isEnabled() else window.messages.inform(otherwise)

    return {
        "find_said": front(transcript, transcript.filter.setFocus),
        "copy_said": front(transcript, press(transcript.copying, "Nothing is listed to copy.")),
        "copy_interval": front(intervals, press(intervals.copying, "There is no interval.")),
        "export_intervals": front(intervals, press(intervals.exporting, "There is no interval.")),
        "find_history": front(history, history.filter.setFocus),
        "history_coders": front(history, lambda: _open(history.coders)),
        "history_of_tag": front(history, history.only.toggle),
        "edit_speaker": lambda: _edit_speaker(window),
        "select_all": lambda: _select_all(window),
        "sort_next": front(window.table, window.table.sort_by_next),
        "sort_other_way": front(window.table, window.table.sort_other_way),
        "difference": lambda: _toggle_difference(window),
        "choose_preset": front(seeing, lambda: _open(seeing.presets)),
        "save_preset": press(seeing.save, "There are no settings of your own to save."),
        "delete_preset": press(seeing.delete, "No preset of your own is chosen."),
        "choose_camera": window.top.choose_camera,
        "go_codes": lambda: _go_to_codes(window),
        "go_picture": window.picture.setFocus,
        "go_message": window.messages.begin,
        "dismiss": window.messages.dismiss,
        "stop_job": lambda: _stop_job(window),
        "go_menus": window.top.open_menus,
        "shortcuts": lambda: ShortcutsDialog.ask(
            window.actions_, window.keys, window.codebook, window
        ),
        "keys": lambda: KeysDialog.ask(window.keys, window.codebook, window),
    }


def tell_keys(window: ShowingWindow) -> None:
    """Texts outside of menus and buttons that name a key, and follow when it is another."""
    tell, table, seeing = window.actions_.tell, window.table, window.seeing
    for say, text in (
        (table.filter.setPlaceholderText, "Find in the tags ({filter})"),
        (window.transcript.filter.setPlaceholderText, "Find in what was said ({find_said})"),
        (window.history.filter.setPlaceholderText, "Find in the history ({find_history})"),
        (window.transport.speed.setToolTip, "Speed: {slower} slower, {faster} faster"),
        (seeing.is_on.setToolTip, "Show the picture as set below  ({enhance})"),
        (seeing.comparing.setToolTip, "Original beside enhanced, under a divider  ({compare})"),
        (seeing.presets.setToolTip, "Settings that go together  ({next_preset}: the next one)"),
        (seeing.save.setToolTip, "Save the settings as a preset of your own…  ({save_preset})"),
        (seeing.delete.setToolTip, "Delete this preset of your own  ({delete_preset})"),
        (
            seeing.difference.setToolTip,
            "The difference to the frame before, instead of the picture:\n"
            "what changed is bright, what did not is black.\n"
            "Even grey: there is no frame before to compare with.  ({difference})",
        ),
        (
            window.transcript.copying.setToolTip,
            "Copy what is listed as text with times  ({copy_said})",
        ),
        (
            window.intervals.copying.setToolTip,
            "Copy the chosen interval as a sentence  ({copy_interval})",
        ),
        (
            window.intervals.exporting.setToolTip,
            "Export these intervals as CSV…  ({export_intervals})",
        ),
        (
            window.history.only.setToolTip,
            "Show only what was done to the selected tag  ({history_of_tag})",
        ),
        (
            window.history.coders.setToolTip,
            "Whose edits are shown  ({history_coders})",
        ),
        (window.top.tell_camera_keys, "{next_camera}: the next one, {choose_camera}: choose"),
        (window.messages.tell_key, "{dismiss}"),
        (window.jobs.tell_key, "{stop_job}"),
        (window.codes.tell_dropping, "{drop_span} drops it"),
        (window.codes.tell_editing, "{edit_codebook} edits the codes"),
        (window.editor.tell_removing, "{remove} removes them"),
    ):
        tell(say, text)


def _edit_speaker(window: ShowingWindow) -> None:
    """Where the utterance stands in the transcript, if one is there; else in the tag's fields."""
    if window.transcript.view.hasFocus():
        window.transcript.edit_speaker()
    elif window.tagger.selected_tags():
        window.desk.bring(window.editor)
        window.editor.begin_speaker()
    else:
        window.messages.hint("Select a tag first, to name who speaks.")


def _select_all(window: ShowingWindow) -> None:
    """Of the list that has the focus; else of the tags, wherever the focus is."""
    spoken = window.transcript.view
    (spoken.selectAll if spoken.hasFocus() else window.table.select_all)()


def _open(choice: QComboBox) -> None:
    choice.setFocus(Qt.FocusReason.ShortcutFocusReason)
    choice.showPopup()


def _toggle_difference(window: ShowingWindow) -> None:
    window.seeing.difference.toggle()
    window.refresh_seeing()


def _go_to_codes(window: ShowingWindow) -> None:
    if not window.codes.isVisible():
        window.desk.bring(window.table)
    window.codes.begin()


def _stop_job(window: ShowingWindow) -> None:
    if window.jobs.jobs:
        window.jobs.stop()
    else:
        window.messages.inform("Nothing is running that could be stopped.")
