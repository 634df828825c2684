"""Make questions out of news sentences: answerable ones, and near misses that the passage does not answer.

A question is a sentence of one article with an answer taken out, words dropped, reordered and replaced by
everyday synonyms; the passage is, where there is one, another article's report of the same fact. Near misses
have one name, date, number or attribute exchanged, or ask for something the article never mentions.
"""

# ruff: noqa: E501
# The lists and patterns read best one row a line.

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

SYNONYMS = [
    "公司 企业", "大学 高校 高等院校 院校", "学校 院校", "同比 比上年 比去年 和去年比", "增长 涨 增加 上升 提高 多",
    "下降 跌 减少 降低 下滑 少 缩水", "达到 做到 达 到 有", "超过 超 突破 多于", "面积 地盘 占地 多大", "收入 营收 进账 营业收入",
    "利润 净利 赚 盈利", "亏损 赔 亏", "价格 价钱 售价 卖", "推出 发布 上线 拿出", "举行 举办 开 召开", "位于 在 坐落于 设在",
    "表示 说 称 讲 认为", "指出 说 认为", "介绍 说 提到", "原因 缘由 为什么", "目前 现在 眼下 如今", "截至 到 到了", "今年 这一年",
    "预计 估计 预期 料", "需要 要 得", "包括 包含 有 涵盖", "医院 医疗机构", "孩子 儿童 小孩", "妻子 老婆", "丈夫 老公", "父亲 爸爸 爹",
    "母亲 妈妈", "警方 警察 公安", "死亡 遇难 丧生 身亡 死", "受伤 伤", "失踪 下落不明 失联", "购买 买 采购", "销售 卖 出售", "销量 卖出",
    "汽车 车 车辆", "新能源汽车 新能源车 电动车", "手机 机型", "飞机 航班 客机", "居民 市民 老百姓 住户", "员工 职工 工人 雇员",
    "建设 修建 建 盖", "建成 修好 完工", "开始 启动 起", "结束 收官 完", "获得 拿到 得到 拿下 取得", "担任 当 任 出任", "负责 管 主管",
    "帮助 帮", "导致 造成 引起 使得", "影响 波及", "措施 办法 手段 举措", "问题 毛病 难题", "计划 打算 准备 拟", "将 会 要", "已 已经",
    "首次 第一次 头一回", "全部 全 所有 都", "大约 约 差不多 大概", "左右 上下", "以上 多", "共 一共 总共 总计 合计", "累计 总共 一共 加起来",
    "其中 里面 里头", "全国 国内 全中国", "全球 世界 全世界", "上半年 头半年 前六个月 1至6月", "下半年 后半年", "前三季度 头三个季度 1至9月",
    "一季度 第一季度 头三个月", "二季度 第二季度", "数量 数目", "人数 多少人", "项目 工程", "投资 投入 砸", "资金 钱", "贷款 借款",
    "银行 金融机构", "政府 当局 官方", "国家 国", "城市 市", "地区 地方 区域", "时间 时候", "比赛 赛事", "冠军 第一名 头名", "击败 战胜 打败 赢",
    "球队 队伍", "球员 选手 队员", "运动员 选手", "教练 主帅", "专家 学者", "研究人员 科学家 研究者", "发现 查出 找到", "检测 检查", "治疗 医治",
    "疾病 病", "药物 药 药品", "食品 吃的", "天气 气候", "降雨 下雨 雨", "暴雨 大雨 强降雨", "洪水 洪涝 大水", "地震 震", "火灾 着火 起火",
    "事故 出事", "车祸 交通事故", "逮捕 抓 拘捕", "调查 查 查处", "处罚 罚 惩处", "罚款 罚", "法院 法庭", "判处 判", "出口 卖到国外 外销",
    "进口 从国外买", "关闭 关 停", "取消 撤销 不再", "增加 多了 添", "减少 少了", "提升 提高 拉高", "使用 用 采用", "采用 用", "支持 扶持",
    "禁止 不准 不许", "要求 让 得", "允许 准许 可以", "参加 参与 出席", "访问 到访 去", "前往 去 赴", "到达 抵达 到", "离开 走", "回到 返回 回",
    "签署 签 签订", "合作 联手 携手", "提供 给 供", "服务 业务", "产品 货 商品", "设备 机器 装备", "技术 科技", "数据 数字", "报告 材料",
    "文件 通知", "会议 会", "活动 节目", "电影 影片 片子", "票房 卖座", "电视剧 剧集 剧", "演员 明星", "歌曲 歌", "游戏 手游", "用户 网友 用的人",
    "消费者 顾客 买家", "市场 行情", "股票 股", "股价 股票价格", "股东 持股人", "持有 拿着", "出生 生", "去世 逝世 过世 走了", "年龄 岁数 多大",
    "身高 个头", "重量 多重", "长度 多长 全长", "高度 多高", "速度 多快", "距离 多远", "温度 气温 多少度", "容量 能装", "就业 找工作 上岗",
    "工资 薪水 收入", "房价 楼价", "住房 房子", "旅游 出游 玩", "游客 旅客 来玩的人", "酒店 宾馆", "学生 生", "老师 教师", "考试 考", "毕业生 应届生",
    "工业增加值 工业产出", "规模以上 规上", "产值 产出", "产量 出产", "港口 码头", "铁路 铁道", "高铁 高速铁路 动车", "公路 道路 路", "农民 农户 庄稼人",
    "粮食 口粮", "农业 种地", "森林 林子", "环境 环保", "污染 脏", "能源 电力", "石油 原油", "天然气 燃气", "发电 供电", "军队 部队", "士兵 军人",
    "导弹 飞弹", "袭击 攻击 打击", "战争 冲突 打仗", "总统 元首", "首相 总理", "部长 大臣", "外交部 外交部门", "谈判 会谈 商谈", "选举 大选",
    "反对 不同意 抗议", "同意 赞成 答应", "宣布 公布 官宣", "公布 发布 披露", "披露 透露 公开", "出现 冒出", "发生 出", "进行 做 开展", "完成 做完",
    "实现 做到 达成", "成为 变成 当上", "拥有 有", "存在 有", "形成 成", "保持 维持", "继续 接着", "加强 强化", "推动 促进 带动", "发展 成长", "改革 改",
    "创新 新", "保护 守护", "安全 平安", "困难 难处", "机会 机遇", "优势 强项 长处", "特点 特色", "目标 目的", "作用 用处", "意义 用意", "结果 后果",
    "情况 状况", "条件 要求", "方式 方法 途径 路子", "方面 领域", "行业 产业 这一行", "企业家 老板", "董事长 掌门人 一把手", "总经理 总裁 老总",
]  # fmt: skip
SWAPS = [
    "上半年 下半年", "一季度 二季度 三季度 四季度", "第一季度 第二季度 第三季度 第四季度", "上涨 下跌", "增长 下降", "增加 减少", "出口 进口",
    "男子 女子", "男 女", "最高 最低", "最大 最小", "最多 最少", "收入 支出 利润", "营收 净利润 毛利率", "净利润 营业收入 总资产", "销量 产量 库存",
    "开工 竣工", "开始 结束", "首次 第二次", "第一 第二 第三 第四", "买入 卖出", "父亲 母亲", "丈夫 妻子", "哥哥 弟弟", "去年 前年 明年", "今年 去年 前年",
    "上周 下周", "昨日 明日", "城市 农村", "城镇 农村", "小学 初中 高中 大学", "董事长 总经理 监事", "省长 市长 县长", "部长 副部长", "冠军 亚军 季军",
    "金牌 银牌 铜牌", "死亡 受伤 失踪", "新增 累计", "手机 平板 电脑", "轿车 客车 货车", "飞机 火车 轮船", "面积 人口", "长度 宽度 高度", "北京 上海 广州 深圳 重庆 天津 杭州 成都",
    "北部 南部 东部 西部", "东北 西南 华东 华南", "美国 英国 法国 德国 日本 韩国 俄罗斯 印度", "苹果 三星 华为 小米", "直接 间接", "国内 国外", "线上 线下",
    "白天 夜间", "上午 下午", "周一 周二 周三 周四 周五 周六 周日", "春季 夏季 秋季 冬季", "硬件 软件", "资产 负债", "同比 环比", "投资 融资", "进口额 出口额",
]  # fmt: skip
ABSENT = [
    ("的造价是多少？", "造价|投资|耗资|亿元|万元"), ("总共花了多少钱？", "元|资金|费用|成本"), ("是哪家公司造的？", "公司|集团|企业|厂"), ("是谁设计的？", "设计"),
    ("是哪一年成立的？", "成立|创办|创立|创建|\\d{4}年"), ("的负责人叫什么名字？", "负责人|主任|局长|总经理|董事长|总裁|院长|校长"), ("卖多少钱？", "元|价格|售价|价"),
    ("的面积有多大？", "面积|平方|公顷|亩"), ("有多少名员工？", "员工|职工|人员|名|人"), ("什么时候结束？", "结束|截止|截至|至|到"), ("在哪个城市举行？", "举行|举办|召开|市"),
    ("的票房是多少？", "票房|亿|万"), ("的电话号码是多少？", "电话|热线|\\d{7}"), ("用的是什么材料？", "材料|材质|采用|钢|塑料"), ("今年的利润是多少？", "利润|亏损|盈利|净利"),
    ("毕业于哪所大学？", "毕业|大学|学院"), ("的妻子是谁？", "妻子|夫人|老婆|结婚"), ("今年多大年纪？", "岁|年龄|出生"), ("的出口额是多少？", "出口|外贸"), ("最后赔了多少钱？", "赔|元"),
    ("被判了几年？", "判|刑|年"), ("的主演是谁？", "主演|饰|演员"), ("的作者是谁？", "作者|著|写|撰"), ("排在全国第几？", "第|排名|位居|名列"), ("有几层楼？", "层|楼"),
    ("的市场份额是多少？", "份额|占有率|占比|%"), ("全长多少公里？", "公里|千米|全长|长"), ("能坐多少人？", "座|坐|容纳|人"), ("的续航是多少？", "续航|公里|小时|mah|毫安"),
    ("采取了哪些补救措施？", "措施|办法|整改|补救|采取"), ("为什么推迟？", "推迟|延期|延后"), ("的股价跌了多少？", "股价|跌|股"), ("的获奖名单有哪些人？", "奖|名单"),
    ("由哪家医院收治？", "医院|收治|治疗"), ("用了什么药？", "药|疫苗|治疗"), ("下一届在哪里办？", "下届|下一届|举办"), ("的比分是多少？", "比|分|\\d-\\d|:"),
]  # fmt: skip

