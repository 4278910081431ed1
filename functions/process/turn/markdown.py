"""The model's Markdown as WhatsApp formatting.

WhatsApp knows *bold*, _italic_, ~strike~, `code`, ```code``` over several lines, lists and quotes, and takes a sign
for formatting only at the edge of a word and on one line (https://faq.whatsapp.com/539178204879377). Whatever else
Markdown has becomes plain lines. No word and no address is lost.
"""

import re
from collections.abc import Sequence
from textwrap import indent

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.tree import SyntaxTreeNode

from functions.process.turn.markdown_words import linked, marked, wrapped
from shared.log import logger

MAX_BRACKETS = 200  # each is compared with each that follows
MAX_DEPTH = 60  # levels of lists and quotes; the parser leaves out what lies deeper

_LISTS = ("bullet_list", "ordered_list")
_SPANS = ("em", "s", "strong")
_URL_FROM_COLON = re.compile(r"://[^\s<>\[\]\"`|\\]*[^\s<>\[\]\"`|\\*_~&;:.,!?')]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*$", re.IGNORECASE)
_BREAK = re.compile(r"(?<! ) *<br\s*/?> *", re.IGNORECASE)
_CODE_LANGUAGE = re.compile(r"[a-z0-9+#-]{1,12}")
_COLUMN_BORDER = re.compile(r"(?<!\\)\|")
_STARS = re.compile(r"\*\*(?!\*)")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")


def whatsapp_text(markdown: str) -> str:
    """Return a text in WhatsApp formatting; one that cannot be converted comes back as it is. Never raises."""
    plain = markdown.replace("\r\n", "\n").replace("\r", "\n").strip()
    if plain.count("[") > MAX_BRACKETS:
        return plain
    try:
        tokens = _PARSER.parse(plain)
        if any(token.level > MAX_DEPTH - 4 for token in tokens):
            return plain
        text = _blocks(SyntaxTreeNode(tokens).children, plain.split("\n"))
    except Exception as error:  # whatever a parser may stumble over, the customer gets the answer
        logger.warning("formatting", cause=type(error).__name__)
        return plain
    return _BLANK_LINES.sub("\n\n", text).strip() or plain


def _blocks(nodes: Sequence[SyntaxTreeNode], lines: Sequence[str], *, in_item: bool = False) -> str:
    """Join blocks, with a blank line between those that had one between them."""
    text, apart = "", False
    for node in nodes:
        apart = apart or _follows_blank_line(node, lines)
        block = _block(node, lines)
        if not block:
            apart = True  # a rule is no more than a gap
            continue
        if in_item and node.type in _LISTS:
            block = indent(block, "  ")
        text += ("\n\n" if apart else "\n") + block
        apart = False
    return text.strip("\n")


def _follows_blank_line(node: SyntaxTreeNode, lines: Sequence[str]) -> bool:
    start = node.map[0] if node.map else 0
    return start > 0 and not lines[start - 1].strip(" \t>")


def _block(node: SyntaxTreeNode, lines: Sequence[str]) -> str:
    match node.type:
        case "paragraph":
            return _content(node)
        case "heading":
            return wrapped(_content(node, bold=True), "*")
        case "bullet_list" | "ordered_list":
            return _list(node, lines)
        case "blockquote":
            return indent(_blocks(node.children, lines), "> ")
        case "fence":
            return _fence(node)
        case "table":
            return _table(node, lines)
    return node.content.strip()


def _list(node: SyntaxTreeNode, lines: Sequence[str]) -> str:
    text = ""
    for item in node.children:
        marker = item.info + item.markup if node.type == "ordered_list" else item.markup.replace("*", "-")
        body = _blocks(item.children, lines, in_item=True).lstrip()
        gap = "\n\n" if _follows_blank_line(item, lines) else "\n"
        text += f"{gap}{marker} {body}".rstrip(" ")
    return text.strip("\n")


def _fence(node: SyntaxTreeNode) -> str:
    """Write a block of code; its language is left out, other words beside the opening belong to it."""
    code, info = node.content.strip("\n"), node.info.strip()
    if code.endswith("```"):  # as WhatsApp has it, which to Markdown is no end and the first word a language
        code = f"{info}\n{code[:-3]}"
    elif not (code and _CODE_LANGUAGE.fullmatch(info)):
        code = f"{info}\n{code}"
    code = code.strip("\n")
    return f"```{code}```" if code.strip() else ""


