"""The name behind 「该区」: a whole one, or none."""

from __future__ import annotations

import pytest

from server.writers.antecedent import subject
from tests.evidence.made import sentence


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