_NUMBER = re.compile(
    r"(?P<n>\d[\d,.]*(?:多|余)?(?:万|亿|千|百)*(?:多|余)?)(?P<u> ?(?:个百分点|平方公里|平方米|公里|千米|毫米|毫安时|立方米|千瓦时|千瓦|美元|欧元|港元|日元|万元|"
    r"元|人次|人|名|家|个|款|种|项|条|座|台|辆|架|艘|套|件|起|次|场|所|位|岁|吨|公斤|千克|克|米|度|亩|公顷|小时|分钟|天|年|届|只|头|部|篇|支|支|枚|处|部|GB|TB|Wh|英寸))"
)
_PERCENT = re.compile(r"\d[\d.]*[%％](?:以上)?")
_DATE = re.compile(
    r"(?:(?:19|20)\d\d ?年 ?)?\d{1,2} ?月 ?\d{1,2} ?日(?:上午|下午|晚|凌晨|晚间)?(?:\d{1,2}时(?:\d{1,2}分)?)?|(?:19|20)\d\d ?年(?: ?\d{1,2} ?月)?(?:初|底|末)?|\d{1,2} ?月份?(?:初|底|末|中旬|上旬|下旬)"
)
_QUOTED = re.compile(r"[“《]([^”》“《]{2,18})[”》]")
_LIST = re.compile(
    r"[^，。、：；“”（）\s\d]{2,12}(?:、[^，。、：；“”（）\s]{2,14}){1,7}(?:(?:和|及|以及|与)[^，。、：；“”（）\s]{2,10})?(?=等|[，。；]|的)"
)
_ORG = re.compile(
    r"[\u4e00-\u9fffA-Za-z]{2,14}(?:有限公司|公司|集团|大学|学院|医院|银行|研究院|研究所|委员会|协会|管理局|监管局|气象台|公安局|法院|检察院|俱乐部|基金会|联合会|出版社|电视台)"
)
_WHY = [
    (
        re.compile(r"(?:由于|因为?|受)(?P<a>[^，。；]{4,40}?)(?:的?影响)?，(?P<q>[^。；]{6,40})"),
        "why",
    ),
    (
        re.compile(
            r"(?P<q>[^，。；]{5,36})，?(?:主要)?(?:是因为|是由于|原因是|原因在于|源于|得益于|归因于|缘于)(?P<a>[^。；]{4,50})"
        ),
        "why",
    ),
    (
        re.compile(
            r"(?P<a>[^，。；]{5,40})，?(?:从而|因此|因而|所以|于是|导致|造成|致使|使得)(?P<q>[^。；，]{5,40})"
        ),
        "why",
    ),
    (re.compile(r"为(?:了)?(?P<a>[^，。；]{4,30})，(?P<q>[^。；，]{6,40})"), "goal"),
    (re.compile(r"(?P<q>[^，。；]{5,36})，(?:旨在|以便|目的是|意在)(?P<a>[^。；]{4,40})"), "goal"),
    (
        re.compile(
            r"(?:通过|采取|采用|利用|借助|依托)(?P<a>[^，。；]{4,36})，(?P<q>[^。；，]{5,40})"
        ),
        "how",
    ),
    (
        re.compile(
            r"(?P<s>[\u4e00-\u9fffA-Za-z·]{2,14})(?:表示|认为|指出|强调|坦言|透露|呼吁|建议|称)[，：:“]+(?P<a>[^。”]{8,60})"
        ),
        "say",
    ),
    (
        re.compile(
            r"(?P<s>[\u4e00-\u9fffA-Za-z0-9“”]{2,14})是(?P<a>(?:一|指|全|我|目|中|世|国|由|首)[^，。；]{5,30})"
        ),
        "is",
    ),
]
_LEAD = re.compile(
    r"^[^，。]{0,40}?(?:讯|电|消息|报道)[）)，：: ]+|^[^，。（]{0,14}（[^）]{2,20}(?:记者|通讯员)[^）]*）|^(?:据|记者|此外|同时|其中|另外|不过|但是|但|而|对此|目前)[^，。]{0,18}，"
)
_CLAUSE = re.compile(r"[^，；：,;:]*[，；：,;:]?")
_OPENERS = ["", "", "", "", "", "", "", "请问", "想知道", "那", "文中说", "按报道，", "到底"]

