"""The one table of units: their names, which of them measure the same, and what a question asks for.

An amount is the same in every unit of a measure whose size is known: 3.6公里 is 3600米. Units of
which no size is given (a month, a currency) are only ever themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

#: Of each measure its units: how many of the measure's own one is (None: it is never converted),
#: and other spellings.
_MEASURES: Mapping[str, Mapping[str, tuple[str | None, str]]] = {
    "长度": {
        "公里": ("1000", "千米 km"), "米": ("1", "公尺 m"), "厘米": ("0.01", "公分 cm"), "毫米": ("0.001", "mm"),
        "微米": ("1e-6", "μm"), "纳米": ("1e-9", "nm"), "英里": (None, ""), "英寸": (None, ""),
    },
    "面积": {
        "平方公里": ("1000000", "平方千米 km² km2"), "公顷": ("10000", ""), "亩": (None, ""),
        "平方米": ("1", "平米 ㎡ m² m2"),
    },
    "体积": {"立方米": ("1", "m³ m3"), "升": ("0.001", "L"), "毫升": ("1e-6", "ml mL")},
    "重量": {
        "吨": ("1000", ""), "公斤": ("1", "千克 kg"), "斤": ("0.5", ""), "克": ("0.001", "g"),
        "毫克": ("1e-6", "mg"), "微克": ("1e-9", "μg"),
    },
    "时间": {
        "毫秒": ("0.001", "ms"), "秒": ("1", "秒钟"), "分钟": ("60", ""), "小时": ("3600", "个小时 钟头 个钟头"),
        "天": (None, "自然日 个自然日 日历天 个日历天"), "日": (None, "号"), "周": (None, ""),
        "个月": (None, ""), "年": (None, ""),
        "工作日": (None, "个工作日"),
    },
    "速度": {"公里/小时": (None, "km/h"), "米/秒": (None, "m/s")},
    "电量": {"千瓦时": ("1", "度电 kwh kWh kw·h kW·h")},
    "功率": {
        "瓦": ("1", "W"), "千瓦": ("1000", "kw kW"), "兆瓦": ("1e6", "mw MW"), "吉瓦": ("1e9", "gw GW"),
        "马力": (None, ""),
    },
    "频率": {
        "赫兹": ("1", "赫 Hz"), "千赫": ("1e3", "kHz"), "兆赫": ("1e6", "MHz"), "吉赫": ("1e9", "GHz"),
    },
    "电压": {"伏": ("1", "V"), "千伏": ("1000", "kV")},
    "电荷": {"安时": ("1", "Ah"), "毫安时": ("0.001", "mAh")},
    "存储": {"MB": (None, ""), "GB": (None, ""), "TB": (None, "")},
    "声级": {"分贝": (None, "dB")},
    "温度": {"℃": (None, "摄氏度 °c °C"), "度": (None, "")},
    "比率": {"%": ("1", "％"), "‰": ("0.1", ""), "成": ("10", ""), "百分点": (None, "个百分点"), "倍": (None, "")},
    "钱": {
        "元": ("1", "人民币 元人民币 余元 块钱"), "块": ("1", ""), "角": ("0.1", ""),
        "美元": (None, "美金"), "欧元": (None, "欧"),
        "英镑": (None, ""), "日元": (None, ""), "港元": (None, "港币"), "韩元": (None, ""),
        "卢布": (None, ""),
        "卢比": (None, ""), "加元": (None, ""), "澳元": (None, ""),
    },
}  # fmt: skip

#: One-character words that stand behind 几, or between a number and what it counts.
COUNTERS = (
    "个家项款种台辆架艘套件座条名位人户所批次期倍层岁天年成分号级类大米公点栋幢间块片颗枚粒株头只匹支张份本册篇首集部"
    "例宗起笔单道处站场届杯吨亩度"
)
#: Those that number no thing: what follows 几 is then no unit.
_NO_UNIT = frozenset("分公点米")
#: What else things are counted in.
_COUNTED = "人次 标箱 基点 个基点 周年 周岁 季度 世纪 月 组"
#: Words of which now one, now another is said of the same thing, by the one that is asked for.
_ALIKE = {
    "家": "家个户所", "个": "个家项款座种所大条名类", "位": "位名人", "名": "位名人", "人": "位名人",
    "所": "所家个", "天": "天日", "日": "天日", "周": "周", "月": ("个月",), "个月": ("个月",), "年": "年",
    "岁": ("岁", "周岁"),
}  # fmt: skip

_NAMES = {
    written: name
    for units in _MEASURES.values()
    for name, (_, others) in units.items()
    for written in (name, *others.split())
}
_SIZES = {
    name: (measure, Decimal(size))
    for measure, units in _MEASURES.items()
    for name, (size, _) in units.items()
    if size is not None
}
_MEASURE = {name: measure for measure, units in _MEASURES.items() for name in units}
_WRITTEN = sorted(
    {*_NAMES, *_COUNTED.split(), *set(COUNTERS) - _NO_UNIT}, key=lambda name: (-len(name), name)
)
#: Every unit as a pattern's alternatives, the longest first; Latin ones end where their letters do.
UNIT = "|".join(
    re.escape(name) + (r"(?![A-Za-z\d/])" if name[-1].isascii() and name != "%" else "")
    for name in _WRITTEN
)


def canonical(written: str) -> str:
    """The name of a unit, however it is written; itself when the table does not know it.

    >>> canonical("km"), canonical("个百分点")
    ('公里', '百分点')
    """
    return _NAMES.get(written, _NAMES.get(written.lower(), written))


def converted(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """An amount in its measure's own unit, and the measure; as it is where no size is known.

    >>> converted(Decimal("3.6"), "公里")
    (Decimal('3600.0'), '长度')
    """
    measure, size = _SIZES.get(unit, (unit, Decimal(1)))
    return value * size, measure


def answering(asked: str) -> frozenset[str]:
    """The units that an amount may have where ``asked``, a unit or a measure, is asked for."""
    if asked in _ALIKE:
        return frozenset(_ALIKE[asked])
    measure = asked if asked in _MEASURES else _MEASURE.get(asked, "")
    if measure == "钱" and asked not in {"钱", "元"}:
        return frozenset({asked})
    if measure:
        return frozenset(_MEASURES[measure]) | ({"千瓦时"} if asked == "度" else set())
    return frozenset({asked})


def is_measured(asked: str) -> bool:
    """Whether no other word stands for what is asked for: an answer must come in its units.

    Lengths of time are told in dates, too, and things are counted in many words.
    """
    measure = asked if asked in _MEASURES else _MEASURE.get(asked, "")
    return asked == "岁" or (bool(measure) and asked not in _TOLD_OTHERWISE)


def is_length_of_time(unit: str) -> bool:
    """Whether a unit measures how long something takes: 10个工作日, 30天.

    >>> is_length_of_time("工作日"), is_length_of_time("元")
    (True, False)
    """
    return _MEASURE.get(canonical(unit)) == "时间"


_TOLD_OTHERWISE = frozenset({"天", "日", "工作日", "周", "个月", "年", "倍"})

_BEHIND = re.compile(rf"(?:多少|几)(?P<scale>[十百千]?[万亿]{{1,2}}|)(?P<unit>个?钱|个人|{UNIT})?")
#: What a question asks for that names no unit, tried in this order. A rate is a share of a hundred
#: unless it is one of those that are not: 功率, 频率, 汇率, 心率, 容积率, 速率, 倍率, 分辨率, 生产率.
_RATE = r"(?<![功频汇心速倍斜曲码帧])(?<!容积)(?<!分辨)(?<!采样)(?<!生产)率"
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), measure)
    for pattern, measure in (
        (r"百分之几|百分比|比例|比重|占比|[涨增降]幅|增速|" + _RATE + r"[^，？]{0,2}(?:多少|几|多[高大低])", "比率"),
        (r"(?:[增上][涨长加]|增|涨|提[升高]|下?[降跌]低?|减少?|回落|翻)了?(?:百分之)?多少(?!钱)", "增幅"),
        (r"多少钱|金额|投资[额是]|产值|营收|收入|资金|花了多少|赚了?多少|贵", "钱"),
        (r"面积|占地|场地", "面积"),
        (r"多长时间|多久|(?:时间|[工租学假任周保质]期|期限|工龄)有?多长", "时间"),
        (r"多长|多远|里程|多[厚深](?![入刻重])|多宽(?!敞)|(?:身|楼|塔|墙|坝|树|堆放?)[^，？]{0,2}多高", "长度"),
        (r"多重(?![要大点视身])|[体净毛]重[^，？]{0,3}多少|重量[^，？]{0,3}多少", "重量"),
    )
)  # fmt: skip


_SAID_ALONE = re.compile(r"块(?![\u4e00-\u9fff])")  # 多少块, and not 几块展板


def asked(question: str) -> str:
    """The unit or the measure that an amount must have to answer a question; empty when any may.

    >>> asked("上半年用水多少亿立方米？"), asked("水泵的功率是多少？"), asked("出生率是多少？")
    ('立方米', '', '比率')
    """
    for match in _BEHIND.finditer(question):
        if match["unit"]:
            money = match["unit"].endswith("钱") or _SAID_ALONE.match(
                question, match.end("unit") - 1
            )
            return "元" if money else canonical(match["unit"].replace("个人", "人"))
    for pattern, measure in _WORDS:
        if pattern.search(question):
            return measure
    return "元" if any(m["scale"] for m in _BEHIND.finditer(question)) else ""
