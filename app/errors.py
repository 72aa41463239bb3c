"""What the program can refuse or fail at, without wording and without Qt.

The text of an error is `words("errors.<code>", **values)`; the window, the command line and paper word it themselves.
"""

from __future__ import annotations

from app.words import Words


class DomainError(Exception):
    """A rule says no, or the surroundings do not let us (disk full, no right, somebody changed this).

    `code` names the text in `errors.toml`, `values` are put into it, `field` is the form's field that it belongs to
    ("" when it belongs to none).
    """

    def __init__(self, code: str, *, field: str = "", **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.field = field
        self.values = values

    def text(self, words: Words) -> str:
        """The sentence for the user: what went wrong and what to do."""
        return words(f"errors.{self.code}", **self.values)
