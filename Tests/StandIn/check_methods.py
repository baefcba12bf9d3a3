"""What calls do, and what they refuse."""
import json
import struct
import urllib.parse
import zlib

from harness import ANN, GROUP, TOKEN, test


@test
def shapes(bot):
    bot.say("/start")
    button = {"text": "a", "callback_data": "b"}
    cases = [
        ("sendMessage.paarse_mode: unknown field", dict(chat_id=11, text="a", paarse_mode="HTML")),
        ("sendMessage.text: missing", dict(chat_id=11)),
        (
            "sendMessage.disable_notification: must be Boolean",
            dict(chat_id=11, text="a", disable_notification="yes"),
        ),
        ("sendMessage.text: must be String, is Integer", dict(chat_id=11, text=5)),
        ("sendMessage.chat_id", dict(chat_id=1.5, text="a")),
        (
            "sendMessage.reply_markup.inline_keyboard[0][1].callbackdata: unknown field",
            dict(
                chat_id=11,
                text="a",
                reply_markup={"inline_keyboard": [[button, {"text": "x", "callbackdata": "y"}]]},
            ),
        ),
        (
            "sendMessage.entities[0].length: missing",
            dict(chat_id=11, text="a", entities=[{"type": "bold", "offset": 0}]),
        ),
    ]
    for text, params in cases:
        bot.refused(text, "sendMessage", **params)
    assert len(bot.control("violations")["violations"]) == len(cases)
    bot.refused("method not found", "sendMesage", chat_id=11)
    assert json.loads(bot.http("/bot1:b/getMe"))["error_code"] == 401
    assert json.loads(bot.http("/botx/getMe"))["error_code"] == 404
    bot.good("SENDMESSAGE", chat_id=11, text="a")
    form = urllib.parse.urlencode(
        {
            "chat_id": "11",
            "text": "5",
            "disable_notification": "true",
            "reply_markup": json.dumps({"inline_keyboard": [[button]]}),
        }
    )
    answer = json.loads(
        bot.http("/bot%s/sendMessage" % TOKEN, form, "application/x-www-form-urlencoded")
    )
    assert (
        answer["ok"] and answer["result"]["text"] == "5" and answer["result"]["reply_markup"]
    ), answer
    bot.http("/bot%s/sendMessage" % TOKEN, "{", "application/json")
    assert bot.status == 400
    bot.refused("not UTF-8", "sendMessage", chat_id=11, text="\ud800")


@test
def texts(bot):
    bot.say("/start")
    bot.good("sendMessage", chat_id=11, text="я" * 4096)
    bot.refused("message is too long", "sendMessage", chat_id=11, text="я" * 4097)
    bot.good("sendMessage", chat_id=11, text="😀" * 4096)
    bot.refused("text must be non-empty", "sendMessage", chat_id=11, text=" \n")
    bot.refused("message text is empty", "sendMessage", chat_id=11, text="")
    made = bot.good(
        "sendMessage", chat_id=11, parse_mode="HTML", text=" 😀 <b>жирный <i>x</i></b> &lt;5&amp; "
    )
    assert made["text"] == "😀 жирный x <5&", made
    assert made["entities"] == [
        {"type": "bold", "offset": 3, "length": 8},
        {"type": "italic", "offset": 10, "length": 1},
    ]
    code = bot.good(
        "sendMessage",
        chat_id=11,
        parse_mode="HTML",
        text='<pre><code class="language-x">a</code></pre>',
    )
    assert code["entities"] == [{"type": "pre", "offset": 0, "length": 1, "language": "x"}], code
    bot.refused(
        'Unsupported start tag "" at byte offset 2',
        "sendMessage",
        chat_id=11,
        parse_mode="HTML",
        text="5 < 6 >",
    )
    for text in ("<b>a", "a</b>", "<b>a</i>", "<x>a</x>"):
        bot.refused("can't parse entities", "sendMessage", chat_id=11, parse_mode="HTML", text=text)
    bold = {"type": "bold", "offset": 0, "length": 2}
    bot.good("sendMessage", chat_id=11, text="😀", entities=[bold])
    for wrong in (dict(bold, length=3), dict(bold, length=1), dict(bold, offset=-1)):
        bot.refused("entity 0", "sendMessage", chat_id=11, text="😀", entities=[wrong])


