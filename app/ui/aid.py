"""What stands beside the line of the post: the watch list's stop, the duties, the evacuation list and their like."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.ui.page import Command, KeyGroups


class Aid:
    """One more thing that a guard does here: mixed into a QObject or a widget, listed in the page's `aids`.

    The page binds its keys, shows them in F1, offers its commands and tells it when to read its figures again.
    """

    def bindings(self) -> Sequence[tuple[str, Callable[[], object]]]:
        """Its keys, with what each does; a key and its Ctrl twin are two."""
        return ()

    def key_groups(self) -> KeyGroups:
        """Its part of F1."""
        return ()

    def commands(self) -> Sequence[Command]:
        """What Ctrl+K offers of it."""
        return ()

    def refresh(self) -> None:
        """The page is in front, and something may have changed."""

    def retranslate(self) -> None:
        """Write its texts in the language in force."""
