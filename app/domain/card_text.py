"""From the lines that were read in a document's photograph to its fields (VIS-7, VIS-2).

A name is taken by its place beside its label, never by reading order. A number whose check digit fails is never given
as right: it is doubtful, and a repair is offered only where exactly one swap of characters that look alike makes it
right. What has no check digit is never more than likely.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.card_zone import Zone, read_zone
from app.domain.documents import Identified, identify, judge
from app.domain.identity_numbers import FULL, judge_number, number_kind
from app.domain.pinyin_readings import readings
from app.domain.verdicts import as_digits, normalise

SURE, LIKELY = 0.9, 0.6
UNCLEAR = "unclear"
"""Reason of a number that fits its rule but whose digits were hard to read."""
UNKNOWN_CHARACTER = "□"
"""Stands in a line where there is a character that the model does not know; the guard types it."""
# What a camera takes for another digit. Both ways round; a letter among digits is put right before (DOCUMENTS 1).
LOOK_ALIKE = {
    "0": "68", "1": "7", "2": "7", "3": "8", "4": "9", "5": "6", "6": "058", "7": "12", "8": "0369", "9": "48", "X": "",
}  # fmt: skip
TITLES = (
    (re.compile("驾驶证"), "driving_licence"),
    (re.compile("永久居留|PERMANENTRESIDEN"), "foreign_permanent_id"),
    (re.compile("来往内地通行证"), "hm_permit"),
    (re.compile("来往大陆通行证"), "tw_permit"),
    (re.compile("港澳台居民居住证"), "hmt_residence"),
    (re.compile("护照|PASSPORT"), "passport"),
    (re.compile("军官证|士官证|警官证|文职干部证"), "officer_card"),
)
BACK = re.compile("签发机关|有效期限")
# Half a label counts: the other half may lie beyond the picture's edge, and no surname is 名.
NAME_LABEL = re.compile(r"(?:[姓性娃][\s:：]*[名各]|名)(?:[\s/]*name)?[\s:：]*", re.IGNORECASE)
LATIN_LABEL = re.compile(r"(?:name|surname)\b[\s:：]*", re.IGNORECASE)
SEX_LABEL = re.compile(r"性别|[性姓]别|sex\b", re.IGNORECASE)
NUMBER_LABEL = re.compile(r"公民身份号码|身份号码|证件号码|证号|号码|(?:ID|card)\s*No\.?|No\.", re.IGNORECASE)
OTHER_LABEL = re.compile(
    r"性别|民族|出生|住址|国籍|公民身份|号码|证号|签发|有效期|样本|sex|birth|nation|address", re.IGNORECASE
)
BIRTH = re.compile(r"(1[89]\d\d|20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})")
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff·□]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z ,.'\u2019-]*[A-Za-z.]")
DOT_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])\s*[.·・•‧⋅∙˙-]\s*(?=[\u3400-\u9fff])")
FEWEST_DIGITS = 12  # of 18: with more letters among them it is a text
LONGEST_GAP = 4.0  # line heights between a label and its value, or between two parts of a name


class Mark(StrEnum):
    """How far a field may be trusted: proved by rule, read well, or to be looked at."""

    sure = "sure"
    likely = "likely"
    doubtful = "doubtful"


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text: its box in an upright picture (any unit, y downwards) and how sure each character is (0–1).

    `weakest` is the least sure character's.
    """

    text: str
    left: float
    top: float
    width: float
    height: float
    weakest: float

    @property
    def middle(self) -> float:
        """The height of its middle line."""
        return self.top + self.height / 2

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width


@dataclass(frozen=True, slots=True)
class ReadField:
    """One field: what was read, how sure its weakest character was (0 to 1), and how far to trust it.

    `reason` is the code of what is wrong with it, `offer` a repair that the check digit proves.
    """

    value: str = ""
    confidence: float = 0.0
    mark: Mark = Mark.doubtful
    reason: str = ""
    offer: str = ""


@dataclass(frozen=True, slots=True)
class CardReading:
    """What a photograph says. `kind` is one of `DOCUMENT_KINDS`, '' when nobody can tell.

    `birth` is the number's or the zone's, never without one of them being right. `back` says that it is the side of an
    identity card that bears no name.
    """

    kind: str = ""
    name: ReadField = ReadField()
    number: ReadField = ReadField()
    birth: date | None = None
    back: bool = False

    @property
    def complete(self) -> bool:
        """Whether no more lines need to be read: a name, and a number that nothing speaks against."""
        return self.enough and self.number.mark is not Mark.doubtful

    @property
    def enough(self) -> bool:
        """Whether another look at the picture would tell no more: a name by its label, a number that may be right."""
        return all(field.value and not field.reason for field in (self.name, self.number))

    @property
    def empty(self) -> bool:
        """Whether nothing was found that fills a field."""
        return not self.name.value and not self.number.value


