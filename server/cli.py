"""The ``youju`` command. Imports are made where they are used, so that ``--help`` is instant."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index import EmbedderUse, Library, Progress, Report
    from server.records import Answer
    from server.settings import Settings
    from server.web.access import Access

DONE, FAILED, USAGE = 0, 1, 2
BAR_CHARS = 24
NAMED = ("library", "host", "port", "embedder")  # settings that flags may name
STAGES = {"read": "reading", "embed": "embedding", "index": "indexing", "ask": "asking"}


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command and exit: 0 done, 1 failed with a one-line cause, 2 bad usage."""
    raise SystemExit(run(argv))


def run(argv: Sequence[str] | None = None) -> int:
    """The exit code of a command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.command(arguments))
    except KeyboardInterrupt:
        return _fail("stopped")
    except BrokenPipeError:
        return FAILED
    except Exception as error:
        return _fail_with(error)


def _fail_with(error: Exception) -> int:
    from index import YoujuError

    if isinstance(error, YoujuError):
        return _fail(f"{error} {error.hint}".strip())
    if isinstance(error, OSError):
        return _fail(str(error))
    if type(error).__name__ == "ValidationError":
        return _fail("a setting is wrong: " + " ".join(str(error).split()))
    raise error


def _fail(cause: str) -> int:
    print(f"youju: {' '.join(cause.split())}", file=sys.stderr)
    return FAILED


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="youju", description="Ask a folder of articles; every sentence of the answer is cited."
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, does: Callable[..., int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.add_argument("--library", type=Path, metavar="DIR", help="folder of the library")
        sub.set_defaults(command=does)
        return sub

    sub = command("index", index, "Add files and folders to the library; only changes cost time.")
    sub.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="a file or a folder: text, Markdown, HTML, PDF, Office, OpenDocument, EPUB, RTF, mail,"
        " CSV, JSON Lines, ZIP; default: where the library's articles came from, the seeds for an"
        " empty library",
    )
    sub.add_argument("--rebuild", action="store_true", help="read, split and index all again")
    sub.add_argument(
        "--yes", action="store_true", help="also when much of the library would be removed"
    )

    _embedder_flag(sub)

    sub = command("serve", serve, "Serve the page and the API; an empty library is built first.")
    sub.add_argument("--host", help="address to listen on; beyond 127.0.0.1 a token is asked for")
    sub.add_argument("--port", type=_port, help="port to listen on")
    _embedder_flag(sub)

    sub = command("ask", ask, "Answer a question, with citations.")
    sub.add_argument("question", metavar="QUESTION")
    _json_flag(sub)

    sub = command("search", search, "Show the passages that a query finds.")
    sub.add_argument("query", metavar="QUERY")
    sub.add_argument("--top-k", type=_top_k, metavar="K", help="how many, 1 to 50")
    _json_flag(sub)

    sub = command("eval", evaluate, "Ask a gold file's questions and measure the answers.")
    sub.add_argument("gold", type=Path, metavar="GOLD.jsonl")
    sub.add_argument("--json", type=Path, metavar="OUT", help="also write the figures as JSON")
    sub.add_argument("--html", type=Path, metavar="OUT", help="also write a page: plots, questions")
    sub.add_argument(
        "--compare", type=Path, metavar="OLD.json", help="say what changed since an older --json"
    )
    for flag, word in (("--min", "below"), ("--max", "above")):
        text = f"exit 1 when the overall figure is {word} this; may be repeated"
        sub.add_argument(
            flag, action="append", default=[], type=_bound, metavar="METRIC=VALUE", help=text
        )

    sub = command("delete", delete, "Remove a source from the library.")
    sub.add_argument("source", metavar="SOURCE")

    sub = command("list", list_sources, "List the sources of the library.")
    _json_flag(sub)
    return top


def _embedder_flag(sub: argparse.ArgumentParser) -> None:
    text = (
        "builtin (by default: the encoder e5, which knows many languages, for a small library, the"
        " static table for a large one), e5, static, or a sentence-transformers model"
    )
    sub.add_argument("--embedder", metavar="NAME", help=text)


def _json_flag(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--json", action="store_true", help="print JSON")


def _number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isdecimal() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {low} to {high}")
        return int(text)

    return parse


_port, _top_k = _number(0, 65535), _number(1, 50)


def _bound(text: str) -> tuple[str, float]:
    metric, _, value = text.partition("=")
    try:
        return metric, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not METRIC=VALUE") from None


def _settings(arguments: argparse.Namespace) -> Settings:
    from server.settings import Settings

    given = {name: getattr(arguments, name, None) for name in NAMED}
    return Settings(**{name: value for name, value in given.items() if value is not None})


def _open(arguments: argparse.Namespace, *, seed: bool = True) -> tuple[Library, Settings]:
    from server.upkeep.opening import open_library

    settings = _settings(arguments)
    return open_library(settings, seed=seed, progress=progress_bar()), settings


def index(arguments: argparse.Namespace) -> int:
    library, settings = _open(arguments, seed=False)
    paths, gone = arguments.paths, []
    if not paths and not library.count():
        paths = [settings.seeds]
    elif not paths and not arguments.rebuild:
        # Rebuilding goes by the texts that the library holds.
        roots = library.roots()
        paths, gone = [p for p in roots if p.exists()], [p for p in roots if not p.exists()]
    report = library.update(
        paths, rebuild=arguments.rebuild, sure=arguments.yes, progress=progress_bar()
    )
    for path in gone:
        print(f"skipped {path}: it is not there; what came from it stays", file=sys.stderr)
    code = _print_report(report)
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


def _print_report(report: Report) -> int:
    for skipped in report.skipped:
        told = f"{'kept' if skipped.kept else 'skipped'} {skipped.path}: {skipped.reason}"
        print(f"{told}. {skipped.hint}" if skipped.hint else told, file=sys.stderr)
    count = sum(not skipped.kept for skipped in report.skipped)
    counts = ("added", "changed", "removed", "unchanged")
    line = ", ".join(f"{name} {getattr(report, name)}" for name in counts)
    print(f"{line}, skipped {count}; {report.passages} passages")
    return FAILED if count else DONE


def serve(arguments: argparse.Namespace) -> int:
    import logging

    import uvicorn

    from server.app import create_app
    from server.upkeep.opening import open_answerer

    library, settings = _open(arguments)
    taken = _taken(settings.host, settings.port)
    if taken:
        return _fail(
            f"cannot listen on {settings.host}:{settings.port}: {taken}; try another --port"
        )
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    answerer = open_answerer(library, settings)
    app = create_app(settings, answerer, library)
    app.state.services.examples.questions(library, answerer)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    _tell_where(settings, app.state.access)
    server = uvicorn.Server(config)
    try:
        server.run()
    except KeyboardInterrupt:  # how a person stops it
        return DONE
    return DONE if server.started else FAILED


def _tell_where(settings: Settings, access: Access) -> None:
    """Where to open it; a token that was made just now is told, once."""
    from server.upkeep.token import NAME

    anywhere = settings.host in ("0.0.0.0", "::", "")
    host = "127.0.0.1" if anywhere else settings.host
    base = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    print(f"Youju 有据: {base}", file=sys.stderr)
    if access.made:
        print(f"Sign in: {base}/sign-in?token={access.token}", file=sys.stderr)
    if access.token and not settings.token.get_secret_value():
        print(f"The token is kept in {settings.library / NAME}.", file=sys.stderr)


def _taken(host: str, port: int) -> str:
    """Why nobody can listen there; empty when one can."""
    import socket

    try:
        family = socket.getaddrinfo(host, port)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return error.strerror or str(error)
    return ""


def ask(arguments: argparse.Namespace) -> int:
    from server.records import Question, answer_dict
    from server.upkeep.opening import open_answerer

    text = arguments.question.strip()
    if not text:
        return _fail("the question is empty")
    library, settings = _open(arguments)
    answer = open_answerer(library, settings).ask(Question(text, top_k=settings.top_k))
    _print_json(answer_dict(answer)) if arguments.json else _print_answer(answer)
    return DONE


def _print_answer(answer: Answer) -> None:
    print(answer.answer)
    if answer.refused and answer.reason and answer.reason != answer.answer:
        print(answer.reason)
    if answer.citations:
        print()
    for c in answer.citations:
        title = c.title or c.source
        print(f"[{c.number}] {title} — {c.source}:{c.start}-{c.end} 「{_one_line(c.quote)}」")
    for conflict in answer.conflicts:
        values = "；".join(f"{v.value} [{v.citation}]" for v in conflict.values)
        print(f"\n{conflict.about}：{values}")
    for suggestion in answer.suggestions:
        print(f"→ {suggestion}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def search(arguments: argparse.Namespace) -> int:
    from server.evidence.find import Search
    from server.records import hit_dict

    library, settings = _open(arguments)
    search = Search.of(library, settings)
    hits = search.hits(arguments.query, k=arguments.top_k or settings.top_k)
    if arguments.json:
        _print_json([hit_dict(hit, text=True) for hit in hits])
        return DONE
    for n, hit in enumerate(hits, 1):
        span = hit.passage.span
        print(f"{n}. {hit.passage.source}:{span.start}-{span.end}  {hit.score:.3f}")
        print(f"   {_one_line(hit.passage.text)}")
    return DONE


def evaluate(arguments: argparse.Namespace) -> int:
    from server.evaluation.comparison import compare, read_report
    from server.evaluation.metrics import evaluate as measure
    from server.upkeep.opening import open_answerer
    from server.web.report_page import page

    for out in (arguments.json, arguments.html):
        if out is not None:
            out.parent.mkdir(parents=True, exist_ok=True)
    library, settings = _open(arguments)
    bar = progress_bar()
    step = (lambda done, total: bar("ask", done, total)) if bar else None
    answerer = open_answerer(library, settings)
    old = read_report(arguments.compare) if arguments.compare else None
    report = measure(arguments.gold, answerer, library, progress=step)
    print(report.table())
    record = report.as_json()
    compared = compare(old, record) if old else None
    if compared:
        print(f"\n{compared.text()}")
    if arguments.json:
        text = json.dumps(record, ensure_ascii=False, indent=1)
        arguments.json.write_text(text + "\n", encoding="utf-8")
    if arguments.html:
        arguments.html.write_text(page(record, compared), encoding="utf-8")
    return _check_bounds(report.overall, arguments)


def _check_bounds(overall: Any, arguments: argparse.Namespace) -> int:
    bounds = [(m, v, 1) for m, v in arguments.min] + [(m, v, -1) for m, v in arguments.max]
    unknown = sorted({metric for metric, _, _ in bounds if metric not in overall})
    if unknown:
        _fail(f"no such metric: {', '.join(unknown)}; there are {', '.join(overall)}")
        return USAGE
    missed = [
        f"{metric} is {overall[metric]}, not {'at least' if sign > 0 else 'at most'} {value}"
        for metric, value, sign in bounds
        if overall[metric] is None or sign * overall[metric] < sign * value
    ]
    return _fail("; ".join(missed)) if missed else DONE


def delete(arguments: argparse.Namespace) -> int:
    library, _ = _open(arguments, seed=False)
    report = library.delete(arguments.source)
    print(f"removed {report.removed}")
    return DONE


def list_sources(arguments: argparse.Namespace) -> int:
    from server.records import source_info_dict

    library, _ = _open(arguments, seed=False)
    sources = library.sources()
    if arguments.json:
        _print_json([source_info_dict(s) for s in sources])
        return DONE
    for s in sources:
        print(f"{s.name}\t{s.chars}\t{'；'.join(title for title in s.titles if title)}")
    if not sources:
        print("The library is empty. Run `youju index PATH`.", file=sys.stderr)
    return DONE


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


def progress_bar() -> Progress | None:
    """A bar on standard error when that is a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(stage: str, done: int, total: int | None) -> None:
        print(f"\r\x1b[K{_bar(stage, done, total)}", end="", file=sys.stderr, flush=True)
        if total is not None and done >= total:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    return show


def _bar(stage: str, done: int, total: int | None) -> str:
    name = STAGES.get(stage, stage)
    if not total:
        return f"{name} {done:,}"
    full = BAR_CHARS * done // total
    return f"{name} [{'#' * full}{'.' * (BAR_CHARS - full)}] {done:,}/{total:,}"
