"""An evaluation report as one page that needs nothing else: ``youju eval --html``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from server.evaluation import curves
from server.evaluation import saved as evaluations
from server.evaluation.comparison import Comparison
from server.question.understanding import rewritten
from server.web.i18n import HTML_LANG, translate

HERE = Path(__file__).parent


def page(report: Mapping[str, Any], compared: Comparison | None = None, lang: str = "zh") -> str:
    """The HTML of a report as ``youju eval --json`` writes it; everything in it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["rewritten"] = lambda q: rewritten(q["question"], q["query"])
    questions = report["questions"]
    return environment.get_template("report.html").render(
        t=lambda key, **values: translate(lang, key, **values),
        html_lang=HTML_LANG[lang],
        report=report,
        rows=evaluations.rows(report),
        metrics=evaluations.METRICS,
        shown=evaluations.shown,
        **curves.of(report),
        groups=grouped(questions),
        compared=compared,
    )


def grouped(questions: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The questions by type, those with the most faults first."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for question in sorted(questions, key=lambda q: -len(q.get("wrong", ()))):
        groups.setdefault(question["type"], []).append(question)
    return dict(sorted(groups.items()))
