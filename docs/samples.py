"""Sources beside the articles of seeds/, for the pictures and the walk: a PDF and a table, with a question to each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from formats.laid import FONT, pdf

FACT = "第二期工程于2022年6月开工，新建码头3座，总投资4200万元，由青禾港务公司负责建设。"
ON_PAPER = "第二期工程总投资多少？"
OF_TABLE = "南湾码头有多少个泊位？"
TABLE = """# 码头一览

| 码头 | 泊位 | 水深 | 主要货种 | 启用 |
|---|---|---|---|---|
| 北湾码头 | 6个 | 9米 | 散货 | 2008年 |
| 南湾码头 | 14个 | 12米 | 集装箱、汽车 | 2016年 |
| 青礁码头 | 3个 | 7米 | 水产 | 1997年 |
| 新港码头 | 9个 | 15米 | 原油、液化气 | 2021年 |
"""


def files() -> list[tuple[str, bytes]]:
    """Their names and bytes."""
    return [("码头.pdf", pdf(_drawn)), ("码头一览.md", TABLE.encode())]


def _drawn(canvas: Any) -> None:
    canvas.setFont(FONT, 22)
    canvas.drawCentredString(297, 770, "第二期工程进展顺利")
    canvas.setFont(FONT, 11)
    for n in range(0, len(FACT), 30):
        canvas.drawString(60, 720 - n * 0.6, FACT[n : n + 30])
    canvas.showPage()