def _table(node: SyntaxTreeNode, lines: Sequence[str]) -> str:
    """Write two columns as lines; of more, which a phone's screen cannot hold, each row as lines of its own."""
    head, *body = [_row(row, lines, bold=part.type == "thead") for part in node.children for row in part.children]
    if len(head) <= 2 or not body:
        return "\n".join([wrapped(_joined(head, " | "), "*"), *(_joined(row, " | ") for row in body)]).strip()
    return "\n\n".join(_card(head, row) for row in body)


def _row(node: SyntaxTreeNode, lines: Sequence[str], *, bold: bool) -> list[str]:
    """Write a row's cells; those beyond the last column, which the parser leaves out, go into the last one."""
    cells = [_content(cell, bold=bold).replace("\n", ", ") for cell in node.children]
    written = _COLUMN_BORDER.split(lines[node.map[0]].strip(" \t>").strip("|")) if node.map else []
    return [*cells[:-1], _joined([cells[-1], *(cell.strip() for cell in written[len(cells) :])], " | ")]


def _card(head: Sequence[str], row: Sequence[str]) -> str:
    columns = zip(head, row, strict=True)
    first, *facts = [_joined([title, cell or "-"], ": ") for title, cell in columns if title or cell]
    return "\n".join([first, *(f"- {fact}" for fact in facts)])


def _joined(words: Sequence[str], separator: str) -> str:
    return separator.join(filter(None, words))


def _content(node: SyntaxTreeNode, *, bold: bool = False) -> str:
    return "".join(_inline(child.children, bold=bold) for child in node.children).strip()


def _inline(nodes: Sequence[SyntaxTreeNode], *, bold: bool) -> str:
    """Write what stands in one line; within bold text nothing is made bold again."""
    pieces = ["", *(_piece(node, bold) for node in nodes), ""]
    for place, node in enumerate(nodes, 1):
        before, after = pieces[place - 1][-1:], pieces[place + 1][:1]
        if node.type in _SPANS and not (bold and node.type == "strong"):
            pieces[place] = marked(pieces[place], node.markup, before, after)
        elif node.type in ("link", "image"):
            address = str(node.attrs.get("href") or node.attrs.get("src") or "")
            pieces[place] = linked(pieces[place], address, str(node.attrs.get("title") or ""), before, after)
    return "".join(pieces)


def _piece(node: SyntaxTreeNode, bold: bool) -> str:
    match node.type:
        case "softbreak" | "hardbreak":
            return "\n"
        case "code_inline":
            mark = "```" if node.markup == "```" else "`"
            return node.content if "`" in node.content else f"{mark}{node.content}{mark}"
        case "text":
            return _BREAK.sub("\n", node.content)
    return _inline(node.children, bold=bold or node.type == "strong")


class _Parser(MarkdownIt):
    """CommonMark without what takes plain text for something else, and with addresses kept as they are."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "maxNesting": MAX_DEPTH})
        self.enable(["strikethrough", "table"])
        # An indented line is no code, a line over dashes no heading, and a definition of a link no nothing.
        self.disable(["code", "lheading", "reference"])
        self.inline.ruler.before("escape", "bare_url", _bare_url)
        self.inline.ruler.before("emphasis", "bold", _bold)

    def normalizeLink(self, url: str) -> str:
        """Leave an address as it was written instead of percent-encoding it."""
        return url


def _bare_url(state: StateInline, silent: bool) -> bool:
    """Take an address that stands in the text as plain text, whatever signs for formatting it holds."""
    found = _URL_FROM_COLON.match(state.src, state.pos)
    if not found or not _SCHEME.search(state.src, max(0, state.pos - 20), state.pos):
        return False
    if not silent:
        state.pending += found[0]
    state.pos = found.end()
    return True


def _bold(state: StateInline, silent: bool) -> bool:
    """Let ** begin and end bold text beside punctuation too, as in **Prezzo:**testo, which CommonMark forbids."""
    run = _STARS.match(state.src, state.pos, state.posMax)
    if silent or not run:
        return False
    before, after = state.src[: run.start()][-1:], state.src[run.end() : state.posMax][:1]
    for _ in run[0]:
        state.push("text", "", 0).content = "*"
        state.delimiters.append(
            Delimiter(
                marker=ord("*"),
                length=len(run[0]),
                token=len(state.tokens) - 1,
                end=-1,
                open=bool(after.strip()),
                close=bool(before.strip()),
            )
        )
    state.pos = run.end()
    return True


_PARSER = _Parser()
