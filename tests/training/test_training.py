"""The training scripts, from the corpus to models that load, on a corpus of a few hundred paragraphs."""

from __future__ import annotations

import json
import lzma
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.embedding.static import StaticEmbedder

ROOT = Path(__file__).parents[2]
QUESTION = "全市有多少家企业？"


def run(module: str, *arguments: object, cores: int = 2) -> str:
    command = [sys.executable, "-m", f"training.{module}", *map(str, arguments)]
    known = os.environ | {"OMP_NUM_THREADS": str(cores)}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, env=known)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of what the scripts prepare, from the seeds' paragraphs as news."""
    made = tmp_path_factory.mktemp("training")
    paragraphs = [
        re.sub(r"\s+", " ", line.strip())
        for file in sorted((ROOT / "seeds").glob("*.txt"))
        for line in file.read_text("utf-8").splitlines()
        if len(line) > 40
    ]
    with lzma.open(made / "news.jsonl.xz", "wt", encoding="utf-8") as news:
        for i, text in enumerate(paragraphs):
            news.write(json.dumps({"id": f"n{i:06}", "text": text}, ensure_ascii=False) + "\n")
    for name in ("drcd_dev", "drcd_test", "cmrc_trial"):
        (made / f"{name}.json").write_text(json.dumps(asked_of(paragraphs)), "utf-8")
    (made / "hand").mkdir()
    (made / "hand" / "news_a.jsonl").write_text(by_hand(paragraphs), "utf-8")
    run("prepare", "--data", made, "--work", made / "work")
    run("words", "--work", made / "work", "--size", 3000)
    sizes = ("--aligned", 60, "--own", 200, "--searched", 20)
    run("questions", "--data", made, "--work", made / "work", "--hand", made / "hand", *sizes)
    return made / "work"


def amounts(paragraphs: list[str]) -> list[tuple[str, re.Match[str]]]:
    found = [(text, re.search(r"\d+(?:\.\d+)?(?:亿元|家|个|%)", text)) for text in paragraphs]
    return [(text, amount) for text, amount in found if amount]


def asked_of(paragraphs: list[str]) -> dict[str, object]:
    """Questions in the form of SQuAD: the words before an amount, and 多少."""
    articles = [
        {
            "id": str(i),
            "paragraphs": [
                {
                    "context": text,
                    "qas": [
                        {
                            "question": text[max(0, m.start() - 20) : m.start()] + "多少？",
                            "answers": [{"text": m.group(), "answer_start": m.start()}],
                        }
                    ],
                }
            ],
        }
        for i, (text, m) in enumerate(amounts(paragraphs))
    ]
    return {"data": articles}


def by_hand(paragraphs: list[str]) -> str:
    rows = []
    for text, m in amounts(paragraphs)[:40]:
        quote = text[max(0, m.start() - 20) : m.end()]
        file = f"news.jsonl#n{paragraphs.index(text):06}"
        rows.append(
            {
                "id": f"t{len(rows)}",
                "type": "fact",
                "question": quote.removesuffix(m.group()) + "多少？",
                "answers": [[m.group()]],
                "evidence": [[{"file": file, "quote": quote}]],
            }
        )
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def test_the_embedder_is_the_same_when_it_is_trained_again(work: Path, tmp_path: Path) -> None:
    for cores, name in enumerate(("one", "two"), start=1):
        trained = ("--out", tmp_path / name, "--steps", 3, "--batch", 64)
        run("embedder", "--work", work, *trained, cores=cores)
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("one", "two")]
    assert weights[0] == weights[1]
    vectors = StaticEmbedder(tmp_path / "one").embed([QUESTION, "企业"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
