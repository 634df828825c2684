"""Measure the gate: are true claims kept, and are changed ones refused?

    python -m benchmarks.gate seeds --claims 1500
    python -m benchmarks.gate news.jsonl.xz --claims 3000 --json report.json

Claims are made by program from sentences of the articles: true ones (verbatim, shortened, clauses
in another order, lightly paraphrased) and false ones (a number, unit, date or name changed, denied,
merged from two sources, something plausible added). Each is judged against the sentences of its
own article and of others. ``--half dev`` is what thresholds were chosen on; ``--half test``, the
default, is the other half: which half an article belongs to is decided by a hash of its name.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO

from benchmarks.tables import figures
from index import Article, Source
from index.pages.articles import split
from server.text.clauses import clauses
from server.verify.faithfulness import reworded
from server.verify.statement import Borne, Statement
from server.verify.support import judge
from server.verify.witnesses import witnesses_of
from server.verify.wording import words

TRUE = ("verbatim", "shortened", "reordered", "paraphrased")
FALSE = ("number", "unit", "date", "entity", "negated", "merged", "added")
LIMITS = {"number": 0.02, "unit": 0.02, "date": 0.02, "entity": 0.10, "negated": 0.10}


@dataclass(frozen=True, slots=True)
class Case:
    """A claim made from ``base``, what was done to it, and what it is judged against."""

    kind: str
    claim: str
    base: str
    pool: tuple[Statement, ...]


# ---- true claims -------------------------------------------------------------------------------

ADVERBS = re.compile(
    r"进一步|不断|持续|切实|积极|大力|深入|充分|十分|非常|更加|日益|逐步|全面|有效|已经|近年来，|目前，|据悉，|据了解，"
)
SYNONYMS = (
    ("表示", "指出"), ("介绍", "说"), ("开展", "进行"), ("达到", "达"), ("推动", "促进"), ("提升", "提高"),
    ("发布", "公布"), ("举行", "举办"), ("建成", "建好"), ("共有", "一共有"), ("打造", "建设"), ("构建", "建立"),
    ("增长", "增加"), ("成为", "变成"), ("获得", "取得"), ("包括", "包含"), ("由于", "因为"), ("目前", "现在"),
    ("此外", "另外"), ("位于", "坐落在"), ("超过", "超出"), ("企业", "公司"), ("启动", "开启"), ("实施", "施行"),
    ("认为", "觉得"), ("需要", "须"), ("通过", "经过"), ("帮助", "协助"), ("应当", "应该"), ("以及", "和"),
)  # fmt: skip


def shortened(text: str, dice: random.Random) -> str:
    parts = clauses(text)
    if len(parts) < 3:
        return ""
    size = dice.randint(1, len(parts) - 1)
    first = dice.randint(0, len(parts) - size)
    piece = text[parts[first][0] : parts[first + size - 1][1]].strip("，、；：,;: ”’“‘")
    return f"{piece}。" if len(piece) >= 10 and piece.count("“") == piece.count("”") else ""


def reordered(text: str, dice: random.Random) -> str:
    parts = [text[a:b].strip("，；：,;。 ") for a, b in clauses(text)]
    if not 2 <= len(parts) <= 5 or any(q in text for q in "“”‘’（）"):
        return ""
    first = list(parts)
    dice.shuffle(parts)
    return "，".join(parts) + "。" if parts != first else ""


def paraphrased(text: str, dice: random.Random) -> str:
    if re.search("[“《「]", text):  # a changed quotation is no faithful paraphrase
        return ""
    changed = ADVERBS.sub("", text)
    usable = [(a, b) for a, b in SYNONYMS if a in changed]
    dice.shuffle(usable)
    for a, b in usable[:2]:
        changed = changed.replace(a, b, 1)
    return changed if changed != text else ""


# ---- false claims ------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"\d[\d,]*(?:\.\d+)?(?=[^\d年月日号])|[二三四五六七八九](?=[个家项名位座条款大种届次])"
)
_UNITED = re.compile(
    r"(?<=\d)(?:亿元|万元|亿|万|元|%|个百分点|平方公里|公里|平方米|公顷|亩|吨|米|小时|分钟|天|家|个|名|人|户|台|辆|件|项|岁|倍)"
)
_DATE = re.compile(
    r"(?:19|20)\d{2}(?=年)|\d{1,2}(?=月)|\d{1,2}(?=日)|今年|去年|上半年|下半年|年底|年初|[一二三四]季度"
)
UNITS = (
    "亿元",
    "万元",
    "元",
    "%",
    "个百分点",
    "平方公里",
    "公里",
    "平方米",
    "公顷",
    "吨",
    "米",
    "家",
    "个",
    "名",
    "台",
    "小时",
    "天",
    "户",
    "件",
    "倍",
    "斤",
    "架次",
    "千米每秒",
)
TIME_SWAPS = {
    "今年": "去年",
    "去年": "今年",
    "上半年": "下半年",
    "下半年": "上半年",
    "年底": "年初",
    "年初": "年底",
}


def number(text: str, dice: random.Random) -> str:
    found = list(_NUMBER.finditer(text))
    if not found:
        return ""
    match = dice.choice(found)
    return _with(text, match, _other_number(match.group(), dice))


def _other_number(written: str, dice: random.Random) -> str:
    if not written[0].isdigit():
        return dice.choice([c for c in "二三四五六七八九" if c != written])
    digits = [i for i, c in enumerate(written) if c.isdigit()]
    at = dice.choice(digits)
    choices = [c for c in "123456789" if c != written[at]]
    return written[:at] + dice.choice(choices) + written[at + 1 :]


def swapped_number(text: str, dice: random.Random) -> str:
    """Two figures of the sentence change places: each of them still stands in the source."""
    found = [m for m in _NUMBER.finditer(text) if m.group()[0].isdigit()]
    if len(found) < 2:
        return ""
    a, b = sorted(dice.sample(found, 2), key=lambda m: m.start())
    if a.group() == b.group():
        return ""
    return text[: a.start()] + b.group() + text[a.end() : b.start()] + a.group() + text[b.end() :]


def unit(text: str, dice: random.Random) -> str:
    found = list(_UNITED.finditer(text))
    if not found:
        return ""
    match = dice.choice(found)
    others = [
        u for u in UNITS if u != match.group() and not {u, match.group()} <= {"个百分点", "%"}
    ]
    return _with(text, match, dice.choice(others))


def date(text: str, dice: random.Random) -> str:
    found = list(_DATE.finditer(text))
    if not found:
        return ""
    match = dice.choice(found)
    old = match.group()
    if old in TIME_SWAPS:
        new = TIME_SWAPS[old]
    elif old.endswith("季度"):
        new = dice.choice([c for c in "一二三四" if c != old[0]]) + "季度"
    elif len(old) == 4:
        new = str(int(old) + dice.choice([-3, -2, -1, 1, 2]))
    else:
        top = 12 if text[match.end()] == "月" else 28
        new = str(dice.choice([n for n in range(1, top + 1) if n != int(old)]))
    return _with(text, match, new)


NAMES = {"nr": "nr", "ns": "ns", "nt": "nt", "nz": "nz"}
_QUOTED = re.compile(r"(?<=[“《])[^“”《》，。]{2,12}(?=[”》])")
_SUFFIXED = re.compile(
    r"(?<=[，、在由的与和对于])[\u4e00-\u9fff]{2,4}(?:区|县|镇|村|公司|集团|大学|医院|学院|银行)"
)


def names_of(text: str) -> list[tuple[str, int, int]]:
    """Names by part of speech, by quotation marks and by ending; the last two need no dictionary."""
    found = [
        (flag, at, at + len(word))
        for word, flag, at in words(text)
        if flag in NAMES and len(word) > 1
    ]
    found += [("quoted", m.start(), m.end()) for m in _QUOTED.finditer(text)]
    found += [("suffix" + m.group()[-1], m.start(), m.end()) for m in _SUFFIXED.finditer(text)]
    return found


def entity(
    text: str, dice: random.Random, names: dict[str, list[str]], near: dict[str, list[str]]
) -> str:
    found = names_of(text)
    if not found:
        return ""
    flag, start, end = dice.choice(found)
    # Half of the time a name of the same article, which its context holds too.
    source = near if near.get(flag) and dice.random() < 0.5 else names
    others = [n for n in source.get(flag, ()) if n not in text and text[start:end] not in n]
    return text[:start] + dice.choice(others) + text[end:] if others else ""


_VERBS = re.compile(
    r"(?<![不没未无])(?:是|有|能|会|将|可以|应|达到|超过|完成|实现|获得|举行|发布|建成|开通|参加|支持|推动|认为|属于|包括|需要|增长|成为|通过|进入)"
)
_ANTONYMS = (("增长", "下降"), ("增加", "减少"), ("提高", "降低"), ("上升", "下降"), ("高于", "低于"),
             ("超过", "不足"), ("扩大", "缩小"), ("盈利", "亏损"), ("支持", "反对"), ("成功", "失败"),
             ("加快", "放缓"), ("上涨", "下跌"), ("同意", "拒绝"), ("提升", "下降"))  # fmt: skip
_DENIAL = {
    "有": "没有", "是": "不是", "能": "不能", "会": "不会", "将": "不再", "可以": "不可以", "应": "不应",
    "属于": "不属于", "需要": "不需要", "认为": "不认为", "支持": "不支持", "包括": "不包括",
}  # fmt: skip


def negated(text: str, dice: random.Random) -> str:
    turned = [(m.start(), m.end(), b) for a, b in _ANTONYMS for m in re.finditer(a, text)]
    turned += [(m.start(), m.end(), a) for a, b in _ANTONYMS for m in re.finditer(b, text)]
    denied = [
        (m.start(), m.end(), _DENIAL.get(m.group(), "未" + m.group()))
        for m in _VERBS.finditer(text)
        if not _inside_word(text, m)
    ]
    affirmed = [
        (m.start(), m.end(), "") for m in re.finditer(r"没有|并未|尚未|不再|不会|不能|并非", text)
    ]
    choices = [c for c in (turned, denied, affirmed) if c]
    if not choices:
        return ""
    start, end, new = dice.choice(dice.choice(choices))
    return text[:start] + new + text[end:]


def _inside_word(text: str, match: re.Match[str]) -> bool:
    return not any(at == match.start() and word == match.group() for word, _, at in words(text))


ADDITIONS = (
    "，并获得国家级表彰", "，创下历史新高", "，受到国际社会广泛关注", "，带动数万人就业", "，相关负责人已被约谈",
    "，居全国首位", "，项目将于明年全面完工", "，得到了中央财政的专项支持", "，引发网友热烈讨论", "，并计划在海外上市",
    "，成本降低了一半", "，远超此前专家预期",
)  # fmt: skip


def added(text: str, dice: random.Random) -> str:
    return text.rstrip("。！？；") + dice.choice(ADDITIONS) + "。"


def merged(text: str, other: str) -> str:
    """The subject of one sentence with the predicate of another."""
    mine, theirs = (_subject(text), _subject(other))
    if not mine or not theirs or mine == theirs:
        return ""
    return text[: len(mine)] + other[len(theirs) :]


def _subject(text: str) -> str:
    """Its words before the first verb, when a name or noun of some length is there."""
    for _, flag, at in words(text):
        if flag == "v" and 4 <= at <= 20:
            head = text[:at]
            return head if not re.search(r"[，。：“”]", head) else ""
        if flag == "v":
            return ""
    return ""


def _with(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


# ---- the set -----------------------------------------------------------------------------------


def articles_of(path: Path, limit: int) -> Iterator[Article]:
    """The articles of a folder of texts, or of a ``.jsonl`` or ``.jsonl.xz`` file."""
    if path.is_dir():
        for file in sorted(path.glob("*.txt")):
            text = file.read_text(encoding="utf-8")
            yield from split(Source(file.name, text, hashlib.sha256(text.encode()).hexdigest()))
        return
    with _lines(path) as lines:
        for number_, line in enumerate(lines):
            if number_ >= limit:
                return
            record = json.loads(line)
            yield from split(Source(f"news#{record['id']}", record["text"], ""))


def _lines(path: Path) -> IO[str]:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def half_of(name: str) -> str:
    return "dev" if hashlib.sha256(name.encode()).digest()[0] % 2 else "test"


def make(articles: Sequence[Article], half: str, count: int, seed: int = 7) -> list[Case]:
    """About ``count`` cases, spread over kinds as evenly as the sentences allow."""
    dice = random.Random(seed)
    pools = {a.id: [w.statement for w in witnesses_of(a)] for a in articles}
    # A seed file is one source of each half: articles are too few to be split by file.
    mine = [a for a in articles if half_of(a.id) == half and pools[a.id]]
    dice.shuffle(mine)
    bases = [(a, s) for a in mine for s in pools[a.id] if 16 <= len(s.text) <= 160]
    dice.shuffle(bases)
    names = _names(bases)
    quota = -(-count // (len(TRUE) + len(FALSE)))
    made: dict[str, list[Case]] = defaultdict(list)
    named: dict[str, dict[str, list[str]]] = {}  # what each article names
    for (article, base), (_, other) in zip(bases * 4, bases[1:] * 4 + bases[:1] * 4, strict=False):
        if all(len(made[k]) >= quota for k in TRUE + FALSE):
            break
        if article.id not in named:
            named[article.id] = _names([(article, s) for s in pools[article.id]])
        near = named[article.id]
        far = [s for a in dice.sample(mine, min(2, len(mine))) for s in pools[a.id]][:40]
        pool = tuple(pools[article.id][:60]) + tuple(s for s in far if s not in pools[article.id])
        if base not in pool:
            pool += (base,)
        pool += (other,) if other not in pool else ()
        for kind, claim in _claims(base.text, other.text, dice, names, near):
            if (
                claim
                and claim != base.text
                and _really(kind, claim, pool)
                and len(made[kind]) < quota
            ) or (kind == "verbatim" and len(made[kind]) < quota):
                made[kind].append(Case(kind, claim, base.text, pool))
    return [case for kind in TRUE + FALSE for case in made[kind]]


def _really(kind: str, claim: str, pool: Sequence[Statement]) -> bool:
    """A changed claim is false only when no sentence happens to say it."""
    bare = claim.rstrip("。")
    return kind in TRUE or not any(bare in s.text for s in pool)


def _claims(
    text: str,
    other: str,
    dice: random.Random,
    names: dict[str, list[str]],
    near: dict[str, list[str]],
) -> Iterator[tuple[str, str]]:
    simple: tuple[tuple[str, Callable[[str, random.Random], str]], ...] = (
        ("shortened", shortened), ("reordered", reordered), ("paraphrased", paraphrased),
        ("number", number), ("number", swapped_number), ("unit", unit), ("date", date), ("negated", negated),
        ("added", added),
    )  # fmt: skip
    yield "verbatim", text
    for kind, change in simple:
        yield kind, change(text, dice)
    yield "entity", entity(text, dice, names, near)
    yield "merged", merged(text, other)
    # What a model does most: it shortens and then gets one thing wrong.
    short = shortened(text, dice)
    if short:
        for kind, change in simple[3:8]:
            yield kind, change(short, dice)
        yield "entity", entity(short, dice, names, near)


def _names(bases: Sequence[tuple[Article, Statement]]) -> dict[str, list[str]]:
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for _, statement in bases[:400]:
        for flag, start, end in names_of(statement.text):
            names[flag][statement.text[start:end]] = None
    return {flag: list(found) for flag, found in names.items()}


# ---- the report --------------------------------------------------------------------------------


def measure(cases: Sequence[Case]) -> tuple[dict[str, dict[str, float]], list[tuple[Case, Borne]]]:
    """Per kind: how many, the shares judged full, partial and none; and the wrong verdicts."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    spent: dict[str, list[float]] = defaultdict(list)
    wrong = []
    for case in cases:
        began = time.perf_counter()
        borne = judge(case.claim, case.pool)
        if borne.support == "none" and reworded(case.claim, case.pool, borne):
            borne = Borne("partial", why=f"reworded: {borne.why}")
        spent[case.kind].append((time.perf_counter() - began) * 1000)
        counts[case.kind][borne.support] += 1
        if (borne.support == "none") == (case.kind in TRUE):
            wrong.append((case, borne))
    rows = {}
    for kind in (k for k in TRUE + FALSE if counts[k]):
        n = counts[kind].total()
        rows[kind] = {
            "claims": n,
            **{level: counts[kind][level] / n for level in ("full", "partial", "none")},
            "ms_p50": median(spent[kind]),
            "ms_p99": sorted(spent[kind])[int(0.99 * (n - 1))],
        }
    return rows, wrong


