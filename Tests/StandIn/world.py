"""People, chats and messages, as a person at a telephone would see them."""

import threading
import time
from collections import deque

import entities

RIGHTS = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
    "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories "
    "can_delete_stories"
).split()


class Refused(Exception):
    """An answer with ok = false."""

    def __init__(self, code, description, **parameters):
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def bad(text):
    return Refused(400, "Bad Request: " + text)


class Message:
    def __init__(self, api):
        self.api = api
        self.history, self.reactions, self.pinned, self.deleted = [], {}, False, False

    @property
    def text(self):
        return self.api.get("text", self.api.get("caption"))

    def view(self, bot):
        sender = self.api.get("from", {}).get("id")
        markup = self.api.get("reply_markup", {})
        made = {
            "message_id": self.api["message_id"],
            "from": "bot" if sender == bot else sender,
            "text": self.api.get("text"),
            "caption": self.api.get("caption"),
            "entities": self.api.get("entities", self.api.get("caption_entities", [])),
            "photo": [size["file_id"] for size in self.api.get("photo", [])][-1:] or None,
            "document": self.api.get("document", {}).get("file_name"),
            "buttons": [
                [{"text": b["text"], "data": b.get("callback_data")} for b in row]
                for row in markup.get("inline_keyboard", [])
            ],
            "reply_to": self.api.get("reply_to_message", {}).get("message_id"),
            "thread": self.api.get("message_thread_id"),
            "date": self.api["date"],
            "edits": len(self.history),
            "history": self.history,
            "deleted": self.deleted,
            "pinned": self.pinned,
            "reactions": self.reactions,
        }
        service = [
            k for k in self.api if k.startswith(("new_chat", "left_chat", "migrate_", "pinned_"))
        ]
        return dict(made, service=service[0]) if service else made


class Chat:
    def __init__(self, api):
        self.api = api
        self.messages, self.members, self.other = {}, {}, 1
        self.bot_status, self.bot_rights = "left", {}
        self.moved_to, self.threads, self.next = None, set(), 1

    @property
    def id(self):
        return self.api["id"]

    @property
    def is_private(self):
        return self.api["type"] == "private"

    @property
    def present(self):
        return self.bot_status in ("member", "administrator", "restricted", "creator")