@test
def edits_and_deletions(bot):
    bot.say("/start")
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "=y"}]]}
    made = bot.good("sendMessage", chat_id=11, text="one", reply_markup=keyboard)
    where = {"chat_id": 11, "message_id": made["message_id"]}
    bot.refused(
        "message is not modified", "editMessageText", text="one", reply_markup=keyboard, **where
    )
    edited = bot.good("editMessageText", text="two", **where)
    assert edited["text"] == "two" and "reply_markup" not in edited and edited["edit_date"]
    bot.refused("message is not modified", "editMessageReplyMarkup", **where)
    bot.refused(
        "message to edit not found", "editMessageText", chat_id=11, message_id=99999, text="x"
    )
    bot.refused(
        "message can't be edited",
        "editMessageText",
        chat_id=11,
        message_id=bot.say("mine")["message_id"],
        text="x",
    )
    bot.good("setMessageReaction", reaction=[{"type": "emoji", "emoji": "👍"}], **where)
    bot.refused(
        "REACTION_INVALID",
        "setMessageReaction",
        reaction=[{"type": "emoji", "emoji": "✔"}],
        **where,
    )
    seen = bot.control("messages", chat=11)["messages"][1]
    assert (seen["text"], seen["history"], seen["reactions"], seen["from"]) == (
        "two",
        ["one"],
        {"bot": ["👍"]},
        "bot",
    ), seen
    bot.good("deleteMessage", **where)
    bot.refused("message to delete not found", "deleteMessage", **where)
    assert all(
        m["message_id"] != made["message_id"] for m in bot.control("messages", chat=11)["messages"]
    )
    bot.refused(
        "message to be replied not found",
        "sendMessage",
        chat_id=11,
        text="x",
        reply_parameters={"message_id": 99999},
    )
    bot.good(
        "sendMessage",
        chat_id=11,
        text="x",
        reply_parameters={"message_id": 99999, "allow_sending_without_reply": True},
    )


@test
def presses(bot):
    bot.say("/start")
    rows = [[{"text": "Yes", "callback_data": "=y"}, {"text": "No", "callback_data": "=n"}]]
    made = bot.good("sendMessage", chat_id=11, text="sure?", reply_markup={"inline_keyboard": rows})
    pressed = bot.control(
        "press", message_id=made["message_id"], chat=11, label="No", **{"from": ANN}
    )
    query = bot.good("getUpdates", offset=pressed["update_id"])[0]["callback_query"]
    assert query["data"] == "=n" and query["message"]["message_id"] == made["message_id"]
    bot.refused(
        "MESSAGE_TOO_LONG", "answerCallbackQuery", callback_query_id=query["id"], text="x" * 201
    )
    bot.good("answerCallbackQuery", callback_query_id=query["id"], text="done")
    assert bot.control("callback", id=query["id"])["text"] == "done"
    bot.refused("query is too old", "answerCallbackQuery", callback_query_id=query["id"])
    long = [[{"text": "x", "callback_data": "я" * 33}]]
    bot.refused(
        "BUTTON_DATA_INVALID",
        "sendMessage",
        chat_id=11,
        text="x",
        reply_markup={"inline_keyboard": long},
    )


@test
def groups_and_privacy(bot):
    def heard(text, **more):
        return bot.say(text, chat=GROUP, **more)["update_id"] is not None

    assert heard("/up 5") and heard("/up@na1_hundred_bot 5") and heard("/UP@NA1_HUNDRED_BOT")
    assert not heard("hello") and not heard("/up@other_bot 5") and not heard("well /up 5")
    assert not heard("@na1_hundred_bot hello"), "a mention is not heard"
    made = bot.good("sendMessage", chat_id=GROUP["id"], text="how much?")
    assert heard("5", reply_to_message_id=made["message_id"])
    bot.refused(
        "not enough rights", "pinChatMessage", chat_id=GROUP["id"], message_id=made["message_id"]
    )
    bot.control("member", chat=GROUP["id"], action="admin", **{"from": ANN})
    assert heard("hello")
    bot.good("pinChatMessage", chat_id=GROUP["id"], message_id=made["message_id"])
    bot.control("member", chat=GROUP["id"], action="remove", **{"from": ANN})
    bot.refused(
        "Forbidden: bot was kicked from the supergroup chat",
        "sendMessage",
        chat_id=GROUP["id"],
        text="x",
    )
    kinds = [next(iter(u.keys() - {"update_id"})) for u in bot.good("getUpdates")]
    assert kinds.count("my_chat_member") == 2
    added = bot.control(
        "member", chat={"id": -7, "type": "group", "title": "New"}, action="add", **{"from": ANN}
    )
    assert len(added["update_ids"]) == 2


