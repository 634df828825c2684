"""`youju index`: add files and folders to the library."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.flags import command, embedder_flag
from server.cli.opened import open_library
from server.cli.output import DONE, FAILED
from server.cli.progress import progress_bar

if TYPE_CHECKING:
    from collections.abc import Collection

    from index import EmbedderUse, Report
    from server.cli.flags import Commands


def add(commands: Commands) -> None:
    sub = command(
        commands, "index", run, "Add files and folders to the library; only changes cost time."
    )
    sub.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="a file or a folder: text, Markdown, HTML, PDF, Office, OpenDocument, EPUB, RTF, mail,"
        " CSV, JSON Lines, ZIP; default: where the library's articles came from, the seeds for an"
        " empty library",
    )
    sub.add_argument(
        "--rebuild", action="store_true", help="read, split, embed and index all again"
    )
    sub.add_argument(
        "--yes", action="store_true", help="also when much of the library would be removed"
    )
    sub.add_argument(
        "--dask",
        default="",
        metavar="SCHEDULER",
        help="have the workers of a Dask cluster split and embed: tcp://HOST:8786 (needs youju[dask])",
    )
    embedder_flag(sub)


def run(arguments: argparse.Namespace) -> int:
    library, settings = open_library(arguments, seed=False)
    paths, gone = arguments.paths, []
    if not paths and not library.count():
        paths = [settings.seeds]
    elif not paths and not arguments.rebuild:
        # Rebuilding goes by the texts that the library holds.
        roots = library.roots()
        paths, gone = [p for p in roots if p.exists()], [p for p in roots if not p.exists()]
    from index import dask_cluster

    with dask_cluster(arguments.dask) if arguments.dask else nullcontext() as cluster:
        report = library.update(
            paths,
            rebuild=arguments.rebuild,
            sure=arguments.yes,
            progress=progress_bar(),
            cluster=cluster,
        )
    for path in gone:
        print(f"skipped {path}: it is not there; what came from it stays", file=sys.stderr)
    code = _print_report(report, {path.name for path in arguments.paths if not path.is_dir()})
    if report.passages:
        print(_embedded_by(library.embedder_use()))
    return code or (FAILED if gone else DONE)


def _embedded_by(use: EmbedderUse) -> str:
    """Which embedder serves a library, and why."""
    why = {
        "named": "as was asked for",
        "small": f"the built-in encoder, for up to {use.limit:,} passages; it knows many languages",
        "large": f"the built-in table, for more than {use.limit:,} passages; it knows Chinese only",
        "kept": "until `youju index` has the encoder embed all of it",
    }
    return f"embedder: {use.name} ({why[use.reason]})"


#: Kinds of files that lie in people's folders, and are no failure there: pictures where no OCR is
#: installed, and the formats of before 2007.
_BYSTANDERS = frozenset({"ocr", "old"})


def _print_report(report: Report, named: Collection[str]) -> int:
    for skipped in report.skipped:
        told = f"{'kept' if skipped.kept else 'skipped'} {skipped.path}: {skipped.reason}"
        print(f"{told}. {skipped.hint}" if skipped.hint else told, file=sys.stderr)
    count = sum(not skipped.kept for skipped in report.skipped)
    counts = ("added", "changed", "removed", "unchanged")
    line = ", ".join(f"{name} {getattr(report, name)}" for name in counts)
    print(f"{line}, skipped {count}; {report.passages} passages")
    failed = any(
        not skipped.kept and (skipped.kind not in _BYSTANDERS or Path(skipped.path).name in named)
        for skipped in report.skipped
    )
    return FAILED if failed else DONE
