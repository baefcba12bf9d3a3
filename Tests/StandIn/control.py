"""The side of the tests: people who write, press and leave, faults to come, and what was seen.

All answers are JSON objects; a request that makes no sense is 400 with {"error": why}.
"""

import time

import entities
from world import Refused

KINDS = {
    "400",
    "401",
    "403",
    "404",
    "409",
    "429",
    "500",
    "502",
    "timeout",
    "timeout-after-accept",
    "drop-before",
    "drop-after-accept",
    "500-after-accept",
    "cut-after-accept",
    "garbage-after-accept",
}


class Mistake(Exception):
    pass


class Control:
    def __init__(self, world, updates, schema):
        self.world, self.updates, self.schema = world, updates, schema

    def handle(self, name, body):
        made = getattr(self, "do_" + name.replace("-", "_"), None)
        if made is None:
            raise Mistake("there is no control %s" % name)
        try:
            if name == "wait":
                return made(body)
            with self.world.lock:
                return made(body)
        except KeyError as error:
            raise Mistake("missing: %s" % error) from None
        except Refused as error:
            raise Mistake(error.description) from None

    # ---- people

    def update(self, kind, content, key, life=86400):
        """Queues an update that must be one that the real server could send."""
        wrong = self.schema.check(dict({"update_id": 1}, **{kind: content}), "Update")
        if wrong:
            raise Mistake("the update would not be valid: %s" % wrong[0])
        return self.updates.add(kind, content, key, life)

    def do_person(self, b):
        """Someone who exists but has not started the bot."""
        return {"user": self.world.person(b["user"])}

    def do_say(self, b):
        """A message or, with edit_of, an edit. -> message_id, chat, update_id (null: not heard)"""
        sender = self.world.person(b["from"])
        chat = self.world.chat(b.get("chat"), b.get("type"), sender, title=b.get("title"))
        if chat.is_private and chat.bot_status != "kicked":
            chat.bot_status = "member"
        text = b.get("text", "")
        content = {"text": text} if text else {}
        if text and entities.found_in(text):
            content["entities"] = entities.found_in(text)
        content.update(b.get("message", {}))
        if b.get("thread"):
            chat.threads.add(b["thread"])
            chat.api["is_forum"] = True
            content.update(message_thread_id=b["thread"], is_topic_message=True)
        if b.get("reply_to_message_id"):
            other = self.world.found(chat, b["reply_to_message_id"], "to be replied")
            content["reply_to_message"] = self.world.quoted(other)
        if b.get("forward"):
            origin = (
                b["forward"]
                if isinstance(b["forward"], dict)
                else {"type": "user", "date": int(time.time()) - 60, "sender_user": sender}
            )
            content["forward_origin"] = origin
        if b.get("sender_chat"):
            content["sender_chat"] = b["sender_chat"]
        if b.get("edit_of"):
            return self.edit(chat, b, content)
        message = self.world.post(chat, sender, content, b.get("date"))
        return self.told(chat, message, "message")

    def edit(self, chat, b, content):
        message = self.world.found(chat, b["edit_of"], "to edit")
        message.history.append(message.text)
        kept = {k: v for k, v in message.api.items() if k not in ("text", "entities")}
        message.api = dict(kept, edit_date=int(b.get("date") or time.time()), **content)
        return self.told(chat, message, "edited_message")

    def told(self, chat, message, kind):
        number = None
        if self.world.is_heard(chat, message):
            number = self.update(kind, message.api, "chat:%d" % chat.id)
        return {"message_id": message.api["message_id"], "chat": chat.id, "update_id": number}

    def do_press(self, b):
        """Presses a button by its data or label. -> update_id, callback_query_id"""
        sender = self.world.person(b["from"])
        chat = self.world.chat(b.get("chat"), None, sender)
        message = self.world.found(chat, b["message_id"], "to press")
        rows = message.api.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [button for row in rows for button in row if "callback_data" in button]
        wanted = [
            x for x in buttons if x["callback_data"] == b.get("data") or x["text"] == b.get("label")
        ]
        if b.get("stale"):
            wanted = [{"callback_data": b["data"]}]
        if not wanted:
            raise Mistake(
                "no such button; there are %s" % [(x["text"], x["callback_data"]) for x in buttons]
            )
        number = str(4_000_000_000_000_000_000 + len(self.world.callbacks))
        self.world.callbacks[number] = {
            "answered": False,
            "text": None,
            "alert": None,
            "at": time.time(),
        }
        query = {
            "id": number,
            "from": sender,
            "message": message.api,
            "chat_instance": str(chat.id * 7),
            "data": wanted[0]["callback_data"],
        }
        update = self.update("callback_query", query, "press:%d" % sender["id"], 150)
        return {"update_id": update, "callback_query_id": number}

    def do_react(self, b):
        """A person's reaction to a message; in groups only an administrator hears of it."""
        sender = self.world.person(b["from"])
        chat = self.world.chat(b.get("chat"), None, sender)
        message = self.world.found(chat, b["message_id"], "to react")
        as_types = lambda signs: [{"type": "emoji", "emoji": sign} for sign in signs]
        before = message.reactions.get(str(sender["id"]), [])
        message.reactions[str(sender["id"])] = b["emoji"]
        number = None
        if chat.is_private or chat.bot_status == "administrator":
            number = self.update(
                "message_reaction",
                {
                    "chat": chat.api,
                    "message_id": b["message_id"],
                    "user": sender,
                    "date": int(time.time()),
                    "old_reaction": as_types(before),
                    "new_reaction": as_types(b["emoji"]),
                },
                "react:%d" % chat.id,
            )
        return {"update_id": number}

    def do_member(self, b):
        """What happens to the bot in a chat (add remove leave restrict admin demote block unblock
        deactivate), or to a person `user` in it (join part creator admin demote)."""
        sender = self.world.person(b["from"])
        known = self.known(b, sender)
        chat = self.world.chat(b.get("chat"), b.get("type"), sender, title=b.get("title"))
        if "user" in b:
            return self.person_in(chat, b, sender)
        before = self.world.bot_member(chat, chat.bot_status if known else "left")
        status = {
            "add": "member",
            "remove": "kicked",
            "restrict": "restricted",
            "admin": "administrator",
            "demote": "member",
            "block": "kicked",
            "unblock": "member",
            "leave": "left",
            "deactivate": "deactivated",
        }.get(b["action"])
        if status is None:
            raise Mistake("no such action")
        was_there = known and chat.present
        chat.bot_status, chat.bot_rights = status, b.get("rights", {})
        if status == "deactivated":
            return {"update_id": None}
        found = [
            self.update(
                "my_chat_member",
                {
                    "chat": chat.api,
                    "from": sender,
                    "date": int(time.time()),
                    "old_chat_member": before,
                    "new_chat_member": self.world.bot_member(chat),
                },
                "member:%d" % chat.id,
            )
        ]
        if b["action"] == "add" and not was_there and not chat.is_private:
            message = self.world.post(chat, sender, {"new_chat_members": [self.world.bot]})
            found.append(self.told(chat, message, "message")["update_id"])
        return {"update_id": found[0], "update_ids": found}

    def known(self, b, sender):
        given = b.get("chat")
        number = (
            given["id"] if isinstance(given, dict) else given if given is not None else sender["id"]
        )
        return int(number) in self.world.chats

    def person_in(self, chat, b, sender):
        user = self.world.person(b["user"])
        if b["action"] in ("creator", "admin", "demote"):
            chat.members[user["id"]] = {"creator": "creator", "admin": "administrator"}.get(
                b["action"], "member"
            )
            return {"update_id": None}
        if b["action"] not in ("join", "part"):
            raise Mistake("no such action")
        joins = b["action"] == "join"
        chat.members[user["id"]] = "member" if joins else "left"
        content = {"new_chat_members": [user]} if joins else {"left_chat_member": user}
        return self.told(chat, self.world.post(chat, sender, content), "message")

    def do_migrate(self, b):
        """A group becomes a supergroup. -> the new chat's id, and two service messages' updates"""
        old = self.world.chat(b["chat"])
        sender = self.world.person(b["from"])
        new = self.world.chat(
            {
                "id": b.get("to", -1_000_000_000_000 - abs(old.id)),
                "type": "supergroup",
                "title": old.api["title"],
            },
            None,
            sender,
        )
        new.members, new.bot_status, new.bot_rights = (
            dict(old.members),
            old.bot_status,
            old.bot_rights,
        )
        told = (
            []
            if b.get("silent")
            else [
                self.told(
                    old, self.world.post(old, sender, {"migrate_to_chat_id": new.id}), "message"
                ),
                self.told(
                    new, self.world.post(new, sender, {"migrate_from_chat_id": old.id}), "message"
                ),
            ]
        )
        old.moved_to = new.id
        return {"to": new.id, "update_ids": [x["update_id"] for x in told]}

    def do_raw(self, b):
        """An update as it is, valid or not; it gets the next update_id."""
        update = {k: v for k, v in b["update"].items() if k != "update_id"}
        return {"update_id": self.updates.put(update, "raw")}

    def do_again(self, b):
        """An update of the given id and content, though it may have been seen before."""
        with self.updates.changed:
            self.updates.queue.append((b["update"], "again", time.time() + 86400))
            self.updates.changed.notify_all()
            self.updates.work()
        return {"update_id": b["update"]["update_id"]}

    # ---- faults

    def do_fail(self, b):
        """The next `times` calls of a method (of any: "*"; in one chat: chat) end in this way."""
        if b["kind"] not in KINDS:
            raise Mistake("kinds are %s" % sorted(KINDS))
        self.world.failures.append(
            {
                "method": b.get("method", "*").lower(),
                "kind": b["kind"],
                "left": b.get("times", 1),
                "chat": b.get("chat"),
                "retry_after": b.get("retry_after", 1),
                "description": b.get("description"),
                "seconds": b.get("seconds", 60),
            }
        )
        return {"waiting": len(self.world.failures)}

    def do_unfail(self, b):
        self.world.failures.clear()
        return {}

    def do_kill_polls(self, b):
        """Ends the polls that wait: with 409, or (how: "drop") without an answer."""
        return {"ended": self.updates.end_polls(b.get("how", "409"))}

    # ---- what was seen

    def do_calls(self, b):
        since, method = int(b.get("since", 0)), b.get("method", "").lower()
        found = [
            c for c in self.world.calls if c["k"] > since and method in ("", c["method"].lower())
        ]
        return {"calls": found, "last": self.world.numbered}

    def do_violations(self, b):
        return {
            "violations": [
                {"k": c["k"], "method": c["method"], "violation": v}
                for c in self.world.calls
                for v in c["violations"]
            ]
        }

    def do_messages(self, b):
        number = int(b["chat"])
        chat = self.world.chats.get(number)
        if chat is None:
            return {"messages": []}
        found = [m.view(self.world.bot["id"]) for m in chat.messages.values()]
        return {"messages": [m for m in found if b.get("deleted") or not m["deleted"]]}

    def do_menu(self, b):
        """The commands that a person sees in a chat."""
        chat = self.world.chat(int(b["chat"]))
        return {"commands": self.world.menu(chat, int(b["user"]), b.get("language"))}

    def do_callback(self, b):
        return dict(self.world.callbacks[b["id"]])

    def do_deliveries(self, b):
        return {"deliveries": self.updates.deliveries}

    def do_state(self, b):
        updates = self.updates
        return {
            "pending": [u["update_id"] for u, _, _ in updates.queue],
            "polls": updates.waiting,
            "next": updates.next,
            "webhook": updates.webhook and updates.webhook["url"],
            "failures": self.world.failures,
        }

    def do_wait(self, b):
        """Until `count` calls of a method have ended since call `since` (ok=1: counting only the
        good ones), or with pending=0 until that few updates are left. -> calls, or 408"""
        method, count = b.get("method", "").lower(), int(b.get("count", 1))
        since, end = int(b.get("since", 0)), time.time() + min(float(b.get("timeout", 10)), 300)
        with self.updates.changed:
            while True:
                found = [
                    c
                    for c in self.world.calls
                    if c["k"] > since
                    and method in ("", c["method"].lower())
                    and (not b.get("ok") or c["ok"])
                ]
                self.updates.prune()
                if "pending" in b:
                    if len(self.updates.queue) <= int(b["pending"]):
                        return {"calls": found, "last": self.world.numbered}
                elif len(found) >= count:
                    return {"calls": found, "last": self.world.numbered}
                left = end - time.time()
                if left <= 0:
                    raise TimeoutError("%d of %d calls seen" % (len(found), count))
                self.updates.changed.wait(left)
