"""Made-up visitors: each follows from the seed and its place alone, so that a million need no memory (demo).

Numbers are real in form and nobody's: resident numbers carry sequence codes from 900 on, which are hardly ever issued,
and mobile numbers begin with 19900 or 17800.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from hashlib import blake2b

from app.domain.demo_names import chinese_name, latin_name
from app.domain.identity_numbers import check_character

# Counties whose codes are in force and older than their holders, most of them near the site.
_NEAR = (
    "330102 330105 330106 330122 330203 330205 330211 330225 330324 330326 330327 330421 330424 330602 330624 330702 "
    "330723 330726 330727"
)
_FAR = (
    "340121 340122 340123 360102 360103 360104 360121 360403 360423 360424 360425 410102 410103 410105 410106 420102 "
    "420103 420104 420105 430121 430621 510112 510113 510121 510129 510722 510723 510725 510727 320102 320104 320105 "
    "320106 320826 350102 350103 350104 350105 350502 350521 350524 350525 370102 370103 370104 370105 370702 370703 "
    "370704 370724 610102 610103 610104 610111 520102 520103 520111 520112 530102 530103 530111 530112 440103 440104 "
    "440105 440106 450102 450105 210102 210103 210104 210105 230102 230103 230104 230108 130102 130104 130105 130107 "
    "110102 110105 110106 110107 310104 310105 310106 310107 620102 620103 620104 620105 150102 150103 150104 150121 "
    "140121 140122 140123 220102 220103 220104 220122"
)
REGIONS = tuple(_NEAR.split() * 6 + _FAR.split())
FIRST_BIRTH = datetime.date(1956, 1, 1)
BIRTHS = 18_000  # days: up to April 2005
SEQUENCES = 96
STEP, PHONE_STEP = 1_000_003, 777_781  # primes: walking by them meets every number once
PHONES = 2_000_000
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_PLATE = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"

# Out of 1,000 people.
_KINDS: tuple[tuple[int, str], ...] = (
    (868, "resident_id"),
    (898, "driving_licence"),
    (938, "work_pass"),
    (953, "passport"),
    (963, "hm_permit"),
    (968, "tw_permit"),
    (971, "hmt_residence"),
    (974, "foreign_permanent_id"),
    (977, "officer_card"),
    (1000, "none"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up visitor. `host`, `contact` and `post` are whole numbers to be taken modulo what the site has."""

    name: str
    document_kind: str
    number: str
    phone: str
    plate: str
    host: int
    contact: int
    post: int
    purpose: int
    regular: bool


def person(seed: bytes, place: int) -> Person:
    """The visitor of that place. Numbers are unlike for the first 1,728,000 places, phones for 2,000,000."""
    raw = blake2b(place.to_bytes(8, "big"), key=seed, digest_size=48).digest()
    spot = place * STEP % (BIRTHS * SEQUENCES)
    born = (FIRST_BIRTH + datetime.timedelta(days=spot // SEQUENCES)).strftime("%Y%m%d")
    sequence = 900 + spot % SEQUENCES
    kind_at = (raw[10] * 256 + raw[11]) * 1000 >> 16
    kind = next(name for most, name in _KINDS if kind_at < most)
    foreign = kind == "foreign_permanent_id" or (kind == "passport" and raw[12] < 90)
    name = latin_name(raw) if foreign else chinese_name(raw, sequence % 2 == 1)
    phone_at = place * PHONE_STEP % PHONES
    phone = f"{'19900' if phone_at % 2 else '17800'}{phone_at // 2:06d}" if raw[13] < 190 else ""
    if kind == "none" and not phone and raw[14] < 200:
        phone = f"17800{phone_at // 2:06d}"
    return Person(
        name,
        kind,
        _number(kind, raw, place, born, sequence, foreign),
        phone,
        _a_plate(raw) if raw[15] < 30 else "",
        int.from_bytes(raw[16:20], "big"),
        raw[20],
        raw[21] * 256 + raw[22],
        raw[23] * 256 + raw[24],
        raw[25] < 11,
    )


def _number(kind: str, raw: bytes, place: int, born: str, sequence: int, foreign: bool) -> str:
    if kind in ("resident_id", "driving_licence"):
        return _checked(f"{REGIONS[(raw[26] * 256 + raw[27]) % len(REGIONS)]}{born}{sequence}")
    spread = place * 7_368_787
    if kind == "work_pass":
        return f"GP{spread % 1_000_000:06d}"
    if kind == "passport":
        if not foreign:
            return f"E{spread % 100_000_000:08d}"
        return f"{_LETTERS[raw[26] % 8]}{_LETTERS[raw[27] % 24]}{spread % 10_000_000:07d}"
    if kind == "hm_permit":
        return f"{'HM'[raw[26] % 5 == 0]}{spread % 100_000_000:08d}"
    if kind == "tw_permit":
        return f"0{spread % 10_000_000:07d}"
    if kind == "hmt_residence":
        return _checked(f"{('810000', '810000', '820000', '830000')[raw[26] % 4]}{born}{sequence}")
    if kind == "foreign_permanent_id":
        nation = ("840", "392", "410", "276", "826", "752")[raw[26] % 6]
        return _checked(f"9{('11', '31', '33', '44')[raw[27] % 4]}{nation}{born}{sequence}")
    return f"军字第{spread % 10_000_000:07d}号" if kind == "officer_card" else ""


def _checked(first17: str) -> str:
    return first17 + check_character(first17)


def _a_plate(raw: bytes) -> str:
    office = ("浙" if raw[28] < 200 else "苏皖沪赣闽鲁豫鄂"[raw[29] % 8]) + _LETTERS[raw[30] % 8]
    if raw[31] < 80:
        second = _LETTERS[raw[33] % 24] if raw[34] < 60 else str(raw[33] % 10)
        return f"{office}{'DF'[raw[32] < 60]}{second}{int.from_bytes(raw[35:37], 'big') % 10000:04d}"
    return office + "".join(_PLATE[byte % len(_PLATE)] for byte in raw[32:37])
