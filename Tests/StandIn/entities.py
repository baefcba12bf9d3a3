"""Texts with entities: HTML read as the real server reads it, and offsets in UTF-16 units."""

import re
from html import unescape

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class Unreadable(Exception):
    """The server would answer 400 with this text behind "Bad Request: "."""


def utf16(text):
    return len(text.encode("utf-16-le")) // 2


def slice16(text, offset, length):
    """The part that an entity covers, or None if it lies outside or cuts a pair of surrogates."""
    units = text.encode("utf-16-le")
    if offset < 0 or length <= 0 or 2 * (offset + length) > len(units):
        return None
    try:
        return units[2 * offset : 2 * (offset + length)].decode("utf-16-le")
    except UnicodeDecodeError:
        return None


def checked(text, entities):
    """Entities that were sent beside a text."""
    for index, entity in enumerate(entities):
        if slice16(text, entity["offset"], entity["length"]) is None:
            raise Unreadable(
                "entity %d beginning at UTF-16 offset %d ends after the end of the text or "
                "cuts a character" % (index, entity["offset"])
            )
    return entities


def html(source):
    """Text and entities of a text in the server's HTML."""
    out, stack, entities, at = [], [], [], 0

    def fail(why, where):
        raise Unreadable(
            "can't parse entities: %s at byte offset %d" % (why, len(source[:where].encode()))
        )

    while at < len(source):
        char = source[at]
        if char == "&":
            match = re.compile(r"&(lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});").match(source, at)
            if match:
                name = match.group(1)
                out.append(NAMED.get(name) or unescape(match.group(0)))
                at = match.end()
                continue
        if char != "<":
            out.append(char)
            at += 1
            continue
        match = re.compile(r"<(/?)([^\s>/]*)([^>]*)>").match(source, at)
        if not match:
            fail("Unclosed start tag" if source[at : at + 2] != "</" else "Unclosed end tag", at)
        closing, name, rest = match.group(1), match.group(2).lower(), match.group(3)
        if closing:
            if not stack:
                fail("Unexpected end tag", at)
            opened, begin, extra = stack.pop()
            if name and name != opened:
                fail('Unmatched end tag, expected "</%s>", found "</%s>"' % (opened, name), at)
            length = utf16("".join(out)) - begin
            is_nested = extra.pop("nested", False)
            if length > 0 and not is_nested:
                entities.append(
                    dict({"type": TAGS[opened], "offset": begin, "length": length}, **extra)
                )
            at = match.end()
            continue
        if name not in TAGS:
            fail('Unsupported start tag "%s"' % name, at)
        stack.append(
            (
                name,
                utf16("".join(out)),
                attributes(name, rest, stack, lambda why, at=at: fail(why, at)),
            )
        )
        at = match.end()
    if stack:
        fail('Can\'t find end tag corresponding to start tag "%s"' % stack[-1][0], len(source))
    entities.sort(key=lambda e: (e["offset"], -e["length"]))
    return trimmed("".join(out), entities)


def attributes(name, rest, stack, fail):
    found = {}
    for key, _, one, two, bare in re.findall(
        r"([\w-]+)(=(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?", rest
    ):
        found[key.lower()] = unescape(one or two or bare)
    if name == "a":
        url = found.get("href", "")
        user = re.fullmatch(r"tg://user\?id=(\d+)", url)
        if user:
            return {
                "type": "text_mention",
                "user": {"id": int(user.group(1)), "is_bot": False, "first_name": "?"},
            }
        return {"url": url} if url else {"type": "url"}
    if name == "span" and found.get("class") != "tg-spoiler":
        fail('Tag "span" must have class "tg-spoiler"')
    if name == "blockquote" and "expandable" in found:
        return {"type": "expandable_blockquote"}
    if name == "tg-emoji":
        return {"custom_emoji_id": found.get("emoji-id", "")}
    if name == "tg-time":
        if not found.get("unix", "").isdigit():
            fail('Tag "tg-time" must have attribute "unix"')
        made = {"unix_time": int(found["unix"])}
        return dict(made, date_time_format=found["format"]) if found.get("format") else made
    if (
        name == "code"
        and stack
        and stack[-1][0] == "pre"
        and found.get("class", "").startswith("language-")
    ):
        stack[-1][2]["language"] = found["class"][len("language-") :]
        return {"nested": True}
    return {}


def trimmed(text, entities=()):
    """Without the white space around it, entities moved along."""
    short = text.strip()
    lost = utf16(text[: len(text) - len(text.lstrip())])
    end, kept = utf16(short), []
    for entity in entities:
        begin = max(0, entity["offset"] - lost)
        stop = min(end, entity["offset"] + entity["length"] - lost)
        if stop > begin:
            kept.append(dict(entity, offset=begin, length=stop - begin))
    return short, kept


def found_in(text):
    """The entities that the server finds by itself in what a person types."""
    found = []
    patterns = (
        ("bot_command", r"(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
        ("mention", r"(?<![\w/@.])@[A-Za-z0-9_]{4,32}\b"),
        ("url", r"\bhttps?://[^\s<>]+"),
        ("email", r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b"),
        ("hashtag", r"(?<![\w#])#\w*[^\W\d]\w*"),
    )
    taken = []
    for kind, pattern in patterns:
        for match in re.finditer(pattern, text):
            if any(match.start() < end and begin < match.end() for begin, end in taken):
                continue
            taken.append(match.span())
            found.append(
                {
                    "type": kind,
                    "offset": utf16(text[: match.start()]),
                    "length": utf16(match.group()),
                }
            )
    return sorted(found, key=lambda e: e["offset"])
