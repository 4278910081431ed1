"""Reads a person's details out of what they wrote: name, company, e-mail address, language, wish for a person."""

import re
from collections.abc import Iterator, Sequence

from local.openai_simulator import patterns
from local.openai_simulator.language import COMMON_WORDS, language_of, straight_quotes
from local.openai_simulator.speakers import Turn

Details = dict[str, str]

_MOST_NAME_WORDS = 4
_MOST_COMPANY_WORDS = 7
_LONGEST_BARE_REPLY = 4
_WORD = re.compile(r"[^\W\d_]{2,}(?:['-][^\W\d_]+)*\Z|[^\W\d_]'[^\W\d_]+\Z")
_CLAUSE_END = re.compile(r"[,;!?\n()«»\"]|\.\s+(?=[^\W\d_a-z])|\.\s*$|\s[-\u2013]\s")


def details_from(turns: Sequence[Turn]) -> Details:
    """The details the customer gave, the latest first; keys only for what was found."""
    found: Details = {}
    asked: str | None = None
    for turn in turns:
        if turn.role == "assistant":
            asked = _field_asked(turn.text)
        elif turn.role == "user":
            details = details_in(turn.text) or _bare_reply(turn.text, asked)
            found.update(details)
            asked = None
    language = _latest_language(turns)
    return {**found, "language": language} if language else found


def details_in(text: str) -> Details:
    """The name, company and address inside one message."""
    found: Details = {}
    if addresses := patterns.EMAIL.findall(text):
        found["email"] = addresses[-1]
    prose = patterns.EMAIL.sub(",", straight_quotes(text))
    for details in _names(prose):
        found.update(details)
    if company := _company(prose):
        found["company"] = company
    if patterns.WANTS_HUMAN.search(prose):
        found["wants_human"] = "true"
    return found


def _names(text: str) -> Iterator[Details]:
    phrases = (
        (patterns.FULL_NAME, _full_name),
        (patterns.LIKELY_NAME, _likely_name),
        (patterns.FIRST_NAME, _first_name),
        (patterns.LAST_NAME, _last_name),
    )
    matches = [(match, read) for pattern, read in phrases for match in pattern.finditer(text)]
    for match, read in sorted(matches, key=lambda pair: pair[0].start()):
        yield read(match, text[match.end() :])


def _full_name(match: re.Match[str], rest: str) -> Details:
    details = _split_name(rest, sure=True)
    # In French "mon nom est Dupont" gives the family name.
    if "mon nom" in match[0].lower() and "last_name" not in details and details:
        return {"last_name": details["first_name"]}
    return details


def _likely_name(_: re.Match[str], rest: str) -> Details:
    return _split_name(rest, sure=False)


def _first_name(_: re.Match[str], rest: str) -> Details:
    words = _name_words(rest, sure=True)
    return {"first_name": words[0]} if words else {}


def _last_name(_: re.Match[str], rest: str) -> Details:
    words = _name_words(rest, sure=True)
    return {"last_name": " ".join(words)} if words else {}


def _split_name(rest: str, *, sure: bool) -> Details:
    title = patterns.TITLE.match(rest)
    words = _name_words(rest[title.end() :] if title else rest, sure=sure)
    if not words:
        return {}
    if len(words) == 1:
        return {"last_name" if title else "first_name": words[0]}
    given = 2 if len(words) > 2 and words[1].lower() in patterns.FIRST_NAMES else 1
    return {"first_name": " ".join(words[:given]), "last_name": " ".join(words[given:])}


def _name_words(rest: str, *, sure: bool) -> list[str]:
    words: list[str] = []
    line = rest.split("\n", 1)[0]
    shouted = line.isupper()
    tokens = line.split()
    lower_case = line[:1].islower()
    for index, token in enumerate(tokens[:_MOST_NAME_WORDS]):
        word = token.strip("\"'«»“”*_().,;:!?")
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if token[:1] in "(,;" or not _continues_name(
            word, following, words, sure=sure, shouted=shouted, lower_case=lower_case
        ):
            break
        words.append(word if word in patterns.NAME_PARTICLES else _cased(word))
        if token[-1] in ",.;:!?)":
            break
    return words


