"""Articles: where they begin, who wrote them, what their lines are, torn columns mended."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.pages.articles import split
from index.pages.clean import MAPPED
from index.pages.seam import straddle
from index.reading import read
from index.records import Article, Source

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))


def articles(
    text: str,
    format: str = "txt",
    title: str = "",
    published: str | None = None,
    url: str | None = None,
) -> list[Article]:
    source = Source("a", text, "", format, title, published, url)
    found = split(source)
    for number, article in enumerate(found):
        assert_sound(source, article)
        assert article.ordinal == number
    return found


def assert_sound(source: Source, article: Article) -> None:
    assert article.offsets.dtype == np.int32
    assert len(article.offsets) == len(article.text)
    assert article.text
    assert article.offsets.min() >= 0
    assert article.offsets.max() < len(source.text)
    assert article.blocks[0].start == 0
    assert article.blocks[-1].end == len(article.text)
    for a, b in pairwise(article.blocks):
        assert a.end + 1 == b.start
        assert article.text[a.end] == "\n"
        assert article.offsets[a.end] == article.offsets[a.end - 1]
    if source.format != "html":
        inside = [i for b in article.blocks for i in range(b.start, b.end)]
        for i in inside:
            origin = source.text[article.offsets[i]]
            assert article.text[i] in (MAPPED.get(ord(origin), origin), " ", ".", "-")
    assert len(article.id) == 16


def seed(number: int) -> list[Article]:
    path = SEEDS[number]
    (source,) = read(path, name=path.name)
    assert isinstance(source, Source)
    found = split(source)
    for article in found:
        assert_sound(source, article)
    return found


def blocks(article: Article, *kinds: str) -> list[str]:
    return [article.text[b.start : b.end] for b in article.blocks if b.kind in kinds]


# -- the seeds


def test_seed_000_is_one_article_with_its_headings() -> None:
    (only,) = seed(0)
    assert only.title == "“新星”产业集群 如何赢得未来"
    assert blocks(only, "heading")[0] == "寄予厚望"
    assert "#" not in only.text


def test_seed_001_holds_three_whole_articles() -> None:
    dialogue, ecology, sport = seed(1)
    assert dialogue.title == "把“新星”产业集群培育成重庆制造业的“最大增量”"
    assert "西部(重庆)科学城集聚了两院院士23名" in dialogue.text
    assert "陈星宇" not in dialogue.text
    assert (ecology.title, ecology.author) == ("", "陈星宇")
    assert "共建共享现代产业学院、卓越工程师学院。" in ecology.text
    assert ecology.text.endswith("市经济信息委干部人事处副处长)")
    assert sport.title == "高效协同推进成渝地区双城经济圈体育产业发展"
    assert sport.author == "彭仁兰"
    assert "人民群众拥有更多的获得感和幸福感。\n聚焦特色" in sport.text
    assert sport.text.endswith("(作者单位：重庆邮电大学体育学院)")
    assert [len(a.blocks) for a in (ecology, sport)] == [8, 7]


def test_seed_002_is_put_back_in_order() -> None:
    main, comment, city = seed(2)
    assert main.title == "重庆 四链融合向“未来”"
    assert "2025年，该区机器人关节模组出货量达8.4万套。" in main.text
    assert "需要构建技术、资本、人才" in main.text
    assert main.text.index("\n多点布局\n西洽会上") < main.text.index("区机器人关节模组出货量")
    assert comment.title == "区域谈 方向要准却更要实"
    assert city.title == "国际生物城不止于城"
    assert "开发投资有限公司党委书记、董事长李锐" in city.text
    assert "走进重庆华智生物制药有限公司，制剂车间里" in city.text
    assert {a.author for a in (main, comment, city)} == {"吴陆牧"}


def test_seed_003_is_a_report_and_a_comment() -> None:
    report, comment = seed(3)
    assert (report.title, report.author) == ("集群发展壮大智造优势", "吴陆牧")
    assert (comment.title, comment.author) == ("抓好创新这个“关键变量”", "吴陆牧")
    for joined in ("姿态加速前行。今年", "高质量科技供给，强化", "近日，重庆出台方案"):
        assert joined in report.text
    for joined in ("压力和挑战。", "产学研协同创新体系。", "产业化，提升"):
        assert joined in comment.text
    assert any(text.endswith("丰富技术产品种类。目前，") for text in blocks(report, "paragraph"))
    assert len(blocks(report, "caption")) == 3


def test_seed_004_holds_three_articles_and_stray_pictures() -> None:
    main, comment, science, *pictures = seed(4)
    assert (main.title, main.author) == ("重庆 数字经济引领创新发展", "吴陆牧")
    assert main.text.endswith("□本报记者吴陆牧")
    assert blocks(main, "heading") == ["赋能传统制造", "壮大产业集群", "做优数字生态"]
    assert (comment.title, comment.author) == ("产业协同发展是基础", "郭贝贝")
    assert comment.text.endswith("就能推动京津冀协同实现高质量发展。")
    assert (science.title, science.author) == ("“科学重器”结硕果", "杨阳腾")
    assert "图为深圳光明科学城启动区。（资料图片）" in blocks(science, "caption")
    assert "装备制造等领域集聚了一批行业领军企业。" in main.text
    assert "地区生产总值增长6.4%，位列重庆市区县第一。" in main.text
    stray = "".join(picture.text for picture in pictures)
    assert "京杭大运河江苏淮安段" in stray
    assert "图为重庆联合微电子8寸特色工艺中试线，研发人员正在操作设备。" in stray


# -- made-up pages

BIRDS = [
    "今年春天，海边的小城迎来了第一批候鸟，观鸟爱好者从各地赶来，在滩涂边架起望远镜，记录它们停留的日子。",
    "当地林业站站长说，过去三年里湿地面积扩大了两成，鸟类的数量也随之翻了一番，其中包括十多种少见的水鸟。",
    "为了不打扰它们，保护区在观测季里限制游客人数，每天只放行三百人，并且请志愿者在路口讲解注意事项。",
]
BREAD = [
    "老街上的面包房已经开了六十年，第三代店主每天凌晨三点起床揉面，炉火映红了半条巷子，邻居们闻着香味醒来。",
    "店里的酵种从祖父那里传下来，冬天要用棉被裹着，夏天放在井水边，店主说它比自己的孩子还要难伺候一些。",
    "去年街区改造，不少商户搬走了，面包房却留了下来，街道办事处把它列进了老字号名录，还帮着修好了烟囱。",
]


def page(*lines: str) -> str:
    return "\n\n".join(lines)


def test_a_sentence_torn_between_neighbours_is_joined() -> None:
    (only,) = articles(page("候鸟归来", BIRDS[0], BIRDS[1][:20], BIRDS[1][20:], BIRDS[2]))
    assert blocks(only, "paragraph") == BIRDS


def test_columns_read_in_the_wrong_order_are_put_back() -> None:
    torn = BIRDS[1].index("数量") + 1, BREAD[1].index("孩子") + 1
    text = page(
        "# 候鸟归来", "□李小河", BIRDS[0], BIRDS[1][: torn[0]],
        "# 老街的面包香", "□王大山", BREAD[0], BREAD[1][: torn[1]],
        BIRDS[1][torn[0] :], BIRDS[2], "(作者单位：海边林业站)",
        BREAD[1][torn[1] :], BREAD[2], "(作者单位：老街居委会)",
    )  # fmt: skip
    birds, bread = articles(text)
    assert (birds.title, birds.author) == ("候鸟归来", "李小河")
    assert blocks(birds, "paragraph") == BIRDS
    assert (bread.title, bread.author) == ("老街的面包香", "王大山")
    assert blocks(bread, "paragraph") == BREAD
    assert bread.text.endswith("(作者单位：老街居委会)")


def test_what_fits_nowhere_is_left_as_it_is() -> None:
    text = page("候鸟归来", BIRDS[0], "但是湿地里的", "## 面包", BREAD[0], BREAD[1])
    (only,) = articles(text)
    assert BREAD[0] in blocks(only, "paragraph")
    assert "但是湿地里的" in only.text


def test_a_word_across_the_join_counts() -> None:
    assert straddle("我们需要依靠科学技", "术，才能发展") > 3
    assert straddle("我们需要依靠", "努力，才能发展") == pytest.approx(0)


def test_a_signed_headline_opens_an_article() -> None:
    text = page("候鸟归来", "李小河", *BIRDS, "老街的面包香", "本报记者 王大山", *BREAD)
    birds, bread = articles(text)
    assert [(a.title, a.author) for a in (birds, bread)] == [
        ("候鸟归来", "李小河"),
        ("老街的面包香", "王大山"),
    ]
    assert blocks(bread, "byline") == ["本报记者王大山"]


def test_a_signature_between_paragraphs_opens_one_without_headline() -> None:
    birds, bread = articles(page("候鸟归来", *BIRDS, "□王大山", *BREAD))
    assert blocks(birds, "paragraph") == BIRDS
    assert (bread.title, bread.author) == ("", "王大山")


def test_section_headings_do_not_split() -> None:
    (only,) = articles(page("候鸟归来", BIRDS[0], "湿地变大", BIRDS[1], "游客变少", BIRDS[2]))
    assert blocks(only, "heading") == ["湿地变大", "游客变少"]
    assert only.title == "候鸟归来"


def test_captions_go_where_their_subject_is() -> None:
    picture = "图为湿地里停留的水鸟。赵一山摄"
    stray = "图为高原上的铁路大桥。钱二河摄"
    text = page("# 候鸟归来", *BIRDS, "# 老街的面包香", *BREAD, "本版编辑 周三原", picture, stray)
    birds, bread, alone = articles(text)
    assert blocks(birds, "caption") == [picture]
    assert blocks(bread, "caption") == []
    assert alone.text == stray


def test_news_records_keep_together_and_lose_their_prefix() -> None:
    text = (
        "2023-08-16 17:53:26，正文：新华社北京8月16日电（记者赵一山 钱二河）" + BIRDS[0]
        + " " + BIRDS[1] + "返回搜狐，查看更多责任编辑："
    )  # fmt: skip
    (only,) = articles(text, "jsonl")
    assert only.published == "2023-08-16"
    assert only.author == "赵一山、钱二河"
    assert only.text.startswith("新华社北京8月16日电")
    assert blocks(only, "byline") == ["返回搜狐，查看更多责任编辑："]
    assert len(blocks(only, "paragraph")) == 2


def test_what_a_record_says_about_itself_comes_first() -> None:
    (only,) = articles(BIRDS[0], "jsonl", title="候鸟", published="2024-01-02", url="http://a.b")
    assert (only.title, only.published, only.url) == ("候鸟", "2024-01-02", "http://a.b")


def test_a_record_is_never_split() -> None:
    (only,) = articles(page("# 甲", *BIRDS, "# 乙", "□王大山", *BREAD), "jsonl")
    assert BREAD[2] in only.text


def test_html_shows_what_a_browser_shows() -> None:
    html = f"""<!doctype html><html><head><title>网站名</title><style>p {{}}</style></head><body>
    <nav>首页 | 登录</nav><h1>候鸟&amp;湿地</h1><script>document.write("<p>坏</p>")</script>
    <p>{BIRDS[0]}</p><p>面积&nbsp;&gt;&#32;2&#x6210;，<b>翻了
    一番</b>。</p><!-- <p>旧</p> --><h2>守护</h2><div>{BIRDS[2]}</div></body></html>"""
    (only,) = articles(html, "html")
    assert only.title == "候鸟&湿地"
    assert only.text.split("\n") == [
        "候鸟&湿地",
        BIRDS[0],
        "面积> 2成，翻了一番。",
        "守护",
        BIRDS[2],
    ]
    assert blocks(only, "heading") == ["守护"]
    at = only.text.index("今年春天")
    (span,) = only.source_spans(at, at + 4)
    assert html[span.start : span.end] == "今年春天"
    entity = only.offsets[only.text.index("&")]
    assert html[entity : entity + 5] == "&amp;"


def test_a_page_without_headline_is_called_by_its_title() -> None:
    (only,) = articles(f"<title>候鸟 归来</title><p>{BIRDS[0]}</p>", "html")
    assert only.title == "候鸟 归来"


def test_markdown_reads_without_its_marks() -> None:
    text = f"# 候鸟\n\n**今年** 的 [湿地](http://a.b/c) 有 `5G` 基站。\n\n- {BIRDS[0]}\n\n## 守护 ##\n\n> {BIRDS[2]}\n"
    (only,) = articles(text, "md")
    assert only.text.split("\n") == ["候鸟", "今年的湿地有5G基站。", BIRDS[0], "守护", BIRDS[2]]


@pytest.mark.parametrize("format", ["txt", "md", "html", "jsonl"])
def test_nothing_to_read_gives_no_article(format: str) -> None:
    assert articles(" \n\u200b\n ", format) == []


def test_ids_tell_sources_and_contents_apart() -> None:
    (one,) = split(Source("a", BIRDS[0], ""))
    (same,) = split(Source("a", BIRDS[0], ""))
    (elsewhere,) = split(Source("b", BIRDS[0], ""))
    (other,) = split(Source("a", BIRDS[1], ""))
    assert one.id == same.id
    assert len({one.id, elsewhere.id, other.id}) == 3


# -- any text

MARKUP = st.text(alphabet="<>/pbh1!-&;amp#*_`[]() \n\"'天地。", max_size=200)
FORMATS = st.sampled_from(["txt", "md", "html", "jsonl"])


@given(st.one_of(st.text(alphabet=st.characters(), max_size=300), MARKUP), FORMATS)
@settings(deadline=None)
def test_any_text_gives_sound_articles(text: str, format: str) -> None:
    articles(text, format)


PIECES = [
    *BIRDS,
    *BREAD,
    "# 候鸟",
    "□王大山",
    "(作者单位：林业站)",
    "图为湿地。赵一山摄",
    "本版编辑 周三原",
    "面包",
]


@given(st.integers(0, 10_000), FORMATS)
@settings(deadline=None)
def test_any_page_keeps_every_character_of_its_text(number: int, format: str) -> None:
    chance = random.Random(number)
    lines: list[str] = []
    for _ in range(chance.randrange(1, 14)):
        line = chance.choice(PIECES)
        at = (
            chance.randrange(1, len(line))
            if len(line) > 30 and chance.random() < 0.5
            else len(line)
        )
        lines += [part for part in (line[:at], line[at:]) if part]
    if chance.random() < 0.3:
        chance.shuffle(lines)
    found = articles(page(*lines), format)
    shown = sorted("".join(a.text for a in found).replace("\n", ""))
    given_ = sorted("".join(lines).replace(" ", ""))
    # Headings lose their mark, and a word that was read twice its second copy.
    assert len([c for c in given_ if c != "#"]) - len([c for c in shown if c != "#"]) <= 8
