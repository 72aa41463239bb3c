"""The panel in which one action is filled in and sent; it lies under the request's track, which stays in sight.

What is typed outlives everything but its own sending: leaving the panel, another request, an error, a lost race.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.people import Actor
from app.domain.requests import (
    ANSWERS,
    CONFIRMATION_MEANS,
    FOLLOW_UP_MEANS,
    FOLLOW_UP_OUTCOMES,
    PAUSE_REASONS,
    SATISFIED,
    SCORES,
)
from app.errors import DomainError
from app.operations.requests import mint_key
from app.queries.requests_card import RequestCard
from app.ui import messages
from app.ui.requests.actions import Action, Field
from app.ui.requests.fields import ChoiceField, LineField, ScoresField, TimeField, WordsField, no_time
from app.ui.requests.people import HandlerField, HelpersField, StaffField
from app.ui.requests.tab_ring import step, stray
from app.ui.requests.texts import moment_text
from app.ui.services import Services
from app.ui.widgets.buttons import PlainButton, PrimaryButton
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.forms import FieldError, Form
from app.ui.widgets.text import Text

CHANGED = "changed_by_another"


class ActionPanel(QWidget):
    """One action on one request. `send()` is what Ctrl+Return does; Esc leaves and keeps what is typed.

    `done(answer)` after the operation; `lost(panel)` when somebody was quicker; `left()` when the person goes away.
    """

    done = Signal(object)
    lost = Signal(object)
    left = Signal()
    changed = Signal()

    def __init__(
        self, services: Services, card: RequestCard, action: Action, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._services, self.words, self.theme = services, services.words, services.theme
        self.card, self.action = card, action
        self.sending = False
        self.key = mint_key()
        self.fields: dict[str, Any] = {}
        theme = self.theme
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, theme.px(2), 0, 0)
        whole.setSpacing(theme.px(8))
        self.title = Text(theme, role="lead", bold=True)
        self.about = Text(theme, tone="ink_soft", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(theme.px(14))
        head.addWidget(self.title, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.about, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(0)
        whole.addLayout(head)
        self.form = Form(theme, self.words)
        for field in action.fields:
            made = self._make(field)
            made.changed.connect(self.changed)
            self.fields[field.name] = made
            self.form.add(field.name, field.label_code, made)
            made.installEventFilter(self)
        if "helpers" in self.fields:
            self.fields["handler"].edited.connect(self._leave_handler_out)
        resume = self.fields.get("resume_at")
        if isinstance(resume, TimeField):
            resume.changed.connect(self._say_late)
        whole.addWidget(self.form)
        self.problem = FieldError(theme)
        whole.addWidget(self.problem)
        self.send_button = PrimaryButton(theme, "", "Ctrl+Return", danger=action.danger)
        self.send_button.clicked.connect(self.send)
        self.leave_button = PlainButton(theme, "", "Esc")
        self.leave_button.clicked.connect(self.leave)
        foot = QWidget()
        row = FlowLayout(foot, across=theme.px(12), down=theme.px(8))
        row.addWidget(self.send_button)
        row.addWidget(self.leave_button)
        whole.addWidget(foot)
        whole.addStretch(1)
        self.retranslate()

    # --- what the page asks -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Put the focus where work begins."""
        first = next(iter(self.fields.values()), self.send_button)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def keep(self) -> dict[str, Any]:
        """What is typed, by field; empty while nothing is."""
        kept = {name: field.keep() for name, field in self.fields.items()}
        typed = {name: value for name, value in kept.items() if value is not None}
        return typed | {"key": str(self.key)} if typed and not self.action.versioned else typed

    def put_back(self, kept: Mapping[str, Any]) -> None:
        """Put kept values back; a name that is no field any more is left out."""
        for name, value in kept.items():
            if name in self.fields:
                self.fields[name].put_back(value)
        self._leave_handler_out()
        if "key" in kept:
            self.key = UUID(str(kept["key"]))

    def mine(self) -> list[tuple[str, str]]:
        """What the person was about to do, as label and text, for the two sides of a lost race."""
        said = [
            (self.words(field.label_code), self.fields[field.name].shown()) for field in self.action.fields
        ]
        return [(label, text) for label, text in said if text]

    def send(self) -> None:
        """Do it: with the version of the request that the person saw when the panel was opened."""
        if self.sending:
            return
        self.form.clear_errors()
        self.problem.show_text("")
        try:
            values = self.values()
        except DomainError as error:
            self._refused(error)
            return
        self.sending = True
        self.send_button.setEnabled(False)
        request = self.card.request
        version = (request.version,) if self.action.versioned else ()
        if not self.action.versioned:
            values["key"] = self.key  # sent again after a lost answer, it is there once
        self._services.background.run(
            self.action.operation,
            self._services.house,
            cast("Actor", self._services.session.actor),
            request.id,
            *version,
            done=self._done,
            failed=self._failed,
            owner=self,
            **values,
        )

    def leave(self) -> None:
        """Go back to the request; what is typed is kept."""
        self.left.emit()

    def values(self) -> dict[str, Any]:
        """The operation's arguments.

        Raises:
            DomainError: `request_choose`, `request_write`, `request_no_time`, at their field.
        """
        found: dict[str, Any] = {}
        for field in self.action.fields:
            widget = self.fields[field.name]
            value: Any
            if field.kind in ("words", "line"):
                value = widget.text()
            elif field.kind in ("time", "ahead"):
                try:
                    value = widget.value()
                except ValueError:
                    raise no_time(field.name) from None
            elif field.kind in ("handler", "staff"):
                value = widget.value
            else:
                value = widget.value()
            if field.needed and not (value.strip() if isinstance(value, str) else value):
                written = field.kind in ("words", "line")
                code = "request_write" if written else "request_choose"
                raise DomainError(code, field=field.name, what=self.words(field.label_code))
            found[field.into] = value
        return found

    def retranslate(self) -> None:
        """Title, labels, verbs."""
        words, action = self.words, self.action
        verb = words(action.text_code)
        self.title.setText(verb)
        code = f"requests_page.about_{action.code}"
        about = words(code) if words.words.has(code) else ""
        if action.code == "close":
            stamp = self.card.stamps[3].note
            about = words(
                "requests_page.about_closing", answer=words(f"requests.answer_{stamp}") if stamp else "—"
            )
        self.about.setText(about)
        self.about.setVisible(bool(about))
        self.send_button.setText(verb)
        self.leave_button.setText(words("window.leave"))
        self.form.retranslate()
        for field in self.fields.values():
            field.retranslate()
        if "resume_at" in self.fields:
            self._say_late()

    # --- inside -------------------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:
        return step(self._parts(), forward=forward) or super().focusNextPrevChild(forward)

    def _parts(self) -> list[QWidget]:
        """What Tab goes through, from top to bottom."""
        parts: list[QWidget] = []
        for field in self.fields.values():
            match field:
                case TimeField():
                    parts += [field.line, *([field.bar] if field.bar is not None else [])]
                case ScoresField():
                    parts += field.bars.values()
                case HelpersField():
                    parts.append(field.line)
                case _:
                    parts.append(field)
        return [*parts, self.send_button, self.leave_button]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if stray(watched, event):
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain = (
                isinstance(watched, QLineEdit) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
            )
            taking = isinstance(watched, HandlerField | StaffField) and watched.matches()
            if plain and not taking and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.focusNextChild()
                return True
        return False

    def _leave_handler_out(self) -> None:
        """Who is to have the job does not help himself."""
        if "helpers" in self.fields:
            self.fields["helpers"].set_handler(self.fields["handler"].value)

    def _say_late(self) -> None:
        """Amber while a pause is to last beyond the promised time, which goes on running (REQ-5)."""
        promised = self.card.request.promised_at
        try:
            when = self.fields["resume_at"].value()
        except ValueError:
            when = None
        text = ""
        if promised is not None and when is not None and when > promised:
            now = cast("datetime", self._services.house.clock.now())
            due = moment_text(self.words, promised, now, self._services.house.site.zone)
            text = self.words("requests_page.pause_past_promise", when=due)
        self.form.error("resume_at").hint(text, "amber")

    def _make(self, field: Field) -> Any:
        services, card = self._services, self.card
        request, contact = card.request, card.contact or card.customer
        match field.kind:
            case "words":
                first = request.words if field.label == "new_words" else ""
                return WordsField(services, text=first, lines=3 if len(self.action.fields) < 4 else 2)
            case "line":
                return LineField(services, text=contact if field.name in ("who", "promised_to") else "")
            case "time":
                return TimeField(services)
            case "ahead":
                first_time = request.promised_at if field.name == "promised_at" else None
                # Once the work is done, a promise is entered that was given before: its time may be past by now.
                over = field.name == "promised_at" and request.done_at is not None
                now = cast("datetime", services.house.clock.now())
                late = not over and first_time is not None and first_time <= now
                return TimeField(
                    services,
                    future=not over,
                    empty="requests_page.type_time",
                    value=None if late else first_time,
                    first_key=field.first_key,
                )
            case "handler":
                without: UUID | None = request.handler_id if self.action.code == "transfer" else None
                made = HandlerField(services, request.item_id, without=without)
                made.picked.connect(self._next)
                return made
            case "helpers":
                return HelpersField(services, request.item_id)
            case "staff":
                staff = StaffField(services)
                staff.picked.connect(self._next)
                return staff
            case "answer":
                return ChoiceField(
                    services, ANSWERS, lambda code: f"requests.answer_{code}", first_key=field.first_key
                )
            case "degree":
                said = request.said_satisfied
                able = SATISFIED[SATISFIED.index(said) :] if said in SATISFIED else SATISFIED
                return ChoiceField(services, able, lambda code: f"requests.answer_{code}", value=said)
            case "means":
                return ChoiceField(services, CONFIRMATION_MEANS, lambda code: f"requests.means_{code}")
            case "ask_means":
                key = field.first_key
                return ChoiceField(
                    services,
                    FOLLOW_UP_MEANS,
                    lambda code: f"requests.means_{code}",
                    first_key=key,
                    value="phone",
                )
            case "outcome":
                return ChoiceField(services, FOLLOW_UP_OUTCOMES, lambda code: f"requests.outcome_{code}")
            case "pause":
                return ChoiceField(services, tuple(PAUSE_REASONS), lambda code: f"requests.pause_{code}")
            case "scores":
                return ScoresField(services, SCORES, lambda code: f"requests.score_{code}")
        raise ValueError(field.kind)

    def _next(self, _value: object) -> None:
        self.focusNextChild()

    def _done(self, answer: object) -> None:
        self.sending = False
        self.done.emit(answer)

    def _failed(self, error: DomainError) -> None:
        self.sending = False
        self.send_button.setEnabled(True)
        if error.code == CHANGED:
            self.lost.emit(self)
        else:
            self._refused(error)

    def _refused(self, error: DomainError) -> None:
        if not self.form.show_error(error):
            self.problem.show_text(messages.text_of(error, self.words))