@test
def people_who_can_not_be_reached(bot):
    bot.refused("chat not found", "sendMessage", chat_id=11, text="x")
    bot.control("person", user=ANN)
    bot.refused("Forbidden: bot can't initiate conversation", "sendMessage", chat_id=11, text="x")
    bot.say("/start")
    bot.good("sendMessage", chat_id="11", text="x")
    bot.control("member", action="block", **{"from": ANN})
    bot.refused("Forbidden: bot was blocked by the user", "sendMessage", chat_id=11, text="x")


@test
def a_group_moves(bot):
    old = {"id": -42, "type": "group", "title": "Team"}
    bot.say("/start", chat=old)
    moved = bot.control("migrate", chat=-42, **{"from": ANN})
    answer = bot.refused(
        "group chat was upgraded to a supergroup chat", "sendMessage", chat_id=-42, text="x"
    )
    assert answer["parameters"] == {"migrate_to_chat_id": moved["to"]}
    bot.good("sendMessage", chat_id=moved["to"], text="x")
    assert [u["message"].get("migrate_to_chat_id") for u in bot.good("getUpdates")] == [
        None,
        moved["to"],
        None,
    ]


@test
def menus(bot):
    bot.say("/start")

    def menu(name):
        return [{"command": name, "description": "d"}]

    bot.good("setMyCommands", commands=menu("a"))
    bot.good("setMyCommands", commands=menu("b"), language_code="ru")
    bot.good("setMyCommands", commands=menu("c"), scope={"type": "chat", "chat_id": 11})
    assert bot.good("getMyCommands") == menu("a") and bot.good(
        "getMyCommands", language_code="ru"
    ) == menu("b")
    assert bot.good("getMyCommands", language_code="en") == []
    assert bot.control("menu", chat=11, user=11, language="ru")["commands"] == menu("c")
    bot.good("deleteMyCommands", scope={"type": "chat", "chat_id": 11})
    assert bot.control("menu", chat=11, user=11, language="ru")["commands"] == menu("b")
    bot.refused("BOT_COMMAND_INVALID", "setMyCommands", commands=menu("Up-Down"))
    bot.refused("scope", "setMyCommands", commands=menu("a"), scope={"type": "chat"})


@test
def pictures(bot):
    bot.say("/start")

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = zlib.compress(b"\0\0" * 3)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 3, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )

    def send(method, data, **fields):
        body = b"".join(
            b'--X\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
            % (k.encode(), str(v).encode())
            for k, v in fields.items()
        )
        body += b'--X\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n'
        body += b"Content-Type: image/png\r\n\r\n"
        return json.loads(
            bot.http(
                "/bot%s/%s" % (TOKEN, method),
                body + data + b"\r\n--X--\r\n",
                "multipart/form-data; boundary=X",
            )
        )

    made = send("sendPhoto", png, chat_id=11, caption="chart")
    assert (
        made["ok"]
        and made["result"]["photo"][0]["height"] == 3
        and made["result"]["caption"] == "chart"
    ), made
    assert "IMAGE_PROCESS_FAILED" in send("sendPhoto", b"GIF89a", chat_id=11)["description"]
    media = json.dumps({"type": "photo", "media": "attach://photo", "caption": "new"})
    edited = send(
        "editMessageMedia", png, chat_id=11, message_id=made["result"]["message_id"], media=media
    )
    assert edited["ok"] and edited["result"]["caption"] == "new", edited
