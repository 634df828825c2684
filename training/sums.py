"""List the sha256 of the built-in models' files, which `youju doctor` compares: `python -m training.sums`."""

from __future__ import annotations

from pathlib import Path

from index.shipped import SUMS, digest

ROOT = Path(__file__).parents[1]
PACKAGES = ("index", "server")


def lines(package: Path) -> str:
    """A line for each file in a folder ``models``; cards are for people and may be mended."""
    files = (p for p in sorted(package.rglob("models/**/*")) if p.is_file() and p.suffix != ".md")
    return "".join(f"{digest(p)}  {p.relative_to(package).as_posix()}\n" for p in files)


def main() -> None:
    for name in PACKAGES:
        (ROOT / name / SUMS).write_text(lines(ROOT / name), encoding="utf-8")


if __name__ == "__main__":
    main()
