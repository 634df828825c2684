"""What a question names must be spoken of where its answer stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index import Article, Block, Library, load_embedder
from server.answer import Answerer
from server.evidence.elsewhere import Elsewhere
from server.evidence.find import Search
from server.evidence.sentences import Sentence, candidates
from server.question.understanding import normalise, understand
from server.records import Answer, Question
from tests.evidence.made import FakeReader, read_by, sentence

FACTORIES = (
    "# 集群发展调查\n\n记者近日走访了几家企业，看到一派繁忙景象，车间里机器轰鸣，工人们正忙着装配、检测和打包，准备发往"
    "全国各地，园区道路上货车来来往往，仓库里堆满了新到的零件，食堂里坐满了刚下夜班的人，墙上贴着本月的生产进度。\n\n"
    "在江北区的康佳光电科技公司，每50秒就能下线一块屏幕。\n\n"
    "华为数字工厂今年也投产了。厂房很大。\n\n生产线上，每90秒就能下线一台手机。\n\n"
    "大疆产业园去年开园。园里的试飞场很大。\n"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("elsewhere")
    path: Path = folder / "factories.md"
    path.write_text(FACTORIES, encoding="utf-8")
    with Library(folder / "library", embedder=load_embedder("builtin")) as opened:
        opened.update([path])
        yield opened


def found(library: Library, text: str) -> Sentence:
    """The sentence that holds a text."""
    hits = Search(library).hits("每多少秒下线")
    return next(s for s in candidates(hits, library.snapshot()) if text in s.text)


@pytest.mark.parametrize(
    ("question", "answer", "degree"),
    [
        ("康佳光电科技公司每多少秒下线一块屏幕？", "50秒", 0),
        ("华为每多少秒下线一台手机？", "90秒", 0),  # named in the paragraph before
        ("大疆每多少秒下线一台？", "90秒", 1),
        ("大疆每多少秒下线一台？", "50秒", 2),  # and its paragraph is about another firm
        ("松下每多少秒下线一台？", "50秒", 0),  # nobody speaks of it: it may be no name
    ],
)
def test_how_far_from_what_is_named_a_sentence_stands(
    question: str, answer: str, degree: int, library: Library
) -> None:
    (part,) = understand(normalise(question)).parts
    one = found(library, answer)
    articles: list[Article] = [one.article]
    assert Elsewhere(part, articles).of(one) == degree


@pytest.mark.parametrize(
    ("question", "text", "degree"),
    [
        ("10号楼哪天停水？", "5号楼至9号楼：13日停水。", 2),
        ("7号楼哪天停水？", "5号楼至9号楼：13日停水。", 0),
        ("5号楼哪天停水？", "5号楼、6号楼：13日停水。", 0),
        ("23价肺炎疫苗多少钱？", "13价肺炎疫苗，每剂468元。", 2),
        ("23价肺炎疫苗多少钱？", "轮状病毒疫苗（五价），每剂298元。", 2),
        ("乙号冷库月租多少？", "甲号库每月31000元。", 2),
        ("甲号冷库月租多少？", "甲号库每月31000元。", 0),
        ("Q7能带几个喷头？", "Q5最多带4个喷头。", 2),
        ("Q7能带几个喷头？", "Q7最多带6个喷头，Q5最多带4个。", 0),
        ("Q7能带几个喷头？", "最多带4个喷头。", 0),
        ("三年级去哪里？", "四年级：10月去公园。", 2),
        ("第三年租金多少？", "第一年租金2300元，第2年2450元。", 2),
        ("第二年租金多少？", "第一年租金2300元，第2年2450元。", 0),
        ("第三次演练由谁带队？", "第二次演练由周队长带队。", 2),
        ("D线几点发车？", "加班车只有A线和C线，20:40发车。", 2),
        ("C线几点发车？", "加班车只有A线和C线，20:40发车。", 0),
        ("D线几点发车？", "62路20:40发车。", 0),
        ("5.3版什么时候发布？", "5.2 版8月12日发布。", 2),
        ("5.2版什么时候发布？", "5.2 版8月12日发布。", 0),
        ("销售部11月能连续休几天假？", "生产部11月不得连续休假超过3天。", 2),
        ("生产部11月能连续休几天假？", "生产部11月不得连续休假超过3天。", 0),
        ("大班几点放学？", "小班15:50放学。", 2),
        ("大班每班几个人？", "大班：每班12人。", 0),
        ("夜班几点上班？", "值班室旁边，22:00上班。", 0),
        ("前年卖了多少套？", "公司去年卖出1.9万套。", 2),
        ("上年卖了多少套？", "公司去年卖出1.9万套。", 0),
        ("今年卖了多少套？", "卖出1.9万套，比去年多。", 0),  # only compared with
    ],
)
def test_what_has_another_number_is_another_thing(question: str, text: str, degree: int) -> None:
    (part,) = understand(normalise(question)).parts
    one = sentence(text)
    assert Elsewhere(part, [one.article]).of(one) == degree


@pytest.mark.parametrize(
    ("year", "title", "degree"),
    [
        ("2023", "2024年下半年公开", 2),
        ("2024", "2024年下半年公开", 0),
        ("2022", "2021年至2024年公开", 0),
        ("2023", "下半年公开", 0),  # of which year nobody says
    ],
)
def test_what_is_of_another_year_is_not_of_the_one_asked_for(
    year: str, title: str, degree: int
) -> None:
    (part,) = understand(normalise(f"{year}年下半年租金收入多少？")).parts
    one = sentence("租金：下半年14.3万元。", f"{title}\n")
    assert Elsewhere(part, [one.article]).of(one) == degree


@pytest.mark.parametrize(
    ("question", "answer", "degree"),
    [
        ("3路票价多少？", "票价：3元", 0),
        ("26路票价多少？", "票价：3元", 2),
        ("1线票价多少？", "票价：2元", 2),
        ("1线票价多少？", "票价：12元", 0),
        ("26路票价多少？", "票价：2元", 0),
    ],
)
def test_what_was_named_last_is_what_a_line_is_of(question: str, answer: str, degree: int) -> None:
    (part,) = understand(normalise(question)).parts
    one = sentence("26路、27路\n票价：2元\n夜3路\n票价：3元\n旅游1线\n票价：12元")
    at = one.article.text.index(answer)
    line = replace(one, start=at, end=at + len(answer))
    assert Elsewhere(part, [one.article]).of(line) == degree


@pytest.mark.parametrize(("grade", "degree"), [("五", 2), ("四", 0)])
def test_what_nothing_before_it_says_the_title_says_of_a_line(grade: str, degree: int) -> None:
    (part,) = understand(normalise(f"{grade}年级研学交多少钱？")).parts
    one = sentence("费用改为105元。", "各位家长：" + "请按时到校。" * 40)
    block = Block("title", 0, 9)
    text = "四年级研学的通知\n" + one.article.text
    article = replace(one.article, text=text, blocks=(block,), title=text[:8])
    line = replace(one, article=article, start=one.start + 9, end=one.end + 9)
    assert Elsewhere(part, [article]).of(line) == degree


def test_another_firms_figure_is_no_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_by(monkeypatch, FakeReader("50秒"))

    def ask(question: str) -> Answer:
        return Answerer(library).ask(Question(question))

    assert "50秒" in ask("康佳光电科技公司每多少秒下线一块屏幕？").answer
    assert ask("大疆每多少秒下线一块屏幕？").refused


@pytest.mark.parametrize(("answer", "degree"), [("90秒", 1), ("50秒", 2)])
def test_a_name_in_latin_letters_counts_as_well(answer: str, degree: int, library: Library) -> None:
    (part,) = understand(normalise("How often does a phone roll off at Dajiang?")).parts
    one = found(library, answer)
    assert Elsewhere(part, [one.article]).of(one) == degree


@pytest.mark.parametrize(
    ("question", "degree"),
    [
        ("Who is the chairman of Seres?", 0),  # no word of it is a name that a Chinese text says
        ("Who is the chairman in Jiangbei's factory?", 0),
        ("Who is the chairman in Nanshan's factory?", 2),
    ],
)
def test_the_words_of_an_english_question_are_no_names(question: str, degree: int) -> None:
    """Although another article says some of them, in Latin letters."""
    (part,) = understand(normalise(question)).parts
    one = sentence("江北区的东江公司董事长何远说，产量已升。")
    other = sentence("南山区的工厂写着chairman in Seres。", id="b")
    assert Elsewhere(part, [one.article, other.article]).of(one) == degree


@pytest.mark.parametrize(
    ("question", "degree"),
    [
        ("桂花里的暖气费由谁交？", 2),  # another contract is of that
        ("柳荫街的暖气费由谁交？", 0),
        ("暖气费由谁交？", 0),
    ],
)
def test_what_never_names_the_thing_of_another_title_is_not_of_it(
    question: str, degree: int
) -> None:
    (part,) = understand(normalise(question)).parts
    one = sentence("暖气费由双方各负担一半。")
    own = replace(one.article, title="柳荫街租赁合同", text=one.article.text)
    other = replace(one.article, id="b/0", title="桂花里租赁合同")
    assert Elsewhere(part, [own, other]).of(replace(one, article=own)) == degree


def test_a_class_that_is_called_by_a_shorter_name_is_the_same() -> None:
    (part,) = understand("柳荫暑托班在哪儿上课？").parts
    one = sentence("暑期托管班设在北校区。")
    article = replace(one.article, title="2024年柳荫社区暑期托管班的通知")
    assert Elsewhere(part, [article]).of(replace(one, article=article)) == 0


@pytest.mark.parametrize(("title", "degree"), [("秋季", 0), ("春季", 2)])
def test_a_class_is_told_apart_by_the_title_that_says_which_it_is(title: str, degree: int) -> None:
    (part,) = understand("秋季班在哪儿上课？").parts
    one = sentence("上课地点：南校区208教室。")
    article = replace(one.article, title=f"护理员培训班教学计划（{title}）")
    assert Elsewhere(part, [article]).of(replace(one, article=article)) == degree


@pytest.mark.parametrize(
    ("question", "text", "degree"),
    [
        ("河东泳馆的深水区有多深？", "深水区水深2.1米。", 2),
        ("河西泳馆的深水区有多深？", "深水区水深2.1米。", 0),
        ("河东泳馆的深水证哪里能用？", "河东泳馆发放的深水证在本馆同样承认。", 0),
    ],
)
def test_what_has_a_siblings_name_for_its_title_is_of_that(
    question: str, text: str, degree: int
) -> None:
    (part,) = understand(normalise(question)).parts
    one = sentence(text, before="河东泳馆的年卡在本馆也能用。\n")
    block = Block("paragraph", one.start, one.end)
    west = replace(one.article, title="关于河西泳馆恢复开放的通知", blocks=(block,))
    east = replace(one.article, id="b/0", title="河东泳馆入场规则")
    line = replace(one, article=west, block=block)
    assert Elsewhere(part, [west, east]).of(line) == degree
