"""What is given for a visit, before it is written: codes that exist, texts in their own fields (VIS-7, VIS-14)."""

from __future__ import annotations

from app.domain.parting import number_in
from app.domain.phones import judge_phone
from app.domain.plates import judge_plate
from app.domain.verdicts import normalise
from app.domain.visits import (
    DOCUMENT_KINDS,
    LONGEST,
    NONE_REASONS,
    OVERRIDE_REASONS,
    UNCHECKED,
    WAYS_IN,
    Fields,
    tidied,
)
from app.errors import DomainError

_CHOICES = {
    "document_kind": DOCUMENT_KINDS,
    "way_in": WAYS_IN,
    "none_reason": ("", *NONE_REASONS),
    "override_reason": ("", UNCHECKED, *OVERRIDE_REASONS),
}


def checked(fields: Fields) -> Fields:
    """The fields in the form that is kept.

    Raises:
        DomainError: `not_a_choice` for a code that does not exist, at its field.
    """
    for name, choices in _CHOICES.items():
        if getattr(fields, name) not in choices:
            raise DomainError("not_a_choice", field=name, value=getattr(fields, name))
    return tidied(fields)


def check_typed(fields: Fields, before: Fields, reason: str) -> None:
    """What was typed into a form, where it is not what stood there before: each text in its own field.

    Raises:
        DomainError: at its field `text_too_long`, `number_in_words` (VIS-14), `phone_wrong`, `plate_wrong` (VIS-7).
    """
    check_length("reason", reason)
    for name in ("visitor", "document_number", "host", "purpose", "phone", "plate", "pass_number"):
        text = getattr(fields, name)
        if not text or text == getattr(before, name):
            continue
        check_length(name, text)
        if name in ("visitor", "host", "purpose") and number_in(text) is not None:
            raise DomainError("number_in_words", field=name)
        if name == "phone":
            phone = judge_phone(text)
            if phone is None or not phone[1].valid:
                raise DomainError("phone_wrong", field=name)
        if name == "plate":
            plate = judge_plate(normalise(text))
            if plate is None or not plate.valid:
                raise DomainError("plate_wrong", field=name)


def check_length(name: str, text: str) -> None:
    """Raises DomainError `text_too_long`, at its field, for more than `LONGEST` characters."""
    if len(text) > LONGEST:
        raise DomainError("text_too_long", field=name, most=LONGEST)
