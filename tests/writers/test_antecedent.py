"""Who 「该区」 and 「当地」 are, where an excerpt is cut from what says it."""

from __future__ import annotations

import pytest

from server.writers.antecedent import subject
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
        ("云溪区东边是石门区。", "该区有12座桥。", "云溪区"),  # 东边是石门区 leads no clause
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