ASK = {
    "percent": ["多少", "百分之多少", "百分之几", "多大比例", "多少个百分点"],
    "date": ["什么时候", "哪天", "哪一天", "何时", "几月几号", "什么日期", "啥时候"],
    "year": ["哪一年", "哪年", "什么时候", "何时"],
    "month": ["什么时候", "几月", "哪个月"],
    "person": ["谁", "哪位", "什么人", "哪个人"],
    "place": ["哪里", "哪儿", "什么地方", "哪个地方", "哪个城市", "哪个国家", "何处"],
    "org": ["哪家公司", "哪个机构", "哪家单位", "谁", "哪家", "哪个单位", "哪个部门"],
    "title": ["什么", "哪个", "哪部", "啥"],
    "noun": ["什么", "啥", "哪个", "什么东西"],
    "list": ["哪些", "哪几个", "哪几样", "哪几种", "什么", "啥", "哪几项", "哪些方面"],
}


@dataclass(slots=True)
class Asked:
    """A question, the span of its answer in the sentence it was made from, and the words it kept."""

    question: str
    start: int
    end: int
    kind: str
    kept: list[str] = field(default_factory=list)


def load_tags() -> dict[str, str]:
    """Return word -> part of speech from jieba's dictionary."""
    import jieba

    rows = (
        line.split(" ")
        for line in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines()
    )
    return {row[0]: row[2] for row in rows if len(row) == 3}


