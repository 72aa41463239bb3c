"""The field of a PIN: digits only, shown as dots."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.site import PIN_MOST


class PinLine(QLineEdit):
    """A PIN of at most PIN_MOST digits; an input method stays out of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(PIN_MOST)
        self.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]*"), self))
