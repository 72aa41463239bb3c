"""The guide's files as HTML: headings, paragraphs, lists, tables, **bold** and `keys`; nothing else is used in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

GUIDE = Path(__file__).resolve().parent.parent.parent.parent / "docs" / "guide"
CHAPTERS = ("start", "visits", "evacuation", "requests", "reports", "site")
_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One file: its code, the first heading, its sections' headings with their anchors, its HTML."""

    code: str
    title: str
    sections: tuple[tuple[str, str], ...]
    html: str


def read_chapter(code: str, language: str, folder: Path = GUIDE) -> Chapter:
    """The chapter in a language.

    Raises:
        OSError: the file is not there.
    """
    return chapter(code, (folder / language / f"{code}.md").read_text(encoding="utf-8"))


def chapter(code: str, text: str) -> Chapter:
    """A chapter from its Markdown."""
    title, parts = "", []
    sections: list[tuple[str, str]] = []
    for block in re.split(r"\n[ \t]*\n", text.strip()):
        lines = block.strip().splitlines()
        first = lines[0].strip()
        if first.startswith("#"):
            level, said = len(first) - len(first.lstrip("#")), first.lstrip("#").strip()
            anchor = f"s{len(sections) + 1}"
            if level == 1 and not title:
                title = said
            else:
                sections.append((anchor, said))
            parts.append(f'<h{level}><a name="{anchor}"></a>{_inline(said)}</h{level}>')
            lines = lines[1:]
            if not lines:
                continue
            first = lines[0].strip()
        if first.startswith("|"):
            parts.append(_table(lines))
        elif re.match(r"(-|\d+\.)\s", first):
            parts.append(_list(lines))
        else:
            parts.append(f"<p>{_inline(' '.join(line.strip() for line in lines))}</p>")
    return Chapter(code, title, tuple(sections), "\n".join(parts))


def _list(lines: list[str]) -> str:
    kind = "ul" if lines[0].lstrip().startswith("-") else "ol"
    items: list[str] = []
    for line in lines:
        found = re.match(r"\s*(?:-|\d+\.)\s+(.*)", line)
        if found:
            items.append(found[1])
        elif items:
            items[-1] += f" {line.strip()}"
    return f"<{kind}>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + f"</{kind}>"


def _table(lines: list[str]) -> str:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    rows = [row for row in rows if not all(set(cell) <= set("-: ") for cell in row)]
    said = "".join("<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table cellspacing="0" cellpadding="6">{said}</table>'


def _inline(text: str) -> str:
    said, at = "", 0
    for found in _INLINE.finditer(text):
        said += escape(text[at : found.start()])
        key, bold = found.group(1), found.group(2)
        said += f'<span class="key">&nbsp;{escape(key)}&nbsp;</span>' if key else f"<b>{escape(bold)}</b>"
        at = found.end()
    return said + escape(text[at:])