def table_of(groups: list[str]) -> dict[str, list[str]]:
    """Return word -> its alternatives."""
    table: dict[str, list[str]] = {}
    for group in groups:
        words = group.split(" ")
        for word in words[: len(words) if groups is SWAPS else 2]:
            table.setdefault(word, []).extend(other for other in words if other != word)
    return table


SYNONYM = table_of(SYNONYMS)
SWAP = table_of(SWAPS)


class Maker:
    """Makes questions; `words` are a sentence's words in order, their lengths adding up to the sentence."""

    def __init__(self, tags: dict[str, str], seed: int) -> None:
        self.tags = tags
        self.random = random.Random(seed)

    def tag(self, word: str) -> str:
        """Return the part of speech, guessing names and numbers the dictionary does not hold."""
        known = self.tags.get(word)
        if known:
            return known
        if word[:1].isdigit():
            return "m"
        if not word.strip() or not any(c.isalnum() for c in word):
            return "x"
        return "nz" if len(word) > 1 else "n"

    def spans(self, sentence: str, words: list[str]) -> list[tuple[int, int, str]]:
        """Return the `(start, end, kind)` of everything in the sentence that can be asked for."""
        found: list[tuple[int, int, str]] = []
        for m in _DATE.finditer(sentence):
            text = m.group()
            kind = (
                "date"
                if "日" in text
                else "year"
                if text.rstrip("初底末 ").endswith("年")
                else "month"
            )
            found.append((m.start(), m.end(), kind))
        found += [(m.start(), m.end(), "percent") for m in _PERCENT.finditer(sentence)]
        found += [(m.start(), m.end(), "number") for m in _NUMBER.finditer(sentence)]
        found += [(m.start(1), m.end(1), "title") for m in _QUOTED.finditer(sentence)]
        found += [(m.start(), m.end(), "list") for m in _LIST.finditer(sentence)]
        found += [(m.start(), m.end(), "org") for m in _ORG.finditer(sentence)]
        at = 0
        for position, word in enumerate(words):
            tag, end = self.tag(word), at + len(word)
            if tag == "nr" and 2 <= len(word) <= 4:
                found.append((at, end, "person"))
            elif tag == "ns" and len(word) >= 2:
                found.append((at, end, "place"))
            elif (
                tag in ("n", "vn", "nz", "nt")
                and len(word) >= 2
                and position
                and self.tag(words[position - 1])[0] == "v"
            ):
                extra = position
                while (
                    extra + 1 < len(words)
                    and self.tag(words[extra + 1]) in ("n", "vn", "nz")
                    and extra < position + 2
                ):
                    extra += 1
                    end += len(words[extra])
                found.append((at, end, "noun"))
            at += len(word)
        return found

    def ask_for(self, answer: str, kind: str) -> str:
        """Return the words that stand in for the answer."""
        if kind == "number":
            unit = _NUMBER.match(answer) or [""]
            tail = unit.group("u").strip() if isinstance(unit, re.Match) else ""
            head = "几" if self.random.random() < 0.25 and len(answer) < 5 else "多少"
            if tail in ("年", "月"):
                return "多少年" if tail == "年" else "几个月"
            return head + (tail if self.random.random() < 0.8 or head == "几" else "")
        return self.random.choice(ASK[kind])

    def reword(self, word: str) -> str:
        """Return the word, or an everyday synonym."""
        if word in SYNONYM and self.random.random() < 0.4:
            return self.random.choice(SYNONYM[word])
        return word

    def keep(self, word: str, near: bool) -> bool:
        """Decide whether a word stays in the question."""
        tag = self.tag(word)
        if tag == "x":
            return word in "·.-%&+" and near
        if tag[0] in "uydcpef" or word in ("的", "了", "也", "就"):
            return self.random.random() < (0.75 if near else 0.25)
        return self.random.random() < (0.9 if near else 0.5)

    def ask(self, sentence: str, words: list[str], span: tuple[int, int, str]) -> Asked | None:
        """Make one question that `sentence[span]` answers."""
        start, end, kind = span
        lead = _LEAD.match(sentence)
        skip = lead.end() if lead and lead.end() <= start else 0
        clauses = [m.span() for m in _CLAUSE.finditer(sentence) if m.end() > m.start()]
        home = [c for c in clauses if c[0] < end and start < c[1]]
        first, last = home[0][0], home[-1][1]
        index = clauses.index(home[0])
        if (last - first < 14 or self.random.random() < 0.3) and index > 0:
            first = clauses[index - 1][0]
        first = max(first, skip)
        before: list[str] = []
        after: list[str] = []
        topic: list[str] = []
        at = 0
        for word in words:
            left, right = at, at + len(word)
            at = right
            if left < end and start < right:
                continue
            if first <= left and right <= last:
                if self.keep(word, True):
                    (before if right <= start else after).append(self.reword(word))
            elif (
                skip <= left < first
                and self.tag(word)[0] in "nmt"
                and len(word) > 1
                and self.random.random() < 0.45
            ):
                topic.append(word)
        topic = topic[:4]
        asking = self.ask_for(sentence[start:end], kind)
        kept = topic + before + after
        if sum(len(w) for w in kept) < 5 or sum(len(w) for w in kept) > 46:
            return None
        dice = self.random.random()
        if dice < 0.66 or len(after) + len(before) < 2:
            body = "".join(topic + before) + asking + "".join(after)
        elif dice < 0.8:
            body = asking + "".join(topic + before + after)
        else:
            body = (
                "".join(topic + before + after)
                + self.random.choice(["是", "的是", "", "，是"])
                + asking
            )
        return Asked(self.finish(body), start, end, kind, kept)

    def finish(self, body: str) -> str:
        """Add an opener and the question mark, sometimes."""
        body = body.strip('，、：；。,.;: “”"')
        return self.random.choice(_OPENERS) + body + ("？" if self.random.random() < 0.85 else "")

    def explain(self, sentence: str) -> Asked | None:
        """Make a why, how, what-for, what-is or who-said question, where the sentence allows one."""
        pattern, kind = self.random.choice(_WHY)
        m = pattern.search(sentence)
        if not m:
            return None
        groups = m.groupdict()
        about = (groups.get("q") or groups.get("s") or "").strip("，“” ")
        about = _LEAD.sub("", about)
        if len(about) < 2:
            return None
        if len(about) > 12 and self.random.random() < 0.6:
            import jieba

            about = "".join(self.reword(w) for w in jieba.cut(about) if self.keep(w, True))
        forms = {
            "why": [
                "为什么{}",
                "{}的原因是什么",
                "{}是因为什么",
                "{}，为什么",
                "为啥{}",
                "怎么会{}",
                "{}是什么缘故",
            ],
            "goal": ["{}是为了什么", "{}的目的是什么", "为什么{}", "为什么要{}", "{}图什么"],
            "how": [
                "怎么{}",
                "如何{}",
                "靠什么{}",
                "{}用的什么办法",
                "{}是怎么做到的",
                "通过什么方式{}",
            ],
            "say": [
                "{}怎么说",
                "{}说了什么",
                "{}认为什么",
                "{}有什么看法",
                "{}是怎么评价的",
                "{}建议怎么做",
            ],
            "is": ["{}是什么", "什么是{}", "{}是个什么东西", "{}指的是什么", "介绍一下{}"],
        }
        body = self.random.choice(forms[kind]).format(about)
        return Asked(self.finish(body), m.start("a"), m.end("a"), kind, [about])

    def swap(self, asked: Asked, passage: str, pool: dict[str, list[str]]) -> str | None:
        """Return the question with one detail exchanged for one the passage does not hold, or None."""
        order = list(asked.kept)
        self.random.shuffle(order)
        for word in order:
            options = [o for o in SWAP.get(word, []) if o not in passage]
            tag = self.tag(word)
            year = re.fullmatch(r"((?:19|20)\d\d)(年?)", word)
            if year:
                options = [f"{int(year[1]) + d}{year[2]}" for d in (-3, -2, -1, 1, 2)]
            elif not options and re.fullmatch(r"\d+", word):
                options = [str(self.random.randint(1, 30))]
            elif not options and tag in pool and len(word) > 1:
                options = self.random.sample(pool[tag], 4)
            options = [
                o for o in options if o not in passage and o not in asked.question and o != word
            ]
            if options and word in asked.question:
                return asked.question.replace(word, self.random.choice(options), 1)
        return None

    def absent(self, words: list[str], article: str) -> str | None:
        """Return a question about the sentence's subject that the whole article leaves open, or None."""
        subject: list[str] = []
        for word in words[:14]:
            if self.tag(word)[0] in "nmtvabjf" or self.tag(word) == "eng":
                subject.append(word)
            elif subject:
                break
        text = "".join(subject)
        if not 4 <= len(text) <= 20:
            return None
        tail, guard = self.random.choice(ABSENT)
        return (
            None
            if re.search(guard, article)
            else self.random.choice(["", "", "请问", "那个"]) + text + tail
        )
