"""`youju key`: who may ask this library's servers, and who may change what they hold."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from server.cli.opened import settings_of
from server.cli.output import DONE

if TYPE_CHECKING:
    from server.cli.flags import Commands
    from server.upkeep.keys import Keys


def add(commands: Commands) -> None:
    text = "Make, list and revoke the keys that this library's servers ask for."
    sub = commands.add_parser("key", help=text, description=text)
    actions = sub.add_subparsers(title="actions", metavar="ACTION", required=True)
    made = _action(actions, "add", add_key, "Make a key, which is printed this once.")
    made.add_argument("name", metavar="NAME", help="whose it is; each name has its own chats")
    made.add_argument(
        "--scope",
        choices=("ask", "manage"),
        default="ask",
        help="ask: read and ask (default); manage: also add, delete and index",
    )
    _action(actions, "list", list_keys, "List the keys: name, scope, when it was made.")
    gone = _action(actions, "revoke", revoke_key, "Let a key in no more, from now on.")
    gone.add_argument("name", metavar="NAME")


def _action(actions: Commands, name: str, does: object, text: str) -> argparse.ArgumentParser:
    from server.cli.flags import command

    return command(actions, name, does, text)  # type: ignore[arg-type]


def add_key(arguments: argparse.Namespace) -> int:
    print(_keys(arguments).add(arguments.name, arguments.scope))
    print("It is kept nowhere: note it now.", file=sys.stderr)
    return DONE


def list_keys(arguments: argparse.Namespace) -> int:
    for key in _keys(arguments).all():
        print(f"{key.name}\t{key.scope}\t{key.created_at}")
    return DONE


def revoke_key(arguments: argparse.Namespace) -> int:
    _keys(arguments).revoke(arguments.name)
    return DONE


def _keys(arguments: argparse.Namespace) -> Keys:
    from server.upkeep.keys import Keys

    return Keys(settings_of(arguments).library)
