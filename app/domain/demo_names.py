"""Made-up names: surnames and given names by their frequency in China, about one in a hundred rare (demo)."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

# Surnames with their share in 10,000 people, from the published rankings of the household register, rounded.
_SURNAMES = (
    "王715 李719 张683 刘537 陈445 杨308 黄225 赵223 吴201 周198 徐145 孙139 马126 朱120 胡116 郭114 "
    "何110 林107 高103 罗102 郑94 梁89 谢77 宋71 唐70 许69 邓66 冯64 韩62 曹61 曾58 彭58 萧56 蔡55 潘54 "
    "田53 董53 袁52 于51 余50 叶49 蒋49 杜48 苏47 魏46 程45 吕45 丁44 沈42 任41 姚41 卢40 傅40 钟39 姜38 "
    "崔38 谭37 廖36 范36 汪35 陆34 金34 石33 戴33 贾32 韦32 夏31 邱31 方30 侯29 邹29 熊28 孟27 秦27 白26 "
    "江26 阎25 薛25 尹24 段24 雷23 黎22 史22 龙21 陶21 贺21 顾20 毛20 郝20 龚19 邵19 万18 钱18 严17 赖17 "
    "覃16 洪16 武15 莫15 孔14 汤14 向13 常13 温13 康12 施12 文12 牛12 樊11 葛11 邢11 安10 齐10 易10 乔10 "
    "伍10 庞9 颜9 倪9 庄9 聂8 章8 鲁8 岳8 翟8 殷8 詹7 申7 欧7 耿7 关7 兰7 焦6 俞6 左6 柳6 甘6 祝5 包5 "
    "宁5 尚5 符5 舒5 阮5 柯5 纪5 梅4 童4 凌4 毕4 单4 季4 裴4 霍4 涂4 成4 苗4 谷4 盛3 曲3 翁3 冉3 骆3 蓝3 "
    "路3 游3 辛3 靳3 欧阳6 管3 柴3 蒙3 鲍3 华3 喻3 祁3 蒲3 房3 滕3 屈3 饶3 解2 牟2 艾2 尤2 阳2 时2 穆2 "
    "农2 司2 卓2 古2 吉2 缪2 简2 车2 项2 连2 芦2 麦2 褚2 娄2 窦2 戚2 岑2 景2 党2 宫2 费2 卜2 冷2 晏2 席2 "
    "卫2 米2 柏2 宗2 瞿2 桂2 全2 佟2 应2 臧2 闵2 苟2 邬2 边2 卞2 姬2 师2 和2 仇2 栾2 隋2 商2 刁2 沙2 荣2 "
    "巫2 寇2 桑2 郎2 甄2 丛2 仲2 虞2 敖2 巩2 明2 佘2 池2 查2 麻2 苑2 迟2 邝2"
)
RARE_SURNAMES = (
    *("上官", "司马", "诸葛", "尉迟", "慕容", "皇甫", "令狐", "东方", "公孙", "万俟"),
    *("长孙", "宇文", "司徒", "澹台", "夏侯", "呼延", "端木", "轩辕", "南宫", "独孤"),
    *("朴", "乜", "逄", "亓", "仉", "妫", "禤", "郄", "隗", "郗"),
    *("缑", "麴", "昝", "爨", "贠", "笪", "揭", "盖", "洗", "冼"),
)

_MALE = (
    "伟120 强100 军95 勇80 涛75 磊72 杰70 明68 超66 刚60 平58 辉56 鹏55 华54 飞52 鑫50 波49 斌48 宇47 "
    "浩46 凯45 健44 俊43 峰42 志60 国58 建56 文54 海50 永44 德38 家36 世30 子50 晓40 小36 立34 振28 成34 "
    "林34 东38 庆30 云26 龙34 亮34 毅26 宁24 博36 轩30 泽34 睿22 哲22 翔28 阳34 晨28 昊22 天24 一20 嘉24 "
    "瑞22 诚20 康20 新24 生26 民26 祥24 良22 义20 福20 富14 贵12 财8 根10 荣20 光22 全14 忠18 孝8 仁12 "
    "武16 雄14 威14 政14 江16 河8 山14 松16 柏8 春14 秋6 冬6 雷14 霖10 锋16 钧10 铭16 宏20 洪10 浪6 源14 "
    "达12 迪8 恒12 远14 航14 启12 承10 绍8 维14 智14 兴14 旭14 旺10 昌14 星10 景10 骏8 鸿12 翰8 耀10 衡6"
)
_FEMALE = (
    "芳100 娟85 敏90 静92 丽95 燕76 艳72 霞64 秀66 英70 玲68 桂48 兰52 红64 梅54 萍46 莉46 婷62 雪50 "
    "颖42 玉50 洁38 琳38 倩38 慧42 欣40 怡38 佳44 雅30 思38 晓44 小36 春34 海26 文30 淑34 美36 凤30 珍28 "
    "琴34 云32 莲24 月26 娜34 丹34 蕾22 薇22 璐24 瑶22 萱20 涵28 梓26 诗20 语16 彤16 菲18 楠20 晶22 莹26 "
    "媛18 姗12 茜12 蓉18 菊16 荣14 素14 爱16 翠14 巧12 银10 彩12 香16 花14 清14 宁14 安12 若12 梦20 可14 "
    "心14 悦18 妍12 茹12 芝10 芬24 芸10 蓓6 苗8 青14 碧8 珊8 瑜10 瑾8 琪14 瑛10 珠8 冰14 露10 虹12 阳8 "
    "晴10 曼8 亚14 旭6 志6 建8 明10 华30 平16 群12 伟6 君12 辰6 依10 筱6 婉6 娇8 妮8 嫣4"
)
RARE_GIVEN = tuple("䶮㛃𠮷喆燚犇昇堃珺赟翀彧玥沄祎甯骉垚囧頔龑皛懿")
_LATIN = (
    (
        "Anna",
        "Maria",
        "David",
        "Thomas",
        "Elena",
        "Kenji",
        "Yuki",
        "Minh",
        "Priya",
        "Omar",
        "Lucas",
        "Sofia",
        "Erik",
    ),
    (
        "Karlsson",
        "Novak",
        "Tanaka",
        "Nguyen",
        "Sharma",
        "Garcia",
        "Okafor",
        "Schmidt",
        "Ivanova",
        "Moreau",
        "Kim",
    ),
)


class Weighted:
    """Picks from texts with weights ("王715 李719") by a whole number; any number will do."""

    def __init__(self, text: str) -> None:
        pairs = [part for part in text.split() if part]
        self._texts = [part.rstrip("0123456789") for part in pairs]
        self._sums = list(
            accumulate(int(part[len(text) :]) for part, text in zip(pairs, self._texts, strict=True))
        )

    def pick(self, number: int) -> str:
        """The text that this number falls on."""
        return self._texts[bisect_right(self._sums, number % self._sums[-1])]


SURNAMES, MALE, FEMALE = Weighted(_SURNAMES), Weighted(_MALE), Weighted(_FEMALE)


def chinese_name(raw: bytes, male: bool) -> str:
    """A name from ten random bytes: one in a hundred with a rare surname or character, a fifth with one given name."""
    first = int.from_bytes(raw[0:3], "big")
    given = MALE if male else FEMALE
    one, two = given.pick(int.from_bytes(raw[3:5], "big")), given.pick(int.from_bytes(raw[5:7], "big"))
    rare = raw[7] * 256 + raw[8]
    surname = RARE_SURNAMES[first % len(RARE_SURNAMES)] if rare < 360 else SURNAMES.pick(first)
    if 360 <= rare < 720:
        one = RARE_GIVEN[first % len(RARE_GIVEN)]
    return surname + one if raw[9] < 48 else surname + one + two


def latin_name(raw: bytes) -> str:
    """The name of a foreigner, as in the passport's readable lines."""
    given, family = _LATIN
    return f"{given[raw[0] % len(given)]} {family[raw[1] % len(family)]}"
