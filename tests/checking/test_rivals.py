"""Names and their rivals: of whom do the articles say what a claim says?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from index import Source
from index.pages.articles import split
from server.checking.ground import grounds
from server.checking.naming import Name, coined, names, wholes
from server.checking.rivals import are_rivals, likelier, names_of, placed, short_for, told_of
from server.checking.verdicts import find
from server.verify.witnesses import Witness, witnesses_of


def told(text: str) -> list[Witness]:
    return [w for article in split(Source("told", text, "", "txt")) for w in witnesses_of(article)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "选手嘉恩布雷特来了，布斯克茨也来了。",
            ["嘉恩布雷特", "布斯克茨"],
        ),  # cut up by the tagger
        ("迈阿密国际对阵奥兰多城。", ["迈阿密国际", "奥兰多城"]),  # with the words behind
        ("西安市公安局临潼分局通报。", ["西安市公安局临潼分局"]),
        ("李安民先后发言。", ["李安民"]),
        ("影片改编自小说。", []),  # common words that the tagger takes for a name
    ],
)
def test_a_name_is_found_whole(text: str, found: list[str]) -> None:
    assert [n.text for n in wholes(text)] == found


def test_words_that_stand_together_here_alone_are_a_name() -> None:
    text = "陇神戎发召开股东大会。会后，陇神戎发发布公告。"
    assert [n.text for n in coined(text, text)] == ["陇神戎发"]
    common = "公司召开股东大会。会后，公司召开董事会。"
    assert coined(common, common) == ()


def test_the_article_s_names_are_found_before_what_the_tagger_takes_for_one() -> None:
    known = [Name("罗文江", "person")]
    assert [p.name.text for p in placed("罗文江出生于1968年。", known)] == ["罗文江"]
    assert [p.name.text for p in placed("罗文江出生于1968年。", [])] != ["罗文江"]


def test_a_name_is_no_rival_of_its_own_short_form_nor_of_another_sort() -> None:
    assert short_for("鞍山台", "鞍山广播电视台")
    assert not are_rivals(Name("鞍山台", "other"), Name("鞍山广播电视台", "other"))
    assert not are_rivals(Name("鞍山市", "place"), Name("王建国", "person"))
    assert are_rivals(Name("鞍山市", "place"), Name("海城市", "place"))


HOSPITALS = "滨河市第一人民医院建于1919年，是三级甲等综合医院。滨河市第四人民医院院长王建国近日到访，双方签了协议。"


def test_a_claim_that_the_articles_make_of_another_names_that_one() -> None:
    [ground] = grounds("始建于1919年的滨河市第四人民医院是三级甲等医院。", told(HOSPITALS))
    assert "滨河市第一人民医院" in [n.text for n in names_of(ground)]
    found = list(likelier("始建于1919年的滨河市第四人民医院是三级甲等医院。", ground))
    assert found == [("滨河市第四人民医院", "滨河市第一人民医院")]
    assert not list(likelier("始建于1919年的滨河市第一人民医院是三级甲等医院。", ground))


@pytest.mark.parametrize(
    ("claim", "article"),
    [
        # the tagger cuts a claim across the article's words
        ("考察团看了江津大集和富民公司。", "考察团参观了江津大集、富民公司。"),
        # another word for the same, which the head finds in the article's
        ("王建国在云南一家电子厂上班，月薪16000元。", "王建国说他在云南一家电子厂上班，一个月工资16000元，收入高。"),
        # a day without its month is of the month before it
        ("王建国6月13日到了泰国。", "经查询，王建国已于2023年6月9日到达澳门，13日到泰国，之后出现在越南。"),
        # one of these counts nothing
        ("滨河市一处工地发现的旧炸弹已被拆除。", "在滨河市某工地发现的旧炸弹已被拆除。"),
        ("公益基金是江津区同滨河慈善会一起发起的。", "公益基金由江津区和滨河慈善会共同发起。"),
        # marks stand between the letters of a word
        ("全省43个县市区提前转移了43500余人。", "受雨影响，全省43个县(市、区)共提前转移43500余人。"),
        # short, and in other words: less than half of its pairs stand there
        ("韩国队以4分排在榜首。", "目前韩国队积4分位列榜首，中国队与朝鲜同积3分，暂列第二。"),
    ],
)  # fmt: skip
def test_what_is_said_in_other_words_is_borne_out(claim: str, article: str) -> None:
    assert find(claim, told(article)).verdict == "full"


def test_another_day_of_that_month_is_contradicted() -> None:
    article = "经查询，王建国已于2023年6月9日到达澳门，13日到泰国，之后出现在越南。"
    assert find("王建国5月13日到了泰国。", told(article)).verdict != "full"


@pytest.mark.parametrize("called", [names, wholes])
def test_the_country_is_no_name_that_could_be_another(
    called: Callable[[str], tuple[Name, ...]],
) -> None:
    assert called("中国新修了三条水渠。") == ()
    assert called("意大利新修了三条水渠。") == (Name("意大利", "place"),)


def test_a_time_of_another_sort_contradicts_nothing() -> None:
    article = "活动时间：每周二、周四19:30，地点在滨河居委会，关心夏季高温下的户外工作者。"
    assert find("滨河居委会每周二、周四晚上有活动。", told(article)).contrary == ()
    assert find("滨河居委会关心冬季的户外工作者。", told(article)).verdict == "contradicted"


@pytest.mark.parametrize(
    ("claim", "article", "name"),
    [
        # an article has the halves of the name alone
        (
            "来自青海化隆县科巴村的藏族孩子，由五星志愿者支教了七八年。",
            "深红志愿者在深圳市志愿者联合会的指导下，为青海化隆县一个叫科巴村的深山村庄的藏族孩子支教，五星志愿者在这里一待就是七八年。",
            "化隆县科巴村",
        ),
        # a county is no rival of the province that it lies in
        ("凤阳县有人去上课。", "安徽省凤阳县图书馆的人走进公益课堂。", "凤阳县"),
    ],
)  # fmt: skip
def test_names_without_rivals(claim: str, article: str, name: str) -> None:
    [ground] = grounds(claim, told(article))
    assert name not in [one.name for one in told_of(claim, ground)]


def test_where_another_name_may_stand_other_words_must_be_borne_for_sure() -> None:
    article = (
        "此前，马里军队12日表示，该地区11日发生冲突，导致6名马里士兵死亡。尼日尔军队也在邻近地区。"
    )
    said = "此前，{0}军队12日表示，该地区11日发生冲突，导致6名{0}士兵死亡。"
    assert find(said.format("马里"), told(article)).verdict == "full"
    assert find(said.format("尼日尔"), told(article)).verdict != "full"


def test_a_name_that_the_reader_alone_doubts_is_borne_out() -> None:
    article = (
        "第24分钟，国足后场拦截反击，王建国远射没打上力量；"
        "第27分钟，孙可右路起球，杨旭禁区内头球攻门太正，被守门员轻松化解。"
    )
    assert find("杨旭在第27分钟头球攻门，球被守门员化解。", told(article)).verdict == "full"