def read_card(lines: Sequence[TextLine], today: date) -> CardReading:
    """Take the lines of one photograph apart. Lines in any order, any number of them; never raises."""
    zone = read_zone([(line.text, line.middle, line.weakest) for line in lines], today)
    if zone is not None:
        return _from_zone(zone, lines)
    title = _title(lines)
    kind, number = _number(lines, title, today)
    birth = None
    if FULL.fullmatch(number.value) and number.reason in ("", UNCLEAR):
        birth = _day(number.value[6:14])
        number = _with_printed_birth(number, birth, lines)
    joined = "".join(line.text for line in lines)
    back = not number.value and title in ("", "hmt_residence") and BACK.search(joined) is not None
    return CardReading(kind, _name(lines, kind), number, birth, back)


def repair(value: str, today: date) -> str:
    """The one identity number that a single look-alike swap makes right, '' when there is none or more than one."""
    found = set()
    for place, char in enumerate(value):
        for other in LOOK_ALIKE.get(char, ""):
            swapped = value[:place] + other + value[place + 1 :]
            if FULL.fullmatch(swapped) and judge_number(swapped, today).valid:
                found.add(swapped)
    return found.pop() if len(found) == 1 else ""


def is_simplified_of(char: str, other: str) -> bool:
    """Whether `char` is the simplified form of `other`, as documents of the mainland bear it (悦 of 悅).

    Told by what they share: in common use on the mainland (GB 2312) against in common use in Taiwan only (Big5), and
    read alike. Of two different characters that look alike (甪 and 用) the reading is another.
    """
    if not (_encodes(char, "gb2312") and not _encodes(other, "gb2312") and _encodes(other, "big5")):
        return False
    return not set(readings(char)).isdisjoint(readings(other))


def _encodes(char: str, table: str) -> bool:
    try:
        char.encode(table)
    except UnicodeEncodeError:
        return False
    return char >= "\u3400"


def _title(lines: Sequence[TextLine]) -> str:
    """The kind that a heading names; a heading may be broken into several boxes or lines."""
    text = re.sub(r"\s+", "", "".join(line.text for line in sorted(lines, key=lambda one: one.top))).upper()
    return next((kind for shape, kind in TITLES if shape.search(text)), "")


def _from_zone(zone: Zone, lines: Sequence[TextLine]) -> CardReading:
    """What a zone says; the name in characters where it is printed too, as the zone has only its letters."""
    valid = not zone.reason
    clear = zone.weakest >= LIKELY
    mark = Mark.doubtful if not valid else Mark.sure if clear else Mark.likely
    printed = _name(lines, "hm_permit")
    name = ReadField(zone.name, zone.weakest, Mark.likely if valid and clear else Mark.doubtful)
    return CardReading(
        zone.kind,
        printed if printed.value and not printed.reason else name,
        ReadField(zone.number, zone.weakest, mark, zone.reason, zone.offer),
        zone.birth if valid else None,
    )


def _number(lines: Sequence[TextLine], title: str, today: date) -> tuple[str, ReadField]:
    """The kind and the number: the best of what the lines, and what stands right of a number's label, make."""
    judged = []
    for text, weakest, labelled in _candidates(lines):
        found = _judged(text, title, today)
        if found is not None and (found.valid or labelled or FULL.fullmatch(found.value)):
            judged.append((found.valid, labelled, len(found.value), weakest, found, text))
    if not judged:
        return title, ReadField()
    valid, _, _, weakest, best, text = max(judged, key=lambda one: one[:4])
    proved = FULL.fullmatch(best.value) is not None
    if not valid:
        offer = best.offer or repair(best.value, today)
        return best.kind, ReadField(best.value, weakest, Mark.doubtful, best.reason, offer)
    if weakest < (LIKELY if proved else SURE):
        return best.kind, ReadField(best.value, weakest, Mark.doubtful, UNCLEAR)
    # With letters made digits the check digit is right too, but the guard should look.
    as_read = best.value in normalise(text)
    return best.kind, ReadField(best.value, weakest, Mark.sure if proved and as_read else Mark.likely)


def _candidates(lines: Sequence[TextLine]) -> list[tuple[str, float, bool]]:
    """Texts that may be a number: with the least sure character, and whether a label says that it is one."""
    found = []
    for line in lines:
        label = NUMBER_LABEL.search(line.text)
        if label is not None and line.text[label.end() :].strip():
            found.append((line.text[label.end() :], line.weakest, True))
        elif label is not None:
            beside = _beside(line, lines)
            if beside:
                found.append(("".join(one.text for one in beside), min(one.weakest for one in beside), True))
        else:
            found.append((line.text, line.weakest, False))
    return found


def _judged(text: str, title: str, today: date) -> Identified | None:
    """A text as a number of the kind that the heading names, or of the kind that it looks like."""
    value = normalise(text).strip(":/|")
    # An identity number in print has nothing but digits and a last X; a letter among them is a digit misread.
    digits = as_digits(value[:17]) + ("X" if value[17:] in ("X", "×", "K") else as_digits(value[17:]))
    if FULL.fullmatch(digits) and sum(c.isdigit() for c in value) >= FEWEST_DIGITS:
        value = digits
    if title in (
        "hm_permit",
        "tw_permit",
        "driving_licence",
        "passport",
        "foreign_permanent_id",
        "officer_card",
    ):
        return judge(title, value, today) if sum(c.isdigit() for c in value) >= 7 else None
    if FULL.fullmatch(value):
        return judge(number_kind(value), value, today)
    found = identify(value, today)
    return (
        found if found.kind in ("hm_permit", "resident_id", "hmt_residence", "foreign_permanent_id") else None
    )