def _continues_name(
    word: str, following: str, words: list[str], *, sure: bool, shouted: bool, lower_case: bool
) -> bool:
    lowered = word.lower()
    if not _WORD.match(word):
        return False
    if lowered in patterns.NAME_PARTICLES and word.islower():
        return bool(words) and following[:1].isupper()
    if lowered in patterns.FIRST_NAMES:
        return True
    if lowered in patterns.NOT_NAMES or lowered in patterns.NAME_ENDS:
        return False
    if word[0].isupper() and words and not shouted:
        return True
    if lowered in COMMON_WORDS or any(part in COMMON_WORDS for part in re.split(r"'", lowered)[:-1]):
        return False
    if word[0].isupper():
        return True
    # Written all in lower case: believe two words at most, the first only after a phrase that announces a name.
    return len(words) < 2 and (lower_case if words else sure)


def _company(text: str) -> str | None:
    found: str | None = None
    for match in patterns.COMPANY.finditer(text):
        found = _company_name(text[match.end() :]) or found
    return found or _company_after_name(text) or _company_by_legal_form(text)


def _company_after_name(text: str) -> str | None:
    for pattern in (patterns.FULL_NAME, patterns.LIKELY_NAME):
        for match in pattern.finditer(text):
            rest = text[match.end() :]
            words = _name_words(rest, sure=False)
            end = sum(len(word) + 1 for word in words)
            link = patterns.NAME_TO_COMPANY.match(rest, max(0, end - 1)) if words else None
            if link and (company := _company_name(rest[link.end() :])):
                return company
    return None


def _company_by_legal_form(text: str) -> str | None:
    for clause in _CLAUSE_END.split(text):
        tokens = clause.split()
        for end, token in enumerate(tokens):
            if not _is_legal_form(token) or token.islower():
                continue
            start = end
            while start > 0 and (_is_company_word(tokens[start - 1]) or tokens[start - 1] == "&"):
                start -= 1
            if start < end and tokens[start] != "&":
                return " ".join(tokens[start : end + 1])
    return None


def _company_name(rest: str) -> str | None:
    clause = _CLAUSE_END.split(rest, maxsplit=1)[0]
    if re.search(r"\b(?:\w\.)+\w$", clause) and rest[len(clause) : len(clause) + 1] == ".":
        clause += "."
    tokens = clause.split()[:_MOST_COMPANY_WORDS]
    if tokens and tokens[0] in patterns.ARTICLES:
        tokens = tokens[1:]
    if not tokens or tokens[0].lower() in patterns.NOT_COMPANIES:
        return None
    words = _company_words(tokens)
    return " ".join(words).rstrip(":.,") + ("." if words and words[-1].count(".") > 1 else "") if words else None


def _company_words(tokens: list[str]) -> list[str]:
    words: list[str] = []
    for index, token in enumerate(tokens):
        if words and _is_legal_form(token):
            return [*words, token]
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if not _is_company_word(token) and not (
            words and token.lower() in patterns.COMPANY_LINKS and _is_company_word(following)
        ):
            break
        words.append(token)
    return words or _lower_case_company(tokens)


def _lower_case_company(tokens: list[str]) -> list[str]:
    for index, token in enumerate(tokens):
        if index and _is_legal_form(token):
            return tokens[: index + 1]
    return []


def _is_company_word(token: str) -> bool:
    if token[:1].isdigit():
        return True
    return token[:1].isupper() and token.lower() not in COMMON_WORDS


def _is_legal_form(token: str) -> bool:
    return token.replace(".", "").lower() in patterns.LEGAL_FORMS


def _field_asked(text: str) -> str | None:
    if "?" not in text:
        return None
    question = re.split(r"(?<=[.!?»])\s", text[: text.rindex("?")])[-1]
    return next((field for field, pattern in patterns.ASKED_FIELDS if pattern.search(question)), None)


def _bare_reply(text: str, asked: str | None) -> Details:
    words = text.strip().rstrip(".!").split()
    if not asked or not 0 < len(words) <= _LONGEST_BARE_REPLY or "?" in text:
        return {}
    if any(word.lower().strip(",") in COMMON_WORDS | {"ok", "no", "boh"} for word in words):
        return {}
    if asked == "company":
        return {"company": " ".join(words)}
    names = _name_words(" ".join(words), sure=True)
    if asked == "last_name":
        return {"last_name": " ".join(names)} if names else {}
    return _split_name(" ".join(words), sure=True)


def _latest_language(turns: Sequence[Turn]) -> str | None:
    for turn in reversed(turns):
        prose = patterns.EMAIL.sub(" ", turn.text)
        if turn.role == "user" and (language := language_of(prose)):
            return language
    return None


def _cased(word: str) -> str:
    return word.title() if word.islower() or (word.isupper() and len(word) > 1) else word
