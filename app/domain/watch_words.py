"""What the watch list may tell a guard to do: never to detain, search or seize (VIS-11; 居民身份证法: 不得扣押).

A guard is no police officer. What is refused here is refused however it is spaced, widened or written in traditional
characters; the program's own texts pass the same test.
"""

from __future__ import annotations

import re
import unicodedata

# Characters that part a word only to hide it: spaces, marks, signs nobody sees.
_BETWEEN = re.compile(r"[\W_]+")
_SPACED = re.compile(r"\b(?:[a-z]\W+){3,}[a-z]\b")
_TRADITIONAL = str.maketrans("關羈壓綁鎖包檢沒證銬強縛綑搶繳", "关羁压绑锁包检没证铐强缚捆抢缴")
_CHINESE = re.compile(
    r"扣(?:押|留|下|住|人|证|查|他|她)|搜(?:身|包|查|捡|检|索|他|她)|翻(?:包|查|看?(?:他|她)的包)|(?:拘|羁|关)押|拘(?:留|禁|捕)|"
    r"逮捕|抓(?:捕|住|人|起|获|他|她)|捉(?:拿|住)|控制住|押(?:送|走|下)|没收|收缴|软禁|禁闭|"
    r"捆(?:绑|住)|绑(?:住|起)|手?铐|限制(?:人身)?自由|锁(?:住|起来|进)|关(?:起来|进)|强行(?:留|带|按|搜|扣|拉)|"
    r"不(?:准|许|让)(?:离开|走)"
)
_ENGLISH = re.compile(
    r"\b(?:detain|detention|arrest|search|seiz|confiscat|frisk|restrain|impound|custod|handcuff|cuff|apprehend|"
    r"imprison|incarcerat|pat(?:s|ting|ted)? ?(?:him|her|them)? ?down|lock(?:s|ed)? ?(?:up|him|her|them|in)|"
    r"hold(?:s)? (?:him|her|them|the person|the visitor|the document|the card)|tie(?:s|d)? ?up|"
    r"keep (?:his|her|their|the) (?:card|document|passport|id)|do not let (?:him|her|them) (?:go|leave))"
)
_WHOLE = re.compile(
    r"detain|detention|confiscat|handcuff|arrest(?:him|her|them)|search(?:him|her|them|bag|the)"
)


def is_harsh(text: str) -> bool:
    """Whether a text says to detain, search or seize, in Chinese or English."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_TRADITIONAL)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    close = _BETWEEN.sub("", plain)
    if _CHINESE.search(close):
        return True
    letters = "".join(c for c in unicodedata.normalize("NFKD", plain) if unicodedata.category(c)[0] != "M")
    joined = _SPACED.sub(lambda found: _BETWEEN.sub("", found[0]), letters)
    words = " ".join(_BETWEEN.split(joined))
    return bool(_ENGLISH.search(words) or _WHOLE.search(_BETWEEN.sub("", letters)))