def totals(rows: dict[str, dict[str, float]]) -> dict[str, float]:
    """Kept true claims; precision and recall of showing a claim at all, over all kinds."""
    kept = sum(rows[k]["claims"] * (1 - rows[k]["none"]) for k in TRUE if k in rows)
    true = sum(rows[k]["claims"] for k in TRUE if k in rows)
    shown = sum(rows[k]["claims"] * (1 - rows[k]["none"]) for k in FALSE if k in rows)
    return {
        "kept": kept / max(true, 1),
        "precision": kept / max(kept + shown, 1),
        "claims": sum(r["claims"] for r in rows.values()),
    }


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path, help="folder of .txt, or .jsonl, or .jsonl.xz")
    parser.add_argument("--claims", type=int, default=1500)
    parser.add_argument(
        "--articles", type=int, default=600, help="how many lines of a .jsonl to read"
    )
    parser.add_argument("--half", choices=("dev", "test"), default="test")
    parser.add_argument("--json", type=Path, dest="out")
    parser.add_argument(
        "--wrong", type=int, default=0, help="print so many wrong verdicts of each kind"
    )
    args = parser.parse_args(argv)
    cases = make(list(articles_of(args.path, args.articles)), args.half, args.claims)
    judge("热身。", (Statement("热身。"),))
    rows, wrong = measure(cases)
    report(rows)
    seen: Counter[str] = Counter()
    for case, borne in wrong:
        seen[case.kind] += 1
        if seen[case.kind] <= args.wrong:
            print(f"[{case.kind}] {borne.support} {borne.why}\n   {case.claim}\n   {case.base}")
    if args.out:
        args.out.write_text(
            json.dumps({"kinds": rows, "all": totals(rows)}, indent=1), encoding="utf-8"
        )
    return 0


def report(rows: dict[str, dict[str, float]]) -> None:
    print(figures({f"{kind}{_target(kind)}": row for kind, row in rows.items()}, "kind"))
    print()
    print(figures({"": totals(rows)}))


def _target(kind: str) -> str:
    """What is asked of a kind of claim: how many of the changed ones are borne by nothing."""
    if kind in LIMITS:
        return f", none >= {1 - LIMITS[kind]:.2f}"
    return ", none <= 0.05" if kind in TRUE else ""


if __name__ == "__main__":
    sys.exit(main())