def _with_printed_birth(number: ReadField, birth: date | None, lines: Sequence[TextLine]) -> ReadField:
    """The number beside the birth date that is printed too: two misread digits may pass the check, a third proof not.

    A date that says otherwise makes the number doubtful, the same date makes an unclear one likely.
    """
    for line in lines:
        printed = BIRTH.search(line.text)
        # Valid from, valid until: dates too, so only a line that says birth counts.
        if printed is None or not re.search("出|生|birth", line.text, re.IGNORECASE):
            continue
        day = _day(f"{printed[1]}{printed[2]:0>2}{printed[3]:0>2}")
        if day is not None and day == birth and number.reason == UNCLEAR:
            return ReadField(number.value, number.confidence, Mark.likely)
        if day is not None and day != birth and line.weakest >= LIKELY:
            return ReadField(number.value, number.confidence, Mark.doubtful, "birth_differs")
    return number


def _name(lines: Sequence[TextLine], kind: str) -> ReadField:
    """The name beside its label; where nothing stands beside it, the line under it (Latin labels, older permits)."""
    latin = kind in ("foreign_permanent_id", "passport", "driving_licence", "")
    for line in lines:
        label = NAME_LABEL.match(line.text)
        if label is None:
            continue
        inside = line.text[label.end() :]
        parts = _beside(line, lines)
        if parts and parts[0].left < line.right:
            inside = ""  # the label's box has cut off a piece of the name's first character
        text = " ".join([inside, *(one.text for one in parts)])
        weakest = min([line.weakest if inside.strip() else 1.0, *(one.weakest for one in parts)])
        name = _as_name(text, latin)
        if name:
            return _name_field(name, weakest)
        for under in _under(line, lines):
            name = _as_name(under.text, latin)
            if name:
                return ReadField(
                    name, under.weakest, Mark.likely if under.weakest >= LIKELY else Mark.doubtful
                )
    return _name_over_sex(lines)


def _name_field(name: str, weakest: float) -> ReadField:
    if UNKNOWN_CHARACTER in name:
        return ReadField(name, weakest, Mark.doubtful, "unknown_character")
    return ReadField(name, weakest, Mark.likely if weakest >= LIKELY else Mark.doubtful)


def _name_over_sex(lines: Sequence[TextLine]) -> ReadField:
    """Where glare took the label: the line over 性别, always doubtful."""
    for line in lines:
        if not SEX_LABEL.match(line.text):
            continue
        over = [
            one
            for one in lines
            if 0.7 * line.height < line.middle - one.middle < 3 * line.height
            and one.left < line.left + 6 * line.height
            and one.right > line.left
        ]
        for one in sorted(over, key=lambda each: -each.middle):
            label = NAME_LABEL.match(one.text)
            name = _as_name(one.text[label.end() :] if label else one.text, False)
            if 2 <= len(name) <= 15 and not OTHER_LABEL.search(one.text):
                return ReadField(name, one.weakest, Mark.doubtful, "no_label")
    return ReadField()


def _beside(label: TextLine, lines: Sequence[TextLine]) -> list[TextLine]:
    """What stands right of a label on its row, from left to right, up to a wide gap or the next label."""
    row = [
        one
        for one in lines
        if one is not label
        and one.left >= label.left + label.width / 2
        and abs(one.middle - label.middle) < 0.6 * max(one.height, label.height)
    ]
    found: list[TextLine] = []
    end = label.right
    for one in sorted(row, key=lambda each: each.left):
        if one.left - end > LONGEST_GAP * max(one.height, label.height) or OTHER_LABEL.search(one.text):
            break
        found.append(one)
        end = one.right
    return found


def _under(label: TextLine, lines: Sequence[TextLine]) -> list[TextLine]:
    """What begins just under a label, nearest first."""
    found = [
        one
        for one in lines
        if 0.5 * label.height < one.middle - label.middle < 2.5 * max(label.height, one.height)
        and abs(one.left - label.left) < 3 * label.height
        and not OTHER_LABEL.search(one.text)
    ]
    return sorted(found, key=lambda one: one.middle)


def _as_name(text: str, latin: bool) -> str:
    """The name in a text: its Chinese characters with the dot between two parts, or its Latin words."""
    text = LATIN_LABEL.sub(" ", text)
    found = CHINESE.findall(DOT_BETWEEN.sub("·", text).replace(" ", ""))
    if found:
        name = "".join(found).strip("·")
        return name if name.strip(UNKNOWN_CHARACTER) else ""
    words = LATIN.search(text) if latin else None
    return re.sub(r" ?, ?", ", ", " ".join(words[0].split())) if words else ""


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
