"""What is given for a visit, before it is written: codes that exist, texts in their own fields (VIS-7, VIS-14)."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.parting import number_in
from app.domain.visits import (
    DOCUMENT_KINDS,
    LONGEST,
    NONE_REASONS,
    OVERRIDE_REASONS,
    UNCHECKED,
    WAYS_IN,
    Fields,
    fits,
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


def check_typed(fields: Fields, before: Fields, reason: str, as_given: Mapping[str, str]) -> None:
    """What was typed into a form, where it is not what stood there before: each text in its own field.

    `as_given` says of a phone or a plate that does not fit its rule why it is kept all the same.

    Raises:
        DomainError: at its field `text_too_long`, `number_in_words` (VIS-14), `phone_wrong`, `plate_wrong` (VIS-7),
            `not_a_choice` for such a reason that does not exist.
    """
    check_length("reason", reason)
    for name, why in as_given.items():
        if why not in OVERRIDE_REASONS:
            raise DomainError("not_a_choice", field=name, value=why)
    for name in ("visitor", "document_number", "host", "purpose", "phone", "plate", "pass_number"):
        text = getattr(fields, name)
        if not text or text == getattr(before, name):
            continue
        check_length(name, text)
        wrong = name in ("phone", "plate") and not fits(name, text)
        # A plate stands in clear too: what is wrong there may be somebody's number.
        in_clear = name in ("visitor", "host", "purpose") or (name == "plate" and wrong)
        if in_clear and number_in(text) is not None:
            raise DomainError("number_in_words", field=name)
        if wrong and name not in as_given:
            raise DomainError("phone_wrong" if name == "phone" else "plate_wrong", field=name)


def check_length(name: str, text: str) -> None:
    """Raises DomainError `text_too_long`, at its field, for more than `LONGEST` characters."""
    if len(text) > LONGEST:
        raise DomainError("text_too_long", field=name, most=LONGEST)