class World:
    def __init__(self, bot, privacy):
        self.lock = threading.RLock()
        self.bot, self.privacy = bot, privacy
        self.chats, self.people, self.files = {}, {bot["id"]: bot}, {}
        self.callbacks, self.menus, self.texts = {}, {}, {}
        self.shared = 100
        self.calls = deque(maxlen=100_000)
        self.numbered = 0
        self.failures = []

    # ---- chats and people

    def person(self, user):
        """A person as last seen; `user` may be a bare id."""
        if not isinstance(user, dict):
            user = {"id": int(user)}
        known = self.people.get(user["id"], {"id": user["id"], "is_bot": False, "first_name": "?"})
        self.people[user["id"]] = dict(known, **user)
        return self.people[user["id"]]

    def chat(self, given, kind=None, sender=None, **more):
        """The chat of a control call, made when it is new."""
        given = (
            given
            if isinstance(given, dict)
            else {"id": given if given is not None else sender["id"]}
        )
        number = int(given["id"])
        if number not in self.chats:
            kind = given.get("type") or kind or ("private" if number > 0 else "supergroup")
            api = dict({"id": number, "type": kind}, **given)
            if kind == "private":
                person = self.person(number)
                api.update(
                    {k: person[k] for k in ("first_name", "last_name", "username") if k in person}
                )
            else:
                api.setdefault("title", "Group %d" % abs(number))
            chat = self.chats[number] = Chat(api)
            chat.bot_status = "member" if kind != "channel" else "left"
        chat = self.chats[number]
        chat.api.update({k: v for k, v in more.items() if v is not None})
        if sender:
            chat.members.setdefault(sender["id"], "member")
        return chat

    def target(self, params, key="chat_id"):
        """The chat a bot's call is for, or the error that the server would answer."""
        wanted = params[key]
        if isinstance(wanted, str) and wanted.lstrip("-").isdigit():
            wanted = int(wanted)
        if isinstance(wanted, str):
            name = wanted.lstrip("@").lower()
            for chat in self.chats.values():
                if chat.api.get("username", "").lower() == name and not chat.is_private:
                    return chat
            raise bad("chat not found")
        chat = self.chats.get(wanted)
        if chat is None:
            if wanted in self.people:
                raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
            raise bad("chat not found" if wanted else "chat_id is empty")
        return chat

    def writable(self, params):
        chat = self.target(params)
        if chat.moved_to:
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.moved_to,
            )
        kind = chat.api["type"]
        if chat.bot_status == "kicked":
            raise Refused(
                403,
                (
                    "Forbidden: bot was blocked by the user"
                    if chat.is_private
                    else "Forbidden: bot was kicked from the %s chat" % kind
                ),
            )
        if chat.bot_status == "deactivated":
            raise Refused(403, "Forbidden: user is deactivated")
        if chat.bot_status == "left":
            raise Refused(403, "Forbidden: bot is not a member of the %s chat" % kind)
        if chat.bot_status == "restricted":
            raise bad("not enough rights to send text messages to the chat")
        return chat

    # ---- messages

    def new_id(self, chat):
        if chat.api["type"] in ("supergroup", "channel"):
            number, chat.next = chat.next, chat.next + 1
            return number
        self.shared += 1
        return self.shared

    def post(self, chat, sender, content, date=None):
        """Writes a message into a chat and returns it."""
        api = {
            "message_id": self.new_id(chat),
            "from": sender,
            "chat": dict(chat.api),
            "date": date or int(time.time()),
        }
        if sender is None:
            del api["from"]
        api.update(content)
        message = chat.messages[api["message_id"]] = Message(api)
        while len(chat.messages) > 20_000:
            del chat.messages[next(iter(chat.messages))]
        return message

    def found(self, chat, number, what):
        message = chat.messages.get(number)
        if message is None or message.deleted:
            raise bad("message %s not found" % what)
        return message

    def quoted(self, message):
        """A message as it stands in another's reply_to_message: without its own."""
        return {k: v for k, v in message.api.items() if k != "reply_to_message"}

    # ---- who sees what

    def is_heard(self, chat, message):
        """Privacy mode: of a group the bot gets commands that can be its own, replies to it and
        service messages; as an administrator, everything."""
        if not chat.present:
            return False
        if chat.is_private or not self.privacy or chat.bot_status == "administrator":
            return True
        api = message.api
        if api.get("reply_to_message", {}).get("from", {}).get("id") == self.bot["id"]:
            return True
        first = (api.get("entities") or [{}])[0]
        if first.get("type") == "bot_command" and first["offset"] == 0:
            name = entities.slice16(api["text"], 0, first["length"])
            to = name.partition("@")[2].lower()
            return to in ("", self.bot["username"].lower())
        return not ({"text", "caption", "photo", "document", "sticker", "location"} & api.keys())

    def bot_member(self, chat, status=None):
        """The bot's own ChatMember in a chat."""
        status = status or chat.bot_status
        made = {"status": status if status != "deactivated" else "member", "user": self.bot}
        if status == "kicked":
            made["until_date"] = 0
        elif status == "restricted":
            made.update({"is_member": True, "until_date": 0})
            for right in (
                "messages audios documents photos videos video_notes voice_notes polls "
                "other_messages"
            ).split():
                made["can_send_" + right] = False
            for right in (
                "can_add_web_page_previews can_react_to_messages can_edit_tag can_change_info "
                "can_invite_users can_pin_messages can_manage_topics"
            ).split():
                made[right] = False
        elif status == "administrator":
            made.update(
                {"can_be_edited": False, "is_anonymous": False}, **{right: True for right in RIGHTS}
            )
            made["can_pin_messages"] = True
            made.update(chat.bot_rights)
        return made

    def member(self, chat, number):
        if number == self.bot["id"]:
            return self.bot_member(chat)
        status = chat.members.get(number)
        if status is None and number not in self.people:
            raise bad("user not found")
        made = {"status": status or "left", "user": self.person(number)}
        if status == "creator":
            made["is_anonymous"] = False
        if status == "administrator":
            made.update(
                {"can_be_edited": False, "is_anonymous": False}, **{right: True for right in RIGHTS}
            )
        if status == "kicked":
            made["until_date"] = 0
        return made

    def menu(self, chat, number, language):
        """The commands a person sees in a chat: the first list that there is, language first."""
        admin = chat.members.get(number) in ("creator", "administrator")
        ways = []
        if chat.is_private:
            ways = [("chat", chat.id, None), ("all_private_chats", None, None)]
        else:
            ways = [("chat_member", chat.id, number)]
            ways += [("chat_administrators", chat.id, None)] if admin else []
            ways += [("chat", chat.id, None)]
            ways += [("all_chat_administrators", None, None)] if admin else []
            ways += [("all_group_chats", None, None)]
        for scope in ways + [("default", None, None)]:
            for tag in (language or "", ""):
                if self.menus.get((scope, tag)):
                    return self.menus[(scope, tag)]
        return []
