"""VIS-5, REQ-9: people and customers found by initials, pinyin, characters and Latin letters."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.names import (
    MOST_KEYS,
    name_keys,
    name_matches,
    number_in_name,
    same_name,
    spells_longer,
    spells_whole,
    typed_key,
    whole_key,
    whole_keys,
)

characters = st.sampled_from(
    "张王李欧阳单仇解曾尉迟万俟长孙吕绿女卫红建国顺晟行乐重庆心血管内科楼䶮㛃𠮷龘々〇の각"
)
latin = st.sampled_from("abzxAMÜéßØиΩ0123９ｘ '’·.-・ ")
names = st.text(st.one_of(characters, characters, latin), max_size=12)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("张顺", "z zh zs zsh zhs zhsh zhang zhangs zhangsh zhangshu 张 张顺 顺"),
        ("张卫红", "zwh zhwh zhangw zhangwh zhangwei 张 张卫 张卫红 卫 卫红 红"),
        ("王建国", "wjg wangjian wangjg 王 王建 王建国 建 建国 国"),
        ("欧阳明", "oym ouyang ouyangm ouyangmi 欧阳"),
        ("吕丽", "ll lvli luli"),
        ("心血管内科", "xxgnk xinxuegu 内科 血管内科 管内科"),
        ("3号楼护士站", "3 3hl 3haolou hlhsz 3号楼 护士站"),
        ("ICU病房", "icu icub icubf ibf 病房 bf"),
        ("John Smith", "j john smith johnsmit js"),
        ("Müller", "muller mulle"),
        ("O'Brien", "obrien"),
        ("阿卜杜拉·买买提", "abdl mmt maimaiti 买买提"),
        ("张𠮷国", "zjg 𠮷 𠮷国 张𠮷"),
    ],
)
def test_a_name_is_found_by_each_way_of_typing(name: str, keys: str) -> None:
    """VIS-5: initials, full pinyin, surname with initials, characters, words."""
    assert set(keys.split()) <= name_keys(name)


SURNAMES = (
    "单shan 仇qiu 解xie 区ou 曾zeng 查zha 朴piao 盖ge 任ren 华hua 乐yue 翟zhai 员yun 缪miao 纪ji 折she 黑he 种chong "
    "宿su 覃qin 覃tan 逄pang 洗xian 召shao 那na 能nai 秘bi 繁po 谌chen 郗xi 郗chi 隗wei 隗kui 臧zang"
)


@pytest.mark.parametrize("entry", SURNAMES.split())
def test_a_surname_has_its_own_reading(entry: str) -> None:
    """ARCHITECTURE: surnames' own readings, all searchable."""
    keys = name_keys(entry[0] + "明")
    assert {entry[1:], entry[1:] + "m", entry[1] + "m"} <= keys


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单雄", "danxiong"),
        ("仇英", "chouying"),
        ("解珍", "jiezhen"),
        ("曾国", "cengguo"),
        ("尉迟恭", "yuchig"),
        ("尉迟恭", "weichig"),
        ("万俟雪", "moqixue"),
        ("万俟雪", "wanqixue"),
        ("长孙雪", "zhangsun"),
        ("长孙雪", "changsun"),
        ("澹台明", "tantaim"),
        ("令狐冲", "linghuc"),
        ("王乐", "wangle"),
        ("王乐", "wangyue"),
        ("李行", "lixing"),
        ("李行", "lihang"),
    ],
)
def test_the_common_reading_is_searchable_too(name: str, typed: str) -> None:
    """ARCHITECTURE: all readings searchable, in the given name as well."""
    assert typed_key(typed) in name_keys(name)
    assert name_matches(name, typed)


@given(names)
@example("重庆长乐行乐" * 5)
@example("一二三四五六七八九十" * 6)
@example("尉迟重乐")
def test_every_key_is_found_by_typing_it(name: str) -> None:
    """VIS-5: a key typed is the key looked up, the exact check agrees, and the keys stay bounded."""
    keys = name_keys(name)
    assert len(keys) <= MOST_KEYS
    for key in keys:
        assert typed_key(key) == key
        assert name_matches(name, key)


@given(st.text(max_size=30))
def test_any_name_has_keys_without_an_error(name: str) -> None:
    """Rare characters, private-use ones and whatever a reader sends; what can be typed can be looked up."""
    keys = name_keys(name)
    assert "" not in keys
    assert bool(keys) == bool(typed_key(name))
    assert all(typed_key(key) == key and name_matches(name, key) for key in keys)


@given(st.text(st.sampled_from("张王李单雄顺吕丽行乐䶮𠮷"), min_size=1, max_size=4))
def test_a_name_is_found_by_all_of_its_characters(name: str) -> None:
    """VIS-5: the name itself, and any part that begins at one of its characters."""
    for start in range(len(name)):
        assert typed_key(name[start:]) in name_keys(name)
        assert name_matches(name, name[start:])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("zh'sh", "zhsh"),
        (" ZHANG wei hong", "zhangwei"),
        ("Ｚｈａｎｇ", "zhang"),
        ("lü", "lu"),
        ("zhāng", "zhang"),
        ("买买提·阿卜", "买买提阿"),
        ("心血管内科", "心血管内"),
        ("", ""),
        (" ·'-", ""),
    ],
)
def test_what_is_typed_becomes_a_key(text: str, key: str) -> None:
    """VIS-5: composition marks, width, case and tones do not matter."""
    assert typed_key(text) == key


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("张卫红", "zhangweihong", True),
        ("张卫红", "zhangweih", True),
        ("张卫红", "zhangweihao", False),
        ("张卫红", "zhangweihongx", False),
        ("张卫红", "张卫红", True),
        ("张卫红", "张wh", True),
        ("张卫红", "wh", False),
        ("张卫红", "", False),
        ("消化内科护士站", "xiaohuaneikehushizhan", True),
        ("消化内科护士站", "消化内科护士站", True),
        ("消化内科护士站", "消化内科药房", False),
        ("Alexandria Karin", "alexandriakarin", True),
        ("Alexandria Karin", "alexandriakarla", False),
    ],
)
def test_a_text_longer_than_a_key_is_checked_whole(name: str, text: str, found: bool) -> None:
    """VIS-5: the key finds candidates, this tells which are meant."""
    assert name_matches(name, text) is found


