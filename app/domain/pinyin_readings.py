"""Readings of characters in names: surnames' own ones, and which of a dictionary's many readings are worth a key.

pypinyin's dictionary gives every reading that a character ever had (方: fang, pang, wang, feng); most of them
would only make wrong matches. `_ONE_READING` are the common characters whose other readings hardly occur: counted
over the 47,000 phrases that pypinyin brings (under 3 in 100), and added to by hand. Others keep their first two.
Syllables are without tones, ü is written v.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MOST_READINGS = 2

_ONE_READING = frozenset(
    "丁不且个串乃么之乙也予事于亏亘些亟亡亢亨亲仅介从他令以仰件价份仿伎休众会伯伴佃位体余佚佼例侧促俊俏俛信倍"
    "倘倚倪假偕傍僧儿允兄免兑兔六共其典兹内册冒冥冰冷净凹凿刀切划列券刺刻前剖副助募勤勺勿匀包化匡匪匿半卑南占"
    "卤印卵卷厂厕厘厝受古句可叱叶号司叹叽吃合吞吟吧听吱吴吵吾呀呆呈告呐呒味呵呼咀咎咖咬咯咸哇哈哧哨哩哪哺唇唔"
    "唧售啡喀喊喋喙喜喝嗔嗟嘘嘲嘿团园土圣圩地圾均坑块坯坷垂垦培堆堕堤堪堵塌塔填增墨壑声壹夏夕大太夭央夯失夹奋"
    "奏契奔奥女奸妃妖妞姐姓姚姣姥娃娶嫖宅完宛客害家容寨寺寻封射将尚尹尺尾居屈屎屯岂峙崎巡巨己已币市帘幅幕平年"
    "幸幺幼广庄底弄式强彬彭得徙御忾怀怍怕怙怜思怨恃恍悛惊惹愁愉愒感慎戎戏或戚房才扑扭扮扰扶找承技抄把投抗抬抱"
    "抵押拂担拆拈拊拌拍拔拖拘招括拱拼拽拾挈挑挟捎捐捧捷捻掀掇掉掎排掘探接控措掸描提插揖握揣援搜搬搭摧摩撅撇撕"
    "撩撮攘支敌敞数斗斜斡斯方施旁族无既旰昂明昔映昧是景暇暖最月有服期末术朱机杂杉杜杠杼枉析枕果枝枯枸柑柜柢柴"
    "栎栓栗核格桃桐梢梧棋棍棱楷概榜槁槟槽横檀檐次款歇歹殖殷毋母毒比氏汁汗池汩汪汽沈沙沮沸治沾泄泌泛波泣泥注洁"
    "洋洒洞活洽派浅浩浸涂涉涌涎涓涡涣涮液淑淡淫淳混渠温港渴游湮溃溘溯滋滑漂漆潘潢澡澳激濡濯灌灯炎炕炮烙烛烟焉"
    "焦熙熟熨燥爆片牢狂狠狼猎猫王甘由甸番畸疐疑疙痕瘕癌登白百皇皓盒盟盹盼盾眠眩眼睢睫瞑矜矣石砌研砥硝硬碌碱磷"
    "示祖祝离种租秤积移税稠稽穴穿窖窗窾立童筋筒簿籍精累絮红约络绰综缉缩缴缺羹羽耆而耐耗耳耶聊聘聱肆肉肢肥肩育"
    "肺胆胜胞胳胶脚脱脾腊腔膀膊膘膻臂至致舌舍舒般色芒芥芦苛若苦苫英苹茧茫茬草荒莠莫菽萌落董葱蒲蓑蓝蔡蔫蔽蕃蕊"
    "虑虫虹虾蚕蛇蛙蛾蜚蜡蝎蝶蟆蟠蠖蠡衰衿袂袍袒袜褥见言许识说读谜谷豁豚貌贲赦赫赶趁超越趟趣足跋跌跑跨路跳跼踉"
    "踔蹄蹶身转辨达这迤迭追适透逐逗逞造逢逮逾遁遇邑邓邪郝部醋醒野铅阻陀陂附限除陶隋隔隘隶雇雉零需震霍霸青靡革"
    "鞋鞘鞠顿食餐馥骸鬻魄鸟鹿鼎齐龟任区单万解查盖能那臧祭繁召台宁察干戒车贾陆冯汤冉祁邢阮倩宪昕莉鑫和赵"
)

# More than two, or none in the dictionary.
_READINGS = {
    "参": ("can", "shen", "cen"),
    "堡": ("bao", "pu", "bu"),
    "伽": ("jia", "qie", "ga"),
    "朴": ("pu", "piao", "po"),
    "缪": ("miao", "mou", "miu"),
    "着": ("zhe", "zhao", "zhuo"),
    "轧": ("zha", "ya", "ga"),
    "𠮷": ("ji",),
}

_SURNAMES = """
    单shan 仇qiu 解xie 区ou 曾zeng 查zha 朴piao 盖ge 任ren 华hua 乐yue 翟zhai 员yun 缪miao 纪ji 折she
    黑he 种chong 宿su 覃qin,tan 逄pang 洗xian 冼xian 召shao 那na 能nai 秘bi 繁po 谌chen,shen 郗xi,chi
    隗wei,kui 臧zang 尉wei,yu 卜bu 葛ge 过guo 宁ning 柏bai,bo 祭zhai 晁chao 都du 车che 佴nai 郇xun,huan
    郄qie,xi 妫gui 眭sui 句gou 牟mu,mou 瞿qu 燕yan 应ying 佘she 万wan 曲qu 相xiang 哈ha 撒sa 藏zang
    适kuo 阚kan 嵇ji 厍she 令ling 幺yao 贲ben 呙guo 郏jia 莘shen,xin 褚chu 殷yin 费fei,bi 不fou
    行xing,hang 角jue 盛sheng 乜nie 亓qi 薄bo 甯ning 占zhan 颉xie,jie 粘nian 逯lu 雒luo 逢pang,feng
    庹tuo 拓tuo 睢sui 訾zi 要yao 长chang 仉zhang 麴qu 重chong 朝chao 南na,nan 降jiang 参shen 说yue 阿a,e
    乘cheng,sheng 校xiao,jiao 厦xia 洒sa 敦dun
