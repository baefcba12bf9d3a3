#!/usr/bin/env python3
"""Makes bot-api.json: of a machine-readable description of the Bot API, what the tests need.

    python3 trim.py FULL.json > bot-api.json

Kept are the methods below, every type that they or the updates can hold, and of each field its
name, its types, whether it is required and, where the description names one, its only value:
"Integer|String!" is a required field of two types, "String!=photo" a required constant.
"""

import json
import re
import sys

METHODS = """
getUpdates setWebhook deleteWebhook getWebhookInfo getMe logOut close
sendMessage sendPhoto sendDocument sendChatAction
editMessageText editMessageCaption editMessageMedia editMessageReplyMarkup
deleteMessage deleteMessages
setMessageReaction answerCallbackQuery pinChatMessage unpinChatMessage unpinAllChatMessages
setMyCommands getMyCommands deleteMyCommands setMyName getMyName setMyDescription getMyDescription
setMyShortDescription getMyShortDescription setChatMenuButton getChatMenuButton
getChat getChatMember getChatAdministrators getChatMemberCount leaveChat getFile
""".split()
PLAIN = {"String", "Integer", "Boolean", "Float", "True"}


def bare(kind):
    while kind.startswith("Array of "):
        kind = kind[len("Array of ") :]
    return kind


def text_of(description):
    return description if isinstance(description, str) else " ".join(description)


def notation(field):
    made = "|".join(field["types"]) + ("!" if field["required"] else "")
    constant = re.search(
        r"(?:must be|always) [“\"*]?([a-z_]+)[”\"*]?(?:\.|$| )", text_of(field["description"])
    )
    if field["types"] == ["String"] and field["name"] in ("type", "status", "source") and constant:
        made += "=" + constant.group(1)
    return made


def main(path):
    with open(path, encoding="utf-8") as file:
        full = json.load(file)
    types, wanted = {}, ["Update", "WebhookInfo", "ChatFullInfo", "ResponseParameters", "File"]
    methods = {}
    for name in METHODS:
        method = full["methods"][name]
        fields = method.get("fields", [])
        methods[name] = {
            "returns": method["returns"],
            "fields": {f["name"]: notation(f) for f in fields},
        }
        wanted += [kind for f in fields for kind in f["types"]] + method["returns"]
    while wanted:
        name = bare(wanted.pop())
        if name in PLAIN or name in types:
            continue
        kind = full["types"][name]
        if kind.get("subtypes"):
            types[name] = kind["subtypes"]
            wanted += kind["subtypes"]
        else:
            fields = kind.get("fields", [])
            types[name] = {f["name"]: notation(f) for f in fields}
            wanted += [t for f in fields for t in f["types"]]
    print('{"version":%s,' % json.dumps(full["version"]))
    for title, table, end in (("methods", methods, "},"), ("types", types, "}}")):
        print('"%s":{' % title)
        rows = [
            "%s:%s" % (json.dumps(n), json.dumps(table[n], separators=(",", ":")))
            for n in sorted(table)
        ]
        print(",\n".join(rows))
        print(end)


if __name__ == "__main__":
    main(sys.argv[1])