def test_common_names_have_few_keys() -> None:
    """GOALS: rows of the search table are written in thousands, so a usual name has about twenty at most."""
    usual = [
        "王伟",
        "李娜",
        "张敏",
        "刘静",
        "王秀英",
        "陈建国",
        "杨桂英",
        "赵文斌",
        "周子涵",
        "吴佳怡",
        "林志强",
    ]
    counts = [len(name_keys(name)) for name in usual]
    assert max(counts) <= 20


@pytest.mark.parametrize(
    ("name", "text", "whole", "longer"),
    [
        ("赵四", "zhaosi", True, False),
        ("赵思诗", "zhaosi", False, True),
        ("赵思诗", "zhaosishi", True, False),
        ("赵思诗", "zhaos", False, False),
        ("赵思诗", "zss", False, False),
        ("赵思诗", "赵思", False, True),
        ("赵思诗", "zhao思诗", True, False),
        ("单雄信", "shanxiongxin", True, False),
        ("Anna Karin", "ANNA karin", True, False),
        ("张", "zhang", True, False),
        ("张三", "zhang", False, False),
        ("", "", False, False),
        ("赵四", "", False, False),
    ],
)
def test_a_whole_name_is_told_from_the_beginning_of_a_longer_one(
    name: str, text: str, whole: bool, longer: bool
) -> None:
    """VIS-5: what Enter takes is an exact match, or is said to be a longer name."""
    assert (spells_whole(name, text), spells_longer(name, text)) == (whole, longer)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("赵四", {"=赵四", "=zhaosi"}),
        ("单雄", {"=单雄", "=shanxiong", "=danxiong"}),
        ("欧阳不得见", {"=欧阳不得见", "=ouyangbudejian"}),
        ("Anna Karin", {"=annakarin"}),
        ("阿" * 31, set()),
        ("…", set()),
    ],
)
def test_a_whole_name_has_keys_of_its_own(name: str, keys: set[str]) -> None:
    """VIS-5: by characters, by pinyin of every reading; a cut one would stand for others, so it has none."""
    assert whole_keys(name) >= keys
    assert bool(whole_keys(name)) is bool(keys)


@given(names)
def test_a_name_is_found_whole_by_its_own_characters(name: str) -> None:
    """VIS-5: whatever stands in a name, it is its own exact match and no more than 13 keys."""
    keys = whole_keys(name)
    assert len(keys) <= 13
    assert not keys or whole_key(name) in keys


@given(names, st.integers(1, 12))
def test_what_spells_a_whole_name_finds_it(name: str, cut: int) -> None:
    """VIS-5: exactness is never claimed for somebody whom the search would not show."""
    text = name[:cut]
    if spells_whole(name, text) or spells_longer(name, text):
        assert name_matches(name, text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("张三", "张 三", True),
        ("Anna Karin", "ANNA KARIN", True),
        ("阿卜杜·热西提", "阿卜杜•热西提", True),
        ("张三", "张山", False),
        ("张三", "", False),
        ("?", "!", False),
        ("?", "?", True),
    ],
)
def test_ways_of_writing_are_one_name_and_other_readings_are_not(one: str, other: str, same: bool) -> None:
    """VIS-3: who is on file under another name."""
    assert same_name(one, other) is same
    assert same_name(other, one) is same


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("张三13912345678", "13912345678"),
        ("13912345678", "13912345678"),
        ("Li 13912345678", "13912345678"),
        ("zhangsan13912345678", "13912345678"),
        ("张三(13912345678)", "13912345678"),
        ("张三 +86 139-1234-5678 李四", "+86 139-1234-5678"),
        ("张三(0571) 6000-0352", "0571) 6000-0352"),
        ("张三21010219870412919X送货", "21010219870412919X"),
        ("张三12345678Xu", "12345678"),
        ("张三１３９１２３４５６７８", "１３９１２３４５６７８"),
        ("张三٠١٢٣٤٥٦٧٨٩", "٠١٢٣٤٥٦٧٨٩"),
        ("张三139\u200b12345678", "139\u200b12345678"),
        ("张三1234567", ""),
        ("1号楼2单元301室, A座3层", ""),
        ("欧阳·卫红", ""),
        ("", ""),
    ],
)
def test_a_number_in_a_name_is_seen(text: str, number: str) -> None:
    """VIS-14: eight digits, however written, are no part of a name; a house's or a room's are."""
    span = number_in_name(text)
    assert (text[slice(*span)] if span else "") == number


@given(names, st.from_regex(r"[0-9]{8,18}", fullmatch=True), names)
def test_no_number_hides_among_words(before: str, number: str, behind: str) -> None:
    """VIS-14: whatever stands around it; and what is cut out is never empty."""
    span = number_in_name(before + number + behind)
    assert span is not None
    assert 0 <= span[0] < span[1] <= len(before + number + behind)
