"""Code as coloured pieces, line by line. Pygments is imported on first use only."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from panther_tui.terminal.safe_text import LINE_LIMIT, printable
from panther_tui.views.line import Pieces

if TYPE_CHECKING:
    from pygments.lexer import Lexer

TEXTS_KEPT = 64
"""Texts whose colours are kept, so that going back and forth costs nothing."""

QUICK_LIMIT = 12_000
"""Characters that are coloured within a frame; longer texts are left to a thread."""

LIMIT = 400_000
"""Characters beyond which a text stays plain."""

_LEXERS = {".py": "PythonLexer", ".yml": "YamlLexer", ".yaml": "YamlLexer", ".json": "JsonLexer"}

_TOKENS = (
    ("Token.Comment", "syntax-comment"),
    ("Token.Literal.String.Doc", "syntax-comment"),
    ("Token.Literal.String", "syntax-string"),
    ("Token.Literal.Scalar", "syntax-string"),
    ("Token.Literal.Number", "syntax-number"),
    ("Token.Keyword.Constant", "syntax-constant"),
    ("Token.Keyword", "syntax-keyword"),
    ("Token.Operator.Word", "syntax-keyword"),
    ("Token.Operator", "syntax-operator"),
    ("Token.Punctuation", "syntax-operator"),
    ("Token.Name.Function", "syntax-function"),
    ("Token.Name.Class", "syntax-class"),
    ("Token.Name.Decorator", "syntax-decorator"),
    ("Token.Name.Builtin", "syntax-builtin"),
    ("Token.Name.Exception", "syntax-class"),
    ("Token.Name.Tag", "syntax-key"),
    ("Token.Error", "syntax-error"),
)
"""Prefixes of Pygments' token names, the first that fits counts."""


def plain_lines(text: str) -> list[Pieces]:
    """The lines of a text without colours."""
    return [((printable(line), ""),) if line else () for line in split_lines(text)]


def split_lines(text: str) -> list[str]:
    """Lines as an editor counts them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    return lines


class Highlighter:
    """Coloured lines by what they were made from."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], list[Pieces]] = OrderedDict()
        self._lexers: dict[str, Lexer] = {}
        self._names: dict[object, str] = {}

    @property
    def warm(self) -> bool:
        """Whether the first, slow, use is behind us."""
        return bool(self._lexers)

    def known(self, path: str, text: str) -> list[Pieces] | None:
        """The coloured lines if they are there already."""
        key = (_suffix(path), text)
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
        return found

    def lines(self, path: str, text: str) -> list[Pieces]:
        """The coloured lines; plain ones for unknown kinds of files and for very long texts."""
        found = self.known(path, text)
        if found is None:
            lexer = self._lexer(_suffix(path)) if len(text) <= LIMIT else None
            found = plain_lines(text) if lexer is None else self._colour(lexer, text)
            self._known[_suffix(path), text] = found
            if len(self._known) > TEXTS_KEPT:
                self._known.popitem(last=False)
        return found

    def _lexer(self, suffix: str) -> Lexer | None:
        if suffix in _LEXERS and suffix not in self._lexers:
            from pygments import lexers

            kind = getattr(lexers, _LEXERS[suffix])
            self._lexers[suffix] = kind(stripnl=False, ensurenl=False)
        return self._lexers.get(suffix)

    def _colour(self, lexer: Lexer, text: str) -> list[Pieces]:
        lines: list[Pieces] = []
        pieces: list[tuple[str, str]] = []
        for kind, value in lexer.get_tokens("\n".join(split_lines(text))):
            name = self._names.get(kind)
            if name is None:
                full = str(kind)
                name = next((ours for theirs, ours in _TOKENS if full.startswith(theirs)), "")
                self._names[kind] = name
            first, *others = value.split("\n")
            if first:
                pieces.append((first, name))
            for other in others:
                lines.append(_tidy(pieces))
                pieces = [(other, name)] if other else []
        lines.append(_tidy(pieces))
        return lines


def _tidy(pieces: list[tuple[str, str]]) -> Pieces:
    """One line's pieces, joined where the style is the same, safe to show and cut to the limit."""
    joined: list[tuple[str, str]] = []
    for text, name in pieces:
        if joined and (joined[-1][1] == name or text.isspace()):
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        else:
            joined.append((text, name))
    room = LINE_LIMIT
    kept: list[tuple[str, str]] = []
    for text, name in joined:
        if room <= 0:
            break
        kept.append((printable(text[:room]), name))
        room -= len(text)
    more = sum(len(text) for text, _ in joined) - LINE_LIMIT
    if more > 0:
        kept.append((f" … {more} more", "muted"))
    return tuple(kept)


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()
