"""The pages of the wizard: how to begin, a new site's facts, posts and people, administrator, a backup."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.people import ROLES
from app.domain.site import MODES, PASSWORD_LEAST, POST_KINDS
from app.domain.site_plan import typed_names, typed_people, typed_posts
from app.errors import DomainError
from app.ui.language import Language
from app.ui.start.tiles import Tile
from app.ui.theme import Look
from app.ui.widgets.buttons import PlainButton
from app.ui.widgets.card import Rule, band
from app.ui.widgets.choices import ChoiceBar
from app.ui.widgets.files import ask_file
from app.ui.widgets.forms import Form
from app.ui.widgets.text import Text

SAMPLES = ("hospital", "office", "residential")
HINTS = {"posts": "start.posts_hint", "desks": "start.desks_hint", "people": "start.people_hint"}
ICONS = {
    "hospital": "site",
    "office": "customer",
    "residential": "person",
    "ready": "list",
    "empty": "plus",
    "restore": "backup",
}


class Step(QWidget):
    """One page of the wizard: a title, a sentence, what is asked. `check` raises DomainError with its field."""

    title = ""
    below = ""

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self.words = theme, words
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.px(12))
        self._title = Text(theme, role="title", bold=True)
        self._below = Text(theme, tone="ink_soft", wrap=True)
        self.column.addWidget(self._title)
        self.column.addWidget(self._below)
        self.column.addSpacing(theme.px(8))
        self.form = Form(theme, words)

    def retranslate(self) -> None:
        """The texts in the language in force."""
        self._title.setText(self.words(self.title))
        self._below.setText(self.words(self.below))

    def check(self) -> None:
        """Raise DomainError (with its field) unless what is typed can be used."""

    def first(self) -> QWidget:
        """Where the focus begins."""
        return self


class HowStep(Step):
    """Six ways to begin. `chosen(way)`: hospital, office, residential, ready, empty, restore."""

    title, below = "start.how_title", "start.how_below"
    chosen = Signal(str)

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(theme, words, parent)
        self.tiles: dict[str, Tile] = {}
        self._heads = {name: Text(theme, role="body", tone="ink_soft", bold=True) for name in ("try", "own")}
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(24))
        grid.setVerticalSpacing(theme.px(12))
        for at, way in enumerate(ICONS):
            column, row = divmod(at, len(SAMPLES))
            if row == 0:
                grid.setColumnStretch(column, 1)
                grid.addWidget(self._heads["own" if column else "try"], 0, column)
            tile = Tile(theme, ICONS[way], "", "", f"Alt+{at + 1}")
            tile.clicked.connect(partial(self.chosen.emit, way))
            self.tiles[way] = tile
            grid.addWidget(tile, row + 1, column)
        self.column.addLayout(grid)
        self.column.addStretch(1)

    def retranslate(self) -> None:
        """All texts in the language in force."""
        super().retranslate()
        for name, head in self._heads.items():
            head.setText(self.words(f"start.how_{name}"))
        for way, tile in self.tiles.items():
            tile.set(self.words(f"start.way_{way}"), self.words(f"start.way_{way}_below"))

    def first(self) -> QWidget:
        """Where the focus begins."""
        return self.tiles["hospital"]


class SiteStep(Step):
    """Kind, name, company and mode of a real site."""

    title, below = "start.site_title", "start.site_below"

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(theme, words, parent)
        self.kind, self.mode = ChoiceBar(theme), ChoiceBar(theme)
        self.name, self.company = QLineEdit(), QLineEdit()
        self.form.add("kind", "start.kind", self.kind)
        self.form.add("name", "start.site_name", self.name)
        self.form.add("company", "start.company", self.company)
        self.form.add("mode", "start.mode", self.mode)
        self.column.addWidget(self.form)
        self.column.addStretch(1)

    def retranslate(self) -> None:
        """All texts in the language in force."""
        super().retranslate()
        words = self.words
        kinds = [
            (kind, words(f"start.kind_{kind}"), f"Alt+{at + 1}")
            for at, kind in enumerate((*SAMPLES, "empty"))
        ]
        self.kind.set_choices(kinds)
        self.mode.set_choices([(mode, words(f"start.mode_{mode}"), "") for mode in MODES])
        self.name.setPlaceholderText(words("start.site_name_hint"))
        self.company.setPlaceholderText(words("start.company_hint"))
        self.form.retranslate()

    def check(self) -> None:
        """Raise DomainError, with its field, unless what is typed can be used."""
        if not self.name.text().strip():
            raise DomainError("name_needed", field="name")

    def first(self) -> QWidget:
        """Where the focus begins."""
        return self.name


class PlacesStep(Step):
    """Posts, desks and people, one a line; empty fields leave what the kind has ready."""

    title, below = "start.places_title", "start.places_below"

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(theme, words, parent)
        self.fields = {name: QPlainTextEdit() for name in ("posts", "desks", "people")}
        for name, field in self.fields.items():
            field.setTabChangesFocus(True)
            self.form.add(name, f"start.{name}", field)
            # As high as its example: on a small screen all three are seen.
            lines = 3 if name == "people" else 2
            field.setFixedHeight(QFontMetrics(theme.font("body")).height() * lines + theme.px(20))
        self.column.addWidget(self.form)
        self.column.addStretch(1)

    def retranslate(self) -> None:
        """All texts in the language in force."""
        super().retranslate()
        for name, field in self.fields.items():
            field.setPlaceholderText(self.words(HINTS[name]))
        self.form.retranslate()

    def posts(self) -> tuple[tuple[str, str], ...]:
        """The posts as typed: (name, kind). DomainError `line_twice`."""
        words = {kind: self.words(f"start.post_{kind}") for kind in POST_KINDS}
        return typed_posts(self.fields["posts"].toPlainText(), words)

    def desks(self) -> tuple[str, ...]:
        """The desk seats as typed. DomainError `line_twice`."""
        return typed_names(self.fields["desks"].toPlainText(), "desks")

    def people(self) -> tuple[tuple[str, str], ...]:
        """The people as typed: (name, role). DomainError `line_twice`, `line_role_unknown`."""
        return typed_people(
            self.fields["people"].toPlainText(), {role: self.words(f"site.role_{role}") for role in ROLES}
        )

    def check(self) -> None:
        """Raise DomainError, with its field, unless what is typed can be used."""
        self.posts()
        self.desks()
        self.people()

    def first(self) -> QWidget:
        """Where the focus begins."""
        return self.fields["posts"]


class AdminStep(Step):
    """The administrator's name and password, typed twice."""

    title, below = "start.admin_title", "start.admin_below"

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(theme, words, parent)
        self.admin, self.password, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        for field in (self.password, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self.form.add("admin", "start.admin", self.admin)
        self.form.add("password", "start.password", self.password)
        self.form.add("again", "start.password_again", self.again)
        self.column.addWidget(self.form)
        self.column.addStretch(1)

    def retranslate(self) -> None:
        """All texts in the language in force."""
        super().retranslate()
        self.password.setPlaceholderText(self.words("start.password_hint", n=PASSWORD_LEAST))
        self.form.retranslate()

    def check(self) -> None:
        """Raise DomainError, with its field, unless what is typed can be used."""
        if not self.admin.text().strip():
            raise DomainError("name_needed", field="admin")
        if len(self.password.text()) < PASSWORD_LEAST:
            raise DomainError("password_too_short", field="password", least=PASSWORD_LEAST)
        if self.password.text() != self.again.text():
            raise DomainError("passwords_differ", field="again")

    def first(self) -> QWidget:
        """Where the focus begins."""
        return self.admin


class RestoreStep(Step):
    """A backup's file, and the recovery code for another PC's backup."""

    title, below = "start.restore_title", "start.restore_below"

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(theme, words, parent)
        self.file, self.code = QLineEdit(), QLineEdit()
        self.browse = PlainButton(theme, "", "Ctrl+O", bind=True)
        self.browse.clicked.connect(self._browse)
        self.form.add("file", "start.backup_file", self.file, beside=self.browse)
        self.form.add("code", "start.recovery_code", self.code)
        self.column.addWidget(self.form)
        self.column.addStretch(1)

    def retranslate(self) -> None:
        """All texts in the language in force."""
        super().retranslate()
        self.browse.setText(self.words("start.browse"))
        self.code.setPlaceholderText(self.words("start.recovery_code_hint"))
        self.form.retranslate()

    def check(self) -> None:
        """Raise DomainError, with its field, unless what is typed can be used."""
        path = Path(self.file.text().strip()).expanduser()
        if not self.file.text().strip() or not path.is_file():
            raise DomainError("backup_missing", field="file", file=path.name)

    def first(self) -> QWidget:
        """Where the focus begins."""
        return self.file

    def _browse(self) -> None:
        title = self.words("start.backup_file")
        ask_file(self, self.words, title, self._file_chosen, start=Path.home(), kinds=("backup", "all"))

    def _file_chosen(self, file: Path) -> None:
        self.file.setText(str(file))
        self.code.setFocus()


class TrackHead(QWidget):
    """The wizard's head: the program's name and where one is (2 / 4), a hairline below."""

    def __init__(
        self, theme: Look, words: Language, language: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._name = Text(theme, role="lead", bold=True)
        self._where = Text(theme, tone="ink_soft")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        row = band(theme, self._name, self._where, None, language)
        row.setContentsMargins(theme.px(32), theme.px(12), theme.px(24), theme.px(12))
        whole.addLayout(row)
        whole.addWidget(Rule(theme))

    def set_where(self, at: int, of: int) -> None:
        """Step `at` of `of`; 0 shows nothing."""
        self._where.setText(f"{at} / {of}" if at else "")

    def retranslate(self) -> None:
        """The texts in the language in force."""
        self._name.setText(self._words("window.title"))
