"""What each method of the Bot API does to the world, and what it answers."""

import hashlib
import re
import struct
import time

import entities
from profile_and_chats import ProfileAndChats
from schema import Upload
from world import Refused, bad

REACTIONS = set(
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 "
    "🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡".split()
)
ACTIONS = set(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document "
    "choose_sticker find_location record_video_note upload_video_note".split()
)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class Methods(ProfileAndChats):
    def __init__(self, world, updates):
        self.world, self.updates = world, updates

    def call(self, method, params):
        """The result of a call whose parameters have the right shape."""
        made = getattr(self, method, None)
        if made is None:
            raise Refused(501, "the stand-in does not play %s" % method)
        if method == "getUpdates":
            return made(params)
        with self.world.lock:
            return made(params)

    # ---- updates

    def getUpdates(self, p):
        return self.updates.poll(
            p.get("offset", 0), p.get("limit", 100), p.get("timeout", 0), p.get("allowed_updates")
        )

    def setWebhook(self, p):
        if not p["url"]:
            return self.deleteWebhook(p)
        if not re.match(r"https?://[^/\s]+", p["url"]):
            raise bad("bad webhook: invalid webhook URL specified")
        secret = p.get("secret_token", "")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad("secret token contains unallowed characters")
        self.updates.set_webhook(
            {
                "url": p["url"],
                "secret_token": secret,
                "allowed_updates": p.get("allowed_updates"),
                "max_connections": min(max(p.get("max_connections", 40), 1), 100),
            },
            p.get("drop_pending_updates", False),
        )
        return True

    def deleteWebhook(self, p):
        self.updates.set_webhook(None, p.get("drop_pending_updates", False))
        return True

    def getWebhookInfo(self, p):
        updates = self.updates
        updates.prune()
        made = {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": len(updates.queue),
        }
        if updates.webhook:
            made.update(
                url=updates.webhook["url"], max_connections=updates.webhook["max_connections"]
            )
            if updates.error:
                made.update(last_error_date=updates.error[0], last_error_message=updates.error[1])
        if updates.allowed:
            made["allowed_updates"] = updates.allowed
        return made

    def getMe(self, p):
        return self.world.bot

    def logOut(self, p):
        return True

    close = logOut

    # ---- texts

    def written(self, p, key, limit):
        """Text and entities of one argument, within the server's limits."""
        raw = p.get(key, "")
        if len(raw.encode()) > 32_768:
            raise bad("message is too long" if key == "text" else "message caption is too long")
        given = p.get("entities" if key == "text" else "caption_entities")
        mode = p.get("parse_mode", "").lower()
        try:
            if mode == "html":
                text, found = entities.html(raw)
            elif mode:
                raise bad(
                    "unsupported parse_mode"
                    if mode not in ("markdown", "markdownv2")
                    else "the stand-in reads no parse_mode but HTML"
                )
            else:
                text, found = entities.trimmed(raw, entities.checked(raw, given or []))
        except entities.Unreadable as error:
            raise bad(str(error)) from None
        if key == "text" and not text:
            raise bad("text must be non-empty" if raw else "message text is empty")
        if len(text) > limit:
            raise bad("message is too long" if key == "text" else "message caption is too long")
        found = sorted(
            found
            + [
                e
                for e in entities.found_in(text)
                if not any(
                    e["offset"] < f["offset"] + f["length"]
                    and f["offset"] < e["offset"] + e["length"]
                    for f in found
                )
            ],
            key=lambda e: (e["offset"], -e["length"]),
        )
        made = {key: text} if text else {}
        if found:
            made["entities" if key == "text" else "caption_entities"] = found
        return made

    def markup(self, p):
        """The inline keyboard of a call, checked; other keyboards are seen by nobody else."""
        given = p.get("reply_markup")
        if not given or "inline_keyboard" not in given:
            return {}
        rows = [row for row in given["inline_keyboard"] if row]
        if sum(map(len, rows)) > 100:
            raise bad("REPLY_MARKUP_TOO_LONG")
        for button in (button for row in rows for button in row):
            if not button["text"].strip():
                raise bad("text buttons must be non-empty")
            if len(button.keys() - {"text", "style", "icon_custom_emoji_id"}) != 1:
                raise bad(
                    "can't parse inline keyboard button: Text buttons are unallowed in the "
                    "inline keyboard"
                )
            if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
                raise bad("BUTTON_DATA_INVALID")
            if "url" in button and not re.match(r"(https?|tg)://", button["url"]):
                raise bad("Wrong HTTP URL" if "." in button["url"] else "BUTTON_URL_INVALID")
        return {"reply_markup": {"inline_keyboard": rows}} if rows else {}

    def place(self, chat, p):
        """Where in the chat a message goes: the thread, and what it replies to."""
        made, thread, reply = {}, p.get("message_thread_id"), p.get("reply_parameters")
        if thread:
            if thread not in chat.threads:
                raise bad("message thread not found")
            made.update(message_thread_id=thread, is_topic_message=True)
        if reply:
            if reply.get("chat_id", chat.id) != chat.id:
                raise bad("the stand-in plays replies within one chat only")
            other = chat.messages.get(reply["message_id"])
            if other is not None and not other.deleted:
                made["reply_to_message"] = self.world.quoted(other)
            elif not reply.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
        return made

    def sent(self, chat, content):
        return self.world.post(chat, self.world.bot, content).api

    def sendMessage(self, p):
        chat = self.world.writable(p)
        content = dict(self.written(p, "text", 4096), **self.markup(p))
        return self.sent(chat, dict(content, **self.place(chat, p)))

    # ---- files

    def file(self, given, kind):
        """The file of an argument: uploaded now, or known by its id."""
        if isinstance(given, Upload):
            if not given.data:
                raise bad("file must be non-empty")
            if len(given.data) > (10 << 20 if kind == "photo" else 50 << 20):
                raise Refused(413, "Request Entity Too Large")
            name = "%s-%s" % (kind, hashlib.sha256(given.data).hexdigest()[:24])
            self.world.files[name] = given
            return name, given
        if given in self.world.files:
            return given, self.world.files[given]
        if re.match(r"https?://", given):
            raise bad("the stand-in fetches no files")
        raise bad("wrong file identifier/HTTP URL specified")

    def photo(self, given):
        name, file = self.file(given, "photo")
        width, height = dimensions(file.data)
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad("PHOTO_INVALID_DIMENSIONS")
        return [
            {
                "file_id": name,
                "file_unique_id": name[-12:],
                "width": width,
                "height": height,
                "file_size": len(file.data),
            }
        ]

    def sendPhoto(self, p):
        chat = self.world.writable(p)
        content = dict({"photo": self.photo(p["photo"])}, **self.written(p, "caption", 1024))
        return self.sent(chat, dict(content, **self.markup(p), **self.place(chat, p)))

    def sendDocument(self, p):
        chat = self.world.writable(p)
        name, file = self.file(p["document"], "document")
        document = {
            "file_id": name,
            "file_unique_id": name[-12:],
            "file_name": file.name,
            "mime_type": file.kind,
            "file_size": len(file.data),
        }
        content = dict({"document": document}, **self.written(p, "caption", 1024))
        return self.sent(chat, dict(content, **self.markup(p), **self.place(chat, p)))

    def getFile(self, p):
        name, file = self.file(p["file_id"], "")
        return {
            "file_id": name,
            "file_unique_id": name[-12:],
            "file_size": len(file.data),
            "file_path": name,
        }

    def sendChatAction(self, p):
        self.world.writable(p)
        if p["action"] not in ACTIONS:
            raise bad("wrong parameter action in request")
        return True

    # ---- edits

    def edited(self, p, content):
        """Puts new content in place of a message's old; without a keyboard, the old one goes."""
        if "chat_id" not in p or "message_id" not in p:
            raise bad("message identifier is not specified")
        chat = self.world.writable(p)
        message = self.world.found(chat, p["message_id"], "to edit")
        if message.api.get("from", {}).get("id") != self.world.bot["id"]:
            raise bad("message can't be edited")
        content = content(message)
        before = message.api
        after = {
            k: v
            for k, v in before.items()
            if k
            not in (
                "reply_markup",
                *(("text", "entities") if "text" in content else ()),
                *(("caption", "caption_entities") if content.get("edit") else ()),
            )
        }
        content.pop("edit", None)
        after.update(content, **self.markup(p))
        if {k: v for k, v in after.items() if k != "edit_date"} == {
            k: v for k, v in before.items() if k != "edit_date"
        }:
            raise bad(NOT_MODIFIED)
        message.history.append(message.text)
        message.api = dict(after, edit_date=int(time.time()))
        return message.api

    def editMessageText(self, p):
        def content(message):
            if "text" not in message.api:
                raise bad("there is no text in the message to edit")
            return self.written(p, "text", 4096)

        return self.edited(p, content)

    def editMessageCaption(self, p):
        def content(message):
            if not {"photo", "document"} & message.api.keys():
                raise bad("there is no caption in the message to edit")
            return dict(self.written(p, "caption", 1024), edit=True)

        return self.edited(p, content)

    def editMessageMedia(self, p):
        media = p["media"]
        if media["type"] != "photo":
            raise bad("the stand-in plays edits of photos only")
        given = media["media"]
        if given.startswith("attach://"):
            given = p.get("$files", {}).get(given[len("attach://") :])
            if given is None:
                raise bad("wrong file identifier/HTTP URL specified")

        def content(message):
            if "photo" not in message.api:
                raise bad("the stand-in plays edits of photos only")
            return dict(self.written(media, "caption", 1024), photo=self.photo(given), edit=True)

        return self.edited(p, content)

    def editMessageReplyMarkup(self, p):
        return self.edited(p, lambda message: {})

    def deleteMessage(self, p):
        chat = self.world.writable(p)
        message = self.world.found(chat, p["message_id"], "to delete")
        mine = message.api.get("from", {}).get("id") == self.world.bot["id"]
        rights = self.world.bot_member(chat).get("can_delete_messages", False)
        if (
            not (mine or rights or chat.is_private)
            or not rights
            and time.time() - message.api["date"] > 48 * 3600
        ):
            raise bad("message can't be deleted")
        message.deleted, message.pinned = True, False
        return True

    def deleteMessages(self, p):
        chat = self.world.writable(p)
        if not 1 <= len(p["message_ids"]) <= 100:
            raise bad(
                "message identifiers are not specified"
                if not p["message_ids"]
                else "too many message identifiers"
            )
        for number in p["message_ids"]:
            if number in chat.messages and not chat.messages[number].deleted:
                self.deleteMessage(dict(p, message_id=number))
        return True

    def setMessageReaction(self, p):
        chat = self.world.writable(p)
        message = self.world.found(chat, p["message_id"], "to react")
        wanted = p.get("reaction", [])
        if len(wanted) > 1:
            raise bad("REACTIONS_TOO_MANY")
        for reaction in wanted:
            # A variation selector makes another spelling of the same sign.
            if (
                reaction["type"] != "emoji"
                or reaction["emoji"].replace("\ufe0f", "") not in REACTIONS
            ):
                raise bad("REACTION_INVALID")
        message.reactions["bot"] = [reaction["emoji"] for reaction in wanted]
        return True

    def answerCallbackQuery(self, p):
        known = self.world.callbacks.get(p["callback_query_id"])
        if known is None or known["answered"] or time.time() - known["at"] > 150:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(p.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        known["answered"], known["text"], known["alert"] = (
            True,
            p.get("text", ""),
            p.get("show_alert", False),
        )
        return True

    def pinChatMessage(self, p, pinned=True):
        chat = self.world.writable(p)
        if not chat.is_private and not self.world.bot_member(chat).get("can_pin_messages", False):
            raise bad("not enough rights to manage pinned messages in the chat")
        if "message_id" in p:
            message = self.world.found(chat, p["message_id"], "to pin" if pinned else "to unpin")
        else:
            both = [m for m in chat.messages.values() if m.pinned]
            if not both:
                raise bad("message to unpin not found")
            message = both[-1]
        message.pinned = pinned
        return True

    def unpinChatMessage(self, p):
        return self.pinChatMessage(p, False)

    def unpinAllChatMessages(self, p):
        for message in self.world.writable(p).messages.values():
            message.pinned = False
        return True


def dimensions(data):
    """Width and height of a PNG or JPEG."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR" and b"IEND" in data[-16:]:
        return struct.unpack(">II", data[16:24])
    if data[:2] == b"\xff\xd8":
        at = 2
        while at + 9 < len(data) and data[at] == 0xFF:
            kind, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
            if kind in (0xC0, 0xC1, 0xC2):
                height, width = struct.unpack(">HH", data[at + 5 : at + 9])
                return width, height
            at += 2 + length
    raise bad("IMAGE_PROCESS_FAILED")
