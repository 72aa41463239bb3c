"""What the guard posts' lists of a new site begin with, by its kind; changed on the Site tab (VIS-1, VIS-16)."""

from __future__ import annotations

AWAY = ("劝返", True)
TALLY_KINDS: dict[str, tuple[tuple[str, bool], ...]] = {
    "hospital": (
        ("就诊", False),
        ("问路", False),
        ("员工", False),
        ("急救", False),
        ("送餐", False),
        ("取药取报告", False),
        AWAY,
    ),
    "office": (("员工", False), ("问路", False), ("快递送餐", False), ("访客自助", False), AWAY),
    "residential": (("业主", False), ("快递送餐", False), ("问路", False), ("急救", False), AWAY),
    "empty": (("员工", False), ("问路", False), AWAY),
}
"""Name, and whether it asks for a reason. Digits take them in this order."""
COUNTED_THINGS = ("对讲机", "钥匙", "手电")