"""

_COMPOUND_SURNAMES = """
    尉迟yu-chi 万俟mo-qi 长孙zhang-sun 澹台tan-tai 令狐ling-hu 单于chan-yu 鲜于xian-yu 拓跋tuo-ba 乐正yue-zheng
    夹谷jia-gu
    段干duan-gan 亓官qi-guan 淳于chun-yu 宰父zai-fu 谷梁gu-liang 子车zi-ju 尔朱er-zhu 相里xiang-li
    欧阳 上官 司马 诸葛 夏侯 皇甫 东方 公孙 慕容 司徒 司空 端木 南宫 西门 独孤 轩辕 闻人 东郭 百里 呼延 钟离 宇文 申屠
    公羊 赫连 太叔 濮阳 公冶 宗政 司寇 颛孙 巫马 漆雕 壤驷 公良 南门 羊舌 微生 梁丘 左丘 第五 叶赫 纳兰 完颜 贺兰
    西陵 即墨 达奚 哥舒 仲孙 公西 东里 伯赏 南荣
"""


def readings(char: str) -> tuple[str, ...]:
    """Syllables of one character, the usual one first; empty if nobody knows how it is read.

    Loads pypinyin when first called (0.15 to 0.4 s).
    """
    return _READINGS.get(char) or _from_dictionary(char)


def surname_readings(char: str) -> tuple[str, ...]:
    """Syllables of a character as the first of a name: the surname's own reading, then the common ones."""
    own = _surnames().get(char, ())
    return own + tuple(syllable for syllable in readings(char) if syllable not in own)


def compound_surname(first_two: str) -> tuple[tuple[str, ...], ...] | None:
    """For a surname of two characters the syllables of each, its own reading first; None if it is no such surname."""
    own = _compound_surnames().get(first_two)
    if own is None:
        return None
    return tuple(
        tuple(dict.fromkeys((*own_reading, *readings(char))))
        for own_reading, char in zip(own, first_two, strict=True)
    )


@lru_cache(maxsize=16384)
def _from_dictionary(char: str) -> tuple[str, ...]:
    from pypinyin.constants import PINYIN_DICT

    entry = PINYIN_DICT.get(ord(char), "")
    syllables = dict.fromkeys(syllable for syllable in map(_without_tone, entry.split(",")) if syllable)
    return tuple(syllables)[: 1 if char in _ONE_READING else MOST_READINGS]


def _without_tone(syllable: str) -> str:
    plain = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(c for c in plain if "a" <= c <= "z")


@lru_cache(maxsize=1)
def _surnames() -> dict[str, tuple[str, ...]]:
    return {entry[0]: tuple(entry[1:].split(",")) for entry in _SURNAMES.split()}


@lru_cache(maxsize=1)
def _compound_surnames() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    names: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for entry in _COMPOUND_SURNAMES.split():
        first, _, second = entry[2:].partition("-")
        names[entry[:2]] = ((first,) if first else (), (second,) if second else ())
    return names
