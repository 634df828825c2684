"""Who 「该区」 and 「当地」 are, where an excerpt is cut from what says it."""

from __future__ import annotations

import pytest

from server.evidence.antecedent import subject, whose
from tests.evidence.made import sentence


def named(before: str, text: str) -> str:
    """The name that is put in for a sentence behind others; empty when there is none."""
    cut = sentence(text, before)
    found = subject(cut.article, cut.start, cut.end)
    return found.name if found else ""


@pytest.mark.parametrize(
    ("before", "text", "name"),
    [
        ("云溪区位于江北。", "今年，该区新建12所学校。", "云溪区"),
        ("日前，云溪水泵制造公司投产。", "该公司有300名员工。", "云溪水泵制造公司"),
        ("在云溪县，茶园连成了片。", "当地有30座茶厂。", "云溪县"),
        ("云溪镇修了路。", "全镇有12座桥。", "云溪镇"),
        ("云溪区修了路。各区都有桥。", "该区有12座桥。", "云溪区"),
        ("云溪区修了路。城区热闹。", "该区有12座桥。", "云溪区"),
        ("云溪水泵制造公司投产。这个水泵制造公司很大。", "该公司有300人。", "云溪水泵制造公司"),
        ("云溪水泵制造公司投产。重点水泵制造公司很少。", "该公司有300人。", "云溪水泵制造公司"),
        ("云溪水泵制造公司投产。有30家水泵制造公司来过。", "该公司有300人。", "云溪水泵制造公司"),
    ],
)
def test_a_word_that_points_is_named(before: str, text: str, name: str) -> None:
    assert named(before, text) == name


@pytest.mark.parametrize(
    ("before", "text", "name"),
    [
        ("村医王建国今年58岁。", "他每天走访20户人家。", "王建国"),
        ("教师李秀英说，山路很长。", "三十年来，她教过600名学生。", "李秀英"),
        ("洪水来得突然。", "他眼看着桥断了。", ""),  # a word that begins like a surname
        ("村医王建国今年58岁。山路很长。", "他每天走访20户人家。", "王建国"),
        ("王建国是村医，李秀英是教师。", "他每天走访20户人家。", ""),  # either may be meant
        ("村医王建国今年58岁。", "其他人每天走访20户。", ""),
        ("村医王建国今年58岁。", "他们每天走访20户。", ""),
        ("村医王建国今年58岁。", "他说，王建国是师父。", ""),
        ("山路很长。", "他每天走访20户人家。", ""),
        ("村医王建国今年58岁。" + "山路很长。" * 120, "他每天走访20户人家。", ""),  # too far away
    ],
)
def test_a_pronoun_gets_the_one_person_named_before_it(before: str, text: str, name: str) -> None:
    assert named(before, text) == name


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("云溪区位于江北。", "云溪区今年有12所学校，该区重视教育。"),  # says the name itself
        ("云溪区位于江北。" + "路很长。" * 120, "该区新建12所学校。"),  # too far away
        ("云溪区位于江北。", "当地时间八点开工。"),
        ("云溪县修了路。", "全县重点工程有12个。"),
        ("某公司来过。", "该公司有300人。"),  # too short a name
        ("书记走了。", "该区有12座桥。"),
    ],
)
def test_where_no_name_is_certain_none_is_put_in(before: str, text: str) -> None:
    assert named(before, text) == ""


@pytest.mark.parametrize(
    ("before", "text", "name"),
    [
        ("青川县北山镇今年栽种油茶两千亩。", "该镇计划再建一座加工厂。", "青川县北山镇"),
        ("近年来，云溪县依托竹资源发展产业。", "全县竹林达到四十万亩。", "云溪县"),
        ("在安远市下辖的白塔镇，家家户户做豆腐。", "该镇年产三千吨。", "白塔镇"),
        ("蓝鲸海洋科技有限公司发布新款潜航器。", "该公司研发人员占六成。", "蓝鲸海洋科技有限公司"),
        ("《滨海市养犬管理办法》将于五月实施。", "该办法共六章。", "滨海市养犬管理办法"),
        ("河阳县经济开发区引进企业三十家。", "该开发区产值增长两成。", "河阳县经济开发区"),
    ],
)
def test_a_name_is_put_in_whole(before: str, text: str, name: str) -> None:
    made = sentence(text, before)
    found = subject(made.article, made.start, made.end)
    assert found is not None
    assert found.name == name
    assert made.article.text[found.start : found.end] == name


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("我市文旅市场持续升温。", "该市还推出了夜游线路。"),  # 文旅市 of 文旅市场
        ("会议听取了区住建局的汇报。", "该区今年改造小区二十个。"),
        ("各单位听取了关于老旧小区改造的汇报。", "该区今年改造二十个。"),
        ("人们在夜间的超市门口排队。", "该市有超市百家。"),
        ("我区文化馆完工。", "该区新增展厅四个。"),
        ("西平县和东平县签订协议。", "该县将承担一半费用。"),  # which of the two
        ("督导组到平安县、永安县检查。", "该县物资充足。"),
        ("各县区要高度重视。", "该区已经开始排查。"),
    ],
)
def test_what_is_no_whole_name_or_may_be_another_is_left_out(before: str, text: str) -> None:
    made = sentence(text, before)
    assert subject(made.article, made.start, made.end) is None


@pytest.mark.parametrize(
    ("before", "text", "name"),
    [
        ("石门县聚焦茶业，", "年产值达18亿元。", "石门县"),
        ("石门县聚焦茶业，", "云雾县产值18亿元。", ""),
        ("石门县聚焦茶业，", "茶业越做越大。", ""),
        ("茶业兴旺，", "年产值达18亿元。", ""),
    ],
)
def test_whose_figures_are_is_told_where_that_was_cut_off(
    before: str, text: str, name: str
) -> None:
    whole = sentence(before + text)
    found = whose(whole.article, 0, len(before), whole.end)
    assert (found.name if found else "") == name


def test_a_clause_is_no_name() -> None:
    assert named("重庆实施茶叶产业集群行动。", "该产业集群有300家茶厂。") == ""


def test_a_company_that_is_only_called_so_is_named() -> None:
    assert named("云溪水泵制造公司投产。", "公司已有300名员工。") == "云溪水泵制造公司"
